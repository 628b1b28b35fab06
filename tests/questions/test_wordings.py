"""A word is read as people write it, and nothing is guessed where two of them are meant."""

from __future__ import annotations

import pytest

from readingroom.checks import lesson_04, lesson_05, lesson_06, lesson_09
from readingroom.questions import exercises, wordings

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


@pytest.mark.parametrize(
    ("lesson", "slug", "answer", "says"),
    [("12", "measure-once", lambda f: _but(f.first, {2: (25, 1, 1, 1, 90)}), "Look at nodule 2:"),
     ("12", "measure-once", lambda f: _but(f.first, {0: (25, 3, 2, 3, 9), 4: (25, 3, 2, 3, 9)}),
      "Look at nodules 0 and 4:"),
     ("12", "measure-again", lambda f: (f.first, _but(f.again, {5: (25, 25, 25, 25, 25.5)})),
      "Look at place 5:"),
     ("13", "find-it", lambda f: _but(f.hidden.middle.round().tolist(), {3: [0, 0, 900]}),
      "Your point leaves cut-out 3:"),
     ("08", "overrule", lambda f: ([0, 1, 7], [7, 1]), "In both lists: films 1 and 7.")],
)  # fmt: skip
def test_a_reply_about_some_of_several_says_which(lesson, slug, answer, says):
    """Of six lines, four points or twenty films those that are wrong are named."""
    frozen = exercises.frozen(lesson, "simulated")
    found, _ = exercises.examine(exercises.of_lesson(lesson)[slug], answer(frozen), frozen)
    assert found.reason.startswith(says)


def _but(held, changed):
    return [changed.get(k, tuple(one)) for k, one in enumerate(held)]
