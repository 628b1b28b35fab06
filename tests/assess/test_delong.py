"""DeLong's interval and paired test, against a library, the bootstrap and a worked example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from readingroom.assess import delong, metrics


def _films(n: int, gap: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    common = rng.normal(0, 1, n)
    return y, y * gap + common + rng.normal(0, 0.5, n), y * gap + common + rng.normal(0, 0.9, n)


def _placements(y, s) -> tuple[np.ndarray, np.ndarray]:
    """Structural components written straight from the paper, every pair of films compared."""
    wins = (s[y == 1][:, None] > s[y == 0]) + 0.5 * (s[y == 1][:, None] == s[y == 0])
    return wins.mean(1), wins.mean(0)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=6, max_size=60))
def test_value_is_sklearns_and_variance_is_the_papers(pairs):
    """With any ties, the AUC is scikit-learn's and the variance that of the paper's pairs."""
    y = np.array([pair[0] for pair in pairs], int)
    s = np.array([pair[1] for pair in pairs], float)
    if min(y.sum(), (1 - y).sum()) < 2:
        with pytest.raises(ValueError):
            delong.auc(y, s)
        return
    found = delong.auc(y, s)
    v10, v01 = _placements(y, s)
    spread = math.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01))
    assert found.value == pytest.approx(roc_auc_score(y, s))
    if spread < 1e-9:
        fewest = int(min(y.sum(), (1 - y).sum()))
        edge = metrics.share(found.value * fewest, fewest)
        assert (found.lo, found.hi) == pytest.approx((edge.lo, edge.hi))
        return
    assert found.lo == pytest.approx(max(0, found.value - 1.959964 * spread), abs=1e-6)
    assert found.hi == pytest.approx(min(1, found.value + 1.959964 * spread), abs=1e-6)


def test_a_small_case_worked_by_hand():
    """Three ill (4, 3, 1) and two well (2, 0) films: AUC 5/6, variance 1/36 + 1/36 by hand."""
    # ill films outrank 1, 1 and 1/2 of the well: variance of (1, 1, .5) is 1/12, over 3 films 1/36
    # well films are outranked by 2/3 and 1 of the ill: variance of (2/3, 1) is 1/18, over 2: 1/36
    y, s = [1, 1, 1, 0, 0], [4, 3, 1, 2, 0]
    found = delong.auc(y, s)
    assert found.value == pytest.approx(5 / 6)
    assert found.lo == pytest.approx(5 / 6 - stats.norm.ppf(0.975) * math.sqrt(2 / 36))
    assert found.hi == 1.0


def test_paired_test_agrees_with_the_bootstrap():
    """Difference, interval and p of two models on 400 films are those of 2,000 redraws."""
    y, one, other = _films(400, 1.2, 1)
    found = delong.paired(y, one, other)
    drawn = metrics.auc_diff(y, one, other)
    assert found.difference.value == pytest.approx(drawn.value)
    width = found.difference.hi - found.difference.lo
    assert width == pytest.approx(drawn.hi - drawn.lo, rel=0.1)
    z = found.difference.value / (width / 2 / stats.norm.ppf(0.975))
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-6)


def test_paired_variance_is_that_of_the_differences():
    """The variance of a difference is that of each film's difference in placements."""
    y, one, other = _films(150, 0.8, 2)
    gaps = [a - b for a, b in zip(_placements(y, one), _placements(y, other), strict=True)]
    spread = math.sqrt(sum(gap.var(ddof=1) / len(gap) for gap in gaps))
    found = delong.paired(y, one, other).difference
    assert (found.hi - found.lo) / 2 == pytest.approx(stats.norm.ppf(0.975) * spread)


def test_no_difference_no_alarm():
    """Under no difference the paired test is below .05 in about 5 of 100 studies."""
    below = 0
    for seed in range(300):
        rng = np.random.default_rng([7, seed])
        y = np.repeat([0, 1], 40)
        common = rng.normal(y, 1)
        one, other = common + rng.normal(0, 0.5, 80), common + rng.normal(0, 0.5, 80)
        below += delong.paired(y, one, other).p < 0.05
    assert 5 <= below <= 28


def test_films_of_one_patient_widen_the_interval_as_the_bootstrap_says():
    """With four films a patient, the interval is that of the patient bootstrap within an eighth."""
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(150), 4)
    y = rng.integers(0, 2, 150)[who]
    s = y + rng.normal(0, 1, 150)[who] + rng.normal(0, 0.4, 600)
    found, drawn = delong.auc(y, s, who), metrics.auc(y, s, who)
    by_film = delong.auc(y, s)
    assert found.hi - found.lo == pytest.approx(drawn.hi - drawn.lo, rel=0.12)
    assert found.hi - found.lo > 1.5 * (by_film.hi - by_film.lo)
    assert (found.n, found.by) == (150, "patient")
    one_each = delong.auc(y[::4], s[::4], np.arange(150))
    assert one_each.lo == pytest.approx(delong.auc(y[::4], s[::4]).lo, abs=0.001)


def test_same_scores_twice_differ_by_nothing():
    """A model against itself has difference 0 and p 1."""
    y, one, _ = _films(60, 1, 4)
    found = delong.paired(y, one, one)
    assert found.difference.value == 0 and found.p == 1
