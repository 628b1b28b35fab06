"""A fresh copy keeps the learner's answers, and the old file is never lost."""

from __future__ import annotations

from datetime import datetime

import nbformat
import pytest

from readingroom.catalogue import catalogue, find
from readingroom.kernel import inspection
from readingroom.learner import fresh
from readingroom.questions import cells, exercises
from tests.questions import mangled

NOW = datetime(2026, 3, 4, 10, 15, 7)


def _place(tmp_path, number, book):
    path = tmp_path / f"{find(number).slug}.ipynb"
    path.write_text(nbformat.writes(book), "utf-8")
    return path


@pytest.mark.parametrize("way", mangled.WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("number", list(catalogue()))
def test_answers_are_carried_into_the_fresh_copy(tmp_path, number, way):
    """Every answer is in the fresh copy, which has all its marks; the old bytes lie aside."""
    path = _place(tmp_path, number, way(mangled.learner(number)))
    old = path.read_bytes()
    done = fresh.reset(tmp_path, find(number), now=NOW)
    assert set(done.carried) == set(exercises.of_lesson(number)) and done.missing == ()
    assert done.aside.name == f"{find(number).slug}.2026-03-04-101507.ipynb"
    assert done.aside.read_bytes() == old
    book = nbformat.read(done.notebook, as_version=4)
    assert inspection.lost_marks(book, find(number)) == []
    release = nbformat.read(find(number).notebook("lessons"), as_version=4)
    for cell, original in zip(book.cells, release.cells, strict=True):
        assert not cell.get("outputs")
        if cells.is_answer(original):
            assert mangled.TYPED.strip() in cell.source
        else:
            assert cell.source == original.source


def test_untouched_dots_are_no_answer(tmp_path):
    """A notebook nobody has answered gives a fresh copy with nothing carried and nothing missed."""
    _place(tmp_path, "03", nbformat.read(find("03").notebook("lessons"), as_version=4))
    done = fresh.reset(tmp_path, find("03"), now=NOW)
    assert done.carried == () and done.missing == () and done.reason == ""
    assert done.notebook.read_text("utf-8").count("acc0 = ...") == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"null", b'{"nbformat": 4, "cells": [1]}']
)
def test_a_file_that_is_no_notebook_is_kept_aside(tmp_path, content):
    """What cannot be read is kept byte for byte, a fresh copy stands in its place, and why."""
    path = tmp_path / f"{find('03').slug}.ipynb"
    path.write_bytes(content)
    done = fresh.reset(tmp_path, find("03"), now=NOW)
    assert done.aside.read_bytes() == content and done.carried == ()
    assert "no answer could be carried" in done.reason
    assert inspection.lost_marks(inspection.read(path), find("03")) == []


def test_two_resets_in_one_second_keep_both_old_files(tmp_path):
    """A second reset does not overwrite what the first put aside."""
    _place(tmp_path, "03", mangled.learner("03"))
    asides = {fresh.reset(tmp_path, find("03"), now=NOW).aside for _ in range(3)}
    assert len(asides) == 3 and all(path.is_file() for path in asides)


def test_a_deleted_answer_cell_is_named(tmp_path):
    """An exercise whose answer cell and check are gone is reported, the others are carried."""
    book = mangled.learner("03")
    book.cells = [c for c in book.cells if c.id not in ("stop-here", "check-stop-here")]
    _place(tmp_path, "03", mangled.vscode(book))
    done = fresh.reset(tmp_path, find("03"), now=NOW)
    assert done.missing == ("stop-here",)
    assert set(done.carried) == set(exercises.of_lesson("03")) - {"stop-here"}


def test_reset_where_there_was_nothing(tmp_path):
    """Without an old file a fresh copy appears, in a folder that is made."""
    done = fresh.reset(tmp_path / "new", find("03"), now=NOW)
    assert done.aside is None and done.notebook.is_file()


def test_empty_carries_nothing(tmp_path):
    """Asked to start over, the fresh copy has dots again; the old file is kept all the same."""
    _place(tmp_path, "03", mangled.learner("03"))
    done = fresh.reset(tmp_path, find("03"), empty=True, now=NOW)
    assert done.carried == () and mangled.TYPED.strip() not in done.notebook.read_text("utf-8")
    assert mangled.TYPED.strip() in done.aside.read_text("utf-8")
