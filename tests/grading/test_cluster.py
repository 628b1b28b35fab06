"""The same class on a Dask cluster of two worker processes gives the same table."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from readingroom.grading import sandbox
from tests.grading.conftest import hand_in

pytest.importorskip("distributed", reason="Dask is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed"),
]


@pytest.fixture(params=[2])
def address(course, tmp_path, request):
    """A scheduler and worker processes on 127.0.0.1, two unless a test asks for more."""
    workers = request.param
    told = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(told), "--no-dashboard"]
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
                 "--port", "0", *common]  # fmt: skip
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--host",
              "127.0.0.1", "--local-directory", str(tmp_path), *common]  # fmt: skip
    settings = {"env": course.environment, "cwd": tmp_path, "stdout": subprocess.DEVNULL,
                "stderr": subprocess.DEVNULL}  # fmt: skip
    running = [subprocess.Popen(scheduler, **settings)]
    until = time.monotonic() + 60
    while not told.is_file() and time.monotonic() < until:
        time.sleep(0.2)
    running += [subprocess.Popen(worker, **settings) for _ in range(workers)]
    place = json.loads(told.read_text())["address"]
    from distributed import Client

    with Client(place, timeout=60) as client:
        client.wait_for_workers(workers, timeout=60)
    yield place
    for process in running:
        process.terminate()
        process.wait(timeout=30)


def test_two_workers_give_the_same_table(course, address, tmp_path):
    """Eight students, one of them hostile: the table is that of a run on one machine."""
    submitted = tmp_path / "submitted"
    for i in range(8):
        changed = {"films": "import os\nos._exit(0)"} if i == 3 else {}
        hand_in(submitted, f"student-{i}", course.answered(**changed))
    options = ("--seed-file", tmp_path / "seed", "--cell-seconds", 10)
    near = course.run("grade", submitted, "--out", tmp_path / "near", *options)
    far = course.run(
        "grade", submitted, "--out", tmp_path / "far", *options, "--scheduler", address
    )
    assert (near.returncode, far.returncode) == (0, 0), near.stderr + far.stderr
    tables = [(tmp_path / name / "grades.csv").read_bytes() for name in ("near", "far")]
    assert tables[0] == tables[1] and tables[0].count(b",right,") == 39


@pytest.mark.parametrize("address", [4], indirect=True)
@pytest.mark.parametrize("start", range(2))
def test_four_workers_share_a_fresh_home(course, address, tmp_path, start):
    """Nothing prepared, four workers at once on one home: no student is left without a grade."""
    shutil.rmtree(Path(course.environment["READINGROOM_HOME"]) / "grading", ignore_errors=True)
    submitted = tmp_path / "submitted"
    for i in range(12):
        hand_in(submitted, f"student-{i:02}", course.answered())
    done = course.run("grade", submitted, "--out", tmp_path / "out", "--scheduler", address)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "grades.csv").read_bytes().count(b",right,") == 60


def test_no_scheduler_gets_one_sentence(course, tmp_path):
    """Nobody at the address: one plain sentence, a non-zero exit."""
    hand_in(tmp_path / "submitted", "annika", course.answered())
    done = course.run(
        "grade", tmp_path / "submitted", "--out", tmp_path / "out",
        "--scheduler", "tcp://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 1 and "No Dask scheduler answers" in done.stderr
    assert "Traceback" not in done.stderr
