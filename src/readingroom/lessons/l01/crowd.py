"""How many records stand alone: a simulated exam list, and who is the only one of a kind in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate

if TYPE_CHECKING:
    import pandas as pd

EXAMS = 600
FIRST = 40_000  # seed of the first patient
MONTHS = 12


def exam_list(exams: int = EXAMS) -> pd.DataFrame:
    """One exam each of `exams` invented adults within a year, without any name.

    Returns
    -------
    DataFrame
        ``age`` (years), ``sex``, ``view``, ``month`` (1 to 12); and the coarser ``age_band``
        (tens of years) and ``quarter``.
    """
    import pandas as pd

    from readingroom.simulator import Exam, Patient

    rng = np.random.default_rng(FIRST)
    rows = []
    for seed in range(FIRST, FIRST + exams):
        patient = Patient.sample(seed)
        exam = Exam.sample(patient, seed)
        month = int(rng.integers(1, MONTHS + 1))
        rows.append((int(patient.age), patient.sex, exam.view, month))
    table = pd.DataFrame(rows, columns=["age", "sex", "view", "month"])
    tens = table["age"] // 10 * 10
    return table.assign(age_band=tens.astype(str) + "s", quarter=(table["month"] + 2) // 3)


def alone(table: pd.DataFrame, columns: Sequence[str]) -> Estimate:
    """Share of the records that nobody else in the list shares these columns with.

    Parameters
    ----------
    table : DataFrame
        One row per record.
    columns : sequence of str

    Returns
    -------
    Estimate
        With Wilson's interval; n counts records.
    """
    crowd = table.groupby(list(columns))[columns[0]].transform("size")
    found = metrics.share(int((crowd == 1).sum()), len(table), "stand alone")
    return replace(found, by="records")
