"""The one maker of stored runs: what ``readingroom make`` does.

A lesson with stored runs has a ``make.py`` with ``RUNS``, a dict of name to function. A function
of one argument is given the cohort's mode, ``real`` or ``simulated``; one of none is of virtual
patients, whatever films the lesson runs on. Each returns a `readingroom.models.provenance.Run`.
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from readingroom import files
from readingroom.catalogue import find
from readingroom.data.origin import MODES
from readingroom.models import provenance


class MakingError(ValueError):
    """What was asked for cannot be made; the message says why, in one sentence."""


def maker(lesson: str) -> tuple[str, ModuleType]:
    """The lesson's number and its ``make.py``.

    Raises
    ------
    UnknownLesson, MakingError
        There is no such lesson, or it stores no run.
    """
    number = find(lesson).number
    name = f"readingroom.lessons.l{number}.make"
    try:
        return number, importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise MakingError(
                f"Making lesson {number}'s runs needs {error.name}; install it."
            ) from error
        raise MakingError(f"Lesson {number} stores no run; there is nothing to make.") from error


def _takes_mode(function: Callable) -> bool:
    return bool(inspect.signature(function).parameters)


def chosen(number: str, module: ModuleType, names: list[str], mode: str) -> list[str]:
    """The runs to make: those named, or all there are for a mode.

    Raises
    ------
    MakingError
        A name is unknown, or of virtual patients only where real films were asked for.
    """
    if mode not in MODES:
        raise MakingError(f"There is no cohort {mode!r}; there are {' and '.join(MODES)}.")
    runs = module.RUNS
    unknown = [name for name in names if name not in runs]
    if unknown:
        raise MakingError(
            f"Lesson {number} has no run {', '.join(unknown)}; there are {', '.join(runs)}."
        )
    here = [name for name, make in runs.items() if mode == "simulated" or _takes_mode(make)]
    for name in names or ([] if here else runs):
        if name not in here:
            raise MakingError(
                f"Run {name} of lesson {number} is of virtual patients only; leave out --cohort."
            )
    return names or here


def command(number: str, module: ModuleType, name: str, mode: str) -> str:
    """What to type to make a run again."""
    which = f" --cohort {mode}" if _takes_mode(module.RUNS[name]) else ""
    return f"readingroom make {number} {name}{which}"


def make(
    lesson: str,
    names: list[str],
    mode: str = "simulated",
    folder: Path | None = None,
    said: Callable[[str], None] = lambda text: None,
) -> Iterator[Path]:
    """Make runs and store each with its provenance; yields the files of arrays as they come.

    Parameters
    ----------
    lesson : str
        Number or slug.
    names : list of str
        Runs; all that there are for `mode` where empty.
    mode : str
        ``real`` or ``simulated``.
    folder : Path, optional
        Where to store them; in the lesson's own ``runs`` by default.
    said : callable
        Told in a sentence which file of `folder` was kept aside.

    Raises
    ------
    UnknownLesson, MakingError
        Before anything is made.
    OSError
        The place cannot be written to.
    """
    number, module = maker(lesson)
    place = (folder or Path(str(module.__file__)).parent / "runs") / mode
    for name in chosen(number, module, names, mode):
        function = module.RUNS[name]
        run = function(mode) if _takes_mode(function) else function()
        facts = provenance.stamp(command(number, module, name, mode), run.films, **run.facts)
        place.mkdir(parents=True, exist_ok=True)
        json.dumps(facts)  # before either file changes, so that both are of one making
        if folder is not None:  # the lesson's own runs lie in git; a named folder is somebody's
            for path in (place / f"{name}.npz", place / f"{name}.json"):
                if path.is_file():
                    said(files.kept_as(path, files.put_aside(path)))
        files.write_npz(place / f"{name}.npz", run.arrays)
        files.write_json(place / f"{name}.json", facts)
        yield place / f"{name}.npz"
