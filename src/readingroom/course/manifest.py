"""What a process without the checks needs to know of a lesson: kinds, and values to carry on."""

from __future__ import annotations

from readingroom.course import answers, exercises


def of_lesson(lesson: str, mode: str) -> dict:
    """The manifest of a lesson for one mode.

    Parameters
    ----------
    lesson : str
        Such as ``"03"``.
    mode : str
        ``real``, ``simulated`` or an own cohort's name.

    Returns
    -------
    dict
        ``kinds``: slug to the kind's `spec`; ``carry``: slug to the course's answer as data, for
        the exercises that a later cell goes on with. JSON types only.
    """
    frozen = exercises.frozen(lesson, mode)
    known = exercises.of_lesson(lesson)
    carried = exercises.module(lesson).CARRIED
    return {
        "kinds": {slug: exercise.kind.spec() for slug, exercise in known.items()},
        "carry": {
            slug: answers.pack(known[slug].kind, known[slug].reference(frozen)) for slug in carried
        },
    }
