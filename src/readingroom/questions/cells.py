"""Which cell of a learner's notebook is which, also after another program took the marks off.

VS Code and Colab give cells new ids or none and drop nbgrader's marks; people copy, move and split
cells, and turn code to text by a slip of a key. A cell is known by its id, else by the check it
calls, else by its text, else by the variable it sets.
"""

from __future__ import annotations

import ast
import difflib
import re

from nbformat import NotebookNode

ALIKE = 0.75  # share of text that an edited locked cell still has in common with the original
CALL = re.compile(r"""\brr\.(?:check|look|judge)\(\s*["']([a-z0-9-]+)["']""")


def is_answer(cell: NotebookNode) -> bool:
    """Whether a cell of the release is one that waits for an answer."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _plain(source: str) -> str:
    """The lines that do something: neither blank nor a comment, which people add and take away."""
    lines = (line.rstrip() for line in source.strip().splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def sets(source: str) -> list[str]:
    """Names that the first statement of an answer cell sets: variables, or a function."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    for node in body:
        if isinstance(node, ast.FunctionDef):
            return [node.name]
        if isinstance(node, ast.Assign):
            names = [n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)]
            if names:
                return names
    return []


def _sets_them(source: str, names: list[str]) -> bool:
    """Whether a learner's text, which need not be valid Python, sets the first of `names`."""
    if not names:
        return False
    name = re.escape(names[0])
    assigned = rf"^\s*\(?\s*{name}\s*(?:,[^=\n]*)?=(?!=)"
    return bool(re.search(rf"{assigned}|^\s*def\s+{name}\b", source, re.M))


def _likeness(one: str, other: str) -> float:
    # autojunk would take the commonest letters of a long cell for noise
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


class _Search:
    """One pass over a notebook; `found` maps the release's ids to positions in the notebook."""

    def __init__(self, book: NotebookNode, release: NotebookNode) -> None:
        self.cells = book.cells
        self.wanted = [cell for cell in release.cells if cell.metadata.get("nbgrader")]
        self.prose = {cell.source.strip() for cell in release.cells if cell.cell_type != "code"}
        self.found: dict[str, int] = {}

    def free(self, position: int) -> bool:
        """Whether a cell that is or was code has no name yet."""
        return self.could_be(position) and position not in self.found.values()

    def could_be(self, position: int) -> bool:
        """A code cell, or one turned to text by a slip of a key: any text that is not ours."""
        cell = self.cells[position]
        return cell.cell_type == "code" or cell.source.strip() not in self.prose

    def codes(self) -> list[int]:
        """Positions of the code cells, and after them of cells that may have been."""
        may = [i for i in range(len(self.cells)) if self.could_be(i)]
        return sorted(may, key=self.is_text)

    def is_text(self, position: int) -> bool:
        """Whether a cell is no code cell, which is believed last."""
        return self.cells[position].cell_type != "code"

    def by_call(self) -> None:
        """Check cells: they name their exercise."""
        for i in self.codes():
            for slug in CALL.findall(self.cells[i].source):
                self.found.setdefault(f"check-{slug}", i)

    def by_text(self) -> None:
        """Locked cells nobody has touched."""
        texts = {i: _plain(self.cells[i].source) for i in self.codes()}
        for cell in self.wanted:
            if not is_answer(cell) and cell.id not in self.found:
                same = [i for i, text in texts.items() if text == _plain(cell.source)]
                same = [i for i in same if self.free(i)]
                if same:
                    self.found[cell.id] = same[0]

    def by_id(self) -> None:
        """What still carries its own id, once."""
        ids = [cell.get("id") for cell in self.cells]
        for cell in self.wanted:
            if cell.id not in self.found and ids.count(cell.id) == 1:
                position = ids.index(cell.id)
                if self.free(position):
                    self.found[cell.id] = position

    def gap(self, name: str) -> range:
        """Positions between the recognised neighbours of a cell of the release."""
        order = [cell.id for cell in self.wanted]
        at = order.index(name)
        before = [self.found[n] for n in order[:at] if n in self.found]
        after = [self.found[n] for n in order[at + 1 :] if n in self.found]
        return range(max(before, default=-1) + 1, min(after, default=len(self.cells)))

    def by_variable(self) -> None:
        """Answer cells: the last one before the check that sets the variable, else the last."""
        for cell in self.wanted:
            if not is_answer(cell) or cell.id in self.found:
                continue
            near = [i for i in reversed(self.gap(cell.id)) if self.free(i)]
            near.sort(key=self.is_text)
            names = sets(cell.source)
            setting = [i for i in near if _sets_them(self.cells[i].source, names)]
            if setting:
                self.found[cell.id] = setting[0]
            elif near and not self.is_text(near[0]) and f"check-{cell.id}" in self.found:
                self.found[cell.id] = near[0]

    def by_likeness(self) -> None:
        """Locked cells that were edited a little."""
        for cell in self.wanted:
            if is_answer(cell) or cell.id in self.found:
                continue
            near = [i for i in self.gap(cell.id) if self.free(i)]
            ratio = {i: _likeness(cell.source, self.cells[i].source) for i in near}
            best = max(ratio, key=ratio.get, default=None)
            if best is not None and ratio[best] >= ALIKE:
                self.found[cell.id] = best


def recognise(book: NotebookNode, release: NotebookNode) -> dict[str, int]:
    """Find the release's code cells in a learner's notebook.

    Parameters
    ----------
    book : NotebookNode
        The learner's; ids and marks may be missing or wrong.
    release : NotebookNode
        The course's own copy.

    Returns
    -------
    dict
        Id of a cell of the release to its position among the learner's cells.
    """
    search = _Search(book, release)
    # the surest signs first: each step narrows the gaps in which the next one looks
    search.by_call()
    search.by_text()
    search.by_id()
    search.by_likeness()
    search.by_variable()
    wanted = {cell.id for cell in search.wanted}
    return {name: i for name, i in search.found.items() if name in wanted}
