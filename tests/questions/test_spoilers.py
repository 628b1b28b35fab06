"""No reply says the right reason, and no open cell below a question holds its solution."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest
from nbformat import NotebookNode

from readingroom.catalogue import catalogue, find
from readingroom.questions import cells, exercises

CHOICES = [
    pytest.param(number, slug, id=f"{number}-{slug}")
    for number in catalogue()
    for slug, exercise in exercises.of_lesson(number).items()
    if exercise.kind.name == "choice"
]
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be because but by can do for from has have how if in is it its may "
        "more most no not of on one only or so than that the their them then there they this to "
        "too was what when where which who will with would you your",
    )
)
MOST = 0.6  # of the words of the right reason
LONG = 14  # characters of a comparison or a pick that gives something away


def _words(text: str) -> set[str]:
    return {w.rstrip("s") for w in re.findall(r"[a-z]+", text.lower()) if w not in COMMON}


def _reason(number: str, slug: str, why: int) -> str:
    """The reason with this number, as the page gives it above the answer."""
    book = nbformat.read(find(number).notebook("solutions"), as_version=4)
    above = [cell.id for cell in book.cells].index(slug)
    text = next(c.source for c in reversed(book.cells[:above]) if "\n1. " in c.source)
    return dict(re.findall(r"^(\d)\. (.+)$", text, re.M))[str(why)]


@pytest.mark.parametrize(("number", "slug"), CHOICES)
def test_no_reply_to_a_wrong_choice_says_the_right_reason(number, slug):
    """A wrong reply and the first hint may lead to the reason; they do not put it in its words."""
    exercise = exercises.of_lesson(number)[slug]
    _, why = exercise.reference(None)
    right = _words(_reason(number, slug, why))
    for told in [*(wrong.says for wrong in exercise.wrong), exercise.hints[0]]:
        assert len(right & _words(told)) < MOST * len(right), told


def _tree(source: str) -> ast.AST:
    return ast.parse("\n".join(s for s in source.splitlines() if not s.startswith(("%", "!"))))


def _given(source: str) -> set[str]:
    """What an answer computes: calls and sums, and longer comparisons and picks."""
    values = [n.value for n in ast.walk(_tree(source)) if isinstance(n, ast.Assign)]
    return {
        ast.unparse(one)
        for one in values
        if isinstance(one, (ast.Call, ast.BinOp))
        or (isinstance(one, (ast.Compare, ast.Subscript)) and len(ast.unparse(one)) >= LONG)
    }


def _folded(cell: NotebookNode) -> bool:
    return "hide-input" in cell.metadata.get("tags", [])


@pytest.mark.parametrize("number", list(catalogue()))
def test_no_open_cell_below_a_question_holds_its_solution(number):
    """What a later cell computes again is folded, so that the answer is not read off it."""
    book = nbformat.read(find(number).notebook("solutions"), as_version=4)
    wanted: dict[str, str] = {}
    shown = []
    for cell in book.cells:
        if cell.cell_type != "code" or cells.is_check(cell):
            continue
        if cells.is_answer(cell):
            wanted |= dict.fromkeys(_given(cell.source), cell.id)
        elif not _folded(cell):
            nodes = (n for n in ast.walk(_tree(cell.source)) if isinstance(n, ast.expr))
            found = {ast.unparse(node) for node in nodes}
            shown += [f"{wanted[one]}: {one}" for one in found & set(wanted)]
    assert shown == []
