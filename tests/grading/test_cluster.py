"""The same class on a Dask cluster of two worker processes gives the same table."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from readingroom.catalogue import find
from readingroom.cli import app
from readingroom.grading import batch, cluster, gathering, result, sandbox
from tests.grading.conftest import benchmark, hand_in

pytest.importorskip("distributed", reason="Dask is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed"),
]


clusters = benchmark("cluster")


@pytest.fixture(params=[2])
def address(course, tmp_path, request):
    """A scheduler and worker processes on 127.0.0.1, two unless a test asks for more."""
    with clusters.cluster(course, tmp_path, request.param) as place:
        yield place


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
    assert clusters.fresh(course, tmp_path, address, students=12) == []


def test_no_scheduler_gets_one_sentence(monkeypatch, tmp_path):
    """Nobody at the address: one plain sentence, a non-zero exit."""
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    handed = tmp_path / "submitted" / "annika" / "99.ipynb"
    handed.parent.mkdir(parents=True)
    shutil.copy(find("99").notebook("lessons"), handed)
    command = ["grade", str(handed.parents[1]), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*command, "--scheduler", "tcp://127.0.0.1:9"])
    assert done.exit_code == 1 and "No Dask scheduler answers" in done.output
    assert "Traceback" not in done.output


class Answer:
    """What a worker has sent."""

    def __init__(self, told: dict) -> None:
        self.told = told

    def exception(self):
        """None was lost."""

    def result(self):
        """What it holds."""
        return self.told


class Cluster:
    """Workers of which one cannot grade: it answers at once, before all others."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def scheduler_info(self):
        """Three workers."""
        return {"workers": ["bad", "good-1", "good-2"]}

    def run(self, function):
        """Nothing to end here."""

    def submit(self, function, task, settings, course, pure, workers):
        """What that worker would answer; the bad one is free whenever it is asked."""
        worker = "bad" if workers is None or "bad" in workers else workers[0]
        self.got.append(worker)
        rows = batch.not_graded(task, "No sandbox here.")
        if worker != "bad":
            rows = [replace(row, points=2.0, status="right") for row in rows]
        return Answer({"rows": [row.as_dict() for row in rows], "worker": worker})


class AsTheyCome(list):
    """Futures in the order in which they were made, later ones included."""

    def add(self, future):
        """One more to wait for."""
        self.append(future)


def test_a_worker_that_fails_fast_is_put_aside(monkeypatch):
    """A worker that cannot grade answers first; it gets no more, and nobody is without a grade."""
    monkeypatch.setattr("distributed.as_completed", AsTheyCome)
    monkeypatch.setattr(cluster.preparation, "fingerprint", lambda number: "same")
    one = gathering.Submission("ann", "04", "ann.ipynb")
    tasks = [batch.Task(replace(one, student=f"s{i}"), "04", "simulated") for i in range(5)]
    fake = Cluster()
    spread = cluster._spread(fake, tasks, batch.Settings(seed=1))
    graded = {task.submission.student: rows for task, rows in spread}
    assert len(graded) == 5 and all(result.earned(rows) for rows in graded.values())
    assert fake.got == ["bad"] * 5 + ["good-1"] * 5
