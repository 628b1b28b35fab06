"""The suite keeps to its plan: few kernels a lesson, all of them counted, and fresh ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import pytest

from readingroom.author.rehearsal import execute
from readingroom.catalogue import catalogue
from tests import conftest
from tests.suite import kernels, plan, summary
from tests.suite.comparison import differing, validated


def notebook(*sources: str, tags: tuple[str, ...] = ()) -> nbformat.NotebookNode:
    """A notebook of code cells."""
    cells = [nbformat.v4.new_code_cell(one, metadata={"tags": list(tags)}) for one in sources]
    kernel = {"name": "python3", "display_name": "", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def printed(book: nbformat.NotebookNode) -> list[str]:
    """What each cell printed."""
    return ["".join(o.get("text", "") for o in cell.outputs).strip() for cell in book.cells]


@pytest.fixture
def started(request):
    """Lines that this test has added to the session's list of kernels; another worker adds too."""
    before, own = len(kernels.counted()), request.node.name
    return lambda: [one for one in kernels.counted()[before:] if own in one["test"]]


@pytest.mark.parametrize("number", list(catalogue()))
def test_a_lesson_is_run_five_times_at_most(number):
    """On both kinds of films together, and one run more would be told."""
    assert 2 <= plan.whole_runs(number) <= plan.MOST
    again = replace(plan.PLAN[0], name="once-more")
    assert plan.whole_runs(number, [*plan.PLAN, again]) > plan.MOST


def test_a_run_that_nobody_planned_is_refused(runs):
    """Unknown names, and films on which nobody planned it."""
    for asked in (("guessed", "01", "real"), ("parts", "01", "real")):
        with pytest.raises(LookupError, match=r"tests/suite/plan\.py"):
            runs.planned(*asked)
    assert plan.find("nbgrader", "06", "simulated").kernels == 2


def line(run: str = "", test: str = "", warm: bool = True) -> dict:
    """A line of the list of kernels."""
    return {"run": run, "test": test, "warm": warm}


def test_what_was_started_beyond_the_plan_is_said():
    """Too many of one run, a run of no plan, none named, and one that imports for itself."""
    fits = [
        line("04 solved real"),
        line("04 solved simulated", warm=False),
        *[line("04 parts simulated")] * 4,
        line(test="tests/exam/test_paper.py::test_it"),
    ]
    assert plan.beyond(fits) == []
    for more, says in [
        (line("04 parts simulated"), "5 kernels were started, 4 are planned"),
        (line("04 guessed real"), "No run 'guessed' of lesson 04"),
        (line(test="tests/lessons/test_lessons.py::test_a[real-04]"), "no planned run"),
        (line(test="tests/lessons/test_l04_films.py::test_a"), "no planned run"),
        (line("04 parts simulated", warm=False), "not a copy of a warm one"),
        (line("05 solved simulated"), "was a copy of a warm one"),
    ]:
        said = plan.beyond([*fits, more])
        assert len(said) == 1 and says in said[0]


@pytest.mark.parametrize("counted", [[], [line("04 guessed real")]])
def test_a_session_beyond_its_plan_has_failed(monkeypatch, counted):
    """Its exit code says so, whatever its tests said; a worker leaves that to its controller."""
    monkeypatch.setattr(kernels, "counted", lambda: counted)
    session = SimpleNamespace(config=SimpleNamespace(), exitstatus=0)
    conftest.pytest_sessionfinish(session)
    assert session.exitstatus == (1 if counted else 0)
    session = SimpleNamespace(config=SimpleNamespace(workerinput={}), exitstatus=0)
    conftest.pytest_sessionfinish(session)
    assert session.exitstatus == 0


@pytest.mark.slow
def test_every_kernel_is_counted_with_its_run_and_its_test(started, tmp_path):
    """Those of this process and those of a command it starts."""
    asks = "import os; print(os.getpid(), os.environ['PYTEST_CURRENT_TEST'])"
    execute(notebook(asks), None, extra={kernels.RUN: "42 tried simulated"})
    nbformat.write(notebook(asks), tmp_path / "one.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook", "one.ipynb"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    first, second = started()
    assert (first["run"], second["run"]) == ("42 tried simulated", "")
    assert all("test_every_kernel_is_counted" in one["test"] for one in (first, second))
    with open(os.environ[kernels.LISTED], encoding="utf-8") as listed:  # noqa: PTH123
        kept = [line for line in listed if "42 tried" not in line and "every_kernel_is" not in line]
    with open(os.environ[kernels.LISTED], "w", encoding="utf-8") as listed:  # noqa: PTH123
        listed.writelines(kept)  # lesson 42 is none, and its run is in no plan


@pytest.mark.slow
def test_a_copy_of_a_warm_kernel_knows_nothing_of_the_copy_before(warm_kernel, started, tmp_path):
    """Names, an open lesson, changed libraries, environment and folder stay with their copy; and
    each imports the package of its own path."""
    warm = warm_kernel.environment()
    (tmp_path / "readingroom.py").write_text("other = True", "utf-8")
    first = notebook(
        "import sys; assert 'torch' in sys.modules and 'readingroom' not in sys.modules",
        "import os, numpy, readingroom as rr; mine = 5; numpy.mine = 5; open('mine', 'w').close()",
        "rr.lesson('01'); os.environ['MINE'] = '5'",
    )
    *_, error = execute(first, "simulated", extra=warm)
    assert error == ""
    second = notebook(
        "import os, sys, numpy; print('mine' in globals(), hasattr(numpy, 'mine'))",
        "print('MINE' in os.environ, os.path.exists('mine'), 'readingroom' in sys.modules)",
        "import readingroom as rr\ntry: rr.check('any', 1)\nexcept Exception as e: print(type(e))",
    )
    second, *_, error = execute(second, "simulated", extra=warm)
    assert error == ""
    *gone, refused = printed(second)
    assert gone == ["False False", "False False False"] and "NoLesson" in refused
    third = notebook("import readingroom; print(readingroom.other)")
    third, *_, error = execute(third, None, extra={**warm, "PYTHONPATH": str(tmp_path)})
    assert (printed(third), error) == (["True"], "")
    assert [one["warm"] for one in started()] == [True] * 3


@pytest.mark.slow
def test_a_copy_can_be_interrupted_and_ends_with_its_notebook(warm_kernel):
    """As a kernel that imports for itself: a cell is stopped, and no process stays."""
    import psutil
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(env={**os.environ, **warm_kernel.environment()})
    found = []
    client.execute_interactive(
        "import os; print(os.getpid())",
        output_hook=lambda m: found.append(m["content"].get("text", "")),
    )
    copy = psutil.Process(int("".join(found)))
    asked = client.execute("import time; print('x', flush=True); time.sleep(600)")
    while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=60)
    while reply["parent_header"].get("msg_id") != asked:
        reply = client.get_shell_msg(timeout=60)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    copy.wait(timeout=60)


