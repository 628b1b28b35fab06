"""A room at work: what a kernel tells its folder, and what a teacher is shown of it."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from typer.testing import CliRunner

from readingroom.cli import app
from readingroom.kernel import room as telling
from readingroom.learner import plan, room

SLUGS = [task.slug for task in plan.of_lesson("03").tasks]
NOW = datetime.now(UTC)
WHOLE = {
    "lesson": "03",
    "exercises": {SLUGS[0]: [1, False]},
    "last": SLUGS[0],
    "minute": NOW.strftime(telling.MINUTE),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A room's folder, named for the learners."""
    place = tmp_path / "room"
    place.mkdir()
    monkeypatch.setenv(telling.SETTING, str(place))
    return place


def put(folder, number, raw):
    """A file under a name like a kernel's."""
    path = folder / f"{number:032x}.json"
    path.write_bytes(raw if isinstance(raw, bytes) else json.dumps(raw).encode())
    return path


def test_nothing_is_written_unless_a_folder_is_named(tmp_path, monkeypatch):
    """Off by default: without the variable no file is written anywhere and nothing is said."""
    monkeypatch.delenv(telling.SETTING, raising=False)
    monkeypatch.chdir(tmp_path)
    assert telling.Opening("03").note(SLUGS[0], False) == ""
    assert not list(tmp_path.iterdir())


def test_a_file_holds_the_exercise_and_the_minute_and_nothing_of_the_learner(folder, monkeypatch):
    """Four facts, a random name that differs at each opening, and no second in the file's time."""
    monkeypatch.setenv("READINGROOM_CODE", "room-17")
    openings = [telling.Opening("03") for _ in range(2)]
    for one in openings:
        one.note(SLUGS[0], False)
        one.note(SLUGS[0], True)
    names = {path.name for path in folder.iterdir()}
    assert len(names) == 2 and all(re.fullmatch(r"[0-9a-f]{32}\.json", name) for name in names)
    for path in folder.iterdir():
        told = json.loads(path.read_text("utf-8"))
        assert set(told) == {"lesson", "exercises", "last", "minute"}
        assert (told["lesson"], told["last"]) == ("03", SLUGS[0])
        assert told["exercises"] == {SLUGS[0]: [2, True]}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", told["minute"])
        assert path.stat().st_mtime % 60 == 0


def test_a_check_tells_the_room_and_a_broken_folder_costs_one_sentence(
    tmp_path, folder, monkeypatch, capsys
):
    """A lesson's check writes; with the folder gone the reply stands, and one line is said once."""
    from readingroom.kernel import session
    from readingroom.questions import exercises

    shown = []
    monkeypatch.setattr(session, "display", lambda found, **_: shown.append(found))
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "progress"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(session.ready, "frozen", lambda *_: None)
    judged = exercises.Verdict(
        exercise="dull-baseline", status=exercises.WRONG, points=0, max_points=2, reason="Not yet."
    )
    monkeypatch.setattr(exercises, "examine", lambda *_: (judged, None))
    monkeypatch.setattr(session.whose, "films_of", lambda _: ())
    opened = session.Session(session.find("03"), "simulated", "", "", telling=telling.Opening("03"))
    monkeypatch.setattr(session, "_open", {"session": opened})
    session.check("dull-baseline", 0.1)
    assert len(list(folder.iterdir())) == 1 and telling.UNTOLD not in capsys.readouterr().out
    monkeypatch.setenv(telling.SETTING, str(tmp_path / "gone"))
    for _ in range(3):
        session.check("dull-baseline", 0.1)
    assert capsys.readouterr().out.count(telling.UNTOLD) == 1
    assert sum(session.ANSWER_MIME in found for found in shown if isinstance(found, dict)) == 4


def test_a_folder_that_hangs_is_waited_for_once(folder, monkeypatch):
    """A share that does not answer costs a moment at the first check and nothing later."""
    monkeypatch.setattr(telling, "PATIENCE", 0.05)
    answers = threading.Event()
    monkeypatch.setattr(telling.files, "write_text", lambda *_: answers.wait(60))
    one, begun = telling.Opening("03"), time.monotonic()
    try:
        assert [one.note(SLUGS[0], False) for _ in range(3)] == [telling.UNTOLD, "", ""]
        assert time.monotonic() - begun < 20
    finally:
        answers.set()


