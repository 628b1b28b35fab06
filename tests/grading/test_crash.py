"""A grader that is killed loses nothing finished: going on gives the table of a quiet run."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from readingroom.grading import sandbox
from tests.grading.conftest import hand_in

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed")

KILLS = 20
STUDENTS = 12


def _class(course, folder: Path) -> Path:
    for i in range(STUDENTS):
        changed = {"share": "part = 0.45"} if i % 3 == 0 else {}
        if i % 4 == 1:
            changed["films"] = "import os\nos._exit(0)"
        hand_in(folder, f"student-{i:02}", course.answered(**changed))
    return folder


def _outcome(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in [out / "grades.csv", out / "class.html", *(out / "feedback").iterdir()]
    }


def _workers(course) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline", "environ", "status"]):
        words = " ".join(process.info["cmdline"] or [])
        place = str((process.info["environ"] or {}).get("PYTHONPATH"))
        alive = process.info["status"] != psutil.STATUS_ZOMBIE
        if alive and "readingroom.grading" in words and str(course.root) in place + words:
            found.append(process.pid)
    return found


@pytest.mark.slow
def test_twenty_kills_change_nothing(course, tmp_path):
    """SIGKILL at random moments, 20 times, then --resume: the same bytes as an undisturbed run."""
    submitted = _class(course, tmp_path / "submitted")
    shutil.copytree(submitted, tmp_path / "again" / "submitted")
    seed, calm, out = tmp_path / "seed", tmp_path / "calm", tmp_path / "out"
    options = ("--seed-file", seed, "--jobs", 2, "--cell-seconds", 10)
    start = time.monotonic()
    done = course.run("grade", submitted, "--out", calm, *options)
    assert done.returncode == 0, done.stderr
    took = time.monotonic() - start
    moments = random.Random(7)
    arguments = ["grade", submitted, "--out", out, *options, "--resume"]
    command = [sys.executable, "-m", "readingroom", *map(str, arguments)]
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            command, env=course.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(moments.uniform(0.3, 1.2) * took)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
        if process.returncode == 0:  # it had finished: begin anew, so that every kill counts
            shutil.rmtree(out)
    done = course.run(*arguments)
    assert done.returncode == 0, done.stderr
    assert _outcome(out) == _outcome(calm)
    assert killed >= KILLS // 2
    until = time.monotonic() + 20
    while _workers(course) and time.monotonic() < until:
        time.sleep(0.2)
    assert _workers(course) == []
    assert not list((out / ".results").glob(".*.part"))
