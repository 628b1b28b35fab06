"""From a manuscript page to the solved and the learner's notebook.

One direction: ``book/lessons/NN-slug.md`` (MyST Markdown, read by jupytext) becomes the solved
notebook (nbgrader's "source"), and nbgrader's own preprocessors turn that into the learner's
notebook (nbgrader's "release"). Nothing here strips an answer.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import jupytext

from readingroom.author import glossary
from readingroom.catalogue import Lesson
from readingroom.kernel import notebooks
from readingroom.nbformats import NotebookNode, nbformat
from readingroom.questions import exercises

GENERATED = (
    "<!-- Printed by `readingroom build` from book/lessons/{slug}.md. "
    "Edit that page, not this file. -->"
)
ROLES = ("label", "answer", "check")
CHECKED_OUTPUT = "nbval-check-output"
TERM = re.compile(r"\{term\}`([^`<]+?)(?:\s*<([^`>]+)>)?`")
ASKED = "*Type:*"
LABEL = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
BUILT_CELL_IDS = ("words-of-this-lesson",)


class ManuscriptError(ValueError):
    """A page that cannot be printed; the message names the page and the cell."""


def _role(cell: NotebookNode, page: str, seen: set[str]) -> tuple[str, str]:
    roles = [role for role in ROLES if role in cell.metadata]
    if len(roles) != 1:
        first = cell.source.strip().splitlines()[0] if cell.source.strip() else "(empty)"
        raise ManuscriptError(
            f"{page}: the {cell.cell_type} cell that starts {first[:60]!r} needs one of "
            f"{', '.join(ROLES)}; it has {', '.join(roles) or 'none'}."
        )
    role = roles[0]
    name = str(cell.metadata.pop(role))
    cell.metadata.pop("covers", None)  # for the book's page of what is covered
    if not LABEL.fullmatch(name):
        raise ManuscriptError(f"{page}: {name!r} is no label: use small letters and hyphens.")
    cell_id = f"check-{name}" if role == "check" else name
    if cell_id in seen:
        raise ManuscriptError(f"{page}: two cells are called {cell_id!r}.")
    seen.add(cell_id)
    return role, name


def _nbgrader(grade_id: str, *, grade: bool, solution: bool, points: int | None = None) -> dict:
    out = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {**out, "points": points} if points is not None else out


def _dress(cell: NotebookNode, role: str, name: str, lesson: Lesson) -> None:
    """Write nbgrader's metadata; the points live with the check."""
    if role == "check":
        known = exercises.of_lesson(lesson.number)
        if name not in known:
            raise ManuscriptError(f"{lesson.slug}: there is no check for the exercise {name!r}.")
        cell.id = f"check-{name}"
        cell.metadata.nbgrader = _nbgrader(
            cell.id, grade=True, solution=False, points=known[name].points
        )
        return
    cell.id = name
    if cell.cell_type == "code":
        cell.metadata.nbgrader = _nbgrader(name, grade=False, solution=role == "answer")
    tags = list(cell.metadata.get("tags", []))
    if role == "answer":
        tags.append("hide-input")  # the book folds answers away
    if tags:
        cell.metadata.tags = tags


def _link_terms(source: str, used: dict[str, str], page: str) -> str:
    """Turn ``{term}`epoch``` into a link to the notebook's own list of words."""

    def link(match: re.Match) -> str:
        shown, term = match.group(1), match.group(2) or match.group(1)
        found = glossary.find(term)
        if found is None:
            raise ManuscriptError(f"{page}: {term!r} is not in book/glossary.md.")
        used[found.term] = found.definition
        title = html.escape(found.definition, quote=True)
        return f'<a href="#{found.anchor}" title="{title}">{shown}</a>'

    return TERM.sub(link, source)


