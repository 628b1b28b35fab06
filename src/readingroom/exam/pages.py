"""The two notebooks of a working copy in which the test is taken."""

from __future__ import annotations

from pathlib import Path

from readingroom import files
from readingroom.exam import blueprint
from readingroom.kernel import notebooks
from readingroom.nbformats import NotebookNode, nbformat

NAMES = {"before": "before-the-course.ipynb", "after": "after-the-course.ipynb"}
TITLES = {"before": "Before the course", "after": "After the course"}
MINUTES_EACH = 1.35  # 25 minutes for 20 questions and a look at the result

WHY = {
    "before": "It shows you and, if you like, your teacher what the course adds. Nobody is "
    "expected to know this yet; guess where you must. You see your score by objective; the reasons "
    "come after the second test.",
    "after": "The other form: the same objectives, other questions. Afterwards you see both "
    "scores and, for each question you did not get, the reason.",
}
OPENING = """\
# {title}

**About {minutes} minutes**: {n} questions on short cases, one best answer each. No code.

{why}

Run the cell below (Shift + Enter). One question is shown at a time: click a sentence, or choose \
it with Tab and the arrow keys. What you choose is kept at once: close the notebook when you like, \
and run the cell again to go on where you stopped."""

HAND_IN = """\
## Hand in

If you clicked, press "Hand in" below the questions; nothing else is needed. If there are no \
buttons, or you prefer to type, \
replace the dots by one letter for each question between quotation marks, such as `"{example}"`, \
with `-` for one you leave open."""

GIVE = """\
## For your teacher, if you like

This writes both tests, as far as they were handed in, to a file beside this notebook: your code \
and your answers, no name."""


def notebook(when: str) -> NotebookNode:
    """The notebook of one test; no question and no key stands in it.

    Parameters
    ----------
    when : str
        ``before`` or ``after``.
    """
    n = len(blueprint.asked())
    minutes = max(5, 5 * round(n * MINUTES_EACH / 5))
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    text = OPENING.format(title=TITLES[when], minutes=minutes, n=n, why=WHY[when])
    cells = [
        markdown(text, id="title"),
        code(f'import readingroom as rr\n\nrr.test("{when}")', id="questions"),
        markdown(HAND_IN.format(example=("BADC" * n)[:n]), id="hand-in-text"),
        code("answers = ...", id="answers"),
        code(f'rr.hand_in("{when}", answers)', id="hand-in"),
    ]
    if when == "after":
        give = code('rr.results("my-results.csv")', id="give")
        cells += [markdown(GIVE, id="give-text"), give]
    return notebooks.made_of(cells)


def write(folder: Path) -> list[Path]:
    """Write the notebooks of both tests where they are missing; what is there is left alone."""
    written = []
    for when, name in NAMES.items():
        target = folder / name
        if blueprint.asked() and not target.exists():
            files.write_text(target, nbformat.writes(notebook(when)))
            written.append(target)
    return written
