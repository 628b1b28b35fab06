"""Weeks later: ten minutes on the test's objectives, those missed first, at growing distances.

A course is mostly taken once, and nobody knows what stayed. Each objective of the test handed in
comes back in its other form; a right answer moves it further away, a wrong one brings it back.
The distances are the course's own choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.catalogue import catalogue
from readingroom.exam import blueprint, sitting
from readingroom.exam.blueprint import FORMS, LETTERS, Item, Question
from readingroom.exam.sitting import OPEN, Sitting
from readingroom.kernel import keeping

NAME = "review.json"
DAYS = (14, 28, 84, 182)  # until an objective comes back after so many right answers in a row
AT_ONCE = 7  # questions of ten minutes, at the test's pace of 1.35 minutes each


class ReviewError(ValueError):
    """Nothing can be reviewed now; the message says what to do."""


@dataclass(frozen=True)
class Due:
    """One objective to ask again.

    Attributes
    ----------
    item : Item
        Its line of the blueprint.
    form : str
        The form to ask now: not the one asked last.
    on : date
        Since when it is due.
    steps : int
        Right answers in a row; 0 after a wrong one.
    """

    item: Item
    form: str
    on: date
    steps: int

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.item.forms[self.form]


def _base() -> Sitting:
    for when in reversed(sitting.TIMES):
        found = sitting.load(when)
        if found is not None and found.finished:
            return found
    raise ReviewError(
        "There is nothing to review yet: hand in a test first (after-the-course.ipynb in your "
        "working copy)."
    )


def _kept(number: int, test: Sitting) -> dict[str, Any]:
    """What is known of an objective: from the reviews so far, else from the test."""
    items = keeping.read(NAME).get("items")
    entry: Any = items.get(str(number)) if isinstance(items, dict) else None
    try:
        on, steps = date.fromisoformat(entry["on"]), min(int(entry["steps"]), len(DAYS) - 1)
        if entry["form"] in FORMS and steps >= 0 and entry["test"] == test.finished:
            return {"on": on, "steps": steps, "form": entry["form"]}
    except (TypeError, KeyError, ValueError):
        pass  # never reviewed, or a file of another shape: the test says where it stands
    steps = int(test.right(number))
    taken = datetime.fromisoformat(test.finished).date()
    return {"on": taken + timedelta(DAYS[steps]), "steps": steps, "form": test.form}


def plan() -> list[Due]:
    """Every objective of the last test: missed ones first, then the longest due.

    Raises
    ------
    ReviewError
        No test has been handed in.
    """
    test, known = _base(), blueprint.blueprint()
    found = []
    for number in test.items:
        kept = _kept(number, test)
        other = FORMS[1 - FORMS.index(kept["form"])]
        found.append(Due(known[number], other, kept["on"], kept["steps"]))
    return sorted(found, key=lambda due: (due.steps > 0, due.on, due.item.number))


def due(today: date | None = None, *, now: bool = False) -> list[Due]:
    """What to ask in these ten minutes.

    Parameters
    ----------
    today : date, optional
    now : bool
        Also what is not due yet.

    Raises
    ------
    ReviewError
        No test has been handed in, or nothing is due.
    """
    every, today = plan(), today or datetime.now(UTC).date()
    ready = [one for one in every if now or one.on <= today]
    if not ready:
        first = min(one.on for one in every)
        raise ReviewError(
            f"Nothing is due before {first.isoformat()}: what is asked too soon shows what you "
            "read lately, not what stayed. To review all the same, add --now."
        )
    return ready[:AT_ONCE]


def note(one: Due, answer: str, today: date | None = None) -> bool:
    """Keep an answer; returns whether it was right.

    Parameters
    ----------
    one : Due
    answer : str
        A letter, or ``-`` for left open.
    today : date, optional

    Raises
    ------
    ReviewError
        It is no answer, or cannot be kept.
    """
    if answer not in (*LETTERS, OPEN):
        raise ReviewError(f"{answer!r} is no answer: A, B, C, D, or {OPEN} for left open.")
    right = answer == one.question.key
    steps = min(one.steps + 1, len(DAYS) - 1) if right else 0
    day = today or datetime.now(UTC).date()
    kept = keeping.read(NAME)
    items = kept.get("items")
    kept["items"] = {
        **(items if isinstance(items, dict) else {}),
        str(one.item.number): {
            "on": (day + timedelta(DAYS[steps])).isoformat(),
            "steps": steps,
            "form": one.form,
            "test": _base().finished,
        },
    }
    try:
        keeping.write(NAME, kept)
    except OSError as error:
        raise ReviewError(f"Your answer cannot be kept ({error.strerror}).") from error
    return right


def lessons(item: Item) -> list[str]:
    """The lessons that teach an item, by number and title, as far as they are installed."""
    here = catalogue()
    return [f"{n} · {here[n].title}" for n in item.lessons if n in here]


def reply(question: Question, item: Item, answer: str) -> list[str]:
    """What is said to an answer: right or not, why, and which lesson to open again."""
    right = answer == question.key
    out = ["Right." if right else "Not yet."]
    if not right and answer != OPEN:
        out.append(f"You chose {answer}: {question.option(answer).why}")
    out.append(f"Best is {question.key}: {question.option(question.key).text} "
               f"{question.option(question.key).why}")  # fmt: skip
    if not right and (again := lessons(item)):
        out.append(f"Open again: {'; '.join(again)}.")
    return out


def stayed(asked: Sequence[Due], right: Sequence[bool]) -> tuple[Estimate, Estimate]:
    """Share right on these objectives in the test and now, each with Wilson's interval.

    Parameters
    ----------
    asked : sequence of Due, (N,)
    right : sequence of bool, (N,)
        Whether each was right now.
    """
    test = _base()
    then = sum(test.right(one.item.number) for one in asked)
    return (
        metrics.share(then, len(asked), "right in the test"),
        metrics.share(sum(right), len(asked), "right now"),
    )


def one(number: int) -> tuple[Item, Question, str]:
    """One item of the test after the course, with what was answered.

    Parameters
    ----------
    number : int
        Its place in the test, counted from 1.

    Raises
    ------
    ReviewError
        That test was not handed in, or has no such question.
    """
    test = sitting.load("after")
    if test is None or not test.finished:
        raise ReviewError("Hand in the test after the course first: earlier, reasons would teach.")
    if not 1 <= number <= len(test.items):
        raise ReviewError(f"There is no question {number}: the test has {len(test.items)}.")
    item = blueprint.blueprint()[test.items[number - 1]]
    return item, item.forms[test.form], test.answers.get(item.number, OPEN)
