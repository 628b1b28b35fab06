"""Class: a number that lost its origin on the way through a table."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom import audit
from readingroom.audit import sheet


def _table(path, **columns):
    rng = np.random.default_rng(5)
    y = np.arange(80) % 2
    score = np.clip(rng.normal(0.4 + 0.2 * y, 0.2), 0, 1).round(3)
    held = {"score": score, "reference": y, **columns}
    rows = [",".join(held), *(",".join(map(str, row)) for row in zip(*held.values(), strict=True))]
    path.write_text("\n".join(rows), "utf-8")
    return path


@pytest.mark.parametrize("title", ["films", "Films", "ｆｉｌｍｓ"])
def test_a_verdict_names_the_films_that_its_table_names(tmp_path, title):
    """The page, its text and its JSON say whose films these are, where a column does."""
    path = _table(tmp_path / "a.csv", **{title: ["SIMULATED DATA"] * 80})
    found = audit.examine(path)
    assert found.table.films == "SIMULATED DATA" == found.as_dict()["films_are"]
    assert "40 well; SIMULATED DATA" in found.text() and "SIMULATED DATA" in sheet.as_html(found)
    assert found.table.unused == ()


def test_films_of_several_kinds_are_counted(tmp_path):
    """Real and simulated films in one table are told apart; a number of films is no origin."""
    kinds = ["SIMULATED DATA"] * 30 + ["YOUR DATA: ward"] * 45 + [""] * 5
    found = audit.read(_table(tmp_path / "a.csv", films=kinds))
    assert found.films == "YOUR DATA: ward (45); SIMULATED DATA (30); not stated (5)"
    assert audit.read(_table(tmp_path / "b.csv", films=[1] * 80)).films == ""
