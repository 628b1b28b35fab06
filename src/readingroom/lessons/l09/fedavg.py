"""Logistic regression on films as numbers, averaged over hospitals (McMahan et al. 2017).

The lesson types the same steps in ten lines. Here they serve the stored runs, the checks and the
processes that play the hospitals, so this module needs numpy alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

EDGE = 28
NUMBERS = EDGE * EDGE + 1  # one for each pixel, and a last one for the film as a whole
MIDDLE, SCALE = 128.0, 64.0  # grey values become about -2 to 2, the same in every hospital
STEPS, RATE, ROUNDS = 20, 0.02, 20
LONGEST = 0.3  # a longer update is shortened to this before noise is added; typical ones are .2

Films = tuple[np.ndarray, np.ndarray]


def as_numbers(films: np.ndarray) -> np.ndarray:
    """Films, (N, 28, 28) uint8, as rows of numbers with a 1 at the end, (N, 785) float64."""
    flat = np.asarray(films, np.float64).reshape(len(films), -1)
    return np.column_stack([(flat - MIDDLE) / SCALE, np.ones(len(films))])


def gradient(weights: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Direction in which the error on these films grows, (785,).

    Parameters
    ----------
    weights : ndarray, (785,)
    x : ndarray, (N, 785)
        See `as_numbers`.
    y : ndarray, (N,) of 0 and 1
    """
    score = 1 / (1 + np.exp(-(x @ weights)))
    return x.T @ (score - y) / len(y)


def train(
    weights: np.ndarray, x: np.ndarray, y: np.ndarray, steps: int = STEPS, rate: float = RATE
) -> np.ndarray:
    """Weights after some steps down the error on one hospital's films, (785,)."""
    for _ in range(steps):
        weights = weights - rate * gradient(weights, x, y)
    return weights


def average(models: Sequence[np.ndarray], films: Sequence[int]) -> np.ndarray:
    """Mean of the hospitals' weights, each counting as often as it has films, (785,)."""
    return sum(m * n for m, n in zip(models, films, strict=True)) / sum(films)


def message(
    update: np.ndarray, noise: float, rng: np.random.Generator, longest: float = LONGEST
) -> np.ndarray:
    """What a careful hospital sends: the update shortened to `longest`, with noise added, (785,).

    Parameters
    ----------
    update : ndarray, (785,)
    noise : float
        Standard deviation for each number, as a share of `longest` (Abadi et al. 2016).
    rng : Generator
    longest : float
        Length above which an update is shortened.
    """
    short = update * min(1.0, longest / float(np.linalg.norm(update)))
    return short + rng.normal(0, noise * longest, len(update))


def federated(
    sites: Sequence[Films], rounds: int = ROUNDS, noise: float | None = None, seed: int = 0
) -> np.ndarray:
    """Weights after some rounds in which every hospital trains and the weights are averaged.

    Parameters
    ----------
    sites : sequence of (ndarray, (N, 785), ndarray, (N,))
        Films as numbers and labels, one pair for each hospital.
    rounds : int
    noise : float, optional
        Each hospital sends `message` with this noise; None sends the update as it is.
    seed : int
        Of the noise.

    Returns
    -------
    ndarray, (785,)
    """
    rng = np.random.default_rng([91, seed])
    weights, films = np.zeros(NUMBERS), [len(y) for _, y in sites]
    for _ in range(rounds):
        models = [train(weights, x, y) for x, y in sites]
        if noise is not None:
            models = [weights + message(model - weights, noise, rng) for model in models]
        weights = average(models, films)
    return weights


def alone(x: np.ndarray, y: np.ndarray, rounds: int = ROUNDS) -> np.ndarray:
    """Weights of one hospital that takes as many steps by itself, (785,)."""
    return train(np.zeros(NUMBERS), x, y, STEPS * rounds)


def rebuilt(update: np.ndarray) -> np.ndarray:
    """The picture that an update holds, (28, 28) float64.

    After one film the update is a multiple of that film; its last number is the factor, so
    dividing by it gives the film itself. After several films, or with noise, the last number is no
    such factor; then the picture is right up to sign and contrast.
    """
    return (update[:-1] / (np.sign(update[-1]) or 1.0)).reshape(EDGE, EDGE)


def levelled(x: np.ndarray) -> np.ndarray:
    """Films as numbers, (N, 785), without their mean grey and of length 1, (N, 784)."""
    films = x[:, :-1] - x[:, :-1].mean(axis=1, keepdims=True)
    return films / np.maximum(np.linalg.norm(films, axis=1, keepdims=True), 1e-12)


def similarity(picture: np.ndarray, films: np.ndarray) -> np.ndarray:
    """Correlation, whatever its sign, of a picture with each of many films, (N,) from 0 to 1.

    Parameters
    ----------
    picture : ndarray, (28, 28)
    films : ndarray, (N, 784)
        See `levelled`.
    """
    flat = picture.ravel() - picture.mean()
    return np.abs(films @ flat) / max(float(np.linalg.norm(flat)), 1e-12)
