"""The same numbers for each group of patients, with "too few" where there are too few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess import delong, operating
from readingroom.assess.metrics import Estimate, _columns, _labels, each_person, measured

FEWEST = (
    10  # patients, or films without them, of each kind; below it a group is counted and not judged
)


@dataclass(frozen=True)
class Stratum:
    """One group.

    Attributes
    ----------
    group, value : str
        Such as "view" and "AP".
    films, ill : int
    auc, sensitivity, specificity : Estimate or None
        None where there are too few films of that kind.
    """

    group: str
    value: str
    films: int
    ill: int
    auc: Estimate | None
    sensitivity: Estimate | None
    specificity: Estimate | None

    def told(self, name: str) -> str:
        """The estimate of that name as text, or that there are too few films for it."""
        found = getattr(self, name)
        return f"{name}: too few films" if found is None else str(found)


def table(
    y: object, s: object, threshold: float, groups: dict[str, Any], patient: object = None
) -> list[Stratum]:
    """One row for each value of each group.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s : array-like, (N,)
    threshold : float
    groups : dict of array-like, (N,)
        Name to the value of each film; None, nan and empty text are counted as "not stated".
    patient : array-like, (N,), optional

    Returns
    -------
    list of Stratum
        In the order of the groups, the values sorted.
    """
    labels, score = _columns(y, s)
    score = measured(score)
    labels = _labels(labels)
    people = None if patient is None else each_person(patient)
    rows = []
    for group, column in groups.items():
        said: np.ndarray = np.array([_text(value) for value in column], dtype=object)
        for value in sorted(set(said)):
            inside = said == value
            who = None if people is None else people[inside]
            rows.append(_row(group, value, labels[inside], score[inside], threshold, who))
    return rows


def _text(value: object) -> str:
    missing = value is None or value != value or not str(value).strip()  # nan differs from itself
    return "not stated" if missing else str(value).strip()


def _row(
    group: str,
    value: str,
    labels: np.ndarray,
    score: np.ndarray,
    threshold: float,
    patient: np.ndarray | None,
) -> Stratum:
    ill, well = int(labels.sum()), int((~labels).sum())
    called = score >= threshold
    who = [None, None] if patient is None else [patient[labels], patient[~labels]]
    counted = [films if one is None else len(np.unique(one.astype(str)))
               for films, one in zip((ill, well), who, strict=True)]  # fmt: skip
    enough = [n >= FEWEST for n in counted]
    return Stratum(
        group,
        value,
        len(labels),
        ill,
        delong.auc(labels.astype(int), score, patient) if all(enough) else None,
        operating.share(called[labels], who[0], "sensitivity") if enough[0] else None,
        operating.share(~called[~labels], who[1], "specificity") if enough[1] else None,
    )
