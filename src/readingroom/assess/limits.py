"""Limits of agreement: how far two measurements of the same thing lie apart.

Bland & Altman 1986 (Lancet 1:307) for two ways of measuring; Bland & Altman 1999 (Stat Methods Med
Res 8:135) for readers of whom none is the first. Lesions of one patient are drawn together.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from readingroom.assess.metrics import DRAWS, SEED, Estimate, each_person, redrawn
from readingroom.assess.whose import carried

Z = 1.96  # as in both papers


@dataclass(frozen=True)
class Limits:
    """Limits of agreement of two measurements.

    Attributes
    ----------
    bias : Estimate
        Mean of second minus first.
    lower, upper : Estimate
        Between them lie 95 % of the differences, if these are spread normally.
    sd : float
        Standard deviation of the differences.
    """

    bias: Estimate
    lower: Estimate
    upper: Estimate
    sd: float

    @property
    def half(self) -> float:
        """Half the distance of the limits: 1.96 standard deviations of the differences."""
        return Z * self.sd


def _pairs(first: object, second: object) -> np.ndarray:
    one, other = (np.asarray(column, float).ravel() for column in (first, second))
    if len(one) != len(other):
        raise ValueError(f"the measurements differ in number: {len(one)} and {len(other)}")
    if len(one) < 2:
        raise ValueError("limits of agreement need at least two pairs")
    if not np.isfinite([one, other]).all():
        raise ValueError("a measurement is missing")
    return other - one


@carried
def agreement(first: object, second: object, patient: object = None, draws: int = DRAWS) -> Limits:
    """Limits of agreement of two measurements of the same lesions.

    Parameters
    ----------
    first, second : array-like, (N,)
        The same lesions in the same order.
    patient : array-like, (N,), optional
        Draw patients with all their lesions for the intervals (bootstrap). Without, the intervals
        are those of the paper, for independent lesions and normal differences.
    draws : int
        Bootstrap draws.

    Raises
    ------
    ValueError
        The columns differ in length, or fewer than two pairs are given.
    """
    difference = _pairs(first, second)
    if patient is None:
        return _as_printed(difference)
    moments = np.stack([np.ones_like(difference), difference, difference**2])
    sums = _by_patient(moments, patient)

    def bias(found: np.ndarray) -> np.ndarray:
        return found[1] / found[0]

    def sd(found: np.ndarray) -> np.ndarray:
        n, mean = found[0], found[1] / found[0]
        return np.sqrt(np.maximum(found[2] - n * mean**2, 0) / np.maximum(n - 1, 1))

    def lower(found: np.ndarray) -> np.ndarray:
        return bias(found) - Z * sd(found)

    def upper(found: np.ndarray) -> np.ndarray:
        return bias(found) + Z * sd(found)

    return Limits(
        _drawn(sums, bias, "bias", draws),
        _drawn(sums, lower, "lower limit", draws),
        _drawn(sums, upper, "upper limit", draws),
        float(sd(sums.sum(axis=1))),
    )


def _as_printed(difference: np.ndarray) -> Limits:
    """Bland & Altman 1986: standard error s/√n of the bias, √(3s²/n) of a limit, Student's t."""
    from scipy import stats

    n, mean, sd = len(difference), float(difference.mean()), float(difference.std(ddof=1))
    t = float(stats.t.ppf(0.975, n - 1))

    def estimate(value: float, error: float, name: str) -> Estimate:
        return Estimate(value, value - t * error, value + t * error, n, name, "lesions")

    edge = math.sqrt(3 * sd**2 / n)
    return Limits(
        estimate(mean, sd / math.sqrt(n), "bias"),
        estimate(mean - Z * sd, edge, "lower limit"),
        estimate(mean + Z * sd, edge, "upper limit"),
        sd,
    )


