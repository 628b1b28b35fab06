"""What a process without the checks needs to know of a lesson."""

from __future__ import annotations

from readingroom.questions import arguments, exercises
from readingroom.questions.kinds import pack


def kinds(lesson: str) -> dict:
    """Slug to the kind of each answer, as JSON."""
    return {slug: exercise.kind.spec() for slug, exercise in exercises.of_lesson(lesson).items()}


def carried(lesson: str, mode: str) -> dict:
    """Slug to the course's answer as data, for the exercises that a later cell goes on with."""
    frozen, known = exercises.frozen(lesson, mode), exercises.of_lesson(lesson)
    return {
        slug: pack(known[slug].kind, known[slug].reference(frozen))
        for slug in exercises.module(lesson).CARRIED
    }


def inputs(lesson: str, seed: int = exercises.PRACTICE) -> dict:
    """Slug to the arguments of each call, as JSON, for the exercises that ask for a function."""
    return {
        slug: arguments.pack(exercises.calls(exercise, seed))
        for slug, exercise in exercises.of_lesson(lesson).items()
        if exercise.kind.name == "function"
    }


def of_lesson(lesson: str, mode: str, seed: int = exercises.PRACTICE) -> dict:
    """The manifest of a lesson for one mode.

    Parameters
    ----------
    lesson : str
        Such as ``"03"``.
    mode : str
        ``real``, ``simulated`` or an own cohort's name.
    seed : int
        Which inputs a learner's function is called on.

    Returns
    -------
    dict
        ``kinds``, ``carry`` and ``inputs``. JSON types only; no points, hints or tolerances.
    """
    return {
        "kinds": kinds(lesson),
        "carry": carried(lesson, mode),
        "inputs": inputs(lesson, seed),
    }
