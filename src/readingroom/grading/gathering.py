"""Finding submissions: an nbgrader tree, a folder of notebooks, or a zip from a learning platform.

Nothing is unpacked onto the disk and no link is followed. A student is the outermost folder, or
the platform's own name and number for it; nothing that lies inside can name another.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from readingroom.catalogue import UnknownLesson, find
from readingroom.grading.result import JOINERS
from readingroom.kernel.inspection import LARGEST

MOST_NOTEBOOKS = 100  # of one student
MOST_NAMED = 20  # of one student's other files
MOST_BYTES = 4_000_000_000  # of a whole zip, unpacked
RATIO = 200  # a notebook with pictures shrinks by 3, text by 10; a bomb by 1000
# browsers and mail programs put an ending behind the one they do not know
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)$")
CANVAS = re.compile(r"^(?P<who>[^_]+?)(?:_late)?_(?P<id>\d+)_\d+_(?P<file>.+)$", re.IGNORECASE)
HIDDEN = ("__MACOSX", ".ipynb_checkpoints")


class NoSubmissions(ValueError):
    """There is nothing to grade; the message says what was looked for."""


@dataclass(frozen=True)
class Submission:
    """One notebook as handed in.

    Attributes
    ----------
    student : str
        A name that is safe in a table, a page and a file name, and nobody else's.
    lesson : str
        The lesson its folder or file names, or an empty text.
    source : str
        Where it lay, for messages to the teacher.
    content : bytes
        The file, where it is at hand; otherwise `opened` reads it.
    trouble : str
        Why it cannot be read, or an empty text.
    number : str
        The student's number on the platform, or an empty text.
    opened : callable, optional
        Returns the file's bytes, or a text that says why it cannot be read. So a class's files are
        never in memory all at once.
    """

    student: str
    lesson: str
    source: str
    content: bytes = b""
    trouble: str = ""
    number: str = ""
    opened: Callable[[], bytes | str] | None = field(default=None, compare=False)

    def read(self) -> tuple[bytes, str]:
        """The file's bytes, and why they cannot be had."""
        if self.trouble or self.opened is None:
            return self.content, self.trouble
        found = self.opened()
        return (b"", found) if isinstance(found, str) else (found, "")

    @property
    def data(self) -> bytes:
        """The file; empty where `problem` says why it was not read."""
        return self.read()[0]

    @property
    def problem(self) -> str:
        """Why it cannot be read, or an empty text."""
        return self.read()[1]


class Gathered(list):
    """Submissions, and in `unread` what lay beside them: (student, place, why)."""

    def __init__(self, found: list[Submission], unread: list[tuple[str, str, str]]) -> None:
        super().__init__(found)
        self.unread = unread


@dataclass(frozen=True)
class _Found:
    """One file of a place, before anybody's name is settled."""

    parts: tuple[str, ...]
    opened: Callable[[], bytes | str]
    link: bool = False

    @property
    def notebook(self) -> bool:
        return bool(NOTEBOOK.search(self.parts[-1]))


def clean(name: str) -> str:
    """A student's name from a stranger's file name: letters with their signs, and a little between.

    Signs above and below letters, apostrophes and commas are parts of names.
    """
    name = unicodedata.normalize("NFC", name)
    name = "".join(
        c
        if c.isalnum() or unicodedata.category(c)[0] == "M" or c in JOINERS + " ._@-',()’"
        else "_"
        for c in name
    )
    return " ".join(name.split()).lstrip(" ._-@=+'" + JOINERS)[:80].strip(" _") or "unnamed"


def gather(place: Path) -> Gathered:
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
    elif NOTEBOOK.search(place.name) and place.is_file():
        found = [_Found((place.name,), partial(_file, place))]
    elif zipfile.is_zipfile(place):
        found = list(_zip(place))
    else:
        raise NoSubmissions(f"{place} is no folder, zip or notebook; name what was handed in.")
    handed, unread = _by_student(_unwrapped(found, place))
    if not handed:
        raise NoSubmissions(f"There is no notebook in {place}.")
    return Gathered(sorted(handed, key=lambda s: (s.student, s.lesson, s.source)), unread)


def _folder(place: Path) -> Iterator[_Found]:
    for root, folders, files in os.walk(place, followlinks=False):
        folders[:] = sorted(f for f in folders if f not in HIDDEN)
        for name in folders:
            path = Path(root) / name
            if path.is_symlink():
                yield _Found(path.relative_to(place).parts, partial(_file, path), link=True)
        for name in sorted(files):
            if not name.startswith(".") or NOTEBOOK.search(name):
                path = Path(root) / name
                yield _Found(path.relative_to(place).parts, partial(_file, path))


def _file(path: Path) -> bytes | str:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
    except OSError:
        return "It is a link, or cannot be opened; hand in the file itself."
    with os.fdopen(handle, "rb") as stream:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            return "It is no ordinary file."
        if facts.st_size > LARGEST:
            return _too_large()
        try:
            return stream.read(LARGEST)
        except OSError as error:
            return f"It cannot be read: {error.strerror}."


def _too_large() -> str:
    return f"It is larger than {LARGEST // 10**6} MB; clear its outputs and hand it in again."


