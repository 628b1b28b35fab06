"""The contents page counts what was passed and leads on with one click."""

from __future__ import annotations

import re

import nbformat
import pytest

from readingroom.catalogue import catalogue, find
from readingroom.kernel import progress
from readingroom.learner import contents, desk, plan
from readingroom.questions import exercises

LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "kept"))


def _pass(number, *, more=True):
    for task in plan.of_lesson(number).tasks:
        if more or not task.more:
            progress.note(number, task.slug, task.points, task.points)


@pytest.mark.parametrize("number", list(catalogue()))
def test_the_plan_is_that_of_the_checks(number):
    """Read from the notebook: the exercises of the checks, their points, minutes and "more"."""
    facts, known = plan.of_lesson(number), exercises.of_lesson(number)
    assert {t.slug: (t.points, t.more) for t in facts.tasks} == {
        slug: (e.points, not e.must) for slug, e in known.items()
    }
    assert all(task.minutes for task in facts.tasks)
    assert 3 <= len(facts.objectives) <= 7
    assert not any(re.search(r"[<>*`]", line) for line in facts.objectives)


@pytest.mark.parametrize("number", list(catalogue()))
def test_minutes_left_fall_with_what_is_passed(number):
    """Untouched, a lesson has all its minutes; finished, none; must alone makes it complete."""
    before = contents.standing(number)
    assert before.minutes_left >= find(number).minutes and not before.complete
    _pass(number, more=False)
    half = contents.standing(number)
    assert half.complete and half.minutes_left < before.minutes_left
    _pass(number)
    after = contents.standing(number)
    assert (after.passed, after.minutes_left) == (after.exercises, 0)
    assert after.points == after.max_points


def test_a_half_right_answer_is_not_passed():
    """Points of a partly right answer count as points, not as a passed exercise."""
    task = plan.of_lesson("03").tasks[0]
    progress.note("03", task.slug, task.points / 2, task.points)
    found = contents.standing("03")
    assert (found.passed, found.points) == (0, task.points / 2)


def test_odd_entries_of_an_old_progress_file_count_as_nothing():
    """Exercises that no longer exist and entries of another shape do not disturb the count."""
    kept = {"last": "98", "lessons": {"03": {"gone": {"points": 9}, "stop-here": None}}}
    assert contents.standing("03", kept).points == 0
    assert contents.next_lesson(kept) == next(iter(catalogue().values()))


def test_next_is_the_lesson_in_hand_then_the_first_that_is_open():
    """The lesson worked on last comes first until it is complete; at the end there is none."""
    last = list(catalogue())[-1]
    progress.opened(last)
    assert contents.next_lesson().number == last
    for number in catalogue():
        _pass(number, more=False)
    assert contents.next_lesson() is None
    assert "Every lesson is done" in contents.as_markdown(desk.default_folder())


def test_every_link_leads_to_a_file_of_the_working_copy(tmp_path):
    """The page links each lesson relatively; where a file is missing the title stands alone."""
    desk.working_copy(tmp_path)
    links = LINK.findall(contents.as_markdown(tmp_path))
    assert {f"{lesson.slug}.ipynb" for lesson in catalogue().values()} <= set(links)
    assert all((tmp_path / link).is_file() for link in links)
    assert not LINK.findall(contents.as_markdown(tmp_path / "elsewhere"))


def test_the_page_is_written_anew_with_its_table_filled_in(tmp_path):
    """A second writing shows the new count, as a valid notebook with one cell to refresh it."""
    desk.working_copy(tmp_path)
    first = contents.write(tmp_path).read_text("utf-8")
    _pass("03")
    book = nbformat.read(contents.write(tmp_path), as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    shown = code[0].outputs[0].data["text/markdown"]
    total = len(plan.of_lesson("03").tasks)
    assert f"{total} of {total}" in shown and shown not in first
    assert "rr.contents()" in code[0].source
    nbformat.validate(book)
