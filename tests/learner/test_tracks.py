"""Ways through the course: real lessons only, kept, and followed by the contents page."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from readingroom.catalogue import catalogue
from readingroom.cli import app
from readingroom.kernel import keeping, progress
from readingroom.learner import contents, desk, plan, server, tracks


@pytest.fixture(autouse=True)
def _own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "kept"))


def _pass(number):
    for task in plan.of_lesson(number).tasks:
        progress.note(number, task.slug, task.points, task.points)


@pytest.mark.parametrize("name", list(tracks.tracks()))
def test_a_track_names_lessons_of_the_catalogue(name):
    """Each way has several lessons, each once, all of them part of this installation."""
    found = tracks.find(name)
    assert len(found.lessons) >= 4 and len(set(found.lessons)) == len(found.lessons)
    assert set(found.lessons) <= set(catalogue())
    assert bool(found.slots) == bool(found.hours)


def test_a_lesson_joins_its_tracks_once_it_is_in_the_catalogue(monkeypatch):
    """Without lesson 10 no way names it; with a lesson 99 the two days do."""
    less = {n: lesson for n, lesson in catalogue().items() if n != "10"}
    monkeypatch.setattr(tracks, "catalogue", lambda: less)
    assert not any("10" in found.lessons for found in tracks.tracks().values())
    monkeypatch.setattr(tracks, "catalogue", lambda: {**less, "99": less["00"]})
    assert "99" in tracks.find("two-days").lessons and "99" in tracks.find("developers").lessons


def test_who_buys_meets_lesson_10_right_after_04():
    """On that way the next lesson after 04 is 10."""
    tracks.choose("purchasers")
    order = tracks.find("purchasers").lessons
    assert order.index("10") == order.index("04") + 1
    for number in order[: order.index("10")]:
        _pass(number)
    assert contents.next_lesson().number == "10"


def test_lesson_10_is_offered_after_04_without_any_track(tmp_path):
    """Once 04 is complete the contents page offers 10 beside the next lesson, until it is begun."""
    assert "You may also take" not in contents.as_markdown(tmp_path)
    _pass("04")
    assert "You may also take this one now: 10 ·" in contents.as_markdown(tmp_path)
    progress.note("10", plan.of_lesson("10").tasks[0].slug, 0, 2)
    assert "You may also take" not in contents.as_markdown(tmp_path)


@pytest.mark.parametrize("name", list(tracks.tracks()))
def test_the_contents_page_shows_every_lesson_once_on_any_track(name, tmp_path):
    """The track's lessons come first in its order; no lesson is hidden or listed twice."""
    tracks.choose(name)
    text = contents.as_markdown(tmp_path)
    rows = [line[2:4] for line in text.splitlines() if line.startswith("| ") and line[2].isdigit()]
    way = tracks.find(name)
    assert rows[: len(way.lessons)] == list(way.lessons) and sorted(rows) == sorted(catalogue())
    assert f"Your way: {way.title}" in text


def test_a_choice_is_kept_and_taken_back(capsys):
    """What was chosen is found by the next kernel; whole gives the plain order back."""
    tracks.track("users")
    assert tracks.chosen().name == "users" and "lessons 00, 04" in capsys.readouterr().out
    tracks.track("whole")
    assert tracks.chosen() is None
    tracks.track()
    tracks.track("surgeons")
    assert capsys.readouterr().out.count("There is no track") == 2
    keeping.write(tracks.NAME, {"track": ["users"]})
    assert tracks.chosen() is None


def test_start_takes_a_track(tmp_path, monkeypatch):
    """`start --track` keeps the way and says its lessons; an unknown one is one sentence."""
    monkeypatch.setattr(server, "open_lab", lambda *_, **__: 0)
    monkeypatch.setattr(desk, "fetch_for", lambda lesson, cohort: "simulated")
    ask = ["start", "--folder", str(tmp_path / "work"), "--track"]
    done = CliRunner().invoke(app, [*ask, "half-day"])
    assert done.exit_code == 0 and "Half a day, lessons 00, 04" in done.stdout
    assert tracks.chosen().name == "half-day"
    wrong = CliRunner().invoke(app, [*ask, "surgeons"])
    assert wrong.exit_code == 1 and wrong.stderr.count("\n") == 1 and "users" in wrong.stderr
    assert tracks.chosen().name == "half-day"
