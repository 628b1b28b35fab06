"""Lesson 09's run with Flower: the same average, and nothing is left behind."""

from __future__ import annotations

import socket
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from readingroom.lessons.l09 import fedavg, films, flower

here = pytest.mark.skipif(
    not flower.installed(), reason='Flower is not installed (pip install ".[federated]")'
)


@pytest.fixture
def ports(monkeypatch) -> list[int]:
    """The ports that runs asked for."""
    asked: list[int] = []
    free = flower.free_port

    def noted() -> int:
        asked.append(free())
        return asked[-1]

    monkeypatch.setattr(flower, "free_port", noted)
    return asked


def _children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if one.is_running()]


def _nobody_listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(2)
        return one.connect_ex(("127.0.0.1", port)) != 0


@here
def test_flower_agrees_with_the_ten_lines_and_leaves_nothing(ports):
    """The average to a millionth; afterwards no process and no open port."""
    before = _children()
    sites = films.hospitals("simulated")
    run = flower.run(sites)
    assert np.abs(run.mean[-1] - fedavg.federated(sites, flower.ROUNDS)).max() < 1e-6
    kept, _ = films._log("simulated")
    assert np.abs(run.sent - kept.sent).max() < 1e-6
    assert list(run.films) == list(kept.films)
    assert _children() == before
    assert len(ports) == 1 and _nobody_listens(ports[0])


@here
def test_a_hospital_that_fails_ends_the_run(ports):
    """Labels of another number than films: one sentence, no process, no open port."""
    before = _children()
    sites = [(x, y[:-3]) for x, y in films.hospitals("simulated")]
    with pytest.raises(flower.FlowerMissing, match="no result"):
        flower.run(sites)
    assert _children() == before and _nobody_listens(ports[0])


@here
def test_a_client_leaves_with_whoever_started_it(tmp_path):
    """When the pipe to it closes a client is gone in seconds, though it waits for a server."""
    x, y = films.hospitals("simulated")[2]
    np.savez(tmp_path / "own.npz", x=x, y=y)
    with socket.create_server(("127.0.0.1", 0)) as mute:  # takes the call and never says a word
        command = ["client", str(mute.getsockname()[1]), str(tmp_path / "own.npz"), "0"]
        one = subprocess.Popen([sys.executable, "-m", flower.HOSPITAL, *command],
                               stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
        mute.settimeout(60)
        with mute.accept()[0]:
            with pytest.raises(subprocess.TimeoutExpired):
                one.wait(3)
            one.stdin.close()
            assert one.wait(20) != 0


@pytest.mark.parametrize(
    ("graded", "said"),
    [(False, "Flower is not installed here"), (True, "where answers are graded")],
)
def test_without_flower_the_log_is_shown_with_one_sentence(monkeypatch, capsys, graded, said):
    """Not installed, or a grader's machine: the stored log, and one line says so and from when."""
    monkeypatch.setattr(films, "current", lambda: SimpleNamespace(mode="simulated"))
    monkeypatch.setattr(films.session, "grading_by_nbgrader", lambda: graded)
    monkeypatch.setattr(flower, "installed", lambda: "")
    run = films.flower_run()
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 1 and said in lines[0] and "stored log of Flower" in lines[0]
    assert np.abs(run.mean - films._log("simulated")[0].mean).max() == 0