@pytest.mark.parametrize("learners", range(5))
def test_below_three_learners_nothing_is_said_of_an_exercise(folder, learners):
    """One or two are told as fewer than three, whatever they did; three and more are counted."""
    for i in range(learners):
        one = telling.Opening("03")
        for _ in range(3):
            one.note(SLUGS[0], i > 0 and i % 2 == 0)
    done = CliRunner().invoke(app, ["class", "live", str(folder), "--once"])
    assert done.exit_code == 0, done.output
    assert (room.FEW in done.stdout) == (0 < learners < 3)
    rows = room.look(folder).rows
    cells = rows[0].cells() if rows else None
    right = len([i for i in range(learners) if i > 0 and i % 2 == 0])
    stuck = str(learners - right)
    few = [room.FEW, "", ""] if learners else None
    assert cells == ([stuck, stuck, str(right)] if learners >= 3 else few)


def test_who_went_on_is_no_longer_at_it_and_still_counts_as_stuck(folder):
    """The exercise checked last is the one a learner is at; three tries stay three tries."""
    for _ in range(3):
        one = telling.Opening("03")
        for _ in range(3):
            one.note(SLUGS[0], False)
        one.note(SLUGS[1], True)
    cells = [row.cells() for row in room.look(folder).rows]
    assert cells == [["0", "3", "0"], ["0", "0", "3"]]


def test_yesterday_is_left_out_and_counted(folder):
    """Files of another day, before or after, count as old."""
    for i, days in enumerate((-2, 0, 2)):
        put(folder, i, WHOLE | {"minute": (NOW + timedelta(days)).strftime(telling.MINUTE)})
    found = room.look(folder, NOW.astimezone().date())
    assert (found.files, found.old, found.skipped) == (1, 2, 0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
WRONG = st.one_of(
    st.binary(max_size=60),
    JSON,
    st.tuples(st.sampled_from(sorted(WHOLE)), JSON).map(lambda one: WHOLE | {one[0]: one[1]}),
    JSON.map(lambda value: WHOLE | {"exercises": {SLUGS[0]: value}}),
    JSON.map(lambda value: WHOLE | {"exercises": {SLUGS[0]: [value, False]}}),
    st.text(max_size=8).map(lambda slug: WHOLE | {"exercises": {slug: [1, False]}, "last": slug}),
    st.sampled_from([b"[" * 7_000, b"9" * 7_000, b" " * 9_000 + json.dumps(WHOLE).encode()]),
    st.sampled_from(["0001-01-01T00:00Z", "9999-12-31T23:59Z"]).map(
        lambda minute: WHOLE | {"minute": minute}
    ),
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(wrong=WRONG)
def test_a_hostile_file_is_skipped_and_counted(folder, wrong):
    """Whatever stands in it, a file is counted once, and what a kernel wrote is still seen."""
    put(folder, 0, WHOLE)
    put(folder, 1, wrong)
    found = room.look(folder, NOW.astimezone().date())
    fits = (
        isinstance(wrong, dict)
        and type(tried := wrong.get("exercises")) is dict
        and all(slug in SLUGS and type(pair[0]) is int for slug, pair in
                ((s, p) for s, p in tried.items() if type(p) is list and len(p) == 2))
    )  # fmt: skip
    assert found.files + found.old + found.skipped == 2 and found.files >= 1
    assert fits or found.skipped == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_links_pipes_and_folders_are_not_followed(folder, tmp_path):
    """A link to a good file, a pipe, a folder and a file of another name are skipped."""
    good = put(tmp_path, 9, WHOLE)
    (folder / f"{1:032x}.json").symlink_to(good)
    os.mkfifo(folder / f"{2:032x}.json")
    (folder / f"{3:032x}.json").mkdir()
    (folder / "notes.json").write_text(json.dumps(WHOLE), "utf-8")
    found = room.look(folder)
    assert (found.files, found.skipped) == (0, 4)


def test_a_folder_that_is_not_there_is_told_in_one_sentence(tmp_path):
    """`class live` of no folder says so and ends with an error."""
    done = CliRunner().invoke(app, ["class", "live", str(tmp_path / "none"), "--once"])
    assert done.exit_code == 1 and len(done.stderr.strip().splitlines()) == 1
