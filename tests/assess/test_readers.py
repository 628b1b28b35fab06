"""Obuchowski and Rockette's comparison over readers and cases."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.assess import delong, readers
from readingroom.data import ratings

# MRMCaov's MATLAB toolbox, README, example VanDyke: unbiased covariances, readers and cases random.
PUBLISHED = {
    "f": 4.4896, "df": 15.034, "p": 0.051162, "difference": 0.0438, "lo": -0.0002513,
    "hi": 0.087852, "variance": 0.00078839, "cov1": 0.00034167, "cov2": 0.00033906,
    "cov3": 0.00023561, "treatment": 0.0047962, "interaction": 0.00055103,
}  # fmt: skip


def _study(n: int = 40, many: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = (np.arange(n) % 3 == 0).astype(int)
    return truth, np.round(rng.normal(size=(2, many, n)) + truth, 1)


@pytest.mark.real
def test_vandyke_is_as_published():
    """Every number that the package's own example prints comes out, to its last digit."""
    path = Path(os.environ["READINGROOM_MIRROR"]) / "reader-studies/VanDyke.csv"
    rows = ratings.table(path)
    wide = rows.pivot(index="case", columns=["treatment", "reader"], values="rating")
    truth = rows.drop_duplicates("case").set_index("case").loc[wide.index, "truth"]
    found = readers.compare(truth, wide.to_numpy().T.reshape(2, -1, len(wide)), "unbiased")
    told = {
        **found.parts, "f": found.f, "df": found.df, "p": found.p,
        "difference": found.both.value, "lo": found.both.lo, "hi": found.both.hi,
    }  # fmt: skip
    assert told == pytest.approx({**told, **PUBLISHED}, rel=5e-4, abs=5e-8)
    assert found.auc[:, 3] == pytest.approx([0.97311, 0.99936], abs=5e-6)


def test_readers_and_cases_random_count_the_shared_cases():
    """F, degrees of freedom and width are Hillis's, also where no published data are at hand."""
    truth, ratings = _study(60, 4, 2)
    # what one way shows of a case, every reader sees
    ratings += 2 * np.random.default_rng(2).normal(size=(2, 1, 60))
    found = readers.compare(truth, ratings)
    parts = found.parts
    assert parts["cov2"] > parts["cov3"]  # else the term that is looked for would be 0
    error = parts["interaction"] + 4 * (parts["cov2"] - parts["cov3"])
    assert found.f == pytest.approx(parts["treatment"] / error)
    assert found.df == pytest.approx(3 * error**2 / parts["interaction"] ** 2)


def test_copies_of_one_reader_are_one_reader():
    """If everybody rates alike, cases alone vary, and DeLong's paired interval is left."""
    truth, ratings = _study(60, 1)
    found = readers.compare(truth, np.repeat(ratings, 4, axis=1))
    alone = delong.paired(truth, ratings[1, 0], ratings[0, 0]).difference
    assert (found.cases.lo, found.cases.hi) == pytest.approx((alone.lo, alone.hi), abs=1e-12)
    assert found.readers.lo == pytest.approx(found.readers.hi)


def test_unbiased_covariances_are_the_mean_over_cases_apart():
    """The quick sums equal the definition, written out over all pairs of pairs."""
    truth, ratings = _study(9, 2, 4)
    flat, y = ratings.reshape(4, -1), truth.astype(bool)
    won = [[[float(a > b) + 0.5 * (a == b) for b in row[~y]] for a in row[y]] for row in flat]
    m, n = int(y.sum()), int((~y).sum())
    for one, other in product(range(4), repeat=2):
        apart = [
            won[one][i][j] * won[other][k][h]
            for i, j, k, h in product(range(m), range(n), range(m), range(n))
            if i != k and j != h
        ]
        means = [np.mean(won[which]) for which in (one, other)]
        expected = means[0] * means[1] - np.mean(apart)
        assert readers._unbiased(y, flat)[one, other] == pytest.approx(expected, abs=1e-12)


@given(seed=st.integers(0, 10_000), many=st.integers(2, 5))
@settings(max_examples=25)
def test_turning_the_ways_round_turns_the_sign(seed, many):
    """The two ways exchanged give the same F, and every interval mirrored."""
    truth, ratings = _study(30, many, seed)
    here, there = readers.compare(truth, ratings), readers.compare(truth, ratings[::-1])
    assert here.f == pytest.approx(there.f, nan_ok=True)
    for name in ("both", "cases", "readers"):
        one, other = getattr(here, name), getattr(there, name)
        assert (one.lo, one.hi) == pytest.approx((-other.hi, -other.lo))
        assert one.lo <= one.value <= one.hi


@pytest.mark.parametrize(
    ("ratings", "said"),
    [
        (np.ones((3, 2, 40)), "two|2"),
        (np.ones((2, 1, 40)), "reader"),
        (np.full((2, 2, 40), np.nan), "missing"),
    ],
)
def test_what_is_no_such_study_is_refused(ratings, said):
    """Three ways, one reader or a missing rating get a sentence that names it."""
    with pytest.raises(ValueError, match=said):
        readers.compare(_study()[0], ratings)
