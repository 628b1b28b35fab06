"""Notebooks that the course makes: one kernel and one form for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from readingroom.nbformats import NotebookNode, nbformat


def made_of(cells: Sequence[NotebookNode], **marks: dict) -> NotebookNode:
    """A valid Python notebook of these cells; `marks` are further metadata of its own."""
    book = nbformat.v4.new_notebook(cells=list(cells))
    book.nbformat_minor = 5
    book.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
        **marks,
    )
    nbformat.validate(book)
    return book
