"""Judging and repairing a notebook file: recorded answers, lost cell marks, a machine's fitness."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from readingroom.catalogue import Lesson, catalogue, find
from readingroom.kernel.session import ANSWER_MIME
from readingroom.nbformats import nbformat
from readingroom.questions import cells, exercises

MOST_CHANGED = 5  # locked cells that a learner may have changed; more are another version's
CARRY = re.compile(r"\bcarry\s*\(")  # a cell that goes on with the course's answer
LARGEST = 60_000_000  # bytes; a lesson with all its figures has about a tenth
# a second mark of a shell, and what a synchronised folder fills a file up with
PADDING = "\ufeff\0 \t\r\n"
# an unfinished git merge, from its first mark to its last, or to the end where that is lost
MERGE = re.compile(r"^<{7}(?: |$).*?(?:^>{7}(?: [^\n]*)?$|\Z)", re.M | re.S)

# What a file that only calls itself a notebook makes the reader stumble over.
UNREADABLE = (ValueError, AttributeError, KeyError, TypeError, RecursionError)


class NotebookError(ValueError):
    """A notebook that cannot be judged; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One exercise of a notebook, as ``readingroom check`` reports it.

    `mistake` names the typical wrong answer that it looks like, if it looks like one.
    """

    exercise: str
    points: float
    max_points: float
    status: str
    reason: str
    mistake: str = ""

    def as_dict(self) -> dict:
        """JSON types only."""
        return asdict(self)


class Damaged(NotebookError):
    """A notebook of which only some cells can be read.

    Attributes
    ----------
    rest : NotebookNode
        The cells that are whole.
    """

    def __init__(self, said: str, rest: nbformat.NotebookNode) -> None:
        super().__init__(said)
        self.rest = rest


def text_of(data: bytes) -> str:
    """A notebook file as text: UTF-8, UTF-16 or UTF-32, with or without a byte-order mark.

    Editors write the mark, and shells write UTF-16; what is none of these is Windows-1252.
    """
    try:
        text = data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.strip(PADDING)


def form_of(raw: dict) -> float:
    """The number of a notebook's format, which some programs write as a text; 4 where none is."""
    told = raw.get("nbformat", 4)
    return float(told) if isinstance(told, int | float | str) else 4.0


