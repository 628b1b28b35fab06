"""The notebook that is executed: the release's locked cells, and the learner's own text between.

Nothing but the text of a learner's code cells gets in: tags, outputs, ids and other metadata stay
out, a changed or lost locked cell comes from the release, and every locked cell runs exactly once.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from nbformat import NotebookNode

LOCKED, ANSWER, CHECK, EXTRA = "locked", "answer", "check", "extra"
LARGEST_CELL = 100_000  # characters
MOST_CELLS = 600


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


def role_of(cell: NotebookNode) -> str:
    """The role of a code cell of the release."""
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("solution"):
        return ANSWER
    return CHECK if marks.get("grade") else LOCKED


def code(book: NotebookNode) -> list[NotebookNode]:
    """The code cells of a notebook."""
    return [cell for cell in book.cells if cell.cell_type == "code"]


def plain(source: str) -> str:
    """A cell's text as it is compared: line ends and blank lines do not count."""
    return "\n".join(line.rstrip() for line in source.splitlines() if line.strip())


def sets(source: str) -> set[str]:
    """Names that a cell sets at its top level."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if target is not None and isinstance(node, (ast.Assign, ast.AnnAssign)):
                found |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    return found


class Match:
    """Which cell of a submission is which cell of the release; `found` maps name to position."""

    def __init__(self, release: NotebookNode, texts: list[str], claims: list[str]) -> None:
        self.release = code(release)
        self.order = [cell.id for cell in self.release]
        self.texts, self.claims = texts, claims
        self.found: dict[str, int] = {}
        self.taken: set[int] = set()
        self.restored: set[str] = set()
        self.notes: dict[str, str] = {}

    def take(self, name: str, position: int) -> None:
        """Give a cell its name."""
        self.found[name] = position
        self.taken.add(position)

    def between(self, name: str) -> range:
        """Positions between the recognised neighbours of a cell of the release."""
        at = self.order.index(name)
        before = [self.found[n] for n in self.order[:at] if n in self.found]
        after = [self.found[n] for n in self.order[at + 1 :] if n in self.found]
        return range(max(before, default=-1) + 1, min(after, default=len(self.texts)))

    def untouched(self) -> None:
        """Locked cells whose text is the release's: its own id first, else in order."""
        same: dict[str, list[int]] = {}
        for position, text in enumerate(self.texts):
            same.setdefault(plain(text), []).append(position)
        last = -1
        for cell in self.release:
            if role_of(cell) == ANSWER:
                continue
            places = [i for i in same.get(plain(cell.source), []) if i not in self.taken]
            own = [i for i in places if self.claims[i] == cell.id]
            later = [i for i in places if i > last]
            if own or later:
                self.take(cell.id, (own or later)[0])
                last = max(last, self.found[cell.id])

    def answers_by_claim(self) -> None:
        """Answer cells that carry their name; of several, the last one before the check."""
        for cell in self.release:
            if role_of(cell) != ANSWER:
                continue
            places = [i for i, name in enumerate(self.claims) if name == cell.id]
            places = [i for i in places if i not in self.taken]
            if len(places) > 1:
                filled = [i for i in places if plain(self.texts[i]) != plain(cell.source)] or places
                limit = self.found.get(f"check-{cell.id}", len(self.texts))
                early = [i for i in filled if i < limit]
                if len({plain(self.texts[i]) for i in filled}) > 1:
                    self.notes[cell.id] = (
                        "This exercise's cell was there more than once; the last one before the "
                        "check counts."
                    )
                places = [(early or filled)[-1]]
            if places:
                self.take(cell.id, places[0])

    def changed(self) -> None:
        """Locked cells that still carry their name but not their text: they are restored."""
        for cell in self.release:
            if role_of(cell) == ANSWER or cell.id in self.found:
                continue
            places = [i for i, name in enumerate(self.claims) if name == cell.id]
            places = [i for i in places if i not in self.taken]
            if places:
                self.take(cell.id, places[0])
                self.restored.add(cell.id)

    def answers_by_place(self) -> None:
        """Answer cells without a name: the last cell in their place that sets their variable."""
        for cell in self.release:
            if role_of(cell) != ANSWER or cell.id in self.found:
                continue
            names = sets(cell.source)
            near = [i for i in self.between(cell.id) if i not in self.taken]
            setting = [i for i in near if names & sets(self.texts[i])]
            if setting:
                self.take(cell.id, setting[-1])


def _claim(cell: NotebookNode, names: set[str]) -> str:
    marks = cell.metadata.get("nbgrader") if isinstance(cell.metadata, dict) else None
    told = marks.get("grade_id") if isinstance(marks, dict) else None
    for name in (told, cell.get("id")):
        if isinstance(name, str) and name in names:
            return name
    return ""


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
    names = {cell.id for cell in code(release)}
    handed = code(book)[:MOST_CELLS]
    texts = [str(cell.source)[:LARGEST_CELL] for cell in handed]
    match = Match(release, texts, [_claim(cell, names) for cell in handed])
    # the surest signs first: each step narrows the places in which the next one looks
    match.untouched()
    match.answers_by_claim()
    match.changed()
    match.answers_by_place()
    lost = names - set(match.found)
    return Rebuilt(_in_order(match), match.restored, lost, match.notes)


def _in_order(match: Match) -> list[Cell]:
    """The release's cells in its order; each extra cell after the cell it followed."""
    after: dict[str, list[Cell]] = {}
    named = {position: name for name, position in match.found.items()}
    last = ""
    for position, text in enumerate(match.texts):
        if position in named:
            last = named[position]
        elif text.strip() and not _copy_of_locked(match, text):
            after.setdefault(last, []).append(Cell(EXTRA, "", text))
    out = after.pop("", [])
    for cell in match.release:
        role, source = role_of(cell), cell.source
        if role == ANSWER and cell.id in match.found:
            source = match.texts[match.found[cell.id]]
        out.append(Cell(role, cell.id, source))
        out += after.get(cell.id, [])
    return out


def _copy_of_locked(match: Match, text: str) -> bool:
    """A second copy of a locked cell says nothing new and might cost a training."""
    return plain(text) in {plain(c.source) for c in match.release if role_of(c) != ANSWER}
