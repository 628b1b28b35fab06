"""Drawn scores: what lesson 04 says of them follows from the mechanism, not from one seed."""

from __future__ import annotations

import numpy as np

from readingroom.assess import calibration, delong, operating
from readingroom.simulator import scores

SEEDS = range(6)


def test_a_looks_ahead_on_validation_and_b_is_ahead_on_test():
    """In six seeds A leads where patients are shared; B leads on test, clear of 0."""
    for seed in SEEDS:
        drawn = scores.two_models(seed)
        val = [delong.auc(drawn["val_label"], drawn[f"val_{m}"]).value for m in "ab"]
        assert val[0] > val[1]
        gap = delong.paired(drawn["test_label"], drawn["test_b"], drawn["test_a"]).difference
        assert gap.lo > 0


def test_specificity_falls_and_calibration_breaks_on_test():
    """In six seeds specificity at 0.5 is lower, and the scores too high and too extreme."""
    for seed in SEEDS:
        d = scores.two_models(seed)
        val = operating.at(d["val_label"], d["val_a"], 0.5).specificity
        test = operating.at(d["test_label"], d["test_a"], 0.5).specificity
        assert test.hi < val.lo
        assert calibration.slope(d["test_label"], d["test_a"]).hi < 1
        assert calibration.intercept(d["test_label"], d["test_a"]).hi < 0


def test_each_of_the_four_plots_has_its_own_fault():
    """P is too high, Q too extreme, R too timid, S calibrated and the best in rank."""
    for seed in SEEDS:
        d = scores.four_plots(seed)
        y = d["label"]
        slope = {k: calibration.slope(y, d[k]).value for k in "PQRS"}
        shift = {k: calibration.intercept(y, d[k]).value for k in "PQRS"}
        auc = {k: delong.auc(y, d[k]).value for k in "PQRS"}
        assert shift["P"] < -0.8 and abs(slope["P"] - 1) < 0.2
        assert slope["Q"] < 0.6 and abs(shift["Q"]) < 0.25
        assert slope["R"] > 1.6 and abs(shift["R"]) < 0.25
        assert abs(slope["S"] - 1) < 0.15 and abs(shift["S"]) < 0.15 and auc["S"] > auc["Q"]


def test_exposure_moves_scores_and_hardly_ranks():
    """Over five gammas the AUC keeps within .02 while specificity at 0.5 moves by .2 and more."""
    for seed in SEEDS:
        d = scores.exposures(seed)
        aucs = [delong.auc(d["label"], s).value for s in d["score"]]
        specs = [operating.at(d["label"], s, 0.5).specificity.value for s in d["score"]]
        assert np.ptp(aucs) < 0.02 and np.ptp(specs) > 0.2 and specs == sorted(specs)


def test_same_seed_same_scores():
    """A seed fixes every score."""
    one, other = scores.elsewhere(3), scores.elsewhere(3)
    assert all((one[name] == other[name]).all() for name in one)
