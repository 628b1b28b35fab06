"""Finding submissions: an nbgrader tree, a folder of notebooks, or a zip from a learning platform.

Nothing is unpacked onto the disk and no link is followed. A student is the outermost folder, or
the platform's own name and number for it; nothing that lies inside can name another. Whatever is
found becomes a submission or stands in the list of what was not read.
"""

from __future__ import annotations

import io
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
MOST_BYTES_INSIDE = 600_000_000  # of one student's own zip
MOST_INSIDE = 20_000  # files in one student's own zip
ENTRY = b"PK\1\2"  # what each file of a zip has in its list
PACKED = re.compile(r"\.zip$", re.IGNORECASE)
OTHER_PACKED = re.compile(r"\.(7z|rar|tar|t?gz|bz2|xz)$", re.IGNORECASE)
UNPACK = "unpack it into the student's folder and grade again."
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
    called : bool
        Only its file is called so: a slip of its learner's, where it holds another lesson.
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
    called: bool = False

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

    @property
    def packed(self) -> bool:
        """Whether it is a zip, which a student may have handed in instead of a notebook."""
        return not self.why and bool(PACKED.search(self.parts[-1]))


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
        try:
            found = _zip(partial(zipfile.ZipFile, place), MOST_BYTES)
        except Exception as error:  # whatever its list of files holds
            raise NoSubmissions(f"{place} is a damaged zip; download it again.") from error
    else:
        raise NoSubmissions(f"{place} is no folder, zip or notebook; name what was handed in.")
    found, aside = _unwrapped([replace(one, parts=_one_form(one.parts)) for one in found], place)
    if not any(one.notebook or one.packed for one in found):
        raise NoSubmissions(f"There is no notebook in {place}.")
    handed, unread = _by_student(found)
    if not any(NOTEBOOK.search(one.source) for one in handed):
        raise NoSubmissions(f"There is no notebook in {place}, nor in the zips that lie in it.")
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


def _zip(archived: Callable[[], zipfile.ZipFile], left: int) -> list[_Found]:
    """Files of a zip, of which `left` bytes may be unpacked; raises whatever a damaged one does."""
    with archived() as archive:
        entries = archive.infolist()
    last = {entry.filename: entry for entry in entries}
    out = []
    for entry in entries:
        parts = PurePosixPath(_name_in(entry).replace("\\", "/")).parts
        hidden = any(part in HIDDEN or part.startswith(OWN) for part in parts)
        if not parts or hidden or parts[-1] == ".DS_Store":
            continue
        if entry.is_dir():
            out.append(_Found((*parts, ""), why="The folder is empty."))
            continue
        odd = [part for part in parts if part == ".." or part[0] == "/" or DRIVE.match(part)]
        opened: Callable = partial(_entry, archived, entry, left)
        if odd:
            parts = tuple(part for part in parts if part not in odd) or (entry.filename,)
            opened = partial(str, "Its name in the zip leads out of the folder.")
        twice = last[entry.filename] is not entry
        why = "The zip holds it twice; the later one counts." if twice else ""
        found = _Found(parts, opened, why)
        if found.notebook or found.packed:
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


def _entry(
    archived: Callable[[], zipfile.ZipFile], entry: zipfile.ZipInfo, left: int
) -> bytes | str:
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "It is a link; hand in the file itself."
    if entry.file_size > min(LARGEST, left):
        return _too_large()
    if entry.file_size > 1_000_000 and entry.file_size > RATIO * max(1, entry.compress_size):
        return "It is packed too tightly to be a notebook."
    try:
        with archived() as archive, archive.open(entry) as stream:
            data = stream.read(LARGEST + 1)
    except Exception as error:  # each unpacker has errors of its own
        why = "it has a password" if "password" in str(error) else "it is damaged"
        return f"It cannot be unpacked: {why}."
    return data if len(data) <= LARGEST else _too_large()


def _inside(packed: _Found, several: bool) -> list[_Found] | str:
    """Files of a student's own zip, one level deep, or why it is not opened.

    Parameters
    ----------
    packed : _Found
    several : bool
        Whether it may hold several notebooks under any names. One that only its own name gives to
        somebody may not: it can be a whole class.
    """
    data = packed.opened()
    if isinstance(data, str):
        return data
    if data.count(ENTRY) > MOST_INSIDE:
        return f"The zip holds more than {MOST_INSIDE} files; {UNPACK}"

    def again() -> zipfile.ZipFile:  # its bytes are not kept for the whole class
        data = packed.opened()
        return zipfile.ZipFile(io.BytesIO(b"" if isinstance(data, str) else data))

    try:
        inner = _zip(again, MOST_BYTES_INSIDE)
    except Exception:  # whatever its list of files holds
        return "It is a damaged zip; ask for it again."
    books = [one.parts[-1] for one in inner if one.notebook]
    deeper = f"It is a zip within a zip and was not opened; {UNPACK}"
    if not books:
        return deeper if any(one.packed for one in inner) else "The zip holds no notebook."
    if not several and len(books) > 1 and not all(map(lesson_named, books)):
        return "The zip holds several notebooks, perhaps a whole class: unpack it and grade that."
    return [
        replace(one, parts=(*packed.parts, *_one_form(one.parts)),
                why=deeper if one.packed else one.why)
        for one in inner
    ]  # fmt: skip


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
        # loose zips may be a class again, or a student's own: both ways are tried
        both = [one.parts for one in found if one.notebook or one.packed]
        top = platforms.around(both, stem)
        if not top:
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
    # whose a zip is, its path says as that of a notebook would
    paths = [(*one.parts[:-1], PACKED.sub("", one.parts[-1])) for one in found]
    for one, path, owner in zip(found, paths, platforms.owners(paths), strict=True):
        told = len(one.parts) > 1 or owner.who != NOTEBOOK.sub("", path[0])
        one = _with_why(one)
        inner = _inside(one, told) if one.packed else ""
        if isinstance(inner, list):
            mine = files.setdefault((owner.number, owner.who), [])
            mine += [(each, replace(owner, file=each.parts[-1])) for each in inner]
        elif told or one.notebook:
            one = replace(one, why=inner or one.why)
            files.setdefault((owner.number, owner.who), []).append((one, owner))
        else:
            why = inner or one.why or "It is no notebook."
            nobodys.append(("", one.parts[0][-200:], why))
    names = _names(list(files))
    handed, unread = [], _few("", sorted(nobodys))
    for key, own in files.items():
        mine, beside = _of_student(names[key], own)
        handed += mine
        unread += beside
    return handed, sorted(unread)


def _with_why(one: _Found) -> _Found:
    if one.why or not OTHER_PACKED.search(one.parts[-1]):
        return one
    return replace(one, why=f"It is packed in a way that is not opened here; {UNPACK}")


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
            # nbgrader's tree, also with a zip where the notebook would lie
            tree = len(one.parts) == 3 or (len(one.parts) > 3 and PACKED.search(one.parts[2]))
            lesson = lesson_named(one.parts[1]) if tree else ""
            called = not lesson
            lesson = lesson or _named(owner.file)
            handed.append(Submission(student, lesson, source, number=owner.number,
                                     opened=one.opened, turn=owner.turn,
                                     called=called))  # fmt: skip
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
