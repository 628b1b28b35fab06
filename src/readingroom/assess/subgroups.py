"""Who is missed: the share of ill patients called well, group by group, and the luck of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from readingroom.assess.metrics import (
    DRAWS,
    SEED,
    Estimate,
    _auc_or_nan,
    _labels,
    aucs,
    bootstrap,
    measured,
)
from readingroom.assess.operating import share
from readingroom.assess.whose import carried

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 10  # patients; a smaller group is listed and not judged


@carried
def missed(group: object, missed: object, patient: object) -> pd.DataFrame:
    """Miss rate of each group of ill patients.

    Parameters
    ----------
    group : array-like of str, (N,)
        Of each **ill** film.
    missed : array-like of bool, (N,)
        Whether it was called well.
    patient : array-like, (N,)

    Returns
    -------
    DataFrame
        ``group``, ``films``, ``patients``, ``missed`` (share), ``lo``, ``hi`` (95 % interval, by
        patient); the highest share first.
    """
    import pandas as pd

    groups, hits, people = (np.asarray(column) for column in (group, missed, patient))
    rows = []
    for name in np.unique(groups):
        inside = groups == name
        found = share(hits[inside], people[inside])
        rows.append((str(name), int(inside.sum()), found.n, found.value, found.lo, found.hi))
    table = pd.DataFrame(rows, columns=["group", "films", "patients", "missed", "lo", "hi"])
    table = table.sort_values(["missed", "group"], ascending=[False, True], ignore_index=True)
    return table.round({"missed": 3, "lo": 3, "hi": 3})


@carried
def worst_by_chance(table: pd.DataFrame, total: float, draws: int = DRAWS) -> Estimate:
    """Miss rate of the worst group if all groups were missed alike.

    Parameters
    ----------
    table : DataFrame
        Of `missed`; groups of fewer than ten patients are left out.
    total : float
        Miss rate of all.

    Returns
    -------
    Estimate
        Median and the range of 95 in 100 draws; each patient counts once, so the range is wide.
    """
    many = table["patients"].to_numpy()
    many = many[many >= FEWEST]
    rng = np.random.default_rng(SEED)
    worst = (rng.binomial(many, total, (draws, len(many))) / many).max(axis=1)
    lo, middle, hi = np.percentile(worst, [2.5, 50, 97.5])
    return Estimate(float(middle), float(lo), float(hi), len(many), "worst by chance", "groups")


@carried
def auc_gap(y: object, s: object, inside: object, patient: object = None) -> Estimate:
    """AUC among the films of one group minus AUC among all other films, bootstrap by patient.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s : array-like, (N,)
    inside : array-like of bool, (N,)
        The films of the group.
    patient : array-like, (N,), optional

    Returns
    -------
    Estimate
    """

    def gap(truth: np.ndarray, score: np.ndarray, group: np.ndarray) -> float:
        return _auc_or_nan(truth[group], score[group]) - _auc_or_nan(truth[~group], score[~group])

    def gaps(
        counts: np.ndarray, truth: np.ndarray, score: np.ndarray, group: np.ndarray
    ) -> np.ndarray:
        return aucs(counts * group, truth, score) - aucs(counts * ~group, truth, score)

    labels, score = _labels(y), measured(s)
    group = np.asarray(inside).astype(bool)
    return bootstrap(gap, labels, score, group, patient=patient, name="difference of AUCs",
                     at_once=gaps)  # fmt: skip


@carried
def target_gap(
    one: object, other: object, s: object, patient: object = None, draws: int = 500
) -> Estimate:
    """How much better one score ranks for one target than for another, on the same films.

    Parameters
    ----------
    one, other : array-like, (N,) of 0 and 1
        Two targets, such as bedside view and illness.
    s : array-like, (N,)
    patient : array-like, (N,), optional
    draws : int
        Bootstrap draws.

    Returns
    -------
    Estimate
        AUC for `one` minus AUC for `other`, bootstrap by patient, paired.
    """

    def gap(first: np.ndarray, second: np.ndarray, score: np.ndarray) -> float:
        return _auc_or_nan(first, score) - _auc_or_nan(second, score)

    def gaps(
        counts: np.ndarray, first: np.ndarray, second: np.ndarray, score: np.ndarray
    ) -> np.ndarray:
        return aucs(counts, first, score) - aucs(counts, second, score)

    first, second = (_labels(target) for target in (one, other))
    return bootstrap(gap, first, second, measured(s), patient=patient, draws=draws,
                     name="difference of AUCs", at_once=gaps)  # fmt: skip
