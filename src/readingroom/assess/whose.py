"""Whose films a number is of: names that travel into estimates, figures and lines.

Only beside a learner's own films are several kinds of films at hand at once. There the arrays of
stored runs, of cohorts and of stand-ins carry the banner of their films (see
`readingroom.assess.named`), sums of them carry it on, and an estimate made of them says it.
Elsewhere nothing is wrapped, and the page's banner counts.
"""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

SIMULATED = "SIMULATED DATA: numbers describe virtual patients only"  # stands over every result
BESIDE = " + "  # between two banners in one text
Function = TypeVar("Function", bound=Callable[..., Any])
DEEPEST = 3  # levels of lists and fields that are looked through
MOST = 40  # items of a list that are looked at


def plain_banner(banner: str) -> str:
    """A banner without the note that the same films came from another server."""
    return banner.removesuffix(", rebuilt")


class _State:
    """The own films that are open, and the films that the running cell uses."""

    own = ""
    cell: frozenset[str] = frozenset()
    noting = True


def mind(banner: str) -> None:
    """Begin to name films beside the own ones of `banner`; an empty text ends it."""
    _State.own, _State.cell = plain_banner(banner), frozenset()


def minded() -> bool:
    """Whether a lesson is open with a learner's own films."""
    return bool(_State.own)


def begin(films: frozenset[str] = frozenset()) -> None:
    """A cell begins that uses these films."""
    _State.cell = frozenset(films)


def note(*values: Any) -> None:
    """The running cell uses these values, which carry their films, or these banners.

    What another thread reads ahead of time is no cell's.
    """
    cell = threading.current_thread() is threading.main_thread()
    if cell and _State.own and _State.noting:
        banners = {plain_banner(v) for v in values if isinstance(v, str) and v}
        _State.cell |= banners | films_of([v for v in values if not isinstance(v, str)])


def in_cell() -> frozenset[str]:
    """The films that the running cell has used so far."""
    return _State.cell


def beside() -> bool:
    """Whether the running cell uses the learner's own films too."""
    return _State.own in _State.cell


@contextmanager
def unnoted() -> Iterator[None]:
    """Within it films are loaded for training, or for nothing that is shown."""
    before, _State.noting = _State.noting, False
    try:
        yield
    finally:
        _State.noting = before


def films_of(value: Any, depth: int = DEEPEST) -> frozenset[str]:
    """The banners that a value carries; empty where it does not say.

    Parameters
    ----------
    value : object
        An array, an estimate, a cohort, a stored run, a table, or lists, dicts and dataclasses of
        these.
    depth : int
        Levels to look through.
    """
    known = getattr(value, "films", None)
    if isinstance(known, frozenset):
        return known
    if isinstance(known, str):
        return frozenset(known.split(BESIDE)) - {""}
    if isinstance(value, type) or depth == 0 or isinstance(value, (str, int, float, bytes)):
        return frozenset()
    if callable(getattr(value, "banner", None)):
        return frozenset({plain_banner(value.banner())})
    attributes = getattr(value, "attrs", None)
    if isinstance(attributes, dict) and isinstance(attributes.get("films"), str):
        return frozenset({attributes["films"]})
    if isinstance(value, Mapping):
        inside: list = list(value.values())
    elif isinstance(value, (list, tuple, set)):
        inside = list(value)
    elif dataclasses.is_dataclass(value):
        inside = [getattr(value, part.name) for part in dataclasses.fields(value)]
    else:
        return frozenset()
    return frozenset().union(*(films_of(one, depth - 1) for one in inside[:MOST]))


def carried(function: Function) -> Function:
    """Let what a function returns say the films that its arguments carry.

    Where they carry none, and the running cell uses none of the learner's films, it is of those
    that the cell uses.
    """

    @functools.wraps(function)
    def wrapped(*args: Any, **more: Any) -> Any:
        found = function(*args, **more)
        if not _State.own:
            return found
        known = films_of([args, *more.values()])
        if known:
            return _told(found, BESIDE.join(sorted(known)))
        if _State.cell and _State.own not in _State.cell:
            return _told(found, BESIDE.join(sorted(_State.cell)), again=False)
        return found

    return cast(Function, wrapped)


def kept(function: Function) -> Function:
    """Compute once, as `functools.cache`; each call notes the films of what it gives."""
    remembered = functools.cache(function)

    @functools.wraps(function)
    def wrapped(*args: Any, **more: Any) -> Any:
        found = remembered(*args, **more)
        note(found)
        return found

    return cast(Function, wrapped)


def _told(found: Any, films: str, again: bool = True) -> Any:
    """A result with its films, an estimate or what holds estimates; `again` where it has some."""
    if isinstance(getattr(found, "attrs", None), dict):
        found.attrs["films"] = films
    elif type(found) in (list, tuple):
        return type(found)(_told(one, films, again) for one in found)
    elif dataclasses.is_dataclass(found) and not isinstance(found, type):
        parts = {part.name: getattr(found, part.name) for part in dataclasses.fields(found)}
        if "films" in parts:
            return dataclasses.replace(found, films=films) if again or not parts["films"] else found
        held = {
            name: _told(value, films, again)
            for name, value in parts.items()
            if dataclasses.is_dataclass(value)
        }
        return dataclasses.replace(found, **held) if held else found
    return found


def short(banner: str) -> str:
    """A banner in a few words, as behind a number: ``SIMULATED``, ``REAL, NIH ChestX-ray14``."""
    kind, _, rest = banner.partition(":")
    rest = rest.partition("(")[0].partition(",")[0].strip()
    if banner == SIMULATED:
        return "SIMULATED"
    if kind == "REAL DATA":
        return f"REAL, {rest}"
    return rest if kind == "YOUR DATA" else banner


def strange(films: Any = None) -> list[str]:
    """The banners, of some films, that are not of the learner's own films.

    Parameters
    ----------
    films : object, optional
        What carries films; None means the running cell.

    Returns
    -------
    list of str
        Empty without own films.
    """
    known = _State.cell if films is None else films_of(films)
    return sorted(known - {_State.own}) if _State.own else []


def others(films: Any = None) -> list[str]:
    """As `strange`, in a few words each."""
    return [short(banner) for banner in strange(films)]
