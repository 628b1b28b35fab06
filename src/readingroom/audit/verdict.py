"""The verdict: what these scores show, how surely, and what they do not show."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from readingroom.assess import calibration, delong, operating, prevalence, samplesize, strata
from readingroom.assess.metrics import Estimate
from readingroom.audit.reading import AuditError, Table, read

GIVEN = "as given"  # of a threshold that no film chose
HALF_WIDTH = 0.05
MISS = 10.0
DAY = 100  # films, for the count of alarms
FEWEST = 20  # films of each kind, for slope and intercept
AGES = ((18, "under 18"), (40, "18 to 39"), (65, "40 to 64"), (200, "65 and over"))
WORK = 20_000_000  # rows times bootstrap draws, so that a huge table takes seconds
WIDTH = 88


@dataclass(frozen=True)
class Verdict:
    """One page on one model's scores.

    Attributes
    ----------
    table : Table
    auc : Estimate
    point : operating.Point
        Threshold, sensitivity and specificity.
    chosen : str
        How the threshold came about.
    prevalence : float
    stated : bool
        Whether the prevalence was given, or is that of the file.
    ppv, npv : Estimate
    calibration : dict of Estimate
        ``ECE``, ``slope``, ``intercept``; empty where it cannot be judged.
    strata : list of Stratum
    half_width : float
        Wanted for sensitivity and specificity.
    needed : dict
        ``ill``, ``well`` and ``films``: how many more for that half-width.
    enough : bool
        Whether sensitivity and specificity are known to the half-width.
    idle : str
        Than what this threshold is not shown to cost less; empty where it is.
    remarks : tuple of str
        What is unknown, and warnings.
    """

    table: Table
    auc: Estimate
    point: operating.Point
    chosen: str
    prevalence: float
    stated: bool
    ppv: Estimate
    npv: Estimate
    calibration: dict[str, Estimate]
    strata: list = field(default_factory=list)
    half_width: float = HALF_WIDTH
    needed: dict = field(default_factory=dict)
    enough: bool = False
    idle: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def by_group(self) -> str:
        """What to know before reading the groups; empty where the threshold was given."""
        if not self.strata or self.chosen == GIVEN:
            return ""
        return (
            "By group, all films, those that chose the threshold too: read these shares as "
            "somewhat too good, and compare the groups."
        )

    def headline(self) -> str:
        """The verdict in a sentence or two."""
        width = f"{self.half_width:g}"
        if self.enough and self.idle:
            return (
                f"Enough films, and no use shown: both rates are known to within {width}, and "
                f"{self.idle}."
            )
        if self.enough:
            return (
                f"Enough films to judge at this threshold: both rates are known to within {width}. "
                "Whether they are good enough is your decision, for this hospital and this list."
            )
        return (
            f"Not enough. The rates are not known to within {width}: about {self.needed['ill']:,} "
            f"more ill and {self.needed['well']:,} more well films are needed, which is about "
            f"{self.needed['films']:,} consecutive films at {100 * self.prevalence:g} % ill."
            + (f" And {self.idle}." if self.idle else "")
        )

    def predictive(self) -> list[str]:
        """PPV and NPV, or why there is none."""
        sens, spec = self.point.sensitivity.value, self.point.specificity.value
        return [
            str(self.ppv) if sens > 0 or spec < 1 else "PPV none: no film judged raised an alarm",
            str(self.npv) if sens < 1 or spec > 0 else "NPV none: every film judged did",
        ]

    def alarms(self) -> str:
        """Alarms in a hundred films of the list."""
        sens, spec = self.point.sensitivity.value, self.point.specificity.value
        alarms, true = prevalence.alarms(sens, spec, self.prevalence, DAY)
        return f"In {DAY} films of such a list: about {alarms:.0f} alarms, {true:.1f} of them true."

    def text(self) -> str:
        """The page as text."""
        return "\n".join(_lines(self))

    def as_dict(self) -> dict:
        """JSON types only."""
        return {
            "file": self.table.name,
            "films": len(self.table.y),
            "ill": int(self.table.y.sum()),
            "enough": self.enough,
            "verdict": self.headline(),
            "idle": self.idle,
            "prevalence": self.prevalence,
            "prevalence_stated": self.stated,
            "threshold": self.point.threshold,
            "threshold_chosen": self.chosen,
            "half_width": self.half_width,
            "needed": self.needed,
            "auc": _plain(self.auc),
            "sensitivity": _plain(self.point.sensitivity),
            "specificity": _plain(self.point.specificity),
            "ppv": _plain(self.ppv),
            "npv": _plain(self.npv),
            "calibration": {name: _plain(found) for name, found in self.calibration.items()},
            "strata": [
                {
                    "group": row.group,
                    "value": row.value,
                    "films": row.films,
                    "ill": row.ill,
                    **{
                        name: _plain(found) if found else None
                        for name, found in (
                            ("auc", row.auc),
                            ("sensitivity", row.sensitivity),
                            ("specificity", row.specificity),
                        )
                    },
                }
                for row in self.strata
            ],
            "remarks": list(self.remarks),
        }


def _plain(found: Estimate) -> dict:
    return {"value": found.value, "lo": found.lo, "hi": found.hi, "n": found.n}


def examine(
    scores: Path | str | Table,
    prevalence: float | None = None,
    threshold: float | None = None,
    miss: float = MISS,
    half_width: float = HALF_WIDTH,
) -> Verdict:
    """Judge a table of scores.

    Parameters
    ----------
    scores : path or Table
        See `readingroom.audit.reading.read`.
    prevalence : float, optional
        Share of ill patients on the list the model is meant for; without it, that of the file.
    threshold : float, optional
        An alarm is a score at or above it. Without it, the cheapest one for `miss` is chosen on
        half of the films and judged on the other half.
    miss : float
        Price of a missed patient in false alarms.
    half_width : float
        Wanted for sensitivity and specificity.

    Returns
    -------
    Verdict

    Raises
    ------
    AuditError
        The table cannot be judged, or a number asked for makes no sense.
    """
    table = scores if isinstance(scores, Table) else read(scores)
    _sensible(prevalence, threshold, miss, half_width)
    patient = table.known.get("patient")
    ill = float(prevalence) if prevalence else float(table.y.mean())
    point, chosen, judged = _operating_point(table, ill, threshold, miss)
    found, why = _calibrated(table, patient)
    idle = _idle(point, ill, miss)
    remarks = [*table.warnings, *_unknown(table, prevalence), *([why] if why else [])]
    needed, enough = _needed(point, table.y[judged], ill, half_width)
    return Verdict(
        table=table,
        auc=delong.auc(table.y, table.s, patient),
        point=point,
        chosen=chosen,
        prevalence=ill,
        stated=prevalence is not None,
        ppv=_bayes("ppv", point, ill),
        npv=_bayes("npv", point, ill),
        calibration=found,
        strata=_strata(table, point.threshold, patient),
        half_width=half_width,
        needed=needed,
        enough=enough,
        idle=idle,
        remarks=tuple(remarks),
    )


def _bayes(which: str, point: operating.Point, ill: float) -> Estimate:
    return getattr(prevalence, which)(point.sensitivity, point.specificity, ill)


def _idle(point: operating.Point, ill: float, miss: float) -> str:
    """Than which simple rule this threshold is not shown to cost less; empty where it is."""
    sens, spec = point.sensitivity, point.specificity
    cost = operating.cost(sens.value, spec.value, ill, miss)
    worst = operating.cost(sens.lo, spec.value, ill, miss) - cost
    false = operating.cost(sens.value, spec.lo, ill, miss) - cost
    luck = float(np.hypot(worst, false))  # lower limit of the saving (Zou & Donner 2008)
    simple = {"well": operating.cost(0, 1, ill, miss), "ill": operating.cost(1, 0, ill, miss)}
    word = min(simple, key=simple.get)
    if simple[word] - cost > luck:
        return ""
    price = f"at {100 * ill:g} % ill, where a miss costs {miss:g} false alarms"
    return f"this threshold is not shown to cost less than calling everybody {word}, {price}"


def _sensible(prevalence, threshold, miss, half_width) -> None:
    if prevalence is not None and not 0 < prevalence < 1:
        raise AuditError(
            f"A prevalence of {prevalence:g} makes no sense; give a share between 0 and 1, such as "
            "0.05 for 5 in 100."
        )
    if threshold is not None and not np.isfinite(threshold):
        raise AuditError("The threshold must be a number on the scale of the scores.")
    if not 0 < miss < 1e6:
        raise AuditError("The price of a miss must be a number above 0, in false alarms.")
    if not 0.005 <= half_width < 0.5:
        raise AuditError("The half-width wanted must lie between 0.005 and 0.5, such as 0.05.")


def _operating_point(table, ill, threshold, miss):
    """The point, how it was chosen, and which films judged it."""
    patient = table.known.get("patient")
    everyone = np.ones(len(table.y), bool)
    if threshold is not None:
        return operating.at(table.y, table.s, threshold, patient), GIVEN, everyone
    first, how = _first_half(table)
    for rows in (first, ~first):
        if min(table.y[rows].sum(), (1 - table.y[rows]).sum()) < 2:
            raise AuditError(
                "There are too few films to choose a threshold on one half and judge it on the "
                "other; state the threshold the product uses with --threshold."
            )
    best = operating.cheapest(table.y[first], table.s[first], ill, miss)
    who = None if patient is None else patient[~first]
    point = operating.at(table.y[~first], table.s[~first], best, who)
    price = f"cheapest where a miss costs {miss:g} false alarms"
    return point, f"{price}; chosen on {how}, judged on the others", ~first


def _first_half(table: Table) -> tuple[np.ndarray, str]:
    """Films that may choose: the earlier half by date where it is known, else half at random."""
    n = len(table.y)
    dates = _dates(table)
    if dates is not None:
        order = np.argsort(dates, kind="stable")
        how = f"the {n // 2} earlier films"
    else:
        order = np.random.default_rng(n).permutation(n)
        how = f"{n // 2} films drawn at random"
    first = np.zeros(n, bool)
    first[order[: n // 2]] = True
    patient = table.known.get("patient")
    if patient is not None:  # a patient's films stay together, with the earlier half
        first = np.isin(patient.astype(str), patient[first].astype(str))
    return first, how if patient is None else f"{how} and their patients' others"


def _dates(table: Table) -> np.ndarray | None:
    import pandas as pd

    if "date" not in table.known:
        return None
    try:
        found = pd.to_datetime(pd.Series(table.known["date"]), errors="coerce", format="ISO8601")
    except ValueError:
        raise AuditError(
            f"The dates of {table.name} are of several time zones, so their order is not known; "
            "write them all in one zone, or the days alone."
        ) from None
    return found.to_numpy() if found.notna().all() else None


def _calibrated(table: Table, patient) -> tuple[dict[str, Estimate], str]:
    """Calibration, or why it was not judged."""
    if table.s.min() < 0 or table.s.max() > 1:
        return {}, "Calibration was not judged: the scores do not lie between 0 and 1."
    if min(table.y.sum(), (1 - table.y).sum()) < FEWEST:
        return {}, f"Calibration was not judged: fewer than {FEWEST} films of one kind."
    draws = int(np.clip(WORK // len(table.y), 100, 2000))
    found = {"ECE": calibration.ece(table.y, table.s, patient=patient, draws=draws)}
    try:
        found["slope"] = calibration.slope(table.y, table.s)
        found["intercept"] = calibration.intercept(table.y, table.s)
    except ValueError as reason:
        return found, f"Slope and intercept were not judged: {reason}."
    return found, ""


def _strata(table: Table, threshold: float, patient) -> list:
    groups = {name: table.known[name] for name in ("view", "sex") if name in table.known}
    if "age" in table.known:
        groups["age"] = [_band(value) for value in table.known["age"]]
    dates = _dates(table)
    if dates is not None and len(np.unique(dates)) > 1:
        middle = np.sort(dates)[len(dates) // 2]
        groups["period"] = np.where(dates < middle, "earlier half", "later half")
    groups = {name: column for name, column in groups.items() if len(set(column)) <= 12}
    return strata.table(table.y, table.s, threshold, groups, patient)


def _band(value: str) -> str:
    try:
        age = float(value)
    except ValueError:
        return "not stated"
    if not 0 <= age < 125:
        return "not stated"
    return next(name for top, name in AGES if age < top)


def _more(found: Estimate, have: int, half_width: float) -> tuple[int, bool]:
    """How many more films of a kind, and whether those there are will do."""
    if (found.hi - found.lo) / 2 <= half_width:
        return 0, True
    # planned for the share found, or for one half where the interval reaches it; a share found at
    # 0 or 1 in few films is not believed, so it is drawn in by the half width
    p = 0.5 if found.lo <= 0.5 <= found.hi else found.value
    p = min(max(p, half_width), 1 - half_width)
    wanted = samplesize.positives(p, half_width)
    return max(wanted - have, 1), False


def _needed(point, y: np.ndarray, ill: float, half_width: float) -> tuple[dict, bool]:
    more_ill, ill_done = _more(point.sensitivity, int(y.sum()), half_width)
    more_well, well_done = _more(point.specificity, int((1 - y).sum()), half_width)
    films = max(more_ill / ill, more_well / (1 - ill))
    return {"ill": more_ill, "well": more_well, "films": int(np.ceil(films))}, (
        ill_done and well_done
    )


def _unknown(table: Table, prevalence: float | None) -> list[str]:
    said = []
    if prevalence is None:
        said.append(
            "No prevalence was stated, so that of the file is used: true only if the films are a "
            "consecutive sample of your list."
        )
    if "patient" not in table.known:
        said.append("No patient numbers: each film counts as a patient; intervals may be narrow.")
    if "date" not in table.known:
        said.append("No dates: whether the films are consecutive cannot be seen.")
    elif _dates(table) is None:
        said.append("The dates are not all written like 2026-01-31, so they were not used.")
    missing = [name for name in ("view", "sex", "age") if name not in table.known]
    if missing:
        said.append(f"No {', '.join(missing)}: whether a group fares worse cannot be seen.")
    said.append("Who set the reference, and whether they saw the score, is not in the file.")
    return said


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet))


def _lines(found: Verdict) -> list[str]:
    y = found.table.y
    where = "as stated" if found.stated else "as in the file"
    lines = [f"VERDICT ON {found.table.name}", "", *_wrapped(found.headline()), ""]
    lines.append(f"films        {len(y):,}, {int(y.sum()):,} ill and {int((1 - y).sum()):,} well")
    lines.append(f"ranking      {found.auc}")
    lines.append(f"threshold    {found.point.threshold:.4g}")
    lines += _wrapped(found.chosen, " " * 13)
    lines += [f"             {found.point.sensitivity}", f"             {found.point.specificity}"]
    lines.append(f"on the list  {100 * found.prevalence:g} % ill, {where}")
    lines += [f"             {said}" for said in found.predictive()]
    lines.append(f"             {found.alarms()}")
    for k, estimate in enumerate(found.calibration.values()):
        lines.append(f"{'calibration' if k == 0 else '':12} {estimate}")
    lines += ["", *_wrapped(found.by_group), *(_stratum(row) for row in found.strata)]
    lines += ["", "What is unknown, and what to look at:"]
    for remark in found.remarks:
        lines += _wrapped(remark, "- ")
    return [*lines, "For teaching. Never for clinical use."]


def _stratum(row) -> str:
    name = f"{row.group} {row.value}"
    told = [str(found) for found in (row.sensitivity, row.specificity) if found]
    said = "; ".join(told) if len(told) == 2 else "; ".join([*told, "too few of a kind for more"])
    return f"{name:20} {row.films:5} films, {row.ill} ill: {said}"
