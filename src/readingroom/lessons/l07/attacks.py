"""Small networks for thumbnails, attacks on them, and one that was trained under attack.

Goodfellow et al. 2015 (one step along the sign of the gradient), Madry et al. 2018 (several
steps, and training on attacked films). Needs torch.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from readingroom.models.pixels import PixelRegression

SIDE = 28
BATCH, UPDATES, RATE = 64, 600, 2e-3
STEPS = 8  # of an attack that is shown
HARD_STEPS = 2  # of the attacks that a network is trained under
HIDDEN = 32


class Thumbnail(nn.Module):
    """A network with one hidden layer, 25,000 weights, for films of 28 pixels; greys 0 to 1."""

    def __init__(self, smooth: bool = False) -> None:
        super().__init__()
        self.smooth = nn.AvgPool2d(3, 1, 1, count_include_pad=False) if smooth else nn.Identity()
        self.hidden = nn.Linear(SIDE * SIDE, HIDDEN)
        self.score = nn.Linear(HIDDEN, 1)

    def forward(self, films: Tensor) -> Tensor:
        """(B, 1, 28, 28) grey values 0 to 1 to (B,) logits."""
        flat = ((self.smooth(films) - 0.5) / 0.25).flatten(1)
        return self.score(torch.relu(self.hidden(flat)))[:, 0]


class Regression(nn.Module):
    """A pixel regression as a torch module: one weight for each pixel, and an offset."""

    def __init__(self, slope: np.ndarray, offset: float) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(slope, dtype=torch.float32).reshape(1, -1))
        self.offset = nn.Parameter(torch.tensor(float(offset)))

    def forward(self, films: Tensor) -> Tensor:
        """(B, 1, 28, 28) grey values 0 to 1 to (B,) logits."""
        return (films.flatten(1) * self.slope).sum(1) + self.offset


def tensor(films: np.ndarray) -> Tensor:
    """(N, 28, 28) uint8 to (N, 1, 28, 28) float32, 0 to 1."""
    return torch.from_numpy(np.ascontiguousarray(films)).float()[:, None] / 255


def logits(net: nn.Module, films: Tensor) -> np.ndarray:
    """Of films as a tensor, (N,) float64."""
    with torch.no_grad():
        return net(films).double().numpy()


def attack(
    net: nn.Module, films: Tensor, labels: Tensor, levels: float, steps: int = STEPS
) -> Tensor:
    """Change every pixel by at most so many grey levels, to make the network wrong.

    Parameters
    ----------
    net : Module
    films : Tensor, (N, 1, H, W)
        Grey values 0 to 1.
    labels : Tensor, (N,) of 0 and 1
    levels : float
        Of 255.
    steps : int
        1 is the sign attack (Goodfellow 2015); more are projected gradient descent (Madry 2018),
        each a quarter of the size.
    """
    room = levels / 255
    step = room if steps == 1 else room / 4
    changed = films.clone()
    for _ in range(steps):
        changed.requires_grad_(True)
        loss = functional.binary_cross_entropy_with_logits(net(changed), labels, reduction="sum")
        (slope,) = torch.autograd.grad(loss, changed)
        changed = changed.detach() + step * slope.sign()
        changed = (films + (changed - films).clamp(-room, room)).clamp(0, 1)
    return changed.detach()


def trained(
    films: np.ndarray, labels: np.ndarray, seed: int, levels: float = 0.0, smooth: bool = False
) -> Thumbnail:
    """Train a network; with `levels` above 0 on attacked films (Madry et al. 2018).

    Parameters
    ----------
    films : ndarray, (N, 28, 28) uint8
    labels : ndarray, (N,) of 0 and 1
    seed : int
    levels : float
        Grey levels of 255 by which each training film is attacked before it is learned.
    smooth : bool
        Average each pixel with its neighbours first.
    """
    torch.manual_seed(seed)
    net = Thumbnail(smooth)
    x, y = tensor(films), torch.tensor(np.asarray(labels), dtype=torch.float32)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=UPDATES, pct_start=0.25)
    order = torch.zeros(0, dtype=torch.long)
    for _ in range(UPDATES):
        if len(order) < BATCH:  # a new pass through the films
            order = torch.randperm(len(x))
        rows, order = order[:BATCH], order[BATCH:]
        shown, truth = x[rows], y[rows]
        if levels:
            shown = attack(net, shown, truth, levels, HARD_STEPS)
        optimizer.zero_grad()
        functional.binary_cross_entropy_with_logits(net(shown), truth).backward()
        optimizer.step()
        plan.step()
    return net.eval()


def of_regression(model: PixelRegression) -> Regression:
    """A pixel regression as a network on grey values 0 to 1."""
    slope = model.weights.ravel() / model.spread
    return Regression(slope * 255, model.offset - float(slope @ model.mean))


def flattened(net: nn.Module) -> np.ndarray:
    """All weights in one row, (W,) float32."""
    return np.concatenate([part.detach().numpy().ravel() for part in net.parameters()])


def rebuilt(flat: np.ndarray, smooth: bool = False) -> Thumbnail:
    """A network from its row of weights."""
    net, used = Thumbnail(smooth), 0
    for part in net.parameters():
        values = torch.tensor(np.asarray(flat[used : used + part.numel()], np.float32))
        part.data = values.reshape(part.shape)
        used += part.numel()
    return net.eval()
