"""Locked cells that the server has run already, so that a submission need not run them again.

Every submission holds the same locked cells. What such a cell leaves is bound instead of computed
where all that it reads is, object for object, what it read in the server, and none of these was
changed in place by a cell of the learner's own. So a learner who changed something it depends on
gets it run for real. Only quiet cells are replayed: those that in the
course's own run changed no object that was there before and no file, and set no seed.
"""

from __future__ import annotations

import ast
import hashlib
import pickle
import re
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from readingroom.grading import shell as shells
from readingroom.questions import cells

MISSING = object()
BY_NAME = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
OPAQUE = "opaque"
SEEDS = re.compile(r"\bseed\(|manual_seed\(")  # what a learner draws next depends on it


def visible(names: dict) -> dict[str, Any]:
    """A shell's variables without its own."""
    own = {"In", "Out", "exit", "quit", "get_ipython", "open"}
    return {name: value for name, value in names.items() if name[0] != "_" and name not in own}


# --- what a cell reads


class _Names(ast.NodeVisitor):
    """Names that are read before they are set, in the order in which statements run."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.bound:
                self.read.add(node.id)
        else:
            self.bound.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        for part in ast.walk(node.target):
            if isinstance(part, ast.Name) and part.id not in self.bound:
                self.read.add(part.id)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        for part in [*node.body, *node.orelse]:
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        for branch in (node.body, node.orelse):
            self._inner(branch, set())

    def visit_Try(self, node: ast.Try) -> None:
        handlers = [part for handler in node.handlers for part in handler.body]
        for branch in (node.body, handlers, node.orelse, node.finalbody):
            self._inner(branch, set())

    def _inner(self, parts: list, local: set[str]) -> None:
        """What is set in there may not be set afterwards."""
        before = set(self.bound)
        self.bound |= local
        for part in parts:
            self.visit(part)
        self.bound = before

    def _comprehension(self, node: Any) -> None:
        before = set(self.bound)
        for part in node.generators:
            self.visit(part.iter)
            self.visit(part.target)
            for test in part.ifs:
                self.visit(test)
        for name in ("key", "value", "elt"):
            if hasattr(node, name):
                self.visit(getattr(node, name))
        self.bound = before

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _function(self, node: Any) -> None:
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        for default in [*given.defaults, *given.kw_defaults, *getattr(node, "decorator_list", [])]:
            if default is not None:
                self.visit(default)
        body = node.body if isinstance(node.body, list) else [node.body]
        self._inner(body, {argument.arg for argument in every if argument is not None})
        if hasattr(node, "name"):
            self.bound.add(node.name)

    visit_FunctionDef = visit_Lambda = _function

    def _import(self, node: Any) -> None:
        for name in node.names:
            self.bound.add((name.asname or name.name).split(".")[0])

    visit_Import = visit_ImportFrom = _import


def _of_functions(read: set[str], names: dict) -> set[str]:
    """Names that the functions among `read` look up in turn."""
    out, waiting = set(read), [names[name] for name in read if name in names]
    while waiting:
        value = waiting.pop()
        if isinstance(value, types.FunctionType) and value.__globals__ is names:
            codes = [value.__code__]
            while codes:
                code = codes.pop()
                fresh = set(code.co_names) - out
                out |= fresh
                waiting += [names[name] for name in fresh if name in names]
                codes += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return out


def reads(screen: shells.Silent, source: str) -> set[str] | None:
    """Names that a cell reads from the shell's variables; None where that cannot be told."""
    try:
        tree = ast.parse(screen.transform_cell(source))
    except (SyntaxError, ValueError):
        return None
    if any(isinstance(part, (ast.ClassDef, ast.Global, ast.Await)) for part in ast.walk(tree)):
        return None
    found = _Names()
    found.visit(tree)
    return _of_functions(found.read, screen.user_ns)


# --- whether a cell is quiet


def _digest(value: Any) -> str:
    if isinstance(value, BY_NAME):
        return f"by name {id(value)}"
    try:
        return hashlib.sha256(pickle.dumps(value, protocol=5)).hexdigest()
    except Exception:
        return OPAQUE


def _files() -> list[tuple]:
    return sorted(
        (str(path), path.stat().st_size, path.stat().st_mtime_ns)
        for path in Path.cwd().rglob("*")
        if path.is_file()
    )


