"""What a lesson tells the page it stands on: how each answer can be given with the mouse."""

from __future__ import annotations

import json

from readingroom.catalogue import Lesson, catalogue, find
from readingroom.questions import exercises

LESSON_MIME = "application/vnd.readingroom.lesson+json"
# The course's script hides what is of this class: it is for pages on which that script is missing.
PLAIN = "rr-plain"
TYPING = (
    "Here nothing can be clicked, so type: replace the dots in the cell as the page says after "
    "“Type”, run it (Shift + Enter), then run the check below it. All points can be had so."
)


def told(lesson: Lesson) -> dict[str, object]:
    """One output for every kind of page, by media type.

    In JupyterLab the course's script reads the facts and hides the sentence; anywhere else, such as
    in VS Code, the sentence is what there is to see.
    """
    return {
        "text/plain": TYPING,
        "text/html": f'<p class="{PLAIN}">{TYPING}</p>',
        LESSON_MIME: facts(lesson),
    }


def facts(lesson: Lesson) -> dict:
    """Kinds of answers, what is offered to click, the released answer cells, the next lesson.

    Parameters
    ----------
    lesson : Lesson
        The one that is open.

    Returns
    -------
    dict
        JSON types only; no answer, hint or tolerance.
    """
    known = exercises.of_lesson(lesson.number)
    out = {
        "number": lesson.number,
        "slug": lesson.slug,
        "kinds": {slug: {"name": one.kind.name} for slug, one in known.items()},
        "offers": {slug: one.offer.spec() for slug, one in known.items() if one.offer},
        "cells": answer_cells(lesson),
        "next": "",
    }
    numbers = list(catalogue())
    following = numbers[numbers.index(lesson.number) + 1 :]
    if following:
        after = find(following[0])
        out.update(next=after.slug, next_title=f"Next lesson: {after.number} {after.title}")
    return out


def answer_cells(lesson: Lesson) -> dict[str, str]:
    """The released text of each cell that waits for an answer, by its exercise.

    The file is read as JSON: nbformat takes a second or more to import.
    """
    cells = json.loads(lesson.notebook("lessons").read_text("utf-8"))["cells"]
    return {
        cell["id"]: "".join(cell["source"])
        for cell in cells
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
