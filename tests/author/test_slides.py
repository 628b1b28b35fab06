"""Figures leave a lesson with their sentence and caption, whole and in order."""

from __future__ import annotations

import csv
import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from readingroom.author import slides
from readingroom.catalogue import find
from readingroom.show import figures

ALT = "Three points that rise from left to right, as an example"


def _cell(name, *htmls):
    outputs = [nbformat.v4.new_output("display_data", {"text/html": text}) for text in htmls]
    return nbformat.v4.new_code_cell("x", id=name, outputs=outputs)


def _figure(caption="a <caption> & more"):
    figure, axis = figures.axes(3, 2)
    axis.plot([0, 1, 2], [0, 1, 2])
    return figures.as_html(figure, ALT, caption, "SIMULATED")


@pytest.fixture
def runs(tmp_path):
    """A folder with one executed lesson: two figures in one cell, one in another, and none."""
    cells = [
        nbformat.v4.new_markdown_cell("# title", id="title"),
        _cell("twenty-films", _figure(), _figure("second")),
        _cell("no-figure", "<p>words <img src='x.png' alt='not ours'></p>"),
        _cell("curve", f"<div>{_figure('third')}</div>"),
    ]
    folder = tmp_path / "runs"
    folder.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{find('03').slug}.ipynb")
    return folder


def test_every_figure_is_exported_with_its_words(runs, tmp_path):
    """Each picture opens, is named by place and cell, and its row holds its words."""
    out = tmp_path / "out"
    rows, _ = slides.export(slides.gather(runs), out)
    slug = find("03").slug
    assert [row["file"] for row in rows] == [
        f"{slug}/01-twenty-films.png", f"{slug}/02-twenty-films.png", f"{slug}/03-curve.png",
    ]  # fmt: skip
    with (out / slides.TABLE).open(encoding="utf-8", newline="") as stream:
        assert list(csv.DictReader(stream)) == rows
    assert rows[0]["alt"] == f"{ALT} (simulated)"
    assert rows[0]["caption"] == "SIMULATED · a <caption> & more"
    for row in rows:
        picture = np.asarray(Image.open(io.BytesIO((out / row["file"]).read_bytes())))
        assert picture.std() > 0
    page = (out / slides.PAGE).read_text("utf-8")
    assert page.count("<img ") == 3 and "a &lt;caption&gt; &amp; more" in page


def test_only_the_lessons_asked_for(runs):
    """A lesson asked for and not there is told with the command that makes it."""
    assert len(slides.gather(runs, [find("03")])) == 3
    (runs / f"{find('03').slug}.ipynb").unlink()
    with pytest.raises(slides.SlidesError, match="rehearse --keep"):
        slides.gather(runs, [find("03")])
    with pytest.raises(slides.SlidesError, match="no figure"):
        slides.gather(runs)


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_file_that_is_no_notebook_is_told(runs, content):
    """A broken run ends in a sentence that says how to make it again."""
    (runs / f"{find('03').slug}.ipynb").write_text(content, "utf-8")
    with pytest.raises(slides.SlidesError, match="is no notebook"):
        slides.gather(runs)


def test_a_damaged_picture_is_told(runs):
    """Bytes that are no base64 are not written as a picture."""
    path = runs / f"{find('03').slug}.ipynb"
    path.write_text(path.read_text("utf-8").replace("base64,iVBOR", "base64,!!", 1), "utf-8")
    with pytest.raises(slides.SlidesError, match="damaged"):
        slides.gather(runs)