@pytest.mark.slow
def test_nbval_itself_says_the_same(tmp_path, request):
    """``pytest --nbval-lax`` passes what the comparison passes, and fails what it fails."""
    book = notebook(
        "print('a holds: True')", "print('b holds: True')", tags=("nbval-check-output",)
    )
    book.cells.append(nbformat.v4.new_code_cell("import time; print(time.time())"))
    nbformat.write(book, tmp_path / "never.ipynb")  # no cell of it was run: nbval compares none
    executed, *_, error = execute(nbformat.from_dict(book), None)
    assert error == ""
    for changed, differ in (("a holds: True", 0), ("a holds: False", 1)):
        path = tmp_path / "compared.ipynb"
        text = nbformat.writes(executed).replace('"a holds: True', f'"{changed}')
        path.write_text(text, "utf-8")
        said, compared = differing(path, executed, request)
        assert (len(said), compared) == (differ, 2)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull,
             f"--rootdir={tmp_path}", "--nbval-lax", str(path)],
            capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == differ, done.stdout[-2000:]
        assert f"{3 - differ} passed" in done.stdout
    said, compared = differing(tmp_path / "never.ipynb", executed, request)
    assert compared == 0 and len(said) == 2 and "build --run" in said[0]


@pytest.mark.slow
def test_nbgrader_validate_itself_says_the_same(tmp_path, warm_kernel):
    """The command names the cells that are found failed in the notebook it has run."""
    book = notebook("x = 1", "assert x == 1", "assert x == 2", "assert x == 3")
    for place, cell in enumerate(book.cells[1:]):
        cell.metadata.nbgrader = {
            "grade": True, "grade_id": f"cell-{place}", "locked": False, "points": 1,
            "schema_version": 3, "solution": False, "task": False,
        }  # fmt: skip
    path = tmp_path / "graded.ipynb"
    nbformat.write(book, path)
    environment = {**os.environ, **warm_kernel.environment()}
    done = subprocess.run([sys.executable, "-m", "nbgrader", "validate", path.name], cwd=tmp_path,
                          env=environment, capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    execute(book, None, stop_on_error=False, extra=warm_kernel.environment())
    nbformat.write(book, path)
    failed = [cell["source"] for cell in validated(path)["failed"]]
    assert failed == ["assert x == 2", "assert x == 3"]
    assert all(source in done.stdout for source in failed)
    assert "assert x == 1" not in done.stdout and "2 CELL" in done.stdout.upper()


def test_the_summary_adds_up_by_kind_worker_and_lesson():
    """Every second stands once in each table, and every kernel beside its lesson."""
    worker = SimpleNamespace(gateway=SimpleNamespace(id="gw1"))
    page = "tests/lessons/test_lessons.py::test_a[04]"
    reports = [
        SimpleNamespace(nodeid=page, keywords={"slow": 1}, duration=60.0, node=worker),
        SimpleNamespace(nodeid="tests/test_walk.py::test_a", keywords={"browser": 1, "slow": 1},
                        duration=30.0, node=worker),
        SimpleNamespace(nodeid="tests/assess/test_delong.py::test_a", keywords={}, duration=9.0,
                        node=worker),
    ]  # fmt: skip
    counted = [line("04 solved real", warm=False), line("04 parts simulated"), line(test="other")]
    said = summary.lines(reports, counted)
    rows = {row[:18].strip(): row[18:].split() for row in said}
    assert rows["seconds of"] == ["gw1"]
    assert (rows["lessons"], rows["browser"], rows["unit tests"]) == (["60"], ["30"], ["9"])
    assert rows["lesson 04"] == ["60", "1", "1"]
    assert rows["all others"] == ["39", "0", "1"]


def test_the_list_of_kernels_is_read_as_it_was_written(tmp_path, monkeypatch):
    """None yet is an empty list; lines come in their order."""
    monkeypatch.setenv(kernels.LISTED, str(tmp_path / "kernels.jsonl"))
    assert kernels.counted() == []
    (tmp_path / "kernels.jsonl").write_text(
        "".join(json.dumps(line(str(place))) + "\n" for place in range(2)), "utf-8"
    )
    assert [one["run"] for one in kernels.counted()] == ["0", "1"]
