"""Widgets of lesson 01: each prints the literal it stands for, and none of them is needed."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, strategies as st

from readingroom.dicom import reading
from readingroom.dicom.standin import stand_in
from readingroom.lessons.l01 import figures, films
from readingroom.show import boxes, windows


def test_ticks_print_a_set():
    """Nothing ticked is ``set()``; ticks become numbers in order."""
    table = reading.header(films.stick()[0].data())
    shown = figures.ticks(table)
    ticked, line = shown.children[0].children, shown.children[1]
    assert len(ticked) == len(table) and "found = set()" in line.value
    ticked[8].value = ticked[3].value = True
    assert "found = {3, 8}" in line.value
    ticked[8].value = False
    assert "found = {3}" in line.value


def test_a_header_is_text_and_never_markup(monkeypatch):
    """A value with a tag in it is shown as text; the plain form holds every line."""
    seen = []
    monkeypatch.setattr(figures, "display", lambda bundle, raw: seen.append(bundle))
    data = films.stick()[0].data()
    data.ImageComments = "<b>bold</b>"
    table = reading.header(data)
    figures.header_table(table, "invented")
    assert "<b>" not in seen[0]["text/html"] and "&lt;b&gt;" in seen[0]["text/html"]
    assert seen[0]["text/plain"].count("\n") == len(table)


def test_the_slider_prints_its_window():
    """It starts as the numbers lie there; turned and moved, the line follows."""
    film = stand_in()
    turn, centre, width, picture, line = windows.slider(film).children
    assert "upright = (0, " in line.value and picture.value[:4] == b"\x89PNG"
    before = picture.value
    turn.value, centre.value, width.value = True, 1856, 3712
    assert "upright = (1, 1856, 3712)" in line.value and picture.value != before


@given(*[st.floats(-50, 500)] * 2, *[st.floats(0, 500)] * 2)
def test_a_drawn_box_is_a_box_within_the_film(x, y, wide, high):
    """However far the mouse went, rows and columns stay in order and in the picture."""
    row0, row1, col0, col1 = boxes.corners({"x": x, "y": y, "width": wide, "height": high},
                                           (300, 200))  # fmt: skip
    assert 0 <= row0 < row1 <= 300 and 0 <= col0 < col1 <= 200


def test_a_drawn_box_prints_rows_first():
    """x and width become columns, y and height rows."""
    shown = boxes.draw_box(np.zeros((100, 200), np.uint8))
    canvas, line = shown.children
    canvas.bboxes = [{"x": 10, "y": 2, "width": 50, "height": 8, "label": "text"}]
    assert "box = (2, 10, 10, 60)" in line.value


def test_without_the_drawing_widget_a_line_says_to_type(monkeypatch):
    """Where it is not installed the film with rulers and the keyboard are enough."""
    monkeypatch.setitem(sys.modules, "jupyter_bbox_widget", None)
    assert "type" in boxes.draw_box(np.zeros((100, 200), np.uint8)).value


@pytest.mark.parametrize("box", [None, (10, 20, 5, 90)])
def test_a_ruled_film_has_its_sentence(box, monkeypatch):
    """Rulers on two sides, an alt sentence, and a frame where one is asked for."""
    seen = []
    monkeypatch.setattr(
        boxes.figures, "show", lambda figure, *rest, **_: seen.append((figure, rest))
    )
    boxes.ruled(np.zeros((100, 200), np.uint8), alt="A film with rulers on two sides", box=box)
    figure, rest = seen[0]
    axis = figure.axes[0]
    assert (axis.get_ylabel(), axis.get_xlabel()) == ("row", "column")
    assert len(axis.patches) == (box is not None) and rest[0].startswith("A film")
