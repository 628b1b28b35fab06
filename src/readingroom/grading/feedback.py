"""One page of feedback for one student: their own points, why, and a hint; nobody else's data."""

from __future__ import annotations

import hashlib
import re

from readingroom import pages
from readingroom.catalogue import catalogue
from readingroom.grading.result import NOT_GRADED, Row, earned, told
from readingroom.kernel.session import NOT_FOR_CLINICAL_USE
from readingroom.questions import exercises

LOOKS = {
    exercises.RIGHT: ("✓", "right"),
    exercises.PARTLY: ("◐", "partly"),
    exercises.NOT_ATTEMPTED: ("○", "open"),
}
NOT_YOURS = (
    "The grader could not grade this. It is no fault of yours and costs no points; your teacher "
    "has the reason."
)
NO_SUM = "No points yet: a part could not be graded"
FILMS = {"real": "real films", "simulated": "simulated patients"}


def file_name(student: str) -> str:
    """A file name for a student's page: readable, and never another student's."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", student).strip("-")[:60] or "student"
    return f"{readable}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.html"


def of_student(student: str, rows: list[Row]) -> str:
    """The page of one student.

    Parameters
    ----------
    student : str
    rows : list of Row
        This student's rows only.
    """
    own = [row for row in rows if row.student == student]
    return pages.render(
        "feedback",
        title=f"Feedback for {student}",
        total=_sum(own),
        warning=NOT_FOR_CLINICAL_USE,
        lessons=[
            _lesson(lesson, [row for row in own if row.lesson == lesson])
            for lesson in dict.fromkeys(row.lesson for row in own)
        ],
    )


def _lesson(lesson: str, rows: list[Row]) -> dict:
    title = f"{lesson} {catalogue()[lesson].title}" if lesson else "A file that is no lesson"
    return {
        "known": bool(lesson),
        "title": title,
        "total": _sum(rows),
        "films": FILMS.get(rows[0].cohort, ""),
        "rows": [_line(row) for row in rows],
    }


def _sum(rows: list[Row]) -> str:
    points, most = earned(rows), sum(row.max_points for row in rows)
    return NO_SUM if points is None else f"{told(points, most)} points"


def _line(row: Row) -> dict:
    exercise = exercises.of_lesson(row.lesson).get(row.exercise) if row.lesson else None
    mark, look = LOOKS.get(row.status, ("✗", "no"))
    short = row.points is not None and row.points < row.max_points
    return {
        "exercise": row.exercise,
        "task": exercise.task if exercise else "",
        "points": told(row.points, row.max_points),
        "look": look,
        "mark": mark,
        "status": row.status,
        # what is wrong on the teacher's machine is the teacher's to read
        "why": NOT_YOURS if row.status == NOT_GRADED else row.reason,
        "hint": exercise.hints[0] if exercise and exercise.hints and short else "",
    }
