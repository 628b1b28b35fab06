"""A rehearsal measures what it says and names what went wrong."""

from __future__ import annotations

import nbformat
import pytest

from readingroom.author import rehearsal
from readingroom.catalogue import Lesson
from readingroom.kernel.session import ANSWER_MIME, RESULT_MIME


def notebook(*sources: str) -> nbformat.NotebookNode:
    """A notebook of code cells."""
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    )


def shown(mime: str, data: dict) -> str:
    """A cell that displays one output of a kind."""
    return f"from IPython.display import display\ndisplay({{{mime!r}: {data!r}}}, raw=True)"


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Turns cells into a lesson whose solved notebook holds them."""

    def make(*sources: str) -> Lesson:
        path = tmp_path / "one.ipynb"
        nbformat.write(notebook(*sources), path)
        monkeypatch.setattr(Lesson, "notebook", lambda *_: path)
        return Lesson("00", "one", "One", 1, "I", ())

    return make


def test_seconds_and_memory_are_those_of_the_kernel_and_its_children():
    """A kernel that holds 200 MB, half of it in a child, peaks at least that much higher."""
    child = "import numpy as np, time; x = np.ones(100_000_000, np.uint8); time.sleep(2)"
    holding = (
        "import subprocess, sys, time, numpy as np\n"
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "x = np.ones(100_000_000, np.uint8); p.wait()"
    )
    _, seconds, plain, error = rehearsal.execute(
        notebook("import numpy, time; time.sleep(.5)"), None
    )
    assert error == "" and seconds > 0.5
    _, longer, peak, _ = rehearsal.execute(notebook(holding), None)
    assert peak - plain > 180 and longer > 2


def test_a_cell_that_fails_is_named(lesson):
    """An exception stops the lesson and is told with its name and words."""
    found = rehearsal.rehearse(lesson("1 / 0"), "simulated")
    assert not found.passed and "ZeroDivisionError" in found.reason


def test_a_dead_kernel_is_named(lesson):
    """A kernel that dies is told from a cell that fails."""
    found = rehearsal.rehearse(lesson("import os; os._exit(1)"), "simulated")
    assert not found.passed and "kernel died" in found.reason


def test_an_exercise_without_full_points_fails_the_rehearsal(lesson):
    """Every check of a solved notebook must give all points."""
    record = {"exercise": "a", "status": "wrong", "points": 1, "max_points": 2, "cohort": "real"}
    found = rehearsal.rehearse(lesson(shown(ANSWER_MIME, record)), "real")
    assert not found.passed and "no full points for a (wrong)" in found.reason
    assert found.cohort == "real"


def test_headline_numbers_reach_the_report(lesson):
    """Numbers given by the lesson stand in the result as they are."""
    number = {"value": 0.97, "lo": 0.96, "hi": 0.98, "n": 624}
    cells = [
        shown(RESULT_MIME, {"test_auc": number}),
        shown(RESULT_MIME, {"train_seconds": 20.5}),
    ]
    found = rehearsal.rehearse(lesson(*cells), "simulated")
    assert found.passed and found.results == {"test_auc": number, "train_seconds": 20.5}
    assert set(found.as_dict()) >= {"lesson", "cohort", "seconds", "peak_mb", "passed", "results"}


def test_the_machine_s_progress_is_left_alone(lesson, tmp_path):
    """A rehearsal writes neither progress nor results where the learner's are."""
    out = tmp_path / "seen.txt"
    cell = (
        "import os, pathlib\n"
        f"pathlib.Path({str(out)!r}).write_text(os.environ['READINGROOM_PROGRESS'] + "
        "os.environ['READINGROOM_STORE'] + os.getcwd())"
    )
    rehearsal.rehearse(lesson(cell), "simulated")
    assert str(tmp_path) not in out.read_text() and "readingroom-" in out.read_text()


@pytest.mark.parametrize("holds", [True, False])
def test_a_stated_result_that_does_not_hold_fails(tmp_path, monkeypatch, holds):
    """A lesson whose stated result does not hold has not passed, and the sentence is named."""
    book = notebook(f"import readingroom as rr\nrr.verdict('the mix differs', {holds})")
    book.cells[0].metadata["tags"] = ["nbval-check-output"]
    nbformat.write(book, tmp_path / "one.ipynb")
    monkeypatch.setattr(Lesson, "notebook", lambda *_: tmp_path / "one.ipynb")
    found = rehearsal.rehearse(Lesson("00", "one", "One", 1, "I", ()), "simulated")
    assert found.passed is holds
    assert found.reason == ("" if holds else "this does not hold: the mix differs.")
