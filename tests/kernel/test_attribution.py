"""A cell that uses other films than the learner's says so below what it shows."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from readingroom.assess import metrics, whose
from readingroom.assess.named import named
from readingroom.kernel import attribution

MINE = "YOUR DATA: two, 9 films, recorded not verified"


@pytest.fixture
def cells(monkeypatch):
    """Run code as a notebook's cells, with own films open; each gives the line below it, or ''."""
    variables, shown = {"named": named, "np": np, "metrics": metrics, "SIM": whose.SIMULATED}, []
    monkeypatch.setattr(attribution, "_variables", lambda: variables)
    monkeypatch.setattr(attribution, "display", lambda bundle, **_: shown.append(bundle))
    monkeypatch.setattr(attribution, "_made", {})
    whose.mind(MINE)
    variables["MINE"] = MINE

    def run(code):
        shown.clear()
        attribution.before(SimpleNamespace(raw_cell=code))
        exec(code, variables)
        attribution.after(SimpleNamespace(info=SimpleNamespace(raw_cell=code)))
        return shown[0]["text/plain"] if shown else ""

    yield run
    whose.mind("")


def test_a_plain_number_has_the_films_of_the_cell_that_made_it(cells):
    """A float, a text and a function inherit; a cell that shows them names the films."""
    assert cells("run = named([0.2, 0.9], SIM)") == ""  # nothing is shown
    cells("top = float(run.max())\nsaid = f'{top}'\ndef twice():\n    return 2 * run")
    for shown in ("print(top)", "print(said)", "print(twice())", "metrics.share(int(top < 2), 9)"):
        assert cells(shown) == "Not your films: SIMULATED."


def test_own_films_are_not_named_and_both_are(cells):
    """Own numbers stay as they are; beside others both are told."""
    cells("mine, theirs = named([1.0], MINE), named([2.0], SIM)")
    assert cells("print(mine)") == ""
    assert cells("print(mine, theirs)") == "Not only your films: also SIMULATED."


def test_a_name_set_anew_forgets_its_films(cells):
    """A loop's variable of an earlier cell is not what a later cell shows."""
    cells("run = named([1.0], SIM)\nfor row in run:\n    value = float(row)")
    assert cells("for value in [1, 2]:\n    print(value)") == ""
    assert cells("print([row for row in range(3)])") == ""
    assert cells("value = 3\nprint(value)") == ""


@pytest.mark.parametrize(
    ("code", "read", "stored"),
    [
        ("a = b", {"b"}, {"a"}),
        ("a = 1\nprint(a)", {"print"}, {"a"}),
        ("a += 1", {"a"}, {"a"}),
        ("for i in x:\n    i", {"x"}, {"i"}),
        ("[i for i in x if i > y]", {"x", "y"}, set()),
        ("{k: v for k, v in d.items()}", {"d"}, set()),
        ("def f(a):\n    return a + b", {"b"}, {"f"}),
        ("with f() as g:\n    g(h)", {"f", "h"}, {"g"}),
        ("x[0] = y", {"x", "y"}, set()),
        ("%matplotlib inline", set(), set()),
        ("a = (", set(), set()),
    ],
)
def test_what_a_cell_reads_and_sets(code, read, stored):
    """Names count as read only where the cell has not set them before."""
    assert attribution.names(code) == (read, stored)


def test_rooms_and_kinds_have_no_films(cells):
    """A module is of no films, whatever cell opened it."""
    assert attribution.used("here", {"here": ModuleType("here")}) == frozenset()
