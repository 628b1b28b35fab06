"""The learner's desk: a working copy of the lessons, with their films ready."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from readingroom import data, files
from readingroom.catalogue import Lesson, catalogue, find
from readingroom.data import supply
from readingroom.data.errors import Unreachable
from readingroom.data.registry import listing
from readingroom.exam import pages
from readingroom.kernel import progress
from readingroom.learner import contents

DEFAULT_FOLDER = "reading-room"


def working_copy(folder: Path) -> list[Path]:
    """Copy each lesson that is not there yet; what the learner has edited is never touched.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.

    Returns
    -------
    list of Path
        The notebooks that were copied now.
    """
    copied = []
    for lesson in catalogue().values():
        source, target = lesson.notebook("lessons"), folder / f"{lesson.slug}.ipynb"
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            files.write_bytes(target, source.read_bytes())
            copied.append(target)
    return copied


def lay_out(folder: Path) -> Path:
    """Put the pages beside the lessons: both tests where missing, and the contents page anew."""
    pages.write(folder)
    return contents.write(folder)


def where_i_stopped() -> Lesson:
    """The lesson to go on with: worked on last and not complete, else the next in the course."""
    found = contents.next_lesson()
    if found:
        return found
    last = progress.load().get("last")
    known = catalogue()
    return known[last] if last in known else next(iter(known.values()))


def fetch_for(lesson: Lesson, cohort: str | None) -> str:
    """Make a lesson's films ready before JupyterLab opens; returns real, simulated or a name."""
    mode = data.choose(lesson.needs, wanted=cohort)
    if mode == "simulated":
        for name, size in lesson.cohorts:
            data.load(name, size=size)  # drawn now, not while a learner waits in the first cell
    return mode


def prepare(lesson: Lesson, cohort: str | None) -> str:
    """Make a lesson's films ready for a later start, whatever another lesson of this run took.

    Returns
    -------
    str
        Whose films are ready, and which of those that are read on the way cannot be had.
    """
    data.forget()
    mode = fetch_for(lesson, cohort)
    for name, size in lesson.cohorts:
        data.load(name, size=size)  # beside films of one's own simulated ones may stand in
    lacking = []
    for name in lesson.later if mode == "real" else ():
        try:
            supply.secure(name)
        except Unreachable:
            lacking.append(listing()[name].title)
    without = f", without {' and '.join(lacking)}, which cannot be had" if lacking else ""
    return f"{mode} films ready{without}"


def resolve(name: str | None) -> Lesson:
    """The lesson asked for, or where the learner stopped."""
    return find(name) if name else where_i_stopped()


def default_folder() -> Path:
    """Where the working copy lies unless the learner names another place."""
    named = os.environ.get("READINGROOM_DESK")
    return Path(named).expanduser() if named else Path.home() / DEFAULT_FOLDER


def disk_free(folder: Path) -> int:
    """Free bytes where `folder` lies or will lie."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
