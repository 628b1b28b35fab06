"""Honest answers in many disguises: ``check``, ``grade`` and plain nbgrader on the same notebooks.

Run ``python benchmarks/disguises.py``. For every lesson and every disguise below it types the
course's own answers into a learner's notebook, runs that as a learner would, and asks all three for
points. ``check`` and ``grade`` must agree on every exercise; nbgrader knows cells by their marks
alone and is there to compare. With ``--json FILE`` it writes the dated record, lesson by lesson.
The suite runs the same disguises through the grader's recogniser, without kernels.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from readingroom import places
from readingroom.catalogue import Lesson, catalogue, find
from readingroom.nbformats import NotebookNode, nbformat
from readingroom.questions import cells

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.suite.kernels import WarmKernel, count_them, forget

DOTS = re.compile(r"^\s*[\w, ]+ = \(?\.\.\.(, \.\.\.)*\)?\n", re.M)


def typed(lesson: Lesson) -> dict[str, str]:
    """Exercise to the course's own answer as a learner types it: without dots and marks."""
    solved = nbformat.read(lesson.notebook("solutions"), as_version=4)
    out = {}
    for cell in solved.cells:
        if cells.is_answer(cell):
            text = re.sub(r"[ \t]*### (BEGIN|END) SOLUTION\n?", "", cell.source)
            out[cell.id] = DOTS.sub("", text).rstrip("\n")
    return out


@dataclass
class Desk:
    """A learner's notebook while it is disguised.

    Attributes
    ----------
    book : NotebookNode
    answers : dict
        Exercise to the text of its answer.
    names : dict
        Exercise to the names that its answer sets.
    again : dict
        Id of an own cell to the check that the learner runs once more after it.
    turned : dict
        Exercise to the kind its cell is turned to after it ran.
    encoding : str
    """

    book: NotebookNode
    answers: dict[str, str]
    names: dict[str, list[str]]
    again: dict[str, str]
    turned: dict[str, str]
    encoding: str = "utf-8"

    def cell(self, name: str) -> NotebookNode:
        """A cell of the release."""
        return next(cell for cell in self.book.cells if cell.get("id") == name)

    def answer(self, change: Callable[[str, str], str] = lambda slug, text: text) -> None:
        """Type every answer, changed by ``change(slug, text)``."""
        for slug, text in self.answers.items():
            self.cell(slug).source = change(slug, text)

    def put(self, text: str, before: str = "", after: str = "") -> NotebookNode:
        """An own cell beside one of the release."""
        at = self.book.cells.index(self.cell(before or after)) + bool(after)
        own = nbformat.v4.new_code_cell(text)
        self.book.cells.insert(at, own)
        return own

    def drop(self, name: str) -> None:
        """Delete a cell."""
        self.book.cells.remove(self.cell(name))

    def strip(self) -> None:
        """What Colab and VS Code do: ids and marks are gone."""
        for cell in self.book.cells:
            cell.metadata.clear()
            cell.pop("id", None)
        self.book.nbformat_minor = 4


def desk(release: NotebookNode, answers: dict[str, str]) -> Desk:
    """A fresh copy of a release, with answers at hand and none typed."""
    book = copy.deepcopy(release)
    names = {c.id: cells.sets(c.source) for c in book.cells if cells.is_answer(c)}
    return Desk(book, dict(answers), names, {}, {})


def _tuple(names: list[str]) -> str:
    return ", ".join(names)


def _indented(head: str, text: str, tail: str = "") -> str:
    return f"{head}\n{textwrap.indent(text, '    ')}{tail}"


def _last(text: str, change: Callable[[str, str], str]) -> str:
    """An answer whose last statement ``names = value`` is written another way."""
    body = ast.parse(text).body
    last = body[-1]
    if not isinstance(last, ast.Assign):
        return text
    before = "".join(f"{ast.unparse(part)}\n" for part in body[:-1])
    return before + change(ast.unparse(last.targets[0]), ast.unparse(last.value))


