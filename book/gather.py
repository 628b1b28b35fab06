"""Gather what the book shows but does not own, before Sphinx reads it.

Executed lessons, datasheets and model cards live elsewhere in the repository. They are copied into
``book/generated/``, which git ignores, so that every page of the site has a place in one source
folder. No notebook is executed here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import textwrap
import tomllib
from pathlib import Path
from urllib.parse import quote

import answering
import cards
import chapters
import claim
import covered
import landing
import moving
import nbformat
import sheets
import slides
from nbformat import NotebookNode

import reader
from readingroom.catalogue import Lesson, catalogue
from readingroom.kernel.page import LESSON_MIME
from readingroom.kernel.session import ANSWER_MIME, RESULT_MIME
from readingroom.learner import plan
from readingroom.questions import exercises

ROOT = Path(__file__).resolve().parents[1]
GENERATED = "generated"
STATIC = f"{GENERATED}/static"  # what goes into the site as it is
BINDER = "https://mybinder.org/v2/gh"
SOLUTION = re.compile(
    r"^[ \t]*### BEGIN SOLUTION\n(.*?)\n[ \t]*### END SOLUTION[ \t]*(?:\n|\Z)", re.M | re.S
)
HEADING = re.compile(r"^#{2,3} (.+?)\s*$", re.M)
PRIVATE_MIMES = (
    ANSWER_MIME,  # for graders
    LESSON_MIME,  # for answers by mouse
    RESULT_MIME,  # for rehearsals
    "application/vnd.jupyter.widget-view+json",  # lives in a kernel only; its sentence stays
)
SAID = {
    "real": "an execution on real films",
    "simulated": "an execution on simulated patients, so its numbers describe virtual patients",
}


def address(root: Path = ROOT) -> dict[str, str]:
    """The repository's address and branch: one key in ``pyproject.toml``."""
    found = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["readingroom"]
    return {"repository": found["repository"].rstrip("/"), "branch": found["branch"]}


def launch(lesson: Lesson, where: dict[str, str], heading: str = "") -> str:
    """The address that opens a lesson's learner notebook on Binder, in JupyterLab, at a heading."""
    owner_and_name = where["repository"].removeprefix("https://github.com/")
    notebook = lesson.notebook("lessons", Path()).as_posix()
    if heading:
        notebook += f"#{heading.replace(' ', '-')}"  # as JupyterLab names its headings
    opened = quote(f"lab/tree/{notebook}", safe="")
    return f"{BINDER}/{owner_and_name}/{where['branch']}?urlpath={opened}"


def _fold(cell: NotebookNode, tag: str, shown: str, hidden: str) -> None:
    tags = [*cell.metadata.get("tags", [])]
    cell.metadata.tags = tags if tag in tags else [*tags, tag]
    cell.metadata.mystnb = {"code_prompt_show": shown, "code_prompt_hide": hidden}


def _answer(cell: NotebookNode) -> list[NotebookNode]:
    """The dots as a learner meets them, then the answer, folded."""
    found = SOLUTION.search(cell.source)
    if found is None:
        _fold(cell, "hide-input", "Show one answer", "Hide the answer")
        return [cell]
    around = (
        cell.source[: found.start()] + cell.source[found.end() :]
    )  # a function goes on after it
    dots = nbformat.v4.new_code_cell(around.rstrip())
    dots.id = f"{cell.id}-dots"[:64]
    cell.source = textwrap.dedent(found.group(1))
    _fold(cell, "hide-input", "Show one answer", "Hide the answer")
    return [dots, cell]


def _public(cell: NotebookNode) -> None:
    kept = []
    for output in cell.outputs:
        data = output.get("data")
        if data is not None:
            if LESSON_MIME in data:  # with its sentence on typing: nobody types into a book
                continue
            for mime in PRIVATE_MIMES:
                data.pop(mime, None)
            if not any(data.values()):
                continue
        kept.append(output)
    cell.outputs = kept


def _cells(cell: NotebookNode, asked: dict[str, dict], way: str) -> list[NotebookNode]:
    """What the book shows for one cell of the solved notebook.

    Parameters
    ----------
    cell : NotebookNode
    asked : dict
        What is answered on the page, see `answering.of_lesson`.
    way : str
        The address that opens the lesson at this exercise.
    """
    if cell.cell_type != "code":
        return [cell]
    _public(cell)
    marks = cell.metadata.get("nbgrader", {})
    if cell.id in asked:
        return [_answer(cell)[0], answering.block(asked[cell.id])]
    if cell.id.removeprefix("check-") in asked:
        return []  # its reply would give the answer away
    if marks.get("solution"):
        return [*_answer(cell), answering.needs_code(cell.id, way)]
    if marks.get("grade"):
        # the reply to a right answer says what was right: it is folded like the answer
        _fold(cell, "hide-output", "Show the reply to it", "Hide the reply")
    elif "hide-input" in cell.metadata.get("tags", []):
        _fold(cell, "hide-input", "Show how this is made", "Hide how this is made")
    return [cell]


