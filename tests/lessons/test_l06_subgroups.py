"""Adults of the learner's own: what is lacking is said, and every question keeps its answer."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from readingroom import data
from readingroom.data import adding
from readingroom.lessons.l06 import subgroups
from readingroom.questions import exercises

COLUMNS = {
    "view": lambda k: "AP" if k % 3 == 0 else "PA",
    "sex": lambda k: "F" if k % 2 else "M",
    "age": lambda k: 25 + k % 60,
    "patient": lambda k: f"p{k // 2}",
}


def _ward(folder, without=(), odd=None, name="ward"):
    """A cohort of 160 small films; ill films are brighter below; `odd` changes single rows."""
    rng, rows = np.random.default_rng(3), []
    for k in range(160):
        ill = (k // 4) % 2
        film = rng.integers(0, 160, (32, 32))
        film[16:] += 60 * ill
        Image.fromarray(film.astype(np.uint8)).save(folder / f"{k:03}.png")
        row = {"file": f"{k:03}.png", "label": ill}
        row.update({name: make(k) for name, make in COLUMNS.items() if name not in without})
        rows.append(row)
    table = pd.DataFrame(rows)
    for name, value in (odd or {}).items():
        table[name] = table[name].astype(object)
        table.loc[::40, name] = value
    table.to_csv(folder / "labels.csv", index=False)
    adding.add(folder, folder / "labels.csv", name, replace=True, progress=False)
    return name


@pytest.fixture
def offline(monkeypatch):
    """No network, and no choice of films left over."""
    monkeypatch.setenv("READINGROOM_OFFLINE", "1")
    monkeypatch.delenv("READINGROOM_MIRROR", raising=False)
    data.forget()
    yield
    data.forget()


@pytest.mark.parametrize(
    ("without", "odd", "lacks"),
    [
        (("view",), None, "view"),
        (("sex",), None, "sex"),
        (("age",), None, "age"),
        (("view", "sex", "age", "patient"), None, "view, sex, age"),
        ((), {"age": ""}, "age"),
        ((), {"sex": "unknown"}, "sex"),
        ((), {"view": "lateral"}, "a view of AP or PA for each film"),
    ],
)
def test_what_is_lacking_is_named_and_stood_in_for(tmp_path, offline, without, odd, lacks):
    """A column that is not there, or not for each film: the note says which and what stands in."""
    cohort = data.load("nih-1000", mode=_ward(tmp_path, without, odd), size=28, progress=False)
    assert ", ".join(subgroups._lacking(cohort)) == lacks


def test_films_without_a_number_count_one_by_one():
    """Films of unknown patients are not made one patient, and the note says what that means."""
    table = pd.DataFrame({"label": [0, 1, 1], "patient": ["a-long-number-0001", None, None]})
    patient, said = subgroups._patients(table)
    assert len(set(patient)) == 3 and patient[0] == "a-long-number-0001"
    assert "Some films have no patient number" in said
    patient, said = subgroups._patients(table[["label"]])
    assert len(set(patient)) == 3 and "The films have no patient number" in said
    assert subgroups._patients(table[:1])[1] == ""


@pytest.mark.slow
@pytest.mark.parametrize("without", [("patient",), ("sex",)])
def test_every_question_has_its_answer_on_own_films(tmp_path, offline, without):
    """Without patients, and with a stand-in: the course's answers pass, what is no answer not."""
    name = _ward(tmp_path, without, name=f"no-{without[0]}")
    assert data.choose(wanted=name) == name
    frozen = exercises.frozen("06", name)
    assert ("lack sex" in frozen.folk.note) == ("sex" in without)
    assert ("no patient number" in frozen.folk.note) == ("patient" in without)
    for slug, task in exercises.of_lesson("06").items():
        verdict, _ = exercises.examine(task, task.reference(frozen), frozen)
        assert verdict.points == task.points, slug
        verdict, _ = exercises.examine(task, SimpleNamespace(), frozen)
        assert verdict.points == 0 and len(verdict.reason) > 20, slug
