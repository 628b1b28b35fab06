"""A learner's file is read like the grader reads it, named for what ails it, and never lost."""

from __future__ import annotations

import json
import warnings

import nbformat
import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from readingroom import files
from readingroom.catalogue import find
from readingroom.cli import app
from readingroom.grading import intake
from readingroom.kernel import inspection, keeping
from readingroom.learner import fresh
from readingroom.questions import cells, exercises
from tests.questions import mangled

SLUGS = set(exercises.of_lesson("03"))


def _text(number: str = "03") -> str:
    """A learner's notebook as the file's own text."""
    return nbformat.v4.writes(mangled.learner(number))


def _other(text: str, **changes) -> str:
    return json.dumps({**json.loads(text), **changes})


def _bare(text: str) -> str:
    """Cells without metadata, outputs or ids, their text in one piece."""
    keep = ("cell_type", "source")
    book = json.loads(text)
    book["cells"] = [{name: cell[name] for name in keep} for cell in book["cells"]]
    return json.dumps(book)


FILES = {
    "byte-order mark": _text().encode("utf-8-sig"),
    "UTF-16": _text().encode("utf-16"),
    "UTF-16 without a mark": _text().encode("utf-16-le"),
    "UTF-32": _text().encode("utf-32"),
    "Windows-1252": _text().replace("a remark", "Größe").encode("cp1252", "replace"),
    "a later format": _other(_text(), nbformat=5, nbformat_minor=0).encode(),
    "an older minor": _other(_text(), nbformat_minor=1).encode(),
    "no marks of its own": _other(_text(), metadata=None).encode(),
    "cells without metadata": _bare(_text()).encode(),
}


def _at(folder, data: bytes):
    path = folder / f"{find('03').slug}.ipynb"
    path.write_bytes(data)
    return path


def _carried(folder, data: bytes) -> fresh.Fresh:
    _at(folder, data)
    return fresh.reset(folder, find("03"))


@pytest.mark.parametrize("name", FILES)
def test_one_reader_for_check_doctor_reset_and_grader(tmp_path, name):
    """Whatever encoding or format a program writes, all four read the same cells."""
    path = _at(tmp_path, FILES[name])
    book = inspection.read(path)
    assert inspection.lesson_of(book, path).number == "03"

    def code(cells) -> list[str]:
        return [cell.source for cell in cells if cell.cell_type == "code"]

    assert code(book.cells) == code(intake.read(FILES[name]).cells)
    assert set(_carried(tmp_path, FILES[name]).carried) == SLUGS


@settings(max_examples=40)
@given(st.data())
def test_an_unfinished_merge_costs_only_what_lies_in_it(tmp_path_factory, data):
    """Answers outside the marks are carried, none from between them is chosen, the line is told."""
    lines = _text().splitlines()
    start = data.draw(st.integers(2, len(lines) - 8))
    stop = data.draw(st.integers(start, min(start + 40, len(lines) - 6)))
    theirs = [line.replace("a_remark = 1", "a_remark = 2") for line in lines[start:stop]]
    merged = [*lines[:start], "<<<<<<< HEAD", *lines[start:stop], "=======", *theirs,
              ">>>>>>> 1234567", *lines[stop:]]  # fmt: skip
    folder = tmp_path_factory.mktemp("merge")
    path = _at(folder, "\n".join(merged).encode())
    with pytest.raises(inspection.Damaged, match=f"unfinished git merge from line {start + 1};"):
        inspection.read(path)
    done = fresh.reset(folder, find("03"))
    touched = {slug for slug in SLUGS if _touched(lines, slug, start, stop)}
    assert SLUGS - touched <= set(done.carried) and "unfinished git merge" in done.reason
    assert "a_remark = 2" not in done.notebook.read_text("utf-8")


def _touched(lines: list[str], slug: str, start: int, stop: int) -> bool:
    """Whether the answer cell of an exercise has a line between or beside the marks."""
    at = next(i for i, line in enumerate(lines) if line == f'   "id": "{slug}",')
    first = max(i for i in range(at) if lines[i] == "  {")
    last = min(i for i in range(at, len(lines)) if lines[i].startswith("  }"))
    return start <= last and stop >= first


