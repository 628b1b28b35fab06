"""Honest answers in many disguises, through the recogniser alone: no kernel, no lesson is run.

`benchmarks/disguises.py` compares ``check``, ``grade`` and nbgrader on the same disguises by
command, in kernels. Here the answers are texts, and the cells that the grader would run are run in
a plain namespace, locked cells left out.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from types import SimpleNamespace

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from readingroom.catalogue import catalogue
from readingroom.grading import preparation, rebuild
from readingroom.questions import cells
from tests.grading.conftest import benchmark

disguises = benchmark("disguises")


class _Films:
    """Films or scores, of which an item is what it was asked for by."""

    def __getitem__(self, key: object) -> object:
        return key


class _Here:
    """A lesson's room: what a function hands it comes back, and functions are called."""

    def __getattr__(self, _name: str) -> Callable:
        return self._reply

    def _reply(self, *given: object, **named: object) -> object:
        values = [*given, *named.values()]
        if all(callable(value) for value in values):
            return tuple(v(*[_Films()] * v.__code__.co_argcount) for v in values)
        return next(v for v in values if isinstance(v, str))


def _answers(release: nbformat.NotebookNode) -> dict[str, str]:
    """For each exercise a text that sets what it asks for to the exercise's own name."""
    out = {}
    for cell in release.cells:
        if cells.is_answer(cell):
            names = cells.sets(cell.source)
            value = ", ".join(repr(f"{cell.id}.{name}") for name in names)
            out[cell.id] = f"{', '.join(names)} = {value}"
            if cell.source.startswith("def "):
                out[cell.id] = f"def {names[0]}(*given):\n    return '{cell.id}.{names[0]}'"
            first = ast.parse(cell.source).body[0]
            if "\ndef " in cell.source and isinstance(first, ast.Assign):
                # blanks, and functions below that use them, as they are given
                out[cell.id] += "\n" + "\n".join(cell.source.splitlines()[first.end_lineno :])
    return out


def _run(built: rebuild.Rebuilt) -> dict[str, list[str]]:
    """What the last check of each exercise was handed, when the built cells run in order."""
    told: dict[str, list[str]] = {}

    def check(slug, *given, **named):
        values = [*given, *named.values()]
        values = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
        told[slug] = [v() if callable(v) else v for v in values]

    names: dict = {}
    shell = SimpleNamespace(
        run_line_magic=lambda *_: None,
        system=lambda *_: None,
        run_cell_magic=lambda _name, _line, body: exec(body, names),
    )
    for cell in built.cells:
        if cell.role == rebuild.LOCKED:
            continue
        names |= {"rr": SimpleNamespace(check=check, look=check, judge=check),
                  "here": _Here(), "get_ipython": lambda: shell,
                  "print": lambda *_: None}  # fmt: skip
        try:
            exec(TransformerManager().transform_cell(cell.source), names)
        except Exception:  # as in a notebook, the next cell runs all the same
            continue
    return told


