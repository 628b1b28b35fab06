"""Seconds per submission: nbgrader's autograde beside ``readingroom grade``, in one run.

Run ``python benchmarks/grading.py``; it grades solved copies of lesson 03 with both, prints
a table and, with ``--json FILE``, writes the dated record. nbgrader grades a few copies only, since
each takes it as long as the lesson. Both start with no stored result: nbgrader's copies train a
network each, as they do in a class.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import nbformat
import psutil

from readingroom import places
from readingroom.catalogue import Lesson, find


def answered(lesson: Lesson) -> nbformat.NotebookNode:
    """The learner's notebook with the course's answers typed in."""
    solved = nbformat.read(lesson.notebook("solutions"), as_version=4)
    book = nbformat.read(lesson.notebook("lessons"), as_version=4)
    typed = {cell.id: cell.source for cell in solved.cells}
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = re.sub(r"[ \t]*### (BEGIN|END) SOLUTION\n?", "", typed[cell.id])
    return book


def hand_in(folder: Path, lesson: Lesson, students: int) -> None:
    """A class's folder, as nbgrader collects it."""
    text = nbformat.writes(answered(lesson))
    for number in range(students):
        path = folder / f"student-{number:02}" / lesson.slug / f"{lesson.slug}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")


def ours(place: Path, lesson: Lesson, students: int, jobs: int) -> dict:
    """Seconds of ``readingroom grade``, without and with what a class shares made before."""
    hand_in(place / "class", lesson, students)
    shutil.rmtree(places.home() / "grading", ignore_errors=True)
    command = [sys.executable, "-m", "readingroom", "grade", str(place / "class"), "--jobs",
               str(jobs), "--out"]  # fmt: skip
    seconds = []
    for name in ("first", "second"):
        start = perf_counter()
        subprocess.run([*command, str(place / name)], check=True, capture_output=True)
        seconds.append(perf_counter() - start)
    lines = (place / "second" / "grades.csv").read_text("utf-8").splitlines()[1:]
    assert all(",right," in line for line in lines), "a right answer was not accepted"
    return {"submissions": students, "jobs": jobs, "first_run_seconds": round(seconds[0], 1),
            "seconds": round(seconds[1], 1)}  # fmt: skip


def theirs(place: Path, lesson: Lesson, students: int) -> dict:
    """Seconds of ``nbgrader autograde``, one after the other, as it does."""
    root = places.course()
    shutil.copytree(root / "solutions" / lesson.slug, place / "solutions" / lesson.slug)
    shutil.copy(root / "nbgrader_config.py", place)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    given = {**os.environ, "PATH": path, "READINGROOM_STORE": str(place / "store"),
             "READINGROOM_PROGRESS": str(place), "READINGROOM_COHORT": "simulated"}  # fmt: skip
    base = [sys.executable, "-m", "nbgrader"]
    quiet = {"cwd": place, "check": True, "capture_output": True}
    subprocess.run([*base, "generate_assignment", lesson.slug], env=given, **quiet)
    hand_in(place / "submitted", lesson, students)
    start = perf_counter()
    for number in range(students):
        # every learner's kernel has a store of its own, so each copy trains
        own = {**given, "READINGROOM_STORE": str(place / f"store-{number}")}
        one = [*base, "autograde", lesson.slug, "--student", f"student-{number:02}"]
        subprocess.run(one, env=own, **quiet)
    return {"submissions": students, "seconds": round(perf_counter() - start, 1)}


def main() -> None:
    """Print seconds per submission for both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lesson", default="03")
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--nbgrader", type=int, default=3, help="copies that nbgrader grades")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the record to this file")
    options = parser.parse_args()
    lesson = find(options.lesson)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("ours", "theirs"):
            (Path(folder) / name).mkdir()
        mine = ours(Path(folder) / "ours", lesson, options.students, options.jobs)
        plain = theirs(Path(folder) / "theirs", lesson, options.nbgrader)
    for found in (mine, plain):
        found["seconds_each"] = round(found["seconds"] / found["submissions"], 2)
    mine["first_run_seconds_each"] = round(mine["first_run_seconds"] / options.students, 2)
    record = {
        "date": datetime.now(UTC).date().isoformat(),
        "lesson": lesson.number,
        "films": "simulated",
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "python": platform.python_version(),
        "readingroom_grade": mine,
        "nbgrader_autograde": plain,
        "times_faster": round(plain["seconds_each"] / mine["seconds_each"], 1),
        "times_faster_first_run": round(plain["seconds_each"] / mine["first_run_seconds_each"], 1),
    }
    print(json.dumps(record, indent=2))
    if options.json:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
