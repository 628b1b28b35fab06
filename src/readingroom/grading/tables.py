"""The table of grades, and the same for learning platforms."""

from __future__ import annotations

import csv
import io
from collections import defaultdict

from readingroom.catalogue import catalogue
from readingroom.grading.result import COLUMNS, Row

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
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


def totals(rows: list[Row]) -> dict[str, dict[str, tuple[float, float]]]:
    """Student to lesson to (points, points there are)."""
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in rows:
        points, most = found[row.student].get(row.lesson, (0.0, 0.0))
        found[row.student][row.lesson] = (points + row.points, most + row.max_points)
    return dict(found)


def moodle(rows: list[Row]) -> str:
    """A table that Moodle's grade import reads: full name and a column for each lesson."""
    return _platform(rows, ["Full name"], lambda student: [student], "")


def canvas(rows: list[Row]) -> str:
    """A table that Canvas's gradebook import reads, with its line of points possible."""
    return _platform(rows, ["Student", "ID", "Section"], lambda s: [s, "", ""], "Points Possible")


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
