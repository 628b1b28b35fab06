"""How far two labels of the same films agree, beyond chance and for each answer by itself.

Raw agreement flatters where a finding is rare: two readers who never see it agree on nearly every
film. So kappa and the agreement on positives and on negatives stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from readingroom.assess.metrics import DRAWS, SEED, Estimate, each_person, redrawn
from readingroom.assess.whose import carried


def table(one: object, other: object) -> np.ndarray:
    """Count how often each pair of answers occurs.

    Parameters
    ----------
    one, other : array-like, (N,) of whole numbers from 0
        Two labels of the same films, such as 0 and 1.

    Returns
    -------
    ndarray, (K, K) of int
        Row: answer of `one`; column: answer of `other`.
    """
    first, second, k = _answers(one, other)
    return np.bincount(first * k + second, minlength=k * k).reshape(k, k)


def _answers(one: object, other: object) -> tuple[np.ndarray, np.ndarray, int]:
    first, second = np.asarray(one).ravel(), np.asarray(other).ravel()
    if len(first) != len(second):
        raise ValueError(f"the two labels differ in length: {len(first)} and {len(second)}")
    if len(first) == 0:
        raise ValueError("there are no films")
    both = np.concatenate([first, second]).astype(float)
    if not np.isfinite(both).all() or (both != both.astype(int)).any() or both.min() < 0:
        raise ValueError("labels are whole numbers from 0, such as 0 and 1, and none is missing")
    return first.astype(int), second.astype(int), max(2, int(both.max()) + 1)


def raw_of(counts: np.ndarray) -> np.ndarray:
    """Share of films on which both say the same; counts (..., K, K) to (...)."""
    return np.trace(counts, axis1=-2, axis2=-1) / counts.sum((-2, -1))


def kappa_of(counts: np.ndarray) -> np.ndarray:
    """Cohen's kappa (Cohen 1960); nan where both give one and the same answer throughout."""
    n = counts.sum((-2, -1))
    chance = (counts.sum(-1) * counts.sum(-2)).sum(-1) / n**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (raw_of(counts) - chance) / (1 - chance), np.nan)


def one_sided_of(counts: np.ndarray, answer: int) -> np.ndarray:
    """Agreement on one answer: films where both give it, over the mean of how often each does."""
    both = counts[..., answer, answer]
    given = counts[..., answer, :].sum(-1) + counts[..., :, answer].sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(given > 0, 2 * both / given, np.nan)


def _estimate(
    statistic: Callable, one: object, other: object, patient: object, name: str, draws: int
) -> Estimate:
    first, second, k = _answers(one, other)
    pair = first * k + second
    counts = np.bincount(pair, minlength=k * k)
    rng = np.random.default_rng(SEED)
    if patient is None:
        n, by = len(pair), "film"
        drawn = rng.multinomial(n, counts / n, draws).reshape(-1, k, k)
        values = statistic(drawn.astype(float))
    else:
        _, code = np.unique(each_person(patient), return_inverse=True)
        n, by = int(code.max()) + 1, "patient"
        held = np.zeros((n, k * k))  # films of each patient by pair of answers
        np.add.at(held, (code, pair), 1)
        parts = [statistic((times @ held).reshape(-1, k, k)) for times in redrawn(n, draws, rng)]
        values = np.concatenate(parts)
    value = float(statistic(counts.reshape(k, k).astype(float)))
    lo, hi = np.nanpercentile(values, [2.5, 97.5])
    return Estimate(value, float(lo), float(hi), n, name, by)


@carried
def raw(one: object, other: object, patient: object = None, draws: int = DRAWS) -> Estimate:
    """Raw agreement: share of films on which two labels say the same.

    Parameters
    ----------
    one, other : array-like, (N,) of whole numbers from 0
        Two labels of the same films.
    patient : array-like, (N,), optional
        Draw patients with all their films in the bootstrap, instead of films.
    draws : int
        Bootstrap draws.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        The labels differ in length or are not whole numbers from 0.
    """
    return _estimate(raw_of, one, other, patient, "raw agreement", draws)


@carried
def kappa(one: object, other: object, patient: object = None, draws: int = DRAWS) -> Estimate:
    """Cohen's kappa with a bootstrap interval; parameters as `raw` (Cohen 1960)."""
    return _estimate(kappa_of, one, other, patient, "kappa", draws)


@carried
def positive(one: object, other: object, patient: object = None, draws: int = DRAWS) -> Estimate:
    """Agreement on the answer 1; parameters as `raw` (Cicchetti & Feinstein 1990)."""
    return _estimate(
        lambda counts: one_sided_of(counts, 1), one, other, patient, "positive agreement", draws
    )


@carried
def negative(one: object, other: object, patient: object = None, draws: int = DRAWS) -> Estimate:
    """Agreement on the answer 0; parameters as `raw` (Cicchetti & Feinstein 1990)."""
    return _estimate(
        lambda counts: one_sided_of(counts, 0), one, other, patient, "negative agreement", draws
    )


@carried
def confirmed(one: object, other: object, patient: object = None, draws: int = DRAWS) -> Estimate:
    """Share of the films that `one` calls positive which `other` calls positive too.

    Swap the two for the share of the other's positives that `one` finds. Parameters as `raw`. The
    estimate's n counts what the share is of: films that `one` calls positive, or their patients.
    """

    def share(counts: np.ndarray) -> np.ndarray:
        given = counts[..., 1, :].sum(-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(given > 0, counts[..., 1, 1] / given, np.nan)

    found = _estimate(share, one, other, patient, "share confirmed", draws)
    called = np.asarray(one) == 1
    of = called if patient is None else np.unique(each_person(patient)[called])
    return replace(found, n=int(called.sum()) if patient is None else len(of))
