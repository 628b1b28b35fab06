"""Three ways to take noise away: a Gaussian, non-local means, a small network in two versions.

All work on √SUV where it helps: the noise of counts follows the mean, and a root makes it even.
Nothing here needs torch but what calls a network.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from readingroom.data.tumours import Tumour
from readingroom.lessons.l11 import counts
from readingroom.simulator.tumours import sigmas

WIDTH = 5.0  # mm, full width at half maximum of the Gaussian
STRENGTH = 0.8  # of non-local means: h over the noise of √SUV
PATCH, REACH = 3, 3  # voxels that are compared, and how far away
SEEDS = (0, 1, 2, 3, 4)  # of every network
VERSIONS = {"1": 2 / 3, "2": 0.1}  # of the network: the share of the counts it was trained on
SIDE = 24  # voxels of a slice that the painter sees
PAINTERS = ("no tumours", "tumours left", "both")


def gaussian(values: np.ndarray, one: Tumour) -> np.ndarray:
    """A Gaussian of 5 mm, (D, H, W)."""
    from scipy import ndimage

    return ndimage.gaussian_filter(values, sigmas(WIDTH, one.spacing))


def non_local(values: np.ndarray, one: Tumour, fraction: float) -> np.ndarray:
    """Non-local means on √SUV (Buades et al. 2005, by scikit-image), (D, H, W).

    Parameters
    ----------
    values : ndarray, (D, H, W)
        SUV at a fraction of the counts.
    one : Tumour
        With full counts: its own noise and the fraction say how strong the noise is.
    fraction : float
    """
    from skimage.restoration import denoise_nl_means

    own = counts.noise(one.suv, counts.tissue(one))
    # the SD of a root is half the SD over the root of the mean
    sd = float(np.sqrt(own.sd**2 / own.mean / fraction) / 2)
    roots = denoise_nl_means(np.sqrt(values).astype(float), patch_size=PATCH, patch_distance=REACH,
                             h=STRENGTH * sd, sigma=sd, fast_mode=True)  # fmt: skip
    return np.clip(roots, 0, None) ** 2


def network(values: np.ndarray, net: Any) -> np.ndarray:
    """One stored network on every slice and its neighbours, (D, H, W)."""
    import torch

    shown = torch.from_numpy(neighbours(np.sqrt(np.asarray(values, np.float32))))
    with torch.inference_mode():
        out = np.concatenate([net(part)[:, 0].numpy() for part in shown.split(32)])
    return np.clip(out, 0, None) ** 2


def neighbours(roots: np.ndarray) -> np.ndarray:
    """Each slice with two below and two above it, (D, 5, H, W); the ends are repeated."""
    edged = np.pad(roots, ((2, 2), (0, 0), (0, 0)), mode="edge")
    return np.ascontiguousarray(np.stack([edged[k : k + len(roots)] for k in range(5)], axis=1))


def painted(square: np.ndarray, net: Any) -> np.ndarray:
    """A painter's slice, SUV, (24, 24)."""
    import torch

    with torch.inference_mode():
        out = net(torch.from_numpy(seen(square))[None])[0, 0].numpy()
    return np.clip(out, 0, None) ** 2


def seen(square: np.ndarray) -> np.ndarray:
    """What a painter is given: √SUV, and row and column from -1 to 1, (3, 24, 24) float32."""
    line = np.linspace(-1, 1, SIDE)
    return np.stack([np.sqrt(square), *np.meshgrid(line, line, indexing="ij")]).astype(np.float32)


@cache
def nets(mode: str, name: str) -> tuple[Any, ...]:
    """The stored networks of a mode and a name: a version, or one of `PAINTERS`."""
    from safetensors.torch import load

    from readingroom.lessons.l11 import nets as made

    place = resources.files("readingroom.lessons.l11").joinpath("networks", mode)
    out = []
    for seed in SEEDS:
        held = load(place.joinpath(f"{file_of(name)}-{seed}.safetensors").read_bytes())
        one = made.Denoiser() if name in VERSIONS else made.Painter()
        one.load_state_dict({key: value.float() for key, value in held.items()})
        out.append(one.eval())
    return tuple(out)


def file_of(name: str) -> str:
    """How the files of a network are called."""
    return f"version-{name}" if name in VERSIONS else name.replace(" ", "-")


def card(mode: str) -> dict:
    """What is known of a mode's networks."""
    place = resources.files("readingroom.lessons.l11").joinpath("networks", mode, "card.json")
    found: dict = json.loads(place.read_text("utf-8"))
    return found
