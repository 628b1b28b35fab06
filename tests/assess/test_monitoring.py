"""Charts, running sums and stop rules, against Montgomery's worked examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats

from readingroom.assess import metrics, monitoring

# Montgomery 2013, Example 7.1: non-conforming orange juice cans in 30 samples of 50
CANS = (12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9,
        12, 7, 13, 9, 6)  # fmt: skip
# Montgomery 2013, Example 9.1: mean 10 and deviation 1 for 20 values, mean 11 for the last ten
SHIFTED = (9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51,
           9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08,
           10.38, 11.62, 11.31, 10.52)  # fmt: skip
WEEKS = st.lists(st.tuples(st.integers(1, 60), st.floats(0, 1)), min_size=1, max_size=40)


def test_the_chart_is_montgomerys():
    """Mean .2313, limits .0524 and .4102 at three sigmas; samples 15 and 23 lie outside."""
    usual = sum(CANS) / (50 * 30)
    found = monitoring.chart(CANS, [50] * 30, usual, 3)
    assert usual == pytest.approx(0.2313, abs=5e-5)
    assert found.lo == pytest.approx(0.0524, abs=5e-5)
    assert found.hi == pytest.approx(0.4102, abs=5e-5)
    assert (np.flatnonzero(found.outside) + 1).tolist() == [15, 23]


def test_the_sum_is_montgomerys():
    """With slack .5 and 5 to decide, the sum above passes 5 at observation 29, with 5.28."""
    found = monitoring.cusum(np.array(SHIFTED) - 10)
    assert found.first() == 28 and found.above[28] == pytest.approx(5.28, abs=1e-9)
    assert found.above[:5] == pytest.approx([0, 0, 0, 1.16, 2.82])
    assert found.below[:3] == pytest.approx([0.05, 1.56, 1.77])
    assert found.below.max() < 5 and found.first("below") is None


def test_a_quiet_process_runs_as_long_as_is_published():
    """Page's sum with slack .5 and 5 to decide alarms every 465 values on average (Montgomery,
    table 9.3, two-sided), and 10.4 values after a shift by one deviation."""
    rng = np.random.default_rng(7)

    def run_length(shift: float, length: int) -> float:
        found = [monitoring.cusum(rng.normal(shift, 1, length)).first() for _ in range(400)]
        return float(np.mean([length if one is None else one + 1 for one in found]))

    assert run_length(1.0, 200) == pytest.approx(10.4, rel=0.08)
    assert 380 < run_length(0.0, 4000) < 550


@given(WEEKS, st.floats(0.02, 0.98), st.floats(1, 4))
@settings(max_examples=200)
def test_limits_are_those_of_the_normal_distribution(weeks, usual, sigmas):
    """Unclipped, the limits are quantiles of the normal approximation of a binomial share."""
    n = np.array([films for films, _ in weeks])
    right = np.array([round(films * part) for films, part in weeks])
    found = monitoring.chart(right, n, usual, sigmas)
    spread = stats.binom.std(n, usual) / n
    tail = stats.norm.cdf(-sigmas)
    assert found.lo == pytest.approx(np.clip(stats.norm.ppf(tail, usual, spread), 0, 1), abs=1e-9)
    assert found.hi == pytest.approx(np.clip(stats.norm.isf(tail, usual, spread), 0, 1), abs=1e-9)
    z = monitoring.standardised(right, n, usual)
    assert z == pytest.approx((right - stats.binom.mean(n, usual)) / stats.binom.std(n, usual))


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60))
@settings(max_examples=200)
def test_the_sums_are_the_largest_of_all_recent_sums(values):
    """Page's other form: the sum is the largest total, less the slack, of any last few values."""
    found = monitoring.cusum(values, 0.5, 5)
    for side, sign in (("above", 1), ("below", -1)):
        for t in range(len(values)):
            totals = [sum(sign * v - 0.5 for v in values[k : t + 1]) for k in range(t + 1)]
            assert getattr(found, side)[t] == pytest.approx(max(0, *totals), abs=1e-9)


def test_two_sigmas_cry_wolf_about_once_in_twenty_weeks():
    """The share outside equals the normal distribution's: 2.4 weeks of 52, and .14 at three."""
    assert monitoring.false_alarms(2, 52) == pytest.approx(52 * 2 * stats.norm.sf(2))
    assert monitoring.false_alarms(3, 52) == pytest.approx(0.1404, abs=1e-3)


def test_a_log_stops_where_the_whole_interval_lies_below():
    """The value falls below at once; the rule waits until the upper end does."""
    true, alarms = [5, 6, 5, 3], [18, 20, 19, 21]
    told = monitoring.log(true, alarms)
    assert told[0].value < 0.4 < told[0].hi
    stopped = monitoring.stop(true, alarms, 0.4)
    assert stopped == next(k for k, one in enumerate(told) if one.hi < 0.4)
    assert told[-1].value == metrics.share(19, 78).value and told[-1].n == 78
    assert monitoring.stop(alarms, alarms, 0.4) is None


@pytest.mark.parametrize(
    ("right", "n", "usual"),
    [([1, 2], [3], 0.5), ([], [], 0.5), ([4], [3], 0.5), ([1], [0], 0.5), ([1], [3], 1.0),
     ([float("nan")], [3], 0.5)],
)  # fmt: skip
def test_what_is_no_count_is_refused(right, n, usual):
    """Columns that differ, no weeks, more right than there are, no films, no share, no number."""
    with pytest.raises(ValueError, match=r"week|share"):
        monitoring.chart(right, n, usual)