def _handed(release, names: dict[str, list[str]], slug: str) -> list[str]:
    """Its own names, in order, among those of earlier exercises that the check asks for too."""
    owners = {name: other for other, many in names.items() for name in many}
    owners |= dict.fromkeys(names[slug], slug)
    source = next(cell.source for cell in release.cells if cell.id == f"check-{slug}")
    asked = [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    own = [name for name in asked if name in owners]
    extra = [name for name in own if owners[name] != slug]
    return [f"{owners[n]}.{n}" for n in own] if extra else [f"{slug}.{n}" for n in names[slug]]


@pytest.mark.parametrize("disguise", disguises.DISGUISES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("number", list(catalogue()))
def test_an_answer_reaches_its_check_in_every_disguise(number, disguise):
    """However an honest answer is written and wherever it stands, its check is handed it last."""
    release = preparation.release(number)
    d = disguises.desk(release, _answers(release))
    disguise(d)
    for cell in d.book.cells:
        disguises.turn(cell, d.turned.get(cell.get("id", "")))
    built = rebuild.rebuild(release, d.book)
    assert not built.restored, "an honest cell is told to be changed"
    told = _run(built)
    assert told == {slug: _handed(release, d.names, slug) for slug in d.names}


def _locked_before(slug: str) -> nbformat.NotebookNode:
    code = rebuild.code(preparation.release("04"))
    return code[[cell.id for cell in code].index(slug) - 1]


def test_answers_in_cells_of_the_course():
    """An answer merged into the cell above it, or typed into the check, is handed to the check."""
    release = preparation.release("04")
    above = _locked_before("ppv-here")
    assert rebuild.role_of(above) == rebuild.LOCKED
    d = disguises.desk(release, _answers(release))
    d.cell(above.id).source += "\nmy_ppv = 'merged'"
    d.drop("ppv-here")
    d.cell("check-which-is-overconfident").source = 'rr.look("which-is-overconfident", "typed")'
    d.cell("buy-it").source = "step, because = 'answered', 1"
    d.cell("check-buy-it").source = 'rr.judge("buy-it", choice="other", because=2)'
    for cell in d.book.cells:
        if cell.get("id") == above.id:  # what it computes needs films
            cell.source = "\n".join(["# mine", *cell.source.splitlines()[-1:]])
    told = _run(rebuild.rebuild(release, d.book))
    assert told["ppv-here"] == ["merged"]
    assert told["which-is-overconfident"] == ["typed"]
    assert told["buy-it"] == ["answered", 1], "a check may not be handed another answer"


def test_answers_and_checks_at_the_end_of_the_notebook():
    """Answers typed into one cell at the end, and the checks moved below it, are handed over."""
    release = preparation.release("04")
    d = disguises.desk(release, _answers(release))
    checks = [d.cell(f"check-{slug}") for slug in d.answers]
    for slug in d.answers:
        d.drop(slug), d.drop(f"check-{slug}")
    d.book.cells.append(nbformat.v4.new_code_cell("\n".join(d.answers.values())))
    d.book.cells += checks
    told = _run(rebuild.rebuild(release, d.book))
    assert told == {slug: _handed(release, d.names, slug) for slug in d.names}


@pytest.mark.parametrize("merged", ["x = 1\n{}\n{}", "if True:\n    {}\n{}", "%%bash\n{}\n{}"])
def test_only_what_stands_whole_in_a_cell_is_taken_out_of_it(merged):
    """Two checks in a cell of one's own are cells again; inside something else they stay text."""
    release = preparation.release("04")
    own = rebuild.code(release)
    checks = [cell for cell in own if rebuild.role_of(cell) == rebuild.CHECK][:2]
    cell = nbformat.v4.new_code_cell(merged.format(*(check.source for check in checks)))
    parts = cells.unmerged(own, [cell])
    if merged[0] == "x":
        assert [part.source for part in parts] == ["x = 1", *(one.source for one in checks)]
    else:
        assert parts == [cell]
    assert cells.unmerged(own, [*checks, cell])[2:] == [cell], "nothing is missing, nothing cut"


@pytest.mark.parametrize(
    "way",
    ["exec('my_' + 'ppv = 7')", "globals()['my_' + 'ppv'] = 7",
     "import builtins\nbuiltins.my_ppv = 7"],
)  # fmt: skip
def test_dots_overwrite_no_answer(way, monkeypatch):
    """An answer set in a way that no text shows survives the dots below it, also without marks."""
    monkeypatch.setattr(builtins, "my_ppv", None, raising=False)
    release = preparation.release("04")
    for kept in (True, False):
        d = disguises.desk(release, _answers(release))
        d.put(way, before="ppv-here")
        if not kept:
            d.drop("ppv-here")
        assert _run(rebuild.rebuild(release, d.book))["ppv-here"] == [7]
    monkeypatch.undo()
    d = disguises.desk(release, _answers(release))
    assert _run(rebuild.rebuild(release, d.book))["ppv-here"] == [...]


def test_a_function_below_ran_before_what_uses_it():
    """A function at the end of the notebook is there for the answers that call it."""
    release = preparation.release("04")
    d = disguises.desk(release, _answers(release))
    d.cell("ppv-here").source = "my_ppv = mine()"
    d.book.cells.append(nbformat.v4.new_code_cell("def mine():\n    return 7"))
    assert _run(rebuild.rebuild(release, d.book))["ppv-here"] == [7]


def test_there_are_at_least_twenty_disguises():
    """The list keeps its size, and each says what it stands for."""
    assert len(disguises.DISGUISES) >= 20 and all(one.__doc__ for one in disguises.DISGUISES)
