"""One page of feedback for one student: their own points, why, and a hint; nobody else's data."""

from __future__ import annotations

import hashlib
import re

from readingroom.catalogue import catalogue
from readingroom.grading import page
from readingroom.grading.result import Row
from readingroom.kernel.session import NOT_FOR_CLINICAL_USE
from readingroom.questions import exercises

LOOKS = {
    exercises.RIGHT: ("✓", "right"),
    exercises.PARTLY: ("◐", "partly"),
    exercises.NOT_ATTEMPTED: ("○", "open"),
}
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
    earned, most = sum(r.points for r in own), sum(r.max_points for r in own)
    parts = [
        f"<h1>Feedback for {page.text(student)}</h1>",
        f"<p>{page.points(earned, most)} points. {NOT_FOR_CLINICAL_USE}</p>",
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
        lines = [f"<p>{page.text(row.status)}: {page.text(row.reason)}</p>" for row in rows]
        return "<h2>A file that is no lesson</h2>" + "".join(lines)
    title = f"{lesson} {catalogue()[lesson].title}"
    earned, most = sum(r.points for r in rows), sum(r.max_points for r in rows)
    films = FILMS.get(rows[0].cohort, "")
    told = f"{page.points(earned, most)} points" + (f", judged on {films}" if films else "")
    lines = [_line(row) for row in rows]
    head = ["exercise", "points", "status", "why"]
    return f"<h2>{page.text(title)}</h2><p>{told}.</p>" + page.table(head, lines, {1})


def _line(row: Row) -> list[str]:
    exercise = exercises.of_lesson(row.lesson).get(row.exercise)
    mark, look = LOOKS.get(row.status, ("✗", "no"))
    why = page.text(row.reason)
    if exercise and exercise.hints and row.points < row.max_points:
        why += f'<br><span class="hint">Hint: {page.text(exercise.hints[0])}</span>'
    task = f'<br><span class="small">{page.text(exercise.task)}</span>' if exercise else ""
    return [
        f"<b>{page.text(row.exercise)}</b>{task}",
        page.points(row.points, row.max_points),
        f'<span class="{look}">{mark} {page.text(row.status)}</span>',
        why,
    ]