def _by_patient(columns: np.ndarray, patient: object) -> np.ndarray:
    """Sums of each column, (K, N), for each patient, (K, P)."""
    who = each_person(patient)
    if len(who) != columns.shape[1]:
        raise ValueError(f"{len(who)} patients are given for {columns.shape[1]} lesions")
    _, code = np.unique(who, return_inverse=True)
    return np.stack([np.bincount(code, row) for row in columns])


def _drawn(
    sums: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], name: str, draws: int
) -> Estimate:
    """Percentile bootstrap over patients of a statistic of sums, (K, P)."""
    rng = np.random.default_rng(SEED)
    patients = sums.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = [statistic(sums @ times.T) for times in redrawn(patients, draws, rng)]
    lo, hi = np.nanpercentile(np.concatenate(parts), [2.5, 97.5])
    value = float(statistic(sums.sum(axis=1)))
    return Estimate(value, float(lo), float(hi), patients, name, "patient")


def _readings(values: object) -> np.ndarray:
    held = np.asarray(values, float)
    if held.ndim != 2 or held.shape[1] < 2:
        raise ValueError("give one row for each lesion and one column for each reader")
    if not np.isfinite(held).all():
        raise ValueError("a measurement is missing")
    return held


@carried
def between_readers(values: object, patient: object, draws: int = DRAWS) -> Estimate:
    """Half the width of the limits between two readers of whom none is the first: 1.96·√2·s.

    Parameters
    ----------
    values : array-like, (N, R)
        Each lesion measured by R readers; a column need not be the same person throughout, since
        readers are taken as exchangeable.
    patient : array-like, (N,)
        Lesions of one patient are drawn together.
    draws : int

    Returns
    -------
    Estimate
        In the unit of the values. s is the standard deviation within a lesion (1999, section 3).
    """
    held = _readings(values)
    within = held.var(axis=1, ddof=1)
    sums = _by_patient(np.stack([np.ones(len(held)), within]), patient)
    return _drawn(
        sums, lambda found: Z * np.sqrt(2 * found[1] / found[0]), "limits of agreement", draws
    )


def pairs_apart(values: object, relative: bool = False) -> np.ndarray:
    """How far each two readers lie apart, (N, R·(R-1)/2); a share of the smaller if `relative`."""
    held = _readings(values)
    if relative and (held <= 0).any():
        raise ValueError("a share of the smaller needs measurements above 0")
    out = []
    for i, j in combinations(range(held.shape[1]), 2):
        apart = np.abs(held[:, i] - held[:, j])
        out.append(apart / np.minimum(held[:, i], held[:, j]) if relative else apart)
    return np.stack(out, axis=1)


@carried
def beyond(
    values: object, cut: float, patient: object, relative: bool = False, draws: int = DRAWS
) -> Estimate:
    """Share of pairs of readers who differ by more than a cut; parameters as `between_readers`.

    Parameters
    ----------
    cut : float
        In the unit of the values; where `relative`, a share of the smaller measurement.
    relative : bool
    """
    apart = pairs_apart(values, relative) > cut
    sums = _by_patient(np.stack([np.ones(len(apart)), apart.mean(axis=1)]), patient)
    name = f"pairs more than {cut:g} apart"
    return _drawn(sums, lambda found: found[1] / found[0], name, draws)


@carried
def repeated(first: object, second: object) -> Estimate:
    """Repeatability of one reader: 1.96 standard deviations of the differences of two sittings.

    Parameters
    ----------
    first, second : array-like, (N,)
        The same lesions twice.

    Returns
    -------
    Estimate
        With the exact interval of a standard deviation of normal differences (chi-square), which
        is wide for a handful of lesions.
    """
    from scipy import stats

    difference = _pairs(first, second)
    n = len(difference)
    value = Z * float(difference.std(ddof=1))
    lo, hi = (value * math.sqrt((n - 1) / stats.chi2.ppf(q, n - 1)) for q in (0.975, 0.025))
    return Estimate(value, float(lo), float(hi), n, "own limits", "lesions")