def _single(text: str, change: Callable[[str, str], str]) -> str:
    """The same, where the last statement sets one name."""
    return _last(text, lambda n, v: change(n, v) if n.isidentifier() else f"{n} = {v}")


# --- the disguises


def plain(d: Desk) -> None:
    """Answers typed over the dots."""
    d.answer()


def dots_left(d: Desk) -> None:
    """Answers typed below the dots."""
    d.answer(
        lambda slug, text: text if text.startswith("def ") else f"{d.cell(slug).source}\n{text}"
    )


def stripped(d: Desk) -> None:
    """Ids and marks lost in Colab or VS Code."""
    d.answer()
    d.strip()


def in_with(d: Desk) -> None:
    """Inside with, marks lost."""
    head = "import contextlib\nwith contextlib.nullcontext():"
    d.answer(lambda _, text: _indented(head, text))
    d.strip()


def in_if(d: Desk) -> None:
    """Inside if, marks lost."""
    d.answer(lambda _, text: _indented("if True:", text))
    d.strip()


def in_try(d: Desk) -> None:
    """Inside try, marks lost."""
    d.answer(lambda _, text: _indented("try:", text, "\nexcept ValueError:\n    pass"))
    d.strip()


def in_for(d: Desk) -> None:
    """Set by a loop, marks lost."""
    d.answer(lambda _, text: _last(text, lambda n, v: f"for {n} in [{v}]:\n    pass"))
    d.strip()


def walrus(d: Desk) -> None:
    """Set by walrus inside print, marks lost."""
    d.answer(lambda _, text: _single(text, lambda n, v: f"print('seen', ({n} := {v}))"))
    d.strip()


def annotated(d: Desk) -> None:
    """With a type, as an editor proposes it, marks lost."""
    d.answer(lambda _, text: _single(text, lambda n, v: f"{n}: object = {v}"))
    d.strip()


def chained(d: Desk) -> None:
    """Two names set at once, marks lost."""
    d.answer(lambda _, text: _last(text, lambda n, v: f"mine = {n} = {v}"))
    d.strip()


def magic_above(d: Desk) -> None:
    """A magic in the first line, marks lost."""
    d.answer(lambda _, text: f"%matplotlib inline\n{text}")
    d.strip()


def shell_above(d: Desk) -> None:
    """A shell line above, marks lost."""
    d.answer(lambda _, text: f"!true\n{text}")
    d.strip()


def cell_magic(d: Desk) -> None:
    """Timed by a cell magic, marks lost."""
    d.answer(lambda _, text: f"%%time\n{text}")
    d.strip()


def set_above(d: Desk) -> None:
    """In a cell of one's own above; the course's cell deleted."""
    for slug, text in d.answers.items():
        d.put(text, before=slug)
        d.drop(slug)


def set_above_dots_left(d: Desk) -> None:
    """In a cell of one's own above; the dots below were never run."""
    for slug, text in d.answers.items():
        d.put(text, before=slug)
        d.turned[slug] = "unrun"


def second_try(d: Desk) -> None:
    """A wrong first try; a right one with a check of its own below."""
    d.answer(lambda slug, text: f"{_tuple(d.names[slug])} = {_tuple(['0'] * len(d.names[slug]))}")
    for slug, text in d.answers.items():
        d.put(f"{text}\n{d.cell(f'check-{slug}').source}", after=f"check-{slug}")


def check_again(d: Desk) -> None:
    """Typed in a cell of one's own below the check, and the check run again."""
    for slug, text in d.answers.items():
        own = d.put(text, after=f"check-{slug}")
        d.again[own.id] = f"check-{slug}"


def one_cell(d: Desk) -> None:
    """The check pulled up into the answer's cell; its own cell deleted."""
    for slug, text in d.answers.items():
        d.cell(slug).source = f"{text}\n{d.cell(f'check-{slug}').source}"
        d.drop(f"check-{slug}")


