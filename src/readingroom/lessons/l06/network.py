"""The small network of lesson 06, which notices a letter of eight pixels."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from readingroom.models.nets import Residual
from readingroom.models.training import batches, loss, settle

EPOCHS = 8
BATCH = 16
RATE = 3e-3
WIDTHS = (16, 32, 64)


class Spotter(nn.Module):
    """A small residual network that also keeps the strongest cell of each last feature map.

    A network that only averages over the film hardly notices a letter of 8 pixels in so short a
    training; the strongest cell can be anywhere.
    """

    def __init__(self) -> None:
        super().__init__()
        inside = (WIDTHS[0], *WIDTHS[:-1])
        self.stem = nn.Sequential(
            nn.Conv2d(1, WIDTHS[0], 7, 4, 3, bias=False), nn.BatchNorm2d(WIDTHS[0]), nn.ReLU()
        )
        self.stages = nn.Sequential(
            *[Residual(i, o, 1 if i == o else 2) for i, o in zip(inside, WIDTHS, strict=True)]
        )
        self.score = nn.Linear(2 * WIDTHS[-1], 1)

    def forward(self, films: Tensor) -> Tensor:
        """(B, 1, H, W) films to (B,) logits."""
        features = self.stages(self.stem(films))  # (B, C, H / 16, W / 16)
        return self.score(torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1))[:, 0]


def trained(images: np.ndarray, labels: np.ndarray, seed: int, epochs: int = EPOCHS) -> Spotter:
    """Train one network; films are not moved, so that nothing pushes a letter off the film."""
    torch.manual_seed(seed)
    net = Spotter()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.01)
    steps = epochs * (len(images) // BATCH)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.25)
    for _ in range(epochs):
        net.train()
        for films, target in batches(images, labels, BATCH, moves=False):
            optimizer.zero_grad()
            loss(net(films), target).backward()
            optimizer.step()
            plan.step()
    settle(net, images)
    return net
