"""The reader's widget picks, brings in and refuses; the page for a talk can be written."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from readingroom.lessons.l00 import simulated
from readingroom.reader import page
from readingroom.reader.widget import FilmReader


@pytest.fixture(scope="module")
def films() -> np.ndarray:
    """Ten simulated films."""
    return simulated.scope_set().images


def test_picking_a_film_shows_its_reading(films):
    """The first is read at once, another when it is picked; each has picture, score, warning."""
    reader = FilmReader(films[:3], ["one", "two", "three"])
    assert "<img" in reader.result.value and "one" in reader.result.value
    reader.choice.value = 2
    assert "three" in reader.result.value and "Never for clinical use" in reader.result.value
    assert 'role="status"' in reader.result.value


def test_a_png_and_a_dicom_can_be_brought_in(films):
    """Both are read, whatever their names say about folders."""
    reader = FilmReader()
    stream = io.BytesIO()
    Image.fromarray(films[0]).save(stream, "PNG")
    brought = {"name": "../../x.png", "content": memoryview(stream.getvalue()), "size": 1}
    now = datetime.now(UTC)
    reader.upload.value = ({**brought, "type": "image/png", "last_modified": now},)
    assert reader.last is not None and "x.png" in reader.result.value
    dicom = Path(get_testdata_file("RG1_UNCR.dcm", download=False))
    reader.bring("<b>film</b>.dcm", dicom.read_bytes())
    assert reader.last is not None and "<b>film" not in reader.result.value
    assert "still names its patient" in reader.result.value


def test_after_a_film_was_brought_in_the_first_can_be_picked_again(films):
    """The list does not name a film that is not shown."""
    reader = FilmReader(films[:2], ["one", "two"])
    stream = io.BytesIO()
    Image.fromarray(films[2]).save(stream, "PNG")
    now = datetime.now(UTC)
    reader.upload.value = (
        {"name": "mine.png", "content": memoryview(stream.getvalue()), "size": 1,
         "type": "image/png", "last_modified": now},
    )  # fmt: skip
    assert reader.choice.value is None and "mine.png" in reader.result.value
    reader.choice.value = 0
    assert "one" in reader.result.value and "mine.png" not in reader.result.value


def test_what_cannot_be_read_gets_a_sentence(films):
    """No traceback, no old score left standing."""
    reader = FilmReader(films[:1])
    reader.bring("letter.png", b"Dear colleague")
    assert "Not read." in reader.result.value and "letter" in reader.result.value
    assert "<img" not in reader.result.value and reader.last is None
    reader.bring("huge.dcm", bytes(60_000_001))
    assert "MB" in reader.result.value


def test_the_page_for_a_talk_is_a_notebook(films, tmp_path):
    """It is valid, and its one code cell makes the widget of the films that lie beside it."""
    path = tmp_path / "reader.ipynb"
    page.notebook(path, films, [f"film {i}" for i in range(len(films))])
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert f'page.widget("{page.FILMS}")' in book.cells[1].source
    made = page.widget(tmp_path / page.FILMS)
    assert isinstance(made, FilmReader) and len(made.choice.options) >= len(films)


def test_without_voila_the_command_says_what_to_install(films, monkeypatch):
    """One sentence with the command to type."""
    monkeypatch.setattr(page.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(page.NoVoila, match="pip install"):
        page.serve(films, [""] * len(films))


def test_the_command_promises_no_address_without_voila(monkeypatch):
    """What is missing is said before where the page opens."""
    from typer.testing import CliRunner

    from readingroom.cli import app

    monkeypatch.setattr(page.importlib.util, "find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["reader", "--no-browser"])
    assert done.exit_code != 0 and "pip install voila" in done.stderr
    assert "opens at" not in done.stdout
