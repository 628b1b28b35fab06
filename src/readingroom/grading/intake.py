"""Reading one handed-in notebook: its cells, its lesson, and which films its learner had."""

from __future__ import annotations

import json

import nbformat
from nbformat import NotebookNode

from readingroom.catalogue import catalogue
from readingroom.kernel import inspection
from readingroom.questions import exercises

DEEPEST = 60  # levels of lists and mappings; a notebook has about ten
COHORTS = ("real", "simulated")


class Unreadable(ValueError):
    """The file is no notebook; the message says what is wrong and what to do."""


def read(data: bytes) -> NotebookNode:
    """A notebook from the bytes of a file that a stranger sent.

    Raises
    ------
    Unreadable
    """
    again = "hand in a fresh copy of the lesson with your answers."
    if not data.strip():
        raise Unreadable(f"The file is empty; {again}")
    text = inspection.text_of(data)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        if line := inspection.merge_line(text):
            marks = f"The file holds the marks of an unfinished git merge from line {line}"
            raise Unreadable(f"{marks}; {again}") from error
        raise Unreadable(f"The file is no notebook, or was cut short; {again}") from error
    if not isinstance(raw, dict) or _depth(raw) > DEEPEST:
        raise Unreadable(f"The file is no notebook; {again}")
    try:
        book = nbformat.from_dict(raw)
        if book.get("nbformat", 0) < 4:
            book = nbformat.convert(book, 4)
        return NotebookNode(cells=_cells(book), metadata=nbformat.from_dict(_marks(book)))
    except (nbformat.ValidationError, *inspection.UNREADABLE) as error:
        raise Unreadable(f"The file is no readable notebook; {again}") from error


def _depth(value: object) -> int:
    level, here = 0, [value]
    while here and level <= DEEPEST:
        level += 1
        inner: list = []
        for item in here:
            if isinstance(item, dict):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        here = inner
    return level


def _cells(book: NotebookNode) -> list[NotebookNode]:
    """Code cells with text, id, nbgrader's mark and outputs; everything else is dropped."""
    out = []
    for cell in book["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        source = "".join(source) if isinstance(source, list) else source
        if not isinstance(source, str):
            continue
        fresh = nbformat.v4.new_code_cell(source)
        fresh.id = cell["id"] if isinstance(cell.get("id"), str) else ""
        metadata = cell.get("metadata")
        mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
            fresh.metadata["nbgrader"] = {"grade_id": mark["grade_id"]}
        outputs = cell.get("outputs")
        fresh.outputs = outputs if isinstance(outputs, list) else []
        out.append(fresh)
    return out


def _marks(book: NotebookNode) -> dict:
    marked = book.get("metadata", {})
    told = marked.get("readingroom") if isinstance(marked, dict) else None
    lesson = told.get("lesson") if isinstance(told, dict) else None
    return {"readingroom": {"lesson": lesson}} if isinstance(lesson, str) else {}


def lesson_of(book: NotebookNode) -> str:
    """The lesson that most of the notebook's checks belong to; an empty text if none.

    A mark in the file is only a hint that settles a draw.
    """
    text = "\n".join(cell.source for cell in book.cells)
    marked = book.metadata.get("readingroom", {}).get("lesson")
    votes = {}
    for number in catalogue():
        known = exercises.of_lesson(number)
        named = sum(f'"{slug}"' in text or f"'{slug}'" in text for slug in known)
        ids = {cell.id for cell in book.cells}
        votes[number] = (named + sum(slug in ids for slug in known), number == marked)
    best = max(votes, key=votes.get, default="")
    return best if best and votes[best][0] else ""


def cohort_of(book: NotebookNode) -> str:
    """The films that the notebook's checks say they ran on; a hint, and an empty text if none."""
    told = []
    for cell in book.cells:
        try:
            records = inspection.recorded(NotebookNode(cells=[cell]))
        except inspection.UNREADABLE:
            continue
        told += [r.get("cohort") for r in records.values() if r.get("cohort") in COHORTS]
    return max(COHORTS, key=told.count) if told else ""
