"""Plans: planted prevalence and odds ratios are recovered, patients are where they should be."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.simulator.mix import Mix, Tie, plan

ATTRIBUTES = {
    "female": lambda c: c.patient.sex == "F",
    "AP": lambda c: c.exam.view == "AP",
    "portable": lambda c: c.exam.portable_text,
    "marker": lambda c: c.exam.marker != "",
    "marker R": lambda c: c.exam.marker == "R",
    "chest drain": lambda c: "chest drain" in c.exam.devices,
    "site Harbour": lambda c: c.exam.site == "Harbour",
}


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@settings(max_examples=3)
@given(odds_ratio=st.sampled_from([0.2, 1.0, 4.0, 20.0]), seed=st.integers(0, 1000))
def test_odds_ratio_is_recovered(attribute, odds_ratio, seed):
    """The log odds ratio in the plan lies within six standard errors of the planted one."""
    tie = Tie(attribute, odds_ratio, 0.3)
    cases = plan((Mix("all", 900, 0.5, ties=(tie,)),), "effusion", seed)
    label = np.array([c.label for c in cases])
    present = np.array([ATTRIBUTES[attribute](c) for c in cases])
    counts = [(present[label == y] == p).sum() + 0.5 for y in (1, 0) for p in (True, False)]
    a, b, c, d = counts
    error = np.sqrt(sum(1 / n for n in counts))
    assert abs(np.log(a * d / (b * c)) - np.log(odds_ratio)) < 6 * error


@settings(max_examples=15)
@given(st.integers(10, 200), st.floats(0, 1), st.integers(0, 1000))
def test_prevalence_is_exact(films, prevalence, seed):
    """The number of positive films is the stated share, to the nearest film."""
    cases = plan((Mix("all", films, prevalence),), "nodule", seed)
    assert len(cases) == films
    assert sum(c.label for c in cases) == round(prevalence * films)
    assert all(bool(c.findings) == bool(c.label) for c in cases)


def test_patients_are_shared_only_where_stated():
    """Train and validation share patients, the test part shares none with either."""
    mixes = (
        Mix("train", 200, 0.7, films_each=2.5),
        Mix("val", 60, 0.7, shares_patients_with="train"),
        Mix("test", 80, 0.6),
    )
    cases = plan(mixes, "consolidation", 1)
    people = {s: {c.patient.seed for c in cases if c.split == s} for s in ("train", "val", "test")}
    assert len(people["train"] & people["val"]) > 20
    assert not people["test"] & (people["train"] | people["val"])


def test_unknown_attributes_are_refused():
    """An attribute that nobody can draw is refused by name."""
    with pytest.raises(ValueError, match="hat"):
        plan((Mix("all", 4, 0.5, ties=(Tie("hat"),)),), "nodule", 1)
