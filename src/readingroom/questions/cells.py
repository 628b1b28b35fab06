"""Which cell of a learner's notebook is which, also after another program took the marks off.

VS Code and Colab give cells new ids or none and drop nbgrader's marks; people copy, move and split
cells, and turn code to text by a slip of a key. A locked cell is known by its text, its name, the
check it calls or its likeness; an answer cell by its name, or as the last cell in its place that
sets its variable. Repairing a notebook, carrying answers into a fresh one and grading all go by
`Match`.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from readingroom.nbformats import NotebookNode

ALIKE = 0.75  # share of text that an edited locked cell still has in common with the original
CALL = re.compile(
    r"""\b(?:check|look|judge)\(\s*["']([a-z0-9-]+)["']"""
)  # rr may have another name
FENCED = re.compile(r"\A\s*(`{3,}|~{3,})[^\n`]*\n(.*?)\n?\s*\1\s*\Z", re.S)
# what ends a line for some programs and not for Python
ENDS = re.compile("[\\x0b\\x0c\\x1c-\\x1e\\x85\\u2028\\u2029]")
TIMED = re.compile(r"\A\s*%%(?:time|capture|prun)\b[^\n]*\n")  # the rest of the cell is Python
NAMESPACES = ("globals()", "locals()", "vars()", "get_ipython().user_ns")
RUNS = ("exec", "get_ipython().run_cell", "get_ipython().ex")
TIMERS = (["time"], ["prun"])  # line magics whose rest is Python
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def is_answer(cell: NotebookNode) -> bool:
    """Whether a cell of the release is one that waits for an answer."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_check(cell: NotebookNode) -> bool:
    """Whether a cell of the release is a check."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def plain(source: str) -> str:
    """The lines that do something: neither blank nor a comment, which people add and take away."""
    lines = (line.rstrip() for line in source.strip().splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def sets(source: str) -> list[str]:
    """Names that the first statement of an answer cell sets: variables, or a function."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    for node in body:
        if isinstance(node, ast.FunctionDef):
            return [node.name]
        if isinstance(node, ast.Assign):
            names = [n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)]
            if names:
                return names
    return []


def binds(source: str) -> set[str]:
    """Names that a learner's cell sets, wherever: in ``with``, ``if``, ``try``, by walrus, import.

    Through ``globals()``, ``global``, ``exec`` and ``%time`` too. Magics and shell lines count as
    in a notebook. In text that is no Python, a line that begins
    like an assignment counts.
    """
    try:
        tree = ast.parse(TransformerManager().transform_cell(ENDS.sub(" ", TIMED.sub("", source))))
        shared = (n.names for n in ast.walk(tree) if isinstance(n, ast.Global))
        return set(_bound(tree)).union(*shared)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {name for line in source.splitlines() for name in _by_line(line)}


def _bound(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child.name
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif isinstance(child, ast.alias):
            yield (child.asname or child.name).split(".")[0]
        elif isinstance(child, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and child.name:
            yield child.name
        elif isinstance(child, ast.Subscript | ast.Call):
            yield from _by_text(child)
        if isinstance(child, LOOPS):  # their own variables stay inside; a walrus does not
            yield from (n.target.id for n in ast.walk(child) if isinstance(n, ast.NamedExpr))
        elif not isinstance(child, INNER):
            yield from _bound(child)


def _by_line(line: str) -> list[str]:
    """Names in a line that begins like an assignment or a function."""
    head = re.split(r"[=(]", line.strip().removeprefix("def ").lstrip("("), maxsplit=1)[0]
    return [name.strip() for name in head.split(",") if name.strip().isidentifier()]


def _by_text(node: ast.Subscript | ast.Call) -> Iterator[str]:
    """Names set by their text: ``globals()["x"] = 1``, ``exec("x = 1")``, ``%time x = 1``."""
    if isinstance(node, ast.Subscript):
        stored = isinstance(node.ctx, ast.Store) and ast.unparse(node.value) in NAMESPACES
        if stored and isinstance(node.slice, ast.Constant):
            yield str(node.slice.value)
        return
    constants = [a.value for a in node.args if isinstance(a, ast.Constant)]
    called, texts = ast.unparse(node.func), [c for c in constants if isinstance(c, str)]
    if called.removesuffix(".update") in NAMESPACES:
        yield from (word.arg for word in node.keywords if word.arg)
    elif called in RUNS or (called.endswith(".run_line_magic") and texts[:1] in TIMERS):
        yield from binds(texts[-1]) if texts else ()


def _likeness(one: str, other: str) -> float:
    # autojunk would take the commonest letters of a long cell for noise
    found = difflib.SequenceMatcher(None, one, other, autojunk=False)
    # two upper bounds, which cost little: thousands of pairs are nothing like each other
    if min(found.real_quick_ratio(), found.quick_ratio()) < ALIKE:
        return 0.0
    return found.ratio()


def same_code(one: str, other: str) -> bool:
    """Whether two texts are the same program: a formatter changes quotes, brackets and lines."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def waits(source: str) -> bool:
    """Whether the last thing that a text does is to leave dots: nothing is answered there."""
    try:
        last = ast.parse(source).body[-1:]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return plain(source).endswith("...")
    value = getattr(last[0], "value", None) if last else None
    parts = value.elts if isinstance(value, ast.Tuple) and value.elts else [value]
    return all(isinstance(part, ast.Constant) and part.value is ... for part in parts)


def claimed(cell: NotebookNode, names: set[str]) -> str:
    """The name that a cell claims by nbgrader's mark or its id, if it is one of `names`."""
    marks = cell.metadata.get("nbgrader") if isinstance(cell.metadata, dict) else None
    told = marks.get("grade_id") if isinstance(marks, dict) else None
    for name in (told, cell.get("id")):
        if isinstance(name, str) and name in names:
            return name
    return ""


@dataclass(frozen=True)
class _Statement:
    """A statement at the top of a cell: what it does, and its lines, from 0, ends included."""

    does: str
    first: int
    last: int


def _statements(source: str) -> list[_Statement]:
    """Statements of a cell whose lines can be told apart; none where it is no such Python."""
    source = _lines_ended(source)
    try:
        python = TransformerManager().transform_cell(source)
        body = ast.parse(python).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if len(python.rstrip().split("\n")) != len(source.rstrip().split("\n")):
        return []  # a magic over several lines
    out = []
    for node in body:
        above = [one.lineno for one in getattr(node, "decorator_list", [])]
        lines = (min([node.lineno, *above]) - 1, (node.end_lineno or node.lineno) - 1)
        out.append(_Statement(ast.dump(node), *lines))
    return out


def _lines_ended(source: str) -> str:
    """A text whose lines end in one way, and in no way that Python does not know."""
    return ENDS.sub(" ", source).replace("\r\n", "\n").replace("\r", "\n")


def unmerged(release: list[NotebookNode], handed: list[NotebookNode]) -> list[NotebookNode]:
    """The learner's cells, of which one that holds several of the course's is split into these.

    Notebook programs merge cells with one key, and a whole lesson in one cell runs as well as it
    did before. What stands between the course's own cells stays text of the learner's.

    Parameters
    ----------
    release : list of NotebookNode
        Code cells of the course's own copy.
    handed : list of NotebookNode

    Returns
    -------
    list of NotebookNode
        Cells that were not split are the same objects.
    """
    whole = {plain(cell.source) for cell in handed if cell.cell_type == "code"}
    gone = [
        (cell, [one.does for one in _statements(cell.source)])
        for cell in release
        if not is_answer(cell) and plain(cell.source) not in whole
    ]
    # the longest first: a short cell may be the beginning of a long one
    gone = sorted([one for one in gone if one[1]], key=lambda one: -len(one[1]))
    out = []
    for cell in handed:
        parts = _parted(cell, gone, release) if len(gone) > 1 else []
        here = {part.id for part in parts}
        gone = [one for one in gone if one[0].id not in here]
        out += parts or [cell]
    return out


def _parted(
    cell: NotebookNode, gone: list[tuple[NotebookNode, list[str]]], release: list[NotebookNode]
) -> list[NotebookNode]:
    """The parts of a cell that holds several cells of the course; none where it does not."""
    if cell.cell_type != "code" or cell.source.lstrip().startswith("%%"):
        return []
    held = _statements(cell.source)
    found = list(_found_in(held, gone)) if len(held) > 1 else []
    if len(found) < 2:
        return []
    lines, out, at = _lines_ended(cell.source).split("\n"), [], 0
    claim = claimed(cell, {one.id for one in release if is_answer(one)})
    asked = next((set(sets(one.source)) for one in release if one.id == claim), set())
    for start, stop, own in [*sorted(found, key=lambda one: one[0]), (len(lines), 0, None)]:
        text = "\n".join(lines[at:start]).strip("\n")
        if text.strip():
            mine = bool(asked & binds(text))
            out.append(_part(claim if mine else "", text))
        if own is not None:
            out.append(_part(own.id, own.source))
        at = stop + 1
    return out


def _part(name: str, text: str) -> NotebookNode:
    return NotebookNode(
        cell_type="code", source=text, id=name, metadata=NotebookNode(), outputs=[],
        execution_count=None,
    )  # fmt: skip


def _found_in(
    held: list[_Statement], gone: list[tuple[NotebookNode, list[str]]]
) -> Iterator[tuple[int, int, NotebookNode]]:
    """First and last line of each cell of the course that stands whole in a text."""
    does = [one.does for one in held]
    used: set[int] = set()
    # a cell's end and the next one's start may share a line; there nothing can be cut
    cut = [True, *(a.last < b.first for a, b in itertools.pairwise(held)), True]
    for cell, wanted in gone:
        many = len(wanted)
        places = [
            i
            for i in range(len(does) - many + 1)
            if does[i : i + many] == wanted
            and cut[i]
            and cut[i + many]
            and not used & set(range(i, i + many))
        ]
        if places:
            at = places[0]
            used |= set(range(at, at + many))
            yield held[at].first, held[at + many - 1].last, cell


def unfenced(cell: NotebookNode) -> str:
    """A cell's text; the code alone where it is text now and shows code between fences."""
    found = FENCED.match(str(cell.source)) if cell.cell_type != "code" else None
    return found[2] if found else str(cell.source)


class Match:
    """Which code cell of a notebook is which cell of the release.

    Parameters
    ----------
    release : list of NotebookNode
        Code cells of the course's own copy.
    handed : list of NotebookNode
        The learner's cells of any kind; ids and marks may be missing or wrong. What is no code is
        believed last.
    prose : set of str
        Texts of the course's own that were never code.

    Attributes
    ----------
    found : dict
        Name of a cell of the release to a position in `handed`.
    restored : set of str
        Locked cells that were found but do not hold the release's text.
    doubled : set of str
        Answer cells that were there more than once, with different texts.
    """

    def __init__(
        self, release: list[NotebookNode], handed: list[NotebookNode], prose: Iterable[str] = ()
    ) -> None:
        self.release = release
        self.order = [cell.id for cell in release]
        names = set(self.order)
        self.texts = [unfenced(cell) for cell in handed]
        self.claims = [claimed(cell, names) for cell in handed]
        self.binds = [binds(text) for text in self.texts]
        self.found: dict[str, int] = {}
        self.no_code = [cell.cell_type != "code" for cell in handed]
        own = set(prose)
        # the course's own text is nobody's answer
        self.taken = {
            i for i, cell in enumerate(handed) if self.no_code[i] and cell.source.strip() in own
        }
        self.restored: set[str] = set()
        self.doubled: set[str] = set()
        # the surest signs first: each step narrows the places in which the next one looks
        self._untouched()
        self._answers_by_claim()
        self._changed()
        self._by_call()
        self._by_likeness()
        self._answers_by_place()

    def _take(self, name: str, position: int) -> None:
        self.found[name] = position
        self.taken.add(position)

    def _claiming(self, name: str) -> list[int]:
        every = range(len(self.claims))
        return self._code_first([i for i in every if self.claims[i] == name])

    def _code_first(self, places: Iterable[int]) -> list[int]:
        """Those of `places` that have no name yet: code, or text where there is no code."""
        free = [i for i in places if i not in self.taken]
        return [i for i in free if not self.no_code[i]] or free

    def between(self, name: str) -> range:
        """Positions between the recognised neighbours of a cell of the release."""
        at = self.order.index(name)
        before = [self.found[n] for n in self.order[:at] if n in self.found]
        after = [self.found[n] for n in self.order[at + 1 :] if n in self.found]
        return range(max(before, default=-1) + 1, min(after, default=len(self.texts)))

    def _near(self, name: str) -> list[int]:
        return [i for i in self.between(name) if i not in self.taken]

    def _locked(self) -> list[NotebookNode]:
        return [c for c in self.release if not is_answer(c) and c.id not in self.found]

    def _answers(self) -> list[NotebookNode]:
        return [c for c in self.release if is_answer(c) and c.id not in self.found]

    def _untouched(self) -> None:
        """Locked cells whose text is the release's: its own name first, else in order."""
        same: dict[str, list[int]] = {}
        for position, text in enumerate(self.texts):
            same.setdefault(plain(text), []).append(position)
        last = -1
        for cell in self._locked():
            places = self._code_first(same.get(plain(cell.source), []))
            own = [i for i in places if self.claims[i] == cell.id]
            later = [i for i in places if i > last]
            if own or later:
                self._take(cell.id, (own or later)[0])
                last = max(last, self.found[cell.id])

    def _answers_by_claim(self) -> None:
        """Answer cells that carry their name; of several, the last one before the check."""
        for cell in self._answers():
            places = self._claiming(cell.id)
            if len(places) > 1:
                filled = [i for i in places if plain(self.texts[i]) != plain(cell.source)] or places
                limit = self.found.get(f"check-{cell.id}", len(self.texts))
                early = [i for i in filled if i < limit]
                if len({plain(self.texts[i]) for i in filled}) > 1:
                    self.doubled.add(cell.id)
                places = [(early or filled)[-1]]
            if places:
                self._take(cell.id, places[0])

    def _restore(self, name: str, position: int) -> None:
        self._take(name, position)
        own = next(cell.source for cell in self.release if cell.id == name)
        if not same_code(own, self.texts[position]):
            self.restored.add(name)

    def _changed(self) -> None:
        """Locked cells that still carry their name but not their text."""
        for cell in self._locked():
            places = self._claiming(cell.id)
            if places:
                self._restore(cell.id, places[0])

    def _by_call(self) -> None:
        """Checks without a name: the cell that calls them, unless an answer is typed into it."""
        for cell in self._locked():
            slug = cell.id.removeprefix("check-")
            asked = next((set(sets(c.source)) for c in self.release if c.id == slug), set())
            if is_check(cell):
                near = [i for i in self._near(cell.id) if slug in CALL.findall(self.texts[i])]
                near = [i for i in near if not asked & self.binds[i]]
                if near:
                    self._restore(cell.id, near[0])

    def _by_likeness(self) -> None:
        """Locked cells without a name that were edited a little."""
        for cell in self._locked():
            ratio = {i: _likeness(cell.source, self.texts[i]) for i in self._near(cell.id)}
            best = max(ratio, key=lambda i: ratio[i], default=None)
            if best is not None and ratio[best] >= ALIKE:
                self._restore(cell.id, best)

    def _answers_by_place(self) -> None:
        """Answer cells without a name: the last cell in their place that sets their variable."""
        for cell in self._answers():
            names = set(sets(cell.source))
            near = self._code_first(i for i in self._near(cell.id) if names & self.binds[i])
            if near:
                self._take(cell.id, near[-1])


def recognise(book: NotebookNode, release: NotebookNode) -> dict[str, int]:
    """Find the release's marked code cells in a learner's notebook.

    Parameters
    ----------
    book : NotebookNode
        The learner's; ids and marks may be missing or wrong.
    release : NotebookNode
        The course's own copy.

    Returns
    -------
    dict
        Id of a cell of the release to its position among the learner's cells.
    """
    wanted = [c for c in release.cells if c.cell_type == "code" and c.metadata.get("nbgrader")]
    return Match(wanted, book.cells, prose(release)).found


def prose(release: NotebookNode) -> set[str]:
    """The release's texts that are no code."""
    return {cell.source.strip() for cell in release.cells if cell.cell_type != "code"}
