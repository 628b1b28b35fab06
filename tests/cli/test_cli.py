"""The command: every verb explains itself, fails in one sentence, and never touches torch early."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

from readingroom.catalogue import catalogue, find
from readingroom.cli import app
from readingroom.data.errors import DataError, Unreachable
from readingroom.kernel import inspection, progress
from readingroom.learner import desk, server

VERBS = [
    "start",
    "reset",
    "check",
    "certificate",
    "review",
    "class",
    "bundle",
    "figures",
    "new-lesson",
    "build",
    "reader",
    "node",
    "rehearse",
    "doctor",
    "data list",
    "data fetch",
    "data verify",
]


def run(*arguments: str):
    """Run the command in this process; a traceback would show as an exception."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def sentence(result) -> str:
    """The one plain sentence of a failure."""
    assert result.exit_code != 0
    said = result.stderr.strip()
    assert said and "Traceback" not in said and len(said.splitlines()) == 1, said
    return said


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb):
    """`--help` of each verb ends with an example that can be typed."""
    result = run(*verb.split(), "--help")
    assert result.exit_code == 0 and "Example: readingroom" in result.stdout.replace("\n", " ")


@pytest.mark.parametrize("arguments", [["--help"], ["start", "--help"], ["data", "list"]])
def test_torch_is_not_imported_for_help_or_lists(arguments):
    """Neither help nor a list of data loads torch, MONAI or pandas' friends of a lesson."""
    code = (
        "import sys\nfrom readingroom.cli import app\n"
        f"try:\n    app({arguments!r})\nexcept SystemExit:\n    pass\n"
        "assert not {'torch', 'monai', 'sklearn'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_import_readingroom_loads_nothing_heavy():
    """`import readingroom` alone imports neither numpy nor torch nor IPython."""
    code = "import sys, readingroom; assert not {'torch','numpy','IPython'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["start", "77"], "There is no lesson '77'"),
        (["reset", "77"], "There is no lesson '77'"),
        (["class", "nowhere.csv"], "There is no file nowhere.csv"),
        (["check", "."], ". is a folder"),
        (["figures", "out", "77"], "There is no lesson '77'"),
        (["figures", "out", "--runs", "nowhere"], "rehearse --keep nowhere"),
        (["rehearse", "77"], "There is no lesson '77'"),
        (["build", "77"], "There is no lesson '77'"),
        (["rehearse", "03", "--offline", "--cohort", "real"], "leave out --cohort"),
        (["check", "nowhere.ipynb"], "There is no file nowhere.ipynb"),
        (["doctor", "nowhere.ipynb"], "There is no file nowhere.ipynb"),
    ],
)
def test_a_wrong_call_ends_in_one_sentence(arguments, says):
    """What cannot be done is said in one sentence on the error stream, with a non-zero exit."""
    assert says in sentence(run(*arguments))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe\x00",
        b'{"nbformat": 4}',
        b'{"nbformat": 4, "cells": 3}',
        b"null",
    ],
)
def test_a_broken_notebook_ends_in_one_sentence(tmp_path, content):
    """A file that is no notebook is refused by check and doctor without a traceback."""
    path = tmp_path / "broken.ipynb"
    path.write_bytes(content)
    for verb in ("check", "doctor"):
        assert "broken.ipynb" in sentence(run(verb, str(path)))
    assert path.read_bytes() == content


def test_check_of_an_untouched_lesson_lists_every_exercise(tmp_path):
    """A fresh learner's notebook gets a row for each exercise, all open, and a JSON of the same."""
    path = tmp_path / "03-train-a-classifier.ipynb"
    shutil.copy(find("03").notebook("lessons"), path)
    out = tmp_path / "out.json"
    result = run("check", str(path), "--json", str(out), "--hints")
    rows = json.loads(out.read_text("utf-8"))
    assert result.exit_code == 0 and "0 of" in result.stdout
    assert {row["status"] for row in rows} == {"not attempted"}
    columns = {"exercise", "points", "max_points", "status", "reason", "mistake"}
    assert set(rows[0]) == columns


