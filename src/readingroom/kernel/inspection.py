"""Judging and repairing a notebook file: recorded answers, lost cell marks, a machine's fitness."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

from readingroom.catalogue import Lesson, catalogue, find
from readingroom.kernel.session import ANSWER_MIME
from readingroom.questions import cells, exercises

LARGEST = 60_000_000  # bytes; a lesson with all its figures has about a tenth


# What a file that only calls itself a notebook makes the reader stumble over.
UNREADABLE = (ValueError, AttributeError, KeyError, TypeError, RecursionError)


class NotebookError(ValueError):
    """A notebook that cannot be judged; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One exercise of a notebook, as ``readingroom check`` reports it.

    `mistake` names the typical wrong answer that it looks like, if it looks like one.
    """

    exercise: str
    points: float
    max_points: float
    status: str
    reason: str
    mistake: str = ""

    def as_dict(self) -> dict:
        """JSON types only."""
        return asdict(self)


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook.

    Raises
    ------
    NotebookError
        It is missing, too large, or no notebook.
    """
    if path.is_dir():
        raise NotebookError(f"{path} is a folder; give the path of one notebook in it.")
    if not path.is_file():
        raise NotebookError(f"There is no file {path}; give the path of a notebook.")
    if path.stat().st_size > LARGEST:
        raise NotebookError(f"{path.name} is larger than {LARGEST // 10**6} MB; clear its outputs.")
    try:
        book = nbformat.reads(path.read_text("utf-8"), as_version=4)
        kinds = [cell.cell_type for cell in book.cells]
    except (nbformat.ValidationError, *UNREADABLE) as error:
        raise NotebookError(
            f"{path.name} is not a readable notebook; take a fresh copy with readingroom reset."
        ) from error
    if not kinds:
        raise NotebookError(f"{path.name} has no cells; take a fresh copy with readingroom reset.")
    return book


def lesson_of(book: nbformat.NotebookNode, path: Path) -> Lesson:
    """Which lesson a notebook is: by its mark, else by its exercises, else by its file name."""
    marked = book.metadata.get("readingroom", {})
    if isinstance(marked, dict) and str(marked.get("lesson")) in catalogue():
        return catalogue()[str(marked["lesson"])]
    source = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    for number, lesson in catalogue().items():
        if any(f'"{slug}"' in source for slug in exercises.of_lesson(number)):
            return lesson
    try:
        return find(path.stem)
    except LookupError as error:
        raise NotebookError(f"{path.name} is not a lesson of this course.") from error


def recorded(book: nbformat.NotebookNode) -> dict[str, dict]:
    """The answers that the notebook's outputs carry, by exercise; the last one counts."""
    found = {}
    for cell in book.cells:
        for output in cell.get("outputs", []) if cell.cell_type == "code" else []:
            record = output.get("data", {}).get(ANSWER_MIME) if isinstance(output, dict) else None
            if isinstance(record, str):
                try:
                    record = json.loads(record)
                except ValueError:
                    record = None
            if isinstance(record, dict) and isinstance(record.get("exercise"), str):
                found[record["exercise"]] = record
    return found


def check(path: Path) -> tuple[Lesson, list[Row]]:
    """Judge the answers recorded in a notebook, in this process, from data alone.

    Nothing of the notebook is executed; an answer is judged as it was when its check last ran.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Lesson
    list of Row
        One for each exercise of the lesson.

    Raises
    ------
    NotebookError
        It cannot be judged.
    """
    book = read(path)
    lesson = lesson_of(book, path)
    answers = recorded(book)
    rows = []
    for slug, exercise in exercises.of_lesson(lesson.number).items():
        record = answers.get(slug)
        if record is None or record.get("answer") is None:
            reason = "The check has not run." if record is None else str(record.get("reason", ""))
            status = exercises.NOT_ATTEMPTED
            if record is not None and record.get("status") == exercises.WRONG:
                status = exercises.WRONG
            rows.append(Row(slug, 0, exercise.points, status, reason[:300]))
            continue
        cohort = record.get("cohort")
        mode = cohort if cohort in ("real", "simulated") else "simulated"
        verdict = exercises.judge(exercise, record["answer"], exercises.frozen(lesson.number, mode))
        facts = (verdict.status, verdict.reason, verdict.mistake)
        rows.append(Row(slug, verdict.points, exercise.points, *facts))
    return lesson, rows


def lost_marks(book: nbformat.NotebookNode, lesson: Lesson) -> list[str]:
    """Names of the lesson's cells whose id or mark this copy has lost or has twice."""
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    wanted = {c.id for c in release.cells if "nbgrader" in c.metadata}
    held = [
        cell.get("id")
        for cell in book.cells
        if isinstance(cell.metadata.get("nbgrader"), dict)
        and cell.metadata.nbgrader.get("grade_id") == cell.get("id")
    ]
    return sorted(name for name in wanted if held.count(name) != 1)


def repair(book: nbformat.NotebookNode, lesson: Lesson) -> list[str]:
    """Give cells their ids and marks back, and say which cells are gone.

    How a cell is known is told in `readingroom.questions.cells`. What the learner typed is not
    changed.

    Parameters
    ----------
    book : NotebookNode
        Changed in place.
    lesson : Lesson

    Returns
    -------
    list of str
        Names of cells that are missing from this copy.
    """
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    places = cells.recognise(book, release)
    named = {i: name for name, i in places.items()}
    fresh = {cell.id: cell for cell in release.cells}
    for i, cell in enumerate(book.cells):
        name = named.get(i)
        if name is None:
            cell.metadata.pop("nbgrader", None)
            continue
        cell.id = name
        cell.metadata.update(fresh[name].metadata)
    seen = set(named.values())
    for i, cell in enumerate(book.cells):
        if i in named:
            continue
        if not cell.get("id") or cell.id in seen:
            cell.id = f"mine-{i}"
        seen.add(cell.id)
    book.nbformat_minor = max(5, book.nbformat_minor)
    book.metadata["readingroom"] = {"lesson": lesson.number}
    return sorted(
        cell.id for cell in release.cells if "nbgrader" in cell.metadata and cell.id not in places
    )
