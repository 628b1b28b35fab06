"""Clicks become the line to type, and pictures of estimates say their numbers."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom import show
from readingroom.assess import metrics
from readingroom.lessons import l02
from readingroom.show import figures

FILMS = np.random.default_rng(1).integers(0, 255, (7, 16, 16)).astype(np.uint8)


@pytest.fixture
def shown(monkeypatch):
    """What would be displayed."""
    kept = []
    monkeypatch.setattr(figures, "display", lambda bundle, raw: kept.append(bundle))
    return kept


def test_clicks_become_the_literal():
    """Each click puts a film into the chosen bin; the line holds sets that Python reads."""
    table = l02.SortingTable(FILMS)
    assert table.literal() == "repair, exclude, flag = set(), set(), set()"
    table.click(3)
    table.choice.value = "exclude"
    for number in (1, 5, 5):
        table.click(number)
    assert table.literal() == "repair, exclude, flag = {3}, {1}, set()"
    assert "{3}, {1}, set()" in table.said.value and "Film 5" in table.said.value
    assert table.buttons[3].description == "3 R" and table.buttons[5].description == "5"


def test_a_film_lies_in_one_bin_only():
    """A click in another bin moves the film."""
    table = l02.SortingTable(FILMS)
    table.click(2)
    table.choice.value = "flag"
    table.click(2)
    assert table.literal() == "repair, exclude, flag = set(), set(), {2}"
    assert bytes(table.picture.value).startswith(b"\x89PNG")


def test_a_sheet_numbers_every_film(shown):
    """Twenty films a sheet, and the sentence names the first and the last number."""
    l02.contact_sheet(np.concatenate([FILMS] * 4), tag="SIMULATED")
    assert len(shown) == 2
    assert "0 to 19" in shown[0]["text/html"] and "20 to 27" in shown[1]["text/html"]


def test_estimates_are_spoken_with_their_intervals(shown):
    """The alt sentence holds each label with value and interval."""
    show.estimates({"kappa": metrics.share(43, 100), "raw": metrics.share(94, 100)},
                   alt="Two measures", tag="REAL TABLE")  # fmt: skip
    html = shown[0]["text/html"]
    assert "kappa .43 (.34-.53)" in html and "raw .94" in html and "REAL TABLE" in html


def test_the_narrowing_picture_says_which_band_is_wrong(shown):
    """The sentence names the true value and the one that mined labels show."""
    show.narrowing(0.85, 0.53, np.array([20, 80, 320]))
    assert "0.85" in shown[0]["text/html"] and "0.53, which is wrong" in shown[0]["text/html"]
