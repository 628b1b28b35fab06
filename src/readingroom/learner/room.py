"""What a room is stuck on: the files of its shared folder as counts, never as learners.

Whoever may write into the folder may write anything, so files count as hostile: none is followed,
none is read beyond `LARGEST`, and what is not as `readingroom.kernel.room` writes it is skipped.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from readingroom.catalogue import catalogue
from readingroom.kernel.room import MINUTE
from readingroom.learner import plan

FEWEST = 3  # learners below which nothing is said of an exercise
STUCK = 3  # tries without success
LARGEST = 8_000  # bytes; a lesson with all its exercises takes about 1,000
MOST = 2_000  # files looked at
NAME = re.compile(r"[0-9a-f]{32}\.json")
FEW = "fewer than three"


class RoomError(ValueError):
    """A folder that cannot be looked at; the message says why."""


@dataclass(frozen=True)
class Row:
    """One exercise: how many openings of its lesson are at it, stuck at it, and through."""

    lesson: str
    title: str
    at: int
    stuck: int
    through: int
    learners: int

    def cells(self) -> list[str]:
        """The counts as a teacher may see them."""
        if self.learners < FEWEST:
            return [FEW, "", ""]
        return [str(self.at), str(self.stuck), str(self.through)]


@dataclass
class Room:
    """A look at a room.

    Attributes
    ----------
    rows : list of Row
        In the order of the lessons' pages.
    files : int
        Files counted.
    old, skipped : int
        Files of another day, and files that are not what a learner's kernel writes.
    """

    rows: list[Row] = field(default_factory=list)
    files: int = 0
    old: int = 0
    skipped: int = 0

    def sentence(self) -> str:
        """What was counted and what was left out."""
        return (
            f"{self.files} openings of a lesson today. Left out: {self.old} of another day, "
            f"{self.skipped} that no learner's kernel wrote."
        )


def _bytes(path: Path) -> bytes | None:
    """A plain small file's bytes; None for links, pipes, folders and what is too large."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with os.fdopen(os.open(path, flags), "rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError:
        return None
    return raw if len(raw) <= LARGEST else None


def _tasks(lesson: str) -> dict[str, str]:
    return {task.slug: task.title for task in plan.of_lesson(lesson).tasks}


def _entry(given: object) -> bool:
    if not (isinstance(given, list) and len(given) == 2):
        return False
    tries, right = given
    return type(tries) is int and 1 <= tries <= 1_000 and type(right) is bool


def _read(path: Path) -> tuple[dict, datetime] | None:
    """What one file says and when, or None where it is not as a kernel writes it."""
    raw = _bytes(path)
    try:
        told = json.loads(raw or b"")
        lesson, tried, last = told["lesson"], told["exercises"], told["last"]
        when = datetime.strptime(told["minute"], MINUTE).replace(tzinfo=UTC)
        when.astimezone()  # a year that no clock knows
        known = _tasks(lesson) if lesson in catalogue() else {}
        fits = tried and last in tried and set(tried) <= set(known)
        if not fits or not all(map(_entry, tried.values())):
            return None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, ArithmeticError):
        return None
    except OSError:  # no clock of this system knows the year
        return None
    return told, when


def look(folder: Path, today: date | None = None) -> Room:
    """Count a room.

    Parameters
    ----------
    folder : Path
        The folder that ``READINGROOM_ROOM`` names for the learners.
    today : date, optional
        The day to count, by this machine's clock.

    Raises
    ------
    RoomError
        There is no such folder, or it cannot be listed.
    """
    day = today or datetime.now().astimezone().date()
    found = Room()
    at, stuck, through, seen = Counter(), Counter(), Counter(), Counter()  # type: ignore[var-annotated]
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError as error:
        raise RoomError(
            f"{folder} cannot be looked at ({error.strerror}); name the folder that "
            "READINGROOM_ROOM names for the learners."
        ) from error
    names = [name for name in names if not name.endswith(".part")]  # being written
    found.skipped = max(0, len(names) - MOST)
    for name in names[:MOST]:
        read = _read(folder / name) if NAME.fullmatch(name) else None
        if read is None:
            found.skipped += 1
            continue
        told, when = read
        if when.astimezone().date() != day:
            found.old += 1
            continue
        found.files += 1
        for slug, (tries, right) in told["exercises"].items():
            key = told["lesson"], slug
            seen[key] += 1
            through[key] += right
            stuck[key] += not right and tries >= STUCK
            at[key] += not right and slug == told["last"]
    for lesson in sorted({lesson for lesson, _ in seen}):
        for slug, title in _tasks(lesson).items():
            key = lesson, slug
            if seen[key]:
                counts = at[key], stuck[key], through[key], seen[key]
                found.rows.append(Row(lesson, title, *counts))
    return found