def split(d: Desk) -> None:
    """An answer's cell split in two; the upper half keeps the marks."""
    for slug, text in d.answers.items():
        body = ast.parse(text).body
        if isinstance(body[-1], ast.Assign):
            value, target = ast.unparse(body[-1].value), ast.unparse(body[-1].targets[0])
            upper = "".join(f"{ast.unparse(part)}\n" for part in body[:-1])
            d.cell(slug).source = f"{upper}half = {value}"
            d.put(f"{target} = half", after=slug)
        else:
            d.cell(slug).source = text


def doubled(d: Desk) -> None:
    """An answer's cell copied; the copy holds the better answer."""
    for slug, text in d.answers.items():
        second = copy.deepcopy(d.cell(slug))
        at = d.book.cells.index(d.cell(slug))
        second.source = text
        d.book.cells.insert(at + 1, second)


def merged(d: Desk) -> None:
    """The whole lesson merged into its first cell."""
    d.answer()
    first, *others = [cell for cell in d.book.cells if cell.cell_type == "code"]
    first.source = "\n\n".join([first.source, *(cell.source for cell in others)])
    for cell in others:
        d.book.cells.remove(cell)


def merged_in_two(d: Desk) -> None:
    """Each half of the lesson merged into the half's last cell, marks lost."""
    d.answer()
    code = [cell for cell in d.book.cells if cell.cell_type == "code"]
    for part in (code[: len(code) // 2], code[len(code) // 2 :]):
        *others, last = part
        last.source = "\n".join([*(cell.source for cell in others), last.source])
        for cell in others:
            d.book.cells.remove(cell)
    d.strip()


def fenced(d: Desk) -> None:
    """Answers turned to text afterwards, between fences as code is shown in text."""
    d.answer()
    d.turned |= dict.fromkeys(d.answers, "fenced")


def pasted_below(d: Desk) -> None:
    """The untouched lesson above, and the lesson pasted below it and answered."""
    again = copy.deepcopy(d.book.cells)
    d.answer()
    for cell in again:
        cell.metadata.clear()
        cell.id = f"{cell.id}-1"
    d.book.cells[:] = again + d.book.cells


def helper(d: Desk) -> None:
    """Computed in a function of one's own, marks lost."""

    def changed(slug: str, text: str) -> str:
        if re.search(r"^def ", text, re.M):  # what asks for functions gets them as they are
            return text
        names = _tuple(d.names[slug])
        return _indented(f"def mine_{slug.replace('-', '_')}():", f"{text}\nreturn {names}",
                         f"\n\n{names} = mine_{slug.replace('-', '_')}()")  # fmt: skip

    d.answer(changed)
    d.strip()


def scratch_names(d: Desk) -> None:
    """Names of the course used for something else, and the first cell run after it."""
    d.answer()
    first = next(cell for cell in d.book.cells if cell.cell_type == "code")
    d.put("rr = 2.4\nnp = 12\npatient = 'none'\nfilms = 0", before=first.id)


def reset_above(d: Desk) -> None:
    """%reset before the first cell, as advice from the internet has it."""
    d.answer()
    first = next(cell for cell in d.book.cells if cell.cell_type == "code")
    d.put("%reset -f", before=first.id)


def turned_to_text(d: Desk) -> None:
    """Answer cells turned to text by a slip of a key, after they ran."""
    d.answer()
    kinds = ("markdown", "raw")
    d.turned = {slug: kinds[i % 2] for i, slug in enumerate(d.answers)}


def formatted(d: Desk) -> None:
    """Every cell rewritten by a formatter: other quotes, other brackets, other lines."""
    d.answer()
    for cell in d.book.cells:
        if cell.cell_type == "code":
            try:
                cell.source = ast.unparse(ast.parse(cell.source))
            except SyntaxError:
                continue


def commented(d: Desk) -> None:
    """Comments and blank lines added to every code cell, locked ones too, marks lost."""
    d.answer()
    for cell in d.book.cells:
        if cell.cell_type == "code" and not cell.source.startswith(("%", "!")):
            cell.source = f"# my note\n\n{cell.source}\n\n# done"
    d.strip()


def windows_lines(d: Desk) -> None:
    """Line ends of Windows in every cell, marks lost."""
    d.answer()
    for cell in d.book.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    d.strip()


def by_its_name(d: Desk) -> None:
    """Set through globals(), as somebody who comes from another language does, marks lost."""
    d.answer(lambda _, text: _single(text, lambda n, v: f"globals()['{n}'] = {v}"))
    d.strip()


def noted_dots(d: Desk) -> None:
    """Set above with a remark that ends in dots; a remark on the dots, which were never run."""
    for slug, text in d.answers.items():
        d.put(f"{text}  # roughly...", before=slug)
        d.cell(slug).source = "# mine is above\n" + d.cell(slug).source.rstrip() + "  # no"
        d.turned[slug] = "unrun"


def utf_16(d: Desk) -> None:
    """The file saved in another encoding by a text editor."""
    d.answer()
    d.encoding = "utf-16"


DISGUISES = (  # the first twenty are one of each kind
    plain, dots_left, stripped, in_with, in_for, walrus, magic_above, cell_magic, set_above,
    set_above_dots_left, second_try, check_again, one_cell, split, scratch_names, turned_to_text,
    formatted, commented, by_its_name, utf_16,
    in_if, in_try, annotated, chained, shell_above, doubled, helper, reset_above, windows_lines,
    merged, merged_in_two, fenced, pasted_below,
)  # fmt: skip


# --- as a learner runs it, and what three programs say


def _order(d: Desk) -> list[int]:
    """Positions of code cells in the order in which the learner runs them."""
    places = {cell.get("id"): i for i, cell in enumerate(d.book.cells)}
    order = []
    for position, cell in enumerate(d.book.cells):
        name = cell.get("id", "")
        if cell.cell_type == "code" and d.turned.get(name) != "unrun":
            order.append(position)
            if name in d.again:
                order.append(places[d.again[name]])
    return order


def run(d: Desk, place: Path, environment: dict[str, str]) -> None:
    """Run a notebook in a kernel and leave its outputs in it; errors stay in their cells."""
    from nbclient import NotebookClient

    client = NotebookClient(
        d.book, timeout=600, kernel_name="python3", allow_errors=True,
        resources={"metadata": {"path": str(place)}},
    )  # fmt: skip
    with client.setup_kernel(env=environment):
        for position in _order(d):
            client.execute_cell(d.book.cells[position], position)
    for cell in d.book.cells:
        turn(cell, d.turned.get(cell.get("id", "")))


def turn(cell: NotebookNode, kind: str | None) -> None:
    """Turn a cell that has run to text, where that is asked for."""
    if kind in ("markdown", "raw", "fenced"):
        cell.cell_type = "raw" if kind == "raw" else "markdown"
        cell.pop("outputs", None), cell.pop("execution_count", None)
    if kind == "fenced":
        cell.source = f"```python\n{cell.source}\n```"


def write(d: Desk, path: Path) -> None:
    """Save a notebook where nbgrader would have collected it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(d.book, indent=1, ensure_ascii=False).encode(d.encoding))


def by_check(path: Path) -> dict[str, float]:
    """Points of ``readingroom check``."""
    from readingroom.kernel import inspection

    return {row.exercise: float(row.points) for row in inspection.check(path)[1]}


def by_grade(submitted: Path, out: Path, environment: dict[str, str]) -> dict[str, dict]:
    """Points of ``readingroom grade``: student to exercise to points."""
    import csv

    command = [sys.executable, "-m", "readingroom", "grade", str(submitted), "--out", str(out),
               "--jobs", "1"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, env=environment)
    found: dict[str, dict] = {}
    with (out / "grades.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["student"], {})[row["exercise"]] = float(row["points"] or "nan")
    return found


def by_nbgrader(
    place: Path, lesson: Lesson, names: list[str], environment: dict[str, str]
) -> dict[str, float]:
    """Points of ``nbgrader autograde``; None where it gave up on a file."""
    root = places.course()
    shutil.copytree(root / "solutions" / lesson.slug, place / "solutions" / lesson.slug)
    shutil.copy(root / "nbgrader_config.py", place)
    base = [sys.executable, "-m", "nbgrader"]
    quiet = {"cwd": place, "capture_output": True, "env": environment}
    subprocess.run([*base, "generate_assignment", lesson.slug], check=True, **quiet)
    subprocess.run([*base, "autograde", lesson.slug], **quiet)
    for name in names:  # those behind a file that it could not read are done one by one
        if not (place / "autograded" / name).is_dir():
            one = ["--student", name]
            subprocess.run([*base, "autograde", lesson.slug, *one], **quiet)
    from nbgrader.api import Gradebook, MissingEntry

    found = {}
    with Gradebook(f"sqlite:///{place / 'gradebook.db'}") as book:
        for name in names:
            try:
                found[name] = book.find_submission(lesson.slug, name).score
            except MissingEntry:
                found[name] = None
    return found


def compare(lesson: Lesson, place: Path, first: int, nbgrader: bool, heat: dict[str, str]) -> dict:
    """One lesson in its disguises: points there are, points of the three, disagreements.

    ``heat`` makes kernels copies of a warm one; the grader's own children are as ever.
    """
    start = perf_counter()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "READINGROOM_STORE": str(place / "store"),
                   "READINGROOM_PROGRESS": str(place), "READINGROOM_COHORT": "simulated",
                   "READINGROOM_DESK": str(place), "MPLBACKEND": "agg"}  # fmt: skip
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    answers = typed(lesson)
    mine = {}
    for disguise in DISGUISES[:first]:
        d = desk(release, answers)
        disguise(d)
        d.book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        (place / "desk").mkdir(exist_ok=True)
        run(d, place / "desk", environment | heat)
        handed = place / "submitted" / disguise.__name__ / lesson.slug / f"{lesson.slug}.ipynb"
        write(d, handed)
        mine[disguise.__name__] = by_check(handed)
    theirs = by_grade(place / "submitted", place / "out", environment)
    plainly = by_nbgrader(place, lesson, list(mine), environment | heat) if nbgrader else {}
    most = sum(mine["plain"].values())
    table = {
        name: {"check": sum(points.values()), "grade": sum(theirs[name].values()),
               **({"nbgrader": plainly[name]} if nbgrader else {})}
        for name, points in mine.items()
    }  # fmt: skip
    apart = [
        f"{name}: {slug}: check {points} grade {theirs[name].get(slug)}"
        for name, own in mine.items()
        for slug, points in own.items()
        if points != theirs[name].get(slug)
    ]
    return {"points": most, "disguises": table, "check_and_grade_differ": apart,
            "less_than_all": [n for n, row in table.items() if row["grade"] != most],
            "seconds": round(perf_counter() - start)}  # fmt: skip


def main() -> None:
    """Compare, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", default=list(catalogue()))
    parser.add_argument("--first", type=int, default=len(DISGUISES), help="so many disguises")
    parser.add_argument("--no-nbgrader", action="store_true", help="leave plain nbgrader out")
    parser.add_argument("--json", type=Path, help="write the record to this file")
    parser.add_argument("--keep", type=Path, help="keep the notebooks in this folder")
    options = parser.parse_args()
    record = {"date": "", "python": platform.python_version(), "films": "simulated",
              "what": {f.__name__: f.__doc__ for f in DISGUISES}, "lessons": {}}  # fmt: skip
    if options.json and options.json.is_file():  # lessons can be done one after the other
        record["lessons"] = json.loads(options.json.read_text("utf-8"))["lessons"]
    count_them()
    warm = WarmKernel()
    heat = warm.environment()
    for number in options.lessons:
        with tempfile.TemporaryDirectory() as folder:
            place = options.keep / number if options.keep else Path(folder)
            place.mkdir(parents=True, exist_ok=True)
            found = compare(find(number), place, options.first, not options.no_nbgrader, heat)
        record["lessons"][number] = found
        record["date"] = datetime.now(UTC).date().isoformat()
        print(number, json.dumps(found, indent=1), flush=True)
        if options.json:
            options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    warm.stop()
    forget()


if __name__ == "__main__":
    main()
