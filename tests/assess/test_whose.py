"""A number carries the films it is of, through sums, into estimates and what they print."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.assess import (
    agreement,
    calibration,
    delong,
    metrics,
    operating,
    prevalence,
    subgroups,
    whose,
)
from readingroom.assess.named import Named, named

MINE = "YOUR DATA: two-hospitals, 138 films, recorded not verified"
REAL = "REAL DATA: PneumoniaMNIST (MedMNIST), CC BY 4.0"
Y = np.array([0, 1] * 30)
S = np.clip(0.3 * Y + np.random.default_rng(1).random(60), 0, 1) / 1.3


@pytest.fixture
def own():
    """A lesson is open with own films."""
    whose.mind(MINE)
    yield
    whose.mind("")


ONE = {
    "slice": lambda a: a[3:40],
    "mask": lambda a: a[a > 0],
    "order": lambda a: a[np.argsort(a)],
    "sum": lambda a: 2 * a - 1,
    "power": lambda a: np.exp(-np.sqrt(abs(a))),
    "kind": lambda a: a.astype(int),
    "shape": lambda a: a.reshape(2, -1).mean(axis=1),
    "clip": lambda a: np.clip(a, 0, 1).round(3),
    "product": lambda a: a.reshape(2, -1) @ np.ones(a.size // 2),
    "where": lambda a: np.where(a > 0.2, a, 0.0),
    "copy": lambda a: np.sort(a.copy()),
    "inside": lambda a: _added(a.copy()),
}
TWO = {
    "plus": lambda a, b: a + b[: len(a)],
    "beside": lambda a, b: np.concatenate([a, b]),
    "stacked": lambda a, b: np.column_stack([a, b]),
    "larger": lambda a, b: np.maximum(a, b),
    "chosen": lambda a, b: np.where(a > 0, b, 0),
}


def _added(array):
    array += 1
    return array


@settings(max_examples=40)
@given(st.lists(st.sampled_from(sorted(ONE)), max_size=4), st.sampled_from(sorted(TWO)))
def test_what_is_computed_from_films_is_of_those_films(steps, pair):
    """Whatever is done with an array keeps its films; two arrays give the films of both."""
    whose.mind(MINE)
    try:
        one, plain = named(np.linspace(0.1, 1, 64), whose.SIMULATED), np.linspace(0.1, 1, 64)
        for step in steps:
            if one.size < 4 or one.size % 2 or one.ndim > 1:
                break
            one, plain = ONE[step](one), ONE[step](plain)
            assert isinstance(one, Named) and one.films == {whose.SIMULATED}
            assert np.array_equal(np.asarray(one), plain)
        other = named(np.ones(one.shape), MINE)
        both = TWO[pair](one, other)
        assert both.films == {whose.SIMULATED, MINE}
    finally:
        whose.mind("")


def test_without_own_films_nothing_is_wrapped():
    """On the course's own films arrays stay plain, and an estimate prints as it always did."""
    array = np.arange(4)
    assert named(array, whose.SIMULATED) is array
    assert "SIMULATED" not in str(metrics.auc(Y, S).on(whose.SIMULATED))


def _public(module):
    """The functions of a room that return an estimate."""
    return [
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for name, found in vars(module).items()
        if inspect.isfunction(found)
        and found.__module__ == module.__name__
        and not name.startswith("_")
        and inspect.signature(found).return_annotation in ("Estimate", "Point", "PairedTest")
    ]


ROOMS = (agreement, calibration, delong, metrics, operating, prevalence, subgroups)
WAYS = {
    "mean": lambda f, y, s: f(s),
    "mean_share": lambda f, y, s: f(s),
    "bootstrap": lambda f, y, s: f(np.mean, s),
    "accuracy": lambda f, y, s: f(y, s > 0.5),
    "sensitivity": lambda f, y, s: f(y, s > 0.5),
    "specificity": lambda f, y, s: f(y, s > 0.5),
    "at": lambda f, y, s: f(y, s, 0.5),
    "auc_diff": lambda f, y, s: f(y, s, -s),
    "paired": lambda f, y, s: f(y, s, -s),
    "ppv": lambda f, y, s: f(metrics.sensitivity(y, s > 0.5), metrics.specificity(y, s > 0.5), 0.1),
    "npv": lambda f, y, s: f(metrics.sensitivity(y, s > 0.5), metrics.specificity(y, s > 0.5), 0.1),
    "target_gap": lambda f, y, s: f(y, 1 - y, s),
    "auc_gap": lambda f, y, s: f(y, s, np.arange(len(y)) < 30),
    "confirmed": lambda f, y, s: f(y, (s > 0.4).astype(int)),
}
UNNAMED = ("metrics.share", "subgroups.worst_by_chance")  # made of counts, see the cell's films


ALL = [name for room in ROOMS for name in _public(room) if name not in UNNAMED]


@pytest.mark.parametrize("place", ALL)
def test_every_estimate_says_its_films(place, own):
    """Each function that returns an estimate passes on the films, and the print names them."""
    room, name = place.split(".")
    function = getattr({r.__name__.rpartition(".")[2]: r for r in ROOMS}[room], name)
    plain = lambda f, y, s: f(y, (s > 0.5).astype(int)) if room == "agreement" else f(y, s)  # noqa: E731
    way = WAYS.get(name, plain)
    if place == "operating.share":
        way = lambda f, y, s: f(y, np.arange(len(y)) // 2)  # noqa: E731
    for films, shown in ((whose.SIMULATED, "SIMULATED"), (REAL, "REAL, PneumoniaMNIST")):
        found = way(function, named(Y, films), named(S, films))
        assert whose.films_of(found) == {films}
        assert shown in str(found)
    mine = way(function, named(Y, MINE), named(S, MINE))
    assert whose.films_of(mine) == {MINE} and "two-hospitals" not in str(mine)


def test_a_count_is_of_the_films_of_its_cell(own):
    """Counts carry nothing; in a cell of other films alone they are of those, else of nobody."""
    whose.begin(frozenset({whose.SIMULATED}))
    assert metrics.share(3, 9).films == whose.SIMULATED
    whose.begin(frozenset({whose.SIMULATED, REAL}))
    assert whose.films_of(metrics.share(3, 9)) == {whose.SIMULATED, REAL}
    whose.begin(frozenset({whose.SIMULATED, MINE}))
    assert metrics.share(3, 9).films == ""
    whose.begin(frozenset({MINE}))
    assert metrics.share(3, 9).films == ""


def test_two_kinds_in_one_number_are_both_named(own):
    """A number of own and other films names the others."""
    both = metrics.auc(named(Y, MINE), named(S, whose.SIMULATED))
    assert "SIMULATED" in str(both) and whose.films_of(both) == {MINE, whose.SIMULATED}
