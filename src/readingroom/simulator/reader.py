"""Readers with stated sensitivity, specificity and correlation.

They follow a formula and illustrate what disagreement does; they are no study of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from readingroom.simulator.streams import stream

__all__ = ["Reader", "advised", "read"]


@dataclass(frozen=True)
class Reader:
    """One simulated reader.

    Parameters
    ----------
    name : str
    sensitivity, specificity : float
        Between 0 and 1, exclusive.
    trust : float
        Chance of changing a call when an AI disagrees, 0 to 1.
    """

    name: str
    sensitivity: float = 0.85
    specificity: float = 0.90
    trust: float = 0.0


def read(
    truth: np.ndarray,
    readers: Sequence[Reader],
    correlation: float = 0.3,
    seed: int = 1,
    difficulty: np.ndarray | None = None,
) -> np.ndarray:
    """Call every film by every reader.

    Each film has a hidden ease, normal with variance 1, of which a share `correlation` is
    common to all readers: hard films are hard for everybody (a one-factor probit model).

    Parameters
    ----------
    truth : ndarray of 0/1, (N,)
    correlation : float
        Correlation of the hidden ease between any two readers, 0 to 1.
    difficulty : ndarray, (N,), optional
        Orders the common part: the films with the largest values are the hardest.

    Returns
    -------
    ndarray of int, (N, R)
        1 = called positive.
    """
    if not 0 <= correlation <= 1:
        raise ValueError(f"Correlation lies between 0 and 1, not {correlation}.")
    truth = np.asarray(truth).astype(int)
    rng = stream(seed, "readers")
    common = rng.standard_normal(len(truth))
    if difficulty is not None:
        order = np.argsort(np.argsort(difficulty, kind="stable"), kind="stable")
        common = np.sort(common)[::-1][order]
    own = rng.standard_normal((len(truth), len(readers)))
    ease = np.sqrt(correlation) * common[:, None] + np.sqrt(1 - correlation) * own
    right = np.column_stack(
        [np.where(truth == 1, ndtri(r.sensitivity), ndtri(r.specificity)) for r in readers]
    )
    correct = ease > -right
    return np.where(correct, truth[:, None], 1 - truth[:, None])


def advised(calls: np.ndarray, advice: np.ndarray, readers: Sequence[Reader], seed: int = 1) -> Any:
    """Calls after seeing an AI: where it disagrees, each reader follows with chance `trust`.

    Parameters
    ----------
    calls : ndarray of 0/1, (N, R)
    advice : ndarray of 0/1, (N,)
    """
    draw = stream(seed, "advice").random(calls.shape)
    follow = draw < np.array([reader.trust for reader in readers])
    return np.where(follow, np.asarray(advice)[:, None], calls)
