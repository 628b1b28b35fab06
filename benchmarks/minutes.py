"""Estimate how long each part of a lesson takes, from its page alone.

An estimate until a class was timed: prose at 130 words a minute, 60 s a figure, 90 s an exercise
beyond its typing. Code, folded blocks, the reference list and what is marked "more" (an
exercise's heading, until the next heading) are left out of the must parts; "all" counts what is
marked "more", but never a folded block, which is reading for later.

    python benchmarks/minutes.py            # the lessons of this checkout
    python benchmarks/minutes.py other/book/lessons
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jupytext

WORDS_A_MINUTE, FIGURE, EXERCISE = 130, 1.0, 1.5
# a cell that draws: it hands over an alt sentence, or calls a drawing function of its lesson
FIGURE_CALL = re.compile(
    r"\balt=|rr\.show\.|here\.\w*(show|sheet|slider|maps|conditions|rows|forest|reliability|plots"
    r"|curve|bars|ruled|groups|twins|benefit|samples|travels|window|picture|figure|dots|gallery|LiveCurve"
    r"|ladder|harms)\w*\("
)
# a study that a cell shows: read like prose, with its two figures; marked, read again and judged
STUDY = re.compile(r"here\.study\((|\"marks\")\)")
STUDY_PAGE = Path(__file__).parents[1] / "src/readingroom/lessons/l99/study.md"
JUDGED = 0.5  # minutes for each of its cells
FOLDED = re.compile(r"<details>.*?</details>", re.S)
REFERENCES = re.compile(r"^## References.*", re.S | re.M)
PART = re.compile(r"^## Part (\d+)", re.M)
HEADING = re.compile(r"^#{2,3} .*$", re.M)


def counted(page: Path) -> dict[str, list[float]]:
    """Count words, figures, exercises and minutes in each part of a page.

    Parameters
    ----------
    page : Path
        A manuscript, ``book/lessons/NN-slug.md``.

    Returns
    -------
    dict
        Part ("opening", "1", "2", ...) to ``[words, figures, exercises, must, all]``; the last
        two are minutes.
    """
    parts: dict[str, list[float]] = {}
    part, more = "opening", False
    for cell in jupytext.reads(page.read_text("utf-8"), fmt="md:myst").cells:
        minutes, words, figures, exercises = 0.0, 0, 0, 0
        if cell.cell_type == "markdown":
            text = REFERENCES.sub("", FOLDED.sub("", cell.source))
            if found := PART.search(text):
                part = found.group(1)
            if headings := HEADING.findall(text):
                more = "more)" in headings[-1]
            words = len(re.findall(r"[^\W_]+(?:['.’-][^\W_]+)*", text))
            minutes = words / WORDS_A_MINUTE
        elif "check" in cell.metadata:
            exercises, minutes = 1, EXERCISE
        else:
            figures = int(bool(FIGURE_CALL.search(cell.source)))
            minutes = figures * FIGURE
            if page.name.startswith("99") and (shown := STUDY.search(cell.source)):
                read, cells = studied()
                words, figures = read, 2
                minutes = read / WORDS_A_MINUTE + 2 * FIGURE + (JUDGED * cells if shown[1] else 0)
        row = parts.setdefault(part, [0, 0, 0, 0.0, 0.0])
        for place, add in enumerate((words, figures, exercises, 0 if more else minutes, minutes)):
            row[place] += add
    return parts


def studied() -> tuple[int, int]:
    """Words and cells of the planted study, code included."""
    cells = jupytext.reads(STUDY_PAGE.read_text("utf-8"), fmt="md:myst").cells
    return sum(len(re.findall(r"[^\W_]+", cell.source)) for cell in cells), len(cells)


def main() -> None:
    """Print one line for each part, and the sum for each lesson."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "book/lessons")
    for page in sorted(folder.glob("[0-9][0-9]-*.md")):
        parts = counted(page)
        total = [sum(column) for column in zip(*parts.values(), strict=True)]
        for name, row in {**parts, "sum": total}.items():
            words, figures, exercises, must, everything = row
            print(
                f"{page.name[:2]} {name:8}{words:6} words {figures:3} figures {exercises:3} "
                f"exercises {must:5.1f} must {everything:5.1f} all"
            )


if __name__ == "__main__":
    main()
