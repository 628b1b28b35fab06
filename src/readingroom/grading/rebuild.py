"""The notebook that is executed: the release's locked cells, and the learner's own text between.

Nothing but the text of a learner's code cells gets in: tags, outputs, ids and other metadata stay
out, a changed or lost locked cell comes from the release, and every locked cell runs exactly once.
"""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache

from readingroom.catalogue import find
from readingroom.nbformats import NotebookNode, nbformat
from readingroom.questions import cells

BUILTIN = frozenset(dir(builtins))
LOCKED, ANSWER, CHECK, EXTRA = "locked", "answer", "check", "extra"
TWICE = "This exercise's cell was there more than once; the last one before the check counts."


@dataclass(frozen=True)
class Cell:
    """One cell to execute: its role, its name in the release (`extra` has none), its text."""

    role: str
    name: str
    source: str

    @property
    def exercise(self) -> str:
        """The exercise it belongs to, or an empty text."""
        return self.name.removeprefix("check-") if self.role in (ANSWER, CHECK) else ""


@dataclass
class Rebuilt:
    """A submission ready to run.

    Attributes
    ----------
    cells : list of Cell
    restored : set of str
        Names of locked cells that had been changed.
    lost : set of str
        Names of the release's cells that the submission did not hold.
    notes : dict
        Exercise to a sentence on what was repaired.
    """

    cells: list[Cell]
    restored: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict:
        """JSON types only."""
        sets = {"restored": sorted(self.restored), "lost": sorted(self.lost)}
        return {**asdict(self), **sets}

    @classmethod
    def from_dict(cls, told: dict) -> Rebuilt:
        """What `as_dict` wrote down."""
        made = [Cell(**cell) for cell in told["cells"]]
        return cls(made, set(told["restored"]), set(told["lost"]), told["notes"])


@cache
def release(number: str) -> NotebookNode:
    """The notebook that learners were given."""
    return nbformat.read(find(number).notebook("lessons"), as_version=4)


def role_of(cell: NotebookNode) -> str:
    """The role of a code cell of the release."""
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("solution"):
        return ANSWER
    return CHECK if marks.get("grade") else LOCKED


def code(book: NotebookNode) -> list[NotebookNode]:
    """The code cells of a notebook."""
    return [cell for cell in book.cells if cell.cell_type == "code"]


def rebuild(release: NotebookNode, book: NotebookNode) -> Rebuilt:
    """Build the notebook to execute from the release and the texts of a submission.

    Parameters
    ----------
    release : NotebookNode
        The learner's notebook as the course gives it out.
    book : NotebookNode
        What was handed in.

    Returns
    -------
    Rebuilt
    """
    own = code(release)
    match = cells.Match(own, cells.unmerged(own, book.cells), cells.prose(release))
    lost = set(match.order) - set(match.found)
    notes = dict.fromkeys(match.doubled, TWICE)
    return Rebuilt(_in_order(match), match.restored, lost, notes)


def _in_order(match: cells.Match) -> list[Cell]:
    """The release's cells in its order; each extra cell after the cell it followed."""
    locked = {cells.plain(c.source) for c in match.release if role_of(c) == LOCKED}
    elsewhere = _elsewhere(match)
    early = _early(match)
    after: dict[str, list[Cell]] = {}
    named = {position: name for name, position in match.found.items()}
    last = ""
    for position, text in enumerate(match.texts):
        if position in named:
            last = named[position]
        # a second copy of a locked cell says nothing new and might cost a training
        elif text.strip() and not match.no_code[position] and cells.plain(text) not in locked:
            at = "" if position in early else last
            after.setdefault(at, []).append(Cell(EXTRA, "", text))
            # an answer that stands below its check: the check ran again after it, and so it does
            after[at] += [again for name, again in elsewhere.get(position, ()) if again]
    out = after.pop("", [])
    dropped = {name for told in elsewhere.values() for name, _ in told}
    for cell in match.release:
        role, source = role_of(cell), cell.source
        if role == ANSWER:
            source = _asked(match, cell)
        if cell.id not in dropped:
            out.append(Cell(role, cell.id, source))
        if _answers_too(match, cell):
            out.append(Cell(EXTRA, "", match.texts[match.found[cell.id]]))
        out += after.get(cell.id, [])
    return out


