"""What the lessons' steps need to know of each film, and what stands in where it is missing."""

from __future__ import annotations

from dataclasses import dataclass

from readingroom.data.cohort import Cohort


@dataclass(frozen=True)
class Need:
    """One step of one lesson, the columns it reads, and its stand-in."""

    lesson: str
    step: str
    columns: tuple[str, ...]
    stand_in: str
    of_all: bool = False  # whether each film must have them, not only some


# "mask" is the outline of the finding, "score" a model's stored output for the film.
NEEDS = (
    Need("00", "film reader, twelve films, photo, nonsense", (), ""),
    Need("00", "threshold, other wards, a night", ("stored scores",), "simulated scores"),
    Need("02", "odd values in the table", ("age", "view"), "simulated patients"),
    Need("02", "contact sheet, exact and near duplicates", (), ""),
    Need("02", "patients shared between parts", ("patient",), "simulated patients"),
    Need("02", "labels from reports, panel, several readers", ("report",), "simulated reports"),
    Need("03", "baseline, training, augmentation", (), ""),
    Need("03", "five trainings (five folds below 300 films), card, table of scores", (), ""),
    Need("03", "learning curve, stopping, features", ("stored runs",), "simulated runs"),
    Need("03", "validation against test", ("split",), "a split by patient made when adding"),
    Need(
        "04",
        "intervals, threshold, costs, calibration, from 150 test films on",
        ("score",),
        "simulated scores",
    ),
    Need("04", "two models compared", ("second score",), "simulated scores"),
    Need("04", "another hospital, and who fares worse there", ("second site",), "simulated scores"),
    Need("05", "looking at heat maps", (), ""),
    Need("05", "does the map hit the finding", ("stored maps",), "simulated films with outlines"),
    Need("06", "a marker planted on copies, found and removed", (), ""),
    Need(
        "06",
        "calls that the marker flips, and the repair, as asked",
        ("course label",),
        "PneumoniaMNIST",
    ),
    Need(
        "06",
        "the view as a shortcut, who is missed",
        ("view", "sex", "age"),
        "NIH-1000",
        of_all=True,
    ),
    Need(
        "06",
        "train at one hospital, test at another, read the hospital from the pixels",
        ("two sites",),
        "no film, the step says so",
    ),
    Need("06", "hospitals, drains and twins", ("twin",), "simulated patients"),
)


def missing(need: Need, cohort: Cohort) -> list[str]:
    """Return the columns of a need that a cohort does not have."""
    return [column for column in need.columns if not _has(cohort, column, need.of_all)]


def _has(cohort: Cohort, column: str, of_all: bool) -> bool:
    if column == "mask":
        return cohort.masks is not None
    if column == "two sites":
        return "site" in cohort.table and cohort.table["site"].nunique() > 1
    if column not in cohort.table:
        return False
    known = cohort.table[column].notna()
    return bool(known.all() if of_all else known.any())


def table(cohort: Cohort) -> list[dict]:
    """Return one row per step: lesson, step, needs, ready or not, and what stands in.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    list of dict
        ``lesson``, ``step``, ``needs``, ``missing`` (both lists of columns) and ``uses``: "your
        films" or the stand-in.
    """
    rows = []
    for need in NEEDS:
        lacking = missing(need, cohort)
        rows.append(
            {
                "lesson": need.lesson,
                "step": need.step,
                "needs": list(need.columns),
                "missing": lacking,
                "uses": need.stand_in if lacking else "your films",
            }
        )
    return rows


def said(cohort: Cohort) -> str:
    """Return the table as lines to read."""
    lines = []
    for row in table(cohort):
        lacks = f" (needs {', '.join(row['missing'])})" if row["missing"] else ""
        lines.append(f"{row['lesson']}  {row['step']}: {row['uses']}{lacks}")
    return "\n".join(lines)