def _ran_on(book: NotebookNode) -> str | None:
    for cell in book.cells:
        for output in cell.get("outputs", []):
            if ANSWER_MIME in output.get("data", {}):
                return output.data[ANSWER_MIME]["cohort"]
    return None


def _opening(lesson: Lesson, where: dict[str, str], ran_on: str | None) -> NotebookNode:
    if ran_on:
        below = f"This page shows {SAID.get(ran_on, f'an execution on the cohort {ran_on}')}."
    else:
        below = (
            "This copy of the page was made without executing the lesson: "
            "it shows the stated results only, no figures."
        )
    text = (
        f":::{{button-link}} {launch(lesson, where)}\n:color: primary\n\n"
        "Open this lesson and do it yourself\n:::\n\n"
        "It opens in JupyterLab on Binder, a free service, after some minutes of waiting. On your "
        f"own computer type `readingroom start {lesson.number}`. {below} "
        "Answers are folded away: try first."
    )
    cell = nbformat.v4.new_markdown_cell(text)
    cell.id = "how-to-open-this-lesson"
    return cell


def reading_copy(book: NotebookNode, lesson: Lesson, where: dict[str, str]) -> NotebookNode:
    """A solved notebook as the book shows it: a way in, and every answer folded.

    Parameters
    ----------
    book : NotebookNode
        Executed or printed; changed in place.
    lesson : Lesson
    where : dict
        See `address`.

    Returns
    -------
    NotebookNode
    """
    ran_on = _ran_on(book)
    opening = _opening(lesson, where, ran_on)
    asked = answering.of_lesson(lesson.number, ran_on or "simulated")
    title, text = re.match(r"(?s)(.*?^# [^\n]*\n)(.*)", book.cells[0].source, re.M).groups()
    first = nbformat.v4.new_markdown_cell(title.strip())
    first.id = "title-of-this-lesson"
    book.cells[0].source = text.strip()
    shown, heading = [first, opening], ""
    for cell in book.cells:
        if cell.cell_type == "markdown":
            headings = HEADING.findall(cell.source)
            heading = headings[-1] if headings else heading
        shown += _cells(cell, asked, launch(lesson, where, heading))
    book.cells = shown
    book.metadata.pop("widgets", None)  # their state would ask a CDN for a widget manager
    return book


def lessons(root: Path, target: Path, runs: Path | None, where: dict[str, str]) -> None:
    """Copy each lesson's solved notebook: as executed where there is a run, else as printed."""
    target.mkdir(parents=True)
    tagged = {(s.lesson, s.cell) for found in covered.steps(root).values() for s in found}
    for lesson in catalogue().values():
        executed = runs / f"{lesson.slug}.ipynb" if runs else None
        if executed and not executed.is_file():
            raise FileNotFoundError(
                f"READINGROOM_RUNS names a folder without {executed.name}; "
                f"run: readingroom rehearse {lesson.number} --keep {runs}"
            )
        source = executed or lesson.notebook("solutions", root)
        book = nbformat.read(source, as_version=4)
        for cell in book.cells:
            if cell.cell_type == "code":
                moving.put(cell, target.parent / "static" / "states")
            if (lesson.number, cell.id) in tagged:
                cell.source = covered.anchor(cell.source, lesson.number, cell.id)
        book = reading_copy(book, lesson, where)
        nbformat.write(book, target / f"{lesson.slug}.ipynb")


def datasheets(root: Path, target: Path) -> None:
    """Copy the datasheets."""
    target.mkdir(parents=True)
    for page in sorted((root / "datasets").glob("*.md")):
        shutil.copyfile(page, target / page.name)
    sheets.add(target / "simulated.md")


def model_cards(root: Path, target: Path) -> None:
    """Copy the model cards under their models' names, and list them."""
    target.mkdir(parents=True)
    shipped = root / "src" / "readingroom" / "models" / "shipped"
    names = []
    for card in sorted(shipped.glob("*/README.md")):
        names.append(card.parent.name)
        text = f"{card.read_text('utf-8').rstrip()}\n\n{claim.table(card.parent)}"
        (target / f"{card.parent.name}.md").write_text(text, "utf-8")
    listed = "This version of the course ships no model yet."
    if names:
        listed = "\n".join(["```{toctree}", ":maxdepth: 1", "", *names, "```"])
    text = (
        "# Models\n\nNetworks that come with the course, so that a graded question never depends "
        "on a training run. Each has a card: what it was made from, how it was tested, and what "
        f"it must not be used for. None is for clinical use.\n\n{listed}\n"
    )
    (target / "index.md").write_text(text, "utf-8")


