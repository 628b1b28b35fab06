"""A learner's cells are recognised whatever another program did to their ids and marks."""

from __future__ import annotations

import ast

import nbformat
import pytest

from readingroom.catalogue import catalogue, find
from readingroom.kernel import inspection
from readingroom.questions import cells, exercises
from tests.questions import mangled


@pytest.mark.parametrize("way", mangled.WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("number", list(catalogue()))
def test_every_answer_and_check_is_found_again(number, way):
    """Each answer cell is recognised by what the learner typed, each check by its exercise."""
    release = nbformat.read(find(number).notebook("lessons"), as_version=4)
    book = way(mangled.learner(number))
    found = cells.recognise(book, release)
    for slug in exercises.of_lesson(number):
        assert mangled.TYPED.strip() in book.cells[found[slug]].source, slug
        assert f'"{slug}"' in book.cells[found[f"check-{slug}"]].source
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("way", mangled.WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("number", list(catalogue()))
def test_repair_gives_every_mark_back_and_changes_no_text(number, way):
    """After a repair no id or mark is lost or doubled, and every cell's text is as it was."""
    book = way(mangled.learner(number))
    before = [cell.source for cell in book.cells]
    gone = inspection.repair(book, find(number))
    assert gone == [] and inspection.lost_marks(book, find(number)) == []
    assert [cell.source for cell in book.cells] == before
    ids = [cell.id for cell in book.cells]
    assert len(set(ids)) == len(ids)
    nbformat.validate(book)


def test_a_mangled_notebook_has_lost_its_marks():
    """What the repair tests start from is really broken, so that they can fail."""
    for way in mangled.WAYS[1:]:
        assert inspection.lost_marks(way(mangled.learner("03")), find("03")), way.__name__


@pytest.mark.parametrize(
    ("source", "names"),
    [("x = ...", ["x"]), ("a, b = ..., ...", ["a", "b"]), ("def split(df):\n    ...", ["split"]),
     ("x = = 1", []), ("", [])],
)  # fmt: skip
def test_the_variable_of_an_answer_cell(source, names):
    """The first statement says what an answer cell sets; broken code says nothing."""
    assert cells.sets(source) == names


def test_a_cell_that_only_uses_the_variable_is_no_answer():
    """A learner's cell that compares or prints the variable is not taken for the answer."""
    release = nbformat.read(find("03").notebook("lessons"), as_version=4)
    book = nbformat.read(find("03").notebook("lessons"), as_version=4)
    at = next(i for i, cell in enumerate(book.cells) if cell.id == "dull-baseline")
    book.cells[at].source = "acc0 = (.625"
    book.cells.insert(at + 1, nbformat.v4.new_code_cell("acc0 == 1"))
    mangled.vscode(book)
    assert cells.recognise(book, release)["dull-baseline"] == at


def _reads(source: str) -> set[str]:
    """Names that a cell looks up."""
    return {
        node.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


@pytest.mark.parametrize("number", list(catalogue()))
def test_no_later_cell_reads_what_was_typed(number):
    """What was typed may be of any form; later cells go on with what `carry` made of it."""
    book = nbformat.read(find(number).notebook("lessons"), as_version=4)
    typed: set[str] = set()
    for cell in book.cells:
        if cell.cell_type != "code" or cells.is_check(cell):
            continue
        if cells.is_answer(cell):
            typed |= set(cells.sets(cell.source))
            continue
        typed -= cells.binds(cell.source)  # a name that the page makes anew is the page's own
        assert not typed & _reads(cell.source), cell.id
