"""A lesson's slides: one page a figure, with its heading and its sentence, from a kept run."""

from __future__ import annotations

import base64
import io

import nbformat
import pypdf
import pytest
from PIL import Image

from readingroom.author import deck
from readingroom.author.slides import SlidesError
from readingroom.catalogue import find


def shown(grey: int, alt: str) -> nbformat.NotebookNode:
    """A cell that has shown a picture, as a lesson's figure lies in a notebook."""
    held = io.BytesIO()
    Image.new("L", (64, 32), grey).save(held, "png")
    data = base64.b64encode(held.getvalue()).decode()
    page = f'<figure><img src="data:image/png;base64,{data}" alt="{alt}" style="x"></figure>'
    return nbformat.v4.new_code_cell(
        "here.show()", outputs=[nbformat.v4.new_output("display_data", {"text/html": page})]
    )


def executed(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook of two steps and key points around these cells."""
    head, *rest = cells
    return nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell("# 04 · Title"),
        nbformat.v4.new_markdown_cell("Words.\n\n### Exercise · **your** list (2 min, more)"), head,
        nbformat.v4.new_markdown_cell("## Part 2 · After it"), *rest,
        nbformat.v4.new_markdown_cell("## Key points\n\n- One.\n- Another.\n\n## References"),
    ])  # fmt: skip


def test_each_figure_is_a_slide_below_its_heading(tmp_path):
    """Title, every figure once with its words, key points: nothing else, in the lesson's order."""
    book = executed(shown(0, "A film &lt;A&gt; is dark."), shown(0, "A film again."),
                    shown(200, "A film is bright."))  # fmt: skip
    assert [(s.heading, s.says) for s in deck.of(book, find("04"))] == [
        ("Exercise · your list", "A film <A> is dark."), ("Part 2 · After it", "A film is bright."),
    ]  # fmt: skip
    pages = deck.write(book, find("04"), tmp_path / "04.pdf")
    read = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "04.pdf").pages]
    assert pages == len(read) == 4
    assert find("04").title in read[0] and all(deck.NEVER in text for text in read)
    assert "A film is bright." in read[2] and "Another." in read[3]


def test_a_notebook_that_was_not_executed_is_named(tmp_path):
    """Nobody gets an empty PDF."""
    book = nbformat.read(find("04").notebook("solutions"), as_version=4)
    with pytest.raises(SlidesError, match="rehearse 04 --keep"):
        deck.write(book, find("04"), tmp_path / "04.pdf")
    assert not (tmp_path / "04.pdf").exists()


def test_equal_runs_give_equal_files(tmp_path):
    """The PDF holds no date."""
    book = executed(shown(0, "A film is dark."), shown(9, "A film is less dark."))
    for name in "ab":
        deck.write(book, find("04"), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
