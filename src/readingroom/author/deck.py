"""Slides of an executed lesson as a PDF: each figure below its heading, shown without Python."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image

from readingroom import files
from readingroom.author import slides
from readingroom.catalogue import Lesson
from readingroom.nbformats import NotebookNode, nbformat

SIZE = 13.33, 7.5  # inches: sixteen to nine, as projectors show
HEADING = re.compile(r"^#{2,3} (.+)$", re.M)
KEY_POINTS = re.compile(r"^## Key points\s+(.*?)(?=^## |\Z)", re.M | re.S)
MINUTES = re.compile(r"\s*\(\d+ min(?:, more)?\)$")
MARKS = re.compile(r"<[^>]+>|\*\*|\[([^\]]+)\]\([^)]*\)")
NEVER = "For teaching. Never for clinical use."
LINE = 150  # characters of a sentence below a figure


@dataclass(frozen=True)
class Slide:
    """One figure of a lesson: the heading that it stands under, its picture and its sentence."""

    heading: str
    picture: bytes
    says: str


def _plain(text: str) -> str:
    return MARKS.sub(lambda found: found.group(1) or "", text).strip()


def of(book: NotebookNode, lesson: Lesson) -> list[Slide]:
    """The figures of an executed notebook, in its order; a picture shown twice counts once."""
    under, heading = {}, ""
    for cell in book.cells:
        if cell.cell_type == "markdown":
            for line in HEADING.findall(cell.source):
                heading = MINUTES.sub("", _plain(line))
        under[cell.id] = heading
    first = {figure.png: figure for figure in reversed(slides.of_notebook(book, lesson))}
    return [Slide(under[f.cell], f.png, f.alt) for f in reversed(first.values())]


def key_points(book: NotebookNode) -> list[str]:
    """What the lesson ends with."""
    text = "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    found = KEY_POINTS.search(text)
    return [_plain(line[2:]) for line in found.group(1).splitlines() if line[:2] == "- "] \
        if found else []  # fmt: skip


def _words(page: Figure, lesson: Lesson) -> None:
    page.text(0.97, 0.03, NEVER, ha="right", va="bottom", fontsize=10, color="#555555")
    page.text(0.03, 0.03, f"Reading Room {lesson.number}", va="bottom", fontsize=10,
              color="#555555")  # fmt: skip


def _figure(slide: Slide, lesson: Lesson) -> Figure:
    page = Figure(figsize=SIZE)
    page.text(0.03, 0.95, slide.heading, va="top", fontsize=24, weight="bold")
    axes = page.add_axes((0.03, 0.17, 0.94, 0.69))
    axes.imshow(Image.open(io.BytesIO(slide.picture)), interpolation="none")
    axes.set_axis_off()
    page.text(0.03, 0.15, textwrap.fill(slide.says, LINE), va="top", fontsize=12)
    _words(page, lesson)
    return page


def _list(title: str, lines: list[str], lesson: Lesson) -> Figure:
    page = Figure(figsize=SIZE)
    page.text(0.06, 0.82, textwrap.fill(title, 50), va="top", fontsize=34, weight="bold")
    said = "\n\n".join(textwrap.fill(line, 85) for line in lines)
    page.text(0.06, 0.6, said, va="top", fontsize=20, linespacing=1.3)
    _words(page, lesson)
    return page


def write(book: NotebookNode, lesson: Lesson, path: Path, kept: list[str] | None = None) -> int:
    """Write a lesson's slides.

    Parameters
    ----------
    book : NotebookNode
        An executed notebook; its figures carry pictures and sentences.
    lesson : Lesson
    path : Path
        The PDF; what lies there and is another is kept aside.
    kept : list of str, optional
        Gets a sentence for what was kept.

    Returns
    -------
    int
        Pages.

    Raises
    ------
    SlidesError
        Where the notebook holds no figure, so was not executed.
    """
    found = of(book, lesson)
    if not found:
        raise slides.SlidesError(
            f"The notebook of lesson {lesson.number} holds no figure; "
            f"run: readingroom rehearse {lesson.number} --keep runs"
        )
    title = _list(f"{lesson.number} · {lesson.title}", [f"{lesson.minutes} minutes", NEVER], lesson)
    points = key_points(book)
    pages = [title, *(_figure(slide, lesson) for slide in found)]
    pages += [_list("Key points", points, lesson)] if points else []
    # no date inside, so that equal runs give equal files
    facts = {"Title": f"Reading Room {lesson.number}: {lesson.title}", "CreationDate": None}
    stream = io.BytesIO()
    with PdfPages(stream, metadata=facts) as pdf:
        for page in pages:
            pdf.savefig(page)
    said = files.give(path, stream.getvalue())
    if kept is not None and said:
        kept.append(said)
    return len(pages)


def export(
    runs: Path, lessons: Sequence[Lesson], folder: Path, kept: list[str] | None = None
) -> list[Path]:
    """Write the slides of executed lessons.

    Parameters
    ----------
    runs : Path
        What ``readingroom rehearse --keep`` wrote.
    lessons : sequence of Lesson
    folder : Path
    kept : list of str, optional
        Gets a sentence for each older file that was kept aside.

    Returns
    -------
    list of Path
        One PDF a lesson.
    """
    made = []
    for lesson in lessons:
        made.append(folder / f"{lesson.slug}.pdf")
        write(nbformat.read(runs / f"{lesson.slug}.ipynb", as_version=4), lesson, made[-1], kept)
    return made
