"""The networks that read one film together, and where in the film each one looked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

SIZE = 128  # pixels along each side of the films these networks learned from
REAL = "children-128"
SIMULATED = "simulated-128"
SEEDS = {REAL: 5, SIMULATED: 1}  # how many read together, see lesson 00


@dataclass(frozen=True)
class Panel:
    """A shipped network with all its seeds, and which of its outputs is read.

    Attributes
    ----------
    name : str
        As `readingroom.models.load` knows it.
    output : int
        Position of the finding among its outputs.
    finding : str
        What a high score says.
    learned_from : str
        In the words of a clinic.
    """

    name: str
    output: int
    finding: str
    learned_from: str


PANELS = {
    REAL: Panel(REAL, 0, "pneumonia", "chest films of children aged 1 to 5, one hospital"),
    SIMULATED: Panel(SIMULATED, 0, "consolidation", "simulated chest films, no patient"),
}


def of_mode(mode: str | None) -> Panel:
    """Which networks read the films of a lesson; real films and your own go to the real ones."""
    return PANELS[SIMULATED if mode == "simulated" else REAL]


@cache
def networks(name: str) -> tuple:
    """The seeds of a shipped network that read films, loaded once (about 0.1 s)."""
    from readingroom.models import reference

    return tuple(reference.load(name, seed) for seed in range(SEEDS[name]))


def scores(panel: Panel, films: np.ndarray) -> np.ndarray:
    """Score films with every network.

    Parameters
    ----------
    panel : Panel
    films : ndarray, (N, 128, 128) uint8

    Returns
    -------
    ndarray, (seeds, N) float64
        Ranks between 0 and 1, no probabilities.
    """
    from readingroom.models import training

    found = [training.scores(net, films) for net in networks(panel.name)]
    return np.stack([s if s.ndim == 1 else s[:, panel.output] for s in found])


def read(panel: Panel, film: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Score one film with every network, and map what spoke for a high score.

    Parameters
    ----------
    panel : Panel
    film : ndarray, (128, 128) uint8

    Returns
    -------
    scores : ndarray, (seeds,) float64
    heat : ndarray, (h, w) float32
        On the grid of the last feature map, mean of the networks, 0 or more: Grad-CAM, which for
        these networks is the class activation map (Zhou et al. 2016; Selvaraju et al. 2017).
    """
    import torch

    from readingroom.models.nets import tensor_of

    found: list[float] = []
    maps: list = []
    with torch.inference_mode():
        one = tensor_of(film[None])
        for net in networks(panel.name):
            found.append(_score(net, one, panel.output, maps))
    return np.array(found), np.mean(maps, axis=0)


def _score(net: Any, one: Any, output: int, maps: list) -> float:
    """A network's score of one film; its map is appended to `maps`.

    Whether the network averages its last map or takes a soft maximum of it, the gradient of the
    score with respect to a channel, averaged over the film, is that channel's weight up to a
    factor; so no gradient is computed.
    """
    kept: list = []
    hook = net.stages.register_forward_hook(lambda *told: kept.append(told[2]))
    try:
        logits = net(one).reshape(-1)  # (outputs,)
    finally:
        hook.remove()
    weights = net.score.weight[output][:, None, None]  # (C, 1, 1)
    maps.append((kept[0][0] * weights).sum(0).clamp(min=0).numpy())  # (h, w)
    return float(logits[output].double().sigmoid())
