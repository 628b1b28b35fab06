"""The notebook that is executed: the release's locked cells, and the learner's own text between.

Nothing but the text of a learner's code cells gets in: tags, outputs, ids and other metadata stay
out, a changed or lost locked cell comes from the release, and every locked cell runs exactly once.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import cache

from readingroom.catalogue import find
from readingroom.nbformats import NotebookNode, nbformat
from readingroom.questions import cells

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
    match = cells.Match(code(release), book.cells, cells.prose(release))
    lost = set(match.order) - set(match.found)
    notes = dict.fromkeys(match.doubled, TWICE)
    return Rebuilt(_in_order(match), match.restored, lost, notes)


def _in_order(match: cells.Match) -> list[Cell]:
    """The release's cells in its order; each extra cell after the cell it followed."""
    locked = {cells.plain(c.source) for c in match.release if role_of(c) == LOCKED}
    elsewhere = _elsewhere(match)
    after: dict[str, list[Cell]] = {}
    named = {position: name for name, position in match.found.items()}
    last = ""
    for position, text in enumerate(match.texts):
        if position in named:
            last = named[position]
        # a second copy of a locked cell says nothing new and might cost a training
        elif text.strip() and not match.no_code[position] and cells.plain(text) not in locked:
            after.setdefault(last, []).append(Cell(EXTRA, "", text))
            # an answer that stands below its check: the check ran again after it, and so it does
            after[last] += [again for name, again in elsewhere.get(position, ()) if again]
    out = after.pop("", [])
    dropped = {name for told in elsewhere.values() for name, _ in told}
    for cell in match.release:
        role, source = role_of(cell), cell.source
        if role == ANSWER and cell.id in match.found:
            source = match.texts[match.found[cell.id]]
        if cell.id not in dropped:
            out.append(Cell(role, cell.id, source))
        out += after.get(cell.id, [])
    return out


def _elsewhere(match: cells.Match) -> dict[int, list[tuple[str, Cell | None]]]:
    """Unanswered cells whose variable another cell sets: position to (answer cell, check again).

    The dots must not overwrite an answer that stands above them, and an answer below its check
    needs the check once more.
    """
    out: dict[int, list[tuple[str, Cell | None]]] = {}
    for cell in match.release:
        if role_of(cell) != ANSWER:
            continue
        at = match.found.get(cell.id)
        if at is not None and cells.plain(match.texts[at]) != cells.plain(cell.source):
            continue
        names = set(cells.sets(cell.source))
        setting = [
            i
            for i, bound in enumerate(match.binds)
            if i not in match.taken
            and not match.no_code[i]
            and names <= bound
            and not _dots(match.texts[i])
        ]
        if not setting:
            continue
        check = next((c for c in match.release if c.id == f"check-{cell.id}"), None)
        ran = match.found.get(f"check-{cell.id}", len(match.texts))
        below = check is not None and all(i > ran for i in setting)
        again = Cell(EXTRA, "", check.source) if below else None
        out.setdefault(setting[-1], []).append((cell.id, again))
    return out


def _dots(text: str) -> bool:
    return cells.plain(text).endswith("...")
