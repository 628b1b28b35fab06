"""An acceptance test: a table of scores judged by a gate that was fixed before; gate first."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from readingroom.assess import metrics, operating
from readingroom.assess.metrics import Estimate
from readingroom.audit.gate import Gate, opened, plain
from readingroom.audit.reading import Table, read
from readingroom.audit.verdict import WIDTH, dates_of, wrapped

PASS, FAIL, NOT_ENOUGH = "pass", "fail", "not enough"
OF_WHOM = {"sensitivity": "ill", "specificity": "well", "PPV": "alarms"}
MOST = 100_000  # films more than this are not worth waiting for
TOO_FEW, FIRST = 10, 30  # below the first nothing can be planned; then collect the second at least


@dataclass(frozen=True)
class Condition:
    """One condition and what became of it.

    Attributes
    ----------
    measure : str
    least : float
    found : Estimate or None
        None where there was no film to count.
    verdict : str
        ``pass``, ``fail`` or ``not enough``.
    more : int or None
        Films of that kind still needed to decide, if the share stays as it is; None where more
        than `MOST` would be, and 0 where it is decided.
    """

    measure: str
    least: float
    found: Estimate | None
    verdict: str
    more: int | None

    @property
    def whom(self) -> str:
        """Of what more are needed, such as ``ill films``."""
        kind = OF_WHOM[self.measure]
        if kind == "alarms":
            return kind
        return f"{kind} {'patients' if self.found and self.found.by == 'patient' else 'films'}"

    def __str__(self) -> str:
        if self.found is None:
            return f"{self.measure}: {self.verdict}. There is nothing to count."
        low = plain(self.least)
        told = {
            PASS: f"the whole interval lies at or above {low}",
            FAIL: f"the whole interval lies below {low}",
            NOT_ENOUGH: f"the interval holds {low}",
        }[self.verdict]
        return f"{self.found}: {self.verdict}; {told}{self._needed()}"

    def _needed(self) -> str:
        if self.verdict != NOT_ENOUGH:
            return "."
        if self.more is None:
            return (
                f". The value lies so near to the limit that more than {MOST:,} {self.whom} would "
                "be needed."
            )
        if self.found is None or self.found.n < TOO_FEW:
            return (
                f". These are too few to plan from; collect {self.more:,} more {self.whom} first."
            )
        side = "above" if self.found.value > self.least else "below"
        more = f"{self.more:,} more {self.whom}"
        return (
            f". About {more} are needed, if the share stays as it is; "
            f"then the interval lies {side} the limit."
        )


def decided(found: Estimate | None, least: float) -> str:
    """``pass``, ``fail`` or ``not enough``: on which side of a limit a whole interval lies."""
    if found is None:
        return NOT_ENOUGH
    if found.lo >= least:
        return PASS
    return FAIL if found.hi < least else NOT_ENOUGH


def overall(each: Sequence[str]) -> str:
    """One failed condition fails; else one undecided one is not enough; else pass."""
    return FAIL if FAIL in each else NOT_ENOUGH if NOT_ENOUGH in each else PASS


def still_needed(found: Estimate, least: float) -> int | None:
    """How many more until Wilson's interval leaves a limit, if the share stays as it is.

    Returns
    -------
    int or None
        0 where it is decided; `FIRST` in all where they are too few to plan; None where more than
        `MOST` would be needed.
    """
    if decided(found, least) != NOT_ENOUGH:
        return 0

    def leaves(n: int) -> bool:
        return decided(metrics.share(found.value * n, n), least) != NOT_ENOUGH

    if found.n < TOO_FEW:
        return FIRST - found.n
    worth = _worth(found)
    low, high = max(int(worth), 1), max(int(worth), 1) + MOST
    if not leaves(high):
        return None
    while high - low > 1:  # an interval only narrows with more films
        middle = (low + high) // 2
        low, high = (low, middle) if leaves(middle) else (middle, high)
    more = math.ceil((high - worth) * found.n / worth)
    return max(more, 2) if more <= MOST else None


def _worth(found: Estimate) -> float:
    """As many independent films as would give this interval; related films count as fewer."""
    low, high = 1.0, float(max(found.n, 1))
    wanted = found.hi - found.lo

    def width(n: float) -> float:
        one = metrics.share(found.value * n, n)
        return one.hi - one.lo

    if width(high) >= wanted - 1e-12:
        return high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if width(middle) > wanted else (low, middle)
    return high


@dataclass(frozen=True)
class Acceptance:
    """What became of a gate on one table of scores.

    Attributes
    ----------
    table : Table
    gate : Gate
    conditions : tuple of Condition
    remarks : tuple of str
        What to look at before believing it.
    """

    table: Table
    gate: Gate
    conditions: tuple[Condition, ...]
    remarks: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Of all conditions together, see `overall`."""
        return overall([one.verdict for one in self.conditions])

    @property
    def consecutive(self) -> int | None:
        """Consecutive films still needed to decide, as many of a kind come in this table.

        None where a condition cannot be decided by any number worth waiting for.
        """
        kind = {"ill": self.table.y == 1, "well": self.table.y == 0,
                "alarms": self.table.s >= self.gate.threshold}  # fmt: skip
        found = [0.0]
        for one in self.conditions:
            share = float(kind[OF_WHOM[one.measure]].mean())
            if one.more is None or (one.verdict == NOT_ENOUGH and not share):
                return None
            found.append(one.more / share if one.more else 0.0)
        return math.ceil(max(found))

    def headline(self) -> str:
        """The verdict in a sentence or two."""
        if self.verdict == PASS:
            return "Pass. Every condition is met with its whole interval."
        if self.verdict == FAIL:
            missed = ", ".join(one.measure for one in self.conditions if one.verdict == FAIL)
            return f"Fail. Even the upper end of the interval misses the gate: {missed}."
        needed = self.consecutive
        if needed is None:
            return "Not enough, and no number of films worth waiting for will decide it."
        return (
            f"Not enough films to say pass or fail. About {needed:,} more consecutive films are "
            "needed, if everything stays as it is."
        )

    def text(self) -> str:
        """The page as text."""
        lines = [f"ACCEPTANCE TEST OF {self.table.name}", "", *wrapped(self.headline()), ""]
        lines += textwrap.wrap(f"gate         {self.gate}", WIDTH, subsequent_indent=" " * 13)
        lines += textwrap.wrap(
            f"films        {self.table.counted()}", WIDTH, subsequent_indent=" " * 13
        )
        lines += ["", "Each condition:"]
        for one in self.conditions:
            lines += wrapped(str(one), "- ")
        if self.remarks:
            lines += ["", "What to look at:"]
            for remark in self.remarks:
                lines += wrapped(remark, "- ")
        return "\n".join([*lines, "For teaching. Never for clinical use."])

    def as_dict(self) -> dict:
        """JSON types only."""
        return {
            "file": self.table.name,
            "verdict": self.verdict,
            "headline": self.headline(),
            "gate": {"name": self.gate.name, "fixed": self.gate.fixed, "digest": self.gate.digest,
                     "threshold": self.gate.threshold, "at_least": dict(self.gate.at_least)},
            "films": len(self.table.y),
            "films_are": self.table.films,
            "ill": int(self.table.y.sum()),
            "consecutive_films_needed": self.consecutive,
            "conditions": [
                {"measure": one.measure, "least": one.least, "verdict": one.verdict,
                 "more": one.more,
                 "found": None if one.found is None else
                 {"value": one.found.value, "lo": one.found.lo, "hi": one.found.hi,
                  "n": one.found.n}}
                for one in self.conditions
            ],
            "remarks": list(self.remarks),
        }  # fmt: skip


