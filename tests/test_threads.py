"""Threads are chosen from what the process may use, before torch, and never against the user."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from readingroom import threads


@pytest.mark.parametrize(
    ("quota", "most"), [("150000 100000", 2), ("50000 100000", 1), ("max 100000", None), ("", None)]
)
def test_a_containers_quota_counts(tmp_path, monkeypatch, quota, most):
    """A quota of one and a half processors allows two threads; no quota allows every processor."""
    monkeypatch.setattr(threads, "QUOTA", tmp_path / "cpu.max")
    threads.QUOTA.write_text(quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    assert threads.usable() == (most or 4)


def test_a_lessons_threads_sleep_and_a_users_own_setting_stays():
    """Opening a lesson chooses before torch is there; a number set outside is left alone."""
    code = (
        "import os, sys, readingroom as rr; rr.lesson('04');"
        "assert 'torch' not in sys.modules;"
        "print(os.environ['OMP_WAIT_POLICY'], os.environ['OMP_NUM_THREADS'])"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "7", "READINGROOM_COHORT": "simulated"}
    environment.pop("OMP_WAIT_POLICY", None)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.stdout.splitlines()[-1] == "passive 7", done.stderr[-2000:]


def test_nothing_is_claimed_once_torch_is_loaded(monkeypatch):
    """Torch has read its settings by then, and the answer says that it is too late."""
    monkeypatch.setitem(sys.modules, "torch", object())
    assert threads.choose() is False