def merge_line(text: str) -> int:
    """The line where the marks of an unfinished git merge begin; 0 where there are none.

    A notebook's text has line ends inside no string, so that a line can begin with this nowhere
    else.
    """
    found = MERGE.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def _whole_cells(text: str) -> list[dict]:
    """Cells that are complete in a file that is not: cut short, or merged and not resolved."""
    doubtful = [found.span() for found in MERGE.finditer(text)]
    read_one, out, at = json.JSONDecoder().raw_decode, [], 0
    while (at := text.find("{", at)) >= 0:
        try:
            value, end = read_one(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        # between the marks of a merge stand two versions: neither is chosen here
        inside = any(start < end and at < stop for start, stop in doubtful)
        if isinstance(value, dict) and {"cell_type", "source"} <= value.keys() and not inside:
            out.append(value)
        at = end
    return out


def _joined(source: object) -> str:
    if isinstance(source, list):
        source = "".join(source)
    if not isinstance(source, str):
        raise TypeError("a cell holds no text")
    return source


def _cell(raw: dict) -> nbformat.NotebookNode:
    """One cell with what the format asks for; what another program left out is empty."""
    kind = raw.get("cell_type", "code" if "outputs" in raw else "markdown")
    cell = nbformat.from_dict({**raw, "cell_type": kind, "source": _joined(raw.get("source", ""))})
    if not isinstance(cell.get("metadata"), dict):
        cell.metadata = nbformat.NotebookNode()
    if kind == "code":
        cell.outputs = cell.outputs if isinstance(cell.get("outputs"), list) else []
        cell.setdefault("execution_count", None)
    return cell


def _book(raw: dict) -> nbformat.NotebookNode:
    """A notebook of any format as one of format 4; ids stay as they are, also where two are equal.

    nbformat's own reader renames the second of two equal ids, so that a copied cell is not seen,
    and refuses a later format.
    """
    if form_of(raw) < 4:
        with warnings.catch_warnings():  # a library's warnings are not for learners
            warnings.simplefilter("ignore")
            raw = nbformat.convert(nbformat.from_dict(raw), 4)
    marks = raw.get("metadata")
    return nbformat.NotebookNode(
        nbformat=4,
        nbformat_minor=5,
        metadata=nbformat.from_dict(marks if isinstance(marks, dict) else {}),
        cells=[_cell(cell) for cell in raw["cells"]],
    )


def read(path: Path, largest: float = LARGEST) -> nbformat.NotebookNode:
    """Read a notebook.

    Parameters
    ----------
    path : Path
    largest : float
        Bytes; infinite where the outputs are dropped anyway.

    Raises
    ------
    Damaged
        Only some of its cells can be read.
    NotebookError
        It is missing, too large, or no notebook.
    """
    if path.is_dir():
        raise NotebookError(f"{path} is a folder; give the path of one notebook in it.")
    if not path.is_file():
        raise NotebookError(f"There is no file {path}; give the path of a notebook.")
    if path.stat().st_size > largest:
        raise NotebookError(
            f"{path.name} is larger than {LARGEST // 10**6} MB; clear its outputs, or let "
            "readingroom reset carry your answers into a fresh copy."
        )
    try:
        text = text_of(path.read_bytes())
    except OSError as error:
        raise NotebookError(f"{path} cannot be read ({error.strerror}).") from error
    try:
        book = _book(json.loads(text))
    except (nbformat.ValidationError, *UNREADABLE) as error:
        raise _damage(path, text, error) from error
    if not book.cells:
        raise NotebookError(f"{path.name} has no cells; take a fresh copy with readingroom reset.")
    return book


def _damage(path: Path, text: str, error: Exception) -> NotebookError:
    """What is wrong with a file that cannot be read whole."""
    line = merge_line(text) if isinstance(error, ValueError) else 0
    cells = _whole_cells(text) if isinstance(error, json.JSONDecodeError) else []
    try:
        rest = _book({"cells": cells})
    except (nbformat.ValidationError, *UNREADABLE):
        rest = _book({"cells": []})
    if line:
        said = f"holds the marks of an unfinished git merge from line {line}"
    elif rest.cells:
        said = f"is cut short or damaged at line {getattr(error, 'lineno', 1)}"
    else:
        return NotebookError(
            f"{path.name} is not a readable notebook; take a fresh copy with readingroom reset."
        )
    return Damaged(
        f"{path.name} {said}; readingroom reset carries the answers of the cells that are whole.",
        rest,
    )


def shares_of(book: nbformat.NotebookNode) -> dict[str, tuple[int, bool, float]]:
    """Of which lessons a notebook holds exercises; most of all the one that is greatest.

    Parameters
    ----------
    book : NotebookNode

    Returns
    -------
    dict
        Lesson to how often its exercises are named, by a check or by a cell's name; whether the
        notebook says that it is this lesson, which settles a draw; and the share, 0 to 1, of its
        exercises that are named.
    """
    text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    asked = set(cells.CALL.findall(text))
    marked = book.metadata.get("readingroom", {})
    told = marked.get("lesson") if isinstance(marked, dict) else None
    ids = {cell["id"] for cell in book.cells if isinstance(cell.get("id"), str)}
    out = {}
    for number in catalogue():
        known = exercises.of_lesson(number)
        called = [slug for slug in known if slug in asked]
        named = [slug for slug in known if slug in ids]
        if called or named:
            share = len({*called, *named}) / len(known)
            out[number] = (len(called) + len(named), number == str(told), share)
    return out


def lesson_of(book: nbformat.NotebookNode, path: Path) -> Lesson:
    """Which lesson a notebook is: by its exercises, else by its mark, else by its file name."""
    shares = shares_of(book)
    marked = book.metadata.get("readingroom", {})
    told = str(marked.get("lesson")) if isinstance(marked, dict) else ""
    for number in (max(shares, key=lambda name: shares[name], default=""), told):
        if number in catalogue():
            return catalogue()[number]
    try:
        return find(path.stem)
    except LookupError as error:
        raise NotebookError(f"{path.name} is not a lesson of this course.") from error


def recorded(
    book: nbformat.NotebookNode,
    carried: Sequence[str] = (),
    asked: Mapping[str, set[str]] | None = None,
) -> dict[str, dict]:
    """The answers that the notebook's outputs carry, by exercise; the last one counts.

    Parameters
    ----------
    book : NotebookNode
    carried : sequence of str
        Exercises that the course answers itself in a later cell. What was checked above such a
        cell counts as it was there, as it does for `readingroom grade`. Of two such cells with
        one text, as where a lesson was pasted below itself, the last one closes.
    asked : mapping of str to set of str, optional
        For the text of such a cell of the course the exercises that stand above it there; it closes
        no others.
    """
    found: dict[str, dict] = {}
    closed: set[str] = set()
    code = [cell for cell in book.cells if cell.get("cell_type") == "code"]
    open_ = set(carried)
    texts = [str(cell.get("source", "")) for cell in code]
    last = {cells.plain(text): i for i, text in enumerate(texts) if CARRY.search(text)}
    for position, cell in enumerate(code):
        if position in last.values() and open_ & set(found):
            here = (asked or {}).get(cells.plain(texts[position]), set(found))
            open_ -= here & set(found)
            closed |= here & set(found)
        for output in cell.get("outputs", []):
            data = output.get("data", {}) if isinstance(output, dict) else {}
            record = data.get(ANSWER_MIME) if isinstance(data, dict) else None
            if isinstance(record, str):
                try:
                    record = json.loads(record)
                except ValueError:
                    record = None
            slug = record.get("exercise") if isinstance(record, dict) else None
            if isinstance(slug, str) and slug not in closed:
                found[slug] = record or {}
    return found


def _asked_above(lesson: Lesson) -> dict[str, set[str]]:
    """Exercises that are asked above each cell of a lesson that goes on with the course's answer.

    See `recorded`.
    """
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    out, above = {}, set()
    for cell in release.cells:
        if cells.is_check(cell):
            above.add(cell.id.removeprefix("check-"))
        elif cell.cell_type == "code" and CARRY.search(cell.source):
            out[cells.plain(cell.source)] = set(above)
    return out


def check(path: Path) -> tuple[Lesson, list[Row]]:
    """Judge the answers recorded in a notebook, in this process, from data alone.

    Nothing of the notebook is executed; an answer is judged as it was when its check last ran.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Lesson
    list of Row
        One for each exercise of the lesson.

    Raises
    ------
    NotebookError
        It cannot be judged.
    """
    book = read(path)
    lesson = lesson_of(book, path)
    answers = recorded(book, exercises.module(lesson.number).CARRIED, _asked_above(lesson))
    rows = []
    for slug, exercise in exercises.of_lesson(lesson.number).items():
        record = answers.get(slug)
        if record is None or record.get("answer") is None:
            reason = "The check has not run." if record is None else str(record.get("reason", ""))
            status = exercises.NOT_ATTEMPTED
            if record is not None and record.get("status") == exercises.WRONG:
                status = exercises.WRONG
            rows.append(Row(slug, 0, exercise.points, status, reason[:300]))
            continue
        cohort = record.get("cohort")
        mode = cohort if cohort in ("real", "simulated") else "simulated"
        verdict = exercises.judge(exercise, record["answer"], exercises.frozen(lesson.number, mode))
        facts = (verdict.status, verdict.reason, verdict.mistake)
        rows.append(Row(slug, verdict.points, exercise.points, *facts))
    return lesson, rows


@dataclass(frozen=True)
class Marks:
    """What a copy of a lesson has lost; names of cells.

    Attributes
    ----------
    lost : list of str
        Cells without their id or their mark.
    twice : list of str
        Ids or marks that more than one cell carries.
    turned : list of str
        Cells that are text now and no code.
    changed : list of str
        Locked cells, such as checks, that do something else than in the lesson.
    kernel : str
        The kernel that the copy asks for, where that is no Python.
    """

    lost: list[str]
    twice: list[str]
    turned: list[str]
    changed: list[str]
    kernel: str = ""

    @property
    def older(self) -> bool:
        """Whether so many cells differ that the copy is rather of another version."""
        return len(self.changed) > MOST_CHANGED

    def beyond(self, number: str) -> list[str]:
        """What only a fresh copy or the learner can mend, since nothing typed is taken away."""
        out = []
        if self.changed and not self.older:
            out.append(
                f"Not as in the lesson: {', '.join(self.changed)}. For a whole copy with your "
                f"answers in it: readingroom reset {number}."
            )
        if self.kernel:
            out.append(f"It asks for the kernel {self.kernel}; choose Python 3 in JupyterLab.")
        return out

    def said(self) -> list[str]:
        """One sentence for each kind; none where all is well."""
        out = []
        if self.turned:
            out.append(f"No code cell any more: {', '.join(self.turned)}.")
        if self.twice:
            out.append(f"Copied, so that it stands twice: {', '.join(self.twice)}.")
        if self.lost:
            out.append(f"Has lost the marks of {len(self.lost)} cells.")
        return out


def _mark(cell: nbformat.NotebookNode) -> str | None:
    mark = cell.metadata.get("nbgrader")
    return mark.get("grade_id") if isinstance(mark, dict) else None


def marks(book: nbformat.NotebookNode, lesson: Lesson) -> Marks:
    """Compare a copy's cells with the release: ids, marks, kinds, and copies.

    Parameters
    ----------
    book : NotebookNode
    lesson : Lesson

    Returns
    -------
    Marks
    """
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    wanted = {cell.id for cell in release.cells if "nbgrader" in cell.metadata}
    named = [cell.get("id") for cell in book.cells]
    marked = [_mark(cell) for cell in book.cells]
    twice = {str(n) for many in (named, marked) for n in many if n and many.count(n) > 1}
    turned = {
        str(mark) if mark in wanted else str(name)
        for cell, name, mark in zip(book.cells, named, marked, strict=True)
        if cell.cell_type != "code" and {name, mark} & wanted
    }
    both = {name for name, mark in zip(named, marked, strict=True) if name == mark}
    lost = wanted - both - turned - twice
    locked = {cell.id: cell.source for cell in release.cells if _locked(cell)}
    changed = {
        str(cell.id)
        for cell in book.cells
        if cell.get("id") in both & locked.keys()
        and cells.plain(cell.source) != cells.plain(locked[cell.id])
    }
    return Marks(sorted(lost), sorted(twice), sorted(turned), sorted(changed), _kernel(book))


def _locked(cell: nbformat.NotebookNode) -> bool:
    mark = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(mark.get("locked"))


def _kernel(book: nbformat.NotebookNode) -> str:
    """The name of a kernel that is no Python; empty where it is one, or none is named."""
    spec = book.metadata.get("kernelspec")
    spec = spec if isinstance(spec, dict) else {}
    language = str(spec.get("language") or "").lower()
    return repr(str(spec.get("name"))) if language and "python" not in language else ""


def called(path: Path, lesson: Lesson) -> list[str]:
    """What to say of a copy whose name is that of another lesson."""
    try:
        named = find(path.stem)
    except LookupError:
        return []
    if named.number == lesson.number:
        return []
    return [f"It holds lesson {lesson.number} and is called as lesson {named.number}: rename it."]


def lost_marks(book: nbformat.NotebookNode, lesson: Lesson) -> list[str]:
    """Names of cells whose id, mark or kind this copy has lost, or has twice."""
    found = marks(book, lesson)
    return sorted({*found.lost, *found.twice, *found.turned})


def repair(book: nbformat.NotebookNode, lesson: Lesson) -> list[str]:
    """Give cells their ids, marks and kind back, and say which cells are gone.

    How a cell is known is told in `readingroom.questions.cells`. What the learner typed is not
    changed.

    Parameters
    ----------
    book : NotebookNode
        Changed in place.
    lesson : Lesson

    Returns
    -------
    list of str
        Names of cells that are missing from this copy.
    """
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    places = cells.recognise(book, release)
    named = {i: name for name, i in places.items()}
    fresh = {cell.id: cell for cell in release.cells}
    for i, cell in enumerate(book.cells):
        name = named.get(i)
        if name is None:
            cell.metadata.pop("nbgrader", None)
            continue
        cell.id = name
        cell.metadata.update(fresh[name].metadata)
        if cell.cell_type != "code":
            cell.cell_type, cell.outputs, cell.execution_count = "code", [], None
            cell.pop("attachments", None)
    seen = set(named.values())
    for i, cell in enumerate(book.cells):
        if i in named:
            continue
        if not cell.get("id") or cell.id in seen:
            cell.id = f"mine-{i}"
        seen.add(cell.id)
    book.nbformat_minor = max(5, book.nbformat_minor)
    book.metadata["readingroom"] = {"lesson": lesson.number}
    return sorted(
        cell.id for cell in release.cells if "nbgrader" in cell.metadata and cell.id not in places
    )
