"""The planted study as a notebook: its manuscript, and the executed one that is stored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from readingroom.data.origin import of_course
from readingroom.nbformats import nbformat

HERE = Path(__file__).parent
NAME = "study.ipynb"
REPORTED = re.compile(r"reported: network \d+, AUC (\d\.\d+)")


def manuscript() -> Any:
    """The study's cells without outputs; each carries its label as its id."""
    import jupytext

    book = jupytext.reads((HERE / "study.md").read_text("utf-8"), fmt="md:myst")
    for cell in book.cells:
        cell.id = cell.metadata.pop("label")
    return book


def place(mode: str) -> Path:
    """Where the executed notebook of a mode lies."""
    return HERE / "runs" / of_course(mode) / NAME


def keep(book: Any, mode: str) -> None:
    """Store an executed notebook: its outputs, without timings and without the machine's paths.

    The prose was written after the run, so that it says the AUC that was reported.
    """
    said = next(cell for cell in book.cells if cell.id == "seeds").outputs[0]["text"]
    reported = REPORTED.search(said)
    assert reported, said
    for cell in book.cells:
        cell.metadata = {}
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("{auc}", f".{reported[1][2:4]}")
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    place(mode).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, place(mode))


def study(mode: str) -> Any:
    """The executed notebook of a mode, simulated for films of the learner's own."""
    return nbformat.read(place(mode), as_version=4)


def labels(book: Any) -> list[str]:
    """Label of each cell in order; cell 1 is the first."""
    return [str(cell.id) for cell in book.cells]
