"""Reading one handed-in notebook: its lesson, its cells, and which films its learner had.

The bytes of a stranger are parsed, and their cells matched with the release's, in a child with
limits on memory and time. Only what a run needs comes back: the cells to run, and the films that
the outputs note.
``python -m readingroom.grading.intake`` is that child.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from readingroom.catalogue import catalogue
from readingroom.grading import rebuild
from readingroom.kernel import inspection
from readingroom.nbformats import NotebookNode, nbformat
from readingroom.questions import exercises

DEEPEST = 60  # levels in a file of an old format, whose converter goes down into all of it
COHORTS = ("real", "simulated")
MOST_CELLS = 800  # of code, and as many of text
LARGEST_TEXT = 2_000_000  # characters of all code cells; a lesson with its answers has 60,000
LARGEST_NOTE = 20_000  # of a cell of text, which may be an answer turned to text; pictures are more
MEMORY = 1_200_000_000  # bytes the child may have; a notebook of 60 MB of pictures takes a third
SECONDS = 30.0
AGAIN = "hand in a fresh copy of the lesson with your answers."
TYPES = ("code", "markdown", "raw")  # a slip of a key turns an answer to text
BROKEN = f"The file is no readable notebook; {AGAIN}"


class Unreadable(ValueError):
    """The file is no notebook; the message says what is wrong and what to do."""


def read(data: bytes) -> NotebookNode:
    """A notebook from the bytes of a file that a stranger sent; only what a run needs of it.

    Raises
    ------
    Unreadable
    """
    if not data.strip():
        raise Unreadable(f"The file is empty; {AGAIN}")
    text = inspection.text_of(data)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        if line := inspection.merge_line(text):
            marks = f"The file holds the marks of an unfinished git merge from line {line}"
            raise Unreadable(f"{marks}; {AGAIN}") from error
        raise Unreadable(f"The file is no notebook, or was cut short; {AGAIN}") from error
    if not isinstance(raw, dict):
        raise Unreadable(f"The file is no notebook; {AGAIN}")
    try:
        if inspection.form_of(raw) < 4:
            if _depth(raw) > DEEPEST:
                raise Unreadable(BROKEN)
            raw = nbformat.convert(nbformat.from_dict(raw), 4)
        cells = [cell for cell in raw["cells"] if isinstance(cell, dict)]
        for cell in cells:  # some programs leave the kind out
            cell.setdefault("cell_type", "code" if "outputs" in cell else "markdown")
        cells = [cell for cell in cells if cell["cell_type"] in TYPES]
        marks = {**_marks(raw), "films": _films(cells)}
        return NotebookNode(cells=_texts(cells), metadata=nbformat.from_dict(marks))
    except Exception as error:  # the converters of old formats raise whatever they stumble over
        raise Unreadable(BROKEN) from error


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
        here = [item for item in inner if isinstance(item, dict | list)]
    return level


def _texts(cells: list[dict]) -> list[NotebookNode]:
    """Cells with text, kind, id and nbgrader's mark; everything else is dropped."""
    out, left, many = [], LARGEST_TEXT, len(cells) > MOST_CELLS
    room = {True: MOST_CELLS, False: MOST_CELLS}  # code; text
    for cell in cells:
        source, code = cell.get("source", ""), cell["cell_type"] == "code"
        source = "".join(source) if isinstance(source, list) else source
        if not isinstance(source, str) or not room[code] or (many and not source.strip()):
            continue
        room[code] -= 1
        source = source[: left if code else LARGEST_NOTE]
        left -= len(source) if code else 0
        fresh = NotebookNode(
            cell_type=cell["cell_type"], source=source, metadata=NotebookNode(), outputs=[]
        )
        fresh.id = cell["id"][:200] if isinstance(cell.get("id"), str) else ""
        metadata = cell.get("metadata")
        mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
            fresh.metadata["nbgrader"] = NotebookNode(grade_id=mark["grade_id"][:200])
        out.append(fresh)
    return out


def _marks(book: dict) -> dict:
    marked = book.get("metadata", {})
    told = marked.get("readingroom") if isinstance(marked, dict) else None
    lesson = told.get("lesson") if isinstance(told, dict) else None
    return {"readingroom": {"lesson": lesson[:20]}} if isinstance(lesson, str) else {}


