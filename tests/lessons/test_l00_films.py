"""Lesson 00's sets are the ones its text describes, in both modes."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom.explain import pointing_game
from readingroom.lessons.l00 import films, simulated
from tests.conftest import MODES


@pytest.fixture(params=MODES)
def mode(request) -> str:
    """Both kinds of films."""
    return request.param


def test_the_sets_do_not_overlap_and_have_the_mix_they_say(mode):
    """Twelve, a hundred and fifty films, each test film in one of them at most."""
    labels = films.kept(mode=mode)["test_label"]
    found = films.positions(labels)
    rows = np.concatenate(list(found.values()))
    assert len(set(rows.tolist())) == len(rows) == 162
    for name, mix in (("twelve", films.TWELVE), ("hundred", films.HUNDRED), ("night", films.NIGHT)):
        ill = int(labels[found[name]].sum())
        assert (ill, len(found[name]) - ill) == mix


def test_stored_labels_are_those_of_the_films(mode):
    """The stored run belongs to the test films that the lesson loads."""
    from readingroom import data
    from readingroom.simulator.mix import plan
    from readingroom.simulator.recipe import RECIPES

    if mode == "simulated":  # the plan of the patients, without drawing them
        recipe = RECIPES["children"]
        cases = plan(recipe.mixes, recipe.label, recipe.seed)
        labels = np.array([case.label for case in cases if case.split == "test"])
    else:
        labels = data.load("children", size=28, mode=mode).part("test")[1]
    np.testing.assert_array_equal(labels, films.kept(mode=mode)["test_label"])


def test_the_lesion_films_can_tell_right_from_wrong():
    """Some peaks hit, some do not, and fewer hit than are called ill, so no two answers agree."""
    found = simulated.lesions()
    hits, called = int(found.hits.sum()), int(found.called.sum())
    assert 0 < hits < called < len(found.images)
    assert all(mask.any() for mask in found.masks)


def test_four_of_ten_are_out_of_scope():
    """Two adults, a lateral and a hand; every age is within what its group can have."""
    scope = simulated.scope_set()
    assert len(scope.images) == 10 and len(scope.out) == 4
    for age, kind in zip(scope.ages, scope.kinds, strict=True):
        assert (age >= 18) == (kind == "adult")
        assert age <= 5 or kind == "adult"
    assert scope.images.dtype == np.uint8


def test_stored_scores_come_from_the_shipped_networks(mode):
    """Every test film, scores in 0 to 1, and as many photos as the set has films."""
    run = films.kept(mode=mode)
    n = len(run["test_label"])
    for name in ("test_score", "inverted_score", "turned_score"):
        assert run[name].shape[1:] == (n,) and 0 <= run[name].min() <= run[name].max() <= 1
    assert run["photo_score"].shape[1] == 100
    for ward in ("ward", "ill"):
        m = len(run[f"{ward}_ap"])
        assert run[f"{ward}_score"].shape[1] == m
        assert len(run[f"{ward}_patient"]) == len(run[f"{ward}_pixel"]) == m
    assert "make 00 scores" in run.made["command"] and run.made["fingerprint"]


def _own(each: int):
    """A cohort of a learner's own: some test films of each kind."""
    import pandas as pd

    from readingroom.data.cohort import Cohort

    rng = np.random.default_rng(1)
    table = pd.DataFrame({"split": "test", "index": range(2 * each), "label": [0, 1] * each})
    images = rng.integers(0, 256, (2 * each, films.SIZE, films.SIZE)).astype(np.uint8)
    return Cohort("ward", images, table, "pneumonia", "own", False, "", "", "", "")


def test_own_films_are_read_by_the_networks_and_too_few_get_a_stand_in():
    """Twelve of one's own where there are that many; else simulated ones, and it is said."""
    mine = _own(8)
    found = films.reading_set(mine)
    assert len(found) == 12 and int(found.labels.sum()) == films.TWELVE[0]
    assert {film.tobytes() for film in found.images} <= {film.tobytes() for film in mine.images}
    assert found.scores.shape == (5, 12) and "your own films" in found.said
    few = films.reading_set(_own(3))
    assert len(few) == 12 and "stand in" in few.said and few.tag == "SIMULATED"
    night = films.night_set(mine)
    assert night.images is None and "stand in" in night.said and night.tag == "SIMULATED"


def test_stored_scores_are_what_the_networks_say_now(mode):
    """The twelve films, read live by the shipped networks, get the stored scores."""
    from readingroom import data
    from readingroom.reader import networks

    if mode == "real":
        images, labels = data.load("children", size=128, mode="real").part("test")
        images = images[films.positions(labels)["twelve"]]
    else:
        images = films._drawn_twelve().images
    kept = films.from_store("twelve", mode).scores
    live = networks.scores(networks.of_mode(mode), images)[: len(kept)]  # seeds may be added
    np.testing.assert_allclose(live, kept, atol=2e-3)


def test_the_networks_read_the_lesion_films_as_stored(monkeypatch):
    """Maps and peaks are those of the shipped networks, so a new network needs a new run."""
    from readingroom.reader import networks

    found = simulated.lesions()
    first = networks.networks(networks.SIMULATED)[: len(found.scores)]  # seeds may be added
    monkeypatch.setattr(networks, "networks", lambda name: first)
    for i in (0, 5):
        scores, heat = networks.read(networks.of_mode("simulated"), found.images[i])
        np.testing.assert_allclose(scores, found.scores[:, i], atol=2e-3)
        peak = pointing_game.peak(pointing_game.smooth(heat, networks.SIZE))
        assert np.hypot(*(np.array(peak) - found.peaks[i])) < 3


@pytest.mark.parametrize("name", ["hundred", "night"])
def test_a_score_typed_as_printed_is_the_score(mode, name):
    """Four digits read off the page equal the stored score, so no film falls below by rounding."""
    score = films.from_store(name, mode).score
    assert (np.array([float(f"{value:.4f}") for value in score]) == score).all()
