"""The training recipe of lesson 03 and the parts its page calls by name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from readingroom.assess import whose
from readingroom.assess.named import named
from readingroom.models.nets import STRIDES, SmallResNet, tensor_of

BATCH = 64
EPOCHS = 6
TOP_RATE = 4e-3
WEIGHT_DECAY = 0.01

# How far a film may be moved in training, like the small differences between two positionings.
TURN = 0.10  # radians, one standard deviation
ZOOM = 0.08
MOVE = 0.06  # share of half the film's width
GREY = 0.15  # of the standardised grey scale


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train.

    Attributes
    ----------
    epochs : int
        Passes through the training films; fixed before.
    rate : float
        Highest learning rate.
    moves : bool
        Whether films are turned, zoomed, shifted and re-exposed a little.
    warm : bool
        Whether the rate rises and falls (one cycle, Smith 2018) or stays.
    batch : int
        Films a batch.
    strides : tuple of int
        Of the network's four stages.
    local : bool
        Whether the network lets its most suspicious cells speak for the film.
    """

    epochs: int = EPOCHS
    rate: float = TOP_RATE
    moves: bool = True
    warm: bool = True
    batch: int = BATCH
    strides: tuple[int, ...] = STRIDES
    local: bool = False


def as_films(images: np.ndarray) -> Tensor:
    """(N, H, W) uint8 films to (N, 1, H, W) float32, mid-grey 0."""
    return tensor_of(images)


def loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy between logits and labels of 0 and 1, (B,) or (B, F): a surprise, in nats."""
    return functional.binary_cross_entropy_with_logits(scores, labels)


def _moved(films: Tensor) -> Tensor:
    """Turn, zoom, shift and re-expose each film a little, all films of a batch at once."""
    n = len(films)
    turn, zoom = TURN * torch.randn(n), 1 + ZOOM * torch.randn(n)
    shift = MOVE * torch.randn(n, 2)
    rows = [
        torch.stack([turn.cos() * zoom, -turn.sin() * zoom, shift[:, 0]], 1),
        torch.stack([turn.sin() * zoom, turn.cos() * zoom, shift[:, 1]], 1),
    ]
    grid = functional.affine_grid(torch.stack(rows, 1), list(films.shape), align_corners=False)
    films = functional.grid_sample(films, grid, padding_mode="border", align_corners=False)
    contrast = 1 + GREY * torch.randn(n, 1, 1, 1)
    return films * contrast + GREY * torch.randn(n, 1, 1, 1)


def batches(
    images: np.ndarray, labels: np.ndarray, size: int = BATCH, moves: bool = True
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch: all films in random order, a batch at a time.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
    labels : ndarray, (N,) of 0 and 1
    size : int
        Films a batch; a smaller rest is left out, as its statistics would be noisy.
    moves : bool
        Turn, zoom, shift and re-expose each film a little.

    Yields
    ------
    (Tensor, Tensor)
        (B, 1, H, W) films and (B,) labels.
    """
    order = torch.randperm(len(images)).numpy()
    size = min(size, len(images))
    for first in range(0, len(images) - size + 1, size):
        chosen = order[first : first + size]
        films = tensor_of(images[chosen])
        target = torch.from_numpy(np.asarray(labels)[chosen].astype(np.float32))
        yield (_moved(films) if moves else films), target


def new_network(
    seed: int, epochs: int, films: int, recipe: Recipe | None = None, outputs: int = 1
) -> tuple[SmallResNet, torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """A network that knows nothing, its optimizer, and the plan for its learning rate.

    Parameters
    ----------
    seed : int
        Random stream of its first weights and of everything that follows.
    epochs : int
        Passes planned.
    films : int
        Training films.
    recipe : Recipe, optional
        Lesson 03's by default.
    outputs : int
        Findings to score.
    """
    recipe = recipe or Recipe(epochs=epochs)
    torch.manual_seed(seed)
    net = SmallResNet(outputs=outputs, strides=recipe.strides, local=recipe.local)
    optimizer = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=WEIGHT_DECAY)
    steps = epochs * max(1, films // min(recipe.batch, films))
    plan: torch.optim.lr_scheduler.LRScheduler
    if recipe.warm and steps > 8:  # a cycle needs a few steps to rise and fall
        plan = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, recipe.rate, total_steps=steps, pct_start=0.25
        )
    else:
        plan = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)
    return net, optimizer, plan


@torch.no_grad()
def scores(net: nn.Module, images: np.ndarray, size: int = 256) -> np.ndarray:
    """Score films with a network at rest.

    Parameters
    ----------
    net : Module
    images : ndarray, (N, H, W) uint8
    size : int
        Films a batch.

    Returns
    -------
    ndarray, (N,) float64, or (N, F) where the network scores F findings
        Between 0 and 1. A score: a rank on this network's scale, not a probability.
    """
    was_training = net.training
    net.eval()
    parts = [
        net(tensor_of(images[first : first + size])).sigmoid().double().numpy()
        for first in range(0, len(images), size)
    ]
    net.train(was_training)
    found = np.concatenate(parts) if parts else np.zeros(0)
    return named(found, whose.films_of(images))


