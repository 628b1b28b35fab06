"""Where there are no walls the command says which protection is missing, and does nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from readingroom import places
from readingroom.grading import batch, sandbox
from tests.grading.conftest import hand_in
from tests.grading.test_batch import table


def test_no_bubblewrap_is_said_plainly(course, tmp_path):
    """Without bubblewrap: one sentence on what is missing, a non-zero exit, nothing graded."""
    hand_in(tmp_path / "submitted", "annika", course.answered())
    command = [sys.executable, "-m", "readingroom", "grade", str(tmp_path / "submitted"), "--out",
               str(tmp_path / "out")]  # fmt: skip
    environment = {**course.environment, "PATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and "your files, the answers, the network" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "out" / "grades.csv").exists()


def test_unprotected_is_asked_for_and_works(course, tmp_path):
    """--unprotected grades honest notebooks alike, and says what it does without."""
    hand_in(tmp_path / "submitted", "annika", course.answered())
    hand_in(tmp_path / "submitted", "bobby", course.answered(films="while True: pass"))
    done = course.run("grade", tmp_path / "submitted", "--out", tmp_path / "out", "--unprotected",
                      "--cell-seconds", 5)  # fmt: skip
    assert done.returncode == 0 and "No sandbox" in done.stderr, done.stderr
    rows = table(tmp_path / "out")
    assert [row["points"] for row in rows] == ["2"] * 5 + ["2", "2", "2", "0", "2"]
    assert {row["status"] for row in rows} == {"right", "timed out"}


def test_the_view_holds_no_answers(monkeypatch, tmp_path):
    """The command that builds the walls binds no checks, no test items and no solved notebook."""
    monkeypatch.setattr(sandbox, "missing", lambda: "")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/bwrap")
    view = sandbox.View(tmp_path, [], [tmp_path])
    words = sandbox.command(view, sandbox.environment("simulated"), ["true"])
    bound = [words[i + 2] for i, word in enumerate(words) if word in ("--bind", "--ro-bind")]
    for name in ("checks", "exam", "solutions"):
        assert not any(place.endswith(f"/{name}") for place in bound)
    sources = [words[i + 1] for i, word in enumerate(words) if word in ("--bind", "--ro-bind")]
    assert str(places.course() / "lessons") not in sources
    assert {"--unshare-pid", "--unshare-net", "--unshare-ipc", "--clearenv"} <= set(words)
    assert "--die-with-parent" in words


def test_protection_is_never_dropped_silently(monkeypatch):
    """No walls and no word of the teacher: an error, not a run without walls."""
    monkeypatch.setattr(sandbox, "missing", lambda: "nothing builds walls here")
    assert batch.protection(unprotected=True) is False
    with pytest.raises(sandbox.NoSandbox):
        batch.protection(unprotected=False)


def test_films_in_a_temporary_folder_are_seen(course, tmp_path):
    """Each submission has a /tmp of its own, and still reads films that lie below the real one."""
    film = Path(course.environment["READINGROOM_HOME"]) / "simulated" / "a film.txt"
    film.parent.mkdir(parents=True, exist_ok=True)
    film.write_text("seen", "utf-8")
    cell = "from pathlib import Path\nseen = {{1, 3, 5}} if Path({!r}).exists() else {{2}}"
    for student, place in (("annika", film), ("bobby", film.with_name("none.txt"))):
        hand_in(tmp_path / "submitted", student, course.answered(films=cell.format(str(place))))
    done = course.run("grade", tmp_path / "submitted", "--out", tmp_path / "out")
    film.unlink()
    points = {row["student"]: row["points"] for row in table(tmp_path / "out")
              if row["exercise"] == "films"}  # fmt: skip
    assert points == {"annika": "2", "bobby": "0"}, done.stderr


def test_nothing_bubblewrap_makes_stays_writable(monkeypatch, tmp_path):
    """An ordinary user's submission owns the sandbox's own folders, so all become read-only."""
    monkeypatch.setattr(sandbox, "missing", lambda: "")
    words = sandbox.command(sandbox.View(tmp_path, [], [tmp_path]), {}, ["true"])
    made = {words[i + 1] for i, word in enumerate(words) if word == "--tmpfs"} - {"/tmp"}
    shut = {words[i + 1] for i, word in enumerate(words) if word == "--remount-ro"}
    assert str(tmp_path) in made and shut == made | {"/", "/dev"}
    last = max(i for i, word in enumerate(words) if word in ("--dir", "--ro-bind", "--bind"))
    assert words.index("--remount-ro") > last
