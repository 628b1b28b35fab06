"""AUC with DeLong's interval, and the paired test of two AUCs; nothing is drawn, so it is quick.

Sources: DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44:837; the ranks after Sun & Xu 2014,
IEEE Signal Process Lett 21:1389; several films of one patient after Obuchowski 1997, Biometrics
53:567.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess.metrics import (
    WILSON_Z,
    Estimate,
    _columns,
    _two_classes,
    each_person,
    measured,
    share,
)
from readingroom.assess.whose import carried

NO_WIDTH = 1e-18  # a variance that is rounding
PATIENTS = 10  # of each kind, where patients have several films


@dataclass(frozen=True)
class PairedTest:
    """Two models on the same films.

    Attributes
    ----------
    difference : Estimate
        AUC of the first minus AUC of the second.
    p : float
        Two-sided; how often so large a difference would arise if there were none.
    """

    difference: Estimate
    p: float


def _wins(y: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Structural components: (ill,) shares of well films outranked, (well,) shares lost to."""
    from scipy.stats import rankdata

    ill, well = s[y], s[~y]
    among_all = rankdata(s)
    v10 = (among_all[y] - rankdata(ill)) / len(well)
    v01 = 1 - (among_all[~y] - rankdata(well)) / len(ill)
    return v10, v01


def _covariance(y: np.ndarray, wins: list, patient: Any) -> np.ndarray:
    """Covariance of the AUCs of several models, (K, K)."""
    v10 = np.stack([w[0] for w in wins])  # (K, ill)
    v01 = np.stack([w[1] for w in wins])  # (K, well)
    m, n = v10.shape[1], v01.shape[1]
    if patient is None:
        return np.atleast_2d(np.cov(v10)) / m + np.atleast_2d(np.cov(v01)) / n
    _, code = np.unique(each_person(patient), return_inverse=True)
    people = int(code.max()) + 1
    auc = v10.mean(axis=1)[:, None]
    # what each patient's films add to or take from the mean, (K, people)
    one = np.stack([np.bincount(code[y], row, people) for row in v10 - auc]) / m
    two = np.stack([np.bincount(code[~y], row, people) for row in v01 - auc]) / n
    i, j = len(np.unique(code[y])), len(np.unique(code[~y]))
    both = one @ two.T
    return (
        i / (i - 1) * one @ one.T
        + j / (j - 1) * two @ two.T
        + people / (people - 1) * (both + both.T)
    )


def _estimate(value: float, variance: float, n: int, name: str, by: str, low: float) -> Estimate:
    half = WILSON_Z * math.sqrt(max(variance, 0.0))
    return Estimate(value, max(low, value - half), min(1.0, value + half), n, name, by)


def _counted(y: np.ndarray, patient: object) -> tuple[int, str]:
    if patient is None:
        return len(y), "film"
    return len(np.unique(each_person(patient))), "patient"


def _enough(y: np.ndarray, patient: object) -> None:
    kinds = int(y.sum()), int((~y).sum())
    if min(kinds) < 2:
        raise ValueError("DeLong's interval needs at least two films of each kind")
    if patient is None:
        return
    who = each_person(patient)
    people = len(np.unique(who[y])), len(np.unique(who[~y]))
    # related films: the variance is one between patients, and of a handful it is a guess
    if min(people) < 2 or (people != kinds and min(people) < PATIENTS):
        raise ValueError(
            f"too few patients of one kind ({people[0]} ill, {people[1]} well) for an interval; "
            f"where patients have several films it takes {PATIENTS} of each kind"
        )


@carried
def auc(y: object, s: object, patient: object = None) -> Estimate:
    """Area under the ROC curve with DeLong's interval.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
        Labels first.
    s : array-like, (N,)
        Scores; higher means rather 1.
    patient : array-like, (N,), optional
        Treats the films of a patient as related (Obuchowski 1997).

    Returns
    -------
    Estimate
        Where every ill film outranks every well one, or all scores are equal, the variance is 0
        and says nothing; then Wilson's interval of a share of as many films, or patients, as
        there are of the scarcer kind, which is wide.

    Raises
    ------
    ValueError
        One kind only, or too few films or patients of one kind.
    """
    labels, score = _columns(y, s)
    labels = _two_classes(labels)
    _enough(labels, patient)
    wins = _wins(labels, measured(score))
    variance = _covariance(labels, [wins], patient)[0, 0]
    n, by = _counted(labels, patient)
    value = float(wins[0].mean())
    if variance < NO_WIDTH:
        fewest = min(_counted(labels[k], None if patient is None else np.asarray(patient)[k])[0]
                     for k in (labels, ~labels))  # fmt: skip
        edge = share(value * fewest, fewest)
        return Estimate(value, edge.lo, edge.hi, n, "AUC", by)
    return _estimate(value, float(variance), n, "AUC", by, 0.0)


@carried
def paired(y: object, s_new: object, s_old: object, patient: object = None) -> PairedTest:
    """DeLong's paired test of two models on the same films.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s_new, s_old : array-like, (N,)
    patient : array-like, (N,), optional

    Returns
    -------
    PairedTest
        The difference is AUC(s_new) - AUC(s_old).
    """
    from scipy.stats import norm

    labels, new, old = _columns(y, s_new, s_old)
    labels = _two_classes(labels)
    _enough(labels, patient)
    wins = [_wins(labels, measured(s)) for s in (new, old)]
    cov = _covariance(labels, wins, patient)
    variance = max(float(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]), 0.0)
    gap = float(wins[0][0].mean() - wins[1][0].mean())
    n, by = _counted(labels, patient)
    found = _estimate(gap, variance, n, "AUC difference", by, -1.0)
    if variance == 0:
        return PairedTest(found, 1.0 if gap == 0 else 0.0)
    return PairedTest(found, float(2 * norm.sf(abs(gap) / math.sqrt(variance))))
