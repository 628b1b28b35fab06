"""Lesson 04's scores: what is stored, what an own cohort brings, and what stands in."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from readingroom.assess import metrics
from readingroom.kernel import stored
from readingroom.lessons.l04 import films
from tests.conftest import MODES


@pytest.mark.parametrize("mode", ["real", "simulated"])
def test_stored_scores_have_their_provenance(mode):
    """Each run names its command, its films and its date, and its labels are two classes."""
    for name in ("scores", "plots", "gamma"):
        made = stored.load("04", name, mode).made
        assert made["command"] == f"readingroom make 04 {name} --cohort {mode}"
        assert made["cohort"].startswith("REAL" if (mode, name) in REAL else "SIMULATED")
    found = films.load(mode)
    assert len(found.local) == 200 and len(found.rest) == len(found.test) - 200
    assert not set(found.local) & set(found.rest)
    for part in (found.val, found.test, found.adults):
        assert set(part.y) == {0, 1} and 0 <= part.a.min() <= part.a.max() <= 1


REAL = {("real", "scores"), ("real", "gamma")}


@pytest.mark.real
def test_stored_real_scores_can_be_made_again():
    """Model A fitted anew gives the stored scores, film by film, on validation and test."""
    from readingroom import data
    from readingroom.models.pixels import pixel_regression

    children = data.load("children", size=28, mode="real")
    model = pixel_regression(*children.part("train"))
    kept = stored.load("04", "scores", "real")
    for part in ("val", "test"):
        films, labels = children.part(part)
        assert np.abs(model.scores(films) - kept[f"{part}_a"]).max() < 1e-3
        assert (labels == kept[f"{part}_label"]).all()


def test_stored_simulated_scores_can_be_made_again():
    """The simulator draws the stored scores again, and the example of 90 films too."""
    from readingroom import audit
    from readingroom.simulator import scores

    kept = stored.load("04", "scores", "simulated")
    for name, drawn in (scores.two_models() | scores.elsewhere()).items():
        if drawn.dtype.kind == "f":
            assert np.allclose(drawn, kept[name], atol=1e-5), name
        else:
            assert (drawn == kept[name]).all(), name
    example = pd.read_csv(audit.example())
    assert np.allclose(example["score"], scores.ninety()["score"], atol=2e-3)
    assert len(example) == 90


@pytest.mark.parametrize("mode", MODES)
def test_every_forest_start_gives_the_same_answer(mode):
    """B is ahead of A on test whatever the forest's seed (real), with an interval clear of 0."""
    made = stored.load("04", "scores", mode).made
    if mode == "real":
        seeds = made["b_minus_a_by_forest_seed"]
        assert len(seeds) == 5 and all("(." in one for one in seeds)  # a low end above 0
    pair = films.load(mode).pair
    assert metrics.auc_diff(pair.y, pair.b, pair.a).lo > 0


def _own(monkeypatch, score, n: int = 400) -> films.Scores:
    from readingroom import data

    rng = np.random.default_rng(1)
    table = pd.DataFrame({"label": rng.integers(0, 2, n)})
    table["split"] = np.where(np.arange(n) < n // 4, "val", "test")
    if score is not None:
        table["score"] = score(table["label"], rng)
    cohort = type("Own", (), {"table": table})()
    monkeypatch.setattr(data, "load", lambda name: cohort)
    return films.load("mine")


def test_own_scores_are_used_and_the_rest_stands_in(monkeypatch):
    """A column of scores between 0 and 1 becomes model A; everything else is tagged simulated."""
    found = _own(monkeypatch, lambda y, rng: np.clip(0.4 * y + 0.6 * rng.random(len(y)), 0, 1))
    assert len(found.test) == 300 and found.test.b is None and found.test.tag is None
    assert found.pair.tag == found.adults.tag == found.ill.tag == "SIMULATED"
    assert len(found.local) == 100 and "your films" in found.describe()


@pytest.mark.parametrize(
    ("score", "says", "n"),
    [
        (None, "no column of scores", 400),
        (lambda y, rng: 100.0 * y, "between 0 and 1", 400),
        (lambda y, rng: rng.random(len(y)), "fewer than", 60),
        (lambda y, rng: 0.4 * rng.random(len(y)), "on one side of 0.5", 400),
        (lambda y, rng: 1 - 0.4 * rng.random(len(y)), "on one side of 0.5", 400),
    ],
)
def test_what_cannot_be_used_is_said(monkeypatch, score, says, n):
    """Without usable scores simulated ones stand in, with the reason."""
    found = _own(monkeypatch, score, n)
    assert says in found.describe() and "stand in" in found.describe()
    assert found.test.tag == "SIMULATED" and len(found.test) == 624


def test_lesson_04_never_imports_torch():
    """The scores, the statistics, the figures, the checks and the audit leave torch alone."""
    code = (
        "import sys, readingroom as rr; from readingroom.checks import lesson_04;"
        "lesson_04.frozen('simulated'); rr.audit.as_html(rr.audit.examine(rr.audit.example()));"
        "from readingroom.lessons import l04; l04.four_plots; l04.scores;"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_scored_is_frozen():
    """A lesson cannot change its scores by accident."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        films.load("simulated").test.y = 0
