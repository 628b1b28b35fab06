"""Stored runs: one command makes every lesson's, and what is committed names it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner

from readingroom.author import making
from readingroom.catalogue import Lesson
from readingroom.cli import app
from readingroom.data.origin import MODES
from readingroom.models.provenance import Drawn, Run

LESSONS = Path(making.__file__).parents[1] / "lessons"
STORED = sorted(LESSONS.glob("l*/runs/*/*.npz"))


def _run(mode: str) -> Run:
    numbers = np.arange(3) + (10 if mode == "real" else 0)
    return Run({"numbers": numbers}, Drawn({"numbers": numbers}), {"also": [mode]})


def _broken() -> Run:
    return Run({"numbers": np.zeros(2)}, Drawn({}), {"not JSON": object()})


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """A lesson 90 with a run for both cohorts and one of virtual patients; makes `tmp_path`'s."""
    module = ModuleType("readingroom.lessons.l90.make")
    module.__file__ = str(tmp_path / "l90" / "make.py")
    module.RUNS = {"both": _run, "virtual": lambda: _run("simulated")}
    monkeypatch.setitem(sys.modules, "readingroom.lessons.l90.make", module)
    lesson = Lesson("90", "90-tiny", "Tiny", 5, "one")
    monkeypatch.setattr(making, "find", lambda name: lesson)
    return module


def make(*words: str):
    """What ``readingroom make`` answers."""
    return CliRunner().invoke(app, ["make", *words])


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["90"], ["simulated/both", "simulated/virtual"]),
        (["90", "virtual"], ["simulated/virtual"]),
        (["90", "--cohort", "real"], ["real/both"]),
        (["90", "both", "--cohort", "real"], ["real/both"]),
    ],
)
def test_runs_and_provenance_are_stored_together(tiny, tmp_path, words, made):
    """Those named, or all there are for the cohort; each says what makes it again."""
    found = make(*words)
    assert found.exit_code == 0, found.output
    runs = tmp_path / "l90" / "runs"
    names = [f"{name}.{end}" for name in made for end in ("json", "npz")]
    assert [p.relative_to(runs).as_posix() for p in sorted(runs.rglob("*.*"))] == names
    for name in made:
        facts = json.loads((runs / f"{name}.json").read_text("utf-8"))
        mode, run = name.split("/")
        with np.load(runs / f"{name}.npz") as arrays:
            assert arrays["numbers"].tolist() == _run(mode).arrays["numbers"].tolist()
        cohort = f" --cohort {mode}" if run == "both" else ""
        assert facts["command"] == f"readingroom make 90 {run}{cohort}"
        assert facts["also"] == [mode] and facts["fingerprint"] == _run(mode).films.fingerprint()


def test_a_named_folder_loses_nothing(tiny, tmp_path):
    """What lies in somebody's own folder under a run's name is kept aside and told."""
    (tmp_path / "mine" / "simulated").mkdir(parents=True)
    (tmp_path / "mine" / "simulated" / "both.json").write_text("mine")
    found = make("90", "both", "--folder", str(tmp_path / "mine"))
    assert found.exit_code == 0 and "kept as both.before.json" in found.output
    assert (tmp_path / "mine" / "simulated" / "both.before.json").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["90", "both", "none"], "Lesson 90 has no run none; there are both, virtual."),
        (["90", "--cohort", "rael"], "There is no cohort 'rael'; there are real and simulated."),
        (["90", "virtual", "--cohort", "real"], "Run virtual of lesson 90 is of virtual patients"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_sentence(tiny, tmp_path, words, said):
    """An unknown run, cohort or pairing stops everything before anything is made."""
    found = make(*words)
    assert found.exit_code == 1 and found.output.startswith(said)
    assert found.output.count("\n") == 1 and not list(tmp_path.rglob("*.npz"))


@pytest.mark.parametrize(
    ("words", "said"), [(["98"], "There is no lesson '98'"), (["01"], "Lesson 01 stores no run")]
)
def test_a_lesson_without_runs_is_refused(words, said):
    """So is a lesson that does not exist, or one that has nothing to make."""
    found = make(*words)
    assert found.exit_code == 1 and found.output.startswith(said)


def test_a_missing_package_is_named(tiny, monkeypatch):
    """A maker that needs what is not installed says what, and is not taken for a missing lesson."""

    def absent(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name="torchless")

    monkeypatch.setattr(making.importlib, "import_module", absent)
    found = make("90")
    assert found.exit_code == 1 and "needs torchless" in found.output


def test_a_place_that_cannot_be_written_is_named(tiny, tmp_path):
    """A file where the folder should be stops with one sentence."""
    (tmp_path / "file").write_text("", "utf-8")
    found = make("90", "--folder", str(tmp_path / "file"))
    assert found.exit_code == 1 and "cannot be written" in found.output


def test_a_run_that_fails_leaves_the_old_one_whole(tiny, tmp_path):
    """Arrays and provenance are of one making: where either cannot be written, both stay."""
    assert make("90", "virtual").exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    tiny.RUNS["virtual"] = _broken
    with pytest.raises(TypeError):
        list(making.make("90", ["virtual"]))
    assert before and before == {p: p.read_bytes() for p in tmp_path.rglob("*.*") if p.is_file()}


@pytest.mark.parametrize("path", STORED, ids=lambda p: "-".join(p.with_suffix("").parts[-4:]))
def test_every_stored_run_names_a_command_that_makes_it(path):
    """The committed command names this lesson, this run and this cohort, and would be accepted."""
    facts = json.loads(path.with_suffix(".json").read_text("utf-8"))
    words = shlex.split(facts["command"])
    assert words[:2] == ["readingroom", "make"]
    number, module = making.maker(words[2])
    mode = path.parent.name
    assert making.chosen(number, module, [path.stem], mode) == [path.stem]
    assert facts["command"] == making.command(number, module, path.stem, mode)
    assert path.parents[2].name == f"l{number}"


@pytest.mark.parametrize(
    "folder", sorted({path.parents[2] for path in STORED}), ids=lambda p: p.name
)
def test_every_run_of_a_lesson_is_stored(folder):
    """What `RUNS` names has been made for each cohort that it can be made of."""
    module = making.maker(folder.name[1:])[1]
    for mode in MODES:
        there = {path.stem for path in (folder / "runs" / mode).glob("*.npz")}
        assert there == {n for n, make in module.RUNS.items() if makes(make, mode)}


def makes(function, mode: str) -> bool:
    """Whether a maker has a run for a cohort: it is asked for a mode, or is simulated anyway."""
    return mode == "simulated" or function.__code__.co_argcount == 1
