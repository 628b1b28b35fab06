"""Checks of the tiny lesson that the grader's tests use."""

from __future__ import annotations

from readingroom.questions import builders as ask, kinds
from readingroom.questions.exercises import Exercise, Wrong

CARRIED = ("secret-number",)
SECRET = 4711 * 3  # typed nowhere else


def frozen(mode):
    """Share of label 1 among the test films."""
    return {"share": 0.375}


def _wrong(*values):
    return tuple(
        Wrong(f"wrong {i}", lambda frozen, v=v: v, f"Not {i}.") for i, v in enumerate(values)
    )


def _near(value, other, frozen):
    return abs(value - other) < 0.004


SHARE = Exercise(
    slug="share", kind=kinds.number(), points=2, fraction=True, task="Share of label 1",
    accepts=lambda a, f: abs(a - f["share"]) < 0.004, reference=lambda f: f["share"],
    wrong=_wrong(0.5, 0.45, 0.625), same=_near, otherwise="Not that share.", why="Counted.",
    hints=("Count.",),
)  # fmt: skip
NUMBER = Exercise(
    slug="secret-number", kind=kinds.number(), points=2, task="A number read off a picture",
    accepts=lambda a, f: a == SECRET, reference=lambda f: SECRET, wrong=_wrong(1, 2, 3),
    otherwise="Not that number.", why="Read off.", hints=("Look.",), look=True,
)  # fmt: skip
DOUBLE = Exercise(
    slug="double", kind=kinds.function(kinds.number()), points=2, task="Doubles a number",
    accepts=lambda calls, f: all(c.output == 2 * c.arguments[0] for c in calls),
    reference=lambda f: lambda x: 2 * x,
    wrong=_wrong(lambda x: x, lambda x: x + 1, lambda x: 0), otherwise="Not twice as much.",
    why="Twice.", hints=("Times two.",),
    inputs=lambda rng: [(int(n),) for n in rng.integers(1_000_000, 9_000_000, 5)],
)  # fmt: skip
FILMS = Exercise(
    slug="films", kind=kinds.indices(20), points=2, task="Test films with label 1",
    accepts=lambda a, f: a == [1, 3, 5], reference=lambda f: [1, 3, 5],
    wrong=_wrong([0], [1], [1, 3]), otherwise="Other films.", why="Seen.", hints=("Look.",),
)  # fmt: skip
REASON = ask.choice(
    "reason", ("B", 2), names="which, because",
    letters={"A": ("a", "Not A."), "C": ("c", "Not C.")}, because=("cheap", "But why?"),
    task="Which, and why", why="Yes.", hint="Think.", next_hint="Think again.",
)  # fmt: skip
EXERCISES = (SHARE, NUMBER, DOUBLE, FILMS, REASON)
