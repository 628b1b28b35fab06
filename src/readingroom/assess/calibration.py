"""Does a score of .8 come true in 8 of 10? Reliability, slope and intercept, and the repair.

Sources: Cox 1958, Biometrika 45:562 (slope and intercept); Guo et al. 2017, ICML (the expected
calibration error in equal bins); Van Calster et al. 2019, BMC Med 17:230.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import WILSON_Z, Estimate, _columns, _labels, _two_classes
from readingroom.assess.whose import carried

BINS = 10
EDGE = 1e-6  # scores of exactly 0 or 1 have no logit
STEPS = 60


@dataclass(frozen=True)
class Bin:
    """The films of one tenth of the scale: what the model said, and what happened."""

    said: float
    happened: Estimate


def logit(s: object) -> np.ndarray:
    """log(s / (1 - s)) of scores between 0 and 1; 0 and 1 themselves are moved inwards a little."""
    inside = np.clip(np.asarray(s, float), EDGE, 1 - EDGE)
    return np.log(inside / (1 - inside))


def _scores(y: object, s: object) -> tuple[np.ndarray, np.ndarray]:
    labels, score = _columns(y, s)
    score = metrics.measured(score)
    if score.min() < 0 or score.max() > 1:
        raise ValueError("calibration needs scores between 0 and 1")
    return _labels(labels), score


def _bin_of(s: np.ndarray, bins: int) -> np.ndarray:
    return np.minimum((s * bins).astype(int), bins - 1)


def reliability(y: object, s: object, bins: int = BINS) -> list[Bin]:
    """Observed share of positives against mean score, in bins of equal width that hold films.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s : array-like, (N,), 0 to 1
    bins : int

    Returns
    -------
    list of Bin
    """
    labels, score = _scores(y, s)
    code = _bin_of(score, bins)
    return [
        Bin(float(score[code == k].mean()),
            metrics.share(int(labels[code == k].sum()), int((code == k).sum()), "positive"))
        for k in np.unique(code)
    ]  # fmt: skip


def error(y: object, s: object, bins: int = BINS) -> float:
    """Expected calibration error without an interval, for a check; a lesson shows `ece`."""
    labels, score = _scores(y, s)
    return _ece(labels.astype(float), score, bins)


def _ece(labels: np.ndarray, score: np.ndarray, bins: int = BINS) -> float:
    code = _bin_of(score, bins)
    gap = np.bincount(code, labels - score, bins)
    return float(np.abs(gap).sum() / len(score))


def _eces(counts: np.ndarray, labels: np.ndarray, score: np.ndarray, bins: int) -> np.ndarray:
    """`_ece` of many draws, (K,), from how often each holds each film, (K, N)."""
    of_bin = np.eye(bins)[_bin_of(score, bins)]
    return np.abs(counts @ (of_bin * (labels - score)[:, None])).sum(axis=1) / counts.sum(axis=1)


@carried
def ece(
    y: object,
    s: object,
    bins: int = BINS,
    patient: object = None,
    draws: int = metrics.DRAWS,
) -> Estimate:
    """Expected calibration error: mean distance of score and outcome over bins, by films in them.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s : array-like, (N,), 0 to 1
    bins : int
        The value depends on it; the course always uses 10.
    patient : array-like, (N,), optional
    draws : int
        Bootstrap draws.

    Returns
    -------
    Estimate
        Biased upwards: even a perfect model has an error above 0 in few films, and the bootstrap
        adds to it. The interval is therefore set back by the bootstrap's own mean shift.
    """
    labels, score = _scores(y, s)
    found = metrics.bootstrap(
        lambda a, b: _ece(a, b, bins),
        labels.astype(float),
        score,
        patient=patient,
        draws=draws,
        name="ECE",
        at_once=lambda counts, a, b: _eces(counts, a, b, bins),
    )
    shift = max((found.lo + found.hi) / 2 - found.value, 0.0)
    lo, hi = max(found.lo - shift, 0.0), found.hi - shift
    return Estimate(found.value, min(lo, found.value), max(hi, found.value), found.n, "ECE",
                    found.by)  # fmt: skip


def _between(
    columns: np.ndarray, off: np.ndarray, inverse: np.ndarray, patient: object
) -> np.ndarray:
    """Covariance; with patients that of their sums (Liang & Zeger 1986, Biometrika 73:13)."""
    if patient is None:
        return inverse
    _, code = np.unique(metrics.each_person(patient), return_inverse=True)
    people = int(code.max()) + 1
    if people < 2:
        raise ValueError("all films are of one patient")
    sums = np.stack([np.bincount(code, column * off) for column in columns.T], axis=1)
    return inverse @ (people / (people - 1) * sums.T @ sums) @ inverse


def _fit(
    columns: np.ndarray, offset: np.ndarray, y: np.ndarray, patient: object = None
) -> tuple[np.ndarray, np.ndarray]:
    """Logistic regression by Newton's method: coefficients (K,) and their covariance (K, K)."""
    beta = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(columns @ beta + offset, -35, 35)))
        weight = np.maximum(p * (1 - p), 1e-12)
        information = columns.T @ (weight[:, None] * columns)
        try:
            step = np.linalg.solve(information, columns.T @ (y - p))
        except np.linalg.LinAlgError:
            break
        beta = beta + np.clip(step, -2, 2)  # short steps, so that a poor start does not overshoot
        if np.abs(step).max() < 1e-10:
            return beta, _between(columns, y - p, np.linalg.inv(information), patient)
    raise ValueError(
        "the scores separate the two kinds of films completely, so slope and intercept have no "
        "finite value"
    )


