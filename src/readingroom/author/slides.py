"""Figures of executed lessons as pictures for slides, each with its alt sentence and caption."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from readingroom import files, pages
from readingroom.catalogue import Lesson, catalogue
from readingroom.nbformats import nbformat

PNG = "data:image/png;base64,"
COLUMNS = ("file", "lesson", "cell", "alt", "caption")
TABLE, PAGE = "figures.csv", "index.html"


class SlidesError(ValueError):
    """No figure can be exported; the message says what to run first."""


@dataclass(frozen=True)
class Figure:
    """One figure of a lesson.

    Attributes
    ----------
    lesson : Lesson
    cell : str
        Label of the cell that shows it.
    png : bytes
    alt, caption : str
        What it shows, and the line below it, which says whether films are real or simulated.
    """

    lesson: Lesson
    cell: str
    png: bytes
    alt: str
    caption: str


class _Figures(HTMLParser):
    """Collects (picture, alt, caption) of each ``figure`` element of an output."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self._open = self._caption = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Enter a figure, take its picture, enter its caption."""
        given = dict(attrs)
        if tag == "figure":
            self._open = True
        elif tag == "img" and self._open and (given.get("src") or "").startswith(PNG):
            self.found.append([given["src"].removeprefix(PNG), given.get("alt") or "", ""])
        elif tag == "figcaption":
            self._caption = True

    def handle_endtag(self, tag: str) -> None:
        """Leave a figure or its caption."""
        if tag == "figure":
            self._open = False
        elif tag == "figcaption":
            self._caption = False

    def handle_data(self, data: str) -> None:
        """Text of a caption belongs to the last picture."""
        if self._caption and self.found:
            self.found[-1][2] += data


def of_notebook(book: nbformat.NotebookNode, lesson: Lesson) -> list[Figure]:
    """Every figure of an executed lesson, in the order of its page.

    Raises
    ------
    SlidesError
        A picture is damaged.
    """
    found = []
    for cell in book.cells:
        for output in cell.get("outputs", []) if cell.cell_type == "code" else []:
            for data, alt, caption in _Figures(output.get("data", {}).get("text/html", "")).found:
                try:
                    png = base64.b64decode(data, validate=True)
                except binascii.Error as error:
                    raise SlidesError(f"A picture of {lesson.slug} is damaged.") from error
                found.append(Figure(lesson, cell.id, png, alt, " ".join(caption.split())))
    return found


def gather(runs: Path, lessons: Sequence[Lesson] = ()) -> list[Figure]:
    """Every figure of the executed lessons in a folder.

    Parameters
    ----------
    runs : Path
        What ``readingroom rehearse --keep`` wrote.
    lessons : sequence of Lesson
        Only these; all that are there by default.

    Raises
    ------
    SlidesError
        A lesson asked for is not there, or none is.
    """
    how = f"run: readingroom rehearse --keep {runs}"
    found: list[Figure] = []
    for lesson in lessons or catalogue().values():
        path = runs / f"{lesson.slug}.ipynb"
        if not path.is_file():
            if lessons:
                raise SlidesError(f"There is no executed lesson {lesson.number} in {runs}; {how}")
            continue
        try:
            book = nbformat.read(path, as_version=4)
        except Exception as error:  # whatever nbformat finds wrong, the file is no notebook
            raise SlidesError(f"{path.name} is no notebook; {how}") from error
        found += of_notebook(book, lesson)
    if not found:
        raise SlidesError(f"There is no figure of an executed lesson in {runs}; {how}")
    return found


def export(figures: Sequence[Figure], folder: Path) -> tuple[list[dict], list[str]]:
    """Write pictures, a table of their sentences, and a page that shows them all.

    Parameters
    ----------
    figures : sequence of Figure
    folder : Path
        Made if it does not exist; what lies there under these names is kept aside.

    Returns
    -------
    list of dict
        One row for each picture, see `COLUMNS`.
    list of str
        A sentence for each older file that was kept aside.
    """
    rows: list[dict] = []
    kept: list[str] = []
    place: dict[str, int] = {}
    for figure in figures:
        number = place[figure.lesson.slug] = place.get(figure.lesson.slug, 0) + 1
        name = f"{figure.lesson.slug}/{number:02}-{figure.cell}.png"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        kept.append(files.give(folder / name, figure.png))
        values = (name, figure.lesson.number, figure.cell, figure.alt, figure.caption)
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    stream = io.StringIO(newline="")
    table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    kept.append(files.give(folder / TABLE, stream.getvalue()))
    page = pages.render("figures", title="Figures of Reading Room", rows=rows)
    kept.append(files.give(folder / PAGE, page))
    return rows, [said for said in kept if said]
