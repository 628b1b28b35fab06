"""A right answer and why, for who has tried three times; it is marked in the learner's progress."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from typing import Any

from IPython.display import display

from readingroom.catalogue import Lesson
from readingroom.kernel import progress, reply
from readingroom.questions import exercises

TRIES = 3
SWITCH = "READINGROOM_SHOW_ANSWERS"  # "no" is a teacher's: nothing is shown
SOLUTION = re.compile(r"[ \t]*### BEGIN SOLUTION\n(.*?)[ \t]*### END SOLUTION", re.S)
OFF = "Your teacher has switched the showing of answers off. The hints stand below the check."
SOONER = "Try it first: a right answer is shown after three different tries. So far: {n}."
MARKED = "Your own progress now says that this answer was shown."


def allowed() -> bool:
    """Whether answers may be shown here."""
    return os.environ.get(SWITCH, "").strip().lower() not in ("no", "0", "off", "false")


def digest(packed: Any) -> str:
    """A short name of an answer, to tell a new try from the same one again."""
    text = json.dumps(packed, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def due(lesson: str, slug: str) -> bool:
    """Whether the learner may ask to be shown a right answer."""
    return allowed() and progress.tried(lesson, slug) >= TRIES


def solution(lesson: Lesson, slug: str) -> str:
    """The course's own answer as it would be typed; empty where its file is not there."""
    path = lesson.notebook("solutions")
    if not path.is_file():
        return ""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    source = next(("".join(cell["source"]) for cell in cells if cell.get("id") == slug), "")
    found = SOLUTION.search(source)
    return found.group(1).rstrip() if found else ""


def show(lesson: Lesson, exercise: exercises.Exercise) -> None:
    """Show a right answer and why it is right, or say why not yet.

    Parameters
    ----------
    lesson : Lesson
        The one that is open.
    exercise : Exercise
    """
    tried = progress.tried(lesson.number, exercise.slug)
    if not allowed():
        print(OFF)
    elif tried < TRIES:
        print(SOONER.format(n=tried))
    else:
        progress.mark_shown(lesson.number, exercise.slug)
        code = solution(lesson, exercise.slug)
        display(reply.shown(code, exercise.why, MARKED, exercise.sealed), raw=True)


def offer(slug: str, sealed: bool = False) -> dict[str, str]:
    """The line below a reply that offers it, as HTML and as plain text.

    Of a commitment (`sealed`) only the form can be shown: none is right or wrong.
    """
    typed = f'rr.reveal("{slug}")'
    what = "how an answer is typed" if sealed else "a right answer and why"
    said = f"Three tries. You can see {what}; your own progress will say so."
    return {
        "text/html": f'<span class="rr-reveal" data-slug="{html.escape(slug)}" '
        f'data-what="{what}">{said} '
        f"<span>Run <code>{html.escape(typed)}</code> in a cell.</span></span>",
        "text/plain": f"{said} Run {typed} in a cell.",
    }