class Trace:
    """The shell's world before a cell, to be compared with what it is afterwards."""

    def __init__(self, screen: shells.Silent, source: str) -> None:
        self.screen = screen
        self.before = {n: (v, _digest(v)) for n, v in visible(screen.user_ns).items()}
        self.around = _files()
        read = reads(screen, source)
        opaque = {name for name, (_, digest) in self.before.items() if digest == OPAQUE}
        self.clear = read is not None and not read & opaque and not SEEDS.search(source)

    def told(self) -> dict:
        """``sets`` and ``mutates``: names; ``quiet``: whether the cell may be replayed."""
        after = visible(self.screen.user_ns)
        sets = {n for n, v in after.items() if n not in self.before or self.before[n][0] is not v}
        sets |= set(self.before) - set(after)
        mutates = {
            name
            for name, (value, digest) in self.before.items()
            if name not in sets and digest != OPAQUE and _digest(value) != digest
        }
        still = self.around == _files()
        return {
            "sets": sorted(sets),
            "mutates": sorted(mutates),
            "quiet": self.clear and still and not mutates,
        }


# --- replaying


def _surely_bound(source: str) -> set[str]:
    """Names that a cell binds whatever happens, also those that keep the object they had."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return set()
    every = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.FunctionDef)
    return set().union(
        *(cells.binds(ast.unparse(part)) for part in body if isinstance(part, every))
    )


@dataclass(frozen=True)
class Made:
    """What a cell read and left in the server."""

    source: str
    read: dict[str, Any]
    left: dict[str, Any] = field(default_factory=dict)
    removed: frozenset = frozenset()


class Replays:
    """The locked cells that the server has run.

    Parameters
    ----------
    screen : Silent
    plan : list of dict
        The release's cells in order: ``name``, ``source``, ``locked`` and what `Trace` told.
    """

    def __init__(self, screen: shells.Silent, plan: list[dict]) -> None:
        self.screen, self._made = screen, {}
        names, unknown = screen.user_ns, set()
        self._touched: set[int] = set()  # objects that a learner's cell had in its hands
        self._digests: dict[int, str] = {}
        before = dict(names)
        for cell in plan:
            touched = {*cell["sets"], *cell["mutates"]}
            made = self._run(cell, unknown) if cell["locked"] and cell["quiet"] else None
            if made is None:
                unknown |= touched
            else:
                self._made[cell["name"]] = made
                unknown -= touched
        for made in self._made.values():
            for value in made.read.values():
                if id(value) not in self._digests:
                    self._digests[id(value)] = _digest(value)
        names.clear()
        names.update(before)

    def ran(self, source: str) -> None:
        """A cell was run and not replayed: what it read may have been changed in place."""
        names = visible(self.screen.user_ns)
        read = reads(self.screen, source)
        values = [names[name] for name in (names if read is None else read) if name in names]
        while values:
            value = values.pop()
            self._touched.add(id(value))
            base = getattr(value, "base", None) if isinstance(value, np.ndarray) else None
            if base is not None:  # a part of an array changes the whole
                values.append(base)

    def _changed(self, value: Any) -> bool:
        """Whether an object is no longer what it was in the server."""
        if id(value) not in self._touched:
            return False
        digest = self._digests[id(value)]
        if digest == OPAQUE or _digest(value) != digest:
            return True
        self._touched.discard(id(value))
        return False

    def _run(self, cell: dict, unknown: set[str]) -> Made | None:
        names = self.screen.user_ns
        read = reads(self.screen, cell["source"])
        if read is None or read & unknown:
            return None
        before = dict(names)
        if shells.run(self.screen, cell["source"])["error"] is not None:
            names.clear()
            names.update(before)
            return None
        was, now = visible(before), visible(names)
        bound = cells.binds(cell["source"])
        surely = _surely_bound(cell["source"]) | {
            n for n in now if was.get(n, MISSING) is not now[n]
        }
        # a name that only one branch binds may keep what it had: then that must be the server's
        read |= (bound & set(was)) - surely
        return Made(
            cell["source"],
            {name: before.get(name, MISSING) for name in read},
            {n: v for n, v in now.items() if n in surely},
            frozenset(set(was) - set(now)),
        )

    def replay(self, name: str, source: str) -> bool:
        """Bind what a cell leaves; False where it has to be run."""
        made, names = self._made.get(name), self.screen.user_ns
        if made is None or made.source != source:
            return False
        if any(names.get(key, MISSING) is not value for key, value in made.read.items()):
            return False
        if any(map(self._changed, made.read.values())):
            return False
        for key in made.removed:
            names.pop(key, None)
        names.update(made.left)
        return True