@torch.no_grad()
def settle(net: nn.Module, images: np.ndarray, limit: int = 1024) -> None:
    """Measure the grey-level statistics inside the network anew, on training films.

    A network that has taken few steps still carries those of its first, untrained steps
    (batch normalisation, Ioffe & Szegedy 2015), and would be scored as worse than it is.
    """
    norms = [part for part in net.modules() if isinstance(part, nn.BatchNorm2d)]
    for part in norms:
        part.reset_running_stats()
        part.momentum = None  # a plain mean
    net.train()
    net(tensor_of(images[:limit]))
    for part in norms:
        part.momentum = 0.1
    net.eval()


def measure(score: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Loss (nats) and AUC of scores; points on a curve, so without intervals.

    With several findings, (N, F), both are means over findings.
    """
    from sklearn.metrics import roc_auc_score

    safe = np.clip(score, 1e-7, 1 - 1e-7)
    surprise = -np.mean(np.where(np.asarray(labels) > 0, np.log(safe), np.log1p(-safe)))
    return {"loss": float(surprise), "auc": float(roc_auc_score(labels, score))}


def weights_of(net: nn.Module) -> dict[str, np.ndarray]:
    """The network's weights as arrays."""
    return {name: value.detach().cpu().numpy().copy() for name, value in net.state_dict().items()}


@dataclass
class Training:
    """A finished training run: the network and, for each epoch, what was measured."""

    net: SmallResNet
    history: list[dict]
    seconds: float


def fit(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int,
    recipe: Recipe | None = None,
    watch: Callable[[SmallResNet, int], dict] | None = None,
) -> Training:
    """Train a network with lesson 03's loop; the stored runs and shipped models come from here.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
    labels : ndarray, (N,) or (N, F) of 0 and 1
        One label a film, or one for each of F findings.
    seed : int
        Random stream.
    recipe : Recipe, optional
        Lesson 03's by default.
    watch : callable, optional
        ``watch(net, epoch)`` returns what to keep of each epoch; its time is not counted.

    Returns
    -------
    Training
    """
    recipe = recipe or Recipe()
    outputs = 1 if np.ndim(labels) == 1 else np.shape(labels)[1]
    net, optimizer, plan = new_network(seed, recipe.epochs, len(images), recipe, outputs)
    history, seconds = [], 0.0
    for epoch in range(recipe.epochs):
        start = time.perf_counter()
        net.train()
        total, steps = 0.0, 0
        for films, target in batches(images, labels, recipe.batch, recipe.moves):
            optimizer.zero_grad()
            error = loss(net(films), target)
            error.backward()
            optimizer.step()
            plan.step()
            total, steps = total + float(error.detach()), steps + 1
        seconds += time.perf_counter() - start
        history.append({"train_loss": total / steps, **(watch(net, epoch) if watch else {})})
    net.eval()
    return Training(net, history, seconds)


def seeds(
    cohort: Any, n: int | tuple[int, ...] = 5, recipe: Recipe | None = None
) -> tuple[dict, list[dict]]:
    """One training for each of `n` seeds.

    Parameters
    ----------
    cohort : Cohort
        Films with one label or several.
    n : int or tuple of int
        Seeds: 0 to n - 1, or those named.
    recipe : Recipe, optional
        Lesson 03's by default.

    Returns
    -------
    dict of ndarray
        ``val_score``, ``test_score`` (n, films); ``val_label``, ``test_label`` (films,);
        ``train_seconds`` (n,). Several findings add a last axis to scores and labels.
    list of dict
        The networks' weights.
    """
    films, labels = cohort.part("train")
    val, test = cohort.part("val")[0], cohort.part("test")[0]
    out: dict[str, list] = {"val_score": [], "test_score": [], "train_seconds": []}
    nets = []
    for seed in range(n) if isinstance(n, int) else n:
        run = fit(films, labels, seed=seed, recipe=recipe)
        out["val_score"].append(scores(run.net, val))
        out["test_score"].append(scores(run.net, test))
        out["train_seconds"].append(run.seconds)
        nets.append({k: v.numpy().copy() for k, v in run.net.state_dict().items()})
        aucs = [
            measure(out[f"{part}_score"][-1], cohort.part(part)[1])["auc"]
            for part in ("val", "test")
        ]
        print(
            f"seed {seed}: {run.seconds:.1f} s, AUC {aucs[0]:.4f} validation, {aucs[1]:.4f} test",
            flush=True,
        )
    arrays = {name: np.array(value, np.float32) for name, value in out.items()}
    for part in ("val", "test"):
        arrays[f"{part}_label"] = cohort.part(part)[1].astype(np.uint8)
    return arrays, nets
