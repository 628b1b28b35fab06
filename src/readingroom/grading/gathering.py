"""Finding submissions: an nbgrader tree, a folder of notebooks, or a zip from a learning platform.

Nothing is unpacked onto the disk and no link is followed. A submission is a student, perhaps a
lesson, and the bytes of one notebook, or the reason why these cannot be read.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from readingroom.catalogue import UnknownLesson, find
from readingroom.kernel.inspection import LARGEST

MOST_FILES = 20_000
MOST_BYTES = 4_000_000_000  # of a whole zip, unpacked
RATIO = 200  # a notebook with pictures shrinks by 3, text by 10; a bomb by 1000
NOTEBOOK = ".ipynb"
MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_file")
CANVAS = re.compile(r"^(?P<who>[^_]+?)(?:_late)?_(?P<id>\d+)_\d+_(?P<file>.+)$", re.IGNORECASE)


class NoSubmissions(ValueError):
    """There is nothing to grade; the message says what was looked for."""


@dataclass(frozen=True)
class Submission:
    """One notebook as handed in.

    Attributes
    ----------
    student : str
        A name that is safe in a table, a page and a file name.
    lesson : str
        The lesson its folder names, or an empty text.
    source : str
        Where it lay, for messages to the teacher.
    data : bytes
        The file; empty where `problem` says why it was not read.
    problem : str
        Why it cannot be read, or an empty text.
    """

    student: str
    lesson: str
    source: str
    data: bytes = b""
    problem: str = ""


def clean(name: str) -> str:
    """A student's name from a stranger's file name: letters, digits and a little between."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(c if c.isalnum() or c in " ._@-" else "_" for c in name)
    return name.strip(" ._-@=+")[:80] or "unnamed"


def gather(place: Path) -> list[Submission]:
    """Every submission in a folder or zip, in the order of students and lessons.

    Parameters
    ----------
    place : Path
        An nbgrader ``submitted`` tree (student/lesson/notebook), a folder with one folder per
        student, a folder of notebooks, a zip with any of these, or one notebook.

    Raises
    ------
    NoSubmissions
        There is nothing, or it is no folder, zip or notebook.
    """
    if place.is_dir():
        found = list(_folder(place))
    elif place.suffix == NOTEBOOK and place.is_file():
        found = [_file(place, (place.name,))]
    elif zipfile.is_zipfile(place):
        found = list(_zip(place))
    else:
        raise NoSubmissions(f"{place} is no folder, zip or notebook; name what was handed in.")
    if not found:
        raise NoSubmissions(f"There is no notebook in {place}.")
    return sorted(found, key=lambda s: (s.student, s.lesson, s.source))


def _folder(place: Path) -> Iterator[Submission]:
    seen = 0
    for root, folders, files in os.walk(place, followlinks=False):
        folders[:] = sorted(f for f in folders if f != ".ipynb_checkpoints")
        for name in sorted(files):
            seen += 1
            if seen > MOST_FILES:
                raise NoSubmissions(f"{place} holds more than {MOST_FILES} files.")
            if name.endswith(NOTEBOOK):
                path = Path(root) / name
                yield _file(path, path.relative_to(place).parts)


def _file(path: Path, parts: tuple[str, ...]) -> Submission:
    empty = _named(parts)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
    except OSError:
        return replace(empty, problem="It is a link, or cannot be opened; hand in the file itself.")
    with os.fdopen(handle, "rb") as stream:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            return replace(empty, problem="It is no ordinary file.")
        if facts.st_size > LARGEST:
            return replace(empty, problem=_too_large())
        return replace(empty, data=stream.read(LARGEST))


def _too_large() -> str:
    return f"It is larger than {LARGEST // 10**6} MB; clear its outputs and hand it in again."


def _zip(place: Path) -> Iterator[Submission]:
    with zipfile.ZipFile(place) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_FILES:
            raise NoSubmissions(f"{place.name} holds more than {MOST_FILES} files.")
        left = MOST_BYTES
        for entry in entries:
            parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
            hidden = any(part in ("__MACOSX", ".ipynb_checkpoints") for part in parts)
            if entry.is_dir() or hidden or not entry.filename.lower().endswith(NOTEBOOK):
                continue
            found = _entry(archive, entry, parts, left)
            left -= len(found.data)
            yield found


def _entry(archive, entry: zipfile.ZipInfo, parts: tuple[str, ...], left: int) -> Submission:
    odd = [part for part in parts if part == ".." or part.startswith("/") or ":" in part]
    if odd:
        safe = tuple(part for part in parts if part not in odd)
        empty = _named(safe or (entry.filename,))
        return replace(empty, problem="Its name in the zip leads out of the folder.")
    empty = _named(parts)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return replace(empty, problem="It is a link; hand in the file itself.")
    if entry.file_size > min(LARGEST, left):
        return replace(empty, problem=_too_large())
    if entry.file_size > 1_000_000 and entry.file_size > RATIO * max(1, entry.compress_size):
        return replace(empty, problem="It is packed too tightly to be a notebook.")
    try:
        with archive.open(entry) as stream:
            data = stream.read(LARGEST + 1)
    except Exception as error:  # each unpacker has errors of its own
        why = "it has a password" if "password" in str(error) else "it is damaged"
        return replace(empty, problem=f"It cannot be unpacked: {why}.")
    if len(data) > LARGEST:
        return replace(empty, problem=_too_large())
    return replace(empty, data=data)


def _named(parts: tuple[str, ...]) -> Submission:
    """Student and lesson from where a notebook lies."""
    source = "/".join(parts)[-200:]
    if parts and parts[0] == "submitted" and len(parts) > 1:
        parts = parts[1:]
    if len(parts) >= 3 and (lesson := _lesson(parts[-2])):
        return Submission(clean(parts[-3]), lesson, source)
    for part in parts:
        moodle = MOODLE.match(part)
        if moodle:
            return Submission(clean(moodle["who"]), _lesson(parts[-1]), source)
    canvas = CANVAS.match(parts[-1])
    if canvas:
        return Submission(clean(canvas["who"]), _lesson(canvas["file"]), source)
    who = parts[-2] if len(parts) >= 2 else Path(parts[-1]).stem
    return Submission(clean(who), _lesson(parts[-1]), source)


def _lesson(name: str) -> str:
    try:
        return find(name).number
    except UnknownLesson:
        return ""
