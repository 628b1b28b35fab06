"""What is known to be wrong with the films at hand, in lines to read."""

from __future__ import annotations

from readingroom.data import choice, own
from readingroom.data.errors import DataError
from readingroom.data.origin import MODES
from readingroom.data.registry import known_defects


def defects(name: str, most: int | None = None, mode: str | None = None) -> str:
    """Say what is known to be wrong with a set of the course, or found in one's own films.

    Parameters
    ----------
    name : str
        A set of the registry.
    most : int, optional
        Lines at most.
    mode : str, optional
        As `readingroom.data.load`; None is what the kernel works with.

    Returns
    -------
    str
        A heading that names the films, and a line for each defect. What is known of published
        films is not told of a learner's.
    """
    mode = mode or choice.mode() or "real"
    if mode in MODES:
        known = list(known_defects(name))
        stand = " that these simulated patients stand in for" if mode == "simulated" else ""
        head = f"Known of the real films{stand}:"
    else:
        known = found(mode)
        head = f"Your films ({mode}): the course knows nothing of them but what adding them found:"
    return "\n".join([head, *(f"- {line}" for line in known[:most] or ["nothing"])])


def found(name: str) -> list[str]:
    """What was found when an own cohort was added: each kind, how often, and what to do.

    Raises
    ------
    DataError
        If there is no such cohort.
    """
    report = own.report(name)
    return [f"{kind} ({many}): {advice}" for kind, many, advice in report.kinds()]


def left_out(name: str) -> list[str]:
    """How many films of an own cohort's folder were left out and why; empty where none was."""
    try:
        return own.report(name).left_out()
    except DataError:
        return ["not recorded: add the folder again with --replace"]
