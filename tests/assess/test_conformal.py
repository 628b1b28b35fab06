"""Conformal prediction sets of yes-or-no questions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from readingroom.assess import conformal


def _drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = rng.beta(0.7, 0.7, n)
    return (rng.random(n) < p).astype(int), p


@given(seed=st.integers(0, 10_000), n=st.integers(30, 200), level=st.sampled_from((0.8, 0.9, 0.95)))
@settings(max_examples=40)
def test_sets_are_those_of_the_textbook_quantile(seed, n, level):
    """An answer is in the set where its oddness is at most the ceil((n + 1) level)-th smallest."""
    rank = math.ceil((n + 1) * level)
    assume(abs((n + 1) * level - round((n + 1) * level)) > 1e-6)  # there crepes goes one further
    y, p = _drawn(n, seed)
    y[:2] = 0, 1
    new = np.random.default_rng(seed + 1).random(50)
    odd = np.sort(np.where(y == 1, 1 - p, p))
    limit = odd[rank - 1] if rank <= n else np.inf
    expected = np.stack([new <= limit, 1 - new <= limit], axis=1)
    clear = np.abs(np.stack([new, 1 - new], axis=1) - limit) > 1e-9  # ties of rounding apart
    found = conformal.prediction_sets(y, p, new, level)
    assert (found == expected)[clear].all()


def test_the_promise_is_kept_on_average_and_by_class():
    """Over many draws from one source nine sets in ten hold the truth; by class, in each class."""
    rng = np.random.default_rng(3)
    kept = {False: [], True: []}
    for _ in range(150):
        y, p = _drawn(400, int(rng.integers(1 << 30)))
        p = p**2  # far from a probability: the promise does not need one
        for by_class, found in kept.items():
            sets = conformal.prediction_sets(y[:200], p[:200], p[200:], 0.9, by_class)
            found.append([e.value for e in conformal.coverage(sets, y[200:])])
    assert np.mean(kept[False], axis=0)[0] == pytest.approx(0.905, abs=0.01)
    assert np.mean(kept[True], axis=0) == pytest.approx([0.905] * 3, abs=0.015)


def test_coverage_counts_the_truth_inside():
    """Both answers hold it, none does not; the counts stand beside the shares."""
    sets = [[1, 1], [0, 0], [1, 0], [0, 1], [1, 0]]
    found = conformal.coverage(sets, [0, 1, 0, 0, 1])
    assert {name: (e.value, e.n) for name, e in found._asdict().items()} == {
        "all": (2 / 5, 5), "well": (2 / 3, 3), "ill": (0.0, 2)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"y": [1, 1], "p": [0.1, 0.2]}, "both kinds"),
        ({"y": [0, 1], "p": [0.1, 2.0]}, "between 0 and 1"),
        ({"y": [0, 1], "p": [0.1, 0.2], "confidence": 90}, "confidence"),
        ({"y": [0, 1, 1], "p": [0.1, 0.2]}, "3 labels and 2 scores"),
    ],
)
def test_what_cannot_calibrate_is_refused(how, said):
    """One kind only, a score above 1, a percentage and a lost score are each named."""
    with pytest.raises(ValueError, match=said):
        conformal.prediction_sets(**{"new": [0.5], **how})


@given(sets=st.integers(1, 30), labels=st.integers(1, 30))
def test_sets_and_labels_of_other_films_are_refused(sets, labels):
    """Never counted over the shorter of the two, and never in the other order."""
    assume(sets != labels)
    with pytest.raises(ValueError, match=f"{sets} sets and {labels} labels"):
        conformal.coverage(np.ones((sets, 2), bool), np.ones(labels, int))
    with pytest.raises(ValueError, match="sets come first"):
        conformal.coverage(np.ones(sets, int), np.ones((sets, 2), bool))
    with pytest.raises(ValueError, match="0 and 1"):
        conformal.coverage(np.ones((labels, 2), bool), np.full(labels, 0.4))
