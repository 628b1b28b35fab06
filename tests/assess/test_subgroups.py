"""Miss rates by group: their intervals, their order, and what chance alone would show."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from readingroom.assess import metrics, operating, subgroups


def test_without_repeated_patients_the_interval_is_wilsons():
    """One film a patient: the interval is that of independent films, to a part in a hundred."""
    hits = np.arange(80) < 24
    found = operating.share(hits, np.arange(80))
    plain = metrics.share(24, 80)
    assert found.value == plain.value and found.by == "patient"
    assert (found.lo, found.hi) == pytest.approx((plain.lo, plain.hi), abs=0.01)


def test_repeated_patients_widen_the_interval():
    """Ten films a patient that all say the same are worth about one film a patient."""
    hits = np.repeat(np.arange(20) < 6, 10)
    found = operating.share(hits, np.repeat(np.arange(20), 10))
    assert found.value == 0.3 and found.n == 20
    assert (found.lo, found.hi) == pytest.approx(
        (metrics.share(6, 20).lo, metrics.share(6, 20).hi), abs=0.03
    )


def test_two_patients_who_agree_prove_little():
    """All films missed, two patients: the lower bound is that of two, not of all films."""
    found = operating.share(np.ones(6), ["a", "a", "a", "b", "b", "b"])
    assert found.lo == pytest.approx(metrics.share(2, 2).lo)


def test_the_table_counts_each_group_once_and_starts_with_the_worst():
    """Films, patients and rates are those of the groups; the highest rate comes first."""
    group = ["x"] * 4 + ["y"] * 6
    table = subgroups.missed(group, [1, 1, 1, 0, 1, 0, 0, 0, 0, 0], range(10))
    assert table["group"].tolist() == ["x", "y"]
    assert table["films"].tolist() == [4, 6] and table["missed"].tolist() == [0.75, 0.167]


def test_the_worst_of_many_is_bad_by_chance():
    """With more groups of one size the worst of them looks worse, though all are alike."""
    import pandas as pd

    few = subgroups.worst_by_chance(pd.DataFrame({"patients": [20] * 2}), 0.3)
    many = subgroups.worst_by_chance(pd.DataFrame({"patients": [20] * 12}), 0.3)
    assert 0.3 < few.value < many.value and many.n == 12


def test_the_gap_is_the_difference_of_scikit_learns_aucs():
    """AUC inside minus AUC outside, and an interval around it."""
    rng = np.random.default_rng(3)
    y, inside = rng.integers(0, 2, 200), rng.random(200) < 0.5
    s = rng.normal(y * inside, 1.0)
    found = subgroups.auc_gap(y, s, inside)
    right = roc_auc_score(y[inside], s[inside]) - roc_auc_score(y[~inside], s[~inside])
    assert found.value == pytest.approx(right)
    assert found.lo < found.value < found.hi


def test_one_score_for_two_targets():
    """The gap is the difference of the two AUCs, and a target against itself has none."""
    rng = np.random.default_rng(3)
    view, ill = rng.integers(0, 2, (2, 200))
    score, who = rng.normal(view, 1), np.repeat(np.arange(50), 4)
    found = subgroups.target_gap(view, ill, score, who, draws=200)
    right = roc_auc_score(view, score) - roc_auc_score(ill, score)
    assert found.value == pytest.approx(right) and found.lo < right < found.hi and found.n == 50
    none = subgroups.target_gap(ill, ill, score, who, draws=50)
    assert (none.value, none.lo, none.hi) == (0, 0, 0)


def test_a_share_of_very_unequal_patients_has_an_interval():
    """Where the films are worth less than one patient, they count as one, and nothing fails."""
    found = operating.share([1] * 5 + [0], ["a"] * 5 + ["b"])
    assert 0 < found.lo < found.value < found.hi <= 1
