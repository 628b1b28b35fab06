"""Films arrive with their own split; own films without a column are replaced, and it is said."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from readingroom import data
from readingroom.data import choice, delivery
from readingroom.data.cohort import Cohort


@pytest.fixture(autouse=True)
def _forgotten():
    """Each test chooses for itself."""
    choice.forget()
    yield
    choice.forget()


@pytest.fixture
def own(monkeypatch):
    """A cohort of a learner's own, in place of the loader."""

    def give(**columns):
        films = np.zeros((4, 8, 8), np.uint8)
        table = pd.DataFrame({"split": ["train", "train", "val", "test"], "index": [0, 1, 0, 0],
                              "label": [0, 1, 0, 1], **columns})  # fmt: skip
        cohort = Cohort("ward", films, table, "ill", "own", False, "", "", "", "")
        monkeypatch.setattr(delivery, "load", lambda *_, **__: cohort)
        named = table.assign(patient=["P1", "P1", "P2", "P3"])
        stand_in = dataclasses.replace(cohort, source="simulated", table=named)
        monkeypatch.setattr(delivery, "_archive", lambda name, size: stand_in)
        return cohort

    return give


def test_own_films_are_used_where_they_have_the_column(own, capsys):
    """Patients get whole numbers by order; a film without a patient is one of its own."""
    own(patient=["Ann", "Bob", "Ann", None])
    found = data.delivered("nih-1000", columns=("patient",), mode="ward")
    assert found.source == "own" and capsys.readouterr().out == ""
    numbers = found.table["patient_number"].tolist()
    assert numbers[0] == numbers[2] and len(set(numbers)) == 3


def test_a_missing_column_brings_the_stand_in_and_says_so(own, capsys):
    """Without patients simulated ones stand in, and the sentence names the column."""
    own()
    found = data.delivered("nih-1000", columns=("patient",), mode="ward")
    assert found.source == "simulated"
    assert "no column patient" in capsys.readouterr().out


def test_a_step_that_needs_no_column_keeps_own_films(own):
    """Duplicates can be looked for in any films."""
    own()
    found = data.delivered("children", size=28, mode="ward")
    assert found.source == "own" and "patient_number" not in found.table


@pytest.mark.real
def test_nih_1000_arrives_with_the_split_of_its_folders(real_mirror):
    """600, 200 and 200 films, 15, 8 and 9 shared patients, 21 files in another mode."""
    table = data.delivered("nih-1000", columns=("patient",), mode="real").table
    assert table["split"].value_counts().to_dict() == {"train": 600, "val": 200, "test": 200}
    held = {part: set(rows["patient_number"]) for part, rows in table.groupby("split")}
    shared = [len(held[a] & held[b]) for a, b in (("train", "val"), ("train", "test"),
                                                  ("val", "test"))]  # fmt: skip
    assert shared == [15, 8, 9]
    assert table["file_mode"].value_counts().to_dict() == {"RGB": 979, "RGBA": 21}


def test_a_datasheet_counts_what_can_be_counted(own, tmp_path):
    """Parts, torn patients, gaps, equal films and open questions stand on the page."""
    cohort = own(patient=["Ann", "Bob", "Ann", "Cy"], age=[50, None, 70, 60])
    page = data.datasheet(tmp_path / "sheet.md", cohort, {"Why?": "to teach", "Who?": " "})
    assert (tmp_path / "sheet.md").read_text() == page
    for line in ("training: 2 films, 1 labelled 1", "3 patients, 1 of them in more than one part",
                 "age missing: 1", "age from 50 to 70 years", "at this size: 3",
                 "not known of any film: sex, view", "Why? to teach", "Who? (not answered yet)",
                 "1 of 2 questions are open."):  # fmt: skip
        assert line in page, line
