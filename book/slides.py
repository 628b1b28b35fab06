"""The page "Slides": each lesson's figures as a PDF, where the book is built with kept runs."""

from __future__ import annotations

from pathlib import Path

from readingroom.author import deck
from readingroom.catalogue import catalogue
from readingroom.nbformats import nbformat

WITH = (
    "Every figure of a lesson with its heading, one to a slide, as a PDF. Show them where there is "
    "no Python. The sentence below a figure says what it shows."
)
WITHOUT = (
    "This copy of the book was made without executing the lessons, so it holds no slides. "
    "`readingroom rehearse --keep runs`, then `readingroom figures slides` makes them."
)


def gather(runs: Path | None, target: Path) -> None:
    """Write every lesson's slides, and the page that offers them."""
    target.mkdir(parents=True)
    lines = ["# Slides", "", WITH if runs else WITHOUT, ""]
    for lesson in catalogue().values() if runs else ():
        book = nbformat.read(runs / f"{lesson.slug}.ipynb", as_version=4)
        name = f"{lesson.slug}.pdf"
        pages = deck.write(book, lesson, target / name)
        size = (target / name).stat().st_size / 1e6
        lines.append(
            f"- {{download}}`{lesson.number} · {lesson.title} <{name}>`: {pages} slides, "
            f"{size:.1f} MB"
        )
    (target / "index.md").write_text("\n".join([*lines, ""]), "utf-8")