def _open(match: cells.Match, answer: NotebookNode) -> bool:
    """Whether an answer's own cell is gone or still waits."""
    at = match.found.get(answer.id)
    if at is None or cells.plain(match.texts[at]) == cells.plain(answer.source):
        return True
    return cells.same_code(match.texts[at], answer.source)


def _asked(match: cells.Match, answer: NotebookNode) -> str:
    """What runs as an answer's cell: the learner's text, or dots that overwrite no answer.

    A name can be set in ways that no text shows. Where nothing of the course has set it before,
    whatever it holds is the learner's.
    """
    at = match.found.get(answer.id)
    text = answer.source if at is None else match.texts[at]
    if not _open(match, answer):
        return text
    names = set(cells.sets(answer.source))
    before = match.release[: match.order.index(answer.id)]
    if not names or any(names & _course_binds(cell.source) for cell in before):
        return text
    # what Python finds without being told where, the learner's own kernel found too
    asked = " and ".join(
        f"{name!r} in globals()"
        if name in BUILTIN
        else f"({name!r} in globals() or hasattr(__import__('builtins'), {name!r}))"
        for name in sorted(names)
    )
    return f"if not ({asked}):\n{textwrap.indent(text, '    ')}"


def _answers_too(match: cells.Match, cell: NotebookNode) -> bool:
    """Whether a changed cell of the course holds an open answer, so that it runs as well.

    Somebody merged the answer's cell with it, or typed the answer into the check.
    """
    if cell.id not in match.restored:
        return False
    text = match.texts[match.found[cell.id]]
    waiting = [c for c in match.release if role_of(c) == ANSWER and _open(match, c)]
    if role_of(cell) == CHECK:
        slug = cell.id.removeprefix("check-")
        return any(c.id == slug for c in waiting) and slug in cells.CALL.findall(text)
    bound = cells.binds(text)
    return any(set(cells.sets(c.source)) <= bound and cells.sets(c.source) for c in waiting)


PURE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@lru_cache(maxsize=2_000)
def _course_binds(source: str) -> frozenset[str]:
    return frozenset(cells.binds(source))


def _defines(text: str) -> bool:
    """Whether a text defines and imports, and does nothing else."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(body) and all(isinstance(node, PURE) for node in body)


def _early(match: cells.Match) -> set[int]:
    """Own cells that only define functions which cells above them use: they ran before those.

    Only where nothing else sets their names, so that they take nothing away from anybody.
    """
    counted = Counter(name for bound in match.binds for name in bound)
    counted.update(name for cell in match.release for name in _course_binds(cell.source))
    out: set[int] = set()
    above: set[str] = set()
    for position, text in enumerate(match.texts):
        names = match.binds[position]
        own = position not in match.taken and not match.no_code[position]
        if own and names & above and all(counted[name] == 1 for name in names) and _defines(text):
            out.add(position)
        above.update(re.findall(r"\w+", text))
    return out


def _follows(match: cells.Match) -> dict[int, int]:
    """For each position, the place in the release of the cell that was recognised last above it."""
    named = {position: match.order.index(name) for name, position in match.found.items()}
    out, last = {}, -1
    for position in range(len(match.texts)):
        last = named.get(position, last)
        out[position] = last
    return out


def _elsewhere(match: cells.Match) -> dict[int, list[tuple[str, Cell | None]]]:
    """Unanswered cells whose variable another cell sets: position to (answer cell, check again).

    The dots must not overwrite an answer that stands above them, and an answer below its check
    needs the check once more.
    """
    out: dict[int, list[tuple[str, Cell | None]]] = {}
    follows = _follows(match)
    for cell in match.release:
        if role_of(cell) != ANSWER or not _open(match, cell):
            continue
        names = set(cells.sets(cell.source))
        setting = [
            i
            for i, bound in enumerate(match.binds)
            if i not in match.taken
            and not match.no_code[i]
            and names <= bound
            and not cells.waits(match.texts[i])
        ]
        if not setting:
            continue
        check = next((c for c in match.release if c.id == f"check-{cell.id}"), None)
        # below its check in the notebook, or in the order in which the course's cells run
        below = check is not None and follows[setting[-1]] >= match.order.index(check.id)
        ran = match.found.get(f"check-{cell.id}", len(match.texts))
        below = below or (check is not None and all(i > ran for i in setting))
        again = Cell(EXTRA, "", check.source) if below else None
        out.setdefault(setting[-1], []).append((cell.id, again))
    return out
