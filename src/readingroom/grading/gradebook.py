"""Filling nbgrader's gradebook, for courses that keep their grades there."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import defaultdict
from pathlib import Path

from readingroom.catalogue import catalogue
from readingroom.grading.result import Row, earned
from readingroom.questions import exercises


def fill(database: Path, rows: list[Row]) -> int:
    """Write points into an nbgrader gradebook; returns how many submissions were written.

    Parameters
    ----------
    database : Path
        The SQLite file; made if it does not exist. What it holds of other assignments and
        students stays as it is.
    rows : list of Row
    """
    by_submission: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.lesson:
            by_submission[row.lesson, row.student].append(row)
    # what could not be graded stays as the gradebook has it: a zero would be a grade
    by_submission = {k: own for k, own in by_submission.items() if earned(own) is not None}
    with _opened(database) as book:
        for number in dict.fromkeys(lesson for lesson, _ in by_submission):
            _assignment(book, number)
        for (number, student), own in by_submission.items():
            _submission(book, number, student, own)
    return len(by_submission)


@contextlib.contextmanager
def _opened(database: Path):
    """The gradebook; a new one asks the program ``alembic``, which lies beside this Python."""
    from nbgrader.api import Gradebook

    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        book = Gradebook(f"sqlite:///{database.resolve()}", course_id="readingroom")
    finally:
        os.environ["PATH"] = before
    with book:
        yield book


def _assignment(book, number: str) -> None:
    slug = catalogue()[number].slug
    book.update_or_create_assignment(slug)
    book.update_or_create_notebook(slug, slug)
    for name, exercise in exercises.of_lesson(number).items():
        cell = f"check-{name}"
        book.update_or_create_grade_cell(
            cell, slug, slug, max_score=float(exercise.points), cell_type="code"
        )


def _submission(book, number: str, student: str, rows: list[Row]) -> None:
    slug = catalogue()[number].slug
    book.update_or_create_student(student)
    book.update_or_create_submission(slug, student)
    for row in rows:
        grade = book.find_grade(f"check-{row.exercise}", slug, slug, student)
        grade.auto_score, grade.needs_manual_grade = row.points, False
    book.db.commit()
