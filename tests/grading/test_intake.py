"""Where submissions come from, and how their cells are matched with the release's."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given, strategies as st

from readingroom.catalogue import find
from readingroom.grading import feedback, gathering, rebuild, result, tables
from tests.grading.conftest import benchmark


@given(st.text())
@example("a" * 79 + ":b")  # a sign that is replaced, just where a long name is cut
@example("a" * 78 + " : b")
def test_a_students_name_is_safe_everywhere(name):
    """Whatever a name is, it leads out of no folder, hides in no page and is no formula."""
    clean = gathering.clean(name)
    assert clean and len(clean) <= 80
    assert not set(clean) & set('/\\<>&"\n\t\0:')
    assert clean not in (".", "..") and clean[0] not in "=+-@. '"
    assert gathering.clean(clean) == clean
    assert "/" not in feedback.file_name(name) and feedback.file_name(name).isascii()


@given(st.text(), st.text())
def test_two_students_never_share_a_file(one, other):
    """Different names give different result files and different pages."""
    same = one == other
    files = [result.file_of(Path(), name, "03") for name in (one, other)]
    assert (files[0] == files[1]) == same
    assert (feedback.file_name(one) == feedback.file_name(other)) == same


@pytest.mark.parametrize(
    ("path", "student", "lesson"),
    [
        ("annika/03-train-a-classifier/03-train-a-classifier.ipynb", "annika", "03"),
        ("annika/03-train-a-classifier.ipynb", "annika", "03"),
        ("annika.ipynb", "annika", ""),
        ("annika/0.ipynb", "annika", ""),
        ("Ann Lee_812_assignsubmission_file_/my copy.ipynb", "Ann Lee", ""),
        ("Ann Lee_812_assignsubmission_file_03-train-a-classifier.ipynb", "Ann Lee", "03"),
        ("leeann_late_123_456_03-train-a-classifier.ipynb", "leeann", "03"),
        ("leeann_123_456_03-train-a-classifier-2.ipynb", "leeann", ""),
        ("submitted/annika/03-train-a-classifier/x.ipynb", "annika", "03"),
    ],
)
def test_student_and_lesson_from_a_path(tmp_path, path, student, lesson):
    """nbgrader's tree, folders of notebooks and the platforms' names are understood."""
    place = tmp_path / "class" / path
    place.parent.mkdir(parents=True)
    place.write_text("{}")
    (found,) = gathering.gather(tmp_path / "class")
    assert (found.student, found.lesson, found.data) == (student, lesson, b"{}")


def test_a_pipe_and_a_link_are_not_read(tmp_path):
    """A named pipe would wait for ever, a link could show any file; neither is opened."""
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to("/etc/hostname")
    found = {one.student: one for one in gathering.gather(tmp_path)}
    assert all(one.problem and not one.data for one in found.values()) and len(found) == 2


def _book(*cells: tuple[str, str]) -> nbformat.NotebookNode:
    made = [nbformat.v4.new_code_cell(source, id=name) for name, source in cells]
    return nbformat.v4.new_notebook(cells=made)


def _release() -> nbformat.NotebookNode:
    book = _book(("start", "x = 1"), ("ask", "answer = ..."), ("check-ask", "check(answer)"))
    marks = {"start": {}, "ask": {"solution": True}, "check-ask": {"grade": True}}
    for cell in book.cells:
        cell.metadata["nbgrader"] = marks[cell.id]
    return book


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
CELLS = st.lists(st.tuples(st.sampled_from(["start", "ask", "check-ask", "other"]), TEXT))


@given(CELLS)
def test_locked_cells_run_once_in_order_whatever_is_handed_in(cells):
    """Any cells with any names give each locked cell once, in order, with the course's text."""
    release = _release()
    handed = [nbformat.v4.new_code_cell(text) for _, text in cells]
    for cell, (name, _) in zip(handed, cells, strict=True):
        cell.id = name
    book = nbformat.from_dict({"cells": handed, "metadata": {}})
    built = rebuild.rebuild(release, book)
    named = [(cell.name, cell.source) for cell in built.cells if cell.name]
    assert [name for name, _ in named] == ["start", "ask", "check-ask"]
    assert dict(named)["start"] == "x = 1" and dict(named)["check-ask"] == "check(answer)"


def test_a_table_holds_no_formula():
    """Text that a spreadsheet would compute is kept as text; numbers stay numbers."""
    row = result.Row("=1+1", "03", "real", "x", 0.5, 2.0, "wrong", "@SUM(A1)")
    assert tables.grades([row]).splitlines()[1] == "'=1+1,03,real,x,0.5,2,wrong,'@SUM(A1)"


def test_the_platforms_tables(monkeypatch):
    """Moodle's and Canvas's tables hold a line for each student and the points of the lesson."""
    rows = [
        result.Row(who, "03", "real", slug, points, 2.0, "right", "")
        for who, points in (("annika", 2.0), ("bobby", 0.0))
        for slug in ("a", "b")
    ]
    title = "03 Train a chest X-ray classifier"
    assert tables.moodle(rows).splitlines() == [f"Full name,{title}", "annika,4", "bobby,0"]
    assert tables.canvas(rows).splitlines()[1:] == [
        "Points Possible,,,4", "annika,,,4", "bobby,,,0",
    ]  # fmt: skip


def test_a_fixed_sample_of_mutations_costs_a_row_each_at_most():
    """Sixty mutated notebooks: each is read or refused, none raises, and memory stays flat."""
    fuzz = benchmark("intake")
    text = nbformat.writes(nbformat.read(find("04").notebook("solutions"), as_version=4))
    found = fuzz.run(text, range(60))
    assert sum(found["outcomes"].values()) == 60
    assert set(found["outcomes"]) == {"read", "unreadable file", "wrong lesson"}
    assert found["memory_grew_mb"] < 60
