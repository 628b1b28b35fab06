"""Control groups of Linux, tried on a folder that looks like one; and the watch without them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from readingroom.grading import control, watch
from readingroom.grading.limits import Limits


def _fake(place, controllers="cpu memory pids", given="memory pids"):
    place.mkdir(exist_ok=True)
    (place / "cgroup.controllers").write_text(controllers)
    (place / "cgroup.subtree_control").write_text(given)
    (place / "cgroup.procs").write_text("")
    return place


def test_a_delegated_group_is_found(tmp_path):
    """A group that may give memory and process limits on is used as it is."""
    own = _fake(tmp_path / "own")
    assert control.parent(tmp_path, own) == own


def test_a_grader_alone_in_its_group_moves_down_first(tmp_path):
    """Where nothing is given on yet, the grader moves one group down; others are never moved."""
    own = _fake(tmp_path / "own", given="")
    (own / "cgroup.procs").write_text(f"{os.getpid()}\n12\n")
    assert control.parent(tmp_path, own) is None and not (own / control.OWN).exists()
    (own / "cgroup.procs").write_text(f"{os.getpid()}\n")
    assert control.parent(tmp_path, own) == own
    assert (own / control.OWN / "cgroup.procs").read_text() == str(os.getpid())
    assert (own / "cgroup.subtree_control").read_text() == "+memory +pids"


@pytest.mark.parametrize("controllers", ["cpu", "memory", ""])
def test_no_group_without_its_controllers(tmp_path, controllers):
    """A machine that counts no memory or no processes by group has none for us."""
    assert control.parent(tmp_path, _fake(tmp_path / "own", controllers)) is None
    assert control.parent(tmp_path, tmp_path / "nowhere") is None


def test_a_visits_group_limits_and_tells(tmp_path):
    """Limits are written, a process is moved in, and what the kernel ended is told as memory."""
    group = control.Group(_fake(tmp_path / "own"), memory=1000, processes=7)
    written = {p.name: p.read_text() for p in group.folder.iterdir()}
    assert written == {"memory.max": "1000", "memory.swap.max": "0", "memory.oom.group": "1",
                       "pids.max": "7"}  # fmt: skip
    group.add(4242)
    assert (group.folder / "cgroup.procs").read_text() == "4242" and not group.full
    (group.folder / "memory.events").write_text("low 0\noom 1\noom_kill 3\n")
    assert group.full


def test_the_watch_moves_a_visit_into_a_group_and_reads_its_end(tmp_path, monkeypatch):
    """Where a group can be had the visit lies in it, and an end by the kernel counts as memory."""
    monkeypatch.setattr(control, "available", lambda: _fake(tmp_path / "own"))
    monkeypatch.setattr(control.Group, "close", lambda self: None)
    visit = SimpleNamespace(pid=os.getpid(), kill=lambda: None)
    with watch.Watch(visit, Limits()) as looking:
        (folder,) = (tmp_path / "own").glob("readingroom-visit-*")
        assert (folder / "cgroup.procs").read_text() == str(os.getpid())
        assert looking.over == ""
        (folder / "memory.events").write_text("oom_kill 1\n")
        assert looking.over == "memory"


def test_the_grader_says_which_protection_is_missing():
    """The sentence names what is not walled and how to have it."""
    assert "the kernel itself" in control.MISSING and "systemd-run" in control.MISSING


def test_the_watch_sees_children_of_children():
    """A process, its child and the child's child are one visit."""
    code = """if True:
        import subprocess, sys, time
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        time.sleep(60)"""
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        until = time.monotonic() + 30
        while len(watch.below(process.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        found = watch.below(process.pid)
        assert found[0] == process.pid and len(found) == 2
        assert process.pid in watch.below(os.getpid())
        assert watch._most(process.pid) >= watch._held(process.pid) > 1_000_000
    finally:
        for pid in reversed(watch.below(process.pid)):
            os.kill(pid, 9)
        process.wait()


def test_page_tables_count():
    """Memory that the kernel holds for a process's pages is part of what it holds."""
    assert watch._tables(os.getpid()) > 0
