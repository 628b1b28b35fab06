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
TIED = 0.05  # share of pairs, above which ties are spoken of
LEAST = 5  # scores on each of two scales, before the scales are spoken of
MOST_GROUPS = 12
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
    auc : Estimate or None
        None where `no_auc` says why.
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
    judged : ndarray of bool, (N,)
        The films behind the point: all, or those that did not choose the threshold.
    no_auc : str
    meaning : tuple of str
        What reversed, perfect, tied, copied or one patient's scores mean; stands on top.
    """

    table: Table
    auc: Estimate | None
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
    judged: np.ndarray | None = None
    no_auc: str = ""
    meaning: tuple[str, ...] = ()

    @property
    def ranking(self) -> str:
        """The AUC, and whether it is shown to be better than chance; or why there is none."""
        if self.auc is None:
            return f"AUC: {self.no_auc}"
        if self.auc.lo <= 0.5 <= self.auc.hi:
            return f"{self.auc}; the interval contains 0.5, so no ranking is shown"
        side = "above" if self.auc.value > 0.5 else "below"
        return f"{self.auc}; the interval lies {side} 0.5"

    @property
    def curve_of(self) -> str:
        """Of which films the curve and its point are."""
        total = len(self.table.y)
        many = total if self.judged is None else int(self.judged.sum())
        if many == total:
            return f"Curve and point: all {total:,} films."
        return (
            f"Curve and point: the {many:,} films that did not choose the threshold. The AUC above "
            f"is of all {total:,}, so it is not quite the area under this curve."
        )

    @property
    def columns(self) -> str:
        """Which column was used for what, and which were not used."""
        used = ", ".join(f"{ours} is {str(title)[:40]!r}" for ours, title in
                         self.table.columns.items())  # fmt: skip
        unused = ", ".join(repr(title[:40]) for title in self.table.unused) or "none"
        return f"Columns used: {used}. Not used: {unused}." if used else ""

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
        what = "films" if self.point.sensitivity.by == "film" else "patients"
        return (
            f"Not enough. The rates are not known to within {width}: about {self.needed['ill']:,} "
            f"more ill and {self.needed['well']:,} more well {what} are needed, which is about "
            f"{self.needed['films']:,} consecutive {what} at {100 * self.prevalence:.3g} % ill."
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
            "films_are": self.table.films,
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
            "auc": _plain(self.auc) if self.auc else None,
            "ranking": self.ranking,
            "meaning": list(self.meaning),
            "columns": dict(self.table.columns),
            "unused": list(self.table.unused),
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
    columns: dict[str, str] | None = None,
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
    columns : dict of str, optional
        Which column is what, where titles do not say; see `readingroom.audit.reading.read`.

    Returns
    -------
    Verdict

    Raises
    ------
    AuditError
        The table cannot be judged, or a number asked for makes no sense.
    """
    table = scores if isinstance(scores, Table) else read(scores, columns)
    _sensible(prevalence, threshold, miss, half_width)
    patient = table.known.get("patient")
    ill = float(prevalence) if prevalence else float(table.y.mean())
    point, chosen, judged = _operating_point(table, ill, threshold, miss)
    found, why = _calibrated(table, patient)
    idle = _idle(point, ill, miss)
    remarks = [*table.warnings, *_unknown(table, prevalence), *([why] if why else [])]
    needed, enough = _needed(point, ill, half_width)
    try:
        auc, no_auc = delong.auc(table.y, table.s, patient), ""
    except ValueError as reason:
        auc, no_auc = None, str(reason)
    groups, unused = _groups(table)
    # without a stated one, the prevalence is an estimate too, of these films
    share = ill if prevalence else operating.share(table.y == 1, patient)
    return Verdict(
        table=table,
        auc=auc,
        point=point,
        chosen=chosen,
        prevalence=ill,
        stated=prevalence is not None,
        ppv=_bayes("ppv", point, share),
        npv=_bayes("npv", point, share),
        calibration=found,
        strata=strata.table(table.y, table.s, point.threshold, groups, patient),
        half_width=half_width,
        needed=needed,
        enough=enough,
        idle=idle,
        remarks=(*remarks, *unused),
        judged=judged,
        no_auc=no_auc,
        meaning=tuple(_meaning(table, auc)),
    )