def test_doctor_gives_lost_marks_back(tmp_path):
    """A notebook that another program stripped of ids and marks gets them back, answers kept."""
    path = tmp_path / "03-train-a-classifier.ipynb"
    book = nbformat.read(find("03").notebook("lessons"), as_version=4)
    for i, cell in enumerate(book.cells):
        cell.metadata.clear()
        cell.id = f"x{i}"
        if cell.source.startswith("acc0 = ..."):
            cell.source = "acc0 = 0.625"
    book.metadata.pop("readingroom")
    nbformat.write(book, path)
    assert "--repair" in sentence(run("doctor", str(path)))
    assert run("doctor", str(path), "--repair").exit_code == 0
    mended = nbformat.read(path, as_version=4)
    assert run("doctor", str(path)).exit_code == 0
    cells = {cell.id: cell for cell in mended.cells}
    assert cells["dull-baseline"].source == "acc0 = 0.625"
    assert cells["dull-baseline"].metadata.nbgrader.solution
    assert inspection.lost_marks(mended, find("03")) == []
    assert path.with_name(f"{path.name}.before").exists()


def test_doctor_names_a_cell_that_is_gone(tmp_path):
    """A deleted check cell cannot be invented; doctor names it."""
    path = tmp_path / "03-train-a-classifier.ipynb"
    book = nbformat.read(find("03").notebook("lessons"), as_version=4)
    book.cells = [cell for cell in book.cells if cell.id != "check-stop-here"]
    nbformat.write(book, path)
    said = sentence(run("doctor", str(path), "--repair"))
    assert "check-stop-here" in said


def test_doctor_looks_at_the_machine():
    """Without a notebook, doctor prints what the machine has."""
    result = run("doctor")
    assert "free memory" in result.stdout and "Python" in result.stdout


def test_a_working_copy_never_overwrites_the_learner(tmp_path):
    """`start` copies what is missing and leaves an edited notebook alone."""
    first = desk.working_copy(tmp_path)
    assert len(first) == len(catalogue())
    first[0].write_text("mine", "utf-8")
    assert desk.working_copy(tmp_path) == [] and first[0].read_text("utf-8") == "mine"


def test_start_without_a_lesson_opens_the_contents_page(tmp_path, monkeypatch):
    """`start` opens the contents page, written anew; with a lesson's number it opens the lesson."""
    opened = []
    monkeypatch.setattr(server, "open_lab", lambda place, book, **_: opened.append(book.name) or 0)
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "kept"))
    choice = ["--folder", str(tmp_path / "work"), "--cohort", "simulated"]
    monkeypatch.setattr(desk, "fetch_for", lambda lesson, cohort: cohort)
    assert run("start", *choice).exit_code == 0
    assert run("start", "03", *choice).exit_code == 0
    assert opened == ["contents.ipynb", "03-train-a-classifier.ipynb"]
    assert (tmp_path / "work" / "contents.ipynb").is_file()


@pytest.mark.parametrize(
    ("typed", "says"),
    [(("start", "--port", "x"), "--port"), (("start", "--port", "99999"), "65535"),
     (("certificate",), "--name"), (("grade",), "argument"), (("nosuch",), "nosuch"),
     (("data", "fetch", "children", "--size", "x"), "--size"), (("start", "--nosuch"), "nosuch")],
)  # fmt: skip
def test_wrong_use_is_one_line_too(typed, says):
    """No frame, no usage: what is wrong, and how to see an example."""
    done = run(*typed)
    assert done.exit_code == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert says in done.stderr and "--help" in done.stderr


def test_nothing_typed_shows_the_help():
    """All commands are listed."""
    done = run()
    assert "start" in done.stdout and "rehearse" in done.stdout


@pytest.mark.parametrize(
    "typed",
    [("check", "{lesson}", "--json", "{nowhere}/x.json"),
     ("rehearse", "04", "--json", "{nowhere}/x.json"),
     ("rehearse", "04", "--keep", "{nowhere}/runs")],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_told_in_one_sentence(tmp_path, monkeypatch, typed):
    """Before anything runs, where something would run for minutes."""
    from readingroom.author import rehearsal

    monkeypatch.setattr(rehearsal, "rehearse", lambda *_, **__: pytest.fail("ran"))
    (tmp_path / "file").write_text("no folder", "utf-8")
    places = {"lesson": catalogue()["03"].notebook("lessons"), "nowhere": tmp_path / "file"}
    done = run(*(word.format(**places) for word in typed))
    assert done.exit_code == 1 and "cannot be written" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("asked", "found", "demanded"),
    [(None, "real", None), ("real", "real", "real"), (None, "simulated", "simulated"),
     ("my-ward", "my-ward", "my-ward")],
)  # fmt: skip
def test_real_films_are_demanded_only_where_asked_for(
    tmp_path, monkeypatch, asked, found, demanded
):
    """A lesson whose real films are missing falls back, although another lesson's were there."""
    opened = []
    monkeypatch.setattr(server, "open_lab", lambda *_, cohort, **__: opened.append(cohort) or 0)
    monkeypatch.setattr(desk, "fetch_for", lambda lesson, cohort: found)
    choice = ["--cohort", asked] if asked else []
    assert run("start", "04", "--folder", str(tmp_path), *choice).exit_code == 0
    assert opened == [demanded]


