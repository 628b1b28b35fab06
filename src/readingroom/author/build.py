"""``readingroom build``: print every notebook from its page, or say which has drifted."""

from __future__ import annotations

from pathlib import Path

from readingroom.author import manuscript
from readingroom.catalogue import Lesson, catalogue
from readingroom.nbformats import NotebookNode, nbformat


def pages(root: Path) -> dict[str, Path]:
    """Lesson number to its manuscript page."""
    return {
        number: root / "book" / "lessons" / f"{lesson.slug}.md"
        for number, lesson in catalogue().items()
    }


def stated(output: NotebookNode) -> bool:
    """Whether an output is a verdict line: the only kind kept in git."""
    return output.output_type == "stream" and output.name == "stdout"


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The same lines as one output: a busy kernel hands over one print in several pieces."""
    if not outputs:
        return []
    text = "".join(output.text for output in outputs)
    return [nbformat.v4.new_output("stream", name="stdout", text=text)]


def keep_outputs(printed: NotebookNode, ran: NotebookNode) -> NotebookNode:
    """Copy the verdict lines of cells that are the same in both notebooks.

    Parameters
    ----------
    printed : NotebookNode
        Fresh from the page, without outputs.
    ran : NotebookNode
        An earlier copy, or one that was just run.

    Returns
    -------
    NotebookNode
        `printed`, with verdict lines only.
    """
    before = {cell.id: cell for cell in ran.cells if cell.cell_type == "code"}
    for cell in printed.cells:
        old = before.get(cell.id)
        tags = cell.metadata.get("tags", [])
        if old is None or old.source != cell.source or manuscript.CHECKED_OUTPUT not in tags:
            continue
        cell.outputs = joined([output for output in old.outputs if stated(output)])
        # nbval takes a cell without a number for one that never ran
        cell.execution_count = 1 if cell.outputs else None
    return printed


def printed(lesson: Lesson, root: Path) -> tuple[NotebookNode, NotebookNode]:
    """The solved and the learner's notebook of a lesson, fresh from its page."""
    page = root / "book" / "lessons" / f"{lesson.slug}.md"
    if not page.is_file():
        raise manuscript.ManuscriptError(f"There is no page book/lessons/{lesson.slug}.md.")
    solved = manuscript.solved(page, lesson)
    return solved, manuscript.learner(solved)


def without_outputs(text: str) -> str:
    """A notebook's bytes with its stored outputs set aside."""
    book = nbformat.reads(text, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return manuscript.text_of(book)


def drift(root: Path, numbers: list[str] | None = None) -> list[str]:
    """Names of printed files that differ from what their pages print now.

    Parameters
    ----------
    root : Path
        The repository.
    numbers : list of str, optional
        Lessons; all by default.

    Returns
    -------
    list of str
        Paths below `root`; empty where nothing drifted.
    """
    found = []
    for number, lesson in catalogue().items():
        if numbers and number not in numbers:
            continue
        fresh = dict(zip(("solutions", "lessons"), printed(lesson, root), strict=True))
        for kind, book in fresh.items():
            path = lesson.notebook(kind, root)
            kept = path.read_text("utf-8") if path.is_file() else ""
            if not kept or without_outputs(kept) != manuscript.text_of(book):
                found.append(path.relative_to(root).as_posix())
    return found


def write(root: Path, numbers: list[str] | None = None, ran: dict | None = None) -> list[str]:
    """Print the notebooks into `root`; verdict lines come from `ran` or from the kept copy.

    Parameters
    ----------
    root : Path
        The repository.
    numbers : list of str, optional
        Lessons; all by default.
    ran : dict, optional
        Lesson number to its solved notebook as just executed.

    Returns
    -------
    list of str
        Paths of the files whose bytes changed.
    """
    changed = []
    for number, lesson in catalogue().items():
        if numbers and number not in numbers:
            continue
        solved, learner = printed(lesson, root)
        path = lesson.notebook("solutions", root)
        before = (ran or {}).get(number)
        if before is None and path.is_file():
            before = nbformat.read(path, as_version=4)
        if before is not None:
            solved = keep_outputs(solved, before)
        for kind, book in (("solutions", solved), ("lessons", learner)):
            target = lesson.notebook(kind, root)
            text = manuscript.text_of(book)
            if not target.is_file() or target.read_text("utf-8") != text:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8", newline="\n")
                changed.append(target.relative_to(root).as_posix())
    return changed
