"""Lesson 04: a wrong price does not pass, a guess does not, and own scores stay answerable."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from readingroom.assess import operating
from readingroom.checks import lesson_04 as checks
from readingroom.questions import exercises
from tests.conftest import MODES

EXERCISES = exercises.of_lesson("04")


@pytest.mark.parametrize("mode", MODES)
def test_the_threshold_of_wrong_prices_is_refused(mode):
    """Prices and prevalences that shift the balance by more than five miss the tolerance."""
    frozen = checks.frozen(mode)
    balance = checks.MISS * checks.ILL / (1 - checks.ILL)
    refused = 0
    for ill, miss in product((0.01, 0.02, 0.05, 0.1, 0.3, 0.625), (0.1, 1, 2, 5, 10, 50, 100)):
        off = miss * ill / (1 - ill) / balance
        if max(off, 1 / off) > 5.1:
            answer = operating.cheapest(*frozen.local, ill, miss)
            assert not checks._cheap(answer, frozen), (ill, miss)
            refused += 1
    assert refused > 20
    told = {"no more than a false alarm": (0.05, 1), "half of": (0.5, 10)}
    for said, (ill, miss) in told.items():
        answer = operating.cheapest(*frozen.local, ill, miss)
        assert said in exercises.examine(EXERCISES["threshold-by-cost"], answer, frozen)[0].reason


@pytest.mark.parametrize("mode", MODES)
def test_the_lowest_printed_line_is_right(mode):
    """Who reads the lowest cost off the printed candidates and types its threshold is right."""
    frozen = checks.frozen(mode)
    y, s = frozen.local
    lines = [f"{t:.3f}" for t in operating.candidates(s)]
    assert len(lines) == len(set(lines)) > 15
    best = min(lines, key=lambda line: operating.cost_at(y, s, float(line), 0.05, 10))
    found, _ = exercises.examine(EXERCISES["threshold-by-cost"], float(best), frozen)
    assert found.status == exercises.RIGHT


@pytest.mark.parametrize("mode", MODES)
def test_a_threshold_just_above_the_lowest_line_is_right(mode):
    """Up to 5 % above the lowest printed cost is right, clearly more is not: what the page says."""
    frozen, exercise = checks.frozen(mode), EXERCISES["threshold-by-cost"]
    y, s = frozen.local
    lowest = checks._cost(checks._printed(frozen), (y, s))
    for threshold in np.linspace(0.8, 1.0, 81):
        found, _ = exercises.examine(exercise, threshold, frozen)
        dear = operating.cost_at(y, s, threshold, 0.05, 10) / lowest
        assert (found.status == exercises.RIGHT) == (dear <= 1.05 + 1e-9), threshold
    assert "5 % above the lowest line" in exercise.accepted


@pytest.mark.parametrize("mode", MODES)
def test_recalibration_weights_must_come_from_the_films_named(mode):
    """A count in place of the films, guessed weights, and those of other films earn nothing."""
    frozen, exercise = checks.frozen(mode), EXERCISES["local-calibration"]
    local = frozen.scores.local.tolist()
    for answer in (
        (200, (-1, 1)),
        (local, (-1, 1)),
        (local[:5], (-1.5, 0.7)),
        (local, (-2.0, 0.5)),
    ):
        assert exercises.examine(exercise, answer, frozen)[0].status == exercises.WRONG
    for films in (checks._all(frozen), frozen.scores.rest):
        weights = checks._repair(films, frozen)[1]
        found, _ = exercises.examine(exercise, (local, weights), frozen)
        assert found.status == exercises.WRONG and "judge the repair helped" in found.reason
    _, (intercept, slope) = exercise.reference(frozen)
    rounded = (local, (round(intercept, 1), round(slope, 1)))
    assert exercises.examine(exercise, rounded, frozen)[0].status == exercises.RIGHT


@pytest.mark.parametrize("mode", MODES)
def test_two_decimals_of_an_auc_are_an_answer(mode):
    """An AUC and its interval rounded to two decimals pass; an interval without width does not."""
    frozen, exercise = checks.frozen(mode), EXERCISES["auc-with-interval"]
    value, lo, hi = (round(one, 2) for one in (frozen.auc.value, frozen.auc.lo, frozen.auc.hi))
    assert exercises.examine(exercise, (value, lo, hi), frozen)[0].status == exercises.RIGHT
    assert exercises.examine(exercise, (value,) * 3, frozen)[0].status == exercises.WRONG


@pytest.mark.parametrize(
    "said", ["B", "b.", "Model B", "vendor b", "b is better than A", "B, but only just."]
)
def test_a_decision_is_read_as_people_write_it(said):
    """Wording does not decide; another model, or a word that is none of the three, does."""
    frozen, exercise = checks.frozen("simulated"), EXERCISES["a-or-b"]
    assert exercises.examine(exercise, (frozen.gap, said), frozen)[0].status == exercises.RIGHT
    for other, told in (
        ("A", "which side"),
        ("I can\u2019t tell", "which side"),
        ("both", '"A", "B"'),
    ):
        found, _ = exercises.examine(exercise, (frozen.gap, other), frozen)
        assert found.status == exercises.WRONG and told in found.reason


@pytest.mark.parametrize("said", ["Q.", "model Q", "plot q", "(Q)"])
def test_a_letter_is_read_as_people_write_it(said):
    """The letter of a plot may carry a point, brackets or the word model."""
    frozen, exercise = checks.frozen("simulated"), EXERCISES["which-is-overconfident"]
    assert exercises.examine(exercise, said, frozen)[0].status == exercises.RIGHT
    assert (
        "timid"
        in exercises.examine(exercise, said.replace("Q", "R").replace("q", "r"), frozen)[0].reason
    )


@pytest.mark.parametrize("slug", ["auc-with-interval", "ppv-here", "a-or-b", "local-calibration"])
def test_a_right_answer_shows_its_result_with_an_interval(slug):
    """The reply to a right answer holds the number found and the two ends of its interval."""
    frozen, exercise = checks.frozen("simulated"), EXERCISES[slug]
    found, _ = exercises.examine(exercise, exercise.reference(frozen), frozen)
    assert re.search(r"\d*\.\d+ \(-?\d*\.\d+( to |-)-?\d*\.\d+", found.reason), found.reason


def _well_calibrated(y, rng):
    return np.clip(0.55 + 0.1 * rng.normal(size=len(y)), 0, 1)


OWN = {
    "good": lambda y, rng: expit(rng.normal(3 * y - 1.5, 1)),
    "useless": lambda y, rng: rng.random(len(y)),
    "low": lambda y, rng: 0.52 * expit(rng.normal(3 * y - 1.5, 1)),
    "fits already": lambda y, rng: expit(1.5 * rng.normal(1.5 * y - 0.75, 1)),
    "nearly one number": _well_calibrated,
    "two numbers": lambda y, rng: np.where(rng.random(len(y)) < 0.8, y, 1 - y).astype(float),
}


@pytest.mark.parametrize("kind", OWN)
def test_every_question_can_be_answered_on_own_scores(monkeypatch, kind):
    """Whatever the scores of an own cohort are, the course's own way of answering is right."""
    from readingroom import data

    rng = np.random.default_rng(3)
    y = (rng.random(260) < 0.4).astype(int)
    table = pd.DataFrame({"label": y, "score": OWN[kind](y, rng)})
    table["split"] = np.where(np.arange(260) < 80, "val", "test")
    monkeypatch.setattr(data, "load", lambda name: type("Own", (), {"table": table})())
    frozen = checks.frozen("mine")
    assert len(frozen.scores.test) == 180
    for slug, exercise in EXERCISES.items():
        found, _ = exercises.examine(exercise, exercise.reference(frozen), frozen)
        assert found.status == exercises.RIGHT, (slug, found.reason)
        for wrong in exercise.wrong:  # none of the sentences fails on such scores
            exercises.examine(exercise, wrong.example(frozen), frozen)
    printed = checks._printed(frozen)
    assert exercises.examine(EXERCISES["threshold-by-cost"], printed, frozen)[0].points == 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("slug", "answer", "says"),
    [
        ("auc-with-interval", checks._auc_of_both, "validation and the test films together"),
        (
            "auc-with-interval",
            lambda f: checks.metrics.auc(f.scores.test.y, f.scores.test.a >= 0.5),
            "ranks the calls",
        ),
        ("threshold-by-cost", lambda f: int(np.argmin(checks._prices(f))), "place of the lowest"),
        ("ppv-here", lambda f: checks._ppv(f, 0.98), "where 98 % are ill"),
        ("ppv-here", lambda f: 0.02 * f.at_half.sensitivity.value, "share of all patients"),
        ("ppv-here", lambda f: checks._ppv(f, 0.2), "2 % are, which is typed 0.02"),
        ("ppv-here", lambda f: f.at_half.sensitivity.value, "That is the sensitivity"),
        (
            "alarms-per-day",
            lambda f: (checks._alarms(f)[0], checks._false_only(f)[0]),
            "counts the false alarms",
        ),
        (
            "a-or-b",
            lambda f: (checks.metrics.auc(f.scores.pair.y, f.scores.pair.b), "B"),
            "AUC of one model",
        ),
    ],
)
def test_a_number_that_resembles_another_slip_gets_its_own_sentence(mode, slug, answer, says):
    """A reply says what the number is, and not what another number near it would be."""
    frozen = exercises.frozen("04", mode)
    found, _ = exercises.examine(EXERCISES[slug], answer(frozen), frozen)
    assert found.status == exercises.WRONG and says in found.reason, found.reason