def accept(
    scores: Path | str | Table, gate: Gate | Path | str, columns: dict[str, str] | None = None
) -> Acceptance:
    """Judge a table of scores by a gate; the gate is read first.

    Parameters
    ----------
    scores : path or Table
        See `readingroom.audit.reading.read`.
    gate : Gate or path
    columns : dict of str, optional
        Which column is what, see `readingroom.audit.reading.read`.

    Returns
    -------
    Acceptance

    Raises
    ------
    AuditError
        The gate or the table cannot be read.
    """
    fixed = gate if isinstance(gate, Gate) else opened(gate)
    table = scores if isinstance(scores, Table) else read(scores, columns)
    return Acceptance(
        table=table,
        gate=fixed,
        conditions=tuple(_judged(table, fixed, measure) for measure in fixed.at_least),
        remarks=(*table.warnings, *_remarks(table, fixed)),
    )


def _judged(table: Table, gate: Gate, measure: str) -> Condition:
    alarm, ill = table.s >= gate.threshold, table.y == 1
    hit, rows = {
        "sensitivity": (alarm, ill),
        "specificity": (~alarm, ~ill),
        "PPV": (ill, alarm),
    }[measure]
    least = gate.at_least[measure]
    if not rows.any():
        return Condition(measure, least, None, NOT_ENOUGH, None)
    patient = table.known.get("patient")
    who = None if patient is None else patient[rows]
    found = operating.share(hit[rows], who, measure)
    return Condition(measure, least, found, decided(found, least), still_needed(found, least))


def _remarks(table: Table, gate: Gate) -> list[str]:
    said = []
    dates = dates_of(table)
    if dates is None:
        said.append(
            "Without a date for each film it cannot be seen whether the films came after the gate, "
            "and whether they are consecutive."
        )
    else:
        before = int((dates < np.datetime64(gate.day)).sum())
        if before:
            said.append(
                f"Of {len(dates):,} films {before:,} were made before the day of the gate. Their "
                "scores may have been known when it was fixed."
            )
    if "patient" not in table.known:
        said.append("No patient numbers: each film counts as a patient; intervals may be narrow.")
    said.append("A gate can be fixed anew. Send its digest to somebody else on the day you fix it.")
    said.append("Who set the reference, and whether they saw the score, is not in the file.")
    return said
