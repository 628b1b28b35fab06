"""A sitting: the form is balanced, answers survive a break, and handing in is final."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from readingroom.exam import blueprint, scoring, sitting
from readingroom.kernel import keeping

pytestmark = pytest.mark.usefixtures("first_release")


def key(found: sitting.Sitting) -> str:
    """The right answers as typed."""
    known = blueprint.blueprint()
    return "".join(known[number].forms[found.form].key for number in found.items)


def test_a_class_numbered_from_one_is_split_in_halves():
    """Codes 1 to 40, also with a room's name, give twenty learners each form first."""
    for pattern in ("{}", "room-{}"):
        forms = [sitting.first_form(pattern.format(i)) for i in range(1, 41)]
        assert forms.count("A") == 20 and forms[:2] == ["A", "B"]


def test_drawn_codes_are_split_about_evenly():
    """Codes drawn by the course lead to both forms, neither rare."""
    forms = [sitting.first_form(sitting.learner_code()) for _ in range(400)]
    assert 140 < forms.count("A") < 260


def test_the_second_test_is_the_other_form_on_the_same_items():
    """After the course the learner meets the form not had before, item by item."""
    before = sitting.begin("before", code="2")
    after = sitting.begin("after")
    assert (before.form, after.form) == ("B", "A")
    assert before.items == after.items == list(range(1, 18)) and before.code == after.code


def test_who_took_no_first_test_can_take_the_second():
    """Without a test before, the form after the course still follows the code."""
    assert sitting.begin("after", code="1").form == "B"


def test_the_short_form_stays_short():
    """Ten questions before mean the same ten after, unless the learner asks otherwise."""
    before = sitting.begin("before", short=True)
    assert len(before.items) == 10 and sitting.begin("after").items == before.items
    assert len(sitting.begin("after", short=False, again=True).items) == 17


def test_it_goes_on_where_it_was_broken_off(kept):
    """What was clicked is in the file at once, and a new kernel finds it."""
    found = sitting.begin("before", code="3")
    sitting.choose(found, 5, "C")
    sitting.choose(found, 6, "D")
    sitting.choose(found, 6, None)
    again = sitting.begin("before")
    assert again.answers == {5: "C"} and again.code == "3"
    assert again.literal() == "----C------------" and 6 in again.unanswered()
    assert json.loads((kept / sitting.NAME).read_text("utf-8"))["runs"]["before"]["form"] == "A"


def test_handing_in_takes_every_answer_and_is_final():
    """An open question stops it with its place; a typed hyphen leaves it open; then it is done."""
    found = sitting.begin("before", code="1")
    for number in found.items[1:]:
        sitting.choose(found, number, "A")
    with pytest.raises(sitting.SittingError, match="no answer yet to 1"):
        sitting.finish("before")
    done = sitting.finish("before", "-" + key(found)[1:])
    assert done.finished and done.unanswered() == []
    assert (scoring.score(done).value, scoring.score(done).n) == (16 / 17, 17)
    assert sitting.finish("before", "A" * 17).answers == done.answers
    sitting.choose(done, 2, "A")
    assert sitting.load("before").answers == done.answers


def test_typed_answers_count_over_clicked_ones():
    """A learner who types is judged by what was typed."""
    found = sitting.begin("before")
    sitting.choose(found, 1, "A")
    assert scoring.score(sitting.finish("before", key(found).lower())).value == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [("AB", "17 questions and 2 letters"), ("E" * 17, "found E"), (3, "Type 17 letters"),
     (None, "Type 17 letters"), ("", "0 letters"), (["A", 1], "Type 17 letters"),
     ("ABCDABCDABCDABC?!", "found ! ?")],
)  # fmt: skip
def test_a_slip_in_typing_is_told_and_loses_nothing(typed, says):
    """Each typical slip gets its sentence, and what was clicked is still there."""
    found = sitting.begin("before")
    sitting.choose(found, 1, "B")
    with pytest.raises(sitting.SittingError, match=says.replace("?", r"\?")):
        sitting.finish("before", typed)
    assert sitting.load("before").answers == {1: "B"}


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed):
    """Any text gives either one letter per item or the one error that says what to do."""
    found = sitting.Sitting("before", "A", False, [1, 2, 3])
    try:
        assert set(sitting.parse(typed, found)) == {1, 2, 3}
    except sitting.SittingError as error:
        assert str(error)


@pytest.mark.parametrize("forms", ["AB CD", "a,b,c,d", ["A", "B", "C", "D"], "A;B;C;D\n"])
def test_answers_are_read_in_several_forms(forms):
    """Blanks, commas, small letters and lists are all one answer."""
    found = sitting.Sitting("before", "A", False, [1, 2, 3, 4])
    assert sitting.parse(forms, found) == {1: "A", 2: "B", 3: "C", 4: "D"}


@pytest.mark.parametrize("code", ["Dr. Meyer", "x" * 21, "-1", "ä", "a b"])
def test_a_name_is_no_code(code):
    """A code holds letters, digits and hyphens only."""
    with pytest.raises(sitting.SittingError, match="no name"):
        sitting.begin("before", code=code)


@pytest.mark.parametrize(
    "kept_runs",
    [[], {"before": 3}, {"before": {"when": "before"}}, {"before": {"answers": {"x": "A"}}},
     {"before": {"when": "before", "form": "Z", "short": False, "items": [1], "answers": {}}},
     {"before": {"when": "before", "form": "A", "short": False, "items": [99], "answers": {}}}],
)  # fmt: skip
def test_a_damaged_file_begins_anew(kept_runs):
    """What is no sitting of this version counts as none."""
    keeping.write(sitting.NAME, {"runs": kept_runs})
    assert sitting.load("before") is None and sitting.begin("before").answers == {}


def test_an_unreadable_file_is_kept_aside(kept):
    """A file that is no JSON is renamed, not overwritten."""
    kept.mkdir()
    (kept / sitting.NAME).write_text("{", "utf-8")
    sitting.begin("before")
    assert (kept / "tests.unreadable.json").read_text("utf-8") == "{"


def test_a_wrong_word_says_what_to_type():
    """Neither before nor after, and handing in what was not begun, are told."""
    with pytest.raises(sitting.SittingError, match=r'rr\.test\("before"\)'):
        sitting.begin("during")
    with pytest.raises(sitting.SittingError, match=r'rr\.test\("after"\) first'):
        sitting.finish("after", "A")


def test_the_export_holds_a_code_and_no_name():
    """The file for a teacher has a row for each item of the tests handed in, and nothing else."""
    import csv
    import io

    found = sitting.begin("before", code="7")
    sitting.finish("before", key(found))
    sitting.begin("after")
    rows = list(csv.DictReader(io.StringIO(scoring.as_csv())))
    assert len(rows) == 17 and set(rows[0]) == set(scoring.COLUMNS)
    assert {row["code"] for row in rows} == {"7"} and {row["when"] for row in rows} == {"before"}
    assert all(row["right"] == "1" for row in rows)
