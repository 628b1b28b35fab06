"""Several readers, several cases, two ways of reading: one difference and three intervals.

Sources: Obuchowski & Rockette 1995, Commun Stat Simul Comput 24:285 (the model); Hillis 2007,
Stat Med 26:596 (degrees of freedom); Hillis, Obuchowski & Berbaum 2011, Acad Radiol 18:129 (readers
or cases taken as fixed). Covariances of the AUCs: DeLong et al. 1988, or the unbiased estimator of
a product of two U-statistics (Gallas 2006, Acad Radiol 13:353).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess import delong
from readingroom.assess.metrics import WILSON_Z, Estimate, _labels

COVARIANCES = ("delong", "unbiased")


@dataclass(frozen=True)
class ReaderStudy:
    """Second way of reading minus first, in AUC averaged over the readers.

    Attributes
    ----------
    auc : ndarray, (2, R)
        Of each reader with each way.
    both : Estimate
        Readers and cases random: it speaks of other readers who read other cases.
    cases : Estimate
        Cases random, these readers: it speaks of these readers and other cases.
    readers : Estimate
        Readers random, these cases: it speaks of other readers and these cases.
    f, df, p : float
        Test that there is no difference, readers and cases random: F on 1 and `df`.
    covariance : str
        How the covariances were estimated.
    parts : dict
        Mean squares ``treatment`` and ``interaction``; ``variance`` and the covariances ``cov1``
        (same reader), ``cov2`` (same way), ``cov3`` (neither).
    """

    auc: np.ndarray
    both: Estimate
    cases: Estimate
    readers: Estimate
    f: float
    df: float
    p: float
    covariance: str
    parts: dict[str, float]


def compare(truth: Any, ratings: Any, covariance: str = "delong") -> ReaderStudy:
    """Compare two ways of reading in a study in which everybody read every case in both.

    Parameters
    ----------
    truth : array-like, (N,) of 0 and 1
    ratings : array-like, (2, R, N)
        Higher means rather 1; no value may be missing.
    covariance : "delong" or "unbiased"

    Returns
    -------
    ReaderStudy

    Raises
    ------
    ValueError
        Another shape, a missing rating, fewer than two readers, or fewer than two cases of a kind.
    """
    from scipy import stats

    y, given = _labels(truth), np.asarray(ratings, float)
    if given.ndim != 3 or given.shape[0] != 2 or given.shape[1] < 2 or given.shape[2] != len(y):
        raise ValueError(
            "the ratings are numbers by way of reading (2), reader (2 or more) and case; the truth "
            "has one value for each case"
        )
    if not np.isfinite(given).all():
        raise ValueError("a rating is missing: every reader has to read every case in both ways")
    if covariance not in COVARIANCES:
        raise ValueError(f"the covariance is one of {', '.join(COVARIANCES)}")
    delong._enough(y, None)
    ways, many, n = given.shape
    flat = given.reshape(ways * many, n)
    wins = [delong._wins(y, row) for row in flat]
    auc = np.array([w[0].mean() for w in wins]).reshape(ways, many)
    between = delong._covariance(y, wins, None) if covariance == "delong" else _unbiased(y, flat)
    parts = _parts(auc, between.reshape(ways, many, ways, many))
    square, spread = parts["interaction"], many * max(parts["cov2"] - parts["cov3"], 0.0)
    error = square + spread
    df = error**2 / (square**2 / (many - 1)) if square > 0 else np.inf
    f = parts["treatment"] / error if error > 0 else np.inf
    # nothing of the readers' own: what varies is the cases they share
    cases = parts["variance"] - parts["cov1"] + (many - 1) * max(parts["cov2"] - parts["cov3"], 0.0)
    gap = float(auc[1].mean() - auc[0].mean())

    def found(variance: float, factor: float, by: str, count: int) -> Estimate:
        half = factor * float(np.sqrt(2 / many * max(variance, 0.0)))
        return Estimate(
            gap, max(-1.0, gap - half), min(1.0, gap + half), count, "AUC difference", by
        )

    return ReaderStudy(
        auc=auc,
        both=found(error, float(stats.t.ppf(0.975, df)), "cases", n),
        cases=found(cases, WILSON_Z, "cases", n),
        readers=found(square, float(stats.t.ppf(0.975, many - 1)), "readers", many),
        f=float(f),
        df=float(df),
        p=float(stats.f.sf(f, 1, df)),
        covariance=covariance,
        parts=parts,
    )


def _parts(auc: np.ndarray, between: np.ndarray) -> dict[str, float]:
    """Mean squares of the AUCs, (2, R), and the mean of each kind of covariance, (2, R, 2, R)."""
    ways, many = auc.shape
    way, reader, all_ = auc.mean(1), auc.mean(0), auc.mean()
    rest = auc - way[:, None] - reader + all_
    same_way = np.eye(ways, dtype=bool)[:, None, :, None]
    same_reader = np.eye(many, dtype=bool)[None, :, None, :]

    def mean(chosen: np.ndarray) -> float:
        return float(between[np.broadcast_to(chosen, between.shape)].mean())

    return {
        "treatment": float(many / (ways - 1) * ((way - all_) ** 2).sum()),
        "interaction": float((rest**2).sum() / ((ways - 1) * (many - 1))),
        "variance": mean(same_way & same_reader),
        "cov1": mean(~same_way & same_reader),
        "cov2": mean(same_way & ~same_reader),
        "cov3": mean(~same_way & ~same_reader),
    }


def _unbiased(y: np.ndarray, ratings: np.ndarray) -> np.ndarray:
    """Unbiased covariances of the AUCs of K columns of ratings, (K, N) to (K, K).

    The covariance is the product of two AUCs minus the mean of its terms that share no case.
    """
    ill, well = ratings[:, y], ratings[:, ~y]
    won = (ill[:, :, None] > well[:, None, :]) + 0.5 * (ill[:, :, None] == well[:, None, :])
    m, n = won.shape[1:]
    total, by_ill, by_well = won.sum((1, 2)), won.sum(2), won.sum(1)
    cells = won.reshape(len(won), -1)
    apart = np.outer(total, total) - by_ill @ by_ill.T - by_well @ by_well.T + cells @ cells.T
    return np.outer(total, total) / (m * n) ** 2 - apart / (m * (m - 1) * n * (n - 1))
