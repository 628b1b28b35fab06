"""Films of the course beside films of the learner's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from readingroom.kernel.stored import MODES


def remembered(make: Callable[[str | None], Any]) -> Callable[[str | None], Any]:
    """Make a thing once for each of the course's own kinds of films, ``real`` and ``simulated``.

    Own films may change while a kernel runs, so what is made of them is made anew.
    """
    kept = cache(make)

    @wraps(make)
    def found(mode: str | None) -> Any:
        return kept(mode) if mode in MODES else make(mode)

    return found


def wanted(mode: str | None, name: str) -> str:
    """The kind of films that is meant: the one given, else the kernel's, else what can be had."""
    from readingroom import data

    return mode or data.mode() or data.choose([(name, 28)])


def stand_in(name: str) -> Any:
    """A cohort of the course beside an own one: real where it can be had, else simulated."""
    from readingroom import data
    from readingroom.data.errors import Unreachable

    try:
        return data.load(name, size=28, mode="real")
    except Unreachable:
        return data.load(name, size=28, mode="simulated")
