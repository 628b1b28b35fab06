"""Which films a cell's output is of, said below it: in a lesson on a learner's own films.

What a cell uses follows from the variables that it reads. A value that carries its films says so
itself; any other, a number or a text, has those of the cell that made it.
"""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Any

from IPython.display import display

from readingroom.assess import whose

_made: dict[str, tuple[int, frozenset[str]]] = {}  # variable: which value, of which films


def stand_by() -> None:
    """Listen to the cells of this kernel, once; without IPython there is nothing to do."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or before in shell.events.callbacks["pre_run_cell"]:
        return
    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)


class _Names(ast.NodeVisitor):
    """The variables that a cell reads before it sets them, and those that it sets."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.set: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.read |= {node.id} - self.set
        else:
            self.set.add(node.id)

    def _in_order(self, *parts: Any) -> None:
        for part in parts:
            for node in part if isinstance(part, list) else [part]:
                if node is not None:
                    self.visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, node.targets)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.read |= {node.target.id} - self.set
        self._in_order(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._in_order(node.iter, node.target, node.body, node.orelse)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._in_order(node.iter, node.target, node.ifs)

    def _comprehended(self, node: Any) -> None:
        outer = set(self.set)
        self._in_order(node.generators)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._in_order(*parts)
        self.set = outer  # its variables end with it

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehended

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer = set(self.set)
        own = node.args
        self.set |= {a.arg for a in [*own.posonlyargs, *own.args, *own.kwonlyargs]}
        self._in_order(node.body)
        self.set = outer | {node.name}


def names(code: str) -> tuple[set[str], set[str]]:
    """The variables that some code reads before it sets them, and those that it sets."""
    found = _Names()
    found.visit(_tree(code))
    return found.read, found.set


def used(code: str, variables: dict[str, Any]) -> frozenset[str]:
    """The films of the variables that some code reads.

    Parameters
    ----------
    code : str
        A cell. One that is no Python uses none.
    variables : dict
        Name to value.
    """
    films: frozenset[str] = frozenset()
    for name in names(code)[0] & set(variables):
        value = variables[name]
        if isinstance(value, (ModuleType, type)):
            continue
        known = whose.films_of(value)
        which, inherited = _made.get(name, (0, frozenset()))
        films |= known or (inherited if which == id(value) else frozenset())
    return films


def inherit(code: str, variables: dict[str, Any], films: frozenset[str]) -> None:
    """Note the films of the variables that some code has set and that do not tell themselves."""
    for name in names(code)[1] & set(variables):
        value = variables[name]
        if films and not isinstance(value, (ModuleType, type)) and not whose.films_of(value):
            _made[name] = id(value), films
        else:
            _made.pop(name, None)


def speaks(code: str) -> bool:
    """Whether a cell may show something: it holds a call or a value that is not assigned."""
    return any(isinstance(node, ast.Expr) for node in ast.walk(_tree(code)))


def said() -> str:
    """One line on the films of the running cell; empty where they are the learner's."""
    others = "; ".join(whose.others())
    if not others:
        return ""
    return (
        f"Not only your films: also {others}." if whose.beside() else f"Not your films: {others}."
    )


def _tree(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def before(info: Any) -> None:
    """A cell begins; IPython calls this."""
    if whose.minded():
        whose.begin(used(info.raw_cell, _variables()))


def after(result: Any) -> None:
    """A cell has run: name its films where they are not the learner's; IPython calls this."""
    if not whose.minded():
        return
    code = result.info.raw_cell
    variables = _variables()
    made = [variables[name] for name in names(code)[1] & set(variables)]
    whose.note(*(value for value in made if not isinstance(value, str)))
    inherit(code, variables, whose.in_cell())
    if said() and speaks(code):
        display({"text/plain": said()}, raw=True)


def _variables() -> dict[str, Any]:
    from IPython import get_ipython

    shell = get_ipython()
    return shell.user_ns if shell else {}
