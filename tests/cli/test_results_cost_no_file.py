"""Class: a result written over somebody's file. It takes an older result's place and no other."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from readingroom import audit
from readingroom.cli import app
from tests.data.films_made import png, thorax


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
