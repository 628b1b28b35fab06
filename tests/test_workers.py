"""How several workers share the tests: a lesson or a module goes to one of them as a whole."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict

import pytest

from tests.conftest import REPOSITORY, group


def test_a_lessons_tests_are_one_group():
    """Every test of a lesson, in both modes, belongs to it; every other test to its module."""
    page = "tests/lessons/test_lessons.py"
    ours = [f"{page}::test_a[real-03]", f"{page}::test_a[simulated-03]", f"{page}::test_b[03]"]
    assert {group(nodeid) for nodeid in ours} == {"lesson-03"}
    assert group("tests/learner/test_fresh.py::test_a[03-vscode]") == "tests/learner/test_fresh.py"


@pytest.mark.slow
def test_two_workers_never_share_a_module():
    """Under two workers a module's tests all run in one, so its fixtures are made once."""
    pytest.importorskip("xdist")
    modules = ["tests/assess/test_agreement.py", "tests/assess/test_calibration.py"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadscope",
         "--no-loadscope-reorder", "-v", "-p", "no:cacheprovider", *modules],
        cwd=REPOSITORY, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:]
    assert "scheduling tests via Groups" in run.stdout  # else a lesson is no group
    workers = defaultdict(set)
    for worker, module in re.findall(r"^\[(gw\d)\].*? (\S+?)::", run.stdout, re.M):
        workers[module].add(worker)
    assert {module: len(found) for module, found in workers.items()} == dict.fromkeys(modules, 1)
    assert len(set.union(*workers.values())) == 2
