"""Rows of estimates and tables stay readable where there is little room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from readingroom.assess.metrics import Estimate
from readingroom.show import tables
from readingroom.show.figures import _axes
from readingroom.show.intervals import draw_rows


@pytest.mark.parametrize("value", [0.0123, -0.065, 0.7, 2.4, -1.7])
def test_no_number_of_a_narrow_axis_touches_the_next(value):
    """Two figures side by side, with long names on the left and intervals on the right."""
    figure, grid = _axes(1, 2, 9.6, 2.8)
    wide = abs(value) / 2
    ends = [(value * k, value * k - wide, value * k + wide) for k in (1, 2)]
    rows = {
        f"network, version {k}": Estimate(*one, 25, by="patients") for k, one in enumerate(ends)
    }
    for axis in grid[0]:
        draw_rows(axis, rows, line=0.0)
    FigureCanvasAgg(figure).draw()
    for axis in grid[0]:
        low, high = axis.get_xlim()
        numbers = [x for x in axis.get_xticks() if low <= x <= high]
        shown = [one for one in axis.get_xticklabels() if low <= one.get_position()[0] <= high]
        assert len(numbers) == len(shown) >= 2
        assert all(a.get_window_extent().x1 < b.get_window_extent().x0 for a, b in pairwise(shown))
        texts = [one.get_text().replace("\N{MINUS SIGN}", "-") for one in shown]
        assert [float(text) for text in texts] == pytest.approx(numbers)


def test_a_table_scrolls_by_itself_and_says_its_name(monkeypatch):
    """A wide table keeps its own scroll bar, and a text cannot carry markup."""
    out: list[dict] = []
    monkeypatch.setattr(tables, "display", lambda found, **_: out.append(found))
    tables.table(["lesion", "10 %"], [["4 mm", "<b>"]], "Errors")
    markup = out[0]["text/html"]
    assert 'aria-label="Errors"' in markup and "overflow:auto" in markup
    assert "&lt;b&gt;" in markup and '<th scope="row"' in markup
    assert out[0]["text/plain"] == "lesion | 10 %\n4 mm | <b>"


def test_a_name_in_a_table_comes_apart_at_its_joints(monkeypatch):
    """On a phone a patient's name and a version break where they have parts, a number never."""
    out: list[dict] = []
    monkeypatch.setattr(tables, "display", lambda found, **_: out.append(found))
    cells = ["Silverlock^Alban, 79055246", "model_0.2.0+6e81", "1,782", "3/5", "a" * 20]
    tables.table(["", *cells], [["film", *cells]], "Reports")
    body = out[0]["text/html"].split("<tbody>")[1]
    for told in (
        "Silverlock^<wbr>Alban, 79055246",
        "model_<wbr>0.2.0+<wbr>6e81",
        ">1,782<",
        ">3/5<",
    ):
        assert told in body
    assert body.count("overflow-wrap") == 1
