"""The small residual network that trains in front of the learner."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

WIDTHS = (16, 32, 64, 96)
STRIDES = (1, 2, 2, 2)
EARLY = (2, 2, 2, 1)
"""Strides that shrink large films early: the same last grid for a third of the work."""

SHARP = 3.0
"""Of the soft maximum over cells: 0 would be their mean, a large number their maximum."""


class Residual(nn.Module):
    """Two 3x3 convolutions and a short cut around them (He et al. 2016, basic block).

    Parameters
    ----------
    inside, outside : int
        Channels that come in and go out.
    stride : int
        2 halves rows and columns.
    """

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outside)
        self.second = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outside)
        # modules, not functions: guided backpropagation changes each ReLU on its own (lesson 05)
        self.first_relu, self.last_relu = nn.ReLU(), nn.ReLU()
        self.around: nn.Module = nn.Identity()
        if stride != 1 or inside != outside:
            self.around = nn.Sequential(
                nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)
            )

    def forward(self, x: Tensor) -> Tensor:
        """(B, inside, H, W) to (B, outside, H / stride, W / stride)."""
        h = self.first_relu(self.first_norm(self.first(x)))
        return self.last_relu(self.second_norm(self.second(h)) + self.around(x))


class SmallResNet(nn.Module):
    """A residual network of 0.22 million weights for films of any size from 28 px on.

    Its last feature map has stride 16 (4 x 4 at 64 px); one score per film and finding comes out,
    a logit: above 0 means "rather positive". It is a rank, not a probability.

    Parameters
    ----------
    widths : tuple of int
        Channels of the four stages.
    dropout : float
        Share of the last features silenced at random during training.
    outputs : int
        Findings that are scored, each on its own.
    strides : tuple of int
        Of the four stages; the stem before them has stride 2.
    local : bool
        Score every cell of the last grid and let the most suspicious ones speak for the film
        (a soft maximum, Pinheiro & Collobert 2015), so that a small finding is not diluted;
        otherwise score the mean over all cells.
    """

    def __init__(
        self,
        widths: tuple[int, ...] = WIDTHS,
        dropout: float = 0.2,
        outputs: int = 1,
        strides: tuple[int, ...] = STRIDES,
        local: bool = False,
    ) -> None:
        super().__init__()
        self.outputs, self.local = outputs, local
        self.stem = nn.Sequential(
            nn.Conv2d(1, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()
        )
        inside = (widths[0], *widths[:-1])
        self.stages = nn.Sequential(
            *[Residual(i, o, stride) for i, o, stride in zip(inside, widths, strides, strict=True)]
        )
        self.dropout = nn.Dropout(dropout)
        self.score = nn.Linear(widths[-1], outputs)

    def grid(self, size: int) -> int:
        """Cells along each side of the last feature map, for films of `size` pixels."""
        convolutions = [part for part in self.stem if isinstance(part, nn.Conv2d)]
        convolutions += [s.first for s in self.stages if isinstance(s, Residual)]
        strides = [part.stride[0] for part in convolutions]
        for stride in strides:
            size = -(-size // stride)
        return size

    def forward(self, films: Tensor) -> Tensor:
        """(B, 1, H, W) films to (B,) logits, or (B, outputs) where there are several."""
        features = self.stages(self.stem(films))  # (B, C, H / 16, W / 16)
        if self.local:
            cells = self.dropout(features.flatten(2).transpose(1, 2))  # (B, cells, C)
            logits = (SHARP * self.score(cells)).logsumexp(1)
            logits = (logits - math.log(cells.shape[1])) / SHARP
        else:
            logits = self.score(self.dropout(features.mean(dim=(2, 3))))
        return logits[:, 0] if self.outputs == 1 else logits


def size_in_weights(net: nn.Module) -> int:
    """Number of trainable weights."""
    return sum(part.numel() for part in net.parameters() if part.requires_grad)


def tensor_of(images: Any, device: str = "cpu") -> Tensor:
    """Films as a network wants them.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
        Grey values, air dark.

    Returns
    -------
    Tensor, (N, 1, H, W) float32
        Mid-grey is 0; black and white are -2 and +2.
    """
    films = torch.from_numpy(images.copy()).to(device)
    return films.float().div_(255).sub_(0.5).div_(0.25)[:, None]
