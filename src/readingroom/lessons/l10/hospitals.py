"""Three simulated hospitals that tested one program on their own lists, and one gate for all."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from readingroom import audit, files
from readingroom.assess.metrics import Estimate
from readingroom.assess.whose import SIMULATED
from readingroom.audit import Acceptance, Gate
from readingroom.audit.reading import Table

WHEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 6)
PER_DAY = 12
LIMITS = {"sensitivity": 0.85, "specificity": 0.80}
THRESHOLD = 0.5
SEED = 100
AGES = (18, 95)


@dataclass(frozen=True)
class Plan:
    """What a hospital's table holds: films in bed and standing, and how often the program is right.

    Attributes
    ----------
    ill, found : dict of int
        Ill films of each view, and those of them with an alarm.
    well, quiet : dict of int
        Well films of each view, and those of them without one.
    """

    ill: dict[str, int]
    found: dict[str, int]
    well: dict[str, int]
    quiet: dict[str, int]


# planted: N is good enough but for films in bed, H has few ill films, K raises too many alarms
PLANS = {
    "N": Plan({"AP": 50, "PA": 190}, {"AP": 40, "PA": 186},
              {"AP": 500, "PA": 2100}, {"AP": 420, "PA": 1890}),
    "H": Plan({"AP": 10, "PA": 24}, {"AP": 9, "PA": 22},
              {"AP": 90, "PA": 296}, {"AP": 76, "PA": 261}),
    "K": Plan({"AP": 60, "PA": 140}, {"AP": 57, "PA": 134},
              {"AP": 500, "PA": 1300}, {"AP": 330, "PA": 950}),
}  # fmt: skip
NAMES = tuple(PLANS)


@cache
def gate() -> Gate:
    """The conditions that all three fixed before they saw a score."""
    return audit.fix("pneumonia, emergency list", THRESHOLD, LIMITS, WHEN)


@cache
def hospital(name: str) -> Table:
    """One hospital's table, as `readingroom.audit` reads it: one film for each patient.

    Parameters
    ----------
    name : str
        ``N``, ``H`` or ``K``.
    """
    plan, rng = PLANS[name], np.random.default_rng([SEED, NAMES.index(name)])
    rows = []
    for y, all_, right in ((1, plan.ill, plan.found), (0, plan.well, plan.quiet)):
        for view, n in all_.items():
            alarm = np.arange(n) < (right[view] if y else n - right[view])
            rows += [(y, view, bool(one)) for one in alarm]
    rows = [rows[i] for i in rng.permutation(len(rows))]
    alarm = np.array([one for _, _, one in rows])
    score = np.where(alarm, rng.uniform(THRESHOLD, 1, len(rows)), rng.uniform(0, 0.499, len(rows)))
    days = [str(FIRST_DAY + timedelta(days=k // PER_DAY)) for k in range(len(rows))]
    known = {
        "view": np.array([view for _, view, _ in rows], object),
        "sex": rng.choice(np.array(["F", "M"], object), len(rows)),
        "age": np.array([str(age) for age in rng.integers(*AGES, len(rows))], object),
        "date": np.array(days, object),
        "patient": np.array([f"{name.lower()}{k:04}" for k in range(len(rows))], object),
    }
    y = np.array([one for one, _, _ in rows])
    return Table(f"hospital-{name}.csv", y, score.round(3), known)


def write(name: str, folder: Path | str = ".") -> Path:
    """Write a hospital's table as a CSV, for ``readingroom audit``; returns where it lies."""
    table = hospital(name)
    place = Path(folder) / table.name
    titles = ["score", "reference", *table.known, "films"]
    whose = [SIMULATED] * len(table.y)
    stream = io.StringIO(newline="")
    rows = csv.writer(stream)
    rows.writerow(titles)
    rows.writerows(zip(table.s, table.y, *table.known.values(), whose, strict=True))
    files.give(place, stream.getvalue())
    return place


@cache
def accepted(name: str) -> Acceptance:
    """What became of the gate in one hospital."""
    return audit.accept(hospital(name), gate())


def verdicts() -> tuple[str, ...]:
    """The three verdicts, in the order N, H, K."""
    return tuple(accepted(name).verdict for name in NAMES)


def of_group(found: Estimate) -> Estimate:
    """An estimate of these hospitals, with the films it is of."""
    return found.on(SIMULATED)
