"""A grader killed at random moments and resumed: the tables of a quiet run, nothing left behind.

Run ``python benchmarks/kills.py``; it grades a class of a tiny lesson undisturbed, then again with
SIGKILL at 20 random moments, the first preparation included, each followed by ``--resume``. It
writes ``benchmarks/kills.json``. The suite does the same with three kills.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.grading.conftest import Course, hand_in, make_course

RECORD = Path(__file__).with_name("kills.json")
STUDENTS = 12
END_SECONDS = 60  # in which everything that a killed grader had started is gone


def class_of(course: Course, folder: Path) -> Path:
    """Honest, wrong and hostile submissions."""
    for i in range(STUDENTS):
        changed = {"share": "part = 0.45"} if i % 3 == 0 else {}
        if i % 4 == 1:
            changed["films"] = "import os\nos._exit(0)"
        hand_in(folder, f"student-{i:02}", course.answered(**changed))
    return folder


def outcome(out: Path) -> dict[str, bytes]:
    """Every table and page."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in [out / "grades.csv", out / "class.html", *(out / "feedback").iterdir()]
    }


def processes(course: Course) -> list[str]:
    """What of this course's graders still runs."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ", "status"]):
        words = " ".join(process.info["cmdline"] or [])
        place = str((process.info["environ"] or {}).get("PYTHONPATH"))
        alive = process.info["status"] != psutil.STATUS_ZOMBIE
        if alive and "readingroom" in words and str(course.root) in place + words:
            found.append(f"{process.pid} {words[:80]}")
    return found


def files(course: Course, out: Path, temporary: Path) -> list[str]:
    """What a grader may leave by its death: drafts, half results, folders for the moment."""
    home = course.root / "home" / "grading"
    found = [*home.glob(".*.[0-9]*"), *(out / ".results").glob(".*.part"), *temporary.iterdir()]
    return [str(path) for path in found]


def run(course: Course, place: Path, kills: int) -> dict:
    """Kill and resume; raises AssertionError where a table differs or something is left."""
    submitted, temporary = class_of(course, place / "submitted"), place / "tmp"
    temporary.mkdir()
    seed, calm, out = place / "seed", place / "calm", place / "out"
    environment = {**course.environment, "TMPDIR": str(temporary)}
    shutil.rmtree(course.root / "home" / "grading", ignore_errors=True)

    def command(target: Path, *more: str) -> list[str]:
        told = ("grade", submitted, "--out", target, "--seed-file", seed, "--jobs", 2,
                "--cell-seconds", 10, *more)  # fmt: skip
        return [sys.executable, "-m", "readingroom", *map(str, told)]

    start = time.monotonic()
    subprocess.run(command(calm), env=environment, check=True, capture_output=True)
    took = time.monotonic() - start
    moments, killed, finished = random.Random(7), [], 0
    while len(killed) < kills:
        if not killed:  # the first one meets a lesson that is not prepared
            shutil.rmtree(course.root / "home" / "grading", ignore_errors=True)
        process = subprocess.Popen(
            command(out, "--resume"), env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        moment = moments.uniform(0.1, 0.9) * took
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed.append(round(moment, 1))
        else:  # it had finished: begin anew, so that every kill meets work
            assert process.returncode == 0, "a resumed grader stopped"
            finished += 1
            shutil.rmtree(out)
    subprocess.run(command(out, "--resume"), env=environment, check=True, capture_output=True)
    assert outcome(out) == outcome(calm), "a table differs from the undisturbed run's"
    until = time.monotonic() + END_SECONDS
    while (processes(course) or files(course, out, temporary)) and time.monotonic() < until:
        time.sleep(0.2)
    left = [*processes(course), *files(course, out, temporary)]
    assert left == [], f"left behind: {left}"
    return {"students": STUDENTS, "kills": len(killed), "seconds_of_a_quiet_run": round(took, 1),
            "killed_after_seconds": killed, "finished_before_the_kill": finished,
            "tables_equal": True, "processes_left": 0, "files_left": 0}  # fmt: skip


def main() -> None:
    """Print and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", type=Path, default=RECORD, help="where the record goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "course").mkdir()
        found = run(make_course(place / "course"), place, options.kills)
    record = {"date": datetime.now(UTC).date().isoformat(), "python": platform.python_version(),
              **found}  # fmt: skip
    print(json.dumps(record, indent=1))
    options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