def _zip(place: Path) -> Iterator[_Found]:
    with zipfile.ZipFile(place) as archive:
        left = MOST_BYTES
        for entry in archive.infolist():
            parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
            if entry.is_dir() or not parts or any(part in HIDDEN for part in parts):
                continue
            odd = [part for part in parts if part == ".." or part.startswith("/") or ":" in part]
            opened: Callable = partial(_entry, place, entry, left)
            if odd:
                parts = tuple(part for part in parts if part not in odd) or (entry.filename,)
                opened = partial(str, "Its name in the zip leads out of the folder.")
            found = _Found(parts, opened)
            if found.notebook:
                left -= entry.file_size
            yield found


def _entry(place: Path, entry: zipfile.ZipInfo, left: int) -> bytes | str:
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a link; hand in the file itself."
    if entry.file_size > min(LARGEST, left):
        return _too_large()
    if entry.file_size > 1_000_000 and entry.file_size > RATIO * max(1, entry.compress_size):
        return "It is packed too tightly to be a notebook."
    try:
        with zipfile.ZipFile(place) as archive, archive.open(entry) as stream:
            data = stream.read(LARGEST + 1)
    except Exception as error:  # each unpacker has errors of its own
        why = "it has a password" if "password" in str(error) else "it is damaged"
        return f"It cannot be unpacked: {why}."
    return data if len(data) <= LARGEST else _too_large()


def _unwrapped(found: list[_Found], place: Path) -> list[_Found]:
    """Without a folder around the whole class: nbgrader's own, a zip's, or a platform's export."""
    tops = {one.parts[0] for one in found if len(one.parts) > 1 or one.notebook}
    books = [one for one in found if one.notebook]
    if len(tops) != 1 or not books or any(len(one.parts) < 2 for one in books):
        return found
    (top,) = tops
    platform = all(MOODLE.match(one.parts[1]) for one in books)
    if MOODLE.match(top) or not (platform or top in ("submitted", place.stem)):
        return found
    return [replace(one, parts=one.parts[1:]) for one in found if len(one.parts) > 1]


def _who(parts: tuple[str, ...]) -> tuple[str, str, str]:
    """Whose a file is: the platform's number, the name as written, and the file's own name."""
    for form in (MOODLE, CANVAS) if len(parts) == 1 else (MOODLE,):
        told = form.match(parts[0])
        if told:
            return told["id"], told["who"], parts[-1] if len(parts) > 1 else told["file"]
    return "", parts[0] if len(parts) > 1 else NOTEBOOK.sub("", parts[0]), parts[-1]


def _by_student(found: list[_Found]) -> tuple[list[Submission], list[tuple[str, str, str]]]:
    files: dict[tuple[str, str], list[tuple[_Found, str]]] = {}
    for one in found:
        number, who, name = _who(one.parts)
        if len(one.parts) > 1 or number or one.notebook:
            files.setdefault((number, who), []).append((one, name))
    names = _names(list(files))
    handed, unread = [], []
    for key, own in files.items():
        mine, beside = _of_student(names[key], key[0], own)
        handed += mine
        unread += beside
    return handed, sorted(unread)


def _names(keys: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A name for each student, none twice: two people of one name get their numbers behind it."""
    alike: dict[str, list[tuple[str, str]]] = {}
    for key in sorted(keys, key=lambda key: (clean(key[1]) != key[1], key[1], key[0])):
        alike.setdefault(clean(key[1]), []).append(key)
    taken, out = set(alike), {}
    for name, people in alike.items():
        for position, key in enumerate(people):
            out[key] = name
            if len(people) > 1 and (key[0] or position):
                mark = key[0] or str(position + 1)
                while f"{name} ({mark})" in taken:
                    mark += "+"
                out[key] = f"{name} ({mark})"
                taken.add(out[key])
    return out


def _of_student(
    student: str, number: str, own: list[tuple[_Found, str]]
) -> tuple[list[Submission], list[tuple[str, str, str]]]:
    """A student's notebooks, and what else lay there; somebody without a notebook gets a row."""
    handed, unread = [], []
    for one, name in own:
        source = "/".join(one.parts)[-200:]
        if not one.notebook:
            why = "It is a link and was not followed." if one.link else "It is no notebook."
            unread.append((student, source, why))
        elif len(handed) < MOST_NOTEBOOKS:
            lesson = _lesson(one.parts[1]) if len(one.parts) == 3 else ""
            lesson = lesson or _named(name)
            handed.append(Submission(student, lesson, source, number=number, opened=one.opened))
        else:
            unread.append(
                (student, source, f"Only {MOST_NOTEBOOKS} notebooks of a student are read.")
            )
    if not handed:
        lesson = next(
            (n for one, _ in own if len(one.parts) > 1 and (n := _lesson(one.parts[1]))), ""
        )
        told = f"No notebook was handed in; found {PurePosixPath(unread[0][1]).name}."
        handed = [Submission(student, lesson, unread[0][1], trouble=told, number=number)]
    if len(unread) > MOST_NAMED:
        more = len(unread) - MOST_NAMED
        unread = [*unread[:MOST_NAMED], (student, f"and {more} more files", "Not listed.")]
    return handed, unread


def _named(file: str) -> str:
    """The lesson whose own file name this is; a file called ``0`` is nobody's lesson 00."""
    lesson = _lesson(file)
    return lesson if lesson and NOTEBOOK.sub("", file) == find(lesson).slug else ""


def _lesson(name: str) -> str:
    try:
        return find(NOTEBOOK.sub("", name)).number
    except UnknownLesson:
        return ""
