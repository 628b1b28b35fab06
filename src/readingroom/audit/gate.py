"""The gate of an acceptance test: conditions that were fixed before anybody saw the scores.

It is a small file that a person can read. It holds the conditions, the time at which they were
fixed, and a digest of both, so that a change after that is noticed.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from readingroom.audit.reading import AuditError

MEASURES = ("sensitivity", "specificity", "PPV")
DIGITS = 12  # of the digest, on a page
LARGEST = 20_000  # bytes of a gate
TEXT = """# A gate for an acceptance test. It was fixed before the scores were read.
# Change nothing here: judging compares the digest. To change a condition, fix a new gate.
name = {name}
fixed = "{fixed}"
threshold = {threshold}

[at_least]
{conditions}

[seal]
digest = "{digest}"
"""


@dataclass(frozen=True)
class Gate:
    """Conditions for an acceptance test.

    Attributes
    ----------
    name : str
    fixed : str
        When, in ISO form with its time zone.
    threshold : float
        An alarm is a score at or above it.
    at_least : dict of float
        ``sensitivity``, ``specificity`` and ``PPV``, as far as they are asked for.
    """

    name: str
    fixed: str
    threshold: float
    at_least: Mapping[str, float]

    @property
    def digest(self) -> str:
        """A fingerprint of every condition, 64 hex digits of SHA-256."""
        told = [self.name, self.fixed, f"{self.threshold!r}"]
        told += [f"{measure} {self.at_least[measure]!r}" for measure in sorted(self.at_least)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    @property
    def day(self) -> date:
        """The day on which it was fixed."""
        return datetime.fromisoformat(self.fixed).date()

    def __str__(self) -> str:
        told = ", ".join(f"{name} at least {plain(low)}" for name, low in self.at_least.items())
        return (
            f"{self.name}: alarm from a score of {self.threshold:g}; {told}. "
            f"Fixed {self.fixed[:16].replace('T', ' ')}, digest {self.digest[:DIGITS]}."
        )


def plain(share: float) -> str:
    """A limit as pages write it: .80, .925."""
    return (f"{share:.2f}" if round(share, 2) == share else f"{share:g}").removeprefix("0")


def fix(
    name: str, threshold: float, at_least: Mapping[str, float], when: datetime | None = None
) -> Gate:
    """Fix conditions now.

    Parameters
    ----------
    name : str
        What is tested, such as "pneumothorax, emergency list".
    threshold : float
    at_least : mapping
        Measure to the least that its interval must lie above; see `MEASURES`.
    when : datetime, optional
        Instead of now.

    Raises
    ------
    AuditError
        No condition, one that is none, or no name.
    """
    made = when or datetime.now(UTC)
    return _sensible(Gate(name.strip(), made.isoformat(timespec="seconds"), float(threshold),
                          {m: float(low) for m, low in at_least.items()}))  # fmt: skip


def _sensible(gate: Gate) -> Gate:
    if not gate.name or not gate.name.isprintable():
        raise AuditError("A gate has a name on one line: say what is tested.")
    if not gate.at_least:
        raise AuditError("A gate has at least one condition, such as --sensitivity 0.90.")
    unknown = sorted(set(gate.at_least) - set(MEASURES))
    if unknown:
        raise AuditError(f"{unknown[0]!r} is no condition; there are {', '.join(MEASURES)}.")
    for measure, low in gate.at_least.items():
        if not 0 < low < 1:
            raise AuditError(f"The least {measure} lies between 0 and 1, such as 0.90.")
    if not math.isfinite(gate.threshold):
        raise AuditError("The threshold must be a number on the scale of the scores.")
    return gate


def write(gate: Gate, path: Path | str) -> None:
    """Write a gate, and never over a file that is there.

    Raises
    ------
    AuditError
        There is one of that name already.
    """
    place = Path(path).expanduser()
    conditions = "\n".join(f"{measure} = {low!r}" for measure, low in gate.at_least.items())
    quoted = '"' + gate.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = TEXT.format(name=quoted, fixed=gate.fixed, threshold=repr(gate.threshold),
                       conditions=conditions, digest=gate.digest)  # fmt: skip
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise AuditError(
            f"{place} is there already. A gate is fixed once; name another file for a new one."
        ) from None


def opened(path: Path | str) -> Gate:
    """Read a gate, and refuse one that was changed after it was fixed.

    Raises
    ------
    AuditError
        With one sentence that says what is wrong and what to do.
    """
    place = Path(path).expanduser()
    if not place.is_file():
        raise AuditError(f"There is no gate {place}; fix one with readingroom audit --fix-gate.")
    if place.stat().st_size > LARGEST:
        raise AuditError(f"{place.name} is far too large for a gate; is it the table of scores?")
    anew = "fix a new one with readingroom audit --fix-gate FILE"
    try:
        held: dict[str, Any] = tomllib.loads(place.read_text("utf-8"))
        limits = held["at_least"]
        gate = Gate(str(held["name"]), str(held["fixed"]), float(held["threshold"]),
                    {str(m): float(low) for m, low in limits.items()})  # fmt: skip
        datetime.fromisoformat(gate.fixed)
        told = str(held["seal"]["digest"])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError,
            AttributeError):  # fmt: skip
        raise AuditError(f"{place.name} is not a gate that can be read; {anew}.") from None
    if told != gate.digest:
        raise AuditError(
            f"{place.name} was changed after it was fixed: its digest does not fit. Use the file "
            f"as it was, or {anew}."
        )
    return _sensible(gate)