def _films(cells: list[dict]) -> str:
    """The films that the notebook's checks say they ran on; an empty text if none does."""
    told = []
    for cell in cells:
        try:
            records = inspection.recorded(NotebookNode(cells=[cell]))  # as dicts: deep outputs stay
        except inspection.UNREADABLE:
            continue
        told += [r.get("cohort") for r in records.values() if r.get("cohort") in COHORTS]
    return max(COHORTS, key=told.count) if told else ""


def lesson_of(book: NotebookNode, wanted: str = "") -> tuple[str, list[str]]:
    """The lesson to grade, and others of which the notebook holds at least half.

    Parameters
    ----------
    book : NotebookNode
    wanted : str
        The lesson that was asked for: it is taken where at least half of it is there. Otherwise,
        and where nothing was asked for, it is the lesson that most of the checks belong to.

    Returns
    -------
    str
        The lesson's number; an empty text where the notebook is none.
    list of str
    """
    shares = inspection.shares_of(book)
    whole = [number for number in shares if shares[number][-1] >= 0.5]
    best = wanted if wanted in whole else max(shares, key=lambda name: shares[name], default="")
    return best, [number for number in whole if number != best]


def cohort_of(book: NotebookNode) -> str:
    """The films that the notebook's outputs noted; a hint, and an empty text if none."""
    return book.metadata.get("films", "")


@dataclass(frozen=True)
class Handed:
    """What a handed-in notebook holds.

    Attributes
    ----------
    lesson : str
        The lesson that it is, or an empty text.
    cohort : str
        The films that its outputs noted, or an empty text.
    built : Rebuilt or None
        The cells to run; None where it is no lesson.
    beside : tuple of str
        Other lessons that the file holds too.
    """

    lesson: str
    cohort: str
    built: rebuild.Rebuilt | None
    beside: tuple[str, ...] = ()


def taken(data: bytes, wanted: str = "") -> dict:
    """A notebook's bytes as what `Handed` holds, JSON types only; raises `Unreadable`."""
    book = read(data)
    lesson, beside = lesson_of(book, wanted)
    built = rebuild.rebuild(rebuild.release(lesson), book).as_dict() if lesson else None
    return {"lesson": lesson, "cohort": cohort_of(book), "built": built, "beside": beside}


class Reader:
    """A child that reads notebooks one after the other; a new one after each that broke it.

    Use as a context manager: at its end no child is left.
    """

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._process: subprocess.Popen | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._stop()

    def read(self, data: bytes, wanted: str = "") -> Handed:
        """What a notebook holds, whatever its bytes do to the process that reads them.

        Parameters
        ----------
        data : bytes
        wanted : str
            The lesson that was asked for, or an empty text.

        Raises
        ------
        Unreadable
        """
        with self._lock:
            found = self._ask(wanted.encode() + b" " + base64.b64encode(data) + b"\n")
        if found is None:
            raise Unreadable(
                "The file takes more memory or time than any notebook of this course; clear its "
                "outputs and hand it in again."
            )
        if "problem" in found:
            raise Unreadable(found["problem"])
        built = found["built"]
        built = None if built is None else rebuild.Rebuilt.from_dict(built)
        return Handed(found["lesson"], found["cohort"], built, tuple(found["beside"]))

    def _ask(self, line: bytes) -> dict | None:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "readingroom.grading.intake", str(self._memory)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self._line(time.monotonic() + 10 * self._seconds)  # it says that it has loaded
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
            return json.loads(self._line(time.monotonic() + self._seconds))
        except (OSError, ValueError):
            self._stop()
            return None

    def _line(self, until: float) -> bytes:
        """The next line of the child; what came, where it ends or takes too long."""
        handle, parts = self._process.stdout.fileno(), []
        while not parts or not parts[-1].endswith(b"\n"):
            if not select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]:
                break
            part = os.read(handle, 1 << 20)
            if not part:
                break
            parts.append(part)
        return b"".join(parts)

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _reply(line: bytes) -> dict[str, Any]:
    wanted, data = line.split(b" ")
    try:
        return taken(base64.b64decode(data), wanted.decode())
    except Unreadable as error:
        return {"problem": str(error)}


def main() -> None:
    """Read what comes in, one notebook a line, until the line is closed."""
    import resource

    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    memory = int(sys.argv[1])
    for number in catalogue():  # before the clock of any notebook runs
        exercises.of_lesson(number)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    answers.write(b"\n")
    answers.flush()
    for line in sys.stdin.buffer:
        answers.write(json.dumps(_reply(line)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
