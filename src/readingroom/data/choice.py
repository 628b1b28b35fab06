"""Real or simulated: chosen once per kernel, so that no lesson mixes the two."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from readingroom.data import own, supply
from readingroom.data.errors import DataError, Unreachable
from readingroom.data.registry import Source
from readingroom.data.supply import Need


@dataclass
class _Choice:
    mode: str | None = None
    reason: str = ""


_kernel = _Choice()


def mode() -> str | None:
    """Return what this kernel works with: "real", "simulated", an own cohort's name, or None.

    None means that nothing was chosen yet.
    """
    return _kernel.mode


def reason() -> str:
    """Return one sentence on why this kernel works with what it works with."""
    return _kernel.reason


def forget() -> None:
    """Forget the choice, as a restarted kernel would (for rehearsals and tests)."""
    _kernel.mode, _kernel.reason = None, ""


def choose(
    names: Iterable[Need] = (),
    wanted: str | None = None,
    registry: Source = None,
    progress: bool = True,
) -> str:
    """Fix once what this kernel works with, and make sure that it is there.

    Parameters
    ----------
    names : iterable of name, (name, size) or (name, files)
        What a lesson needs; a name alone means a whole set, of a cohort at 64 px.
    wanted : "real", "simulated", an own cohort's name, or None
        None takes real films where they can be had and simulated patients otherwise. The
        environment variable ``READINGROOM_COHORT`` goes before it.
    registry : Registry, path or None
        Another list of data sets, for tests.
    progress : bool
        Draw progress bars.

    Returns
    -------
    str
        The mode, which stays the same until the kernel is restarted.

    Raises
    ------
    DataError
        If "real" was asked for and cannot be had, if a hash is wrong, if no such own cohort
        exists, or if the kernel already works with something else.
    """
    asked = os.environ.get("READINGROOM_COHORT", "").strip() or wanted
    asked = own.canonical(asked) if asked else asked
    if _kernel.mode is not None:
        if asked and asked != _kernel.mode:
            raise DataError(
                f"This kernel already works with {_kernel.mode!r} and you asked for {asked!r}; "
                "restart the kernel to change."
            )
        return _kernel.mode
    _kernel.mode, _kernel.reason = _decide(list(names), asked, registry, progress)
    return _kernel.mode


def foreseen(names: Iterable[Need] = ()) -> str:
    """What `choose` would return now; nothing is fixed by asking."""
    if _kernel.mode is not None:
        return _kernel.mode
    asked = os.environ.get("READINGROOM_COHORT", "").strip() or None
    return _decide(list(names), asked, None, False)[0]


def _decide(names: list, asked: str | None, registry: Source, progress: bool) -> tuple[str, str]:
    if asked == "simulated":
        return "simulated", "Simulated patients were asked for."
    if asked not in (None, "real"):
        return own.named(asked).name, f"Your own cohort {asked!r} was asked for."
    try:
        for item in names:
            name, size = (item, 64) if isinstance(item, str) else item
            supply.secure(name, size, registry=registry, progress=progress)
    except Unreachable as problem:
        if asked == "real":
            raise
        said = (
            "Real films cannot be had, so simulated patients stand in; every exercise works with "
            f"them too. To have the real ones: {problem}"
        )
        _say(said)
        return "simulated", said
    return "real", "Real films are on this machine."


def _say(sentence: str) -> None:
    """Tell the learner on the error stream, which no comparison of results reads."""
    import sys

    print(sentence, file=sys.stderr)
