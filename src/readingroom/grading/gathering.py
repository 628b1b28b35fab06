"""Finding submissions: an nbgrader tree, a folder of notebooks, or a zip from a learning platform.

Nothing is unpacked onto the disk and no link is followed. A student is the outermost folder, or
the platform's own name and number for it; nothing that lies inside can name another. Whatever is
found becomes a submission or stands in the list of what was not read.
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

from readingroom.catalogue import find
from readingroom.grading import platforms
from readingroom.grading.platforms import NOTEBOOK, lesson_named
from readingroom.grading.result import JOINERS
from readingroom.kernel.inspection import LARGEST

MOST_NOTEBOOKS = 100  # of one student
MOST_NAMED = 20  # of one student's other files
MOST_BYTES = 4_000_000_000  # of a whole zip, unpacked
RATIO = 200  # a notebook with pictures shrinks by 3, text by 10; a bomb by 1000
HIDDEN = ("__MACOSX", ".ipynb_checkpoints")
OWN = "._"  # what a Mac puts beside every file
DRIVE = re.compile(r"^[A-Za-z]:$")
UTF_8 = 0x800  # the flag of a zip's entry whose name is UTF-8


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
    turn : tuple
        Greater for what was handed in later; empty where nothing tells.
    """

    student: str
    lesson: str
    source: str
    content: bytes = b""
    trouble: str = ""
    number: str = ""
    opened: Callable[[], bytes | str] | None = field(default=None, compare=False)
    turn: tuple = ()

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
    opened: Callable[[], bytes | str] = str
    why: str = ""  # it is not read, or an empty text

    @property
    def notebook(self) -> bool:
        return not self.why and bool(NOTEBOOK.search(self.parts[-1]))


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


def gather(place: Path, leave: Path | None = None) -> Gathered:
    """Every submission in a folder or zip, in the order of students and lessons.

    Parameters
    ----------
    place : Path
        An nbgrader ``submitted`` tree (student/lesson/notebook), a folder with one folder per
        student, a folder of notebooks, a zip with any of these, or one notebook.
    leave : Path, optional
        A folder that is no submission, such as that of the results.

    Raises
    ------
    NoSubmissions
        There is nothing, or it is no folder, zip or notebook.
    """
    if place.is_dir():
        found = list(_folder(place, leave))
    elif NOTEBOOK.search(place.name) and place.is_file():
        found = [_Found((place.name,), partial(_file, place.resolve()))]
    elif place.is_file() and zipfile.is_zipfile(place):
        found = _zip(place)
    else:
        raise NoSubmissions(f"{place} is no folder, zip or notebook; name what was handed in.")
    found, aside = _unwrapped([replace(one, parts=_one_form(one.parts)) for one in found], place)
    if not any(one.notebook for one in found):
        raise NoSubmissions(f"There is no notebook in {place}.")
    handed, unread = _by_student(found)
    order = sorted(handed, key=lambda one: (one.student, one.lesson, one.source))
    return Gathered(order, aside + unread)