def table(where: dict[str, str]) -> str:
    """The lessons as a Markdown table: title, minutes, and both ways to open one."""
    lines = ["| lesson | minutes | read | do |", "|---|---|---|---|"]
    for lesson in catalogue().values():
        page = f"/{GENERATED}/lessons/{lesson.slug}.ipynb"
        lines.append(
            f"| {lesson.number} · {lesson.title} | {lesson.minutes} | [with answers]({page}) "
            f"| [on Binder]({launch(lesson, where)}) |"
        )
    return "\n".join(lines)


def must_and_more(root: Path) -> str:
    """Which exercises a short session keeps: the manuscript marks the others "more"."""
    lines = []
    for lesson in catalogue().values():
        kept: dict[str, list[str]] = {"must": [], "more": []}
        page = (root / "book" / "lessons" / f"{lesson.slug}.md").read_text("utf-8")
        for _, title, minutes, more in plan.HEADING.findall(page):
            kept["more" if more else "must"].append(f"{title} ({minutes} min)")
        lines += [
            f"- **Lesson {lesson.number}**, {lesson.minutes} minutes with every exercise.",
            f"  - *Must:* {'; '.join(kept['must'])}.",
            f"  - *More*, for the quick or for home: {'; '.join(kept['more'])}.",
        ]
    return "\n".join(lines)


def wrong_answers() -> str:
    """Every typical wrong answer and its reply, as the checks state them."""
    lines = []
    for lesson in catalogue().values():
        lines += [f"### Lesson {lesson.number}", ""]
        lines += ["| exercise | typical wrong answer | reply |", "|---|---|---|"]
        for slug, exercise in exercises.of_lesson(lesson.number).items():
            for wrong in exercise.wrong:
                # a number that the check fills in
                reply = re.sub(r"\{\w+(?:![rsa])?(?::[^{}]*)?\}", "…", wrong.says)
                lines.append(f"| `{slug}` | {wrong.name} | {reply} |")
        lines.append("")
    return "\n".join(lines)


def grading_speed(root: Path) -> str:
    """What the grader's benchmark measured last, as a sentence."""
    path = root / "benchmarks" / "grading.json"
    if not path.is_file():
        return "`python benchmarks/grading.py` measures it beside nbgrader on your machine."
    found = json.loads(path.read_text("utf-8"))
    lines = []
    for number, measured in found["lessons"].items():
        ours, plain = measured["readingroom_grade"], measured["nbgrader_autograde"]
        lines.append(
            f"{ours['submissions']} solved copies of lesson {number} took {ours['seconds']:.0f} s, "
            f"{ours['seconds_each']:.2f} s each; nbgrader's autograde took "
            f"{plain['seconds_each']:.0f} s each."
        )
    first = found.get("first_preparation_seconds")
    if first:
        lines.append(
            f"Before the first class a lesson is prepared once, in {min(first.values()):.0f} to "
            f"{max(first.values()):.0f} s."
        )
    return (
        f"Measured on {found['date']} with {found['cores']} cores: {' '.join(lines)} "
        "`python benchmarks/grading.py` measures all of it again."
    )


def gather(app) -> None:
    """Sphinx calls this before it looks for pages."""
    target = Path(app.srcdir) / GENERATED
    shutil.rmtree(target, ignore_errors=True)
    named = os.environ.get("READINGROOM_RUNS")
    where = address(ROOT)
    # relative to where the command was typed, as every other path on a command line is
    runs = Path(named).resolve() if named else None
    lessons(ROOT, target / "lessons", runs, where)
    slides.gather(runs, target / "slides")
    datasheets(ROOT, target / "datasets")
    model_cards(ROOT, target / "models")
    launches = {number: launch(lesson, where) for number, lesson in catalogue().items()}
    landing.gather(target / "landing", target / "lessons", launches)
    reader.gather(Path(app.srcdir) / STATIC / "reader" / "made")
    chapters.parts(ROOT, target / "parts")
    cards.write(ROOT, target / "cards.md")
    covered.write(ROOT, target / "coverage.md")
    chapters.references(ROOT, target / "references.md")


def setup(app) -> dict:
    """Register with Sphinx."""
    app.connect("builder-inited", lambda app: gather(app), priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
