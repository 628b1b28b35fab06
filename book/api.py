"""Pages of the package's public functions, from their docstrings, before Sphinx reads the book.

What a lesson reaches as ``rr.<name>`` and ``rr.<room>.<name>`` is public; the list is taken from
the package itself. Torch is not imported: Sphinx puts a stand-in in its place.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import readingroom

PACKAGE = Path(readingroom.__file__).parent
FOLDER = "generated/api"
ROOMS = {
    "agreement": "How far two readers, or two sources of labels, agree.",
    "audit": "A one-page verdict on any model's scores, and acceptance tests by a gate.",
    "calibration": "Whether a score says what happens, and its repair.",
    "conformal": "Sets of answers with a promised coverage, and whether it was kept.",
    "data": "Films and tables: load a cohort, say where it comes from, bring your own.",
    "decision": "Net benefit.",
    "deid": "De-identification and its audit.",
    "delong": "DeLong's interval and paired test.",
    "dicom": "DICOM files: read, window, audit, release.",
    "explain": "Heat maps, their sanity checks and their scores against outlines.",
    "froc": "Lesions found against false marks, with intervals over lesions.",
    "growth": "Growth of a lesion: volume, diameter, doubling time.",
    "limits": "Limits of agreement of two measurements, and of readers.",
    "metrics": "Numbers that never come without their interval.",
    "models": "Networks, their training, and stored runs.",
    "monitoring": "Charts, running sums and stop rules for the weeks after.",
    "node": "DICOM traffic: an archive, the AI node, and what it answers.",
    "operating": "Operating points, what errors cost, and regret.",
    "prevalence": "Predictive values and alarms at a stated prevalence.",
    "queueing": "Who waits how long on a reading list.",
    "readers": "Two ways of reading, compared over readers and cases.",
    "reader": "The film reader: any film in, a reading out.",
    "samplesize": "How many films an interval needs.",
    "segments": "Overlap, surface distance and volume of outlines.",
    "show": "Pictures with the sentence that describes them.",
    "simulator": "Virtual patients whose truth is known.",
    "strata": "The same numbers within groups of films.",
    "subgroups": "Who is missed, by group, and how many groups were searched.",
}
OPENING = """\
# Functions

What lessons call, and what you may call in a notebook of your own after `import readingroom as rr`.
Shapes are written as in numpy; films are `uint8` with 0 black; the patient's right is on the left.
"""


def _directive(path: str, name: str) -> str:
    """What documents one object; a class is written with a capital."""
    kind = "autoclass" if name[0].isupper() else "autofunction"
    return f"## `{name}`\n\n```{{eval-rst}}\n.. {kind}:: {path}\n   :no-index:\n```\n"


def _stub(folder: Path) -> dict[str, str]:
    """Name to the place below `folder` that a room's stub (``__init__.pyi``) gives it."""
    tree = ast.parse((folder / "__init__.pyi").read_text("utf-8"))
    return {
        name.name: f"{part.module}.{name.name}" if part.module else name.name
        for part in tree.body
        if isinstance(part, ast.ImportFrom)
        for name in part.names
    }


def _defined(folder: Path, home: str) -> bool:
    """Whether a place such as ``figures.show`` is a function or a class, not a table of colours."""
    module, _, name = home.rpartition(".")
    tree = ast.parse((folder / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    return any(isinstance(part, kinds) and part.name == name for part in tree.body)


def rooms() -> dict[str, str]:
    """What is reached as ``rr.<room>``, with its module."""
    named = _stub(PACKAGE)
    return {name: f"readingroom.{named[name]}" for name in named if name in ROOMS}


def public(room: str) -> dict[str, str]:
    """Public names of a room, each with the place where it is defined; constants are left out."""
    where = rooms()[room]
    stub = PACKAGE.joinpath(*where.split(".")[1:])
    if (stub / "__init__.pyi").is_file():  # imported on first use, and not here
        found = {
            name: f"{where}.{home}"
            for name, home in _stub(stub).items()
            if "." in home and _defined(stub, home)
        }
    else:
        module = importlib.import_module(where)
        names = getattr(module, "__all__", None) or [
            name for name, thing in vars(module).items()
            if not name.startswith("_") and getattr(thing, "__module__", "") == module.__name__
        ]  # fmt: skip
        things = {name: getattr(module, name) for name in names}
        found = {
            name: f"{thing.__module__}.{thing.__qualname__}"
            for name, thing in things.items()
            if inspect.isroutine(thing) or inspect.isclass(thing)
        }
    return {name: found[name] for name in sorted(found, key=str.lower) if not name.isupper()}


def top() -> dict[str, str]:
    """What is reached as ``rr.<name>`` itself."""
    named = _stub(PACKAGE)
    return {name: f"readingroom.{home}" for name, home in sorted(named.items())
            if name not in ROOMS}  # fmt: skip


def _page(title: str, words: str, names: dict[str, str]) -> str:
    return "\n".join([f"# {title}\n\n{words}\n", *(_directive(p, n) for n, p in names.items())])


def write(target: Path) -> list[Path]:
    """Write one page for what lessons call, one for each room, and the page that lists them."""
    target.mkdir(parents=True, exist_ok=True)
    pages = {"lessons": _page("rr", "What a lesson's cells call.", top())}
    for room, words in ROOMS.items():
        pages[room] = _page(f"rr.{room}", words, public(room))
    listed = "\n".join(["```{toctree}", ":maxdepth: 1", "", *pages, "```", ""])
    written = []
    for name, text in {**pages, "index": f"{OPENING}\n{listed}"}.items():
        path = target / f"{name}.md"
        path.write_text(text, "utf-8")
        written.append(path)
    return written


def setup(app) -> dict:
    """Register with Sphinx; `gather` empties the folder of generated pages before."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / FOLDER), priority=110)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
