"""The record of the grader's speed and memory, beside nbgrader, in one run.

Run ``python benchmarks/grading.py`` on a quiet machine; it writes ``benchmarks/grading.json``:

- the first preparation of every lesson, from an empty folder;
- a class of 40 solved copies of a lesson without torch (04) and of one with (03): seconds each and
  the most memory of the grader with everything it started;
- plain nbgrader's autograde on one copy of each;
- the memory of a class of 200 after every quarter.

Nothing but the lessons' films is there before. nbgrader's copy trains a network, as in a class.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import psutil

from readingroom import places
from readingroom.catalogue import Lesson, catalogue, find
from readingroom.nbformats import nbformat

RECORD = Path(__file__).with_name("grading.json")
WITHOUT, WITH = "04", "03"  # a lesson without torch, and one with it
POLL = 0.5  # seconds
PREPARE = """
import sys
from readingroom.grading import preparation
preparation.prepare(sys.argv[1], "simulated", 1, [])
"""


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


def _memory(process: psutil.Process) -> int:
    """Bytes that a process and all it started hold; what they share counts once."""
    held = 0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(OSError, psutil.Error):
            lines = Path(f"/proc/{one.pid}/smaps_rollup").read_text().splitlines()
            held += sum(int(x.split()[1]) for x in lines if x.startswith("Pss:")) * 1024
    return held


class Sampler(threading.Thread):
    """Looks at a command's memory while it runs, and at how many results it has written."""

    def __init__(self, process: psutil.Process, results: Path) -> None:
        super().__init__(daemon=True)
        self.process, self.results, self.done = process, results, threading.Event()
        self.peak, self.by_results = 0, {}

    def run(self) -> None:
        """Look every now and then; the most at each count of results."""
        while not self.done.wait(POLL):
            with contextlib.suppress(psutil.Error):
                held = _memory(self.process)
                self.peak = max(self.peak, held)
                count = len(list(self.results.glob("*.json")))
                self.by_results[count] = max(held, self.by_results.get(count, 0))


def prepared(lesson: Lesson) -> float:
    """Seconds of the first preparation of a lesson, its folder empty."""
    for old in (places.home() / "grading").glob(f"*{lesson.slug}*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    start = perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", PREPARE, lesson.number], check=True)
    return round(perf_counter() - start, 1)


def ours(place: Path, lesson: Lesson, students: int, jobs: int) -> tuple[dict, Sampler]:
    """Seconds and memory of ``readingroom grade`` on a class; the lesson is prepared."""
    hand_in(place / "class", lesson, students)
    command = [sys.executable, "-m", "readingroom", "grade", str(place / "class"), "--jobs",
               str(jobs), "--out", str(place / "out")]  # fmt: skip
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sampler = Sampler(psutil.Process(process.pid), place / "out" / ".results")
    sampler.start()
    code = process.wait()
    seconds = perf_counter() - start
    sampler.done.set()
    sampler.join()
    assert code == 0, "the grader stopped"
    lines = (place / "out" / "grades.csv").read_text("utf-8").splitlines()[1:]
    assert all(",right," in line for line in lines), "a right answer was not accepted"
    found = {"submissions": students, "jobs": jobs, "seconds": round(seconds, 1),
             "seconds_each": round(seconds / students, 2),
             "peak_memory_mb": round(sampler.peak / 1e6)}  # fmt: skip
    return found, sampler


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


def of_lesson(lesson: Lesson, students: int, jobs: int, copies: int) -> dict:
    """One lesson with both graders."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("ours", "theirs"):
            (Path(folder) / name).mkdir()
        mine, _ = ours(Path(folder) / "ours", lesson, students, jobs)
        plain = theirs(Path(folder) / "theirs", lesson, copies) if copies else None
    if plain is None:
        return {"readingroom_grade": mine}
    plain["seconds_each"] = round(plain["seconds"] / plain["submissions"], 2)
    faster = round(plain["seconds_each"] / mine["seconds_each"], 1)
    return {"readingroom_grade": mine, "nbgrader_autograde": plain, "times_faster": faster}


def of_many(lesson: Lesson, students: int, jobs: int) -> dict:
    """Memory of a large class, the most in each quarter of it."""
    with tempfile.TemporaryDirectory() as folder:
        mine, sampler = ours(Path(folder), lesson, students, jobs)
    quarters = {}
    for count, held in sampler.by_results.items():
        quarter = min(4, 1 + 4 * count // (students + 1))
        quarters[quarter] = max(held, quarters.get(quarter, 0))
    held = [round(most / 1e6) for _, most in sorted(quarters.items())]
    return {**mine, "lesson": lesson.number, "memory_mb_by_quarter": held}


def main() -> None:
    """Measure, print and write; what is measured already stays if a later step is broken off."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--many", type=int, default=200, help="the large class; 0 leaves it out")
    parser.add_argument("--nbgrader", type=int, default=1, help="copies that nbgrader grades")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, default=RECORD, help="where the record goes")
    options = parser.parse_args()
    record: dict = {
        "date": datetime.now(UTC).date().isoformat(),
        "films": "simulated",
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
        "first_preparation_seconds": {},
        "lessons": {},
    }

    def told() -> None:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        print(json.dumps(record, indent=2), flush=True)

    for number, lesson in catalogue().items():
        record["first_preparation_seconds"][number] = prepared(lesson)
    told()
    for number in (WITHOUT, WITH):
        record["lessons"][number] = of_lesson(
            find(number), options.students, options.jobs, options.nbgrader
        )
        told()
    if options.many:
        record["class_of_many"] = of_many(find(WITHOUT), options.many, options.jobs)
    record["load_after"] = round(os.getloadavg()[0], 1)
    told()


if __name__ == "__main__":
    main()
