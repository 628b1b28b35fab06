"""What a test came to: a share with its interval, by objective, and as rows for a teacher."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.exam import blueprint
from readingroom.exam.sitting import OPEN, TIMES, Sitting, load

COLUMNS = ("code", "when", "form", "short", "finished", "version", "item", "objective", "answer",
           "right")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One objective of a test: its lessons, and whether its item was right."""

    number: int
    objective: str
    lessons: tuple[str, ...]
    answer: str
    right: bool


def score(sitting: Sitting) -> Estimate:
    """Share of the items that were right, with Wilson's interval.

    The items are taken as a sample of all that could be asked about these objectives.
    """
    right = sum(sitting.right(number) for number in sitting.items)
    found = metrics.share(right, len(sitting.items), "right answers")
    return Estimate(found.value, found.lo, found.hi, found.n, found.name, "questions")


def lines(sitting: Sitting) -> list[Line]:
    """A test by objective, in the order of the blueprint."""
    known = blueprint.blueprint()
    given = sitting.answers
    return [
        Line(n, known[n].objective, known[n].lessons, given.get(n, OPEN), sitting.right(n))
        for n in sitting.items
    ]


def rows(sitting: Sitting) -> list[dict]:
    """A test as rows of the file that a learner may hand to a teacher."""
    same = {
        "code": sitting.code,
        "when": sitting.when,
        "form": sitting.form,
        "short": int(sitting.short),
        "finished": sitting.finished,
        "version": sitting.version,
    }
    return [
        {
            **same,
            "item": line.number,
            "objective": line.objective,
            "answer": line.answer,
            "right": int(line.right),
        }
        for line in lines(sitting)
    ]


def as_csv() -> str:
    """Both tests, as far as they were handed in, as a CSV table; no name is in it."""
    stream = io.StringIO()
    table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    table.writeheader()
    for when in TIMES:
        found = load(when)
        if found is not None and found.finished:
            table.writerows(rows(found))
    return stream.getvalue()
