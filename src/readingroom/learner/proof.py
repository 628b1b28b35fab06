"""The line at the foot of a certificate: what it states, in a form that can be verified offline.

It holds the page's facts in plain words, a digest of the learner's record, and a check sum over
both. Nobody's key is in it: whoever has the course can write such a line. `LIMITS` says so.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readingroom.catalogue import catalogue

BEGINS = "READING-ROOM-1"
LIMITS = (
    "The line proves that these facts stand as they were printed, and, beside the learner's own "
    "record (progress.json, or what rr.take_along() writes), that they come from that record. It "
    "does not prove who did the exercises, nor that nobody edited the record: it holds no secret "
    "key, and whoever has the course could write one."
)
LONGEST = 4000  # signs of a line; one of fifteen lessons has about 700
LARGEST = 5_000_000  # bytes of a record; one of fifteen lessons has about 50,000
LETTERS = 16  # of a digest in hexadecimal: 64 bits, enough against a slip of the hand
ENTRY = re.compile(r"(\d\d)=(\d+)/(\d+):(\d+(?:\.\d+)?)")
DIGEST = re.compile(rf"[0-9a-f]{{{LETTERS}}}")


class ProofError(ValueError):
    """A line or a record that does not verify; the message says why in one sentence."""


@dataclass(frozen=True)
class Stated:
    """What a line states.

    Attributes
    ----------
    name, issued, version : str
        Of the learner, ISO date, and version of the course.
    films : str
        On which films the exercises were passed.
    lessons : tuple of (str, int, int, float)
        Number, exercises passed, of how many, points.
    record : str
        Digest of the learner's record.
    """

    name: str
    issued: str
    version: str
    films: str
    lessons: tuple[tuple[str, int, int, float], ...]
    record: str


def _bare(text: str) -> str:
    """Without blanks and line ends, which copying from a page adds and loses."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:LETTERS]


def digest(kept: dict) -> str:
    """Digest of what a progress file says was earned: exercise, points, films, version and time.

    Parameters
    ----------
    kept : dict
        As `readingroom.kernel.progress.load` returns it.
    """
    earned = [
        [lesson, slug, *(entry.get(key) for key in ("points", "cohort", "version", "earned"))]
        for lesson, done in sorted(kept["lessons"].items())
        for slug, entry in sorted(done.items())
        if isinstance(entry, dict) and entry.get("points")
    ]
    return _short(json.dumps(earned, sort_keys=True, ensure_ascii=True))


def line(stated: Stated) -> str:
    """The line that stands on the page."""
    lessons = ",".join(f"{n}={passed}/{of}:{points:g}" for n, passed, of, points in stated.lessons)
    words = (stated.name, stated.issued, stated.version, stated.films)
    fields = [BEGINS, *(word.replace("|", "/") for word in words), lessons, stated.record]
    text = " | ".join(fields)
    return f"{text} | {_short(_bare(text))}"


def _lessons(text: str) -> tuple[tuple[str, int, int, float], ...]:
    found = []
    for part in _bare(text).split(","):
        entry = ENTRY.fullmatch(part)
        if entry is None:
            raise ProofError(f"The line is damaged: {part[:30]!r} is no lesson with its points.")
        found.append((entry[1], int(entry[2]), int(entry[3]), float(entry[4])))
    return tuple(found)


def read(typed: str) -> Stated:
    """Verify a line and return what it states.

    Parameters
    ----------
    typed : str
        As copied from the page; blanks and line ends do not matter.

    Raises
    ------
    ProofError
        It is no such line, or was changed.
    """
    fields = [" ".join(part.split()) for part in typed[: LONGEST + 1].split("|")]
    if len(typed) > LONGEST or len(fields) != 8 or _bare(fields[0]) != BEGINS:
        raise ProofError(
            f"This is no line of a certificate: it begins with {BEGINS}, has eight parts between "
            "upright strokes, and is copied whole."
        )
    *body, told = fields
    if _short(_bare("|".join(body))) != _bare(told):
        raise ProofError("The line was changed or not copied whole: its check sum does not fit.")
    name, issued, version, films, lessons, record = body[1:]
    issued, record = _bare(issued), _bare(record)
    try:
        date.fromisoformat(issued)
    except ValueError as error:
        raise ProofError(f"The line is damaged: {issued[:30]!r} is no date.") from error
    if not DIGEST.fullmatch(record) or not name:
        raise ProofError("The line is damaged: its name or the digest of its record is missing.")
    stated = Stated(name, issued, _bare(version), films, _lessons(lessons), record)
    over = [n for n, passed, of, _ in stated.lessons if passed > of]
    if over:
        raise ProofError(f"The line states more exercises than there are in {', '.join(over)}.")
    return stated


def said(stated: Stated) -> list[str]:
    """What a line states, as sentences; a lesson that is not of this course is told."""
    known = catalogue()
    out = [f"{stated.name}, issued {stated.issued}, Reading Room {stated.version}."]
    for number, passed, of, points in stated.lessons:
        title = known[number].title if number in known else "not a lesson of this installation"
        out.append(f"{number} {title}: {passed} of {of} exercises, {points:g} points.")
    return [*out, f"Films: {stated.films}."]


def check_record(stated: Stated, path: Path) -> None:
    """Compare a line with the learner's own record.

    Parameters
    ----------
    stated : Stated
        What a line states.
    path : Path
        ``progress.json``, or the file that ``rr.take_along()`` wrote.

    Raises
    ------
    ProofError
        The file cannot be read, or the line was not made of this record.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                size = packed.getinfo("progress.json").file_size
                text = b"" if size > LARGEST else packed.read("progress.json")
        else:
            text = b"" if path.stat().st_size > LARGEST else path.read_bytes()
        found = digest(json.loads(text))
    except FileNotFoundError as error:
        raise ProofError(f"There is no file {path}.") from error
    except (OSError, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ProofError(f"{path.name} is no record of the course.") from error
    if found != stated.record:
        raise ProofError("The line was not made of this record, or the record went on since then.")