def _one_form(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Names in one Unicode form: Macs write an umlaut as two signs."""
    return tuple(unicodedata.normalize("NFC", part) for part in parts)


def _folder(place: Path, leave: Path | None) -> Iterator[_Found]:
    shut: list[OSError] = []
    left = leave.resolve() if leave is not None and leave.exists() else None
    for root, folders, files in os.walk(place, followlinks=False, onerror=shut.append):
        here = Path(root)
        folders[:] = sorted(f for f in folders if f not in HIDDEN and (here / f).resolve() != left)
        at = here.relative_to(place).parts
        for name in folders:
            if (here / name).is_symlink():
                yield _Found((*at, name), why="It is a link and was not followed.")
        shown = [f for f in files if not f.startswith(".") or NOTEBOOK.search(f)]
        shown = sorted(f for f in shown if not f.startswith(OWN))
        for name in shown:
            yield _Found((*at, name), partial(_file, here / name))
        if at and not shown and not folders:
            yield _Found((*at, ""), why="The folder is empty.")
    for error in shut:
        at = Path(str(error.filename)).relative_to(place).parts
        yield _Found((*at, ""), why=f"The folder cannot be opened ({error.strerror}).")


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


def _zip(place: Path) -> list[_Found]:
    try:
        with zipfile.ZipFile(place) as archive:
            entries = archive.infolist()
    except Exception as error:  # whatever its list of files holds
        raise NoSubmissions(f"{place} is a damaged zip; download it again.") from error
    last = {entry.filename: entry for entry in entries}
    out, left = [], MOST_BYTES
    for entry in entries:
        parts = PurePosixPath(_name_in(entry).replace("\\", "/")).parts
        hidden = any(part in HIDDEN or part.startswith(OWN) for part in parts)
        if not parts or hidden or parts[-1] == ".DS_Store":
            continue
        if entry.is_dir():
            out.append(_Found((*parts, ""), why="The folder is empty."))
            continue
        odd = [part for part in parts if part == ".." or part[0] == "/" or DRIVE.match(part)]
        opened: Callable = partial(_entry, place, entry, left)
        if odd:
            parts = tuple(part for part in parts if part not in odd) or (entry.filename,)
            opened = partial(str, "Its name in the zip leads out of the folder.")
        twice = last[entry.filename] is not entry
        why = "The zip holds it twice; the later one counts." if twice else ""
        found = _Found(parts, opened, why)
        if found.notebook:
            left -= entry.file_size
        out.append(found)
    full = {one.parts[:n] for one in out if one.parts[-1] for n in range(1, len(one.parts))}
    return [one for one in out if one.parts[-1] or one.parts[:-1] not in full]


def _name_in(entry: zipfile.ZipInfo) -> str:
    """An entry's name; Macs write UTF-8 and do not say so."""
    if entry.flag_bits & UTF_8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


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


def _unwrapped(found: list[_Found], place: Path) -> tuple[list[_Found], list[tuple[str, str, str]]]:
    """Without the folders around the whole class, and what is to be said of them."""
    said: list[tuple[str, str, str]] = []
    stem = place.name if place.is_dir() else place.stem
    while True:
        tops = {one.parts[0] for one in found if len(one.parts) > 1}
        if platforms.submitted(tops):
            for other in sorted(tops - {"submitted"}):
                said.append(("", f"{other}/", "It is nbgrader's; only submitted/ was read."))
            found = [one for one in found if one.parts[0] not in tops - {"submitted"}]
        inside = [one for one in found if not (len(one.parts) == 1 and not one.notebook)]
        top = platforms.around([one.parts for one in found if one.notebook], stem)
        others = {one.parts[0] for one in inside} - {top}
        if not top or (others and top != "submitted"):
            return found, said
        if top not in ("submitted", stem):
            said.append(("", f"{top}/", "It lies around the class, so it is nobody's name."))
        found = [
            replace(one, parts=one.parts[1:]) if one.parts[0] == top and len(one.parts) > 1 else one
            for one in found
        ]
        found = [one for one in found if one.parts != ("",)]


def _by_student(found: list[_Found]) -> tuple[list[Submission], list[tuple[str, str, str]]]:
    files: dict[tuple[str, str], list[tuple[_Found, platforms.Owner]]] = {}
    nobodys: list[tuple[str, str, str]] = []
    for one, owner in zip(found, platforms.owners([one.parts for one in found]), strict=True):
        known = len(one.parts) > 1 or one.notebook or owner.who != NOTEBOOK.sub("", one.parts[0])
        if known:
            files.setdefault((owner.number, owner.who), []).append((one, owner))
        else:
            nobodys.append(("", one.parts[0][-200:], one.why or "It is no notebook."))
    names = _names(list(files))
    handed, unread = [], _few("", sorted(nobodys))
    for key, own in files.items():
        mine, beside = _of_student(names[key], own)
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
    student: str, own: list[tuple[_Found, platforms.Owner]]
) -> tuple[list[Submission], list[tuple[str, str, str]]]:
    """A student's notebooks, and what else lay there; somebody without a notebook gets a row."""
    handed: list[Submission] = []
    unread = []
    for one, owner in own:
        source = "/".join(one.parts)[-200:]
        if not one.notebook:
            unread.append((student, source, one.why or "It is no notebook."))
        elif len(handed) < MOST_NOTEBOOKS:
            lesson = lesson_named(one.parts[1]) if len(one.parts) == 3 else ""
            lesson = lesson or _named(owner.file)
            handed.append(Submission(student, lesson, source, number=owner.number,
                                     opened=one.opened, turn=owner.turn))  # fmt: skip
        else:
            unread.append(
                (student, source, f"Only {MOST_NOTEBOOKS} notebooks of a student are read.")
            )
    if not handed:
        lesson = next(
            (n for one, _ in own if len(one.parts) > 1 and (n := lesson_named(one.parts[1]))), ""
        )
        _, place, why = unread[0]
        name = PurePosixPath(place).name
        told = f"No notebook was handed in; found {name}." if own[0][0].parts[-1] else why
        handed = [Submission(student, lesson, place, trouble=told, number=own[0][1].number)]
    return handed, _few(student, unread)


def _few(student: str, unread: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The first of what was not read, and how many more there are."""
    if len(unread) <= MOST_NAMED:
        return unread
    more = len(unread) - MOST_NAMED
    return [*unread[:MOST_NAMED], (student, f"and {more} more files", "Not listed.")]


def _named(file: str) -> str:
    """The lesson whose own file name this is; a file called ``0`` is nobody's lesson 00."""
    lesson = lesson_named(file)
    return lesson if lesson and NOTEBOOK.sub("", file) == find(lesson).slug else ""