def _meaning(table: Table, auc: Estimate | None) -> list[str]:
    """What odd scores mean, in a sentence or two each."""
    y, s = table.y == 1, table.s
    said = []
    values = np.unique(s)
    if table.copies > 1:
        often = "twice" if table.copies == 2 else f"{table.copies} times"
        said.append(f"Each row stands {often}; the copies count as one patient. Delete them.")
    if len(values) == 1:
        said.append(f"All films have the same score, {values[0]:g}: the scores tell nothing apart.")
    elif auc is not None and auc.value < 0.5:
        said.append(
            "AUC below 0.5: do high scores mean well? Then give 1 - score. Or are ill and well "
            "exchanged in the reference?"
        )
    elif s[y].min() > s[~y].max():
        said.append(
            "Every ill film scores above every well one. That is rare: did the reference enter "
            "the score? The interval is that of a share of as many films as the scarcer kind has."
        )
    parts, above = _scales(s)
    if parts:
        said.append(
            f"{parts} scores lie between 0 and 1 and {above} above 5, with next to none between: "
            "are shares and percentages mixed? If so, no number here counts. Bring all scores to "
            "one scale first."
        )
    if len(values) == 2:
        said.append("The scores take two values only: calls rather than scores.")
    tied = _tied(y, s)
    if len(values) > 1 and tied > TIED:
        said.append(
            f"In {100 * tied:.0f} of 100 pairs of an ill and a well film both have the same score; "
            "each such pair counts half in the AUC."
        )
    patient = table.known.get("patient")
    if patient is not None:
        ill, well = (len(set(patient[kind])) for kind in (y, ~y))
        if min(ill, well) < delong.PATIENTS and (ill, well) != (int(y.sum()), int((~y).sum())):
            said.append(
                f"{len(y)} films of {ill} ill and {well} well patients: is "
                f"{table.columns.get('patient', 'patient')!r} the column of patient numbers? "
                "Name another with --patient COLUMN. If it is, collect more patients."
            )
    return said


def _scales(s: np.ndarray) -> tuple[int, int]:
    """How many scores stand on each of two scales, shares and percentages; (0, 0) if on one.

    A score from 0 to 100 that is often below 1 is often between 1 and 5 too. Whole numbers and
    log odds, which go below 0, say nothing about shares.
    """
    parts, above = int(((s > 0) & (s < 1)).sum()), int((s > 5).sum())
    between = int(((s >= 1) & (s <= 5)).sum())
    few = min(parts, above)
    mixed = s.min() >= 0 and few >= LEAST and between * 4 < few
    return (parts, above) if mixed else (0, 0)


def _tied(y: np.ndarray, s: np.ndarray) -> float:
    """Share of pairs of an ill and a well film that have one score."""
    _, code = np.unique(s, return_inverse=True)
    ill, well = (np.bincount(code[kind], minlength=code.max() + 1) for kind in (y, ~y))
    return float(ill @ well / (ill.sum() * well.sum()))


def _bayes(which: str, point: operating.Point, ill: float | Estimate) -> Estimate:
    return getattr(prevalence, which)(point.sensitivity, point.specificity, ill)


def _idle(point: operating.Point, ill: float, miss: float) -> str:
    """Than which simple rule this threshold is not shown to cost less; empty where it is."""
    sens, spec = point.sensitivity, point.specificity
    cost = operating.cost(sens.value, spec.value, ill, miss)
    worst = operating.cost(sens.lo, spec.value, ill, miss) - cost
    false = operating.cost(sens.value, spec.lo, ill, miss) - cost
    luck = float(np.hypot(worst, false))  # lower limit of the saving (Zou & Donner 2008)
    simple = {"well": operating.cost(0, 1, ill, miss), "ill": operating.cost(1, 0, ill, miss)}
    word = min(simple, key=lambda name: simple[name])
    if simple[word] - cost > luck:
        return ""
    price = f"at {100 * ill:.3g} % ill, where a miss costs {miss:g} false alarms"
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
    dates = dates_of(table)
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


