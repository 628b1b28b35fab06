"""A fresh copy of a lesson that is broken or half done, with the learner's answers in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from readingroom import files
from readingroom.catalogue import Lesson
from readingroom.kernel import inspection, progress
from readingroom.nbformats import NotebookNode, nbformat
from readingroom.questions import cells

ASIDE = "put-aside"
STAMP = "readingroom_reset"


@dataclass(frozen=True)
class Fresh:
    """What `reset` did.

    Attributes
    ----------
    notebook : Path
        The fresh copy.
    aside : Path or None
        Where the old file is now; None where there was none.
    carried, missing : tuple of str
        Exercises whose answers are in the fresh copy, and those whose cell was not found.
    reason : str
        Why nothing or not all could be carried, or an empty string.
    """

    notebook: Path
    aside: Path | None
    carried: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""


def carry_over(old: NotebookNode, release: NotebookNode) -> tuple[list[str], list[str]]:
    """Put a learner's answers into a fresh copy, in place.

    Parameters
    ----------
    old : NotebookNode
        The learner's notebook, in any state that can be read.
    release : NotebookNode
        The fresh copy; its answer cells are filled.

    Returns
    -------
    list of str
        Exercises that were carried.
    list of str
        Exercises whose answer cell is not in the old notebook.
    """
    code = [cell for cell in release.cells if cell.cell_type == "code"]
    old = NotebookNode(cells=cells.unmerged(code, old.cells))
    where = cells.recognise(old, release)
    carried, missing = [], []
    for cell in release.cells:
        if not cells.is_answer(cell):
            continue
        if cell.id not in where:
            missing.append(cell.id)
            continue
        typed = old.cells[where[cell.id]].source
        if typed.strip() and typed.strip() != cell.source.strip():
            cell.source = typed
            carried.append(cell.id)
    return carried, missing


def _aside(path: Path, now: datetime) -> Path:
    folder = path.parent / ASIDE
    folder.mkdir(exist_ok=True)
    return files.free(folder / f"{path.stem}.{now:%Y-%m-%d-%H%M%S}.ipynb")


def reset(
    folder: Path, lesson: Lesson, *, empty: bool = False, now: datetime | None = None
) -> Fresh:
    """Replace a lesson of a working copy by a fresh one; the old file is kept aside.

    Parameters
    ----------
    folder : Path
        The working copy.
    lesson : Lesson
    empty : bool
        Carry no answers.
    now : datetime, optional
        Date in the name of the old file.

    Returns
    -------
    Fresh

    Raises
    ------
    FileNotFoundError
        The lesson is not part of this installation.
    """
    target = folder / f"{lesson.slug}.ipynb"
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    now = now or datetime.now()
    # the page of an open tab goes by this: it takes the fresh copy instead of writing over it
    release.metadata[STAMP] = now.isoformat()
    carried: list[str] = []
    missing: list[str] = []
    reason = ""
    if target.exists() and not empty:
        try:
            carried, missing = carry_over(inspection.read(target, math.inf), release)
        except inspection.Damaged as damage:
            carried, missing = carry_over(damage.rest, release)
            reason = str(damage)
        except (inspection.NotebookError, *inspection.UNREADABLE):
            carried, missing = [], []
            release = nbformat.read(lesson.notebook("lessons"), as_version=4)
            release.metadata[STAMP] = now.isoformat()
            reason = "The old file cannot be read as a notebook, so no answer could be carried."
    folder.mkdir(parents=True, exist_ok=True)
    aside = None
    with files.replacing(target) as draft:
        draft.write_text(nbformat.writes(release), "utf-8", newline="\n")
        if target.exists():
            aside = _aside(target, now)
            target.replace(aside)
    if empty:
        progress.forget(lesson.number)  # contents and certificate say what the notebook says
    return Fresh(target, aside, tuple(carried), tuple(missing), reason)