def _say_accepted(cells: list[NotebookNode], name: str, lesson: Lesson, page: str) -> None:
    """End the last ``*Type:*`` paragraph before an answer with what its check accepts."""
    accepted = exercises.of_lesson(lesson.number)[name].accepted
    if not accepted:
        return
    text = next(cell for cell in reversed(cells) if cell.cell_type == "markdown")
    before, found, after = text.source.rpartition(ASKED)
    if not found:
        raise ManuscriptError(
            f"{page}: the text before the answer {name!r} has no paragraph that starts with "
            f"{ASKED}, where the tolerance of its check belongs."
        )
    asked, gap, rest = after.partition("\n\n")
    text.source = f"{before}{found}{asked.rstrip()} {accepted}{gap}{rest}"


def _words(used: dict[str, str]) -> NotebookNode:
    found = (glossary.find(term) for term in sorted(used, key=str.lower))
    entries = [entry for entry in found if entry]
    lines = "\n".join(
        f'- <a id="{entry.anchor}"></a>**{entry.term}**: {entry.definition}' for entry in entries
    )
    cell = nbformat.v4.new_markdown_cell(f"## Words of this lesson\n\n{lines}")
    cell.id = BUILT_CELL_IDS[0]
    return cell


def _compare_exercises(page: str, lesson: Lesson, answers: set, checks: set) -> None:
    known = set(exercises.of_lesson(lesson.number))
    for what, found in (("answer cell", answers), ("check cell", checks)):
        if found != known:
            odd = ", ".join(sorted(found ^ known))
            raise ManuscriptError(f"{page}: {what}s and checks do not match: {odd}.")


def solved(page: Path, lesson: Lesson) -> NotebookNode:
    """Print the solved notebook of a manuscript page, without outputs.

    Parameters
    ----------
    page : Path
        ``book/lessons/NN-slug.md``.
    lesson : Lesson
        Its facts.

    Returns
    -------
    NotebookNode
        nbformat 4.5; each cell's id is the label typed in the page.

    Raises
    ------
    ManuscriptError
        A cell without a label, two of one name, an exercise without a check, an unknown term.
    """
    read = jupytext.reads(page.read_text("utf-8"), fmt="md:myst")
    seen: set[str] = set()
    roles: dict[str, set] = {role: set() for role in ROLES}
    used: dict[str, str] = {}
    cells: list[NotebookNode] = []
    for cell in read.cells:
        role, name = _role(cell, page.name, seen)
        roles[role].add(name)
        _dress(cell, role, name, lesson)
        if role == "answer" and name in exercises.of_lesson(lesson.number):
            _say_accepted(cells, name, lesson, page.name)
        if cell.cell_type == "markdown":
            cell.source = _link_terms(cell.source, used, page.name)
        cells.append(cell)
    _compare_exercises(page.name, lesson, roles["answer"], roles["check"])
    cells[0].source = f"{GENERATED.format(slug=lesson.slug)}\n{cells[0].source}"
    if used:
        cells.append(_words(used))
    for cell in cells:
        cell.metadata = NotebookNode(cell.metadata)
    return notebooks.made_of(cells, readingroom={"lesson": lesson.number})


def learner(solved_notebook: NotebookNode) -> NotebookNode:
    """Print the learner's notebook with nbgrader's own preprocessors, in nbgrader's own order."""
    from nbgrader.converters.generate_assignment import GenerateAssignment
    from nbgrader.preprocessors import InstantiateTests, SaveCells
    from traitlets.config import Config

    config = Config()
    config.ClearSolutions.code_stub = {"python": ""}
    book = nbformat.from_dict(solved_notebook)
    resources: dict = {}
    steps = GenerateAssignment.preprocessors.default_args[0]
    for step in steps:
        # SaveCells writes the teacher's gradebook; InstantiateTests starts a kernel for templates
        # that this course does not use
        if step not in (SaveCells, InstantiateTests):
            book, resources = step(config=config).preprocess(book, resources)
    return nbformat.from_dict(book)


def text_of(book: NotebookNode) -> str:
    """A notebook as the bytes that are kept: sorted keys, one final newline."""
    return nbformat.writes(book, version=4).rstrip("\n") + "\n"
