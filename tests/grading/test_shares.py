"""Neighbours share the processors: what one submission takes costs another no points."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from readingroom.grading import batch, gathering, result, sandbox, watch
from tests.grading.conftest import POINTS, hand_in

BUSY = """import os
for number in range(60):
    try:
        if os.fork() == 0:
            os.setsid()  # a session of its own, with a share of its own
            while True:
                pass
    except OSError:
        break
import time
from pathlib import Path
time.sleep(600)
"""
SLOW = """import time
begun = time.process_time()
while time.process_time() - begun < 2.5:
    pass
"""
CELL_SECONDS = 12


@pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed")
def test_a_crowd_of_busy_children_stops_no_honest_cell(course, tmp_path):
    """A cell that computes for 2.5 s ends in time beside 60 children that never rest."""
    from tests.grading.hostile import Case

    hand_in(tmp_path / "class", "a-busy", Case("busy", "a crowd", extra=BUSY).build(course))
    honest = Case("slow", "honest work", answers={"share": SLOW + "part = 0.375"}).build(course)
    hand_in(tmp_path / "class", "b-honest", honest)
    done = course.run(
        "grade", tmp_path / "class", "--out", tmp_path / "out", "--jobs", 2,
        "--cell-seconds", CELL_SECONDS, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "grades.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["student"] == "b-honest"]
    assert rows and all(float(row["points"]) == POINTS for row in rows), rows


def _row(student: str, status: str, points: float) -> result.Row:
    return result.Row(student, "90", "simulated", "share", points, 2.0, status, "")


def test_what_ran_out_of_time_beside_others_runs_once_more_alone(monkeypatch):
    """A time-out counts only where the same submission runs out of time with nobody beside it."""
    running, seen, lock = set(), [], threading.Lock()

    class Fake:
        """Times out whoever has a neighbour; `hopeless` times out always."""

        def __init__(self, settings):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def ready(self, lesson, cohort):
            pass

        def rows(self, task):
            student = task.submission.student
            with lock:
                running.add(student)
                beside = len(running) > 1 or not seen
                seen.append((student, beside))
            time.sleep(0.05)
            with lock:
                running.discard(student)
            late = beside or student == "hopeless"
            status, points = (result.TIMED_OUT, 0.0) if late else ("right", 2.0)
            return [_row(student, status, points)]

    monkeypatch.setattr(batch, "Grader", Fake)
    settings = batch.Settings(1, jobs=3)
    students = ["ann", "bob", "eve", "hopeless"]
    tasks = [
        batch.Task(gathering.Submission(name, "90", name, b""), "90", "simulated")
        for name in students
    ]
    found = {task.submission.student: rows[0] for task, rows in batch.here(tasks, settings)}
    assert {name: row.status for name, row in found.items()} == {
        "ann": "right", "bob": "right", "eve": "right", "hopeless": result.TIMED_OUT,
    }  # fmt: skip
    assert any(beside for _, beside in seen)


def test_a_crowd_gives_way_in_sessions_of_its_own_too():
    """Every thread of a crowd gets the smallest share, and so does the group of its session."""
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE,
                               start_new_session=True)  # fmt: skip
    try:
        watch._give_way([sleeper.pid])
        assert os.getpriority(os.PRIO_PROCESS, sleeper.pid) == 19
        group = Path(f"/proc/{sleeper.pid}/autogroup")
        if group.is_file() and "nice" in group.read_text():
            assert group.read_text().split()[-1] == "19"
    finally:
        sleeper.kill()
        sleeper.communicate()
