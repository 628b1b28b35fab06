"""Twenty ways in which honest people hand in the same answers: grading finds each of them.

No kernel runs: the cells that would be executed are read, in their order. What counts for an
exercise is the last cell before its last check that sets its variable.
"""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode

from readingroom.catalogue import catalogue, find
from readingroom.grading import rebuild
from readingroom.questions import cells

MINE = "mine_typed_here"


def _typed(source: str) -> str:
    """An answer in the place of the dots: it sets the same names, and can be told again."""
    names = cells.sets(source)
    if f"def {names[0]}" in source:
        return f"def {names[0]}(*given):\n    return '{MINE}'"
    return f"{', '.join(names)} = ({', '.join([repr(MINE)] * len(names))},)[:{len(names)}]"


def _indented(text: str, head: str, tail: str = "") -> str:
    return head + "\n" + "\n".join(f"    {line}" for line in text.splitlines()) + tail


def _texts(change):
    """A disguise of the answer's own text."""

    def way(book: NotebookNode) -> None:
        for cell in book.cells:
            if cells.is_answer(cell):
                cell.source = change(cell.source)

    return way


def _each(change):
    """A disguise made of cells: ``change(answer, check)`` returns what stands for each cell."""

    def way(book: NotebookNode) -> None:
        out: list[NotebookNode] = []
        for cell in book.cells:
            out += change(cell) if cells.is_answer(cell) else [cell]
        book.cells = out

    return way


def _code(text: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(text)


def _dots(cell: NotebookNode, names: list[str]) -> NotebookNode:
    kept = nbformat.from_dict(dict(cell))
    kept.source = cell.was
    return kept


def _turned(kind: str):
    def way(book: NotebookNode) -> None:
        for cell in book.cells:
            if cells.is_answer(cell):
                cell.cell_type = kind

    return way


def _below(book: NotebookNode) -> None:
    """The dots stay, the answer comes below the check with a check of its own."""
    out: list[NotebookNode] = []
    answers = {c.id: c for c in book.cells if cells.is_answer(c)}
    for cell in book.cells:
        name = str(cell.get("id", "")).removeprefix("check-")
        if cells.is_answer(cell):
            out.append(_dots(cell, []))
        else:
            out.append(cell)
        if cells.is_check(cell) and name in answers:
            out += [_code(answers[name].source), _code(cell.source)]
    book.cells = out


def _pasted(book: NotebookNode) -> None:
    for cell in [c for c in book.cells if cells.is_answer(c)]:
        book.cells.append(nbformat.from_dict(dict(cell)))


def _doubled(book: NotebookNode) -> None:
    book.cells = [nbformat.from_dict(dict(cell)) for cell in book.cells for _ in range(2)]


WAYS = {
    "as it is": lambda book: None,
    "inside with": _texts(lambda t: _indented(t, "with open('/dev/null'):")),
    "inside if": _texts(lambda t: _indented(t, "if True:")),
    "inside try": _texts(lambda t: _indented(t, "try:", "\nexcept ValueError:\n    pass")),
    "inside for": _texts(lambda t: _indented(t, "for _ in range(1):")),
    "below a magic": _texts(lambda t: f"%matplotlib inline\n{t}"),
    "below a cell magic": _texts(lambda t: f"%%time\n{t}"),
    "below a shell line": _texts(lambda t: f"!true\n{t}"),
    "with a list from the shell": _texts(lambda t: f"listed = !ls\n{t}"),
    "with a remark on top": _texts(lambda t: f"# my answer\n\n{t}\n"),
    "printed at the end": _texts(lambda t: f"{t}\nprint('done')"),
    "with its own import": _texts(lambda t: f"import math\n{t}"),
    "after a scratch cell": _each(lambda c: [_code("print(1 + 1)"), c]),
    "before a scratch cell": _each(lambda c: [c, _code("print(1 + 1)")]),
    "in a cell above, own cell deleted": _each(lambda c: [_code(c.source)]),
    "in a cell above, dots left": _each(lambda c: [_code(c.source), _dots(c, [])]),
    "in a cell below, dots left": _each(lambda c: [_dots(c, []), _code(c.source)]),
    "below the check, checked again": _below,
    "pasted again at the end": _pasted,
    "every cell twice": _doubled,
    "turned to Markdown": _turned("markdown"),
    "turned to raw text": _turned("raw"),
}
STRIPPED = [way for way in WAYS if way not in ("every cell twice", "pasted again at the end")]


def _handed(number: str, way: str, strip: bool) -> tuple[NotebookNode, NotebookNode]:
    release = nbformat.read(find(number).notebook("lessons"), as_version=4)
    book = nbformat.from_dict(release)
    for cell in book.cells:
        if cells.is_answer(cell):
            cell["was"] = cell.source
            cell.source = _typed(cell.source)
    WAYS[way](book)
    for cell in book.cells if strip else []:
        cell.metadata = NotebookNode()
        cell.pop("id", None)
    return release, book


def _counts(built: rebuild.Rebuilt, slug: str, names: list[str]) -> str:
    """The text of the cell that sets an exercise's variable for its last check."""
    asked = [i for i, c in enumerate(built.cells) if slug in cells.CALL.findall(c.source)]
    above = (c.source for c in reversed(built.cells[: asked[-1]]))
    return next((text for text in above if set(names) & cells.binds(text)), "")


@pytest.mark.parametrize("strip", [False, True], ids=["marked", "stripped"])
@pytest.mark.parametrize("number", list(catalogue()))
def test_every_answer_counts_in_every_disguise(number, strip):
    """In each lesson, each way of handing in leaves each exercise its learner's own answer."""
    lost = []
    for way in STRIPPED if strip else WAYS:
        release, book = _handed(number, way, strip)
        built = rebuild.rebuild(release, book)
        for cell in release.cells:
            names = cells.sets(cell.source) if cells.is_answer(cell) else []
            if names and MINE not in _counts(built, cell.id, names):
                lost.append(f"{way}: {cell.id}")
    assert lost == []


def test_there_are_twenty_disguises():
    """The list keeps its size."""
    assert len(WAYS) >= 20
