"""Lesson 10's checks where one answer of many is right, and where one slip outweighs the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from readingroom.checks import lesson_10
from readingroom.lessons.l10 import papers, sheets
from readingroom.questions import exercises
from tests.suite.edges import assume_off, within

GAPS = st.lists(st.sampled_from(papers.GAPS), min_size=10, max_size=10)


def judged(slug: str, answer: object) -> exercises.Verdict:
    """What the check of this exercise says to an answer."""
    known = exercises.of_lesson("10")[slug]
    return exercises.examine(known, answer, exercises.frozen("10", "simulated"))[0]


@given(GAPS)
@settings(max_examples=200)
def test_eight_of_ten_pass_unless_a_clearance_was_enough(answer):
    """Counted by hand: at most two gaps off, and claim 6 never."""
    off = [k for k, (said, (_, fit)) in enumerate(zip(answer, papers.LACKS, strict=True))
           if said not in fit]  # fmt: skip
    right = len(off) <= 2 and papers.CLEARANCE not in off
    assert (judged("pitch", tuple(answer)).status == exercises.RIGHT) == right


@pytest.mark.parametrize("name", papers.JUDGED)
def test_one_row_may_be_wrong_but_none_invented(name):
    """A stated row that is missed costs nothing; an absent one that is filled costs all."""
    words = [word for word in papers.ROWS[name][1] if word != papers.RIGHT[name]]
    for word in words:
        found = judged("mark-up", {**papers.RIGHT, name: word})
        invented = papers.RIGHT[name] == papers.ABSENT
        assert (found.status == exercises.RIGHT) != invented, word
        assert name in found.reason or invented


def test_two_rows_wrong_are_too_many():
    """Three of five is not enough, and the reply names the two."""
    found = judged("mark-up", {**papers.RIGHT, "n": "184", "sites": "12"})
    assert found.status == exercises.WRONG and "n, sites" in found.reason


def test_a_report_is_named_by_its_number_or_its_letter():
    """The UID, quoted twice or not, and the letter are one answer."""
    frozen = exercises.frozen("10", "simulated")
    right = frozen.reports["D"]
    for typed in (right, f' "{right}" ', "D", "report D", "d"):
        assert judged("round-trip", typed).status == exercises.RIGHT, typed
    for letter in "ABCE":
        assert judged("round-trip", letter).status == exercises.WRONG


@pytest.mark.parametrize(
    ("typed", "right"),
    [(("pass", "not enough", "fail"), True), (("PASSED", "Not enough.", "fails"), True),
     (("fail", "not enough", "pass"), False), (("pass", "pass", "pass"), False)],
)  # fmt: skip
def test_a_verdict_is_known_in_other_words(typed, right):
    """Capitals, full stops and endings make no difference; the order does."""
    assert (judged("gate", typed).status == exercises.RIGHT) == right


@given(st.floats(1, 900))
@settings(max_examples=100)
def test_break_even_and_bandwidth_take_five_in_a_hundred(answer):
    """Right within 5 % of the computed value and nowhere else."""
    for slug, value in (("break-even", sheets.Money().break_even),
                        ("cloud-or-local", sheets.equal_bandwidth())):  # fmt: skip
        assume_off(answer, value, lesson_10.PART * value)
        near = within(answer, value, lesson_10.PART * value)
        assert (judged(slug, answer).status == exercises.RIGHT) == near


@given(st.integers(-5, 60))
@settings(max_examples=70)
def test_an_alarm_is_justified_from_two_weeks_before_to_two_after(week):
    """Within two weeks of the second low week in three; the dip by chance gets its sentence."""
    frozen = exercises.frozen("10", "simulated")
    found = judged("alarm-week", week)
    assert (found.status == exercises.RIGHT) == (abs(week - frozen.year.alarm()) <= 2)
    if week == frozen.year.dips()[0]:
        assert "one week in 20" in found.reason
