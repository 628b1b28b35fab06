"""Ways through the course: for whom, or for how many hours; the learner's own choice of one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from readingroom.catalogue import Lesson, catalogue
from readingroom.kernel import keeping

NAME = "track.json"
WHOLE = "whole"


class UnknownTrack(LookupError):
    """No way of that name; the message lists those there are."""


@dataclass(frozen=True)
class Slot:
    """One line of a timetable.

    Attributes
    ----------
    day : int
        Counted from 1.
    what : str
        Words, empty where a lesson is taken.
    lesson : str
        Its number, or empty.
    minutes : int
        Fixed; 0 where they are counted from the lesson's page.
    parts : tuple of str
        Parts of the lesson; empty for its whole must part.
    how : str
        What is special about it.
    free : bool
        A break that the stated hours leave out.
    """

    day: int = 1
    what: str = ""
    lesson: str = ""
    minutes: int = 0
    parts: tuple[str, ...] = ()
    how: str = ""
    free: bool = False


@dataclass(frozen=True)
class Track:
    """A way through the course.

    Attributes
    ----------
    name, title, note : str
        As it is typed, as it is shown, and what else to know.
    lessons : tuple of str
        Those of this installation, in the order in which they are taken.
    hours : float
        Of a timetable; 0 for a way that is for somebody.
    begins : str
        When a day begins, such as ``09:00``.
    slots : tuple of Slot
        The lines of a timetable.
    """

    name: str
    title: str
    lessons: tuple[str, ...]
    note: str = ""
    hours: float = 0
    begins: str = "09:00"
    slots: tuple[Slot, ...] = ()


def _track(name: str, facts: dict, here: dict[str, Lesson]) -> Track:
    slots = tuple(
        Slot(**{**slot, "parts": tuple(slot.get("parts", ()))})
        for slot in facts.get("slots", ())
        if slot.get("lesson", "") in ("", *here)
    )
    wanted = facts.get("lessons") or [slot.lesson for slot in slots if slot.lesson]
    lessons = tuple(here if wanted == "all" else (n for n in wanted if n in here))
    other = {key: facts[key] for key in ("title", "note", "hours", "begins") if key in facts}
    return Track(name, lessons=lessons, slots=slots, **other)


@cache
def _read() -> dict:
    text = resources.files("readingroom.learner").joinpath("tracks.toml").read_text("utf-8")
    return tomllib.loads(text)


def tracks() -> dict[str, Track]:
    """Every way by name, with the lessons of this installation only."""
    here = catalogue()
    return {name: _track(name, facts, here) for name, facts in _read().items()}


def find(name: str) -> Track:
    """The way of a name.

    Raises
    ------
    UnknownTrack
        There is none.
    """
    known = tracks()
    wanted = str(name).strip().lower().replace(" ", "-")
    if wanted not in known:
        raise UnknownTrack(
            f"There is no track {name!r}; there are {', '.join(known)}, and {WHOLE}."
        )
    return known[wanted]


def chosen() -> Track | None:
    """The learner's own choice; None for the whole course, in its order."""
    name = keeping.read(NAME).get("track")
    return tracks().get(name) if isinstance(name, str) else None


def choose(name: str) -> Track | None:
    """Keep a choice; ``whole`` gives it up.

    Raises
    ------
    UnknownTrack
        There is none of that name.
    OSError
        It cannot be kept.
    """
    found = None if str(name).strip().lower() == WHOLE else find(name)
    keeping.write(NAME, {"track": found.name if found else WHOLE})
    return found


def track(name: object = ...) -> None:
    """Choose your way through the course, in a notebook.

    Parameters
    ----------
    name : str
        ``users``, ``purchasers``, ``collaborators``, ``developers``, ``half-day``, ``one-day``,
        ``two-days``, or ``whole`` for every lesson in its order.
    """
    try:
        found = choose("..." if name is ... else str(name))
    except UnknownTrack as error:
        print(error)
        return
    except OSError as error:
        print(f"Your choice cannot be kept ({error.strerror}).")
        return
    lessons = ", ".join(found.lessons if found else catalogue())
    print(f"{found.title if found else 'The whole course'}: lessons {lessons}.")
    print("Run the cell with rr.contents() again: it leads on along this way.")
