"""Maps of what moved a network's score: Grad-CAM by MONAI, gradients by Captum, occlusion."""

from __future__ import annotations

import copy
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn

from readingroom.models.nets import tensor_of

LAST_LAYER = "net.stages"
GREY = -0.7  # the patch is as dark as lung: a lighter one would look like an opacity itself
BATCH = 64  # covered films that a network sees at once
STEPS = 32  # points on the way from the baseline to the film


class Logits(nn.Module):
    """A copy of a network that always answers (B, F), as the libraries expect.

    A copy, because they hang hooks on it.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = copy.deepcopy(net).eval()

    def forward(self, films: Tensor) -> Tensor:
        """(B, 1, H, W) films to (B, F) logits."""
        return self.net(films).reshape(len(films), -1)


def _numbers(maps: Tensor) -> np.ndarray:
    return maps.detach().float().numpy()


def grad_cam(net: nn.Module, films: np.ndarray, finding: int = 0) -> np.ndarray:
    """Grad-CAM (Selvaraju et al. 2017), not enlarged: the grid that the last layer has.

    Parameters
    ----------
    net : Module
        A `readingroom.models.SmallResNet`.
    films : ndarray, (N, H, W) uint8
    finding : int
        Which output to explain.

    Returns
    -------
    ndarray, (N, h, w) float32
        Never negative; 0 where nothing spoke for the finding.
    """
    from monai.visualize import GradCAM

    made = GradCAM(Logits(net), LAST_LAYER)
    # the films need no gradient, but the hooks of the last layer complain without
    x = tensor_of(films).requires_grad_()
    return _numbers(made.compute_map(x, class_idx=finding)[:, 0])


def patch_falls(
    net: nn.Module,
    films: np.ndarray,
    finding: int = 0,
    patch: int = 16,
    step: int = 8,
    grey: float | Tensor = GREY,
) -> np.ndarray:
    """How far the logit falls when a patch hides each place, a number for each place of the patch.

    Parameters
    ----------
    films : ndarray, (N, H, H) uint8
    finding : int
    patch : int
        Edge of the square patch, pixels.
    step : int
        Pixels between two places of the patch; at the last it may reach over the edge.
    grey : float or Tensor, (N, 1, 1, 1)
        What the patch is filled with, as a network sees films.

    Returns
    -------
    ndarray, (N, G, G) float32
        Positive where hiding lowers the score.
    """
    asked, x = Logits(net), tensor_of(films)
    fill = torch.as_tensor(grey).broadcast_to(len(x), 1, 1, 1)
    places = range(0, x.shape[-1] - patch + step, step)
    falls = np.zeros((len(x), len(places) ** 2), np.float32)
    with torch.no_grad():
        for film, shade, fall in zip(x, fill, falls, strict=True):
            covered = film.repeat(len(fall), 1, 1, 1)
            for one, (row, column) in zip(covered, product(places, places), strict=True):
                one[:, row : row + patch, column : column + patch] = shade
            hidden = torch.cat([asked(part)[:, finding] for part in covered.split(BATCH)])
            fall[:] = _numbers(asked(film[None])[0, finding] - hidden)
    return falls.reshape(len(x), len(places), len(places))


def occlusion(
    net: nn.Module, films: np.ndarray, finding: int = 0, patch: int = 16, step: int | None = None
) -> np.ndarray:
    """How far the logit falls when a grey patch hides each place (Zeiler & Fergus 2014).

    Parameters
    ----------
    films : ndarray, (N, H, H) uint8
    finding : int
    patch : int
        Edge of the square patch, pixels.
    step : int, optional
        Pixels between two places of the patch; a third of it by default.

    Returns
    -------
    ndarray, (N, H, H) float32
        Mean fall over the patches that cover a pixel; positive where hiding lowers the score.
    """
    step = step or max(4, patch // 3)
    falls = patch_falls(net, films, finding, patch, step)
    total, times = np.zeros(films.shape, np.float32), np.zeros(films.shape[1:], np.float32)
    for i, j in np.ndindex(falls.shape[1:]):
        here = slice(i * step, i * step + patch), slice(j * step, j * step + patch)
        total[:, *here] += falls[:, i, j, None, None]
        times[here] += 1
    return total / np.maximum(times, 1)


def gradient(net: nn.Module, films: np.ndarray, finding: int = 0) -> np.ndarray:
    """Size of the plain gradient (Simonyan et al. 2014), (N, H, W) float32."""
    from captum.attr import Saliency

    x = tensor_of(films).requires_grad_()
    return _numbers(Saliency(Logits(net)).attribute(x, target=finding)[:, 0])


def guided_backprop(net: nn.Module, films: np.ndarray, finding: int = 0) -> np.ndarray:
    """Size of the gradient that lets only positive signals back (Springenberg et al. 2015).

    Returns
    -------
    ndarray, (N, H, W) float32
    """
    import warnings

    from captum.attr import GuidedBackprop

    x = tensor_of(films).requires_grad_()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # says at each call that it sets hooks
        found = GuidedBackprop(Logits(net)).attribute(x, target=finding)
    return _numbers(found[:, 0].abs())


def integrated_gradients(
    net: nn.Module,
    films: np.ndarray,
    finding: int = 0,
    baseline: np.ndarray | int = 0,
    steps: int = STEPS,
) -> np.ndarray:
    """Integrated gradients (Sundararajan et al. 2017): shares of a difference of logits.

    Parameters
    ----------
    films : ndarray, (N, H, W) uint8
    finding : int
    baseline : ndarray, (N, H, W) uint8, or int
        The films from which the way starts; a number is a film of one grey, 0 is black.
    steps : int
        Points on the way.

    Returns
    -------
    ndarray, (N, H, W) float32
        Signed; over a film they add up to f(film) - f(baseline), nearly.
    """
    from captum.attr import IntegratedGradients

    start = _films_like(films, baseline)
    found = IntegratedGradients(Logits(net)).attribute(
        tensor_of(films),
        baselines=tensor_of(start),
        target=finding,
        n_steps=steps,
        internal_batch_size=128,
    )
    return _numbers(found[:, 0])


def _films_like(films: np.ndarray, baseline: np.ndarray | int) -> np.ndarray:
    return np.broadcast_to(np.asarray(baseline, np.uint8), films.shape)


@torch.no_grad()
def logits(net: nn.Module, films: np.ndarray, finding: int = 0) -> np.ndarray:
    """The raw number before it becomes a score, (N,) float64."""
    return Logits(net)(tensor_of(films))[:, finding].double().numpy()
