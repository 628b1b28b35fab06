"""Cohorts: same seed, same films; splits and labels as the recipe states."""

import numpy as np

from readingroom.simulator.mix import Mix, plan
from readingroom.simulator.population import film_cases


def _small(seed):
    mixes = (
        Mix("train", 12, 0.75, {"children": 1.0}, films_each=2.0),
        Mix("val", 6, 0.5, shares_patients_with="train"),
        Mix("test", 6, 0.5, {"adults": 1.0}),
    )
    return film_cases(plan(mixes, "consolidation", seed), "small", "consolidation", 64)


def test_same_seed_same_films():
    """The same seed gives the same bytes, another seed gives others."""
    first, again, other = _small(4), _small(4), _small(5)
    np.testing.assert_array_equal(first.images, again.images)
    assert first.table.equals(again.table)
    assert (first.images != other.images).any()


def test_table_follows_the_plan():
    """Splits have their sizes and prevalence, and masks exist exactly for positive films."""
    films = _small(4)
    counts = films.table.groupby("split").label.agg(["size", "sum"])
    assert counts.loc["train"].tolist() == [12, 9]
    assert counts.loc["val"].tolist() == [6, 3]
    np.testing.assert_array_equal(films.masks.any((1, 2)), films.table.label == 1)
