"""One page of feedback for one student: their own points, why, and a hint; nobody else's data."""

from __future__ import annotations

import hashlib
import re

from readingroom.catalogue import catalogue
from readingroom.grading import page
from readingroom.grading.result import NOT_GRADED, Row, earned
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
    parts = [
        f"<h1>Feedback for {page.text(student)}</h1>",
        f"<p>{_sum(own)}. {NOT_FOR_CLINICAL_USE}</p>",
    ]
    for lesson in dict.fromkeys(row.lesson for row in own):
        parts.append(_lesson(lesson, [row for row in own if row.lesson == lesson]))
    parts.append(
        '<p class="small">Points come from your answers alone, judged outside your notebook. '
        "Charts, text and outputs were not read.</p>"
    )
    return page.page(f"Feedback for {student}", "\n".join(parts))


def _lesson(lesson: str, rows: list[Row]) -> str:
    if not lesson:
        lines = [f"<p>{page.text(row.status)}: {page.text(_why(row))}</p>" for row in rows]
        return "<h2>A file that is no lesson</h2>" + "".join(lines)
    title = f"{lesson} {catalogue()[lesson].title}"
    films = FILMS.get(rows[0].cohort, "")
    told = _sum(rows) + (f", judged on {films}" if films else "")
    lines = [_line(row) for row in rows]
    head = ["exercise", "points", "status", "why"]
    return f"<h2>{page.text(title)}</h2><p>{told}.</p>" + page.table(head, lines, {1})


def _sum(rows: list[Row]) -> str:
    points, most = earned(rows), sum(row.max_points for row in rows)
    return NO_SUM if points is None else f"{page.points(points, most)} points"


def _why(row: Row) -> str:
    """The reason; what is wrong on the teacher's machine is the teacher's to read."""
    return NOT_YOURS if row.status == NOT_GRADED else row.reason


def _line(row: Row) -> list[str]:
    exercise = exercises.of_lesson(row.lesson).get(row.exercise)
    mark, look = LOOKS.get(row.status, ("✗", "no"))
    why = page.text(_why(row))
    short = row.points is not None and row.points < row.max_points
    if exercise and exercise.hints and short:
        why += f'<br><span class="hint">Hint: {page.text(exercise.hints[0])}</span>'
    task = f'<br><span class="small">{page.text(exercise.task)}</span>' if exercise else ""
    return [
        f"<b>{page.text(row.exercise)}</b>{task}",
        page.points(row.points, row.max_points),
        f'<span class="{look}">{mark} {page.text(row.status)}</span>',
        why,
    ]
