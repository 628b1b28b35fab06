"""Class: a result written over somebody's file. It takes an older result's place and no other."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from typer.testing import CliRunner

from readingroom import audit
from readingroom.author import rehearsal, slides
from readingroom.catalogue import Lesson, find
from readingroom.cli import app
from readingroom.kernel import progress
from readingroom.learner import luggage
from readingroom.lessons.l10 import hospitals
from readingroom.show import figures
from tests.data.films_made import png, thorax
from tests.exam import test_classroom as room


def _table(folder):
    path = folder / "scores.csv"
    path.write_bytes(audit.example().read_bytes())
    return path


def _labels(folder):
    for k in range(4):
        png(folder / f"films/{k}.png", thorax(40, seed=k))
    path = folder / "labels.csv"
    path.write_text("file,label\n" + "".join(f"{k}.png,{k % 2}\n" for k in range(4)))
    return path


@pytest.mark.parametrize("option", ["--out", "--json"])
@pytest.mark.parametrize("name", ["scores.csv", "notes.txt"])
def test_an_audit_costs_neither_its_table_nor_notes(tmp_path, option, name):
    """What is read, and a file of another kind, stay; the command says so before it works."""
    table = _table(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    before = (tmp_path / name).read_bytes()
    result = CliRunner().invoke(app, ["audit", str(table), option, str(tmp_path / name)])
    assert result.exit_code == 1 and "name another file" in result.output
    assert (tmp_path / name).read_bytes() == before and "VERDICT" not in result.output


def test_a_result_takes_the_place_of_an_older_one(tmp_path):
    """The second page is written where the first one was."""
    table, page = _table(tmp_path), tmp_path / "page.html"
    page.write_text("old")
    assert CliRunner().invoke(app, ["audit", str(table), "--out", str(page)]).exit_code == 0
    assert page.read_text() != "old"


@pytest.mark.parametrize("target", ["labels.csv", "films/0.png", "films/new.json"])
def test_rows_of_a_folder_cost_no_film_and_no_label(tmp_path, target):
    """Neither the table, nor a film, nor a new file among the films."""
    labels = _labels(tmp_path)
    path = tmp_path / target
    before = path.read_bytes() if path.exists() else None
    films = str(tmp_path / "films")
    for words in (["data", "add", films, "--labels", str(labels)], ["data", "gate", films]):
        if target == "labels.csv" and "gate" in words:
            continue
        assert CliRunner().invoke(app, [*words, "--json", str(path)]).exit_code == 1
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_check_does_not_cost_the_notebook(tmp_path):
    """The points are not written over the answers."""
    path = tmp_path / "01-from-pacs-to-research-file.ipynb"
    path.write_text("{}")
    result = CliRunner().invoke(app, ["check", str(path), "--json", str(path)])
    assert result.exit_code == 1 and path.read_text() == "{}"
    assert "what is read here" in result.output


def _solved(folder):
    path = folder / "mine.ipynb"
    path.write_bytes(find("04").notebook("solutions").read_bytes())
    return path


def _runs(folder):
    cell = nbformat.v4.new_code_cell("x", id="curve")
    figure, axis = figures.axes(3, 2)
    axis.plot([0, 1], [0, 1])
    html = figures.as_html(figure, "A line that rises from left to right", "A line", "SIMULATED")
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": html})]
    (folder / "runs").mkdir(exist_ok=True)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# title"), cell])
    nbformat.write(book, folder / "runs" / f"{find('03').slug}.ipynb")
    return folder / "runs"


def _results(folder):
    return room._write(folder / "results.csv", room._class(np.random.default_rng(4)))


SLUG = find("03").slug
COMMANDS = {
    "audit --out": (lambda f: ["audit", _table(f), "--out", f / "page.html"], ["page.html"]),
    "audit --json": (lambda f: ["audit", _table(f), "--json", f / "page.json"], ["page.json"]),
    "check --json": (lambda f: ["check", _solved(f), "--json", f / "page.json"], ["page.json"]),
    "data list": (lambda f: ["data", "list", "--json", f / "page.json"], ["page.json"]),
    "class": (lambda f: ["class", _results(f), "--out", f / "page.html"], ["page.html"]),
    "figures": (
        lambda f: ["figures", f / "out", "03", "--runs", _runs(f)],
        [f"out/{SLUG}.pdf", "out/index.html", f"out/{SLUG}/01-curve.png", f"out/{slides.TABLE}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_a_second_run_keeps_what_somebody_put_there(tmp_path, name):
    """What lies where a command writes is kept beside it and told, and equal runs add nothing."""
    words, targets = COMMANDS[name]
    for target in targets:
        (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / target).write_text("mine")
    words = [str(word) for word in words(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    for target in targets:
        path = tmp_path / target
        kept = path.with_name(f"{path.stem}.before{path.suffix}")
        assert kept.read_text() == "mine" and path.read_bytes() != b"mine"
        assert f"is kept as {kept.name}." in done.output
    there = sorted(tmp_path.rglob("*"))
    assert "is kept" not in CliRunner().invoke(app, words).output
    assert sorted(tmp_path.rglob("*")) == there


def test_a_certificate_keeps_the_file_of_its_name(tmp_path, monkeypatch):
    """Another one's certificate, or a letter of the same name, is not lost."""
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "home"))
    progress.note("03", "dull-baseline", 2, 2, "real")
    (tmp_path / "page.pdf").write_text("mine")
    words = ["certificate", "--name", "A. Learner", "--out", str(tmp_path / "page.pdf")]
    assert "kept as page.before.pdf" in CliRunner().invoke(app, words).output
    assert (tmp_path / "page.before.pdf").read_text() == "mine"
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_rehearsed_lessons_take_no_learners_notebook_away(tmp_path, monkeypatch):
    """--keep into a working copy: the learner's file is kept, an older rehearsal gives way."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    path, keep, said = tmp_path / "solved.ipynb", tmp_path / "03.ipynb", []
    nbformat.write(book, path)
    keep.write_text("mine")
    monkeypatch.setattr(Lesson, "notebook", lambda *_: path)
    monkeypatch.setattr(rehearsal, "execute", lambda *_, **__: (nbformat.read(path, 4), 1, 1, ""))
    for _ in range(2):
        rehearsal.rehearse(Lesson("03", "x", "X", 1, "I", ()), keep=keep, said=said.append)
    assert [one.name for one in tmp_path.glob("*before*")] == ["03.before.ipynb"]
    assert (tmp_path / "03.before.ipynb").read_text() == "mine" and len(said) == 1


def test_what_a_notebook_writes_keeps_what_lay_there(tmp_path, monkeypatch):
    """A learner's own file of the same name, or what another machine packed, is not lost."""
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    progress.note("03", "dull-baseline", 2, 2, "real")
    for name in ("hospital-N.csv", luggage.FILE):
        (tmp_path / name).write_text("mine")
    hospitals.write("N")
    luggage.take_along()
    kept = sorted(path.read_text() for path in tmp_path.glob("*.before.*"))
    assert kept == ["mine", "mine"]
