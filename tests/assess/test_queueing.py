"""Waiting times of one reader's list."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.assess import queueing

TIMES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), st.integers(0, 2)), max_size=40)


@given(TIMES)
@settings(max_examples=200)
def test_as_when_somebody_watches_the_clock(films):
    """Waits equal those of a reader followed minute by minute."""
    come, length, first = np.array(films, float).reshape(-1, 3).T
    expected, left, clock = np.zeros(len(come)), set(range(len(come))), 0.0
    while left:
        here = [i for i in left if come[i] <= clock]
        if not here:
            clock = min(come[i] for i in left)
            continue
        film = min(here, key=lambda i: (-first[i], come[i], i))
        expected[film] = clock - come[film]
        clock += length[film]
        left.discard(film)
    assert queueing.waits(come, length, first) == pytest.approx(expected)


def test_two_priorities_wait_as_cobham_says():
    """A long list with random arrivals waits as the published formula of 1954 gives."""
    rng = np.random.default_rng(1)
    n, pace, load, urgent = 120_000, 1.0, 0.8, 0.3
    come = np.cumsum(rng.exponential(pace / load, n))
    length, first = rng.exponential(pace, n), rng.random(n) < urgent
    found = queueing.waits(come, length, first)
    left = load * pace  # mean remaining time of the film being read: load * E(s^2) / (2 E(s))
    expected = left / (1 - load * urgent), left / ((1 - load * urgent) * (1 - load))
    assert found[first].mean() == pytest.approx(expected[0], rel=0.05)
    assert found[~first].mean() == pytest.approx(expected[1], rel=0.08)


def test_a_missing_time_is_refused():
    """A film without an arrival is no film that waits 0 minutes."""
    with pytest.raises(ValueError, match="arrivals"):
        queueing.waits([0.0, np.nan], 4)
