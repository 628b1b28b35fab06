"""The table of grades, and the same for learning platforms."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict

from readingroom.catalogue import catalogue
from readingroom.grading.result import COLUMNS, Row, earned

NUMBERED = re.compile(r" \(\d+\)$")  # what tells two people of one name apart on our own pages
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    if value is None:  # could not be graded: an empty cell, never a zero
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _csv(rows: list[list]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([[cell(v) for v in row] for row in rows])
    return stream.getvalue()


def grades(rows: list[Row]) -> str:
    """``grades.csv``: one line for each student, lesson and exercise."""
    table = [[getattr(row, name) for name in COLUMNS] for row in rows]
    return _csv([list(COLUMNS), *table])


def totals(rows: list[Row]) -> dict[str, dict[str, tuple[float | None, float]]]:
    """Student to lesson to (points, points there are); no points where grading failed."""
    found: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.student][row.lesson].append(row)
    return {
        student: {
            number: (earned(own), sum(row.max_points for row in own))
            for number, own in lessons.items()
        }
        for student, lessons in found.items()
    }


def moodle(rows: list[Row]) -> str:
    """A table that Moodle's grade import reads: who, and a column for each lesson.

    Moodle tells two people of one name apart by the number in the folder that it gave out; where
    there are such numbers they come first, as Moodle's own grading sheet writes them.
    """
    numbers = _numbers(rows)
    if not numbers:
        return _platform(rows, ["Full name"], lambda student: [student], "")
    return _platform(
        rows, ["Identifier", "Full name"],
        lambda s: [f"Participant {numbers[s]}" if s in numbers else "", NUMBERED.sub("", s)
                   if s in numbers else s], "",
    )  # fmt: skip


def canvas(rows: list[Row]) -> str:
    """A table that Canvas's gradebook import reads, with its line of points possible."""
    numbers = _numbers(rows)
    return _platform(
        rows, ["Student", "ID", "Section"], lambda s: [s, numbers.get(s, ""), ""], "Points Possible"
    )


def _numbers(rows: list[Row]) -> dict[str, str]:
    return {row.student: row.number for row in rows if row.number}


def _platform(rows: list[Row], head: list[str], first, possible: str) -> str:
    found = totals(rows)
    lessons = [number for number in catalogue() if any(number in f for f in found.values())]
    titles = [f"{number} {catalogue()[number].title}" for number in lessons]
    table = [[*head, *titles]]
    if possible:
        most = [max(f[n][1] for f in found.values() if n in f) for n in lessons]
        table.append([possible, *[""] * (len(head) - 1), *most])
    for student, by_lesson in found.items():
        points = [by_lesson[n][0] if n in by_lesson else "" for n in lessons]
        table.append([*first(student), *points])
    return _csv(table)


EXPORTS = {"moodle": moodle, "canvas": canvas}
