"""The grader as an ordinary user: what root may do beside it must not be what makes it work.

Whoever runs these tests as an ordinary user tests that with every other module; as root, in a
container or in CI, the command is run here as user 1000 of a user namespace of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from readingroom.grading import kernel, sandbox
from tests.grading.conftest import Course, hand_in
from tests.grading.test_batch import table

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed")
USER = 1000


def _become_ordinary() -> None:
    """Be user 1000 without any privilege from the next program on."""
    user, group = os.getuid(), os.getgid()
    kernel.unshare(kernel.NEW_USERS)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{USER} {user} 1"),
                       ("gid_map", f"{USER} {group} 1")):  # fmt: skip
        Path(f"/proc/self/{name}").write_text(text)


def run(course: Course, *arguments: object) -> subprocess.CompletedProcess:
    """Run the command as an ordinary user, whoever runs the tests."""
    command = [sys.executable, "-m", "readingroom", *map(str, arguments)]
    become = _become_ordinary if os.geteuid() == 0 else None
    return subprocess.run(command, env=course.environment, capture_output=True, text=True,
                          timeout=600, preexec_fn=become)  # fmt: skip


WALLS = """import os, resource, socket
part = test_y.mean()
for place in ('/', '/course', '/shared', '/usr', os.environ['READINGROOM_HOME']):
    try:
        open(place + '/attack-98765', 'w')
        part = 0.9
    except OSError: pass
try:
    socket.socket()
    part = 0.9
except OSError: pass
for attempt in (lambda: os.setuid(0), lambda: os.kill(os.getppid(), 9) or 1 / os.getppid(),
                lambda: resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6))):
    try:
        attempt()
        part = 0.9
    except (OSError, ValueError, ZeroDivisionError): pass
"""
# torch asks the system which processor it has, at the first picture it computes
MACHINE = """import os
seen = sorted(os.listdir('/proc'))
part = test_y.mean() if 'processor' in open('/proc/cpuinfo').read() else 0
part = part if 'MemTotal' in open('/proc/meminfo').read() else 0
try:
    open('/proc/cpuinfo', 'w')
    part = 0
except OSError: pass
"""


def test_an_ordinary_user_grades_behind_the_same_walls(course, tmp_path):
    """Honest points are kept, walls and limits hold, a process that will not end is ended, and a
    submission can ask which machine it runs on."""
    hand_in(tmp_path / "submitted", "honest", course.answered())
    hand_in(tmp_path / "submitted", "walls", course.answered(share=WALLS))
    hand_in(tmp_path / "submitted", "machine", course.answered(share=MACHINE))
    hand_in(tmp_path / "submitted", "endless", course.answered(films="while True: pass"))
    memory = "x = []\nwhile True: x.append(bytearray(50_000_000))"
    hand_in(tmp_path / "submitted", "greedy", course.answered(films=memory))
    options = ("--out", tmp_path / "out", "--cell-seconds", 10, "--memory", 0.4)
    done = run(course, "grade", tmp_path / "submitted", *options)
    assert done.returncode == 0, done.stderr
    found = {(row["student"], row["exercise"]): row for row in table(tmp_path / "out")}
    wrong = {key: row["status"] for key, row in found.items() if row["points"] != "2"}
    assert wrong == {("endless", "films"): "timed out", ("greedy", "films"): "out of memory"}
