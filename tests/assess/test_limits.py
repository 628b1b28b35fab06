"""Limits of agreement, against the numbers that Bland and Altman print, and over patients."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom.assess import limits

# Bland & Altman 1986, table of peak expiratory flow, first readings (l/min)
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]


def readings(nodules=400, readers=4, sd=1.2, seed=3, per_patient=1):
    """Sizes with normal errors of readers, (N, R), and patients, (N,)."""
    rng = np.random.default_rng(seed)
    true = rng.uniform(6, 10, nodules)
    return true[:, None] + rng.normal(0, sd, (nodules, readers)), np.arange(nodules) // per_patient


def test_the_published_example_comes_out():
    """Bias -2.1, SD 38.8, limits -79.7 and 75.5 with their printed intervals."""
    found = limits.agreement(MINI, WRIGHT)
    assert found.bias.value == pytest.approx(-2.1, abs=0.05) and found.sd == pytest.approx(
        38.8, abs=0.05
    )
    # the paper takes two standard deviations: -79.7 and 75.5
    assert found.bias.value - 2 * found.sd == pytest.approx(-79.7, abs=0.1)
    assert found.bias.value + 2 * found.sd == pytest.approx(75.5, abs=0.1)
    assert (found.bias.lo, found.bias.hi) == pytest.approx((-22.0, 17.8), abs=0.1)
    # ± 34.6 around each limit
    for limit in (found.lower, found.upper):
        assert (limit.hi - limit.lo) / 2 == pytest.approx(34.6, abs=0.15)


def test_readers_of_whom_none_is_first():
    """1.96·√2 times the planted standard deviation lies in the interval; columns may be swapped."""
    values, patient = readings()
    found = limits.between_readers(values, patient)
    assert found.lo < 1.96 * np.sqrt(2) * 1.2 < found.hi and found.by == "patient"
    rng = np.random.default_rng(1)
    shuffled = np.array([rng.permutation(row) for row in values])
    assert limits.between_readers(shuffled, patient).value == pytest.approx(found.value)
    two = limits.between_readers(values[:, :2], patient)
    apart = values[:, 0] - values[:, 1]
    assert two.value == pytest.approx(1.96 * np.sqrt((apart**2).mean()))


def test_lesions_of_one_patient_are_drawn_together():
    """Eight lesions that err alike in each patient make a wider interval than as many strangers."""
    rng = np.random.default_rng(5)
    shared = np.repeat(rng.exponential(1, 50), 8)
    values = 8 + rng.normal(0, 1, (400, 4)) * shared[:, None]
    alone = limits.between_readers(values, np.arange(400))
    together = limits.between_readers(values, np.arange(400) // 8)
    assert together.n == 50 and alone.value == together.value
    assert together.hi - together.lo > 1.3 * (alone.hi - alone.lo)


def test_the_bootstrap_agrees_with_the_formula():
    """Independent lesions: both ways to an interval of a limit are close."""
    values, patient = readings(readers=2)
    drawn = limits.agreement(values[:, 0], values[:, 1], patient)
    printed = limits.agreement(values[:, 0], values[:, 1])
    assert drawn.half == pytest.approx(printed.half)
    for one, other in ((drawn.bias, printed.bias), (drawn.upper, printed.upper)):
        assert one.value == pytest.approx(other.value, abs=1e-6)
        assert (one.hi - one.lo) / (other.hi - other.lo) == pytest.approx(1, abs=0.15)


def test_pairs_that_differ_by_more_than_a_cut():
    """Counted by hand for three readers; a share is of the smaller one."""
    values = np.array([[10.0, 12.0, 13.0], [8.0, 8.0, 8.0]])
    found = limits.beyond(values, 1.5, ["a", "b"])
    assert found.value == pytest.approx((2 / 3 + 0) / 2)
    assert limits.pairs_apart(values, relative=True)[0] == pytest.approx([0.2, 0.3, 1 / 12])
    with pytest.raises(ValueError, match="above 0"):
        limits.pairs_apart(values - 8, relative=True)


def test_a_handful_has_a_wide_interval_that_keeps_its_promise():
    """Six lesions twice: the exact interval holds the truth in 19 of 20 simulated readers."""
    rng = np.random.default_rng(7)
    truth, held, runs = 1.96 * np.sqrt(2) * 0.5, 0, 1500
    for _ in range(runs):
        first, second = rng.normal(8, 0.5, (2, 6))
        found = limits.repeated(first, second)
        held += found.lo <= truth <= found.hi
    assert held / runs == pytest.approx(0.95, abs=0.015)
    assert found.n == 6


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: limits.agreement([1, 2], [1]), "differ in number"),
        (lambda: limits.agreement([1], [1]), "at least two"),
        (lambda: limits.agreement([1, np.nan], [1, 2]), "missing"),
        (lambda: limits.between_readers([[1, 2], [1, np.nan]], [1, 2]), "missing"),
        (lambda: limits.between_readers([1, 2], [1, 2]), "one row for each lesion"),
        (lambda: limits.between_readers([[1, 2], [1, 3]], [1]), "1 patients are given"),
    ],
)
def test_what_cannot_be_computed_is_told(call, said):
    """One sentence each."""
    with pytest.raises(ValueError, match=said):
        call()
