"""Readers: stated sensitivity, specificity and correlation are recovered."""

import numpy as np
from hypothesis import given, settings, strategies as st

from readingroom.simulator.reader import Reader, advised, read


@settings(max_examples=20)
@given(st.floats(0.55, 0.97), st.floats(0.55, 0.97), st.floats(0, 1), st.integers(0, 10**6))
def test_rates_are_recovered(sensitivity, specificity, correlation, seed):
    """Observed rates lie within six standard errors of the stated ones."""
    truth = np.repeat([1, 0], 3000)
    calls = read(truth, [Reader("a", sensitivity, specificity)], correlation, seed)[:, 0]
    for observed, stated in (
        (calls[:3000].mean(), sensitivity),
        (1 - calls[3000:].mean(), specificity),
    ):
        assert abs(observed - stated) < 6 * np.sqrt(stated * (1 - stated) / 3000)


def test_correlated_readers_err_on_the_same_films():
    """Errors coincide more often with correlation than without, and never differ at 1."""
    truth = np.repeat([1, 0], 4000)
    pair = [Reader("a", 0.8, 0.8), Reader("b", 0.8, 0.8)]

    def both_wrong(rho):
        calls = read(truth, pair, rho, 3)
        return ((calls != truth[:, None]).all(1)).mean()

    assert abs(both_wrong(0.0) - 0.04) < 0.01
    assert both_wrong(0.5) > 0.07
    assert abs(both_wrong(1.0) - 0.2) < 0.02


def test_hard_films_are_missed_first():
    """With stated difficulty, missed films are harder than found ones."""
    difficulty = np.random.default_rng(1).random(2000)
    calls = read(np.ones(2000), [Reader("a", 0.7, 0.9)], 0.8, 2, difficulty)[:, 0]
    assert difficulty[calls == 0].mean() > difficulty[calls == 1].mean() + 0.2


def test_trust_is_the_share_of_followed_advice():
    """A reader with trust .6 follows a contradicting AI in 60 % of films."""
    calls = np.zeros((5000, 2), int)
    after = advised(calls, np.ones(5000, int), [Reader("a"), Reader("b", trust=0.6)])
    assert after[:, 0].sum() == 0
    assert abs(after[:, 1].mean() - 0.6) < 0.03
