"""Locked cells are replayed only where nothing they depend on was changed."""

from __future__ import annotations

import pytest

from readingroom.grading import replay, shell


@pytest.fixture
def screen(tmp_path, monkeypatch):
    """A shell of its own in an empty folder; the test's own IPython, if any, comes back."""
    monkeypatch.chdir(tmp_path)
    made = shell.make()
    yield made
    shell.Silent.clear_instance()


CELLS = [
    ("first", "numbers = [1, 2, 3]\ndef double(x):\n    return 2 * x"),
    ("second", "doubled = [double(n) for n in numbers]"),
    ("third", "numbers.append(4)"),
    ("fourth", "total = sum(numbers)"),
    ("fifth", "word = 'quiet'"),
    ("sixth", "open('kept.txt', 'w').write(word)"),
]


def _planned(screen, cells):
    """Run cells as the course's own run does; the plan that follows."""
    plan = []
    for name, source in cells:
        trace = replay.Trace(screen, source)
        assert shell.run(screen, source)["error"] is None
        plan.append({"name": name, "source": source, "locked": True, **trace.told()})
    for name in [*replay.visible(screen.user_ns)]:
        del screen.user_ns[name]
    return plan


def test_only_quiet_cells_are_replayed(screen):
    """A cell that changes an object or writes a file is run; so is what reads the object."""
    replays = replay.Replays(screen, _planned(screen, CELLS))
    sources = dict(CELLS)
    outcome = {}
    for name, source in sources.items():
        outcome[name] = replays.replay(name, source)
        if not outcome[name]:
            assert shell.run(screen, source)["error"] is None
    expected = {"first": True, "second": True, "third": False, "fourth": False, "fifth": True,
                "sixth": False}  # fmt: skip
    assert outcome == expected
    assert screen.user_ns["total"] == 10 and screen.user_ns["doubled"] == [2, 4, 6]


@pytest.mark.parametrize(
    "change", ["numbers = [5]", "def double(x):\n    return 0", "n = 1\nnumbers = list(numbers)"]
)
def test_a_changed_input_makes_a_cell_run(screen, change):
    """A variable or a function bound anew by the learner is what the locked cell uses."""
    replays = replay.Replays(screen, _planned(screen, CELLS[:2]))
    assert replays.replay(*CELLS[0])
    shell.run(screen, change)
    assert not replays.replay(*CELLS[1])


def test_another_text_is_not_replayed(screen):
    """A cell is known by its text as well as by its name."""
    replays = replay.Replays(screen, _planned(screen, CELLS[:1]))
    assert not replays.replay("first", "numbers = []")
    assert not replays.replay("unknown", CELLS[0][1])


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("y = x + 1", {"x"}),
        ("x = 1\ny = x", set()),
        ("for i in items:\n    a = f(i)\n    b = a", {"items", "f"}),
        ("if test:\n    z = 1\nw = z", {"test", "z"}),
        ("[k * j for k in ks]", {"j", "ks"}),
        ("def g(a, b=c):\n    return a + d\ng(1)", {"c", "d"}),
        ("x += 1", {"x"}),
        ("import numpy as np\nnp.zeros(n)", {"n"}),
    ],
)
def test_what_a_cell_reads(screen, source, names):
    """Names read before they are set, in the order in which statements run."""
    assert replay.reads(screen, source) == names


def test_what_cannot_be_told_is_not_replayed(screen):
    """A class, a magic that hides its code, and broken text count as reading anything."""
    for source in ("class A: pass", "def f(:", "global q"):
        assert replay.reads(screen, source) is None
