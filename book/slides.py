"""Slides of a lesson as a PDF: each figure with its heading, to be shown without Python.

They are made of a kept run (`readingroom rehearse --keep runs`) when the book is built with
``READINGROOM_RUNS``, or by hand: ``python book/slides.py runs slides``.
"""

from __future__ import annotations

import base64
import html
import io
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import nbformat
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from nbformat import NotebookNode
from PIL import Image

from readingroom.catalogue import Lesson, catalogue

SIZE = 13.33, 7.5  # inches: sixteen to nine, as projectors show
PICTURE = re.compile(r'<img src="data:image/png;base64,([^"]+)" alt="([^"]*)"')
HEADING = re.compile(r"^#{2,3} (.+)$", re.M)
KEY_POINTS = re.compile(r"^## Key points\s+(.*?)(?=^## |\Z)", re.M | re.S)
MINUTES = re.compile(r"\s*\(\d+ min(?:, more)?\)$")
MARKS = re.compile(r"<[^>]+>|\*\*|\[([^\]]+)\]\([^)]*\)")
NEVER = "For teaching. Never for clinical use."
WITH = (
    "Every figure of a lesson with its heading, one to a slide, as a PDF. Show them where there is "
    "no Python. The sentence below a figure says what it shows."
)
WITHOUT = (
    "This copy of the book was made without executing the lessons, so it holds no slides. "
    "`python book/slides.py runs slides` makes them of a kept run."
)
LINE = 150  # characters of a sentence below a figure


@dataclass(frozen=True)
class Slide:
    """One figure of a lesson: the heading that it stands under, its picture and its sentence."""

    heading: str
    picture: bytes
    says: str


def _plain(text: str) -> str:
    return MARKS.sub(lambda found: found.group(1) or "", text).strip()


def of(book: NotebookNode) -> list[Slide]:
    """The figures of an executed notebook, in its order; a figure shown twice counts once."""
    found, heading, seen = [], "", set()
    for cell in book.cells:
        if cell.cell_type == "markdown":
            for line in HEADING.findall(cell.source):
                heading = MINUTES.sub("", _plain(line))
        for output in cell.get("outputs", []):
            for data, says in PICTURE.findall("".join(output.get("data", {}).get("text/html", ""))):
                if data not in seen:
                    seen.add(data)
                    found.append(Slide(heading, base64.b64decode(data), html.unescape(says)))
    return found


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


def write(book: NotebookNode, lesson: Lesson, path: Path) -> int:
    """Write a lesson's slides.

    Parameters
    ----------
    book : NotebookNode
        An executed notebook; its figures carry pictures and sentences.
    lesson : Lesson
    path : Path
        The PDF.

    Returns
    -------
    int
        Pages.

    Raises
    ------
    ValueError
        Where the notebook holds no figure, so was not executed.
    """
    slides = of(book)
    if not slides:
        raise ValueError(
            f"The notebook of lesson {lesson.number} holds no figure; "
            f"run: readingroom rehearse {lesson.number} --keep runs"
        )
    title = _list(f"{lesson.number} · {lesson.title}", [f"{lesson.minutes} minutes", NEVER], lesson)
    points = key_points(book)
    pages = [title, *(_figure(slide, lesson) for slide in slides)]
    pages += [_list("Key points", points, lesson)] if points else []
    # no date inside, so that equal runs give equal files
    facts = {"Title": f"Reading Room {lesson.number}: {lesson.title}", "CreationDate": None}
    with PdfPages(path, metadata=facts) as pdf:
        for page in pages:
            pdf.savefig(page)
    return len(pages)


def gather(runs: Path | None, target: Path) -> None:
    """Write every lesson's slides, and the page that offers them."""
    target.mkdir(parents=True)
    lines = ["# Slides", ""]
    if runs is None:
        lines += [WITHOUT, ""]
    else:
        lines += [WITH, ""]
        for lesson in catalogue().values():
            book = nbformat.read(runs / f"{lesson.slug}.ipynb", as_version=4)
            name = f"{lesson.slug}.pdf"
            pages = write(book, lesson, target / name)
            size = (target / name).stat().st_size / 1e6
            lines.append(
                f"- {{download}}`{lesson.number} · {lesson.title} <{name}>`: "
                f"{pages} slides, {size:.1f} MB"
            )
        lines.append("")
    (target / "index.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Name two folders: python book/slides.py runs slides")
    gather(Path(sys.argv[1]), Path(sys.argv[2]))
