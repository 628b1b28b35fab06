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
BELOW = 5  # cells that are looked at below an answer
LONG = 14  # characters of an expression that gives something away


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


def _expressions(source: str) -> set[str]:
    plain = "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))
    return {
        ast.unparse(node)
        for node in ast.walk(ast.parse(plain))
        if isinstance(node, (ast.Call, ast.BinOp, ast.Compare, ast.Subscript))
    }


def _folded(cell: NotebookNode) -> bool:
    return "hide-input" in cell.metadata.get("tags", [])


@pytest.mark.parametrize("number", list(catalogue()))
def test_no_open_cell_below_a_question_holds_its_solution(number):
    """What a later cell computes again is folded, so that the answer is not read off it."""
    book = nbformat.read(find(number).notebook("solutions"), as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    shown = []
    for i, cell in enumerate(code):
        if not cells.is_answer(cell):
            continue
        solved = re.search(r"### BEGIN SOLUTION\n(.*?)### END", cell.source, re.S)
        body = solved[1] if solved and not solved[1].startswith(" ") else ""
        whole = {
            ast.unparse(line.value) for line in ast.parse(body).body if isinstance(line, ast.Assign)
        }
        given = {one for one in _expressions(body) if len(one) >= LONG} & whole
        for later in code[i + 1 : i + 1 + BELOW]:
            if not (_folded(later) or cells.is_check(later) or cells.is_answer(later)):
                shown += [f"{cell.id}: {one}" for one in given & _expressions(later.source)]
    assert shown == []
