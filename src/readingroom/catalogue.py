"""The list of lessons: the only place where their order, titles and minutes live."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from readingroom import places


@dataclass(frozen=True)
class Lesson:
    """One lesson's facts.

    Attributes
    ----------
    number : str
        Two digits, such as ``"03"``.
    slug : str
        Folder and file name of its notebooks.
    title : str
        What it is called.
    minutes : int
        How long it takes, with its exercises.
    part : str
        Part of the course.
    cohorts : tuple of (str, int)
        The films it asks for: name and size in pixels; empty for a lesson on `samples`.
    samples : str
        For a lesson without a cohort: the set of single files it opens, which installs with the
        package and needs no network.
    run : str
        For a lesson with neither: the stored run whose films its banner names.
    sets : tuple of str
        What else it reads, by the name of its data set: real is chosen only where all of it can be
        had.
    of : dict of str to tuple of str
        Of these sets only the files whose names, without their endings, stand here.
    later : tuple of str
        Sets that it reads on the way and does without where they cannot be had.
    ready_after : str
        The lesson after which it may be taken out of its order; empty where there is none.
    networks : bool
        Its first cells read a film, so that the course's networks are loaded while it opens.
    """

    number: str
    slug: str
    title: str
    minutes: int
    part: str
    cohorts: tuple[tuple[str, int], ...] = ()
    samples: str = ""
    run: str = ""
    sets: tuple[str, ...] = ()
    of: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    later: tuple[str, ...] = ()
    ready_after: str = ""
    networks: bool = False

    @property
    def needs(self) -> list[str | tuple[str, int | tuple[str, ...]]]:
        """All that has to be at hand for real films: cohorts in their sizes, sets whole or the
        files named."""
        sets = [(name, self.of[name]) if name in self.of else name for name in self.sets]
        return [*self.cohorts, *sets]

    def notebook(self, kind: str = "lessons", root: Path | None = None) -> Path:
        """Path of its notebook; `kind` is ``lessons`` or ``solutions``."""
        return (root or places.course()) / kind / self.slug / f"{self.slug}.ipynb"


class UnknownLesson(LookupError):
    """No lesson of that name; the message lists those there are."""


@cache
def catalogue() -> dict[str, Lesson]:
    """All lessons by number, in the order of the course."""
    text = resources.files("readingroom").joinpath("catalogue.toml").read_text("utf-8")
    return {
        number: Lesson(
            number=number,
            **{
                **facts,
                "cohorts": tuple(map(tuple, facts.get("cohorts", ()))),
                "sets": tuple(facts.get("sets", ())),
                "later": tuple(facts.get("later", ())),
                "of": {name: tuple(files) for name, files in facts.get("of", {}).items()},
            },
        )
        for number, facts in tomllib.loads(text).items()
    }


def find(name: str) -> Lesson:
    """The lesson that `name` means: ``3``, ``03`` or its slug.

    Raises
    ------
    UnknownLesson
        There is none.
    """
    wanted = str(name).strip().removesuffix(".ipynb")
    for lesson in catalogue().values():
        if wanted in (lesson.slug, lesson.number) or wanted.zfill(2) == lesson.number:
            return lesson
    known = ", ".join(catalogue())
    raise UnknownLesson(f"There is no lesson {name!r}; there are {known}.")
