"""Lesson 03: what just misses the point is refused, and what is as good is right."""

from __future__ import annotations

import re
from itertools import permutations

import numpy as np
import pytest

from readingroom.checks import lesson_03 as checks
from readingroom.kernel import stored
from readingroom.lessons.l03 import films
from readingroom.questions import exercises
from tests.conftest import MODES

EXERCISES = exercises.of_lesson("03")


def status(slug: str, answer: object, frozen: object = None) -> str:
    """Whether an answer is right."""
    return exercises.examine(EXERCISES[slug], answer, frozen)[0].status


def test_an_order_must_run_from_the_first_time_on():
    """Of all 24 orders those that can run at once are right: zero first, second or last."""
    right = {order for order in permutations(checks.STEPS)
             if status("loop-order", order) == exercises.RIGHT}  # fmt: skip
    assert right == {
        ("zero", "forward", "backward", "step"),
        ("forward", "zero", "backward", "step"),
        ("forward", "backward", "step", "zero"),
    }
    found, _ = exercises.examine(
        EXERCISES["loop-order"], ("step", "zero", "forward", "backward"), None
    )
    assert "first time" in found.reason


@pytest.mark.parametrize("mode", MODES)
def test_any_epoch_at_the_bottom_of_the_curve_is_right(mode):
    """Near the lowest point, or no worse than 2 %: right; no epoch, or a dear one: wrong."""
    frozen = checks.frozen(mode)
    for epoch, loss in enumerate(frozen.val_loss, start=1):
        near = abs(epoch - frozen.lowest) <= 2 or loss <= 1.02 * frozen.val_loss.min()
        assert (status("stop-here", epoch, frozen) == exercises.RIGHT) == near, epoch
    for none in (0, -1, 31, 500, frozen.lowest + 0.5, frozen.val_loss.min()):
        assert status("stop-here", none, frozen) == exercises.WRONG, none


@pytest.mark.parametrize("mode", MODES)
def test_one_size_has_one_auc_throughout_the_lesson(mode):
    """The AUC where one stops, the dot of the figure and the learning curve are one number."""
    frozen = checks.frozen(mode)
    curves = stored.load("03", "curves", mode)
    row = list(curves["sizes"]).index(curves["yours"])
    stopped = frozen.draws_auc[:, frozen.lowest - 1]
    np.testing.assert_array_equal(films.chosen_aucs(curves)[row], stopped)
    # the next mean lies clearly on one side of the line that the learner compares with
    off = np.abs(frozen.mean_auc.max() - frozen.mean_auc - checks.MARGIN)
    assert off.min() > 0.003 and frozen.sizes[0] < frozen.enough < frozen.sizes[-1]


@pytest.mark.parametrize("slug", ["dull-baseline", "stop-here", "enough-films", "transfer-gain"])
def test_a_right_answer_shows_its_result_with_an_interval(slug):
    """The reply to a right answer holds the number found and the two ends of its interval."""
    frozen = checks.frozen("simulated")
    found, _ = exercises.examine(EXERCISES[slug], EXERCISES[slug].reference(frozen), frozen)
    assert re.search(r"\.\d+ \(-?\d*\.\d+( to |-)-?\d*\.\d+", found.reason), found.reason


@pytest.mark.parametrize("slug", ["stop-here", "enough-films", "transfer-gain"])
def test_a_result_of_simulated_patients_is_named_beside_own_films(slug):
    """Where a stored run stands in for own films, the reply says whose result it tells."""
    import dataclasses

    frozen = checks.frozen("simulated")
    own = dataclasses.replace(frozen, whose=" (This is of simulated patients, not of your films.)")
    told = [exercises.examine(EXERCISES[slug], EXERCISES[slug].reference(one), one)[0].reason
            for one in (frozen, own)]  # fmt: skip
    assert "simulated patients" not in told[0] and "not of your films" in told[1]


@pytest.mark.parametrize(
    ("slug", "wrong", "says"),
    [
        ("legal-moves", {0, 2, 4, 7, 9}, "numbered 0 to 7"),
        ("loop-order", ("step", "backward", "forward", "zero"), "First the films are scored"),
        ("dull-baseline", 1.1, "lies between 0 and 1"),
    ],
)
def test_a_wrong_answer_gets_advice_that_fits_it(slug, wrong, says):
    """A picture that is not there, a loop run backwards and a share above 1 are told apart."""
    found, _ = exercises.examine(EXERCISES[slug], wrong, checks.frozen("simulated"))
    assert found.status == exercises.WRONG and says in found.reason