@pytest.mark.parametrize("share", [0.5, 0.8, 0.99])
def test_a_file_cut_short_gives_what_is_whole(tmp_path, share):
    """A full disk or a lost connection cuts a file; the whole cells are carried, and it is said."""
    text = _text()
    cut = text[: int(share * len(text))]
    done = _carried(tmp_path, cut.encode())
    whole = {slug for slug in SLUGS if f'"id": "check-{slug}"' in cut}
    assert whole and whole <= set(done.carried) and "cut short or damaged" in done.reason


def test_a_large_file_is_no_damaged_file(tmp_path, monkeypatch):
    """Too large to check is said as that, and a fresh copy has the answers."""
    monkeypatch.setattr(inspection, "LARGEST", 1000)
    path = _at(tmp_path, _text().encode())
    with pytest.raises(inspection.NotebookError, match=r"larger than .* MB; clear its outputs"):
        inspection.read(path, inspection.LARGEST)
    assert set(fresh.reset(tmp_path, find("03")).carried) == SLUGS


@pytest.mark.parametrize("way", mangled.WAYS[1:], ids=lambda way: way.__name__)
def test_doctor_names_what_ails_a_notebook(tmp_path, way):
    """Lost, copied and turned cells are named, mended, and no library's warning is shown."""
    path = tmp_path / f"{find('03').slug}.ipynb"
    path.write_text(nbformat.v4.writes(way(mangled.learner("03"))), "utf-8")
    before = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sick = CliRunner().invoke(app, ["doctor", str(path)])
        done = CliRunner().invoke(app, ["doctor", str(path), "--repair"])
        after = CliRunner().invoke(app, ["doctor", str(path)])
    expected = {"as_text": "No code cell any more", "copied": "stands twice",
                "pasted": "stands twice"}.get(way.__name__, "lost the marks")  # fmt: skip
    assert sick.exit_code == 1 and expected in sick.stderr
    assert done.exit_code == 0 and expected in done.stdout
    assert after.exit_code == 0 and "All is well" in after.stdout
    assert path.with_name(f"{path.name}.before").read_bytes() == before


def test_what_was_kept_is_never_written_over(tmp_path):
    """Three repairs keep three files, and the first kept one is the first."""
    path = tmp_path / f"{find('03').slug}.ipynb"
    kept = []
    for way in (mangled.vscode, mangled.as_text, mangled.copied):
        path.write_text(nbformat.v4.writes(way(mangled.learner("03"))), "utf-8")
        kept.append(path.read_bytes())
        assert CliRunner().invoke(app, ["doctor", str(path), "--repair"]).exit_code == 0
    names = [f"{path.name}.before{end}" for end in ("", "-2", "-3")]
    assert [path.with_name(name).read_bytes() for name in names] == kept


def test_a_repair_that_cannot_be_written_changes_nothing(tmp_path, monkeypatch):
    """On a full disk the notebook stays as it was and one sentence says why."""
    path = tmp_path / f"{find('03').slug}.ipynb"
    path.write_text(nbformat.v4.writes(mangled.vscode(mangled.learner("03"))), "utf-8")
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_text", full)
    done = CliRunner().invoke(app, ["doctor", str(path), "--repair"])
    assert done.exit_code == 1 and "No space left on device" in done.stderr
    assert path.read_bytes() == before


def test_unreadable_progress_is_kept_each_time(tmp_path, monkeypatch):
    """Two damaged progress files, one after the other, are both kept aside."""
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path))
    for text in ("{first", "{second"):
        (tmp_path / "progress.json").write_text(text)
        assert keeping.read("progress.json") == {}
    kept = sorted(path.read_text() for path in tmp_path.iterdir())
    assert kept == ["{first", "{second"]


