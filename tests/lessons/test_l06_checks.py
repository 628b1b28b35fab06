"""Lesson 06: a slip gets the sentence that is true of it, and a right answer shows its numbers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from readingroom.assess import metrics
from readingroom.checks import lesson_06 as checks
from readingroom.lessons.l06 import shortcuts, subgroups
from readingroom.lessons.l06.shortcuts import plant_block
from readingroom.models.pixels import pixel_regression
from readingroom.questions import exercises

EXERCISES = exercises.of_lesson("06")
HALF = np.random.default_rng(1).random(shortcuts.FILMS) < 0.5


@pytest.fixture(scope="module", params=[pytest.param("real", marks=pytest.mark.real), "simulated"])
def frozen(request):
    """Both kinds of films."""
    return exercises.frozen("06", request.param)


def _reply(slug, answer, frozen):
    return exercises.examine(EXERCISES[slug], answer, frozen)[0]


@pytest.mark.parametrize("slug", ["move-the-sticker", "twin-effect", "view-alone", "within-view",
                                  "missed-by-group", "fix-and-retest"])  # fmt: skip
def test_a_right_answer_shows_what_was_found(frozen, slug):
    """The reply to a right answer holds an estimate with its interval."""
    told = _reply(slug, EXERCISES[slug].reference(frozen), frozen).reason
    assert re.search(r"\d\.\d{3} \(-?\d\.\d{3} to -?\d\.\d{3}, n = \d+", told)


@pytest.mark.parametrize(
    ("box", "says"),
    [
        ((2, 60, 70, 126), "What you look for is in your box"),
        ((-4, 12, 100, 120), "goes beyond"),
        ((0, 20, 100, 140), "goes beyond"),
        ((40, 90, 20, 60), "where the disease is"),
    ],
)
def test_a_box_is_told_what_is_wrong_with_it(frozen, box, says):
    """A box that holds the letter is too large, not on the disease; one off the film is told so."""
    assert says in _reply("spot-it", box, frozen).reason


@pytest.mark.real
def test_films_counted_as_patients_are_refused():
    """Without patient numbers the interval is far too narrow, and the reply says why."""
    frozen = exercises.frozen("06", "real")
    folk = frozen.folk
    answer = ()
    for rows in (slice(None), folk.test):
        found = metrics.auc(folk.label[rows], folk.ap[rows])
        answer += (found, found.n)
    verdict = _reply("view-alone", answer, frozen)
    assert verdict.status == exercises.WRONG and "folk.patient" in verdict.reason


def test_an_interval_without_width_is_no_interval(frozen):
    """The right share three times over is refused, with what gives its interval."""
    value = checks._flip(frozen).value
    assert "interval is not" in _reply("move-the-sticker", (value,) * 3, frozen).reason


@pytest.mark.parametrize(
    ("films", "on", "says"),
    [
        ("bare_films", lambda ours: ours.train_labels == 1, "stronger than before"),
        ("train_films", lambda ours: HALF, "still carry the blocks"),
        ("bare_films", lambda ours: (ours.train_labels == 1) & HALF, "weaker, not gone"),
        ("bare_films", lambda ours: ours.train_labels == 0, "sign of health"),
    ],
)
def test_a_failed_repair_is_told_what_it_did(frozen, films, on, says):
    """Stronger, weaker or turned round: the sentence is the one that the two AUCs show."""
    ours = frozen.ours
    model = pixel_regression(plant_block(getattr(ours, films), on(ours)), ours.train_labels)
    verdict = _reply("fix-and-retest", model, frozen)
    assert verdict.status == exercises.WRONG and says in verdict.reason


def test_what_the_reply_recommends_is_accepted(frozen):
    """On an archive's films, cropping and a block on every film are repairs, as the reply says."""
    ours = frozen.ours
    assert "every film" in _reply("fix-and-retest", frozen.clean, frozen).reason
    cropped = shortcuts.repaired(ours, "crop")
    for films in (plant_block(ours.train_films, True), cropped[0]):
        model = pixel_regression(films, ours.train_labels)
        assert _reply("fix-and-retest", model, frozen).status == exercises.RIGHT


