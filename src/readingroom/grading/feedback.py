"""One page of feedback for one student: their own points, why, and a hint; nobody else's data."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path

from readingroom import files, pages
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
TITLE = re.compile(r"<title>Feedback for (.*?)</title>", re.S)
FILMS = {"real": "real films", "simulated": "simulated patients"}


def file_name(student: str) -> str:
    """A file name for a student's page: readable, and never another student's."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", student).strip("-")[:60] or "student"
    return f"{readable}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.html"


def own(page: Path) -> bool:
    """Whether a page is one of `of_student`: its name is that of the student in its title."""
    try:
        found = TITLE.search(page.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return False
    return found is not None and file_name(html.unescape(found[1])) == page.name


def write(folder: Path, made: dict[str, str]) -> Path | None:
    """Write everybody's page; earlier pages go into a folder beside this one.

    Those go that say something else now, and those of students who are not in this class. What the
    grader did not write stays where it is.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    made : dict
        File name to page.

    Returns
    -------
    Path or None
        The folder of earlier pages, if there were any.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = None
    for page in sorted(folder.glob("*.html")):
        same = page.name in made and page.read_bytes() == made[page.name].encode("utf-8")
        if not same and (page.name in made or own(page)):
            if aside is None:
                aside = files.free(folder.with_name(f"{folder.name}.before"))
                aside.mkdir()
            page.replace(aside / page.name)
    for name, text in made.items():
        files.write_text(folder / name, text)
    return aside


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
