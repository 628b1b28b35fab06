"""What a lesson asks of its learner, read from the learner's notebook itself.

No check is imported for it, so that a table of contents stays quick and loads nothing heavy.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import cache

from readingroom.catalogue import Lesson, find

# "### Exercise · the dullest model (2 min)"; a title may hold brackets of its own
HEADING = re.compile(r"^### (\w+) · (.+?) \((\d+) min(, more)?\)\s*$", re.M)
OBJECTIVES = re.compile(r"\*\*Afterwards you can\*\*\s*\n(.*?)\n\s*\n(?=\*\*|>|#)", re.S)
LISTED = re.compile(r"^\d+\.\s+(.*(?:\n(?!\d+\.).+)*)", re.M)
MARKUP = re.compile(r"<[^>]+>|(?<!\w)[*_`]+|[*_`]+(?!\w)")
CHECK = "check-"


@dataclass(frozen=True)
class Task:
    """One exercise as the learner's notebook states it.

    Attributes
    ----------
    slug, title : str
        Its name, and the words of its heading.
    points : float
        Points of a right answer.
    minutes : int
        Minutes its heading states; 0 where it states none.
    more : bool
        Marked "more": not needed to pass the lesson.
    """

    slug: str
    title: str
    points: float
    minutes: int
    more: bool


@dataclass(frozen=True)
class Plan:
    """A lesson's exercises and objectives, in the order of its page."""

    lesson: Lesson
    tasks: tuple[Task, ...]
    objectives: tuple[str, ...]

    @property
    def must(self) -> tuple[Task, ...]:
        """The exercises that passing the lesson takes."""
        return tuple(task for task in self.tasks if not task.more)

    @property
    def points(self) -> float:
        """Points there are."""
        return sum(task.points for task in self.tasks)


def plain(text: str) -> str:
    """Words without Markdown or HTML around them."""
    return " ".join(html.unescape(MARKUP.sub("", text)).split())


def _text(cell: dict) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _tasks(cells: list[dict]) -> list[Task]:
    heading, found = None, []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for match in HEADING.finditer(_text(cell)):
                heading = match
            continue
        marks = cell["metadata"].get("nbgrader", {})
        if not marks.get("grade"):
            continue
        slug = marks["grade_id"].removeprefix(CHECK)
        title, minutes, more = (heading.group(2), heading.group(3), heading.group(4)) if heading \
            else (slug.replace("-", " "), 0, None)  # fmt: skip
        found.append(Task(slug, plain(title), marks.get("points", 0), int(minutes), bool(more)))
        heading = None
    return found


def _objectives(opening: str) -> list[str]:
    block = OBJECTIVES.search(opening)
    return [plain(line).rstrip(",;. ") for line in LISTED.findall(block.group(1))] if block else []


@cache
def of_lesson(number: str) -> Plan:
    """The plan of a lesson, such as ``"03"``.

    Raises
    ------
    FileNotFoundError
        The lesson's notebook is not part of this installation.
    """
    lesson = find(number)
    cells = json.loads(lesson.notebook("lessons").read_text("utf-8"))["cells"]
    return Plan(lesson, tuple(_tasks(cells)), tuple(_objectives(_text(cells[0]))))
