"""What other programs and busy learners do to a notebook."""

from __future__ import annotations

import copy

import nbformat
from nbformat import NotebookNode

from readingroom.catalogue import find
from readingroom.questions.cells import is_answer

TYPED = "a_remark = 1  # what a learner typed\n"


def learner(number: str) -> NotebookNode:
    """A learner's copy with an answer typed below the first line of each answer cell."""
    book = nbformat.read(find(number).notebook("lessons"), as_version=4)
    for cell in book.cells:
        if is_answer(cell):
            cell.source = f"{cell.source}\n{TYPED}".strip()
    return book


def untouched(book: NotebookNode) -> NotebookNode:
    """As it was."""
    return book


def vscode(book: NotebookNode) -> NotebookNode:
    """New ids, no marks, and the lesson's own mark gone."""
    for i, cell in enumerate(book.cells):
        cell.id, cell.metadata = f"{i:08x}", NotebookNode()
    book.metadata.pop("readingroom", None)
    return book


def colab(book: NotebookNode) -> NotebookNode:
    """An older notebook format without cell ids, and Colab's own marks instead."""
    for i, cell in enumerate(book.cells):
        cell.pop("id")
        cell.metadata = NotebookNode(id=f"Qx{i}", outputId="y", colab={"base_uri": "x"})
    book.nbformat_minor = 0
    book.metadata = NotebookNode(
        colab={"provenance": []}, kernelspec={"name": "python3", "display_name": "Python 3"}
    )
    return book


def scratch(book: NotebookNode) -> NotebookNode:
    """A cell to try something, put between each answer and its check; no ids."""
    cells = []
    for cell in book.cells:
        cells.append(cell)
        if is_answer(cell):
            cells.append(nbformat.v4.new_code_cell("print(1 + 1)"))
    book.cells = cells
    return vscode(book)


def copied(book: NotebookNode) -> NotebookNode:
    """Every answer cell pasted a second time at the end, with the same id and marks."""
    book.cells += [copy.deepcopy(cell) for cell in book.cells if is_answer(cell)]
    return book


def tidied(book: NotebookNode) -> NotebookNode:
    """Locked cells reformatted by an editor: blanks at line ends, a comment on top; no ids."""
    for cell in book.cells:
        if cell.cell_type == "code" and not is_answer(cell):
            lines = [f"{line} " for line in cell.source.splitlines()]
            cell.source = "\n".join(["# tidied", *lines])
    return vscode(book)


def as_text(book: NotebookNode) -> NotebookNode:
    """Every answer cell turned to Markdown by a slip of a key, with its id and marks."""
    for cell in book.cells:
        if is_answer(cell):
            cell.cell_type = "markdown"
            cell.pop("outputs", None), cell.pop("execution_count", None)
    return book


def as_raw(book: NotebookNode) -> NotebookNode:
    """Every answer cell turned to raw text, and ids and marks gone."""
    for cell in as_text(book).cells:
        if is_answer(cell):
            cell.cell_type = "raw"
    return vscode(book)


def pasted(book: NotebookNode) -> NotebookNode:
    """Every answer cell pasted at the end: JupyterLab gives a new id and keeps the mark."""
    for i, cell in enumerate([cell for cell in book.cells if is_answer(cell)]):
        book.cells.append(copy.deepcopy(cell))
        book.cells[-1].id = f"new-{i}"
    return book


WAYS = (untouched, vscode, colab, scratch, copied, tidied, as_text, as_raw, pasted)
