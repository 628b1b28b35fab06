"""FROC: a published worked example, MONAI, and what its intervals are about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.assess import froc

NONE = froc.UNMARKED
# Chakraborty, RJafroc FROC book, chapter "Empirical plots from FROC data", the small data set:
# 4 normal and 5 ill cases, nine lesions, five false marks
LESIONS = [0.9, -0.2, 1.6, NONE, 3, 2, 1, 2.5, 1]
FALSE = [0.5, 0.7, 0.6, -0.3, 1.5]


def test_the_published_small_data_set_comes_out():
    """Its shares of lesions at each score, by hand there; false marks over all nine cases."""
    at, rate, found = froc.curve(LESIONS, FALSE, 9)
    shares = dict(zip(at.tolist(), found.tolist(), strict=True))
    told = {3: 0.111, 2.5: 0.222, 2: 0.333, 1.6: 0.444, 1: 0.667, 0.9: 0.778, -0.2: 0.889}
    assert {score: round(shares[score], 3) for score in told} == told
    rates = dict(zip(at.tolist(), (9 * rate).tolist(), strict=True))
    assert [rates[score] for score in (1.6, 1.5, 0.7, 0.6, 0.5, -0.3)] == [0, 1, 2, 3, 4, 5]


def test_monai_counts_the_same():
    """compute_froc_curve_data takes lesions that were hit, false marks, and both totals."""
    monai = pytest.importorskip("monai.metrics")
    rng = np.random.default_rng(0)
    found, false = rng.normal(1, 1, 30), rng.normal(0, 1, 60)
    found[:6] = NONE
    theirs = monai.compute_froc_curve_data(false, found[6:], num_targets=30, num_images=12)
    _, rate, share = froc.curve(found, false, 12)
    points = set(zip(np.round(rate, 6), np.round(share, 6), strict=True))
    wanted = set(zip(np.round(theirs[0], 6), np.round(theirs[1], 6), strict=True))
    # MONAI leaves out the lowest score, and ends at (0, 0)
    assert len(points - wanted) <= 1 and len(wanted - points) <= 1 and len(points) > 50


@settings(max_examples=40)
@given(
    st.lists(st.floats(-3, 3), max_size=30), st.integers(1, 12), st.sampled_from([0, 0.25, 0.5, 2])
)
def test_never_more_false_marks_than_allowed(false, exams, rate):
    """Above the threshold lie at most so many; the next lower score would be one too many."""
    threshold = froc.threshold_at(false, exams, rate)
    scores = np.array(false)
    assert (scores > threshold).sum() <= rate * exams + 1e-9
    if np.isfinite(threshold):
        assert (scores >= threshold).sum() > rate * exams


def test_sensitivity_is_over_lesions_and_so_is_its_interval():
    """Two false marks in nine cases let seven of nine lesions through, above a score of .6."""
    held = froc.sensitivity_at(LESIONS, FALSE, 9, 2 / 9)
    assert held.value == pytest.approx(7 / 9) and held.n == 9 and held.by == "lesions"
    assert held.lo < held.value < held.hi


def test_all_found_is_not_all_there_are():
    """Nine of nine: no draw differs, and the interval still reaches below 1."""
    assert froc.sensitivity_at([2.0] * 9, [1.0], 3, 0).lo < 0.75


@pytest.mark.parametrize(
    "found, false, exams, said",
    [([], [1], 2, "no lesions"), ([1], [1], 0, "no examinations"), ([np.nan], [], 1, "missing")],
)
def test_what_cannot_be_counted_is_refused(found, false, exams, said):
    """One sentence each."""
    with pytest.raises(ValueError, match=said):
        froc.curve(found, false, exams)


def test_a_negative_rate_is_refused():
    """No rate below 0."""
    with pytest.raises(ValueError, match="0 or more"):
        froc.threshold_at([1.0], 1, -1)