def test_a_group_is_named_by_intervals_and_not_by_points(frozen):
    """A group whose interval overlaps that of all is refused, however high its share."""
    table, total = frozen.table, frozen.total
    near = table[(table["lo"] > total.value) & (table["lo"] <= total.hi)]["group"]
    for group in [*near, *table[table["lo"] <= total.value]["group"][:1]]:
        told = _reply("missed-by-group", (table, len(table), group), frozen)
        assert told.status == exercises.WRONG and "overlap" in told.reason


@pytest.mark.parametrize("typed", ["No", "no.", "B.", "option B"])
def test_no_is_the_option_that_says_no(frozen, typed):
    """The word that an option begins with is as good as its letter."""
    assert _reply("external-enough", (typed, 3), frozen).status == exercises.RIGHT


@pytest.mark.real
def test_a_group_that_is_mostly_one_patient_is_named():
    """Ten patients with a narrow interval: most of their films are of one of them."""
    assert any(line.startswith("F, 60 and over, AP: 36 of its 49 films are of one patient")
               for line in subgroups.lopsided(subgroups.adults("real")))  # fmt: skip


def test_equal_misses_have_a_price_with_an_interval(frozen):
    """The price moves one way in one view and the other way in the other; both are estimates."""
    prices = subgroups.price_of_equal_misses(frozen.folk, draws=60)
    assert prices["PA"].value * prices["AP"].value < 0
    assert all(price.lo < price.value < price.hi for price in prices.values())


def test_rebalancing_says_how_often_it_repeats_a_film(frozen):
    """The rarest group is filled from its own few films."""
    places, films, times = map(int, re.findall(r"\d+", shortcuts.repeated(frozen.ours)))
    assert films < 10 < places and times == round(places / films)


@pytest.mark.parametrize("turned", ["labels", "greys", "shuffled"])
def test_a_model_that_ranks_backwards_is_told_so(frozen, turned):
    """Turned labels or grey values are no model that ignores the lungs, and no stronger habit."""
    ours = frozen.ours
    films = 255 - ours.bare_films if turned == "greys" else ours.bare_films
    labels = ours.train_labels if turned == "greys" else 1 - ours.train_labels
    if turned == "shuffled":  # and the block with the false labels
        films = plant_block(films, labels == 1)
    verdict = _reply("fix-and-retest", pixel_regression(films, labels), frozen)
    assert verdict.status == exercises.WRONG and "wrong way round" in verdict.reason


@pytest.mark.parametrize(
    ("slug", "answer", "says"),
    [
        ("spot-it", lambda f: (0, 20, 55, 70), "Nothing in this box"),
        ("spot-it", lambda f: (4, 16, 4, 16), "wrong corner"),
        (
            "move-the-sticker",
            lambda f: metrics.share(
                round(checks._flip(f).value * checks._flip(f).n),
                int((f.before < 0.5)[checks._normals(f)].sum()),
            ),
            "Divide by all normal ones",
        ),
        (
            "twin-effect",
            lambda f: metrics.mean(f.twins[:, 1, 1] - f.twins[:, 0, 0], of="twins"),
            "Two things changed",
        ),
    ],
)
def test_a_plausible_misreading_gets_its_own_sentence(frozen, slug, answer, says):
    """A box beside no corner, another denominator and two changes at once are named."""
    verdict = _reply(slug, answer(frozen), frozen)
    assert verdict.status == exercises.WRONG and says in verdict.reason, verdict.reason


def test_a_verdict_with_a_remark_is_read(frozen):
    """What stands behind the comma does not count."""
    said = checks._follows(frozen.gap.lo, frozen.gap.hi)
    for typed in (f"{said.title()}, by its interval.", f" {said.upper()} "):
        assert _reply("within-view", (frozen.gap, typed), frozen).status == exercises.RIGHT