def test_prose_of_the_lesson_is_no_lost_answer():
    """A lesson's own text is never taken for a code cell that was turned to text."""
    release = nbformat.read(find("03").notebook("lessons"), as_version=4)
    book = mangled.vscode(mangled.learner("03"))
    book.cells = [cell for cell in book.cells if cell.cell_type != "code"]
    assert cells.recognise(book, release) == {}


def _doctor(tmp_path, book, number="03"):
    path = tmp_path / f"{find(number).slug}.ipynb"
    path.write_text(nbformat.v4.writes(book))
    result = CliRunner().invoke(app, ["doctor", str(path)])
    assert result.exit_code == 1
    return result.output


@pytest.mark.parametrize("way", ["", "# {}", "%%writefile x.py\n{}", 'rr.check("other", 1)'])
def test_doctor_names_a_check_that_no_longer_checks(tmp_path, way):
    """A locked cell emptied, commented out, hidden in a magic or exchanged is not as it should."""
    book = mangled.learner("03")
    cell = next(c for c in book.cells if c.metadata.get("nbgrader", {}).get("grade"))
    cell.source = way.format(cell.source)
    said = _doctor(tmp_path, book)
    assert f"Not as in the lesson: {cell.id}." in said and "readingroom reset 03" in said


def test_a_copy_of_another_version_is_said_and_is_no_fault(tmp_path):
    """Where most checks read otherwise nobody has changed them: that is an older lesson."""
    book = mangled.learner("03")
    for cell in book.cells:
        if cell.metadata.get("nbgrader", {}).get("locked") and cell.cell_type == "code":
            cell.source += "\nolder = True"
    result = CliRunner().invoke(app, ["doctor", str(_at(tmp_path, nbformat.writes(book).encode()))])
    assert result.exit_code == 0 and "another version" in result.output


def test_doctor_names_a_kernel_that_is_no_python(tmp_path):
    """A copy that asks for Julia runs nothing of the lesson."""
    book = mangled.learner("03")
    book.metadata["kernelspec"] = {"name": "julia-1.9", "language": "julia"}
    assert "kernel 'julia-1.9'" in _doctor(tmp_path, book)


def test_doctor_names_a_lesson_under_another_name(tmp_path):
    """Lesson 03 called as lesson 01 is said, before the grader looks for lesson 01 in it."""
    assert "holds lesson 03" in _doctor(tmp_path, mangled.learner("03"), "01")


@pytest.mark.parametrize("broken", ["home", "mirror", "empty mirror", "cohort"])
def test_doctor_looks_at_the_folders_it_names(tmp_path, monkeypatch, broken):
    """A home that is a file, a mirror that is not there or states nothing, a lost cohort."""
    home = tmp_path / "home"
    monkeypatch.setenv("READINGROOM_HOME", str(home))
    monkeypatch.delenv("READINGROOM_MIRROR", raising=False)
    if broken == "home":
        home.write_text("a file")
    elif broken == "cohort":
        files_ = home / "own" / "ward"
        files_.mkdir(parents=True)
        (files_ / "cohort.json").write_text("{")
    else:
        folder = tmp_path / "mirror"
        if broken == "empty mirror":
            folder.mkdir()
        monkeypatch.setenv("READINGROOM_MIRROR", str(folder))
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1 and "All is well" not in result.output


def test_a_link_stays_a_link_and_a_dead_one_keeps_its_name(tmp_path):
    """Repairing through a link mends the file behind it; a link to nothing is not written over."""
    behind = tmp_path / "behind"
    behind.mkdir()
    book = json.loads(_text())
    for cell in book["cells"]:
        cell["metadata"] = {}
    whole = _at(behind, json.dumps(book).encode())
    link = tmp_path / whole.name
    link.symlink_to(whole)
    (behind / f"{whole.name}.before").symlink_to(tmp_path / "nowhere")
    CliRunner().invoke(app, ["doctor", str(link), "--repair"])
    assert link.is_symlink() and not (tmp_path / "nowhere").exists()
    assert json.loads((behind / f"{whole.name}.before-2").read_text()) == book
    assert inspection.lost_marks(inspection.read(whole), find("03")) == []