def test_start_draws_simulated_patients_before_jupyterlab_opens(tmp_path, monkeypatch):
    """No learner waits for them in the first cell; real films are not opened here."""
    from readingroom import data

    loaded = []
    monkeypatch.setattr(data, "load", lambda name, size: loaded.append((name, size)))
    monkeypatch.setattr(data, "choose", lambda names, wanted: wanted)
    lesson = catalogue()["03"]
    assert desk.fetch_for(lesson, "real") == "real" and loaded == []
    assert desk.fetch_for(lesson, "simulated") == "simulated"
    assert loaded == list(lesson.cohorts)


def test_prepare_makes_everything_ready_and_opens_nothing(tmp_path, monkeypatch):
    """`start --prepare` lays out the working copy, makes each lesson's films ready, and ends."""
    ready = []
    monkeypatch.setattr(server, "open_lab", lambda *_, **__: pytest.fail("opened"))
    monkeypatch.setattr(desk, "prepare", lambda lesson, cohort: ready.append(lesson.number) or "x")
    assert run("start", "--prepare", "--folder", str(tmp_path)).exit_code == 0
    assert ready == list(catalogue()) and (tmp_path / "contents.ipynb").is_file()
    ready.clear()
    assert run("start", "03", "--prepare", "--folder", str(tmp_path)).exit_code == 0
    assert ready == ["03"]


def test_one_lesson_that_cannot_be_prepared_holds_up_no_other(tmp_path, monkeypatch):
    """A damaged file of one lesson is named, the others are made ready, and the exit is not 0."""

    def prepare(lesson, cohort):
        if lesson.number == "03":
            raise DataError("The stored file is damaged; delete it.")
        return "real films ready"

    monkeypatch.setattr(desk, "prepare", prepare)
    done = run("start", "--prepare", "--folder", str(tmp_path))
    assert done.exit_code == 1 and "03 " in done.stderr and "damaged" in done.stderr
    assert done.stdout.count("real films ready.") == len(catalogue()) - 1


def test_prepare_names_what_a_lesson_has_to_do_without(monkeypatch):
    """Films that a lesson reads on the way are fetched ahead; what cannot be had is named."""
    asked = []

    def secure(name):
        asked.append(name)
        if name == "hannover":
            raise Unreachable("no network")

    monkeypatch.setattr(desk, "fetch_for", lambda *_: "real")
    monkeypatch.setattr(desk.data, "load", lambda *_, **__: None)
    monkeypatch.setattr(desk.supply, "secure", secure)
    said = desk.prepare(catalogue()["00"], None)
    assert asked == list(catalogue()["00"].later) == ["nih-1000", "hannover"]
    assert (
        said.startswith("real films ready, without ") and "Hannover" in said and "NIH" not in said
    )


def test_reset_says_what_it_carried(tmp_path):
    """`reset` names the old file, the answers it carried, and what to do in JupyterLab."""
    desk.working_copy(tmp_path)
    path = tmp_path / "03-train-a-classifier.ipynb"
    path.write_text(path.read_text("utf-8").replace("acc0 = ...", "acc0 = 0.625"), "utf-8")
    said = run("reset", "03", "--folder", str(tmp_path)).stdout
    assert (
        "dull-baseline" in said and "put-aside" in said and "its tab takes the fresh copy" in said
    )
    assert "acc0 = 0.625" in path.read_text("utf-8")


def test_certificate_without_anything_passed_is_refused(tmp_path, monkeypatch):
    """Nothing passed: one sentence, no file; with an exercise passed the page names what lacks."""
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "kept"))
    out = tmp_path / "page.pdf"
    ask = ["certificate", "--name", "A. Learner", "--out", str(out)]
    assert "nothing to certify" in sentence(run(*ask)) and not out.exists()
    progress.note("03", "dull-baseline", 2, 2, "simulated")
    said = run(*ask).stdout
    assert out.is_file() and "Missing in 03" in said and "where do you stop?" in said


def test_start_resumes_where_i_stopped(tmp_path, monkeypatch):
    """Without a name, start opens the lesson that was opened last."""
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path))
    assert desk.resolve(None) == next(iter(catalogue().values()))
    progress.opened("03")
    assert desk.resolve(None).number == "03"


def test_build_check_agrees_with_the_repository():
    """`build --check` finds every printed notebook in step with its page."""
    result = run("build", "--check")
    assert result.exit_code == 0 and "Every printed notebook" in result.stdout
