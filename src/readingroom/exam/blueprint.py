"""The items of the test: two forms, item by item on the same objective and topic."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from readingroom.catalogue import catalogue

FORMS = ("A", "B")
LETTERS = "ABCD"


@dataclass(frozen=True)
class Option:
    """One answer to choose: its text, and why it is right or wrong."""

    text: str
    why: str


@dataclass(frozen=True)
class Question:
    """One form of an item.

    Attributes
    ----------
    vignette, question : str
        The situation, and what is asked.
    options : tuple of Option
        Four; exactly one is best.
    key : str
        Its letter.
    """

    vignette: str
    question: str
    options: tuple[Option, ...]
    key: str

    def option(self, letter: str) -> Option:
        """The option of a letter."""
        return self.options[LETTERS.index(letter)]


@dataclass(frozen=True)
class Item:
    """One line of the blueprint with both of its forms.

    Attributes
    ----------
    number : int
        Line of the blueprint.
    objective, topic : str
        What it tests, the same in both forms.
    lessons : tuple of str
        Lessons that teach it.
    level : int
        1 recall, 2 apply, 3 judge.
    short : bool
        One of the ten of the short form.
    forms : dict
        ``"A"`` and ``"B"`` to their `Question`.
    """

    number: int
    objective: str
    topic: str
    lessons: tuple[str, ...]
    level: int
    short: bool
    forms: dict[str, Question]


def _question(facts: dict) -> Question:
    options = tuple(Option(text, why) for text, why in facts["options"])
    return Question(facts["vignette"], facts["question"], options, facts["key"])


@cache
def _read() -> dict:
    text = resources.files("readingroom.exam").joinpath("items.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def blueprint() -> dict[int, Item]:
    """Every item of this version, by its line of the blueprint."""
    return {
        facts["number"]: Item(
            **{key: facts[key] for key in ("number", "objective", "topic", "level", "short")},
            lessons=tuple(facts["lessons"]),
            forms={form: _question(facts[form]) for form in FORMS},
        )
        for facts in _read()["item"]
    }


def asked(short: bool = False) -> list[Item]:
    """The items of a test with the lessons at hand, in the order of the blueprint.

    Parameters
    ----------
    short : bool
        The short form of ten for a half-day.
    """
    here = set(catalogue())
    return [
        item
        for item in blueprint().values()
        if here & set(item.lessons) and (item.short or not short)
    ]


def left_out() -> int:
    """How many lines of the blueprint are not asked, since their lessons are not here."""
    return len(blueprint()) - len(asked())
