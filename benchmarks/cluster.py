"""Fresh Dask clusters of four workers on one empty home: no student without a grade.

Run ``python benchmarks/cluster.py``; it starts a cluster of four worker processes 20 times, each
time with nothing prepared, grades 40 submissions of a tiny lesson, and writes
``benchmarks/cluster.json``. The suite does the same twice with 12 submissions.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.grading.conftest import HONEST, Course, hand_in, make_course

RECORD = Path(__file__).with_name("cluster.json")
WORKERS = 4
START_SECONDS = 120


@contextlib.contextmanager
def cluster(course: Course, place: Path, workers: int) -> Iterator[str]:
    """A scheduler and worker processes on 127.0.0.1; gives the scheduler's address."""
    told = place / "scheduler.json"
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
                 "--port", "0", *common]  # fmt: skip
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--host",
              "127.0.0.1", "--local-directory", str(place), *common]  # fmt: skip
    settings = {"env": course.environment, "cwd": place, "stdout": subprocess.DEVNULL,
                "stderr": subprocess.DEVNULL}  # fmt: skip
    running = [subprocess.Popen(scheduler, **settings)]
    try:
        until = time.monotonic() + START_SECONDS
        while not told.is_file() and time.monotonic() < until:
            time.sleep(0.2)
        running += [subprocess.Popen(worker, **settings) for _ in range(workers)]
        address = json.loads(told.read_text())["address"]
        from distributed import Client

        with Client(address, timeout=START_SECONDS) as client:
            client.wait_for_workers(workers, timeout=START_SECONDS)
        yield address
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=60)


def fresh(course: Course, place: Path, address: str, students: int) -> list[str]:
    """Grade on a cluster that has nothing prepared; students with a row that is not right."""
    shutil.rmtree(course.root / "home" / "grading", ignore_errors=True)
    for i in range(students):
        hand_in(place / "submitted", f"student-{i:02}", course.answered())
    done = course.run("grade", place / "submitted", "--out", place / "out", "--scheduler", address,
                      timeout=900)  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = (place / "out" / "grades.csv").read_text("utf-8").splitlines()[1:]
    assert len(lines) == students * len(HONEST)
    return sorted({line.split(",")[0] for line in lines if ",right," not in line})


def main() -> None:
    """Print and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--json", type=Path, default=RECORD, help="where the record goes")
    options = parser.parse_args()
    lost, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "course").mkdir()
        course = make_course(Path(folder) / "course")
        for start in range(options.starts):
            place = Path(folder) / f"start-{start}"
            place.mkdir()
            with cluster(course, place, WORKERS) as address:
                begun = time.monotonic()
                lost.append(fresh(course, place, address, options.students))
            seconds.append(round(time.monotonic() - begun, 1))
            print(f"start {start + 1}: {len(lost[-1])} lost, {seconds[-1]} s", flush=True)
    record = {"date": datetime.now(UTC).date().isoformat(), "python": platform.python_version(),
              "starts": options.starts, "workers": WORKERS, "students": options.students,
              "starts_without_a_lost_student": sum(not one for one in lost),
              "lost": lost, "seconds": seconds}  # fmt: skip
    print(json.dumps(record, indent=1))
    options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