def _wald(value: float, variance: float, score: np.ndarray, name: str, patient: object) -> Estimate:
    half = WILSON_Z * float(np.sqrt(variance))
    n, by = len(score), "film"
    if patient is not None:
        n, by = len(np.unique(metrics.each_person(patient))), "patient"
    return Estimate(float(value), float(value) - half, float(value) + half, n, name, by)


def _varied(score: np.ndarray) -> None:
    if np.ptp(score) == 0:
        raise ValueError("all scores are the same, so they separate nothing and have no slope")


@carried
def slope(y: object, s: object, patient: object = None) -> Estimate:
    """Calibration slope: 1 is right, below 1 the scores are too extreme at both ends.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s : array-like, (N,), 0 to 1
    patient : array-like, (N,), optional
        Treats the films of a patient as related.

    Raises
    ------
    ValueError
        One class only, all scores the same, or the scores separate the classes completely.
    """
    labels, score = _scores(y, s)
    _two_classes(labels.astype(int))
    _varied(score)
    columns = np.column_stack([np.ones(len(score)), logit(score)])
    beta, cov = _fit(columns, np.zeros(len(score)), labels.astype(float), patient)
    return _wald(beta[1], cov[1, 1], score, "slope", patient)


@carried
def intercept(y: object, s: object, patient: object = None) -> Estimate:
    """Calibration in the large: 0 is right, below 0 the scores are too high altogether.

    The logit by which all scores would have to be moved, with the slope left as it is.
    Parameters as `slope`.
    """
    labels, score = _scores(y, s)
    _two_classes(labels.astype(int))
    beta, cov = _fit(np.ones((len(score), 1)), logit(score), labels.astype(float), patient)
    return _wald(beta[0], cov[0, 0], score, "intercept", patient)


def recalibration(y: object, s: object) -> tuple[float, float]:
    """Intercept and slope of the logistic recalibration, fitted on these films (Cox 1958).

    Returns
    -------
    (float, float)
        For `recalibrated`.
    """
    labels, score = _scores(y, s)
    _two_classes(labels.astype(int))
    _varied(score)
    columns = np.column_stack([np.ones(len(score)), logit(score)])
    beta, _ = _fit(columns, np.zeros(len(score)), labels.astype(float))
    return float(beta[0]), float(beta[1])


def recalibrated(s: object, intercept: float, slope: float) -> np.ndarray:
    """Scores after recalibration: 1 / (1 + exp(-(intercept + slope * logit(s)))), (N,)."""
    return 1 / (1 + np.exp(-(intercept + slope * logit(s))))
