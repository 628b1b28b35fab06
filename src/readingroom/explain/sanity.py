"""Erase what a network knows and look again (Adebayo et al. 2018)."""

from __future__ import annotations

import copy

import torch
from torch import nn

LAYERS = ("score", "stages.3", "stages.2", "stages.1", "stages.0", "stem")
"""Parts of the network from the last to the first, in the order in which they are erased."""


def randomised(net: nn.Module, layers: int = len(LAYERS), seed: int = 0) -> nn.Module:
    """A copy of a network with the weights of its last layers drawn anew.

    Parameters
    ----------
    net : Module
        A `readingroom.models.SmallResNet`; it is left as it is.
    layers : int
        How many of `LAYERS`, counted from the last; all of them by default.
    seed : int
        Random stream of the new weights.

    Returns
    -------
    Module
        At rest. Grey-level statistics inside the erased layers are reset too.
    """
    changed = copy.deepcopy(net)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for name in LAYERS[:layers]:
            for part in changed.get_submodule(name).modules():
                reset = getattr(part, "reset_parameters", None)
                if callable(reset):
                    reset()
    return changed.eval()
