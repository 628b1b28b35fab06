"""A grader that is killed loses nothing finished: going on gives the table of a quiet run."""

from __future__ import annotations

import pytest

from readingroom.grading import sandbox
from tests.grading.conftest import benchmark, make_course

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed")


def test_kills_change_nothing_and_leave_nothing(tmp_path):
    """SIGKILL at three random moments, then --resume: the same bytes, no process, no file.

    ``python benchmarks/kills.py`` does it with twenty.
    """
    (tmp_path / "course").mkdir()
    found = benchmark("kills").run(make_course(tmp_path / "course"), tmp_path, kills=3)
    assert found["kills"] == 3