def dates_of(table: Table) -> np.ndarray | None:
    """Date of each film, or None where one is missing or cannot be read."""
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
    kinds = [table.y == 1, table.y == 0]
    if min(kind.sum() if patient is None else len(set(patient[kind])) for kind in kinds) < FEWEST:
        what = "films" if patient is None else "patients"
        return {}, f"Calibration was not judged: fewer than {FEWEST} {what} of one kind."
    draws = int(np.clip(WORK // len(table.y), 100, 2000))
    found = {"ECE": calibration.ece(table.y, table.s, patient=patient, draws=draws)}
    try:
        found["slope"] = calibration.slope(table.y, table.s, patient)
        found["intercept"] = calibration.intercept(table.y, table.s, patient)
    except ValueError as reason:
        return found, f"Slope and intercept were not judged: {reason}."
    return found, ""


def _groups(table: Table) -> tuple[dict, list[str]]:
    """Values of each group, and which column was not used as one."""
    plain = ("view", "sex", "site")
    groups: dict[str, np.ndarray] = {n: table.known[n] for n in plain if n in table.known}
    if "age" in table.known:
        groups["age"] = np.array([_band(value) for value in table.known["age"]], object)
    dates = dates_of(table)
    if dates is not None and len(np.unique(dates)) > 1:
        middle = np.sort(dates)[len(dates) // 2]
        groups["period"] = np.where(dates < middle, "earlier half", "later half")
    said = []
    for name in list(groups):
        column = groups[name]
        many = len(set(column))
        if many > MOST_GROUPS:
            said.append(
                f"The column {name} was not used: {many} different values make no groups; "
                f"{MOST_GROUPS} at most do."
            )
            del groups[name]
        elif many > 1 and name == "site" and _tells(column, table.y):
            said.append(
                f"The {name} tells ill from well by itself: each has one kind of films only, so a "
                "score that reads the site would look good."
            )
    return groups, said


def _tells(column: np.ndarray, y: np.ndarray) -> bool:
    return all(len(set(y[column == value])) == 1 for value in set(column))


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


def _needed(point, ill: float, half_width: float) -> tuple[dict, bool]:
    """How many more of each kind; counted as the rates are, by patient where those are known."""
    more_ill, ill_done = _more(point.sensitivity, point.sensitivity.n, half_width)
    more_well, well_done = _more(point.specificity, point.specificity.n, half_width)
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
    elif dates_of(table) is None:
        said.append("The dates are not all written like 2026-01-31, so they were not used.")
    missing = [name for name in ("view", "sex", "age", "site") if name not in table.known]
    if missing:
        said.append(f"No {', '.join(missing)}: whether a group fares worse cannot be seen.")
    said.append("Who set the reference, and whether they saw the score, is not in the file.")
    return said


def wrapped(text: str, bullet: str = "") -> list[str]:
    """A text in lines as wide as the page."""
    return textwrap.wrap(text, WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet))


def _lines(found: Verdict) -> list[str]:
    where = "as stated" if found.stated else "as in the file, its chance carried into the intervals"
    lines = [f"VERDICT ON {found.table.name}", "", *wrapped(found.headline()), ""]
    for said in found.meaning:
        lines += [*wrapped(said), ""]
    lines += textwrap.wrap(
        f"films        {found.table.counted()}", WIDTH, subsequent_indent=" " * 13
    )
    lines += textwrap.wrap(f"ranking      {found.ranking}", 110, subsequent_indent=" " * 13)
    lines.append(f"threshold    {found.point.threshold:.4g}")
    lines += wrapped(found.chosen, " " * 13)
    lines += [f"             {found.point.sensitivity}", f"             {found.point.specificity}"]
    lines.append(f"on the list  {100 * found.prevalence:.3g} % ill, {where}")
    lines += [f"             {said}" for said in found.predictive()]
    lines.append(f"             {found.alarms()}")
    for k, estimate in enumerate(found.calibration.values()):
        lines.append(f"{'calibration' if k == 0 else '':12} {estimate}")
    lines += ["", *wrapped(found.by_group), *(_stratum(row) for row in found.strata)]
    lines += ["", *wrapped(found.columns)] if found.columns else []
    lines += ["", "What is unknown, and what to look at:"]
    for remark in found.remarks:
        lines += wrapped(remark, "- ")
    return [*lines, "For teaching. Never for clinical use."]


def _stratum(row) -> str:
    name = f"{row.group} {row.value}"
    told = [str(found) for found in (row.sensitivity, row.specificity) if found]
    said = "; ".join(told) if len(told) == 2 else "; ".join([*told, "too few of a kind for more"])
    return f"{name:20} {row.films:5} films, {row.ill} ill: {said}"
