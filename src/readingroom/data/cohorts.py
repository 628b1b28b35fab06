"""Cohorts by name: real, simulated, or the learner's own, as the kernel has chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from readingroom.assess import whose
from readingroom.data import choice, drawn, layouts, own, supply
from readingroom.data.cohort import Cohort, finished
from readingroom.data.errors import Unreachable
from readingroom.data.origin import MODES
from readingroom.data.registry import DataSet, Source, listing

# Cohorts read ahead of time; each is handed to one `load`, so that nobody shares its arrays.
_ahead: dict[tuple[str, int], tuple[str, Cohort]] = {}


def ahead(name: str, size: int, mode: str) -> Cohort:
    """Read a cohort that the next `load` of this name, size and mode will be given.

    Parameters
    ----------
    name, size, mode
        See `load`.

    Returns
    -------
    Cohort
        To look at; whoever loads it next owns it.
    """
    kept_mode, kept = _ahead.get((name, size), (None, None))
    if kept is None or kept_mode != mode:
        kept = _found(name, size, mode, None, None, True)
        _ahead[name, size] = mode, kept
    return kept


def load(
    name: str,
    size: int = 64,
    mode: str | None = None,
    label: str | None = None,
    registry: Source = None,
    progress: bool = True,
) -> Cohort:
    """Return a cohort, real or simulated as the kernel has chosen.

    Parameters
    ----------
    name : str
        A data set of the registry (``"children"`` is PneumoniaMNIST), or one of your own.
    size : int
        Edge of the square films in pixels.
    mode : "real", "simulated", an own cohort's name, or None
        None means what the kernel works with, which is chosen now if nothing was.
    label : str or None
        For sets with several labels, the column that becomes label 1.
    registry : Registry, path or None
        Another list of data sets, for tests.
    progress : bool
        Draw progress bars over anything that takes long.

    Raises
    ------
    DataError
        If the cohort is unknown, cannot be had, or fails its hash.
    """
    found = _found(name, size, mode, label, registry, progress)
    whose.note(*whose.strange(found))
    return found


def _found(
    name: str, size: int, mode: str | None, label: str | None, registry: Source, progress: bool
) -> Cohort:
    kept_mode, kept = _ahead.pop((name, size), (None, None))
    if kept is not None and not label and registry is None and (mode or choice.mode()) == kept_mode:
        return kept
    if name not in listing(registry):
        return own.load(name, size=size, label=label, progress=progress)
    entry = listing(registry)[name]
    wanted = mode or choice.mode()
    if entry.layout == "learner" and name in own.names() and wanted != "simulated":
        return own.load(name, size=size, label=label, progress=progress)
    if mode is None:
        mode = choice.mode() or choice.choose([(name, size)], registry=registry, progress=progress)
    if mode == "simulated":
        return drawn.load(entry, size=size, progress=progress)
    if mode == "real":
        return _real(entry, size, label, registry, progress)
    return own.load(mode, size=size, label=label, progress=progress)


def _real(entry: DataSet, size: int, label: str | None, source: Source, progress: bool) -> Cohort:
    located = supply.obtain(entry, size, source, progress)
    images, table, label_name = layouts.read(entry, located, size=size, label=label)
    return finished(
        Cohort(
            name=entry.name,
            images=images,
            table=table,
            label_name=label_name,
            source="real",
            rebuilt=any(at.rebuilt for at in located),
            population=entry.population,
            origin=entry.origin,
            licence=entry.licence,
            citation=entry.citation,
        )
    )


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
    return mode or choice.mode() or choice.choose([(name, 28)])


def stand_in(name: str) -> Any:
    """A cohort of the course beside an own one: real where it can be had, else simulated."""
    try:
        return load(name, size=28, mode="real")
    except Unreachable:
        return load(name, size=28, mode="simulated")
