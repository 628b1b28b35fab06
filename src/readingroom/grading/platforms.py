"""Whose a file is, and which folder lies around a class: the forms of learning platforms' exports.

A path's outermost part names the student. Platforms write more into it: a number, the task, when it
was handed in. What is here knows those forms and nothing else of a submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from readingroom.catalogue import UnknownLesson, catalogue, find

# browsers and mail programs put an ending behind the one they do not know
NOTEBOOK = re.compile(r"\.ipynb(\.(txt|json|download|bin|data))?[ _.]*( ?\(\d+\))?$", re.IGNORECASE)
MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)$")
CANVAS = re.compile(r"^(?P<who>[^_]+?)(?:_late)?_(?P<id>\d+)_\d+_(?P<file>.+)$", re.IGNORECASE)
BLACKBOARD = re.compile(
    r"^(?P<who>.+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)$", re.IGNORECASE
)
BRIGHTSPACE = re.compile(
    r"^(?P<id>\d+)-\d+ ?- ?(?P<who>.+?) ?- ?(?P<when>[^-]*\d{4}[^-]*?)(?: ?- ?(?P<file>.+))?$"
)
GOOGLE = re.compile(r"^(?P<who>.+?) - (?P<file>.+)$")
VERSION = re.compile(r"^version (\d+)$", re.IGNORECASE)  # Teams has a folder for each
COPY = re.compile(r"(-Copy\d*|[ _]?\(\d+\)|[-_ ]copy|-\d+)$", re.IGNORECASE)
BESIDE = ("source", "release", "autograded", "feedback")  # nbgrader's own, beside what came in


@dataclass(frozen=True)
class Owner:
    """Whose a file is.

    Attributes
    ----------
    number : str
        The student's number on the platform, or an empty text.
    who : str
        The name as the platform writes it.
    file : str
        The file's own name.
    turn : tuple
        Greater for what was handed in later; empty where nothing tells.
    """

    number: str
    who: str
    file: str
    turn: tuple = ()


def lesson_named(name: str) -> str:
    """The lesson that a folder or file is called after, or an empty text."""
    name = NOTEBOOK.sub("", name)
    try:
        return find(name).number if name else ""
    except UnknownLesson:
        return ""


@cache
def _own_names() -> frozenset[str]:
    return frozenset(lesson.slug for lesson in catalogue().values())


def _form(parts: tuple[str, ...]) -> re.Match[str] | None:
    """The platform's form that a path begins with."""
    flat = len(parts) == 1
    told = MOODLE.match(parts[0]) or (CANVAS.match(parts[0]) if flat else None)
    told = told or (BLACKBOARD.match(parts[0]) if flat else None)
    if told is None:
        told = BRIGHTSPACE.match(NOTEBOOK.sub("", parts[0]) if flat else parts[0])
    return told


def owners(paths: list[tuple[str, ...]]) -> list[Owner]:
    """Whose each file of a class is; Blackboard writes the task before every name."""
    forms = [_form(parts) for parts in paths]
    tasks = {told["who"] for told in forms if told and told.re is BLACKBOARD}
    task = _shared(tasks)
    return [_owner(*one, task) for one in zip(paths, forms, strict=True)]


def _shared(names: set[str]) -> int:
    """How many letters all names begin with alike, up to an underscore."""
    first, last = min(names, default=""), max(names, default="")
    pairs = zip(first, last, strict=False)
    alike = next((i for i, (one, other) in enumerate(pairs) if one != other), len(first))
    return first.rfind("_", 0, alike) + 1


def _owner(parts: tuple[str, ...], told: re.Match[str] | None, task: int) -> Owner:
    versions = [int(found[1]) for part in parts[1:-1] if (found := VERSION.match(part))]
    if told is None:
        name = NOTEBOOK.sub("", parts[0])
        given = GOOGLE.match(name)
        if len(parts) == 1 and given and COPY.sub("", given["file"]) in _own_names():
            return Owner("", given["who"], given["file"])
        return Owner("", parts[0] if len(parts) > 1 else name, parts[-1], tuple(versions))
    facts = told.groupdict()
    who = facts["who"][task:] if told.re is BLACKBOARD else facts["who"]
    file = parts[-1] if len(parts) > 1 else facts["file"] or parts[0]
    return Owner(facts.get("id", ""), who, file, _turn(facts.get("when", "")))


def _turn(when: str) -> tuple:
    for form in ("%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I%M %p", "%b %d, %Y %H%M"):
        try:
            return tuple(datetime.strptime(when.strip(), form).timetuple())
        except ValueError:
            continue
    return ()


def around(books: list[tuple[str, ...]], stem: str = "", outermost: bool = True) -> str:
    """The folder that lies around a whole class and names nobody, or an empty text.

    Parameters
    ----------
    books : list of tuple
        Paths of all notebooks.
    stem : str
        The name of the place that was given, without its ending.
    outermost : bool
        Nothing lies around these paths; further in, a folder called after a lesson is nbgrader's.
    """
    tops = {parts[0] for parts in books}
    if len(tops) != 1 or any(len(parts) < 2 for parts in books):
        return ""
    (top,) = tops
    inner = [parts[1:] for parts in books]
    if _form((top, "")) is not None or (lesson_named(top) and not outermost):
        return ""
    named = top in ("submitted", COPY.sub("", stem), stem)
    if named or all(_form(parts) for parts in inner) or around(inner, outermost=False):
        return top
    folders = {parts[0] for parts in inner if len(parts) > 1}
    if len(folders) > 1 and all(len(parts) > 1 for parts in inner):
        return "" if any(map(lesson_named, folders)) else top
    # several notebooks, none called as the course calls its own: each is called after somebody
    called = {COPY.sub("", NOTEBOOK.sub("", parts[0])) for parts in inner if len(parts) == 1}
    several = not folders and len(called) > 1
    return top if several and not any(map(_of_the_course, called)) else ""


def _of_the_course(name: str) -> bool:
    name = re.sub("^copy of ", "", name, flags=re.IGNORECASE)
    return bool(lesson_named(name))


def submitted(tops: Iterable[str]) -> bool:
    """Whether folders are those of an nbgrader course, of which one holds what was handed in."""
    names = set(tops)
    return "submitted" in names and bool(names & set(BESIDE)) and names <= {"submitted", *BESIDE}
