"""Calibration: slope, intercept, error and repair, against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression

from readingroom.assess import calibration, metrics


def _films(n: int, slope: float, shift: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from a risk, and a score whose true slope and intercept are the two given."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 1.5, n)
    y = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    return y, 1 / (1 + np.exp(-(logit - shift) / slope))


def test_slope_and_intercept_are_sklearns_unpenalised_fit():
    """Newton's method reaches scikit-learn's logistic regression without penalty."""
    y, s = _films(500, 0.6, -0.8, 1)
    theirs = LogisticRegression(C=1e12, tol=1e-10, max_iter=500).fit(
        calibration.logit(s)[:, None], y
    )
    ours = calibration.recalibration(y, s)
    assert ours == pytest.approx((theirs.intercept_[0], theirs.coef_[0, 0]), abs=1e-4)
    assert calibration.slope(y, s).value == pytest.approx(ours[1])


@pytest.mark.parametrize(("slope", "shift"), [(0.6, -0.8), (1.0, 0.0), (1.8, 0.5)])
def test_the_truth_is_found_again(slope, shift):
    """In 20,000 virtual patients the slope and intercept put in come out within their interval."""
    y, s = _films(20_000, slope, shift, 2)
    found = calibration.slope(y, s)
    assert found.lo - 0.02 <= slope <= found.hi + 0.02
    assert calibration.recalibration(y, s)[0] == pytest.approx(shift, abs=0.08)
    repaired = calibration.recalibrated(s, *calibration.recalibration(y, s))
    assert calibration.slope(y, repaired).value == pytest.approx(1, abs=1e-6)
    assert calibration.intercept(y, repaired).value == pytest.approx(0, abs=1e-6)


def test_intervals_of_slope_and_intercept_cover():
    """Over 200 studies of 200 films, 95 % intervals hold the truth in 90 to 99 of 100."""
    held = np.zeros(2)
    for seed in range(200):
        y, s = _films(200, 0.7, 0.0, [5, seed])
        held[0] += calibration.slope(y, s).overlaps(0.7)
        y, s = _films(200, 1.0, -0.5, [6, seed])
        held[1] += calibration.intercept(y, s).overlaps(-0.5)
    assert (held >= 180).all() and (held <= 199).all()


def test_reliability_bins_are_sklearns():
    """Mean score and share of positives of each bin are those of calibration_curve."""
    y, s = _films(800, 0.5, 0.3, 3)
    theirs = calibration_curve(y, s, n_bins=10)
    bins = calibration.reliability(y, s)
    assert [one.happened.value for one in bins] == pytest.approx(theirs[0].tolist())
    assert [one.said for one in bins] == pytest.approx(theirs[1].tolist())
    assert sum(one.happened.n for one in bins) == 800


def test_error_worked_by_hand():
    """Four films: two said .95 with one ill, two said .15 with none: (2 x .45 + 2 x .15) / 4."""
    y, s = [1, 0, 0, 0], [0.95, 0.95, 0.15, 0.15]
    assert calibration.error(y, s) == pytest.approx(0.3)
    assert calibration.ece(y, s).value == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("bins", "expected"), [(10, 0.19460784313725485), (15, 0.19901960784313724)]
)
def test_error_is_torchmetrics(bins, expected):
    """What torchmetrics 1.9.0 gave for these 60 films: ``binary_calibration_error``, norm l1."""
    i = np.arange(60)
    s = ((37 * i + 11) % 101 + 0.5) / 102
    y = (i * i + 3 * i + (s > 0.6) * 2) % 7 < 3
    assert calibration.error(y, s, bins) == pytest.approx(expected, abs=1e-12)


def test_error_is_biased_upwards_in_few_films():
    """A perfect model's error falls towards 0 with more films and never is 0 in few."""
    few = np.mean([calibration.error(*_films(60, 1, 0, [8, k])) for k in range(50)])
    many = calibration.error(*_films(50_000, 1, 0, 9))
    assert few > 0.06 and many < 0.01


def test_an_interval_of_the_error_holds_its_value():
    """The set-back interval contains the estimate and never falls below 0."""
    for seed in range(5):
        found = calibration.ece(*_films(90, 0.8, 0.2, [10, seed]), draws=200)
        assert 0 <= found.lo <= found.value <= found.hi


@pytest.mark.parametrize(
    ("y", "s", "says"),
    [
        ([0, 1, 0, 1], [0.1, 0.9, 0.2, 0.8], "separate"),
        ([0, 1, 1], [0.1, 90, 3], "between 0 and 1"),
        ([1, 1, 1], [0.1, 0.9, 0.3], "one class"),
    ],
)
def test_what_cannot_be_fitted_is_said(y, s, says):
    """Complete separation, another scale and one class each get a sentence."""
    with pytest.raises(ValueError, match=says):
        calibration.slope(y, s)


def test_scores_of_exactly_0_and_1_are_allowed():
    """A forest votes 0 or 1 at times; logit and fit stay finite."""
    y = [0, 0, 1, 1, 0, 1, 1, 0]
    s = [0, 0.2, 1, 0.7, 1, 0, 0.9, 0.1]
    assert np.isfinite(calibration.recalibration(y, s)).all()


def test_slope_and_intercept_by_patient_are_those_of_redrawn_patients():
    """With four films a patient, the interval is the patient bootstrap's within a fifth."""
    rng = np.random.default_rng(8)
    who = np.repeat(np.arange(150), 4)
    own = rng.normal(0, 1, 150)[who]
    y = (rng.random(600) < 1 / (1 + np.exp(-own))).astype(int)
    s = 1 / (1 + np.exp(-(0.8 * own + rng.normal(0, 0.6, 150)[who])))
    for name in ("slope", "intercept"):
        judge = getattr(calibration, name)
        found = judge(y, s, who)
        drawn = metrics.bootstrap(
            lambda a, b, judge=judge: judge(a, b).value, y, s, patient=who, draws=300
        )
        assert found.hi - found.lo == pytest.approx(drawn.hi - drawn.lo, rel=0.2)
        assert (found.n, found.by) == (150, "patient")


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_one_score_for_all_separates_nothing(value):
    """A constant score has no slope, and is not said to separate the classes."""
    y = np.arange(40) % 2
    for judge in (calibration.slope, calibration.recalibration):
        with pytest.raises(ValueError, match="all scores are the same"):
            judge(y, np.full(40, value))
