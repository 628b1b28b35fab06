"""A word is read as people write it, and nothing is guessed where two of them are meant."""

from __future__ import annotations

import pytest

from readingroom.checks import lesson_04, lesson_05, lesson_06, lesson_09
from readingroom.questions import wordings

YES_NO = ("yes", "no", "cannot tell")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Yes.", "yes"),
        ("yes, better in PA", "yes"),
        ("No, worse", "no"),
        ("I can\u2019t tell from these films", "cannot tell"),
        ("Can't say!", "cannot tell"),
        ("cant tell", "cannot tell"),
        ("Cannot tell, the interval holds 0", "cannot tell"),
        ("I cannot tell whether yes or no", "cannot tell"),
        ("unclear", "cannot tell"),
    ],
)
def test_a_word_is_read_in_its_usual_wordings(typed, read):
    """Points, capitals, curly quotation marks and a remark behind a comma do not count."""
    assert wordings.read(typed, YES_NO) == read


@pytest.mark.parametrize("typed", ["yes, no", "maybe", "yes, but I cannot tell why", "", "not yes"])
def test_nothing_is_guessed(typed):
    """Two words at once, another word and a contradiction are handed back as they are."""
    assert wordings.read(typed, YES_NO) not in YES_NO


@pytest.mark.parametrize("typed", ["no group", "Nobody.", "none of them", "No one"])
def test_no_group_is_none(typed):
    """Who finds no group may say so in other words."""
    assert lesson_06._group(typed) == "none"
    assert lesson_06._group("M, 60 and over, PA") == lesson_06._group("m 60 and over pa.")


def test_the_modules_that_read_a_verdict_use_this_one():
    """No lesson with a verdict keeps a reader of its own."""
    for module in (lesson_04, lesson_05, lesson_06, lesson_09):
        assert module.wordings is wordings
