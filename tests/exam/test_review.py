"""Weeks later: missed objectives first, in the other form, at growing distances, each kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from readingroom.catalogue import catalogue
from readingroom.cli import app
from readingroom.exam import blueprint, review, sitting
from readingroom.kernel import keeping

MISSED = (3, 12)


def _key(found):
    return [blueprint.blueprint()[n].forms[found.form].key for n in found.items]


def _other(letter):
    return "ABCD"[("ABCD".index(letter) + 1) % 4]


@pytest.fixture
def taken():
    """A learner who missed items 3 and 12 in the test after the course."""
    found = sitting.begin("after", code="1")
    letters = "".join(
        _other(key) if n in MISSED else key for n, key in zip(found.items, _key(found), strict=True)
    )
    return sitting.finish("after", letters)


def _day(taken, days):
    return date.fromisoformat(taken.finished[:10]) + timedelta(days)


def _told(*typed, keys=""):
    return CliRunner().invoke(app, ["review", *typed], input=keys)


def test_without_a_test_there_is_nothing_to_review():
    """One sentence, and a code that is not zero."""
    done = _told()
    assert done.exit_code == 1 and "hand in a test first" in done.stderr


def test_what_was_missed_comes_first_and_in_the_other_form(taken):
    """After two weeks the missed ones alone; after a month they lead, ten minutes in all."""
    with pytest.raises(review.ReviewError, match="Nothing is due before"):
        review.due(_day(taken, 13))
    first = review.due(_day(taken, 14))
    assert tuple(one.item.number for one in first) == MISSED
    month = review.due(_day(taken, 28))
    assert tuple(one.item.number for one in month[:2]) == MISSED and len(month) == review.AT_ONCE
    assert {one.form for one in month} == {"A" if taken.form == "B" else "B"}


def test_distances_grow_with_right_answers_and_start_again_with_a_wrong_one(taken):
    """Right: 28, 84, 182 days; wrong: 14; and each time the form not asked last."""
    day, gaps, forms = _day(taken, 14), [], []
    for right in (True, True, True, False):
        one = next(one for one in review.plan() if one.item.number == 3)
        answer = one.question.key if right else _other(one.question.key)
        assert review.note(one, answer, day) == right
        following = next(x for x in review.plan() if x.item.number == 3)
        gaps.append((following.on - day).days)
        forms.append(one.form)
        day = following.on
    assert gaps == [28, 84, 182, 14] and forms[0] == forms[2] != forms[1] == forms[3]


def test_an_odd_file_and_an_older_test_count_as_never_reviewed(taken):
    """A file of another shape, or of a test since taken anew, leaves the plan of the test."""
    fresh = review.plan()
    older = {"on": "2020-01-01", "steps": 2, "form": "A", "test": "another"}
    for items in ([], {"3": None}, {"3": {"on": "soon"}},
                  {"3": older}):  # fmt: skip
        keeping.write(review.NAME, {"items": items})
        assert review.plan() == fresh


def test_the_command_asks_keeps_and_says_what_stayed(taken):
    """A right and a wrong answer, then q: reasons, the lesson, both shares with intervals."""
    one, two = review.due(now=True)[:2]
    keys = f"x\n{one.question.key.lower()}\n{_other(two.question.key)}\nq\n"
    done = _told("--now", keys=keys)
    assert done.exit_code == 0 and "Type A, B, C, D, - or q." in done.stdout
    assert "Right." in done.stdout and "Not yet." in done.stdout
    assert two.question.option(two.question.key).why in done.stdout
    number = next(n for n in two.item.lessons if n in catalogue())
    assert f"Open again: {number} · {catalogue()[number].title}" in done.stdout
    then, now = review.stayed([one, two], [True, False])
    assert then.value == 0 and now.value == 0.5 and now.short() in done.stdout
    assert set(keeping.read(review.NAME)["items"]) == {"3", "12"}


def test_input_that_ends_is_told_in_one_sentence(taken):
    """Ctrl+D ends with one sentence; what was answered before stays."""
    one = review.due(now=True)[0]
    done = _told("--now", keys=f"{one.question.key}\n")
    assert done.exit_code == 1 and "what you answered is kept" in done.stderr
    assert keeping.read(review.NAME)["items"].keys() == {"3"}


def test_one_item_is_shown_with_its_lesson(taken):
    """`--item` shows a question of the second test, the answer given, reasons and lesson."""
    place = taken.items.index(3) + 1
    item, question, answer = review.one(place)
    done = _told("--item", str(place))
    assert done.exit_code == 0 and question.vignette in done.stdout
    assert question.option(answer).why in done.stdout and review.lessons(item)[0] in done.stdout
    for wrong in ("0", "99"):
        assert "There is no question" in _told("--item", wrong).stderr


def test_an_item_is_not_shown_before_the_second_test():
    """Reasons would teach before the test that measures what was taught."""
    found = sitting.begin("before", code="1")
    sitting.finish("before", "".join(_key(found)))
    done = _told("--item", "1")
    assert done.exit_code == 1 and "after the course first" in done.stderr


@pytest.mark.parametrize("number", list(blueprint.blueprint()))
def test_every_item_that_is_asked_leads_to_a_lesson_here(number):
    """An asked item names a lesson of the catalogue; one without any is not asked."""
    item = blueprint.blueprint()[number]
    assert bool(review.lessons(item)) == (item in blueprint.asked())
