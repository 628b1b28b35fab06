"""Lesson 03: contrast alone, and what is known of the films in use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from readingroom import data
from readingroom.assess.metrics import Estimate
from readingroom.data.cohort import Cohort
from readingroom.lessons.l03 import films


def cohort(images: np.ndarray, **columns: object) -> Cohort:
    """Own films, all of them test films unless told otherwise."""
    n = len(images)
    table = pd.DataFrame({"split": "test", "label": np.arange(n) % 2, **columns})
    table["index"] = table.groupby("split").cumcount()
    return Cohort("mine", images, table, "ill", "own", False, "", "", "", "")


def test_a_hazy_edge_is_told_from_a_hazy_middle():
    """Films that differ at the edge rank by the edge; films that differ in the middle do not."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (80, 64, 64)).astype(np.uint8)
    label, middle = np.arange(80) % 2, images.copy()
    hazy = (images[label == 1] // 2 + 64).astype(np.uint8)
    middle[label == 1, 5:-5, 5:-5] = hazy[:, 5:-5, 5:-5]
    whole, edge = films.contrast_alone(cohort(middle))
    assert whole.value == 1 and edge.overlaps(0.5)
    images[label == 1] = hazy
    found = films.contrast_alone(cohort(images))
    assert [one.value for one in found] == [1, 1] and found[1].films.startswith("YOUR DATA")


@pytest.mark.parametrize(
    ("lo", "hi", "says"),
    [(0.7, 0.8, "a hazy edge still goes"), (0.2, 0.4, "a crisp edge goes"), (0.4, 0.6, "contains")],
)
def test_what_the_edge_means_follows_its_interval(lo, hi, says):
    """Above, below, or around one half: three different sentences."""
    assert says in films.told_of_edge(Estimate((lo + hi) / 2, lo, hi, 100))


@pytest.mark.real
def test_exposure_ranks_the_real_films_and_not_the_simulated_ones():
    """The edge of real films tells the label; the simulator has no such shortcut."""
    edges = [films.contrast_alone(data.load("children", size=64, mode=mode))[1]
             for mode in ("real", "simulated")]  # fmt: skip
    assert edges[0].lo > 0.7 and edges[1].overlaps(0.5)


def test_shared_patients_are_counted_in_the_films_in_use(monkeypatch):
    """A patient with a training film and a test film is counted once; no number, no count."""
    monkeypatch.setattr(films, "found", lambda name: ["copies (2): delete one"])
    parts = ["train", "train", "val", "test", "test"]
    images = np.zeros((5, 8, 8), np.uint8)
    said = films.known(cohort(images, split=parts, patient=["a", "b", "a", "a", "c"]))
    assert said[:2] == (
        "1 of 1 validation patients have training films too",
        "1 of 2 test patients have training films too",
    )
    assert said[-1] == "copies (2): delete one"
    assert "cannot be counted" in films.known(cohort(images, split=parts))[0]


@pytest.mark.real
def test_the_registry_s_defects_are_told_of_the_real_films_alone():
    """What is known of PneumoniaMNIST is never told of simulated patients."""
    real, drawn = (films.known(data.load("children", size=64, mode=mode))
                   for mode in ("real", "simulated"))  # fmt: skip
    assert any("289 source patients" in line for line in real)
    assert not any("289" in line or "source" in line for line in drawn)
