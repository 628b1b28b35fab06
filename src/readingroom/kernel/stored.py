"""Results of runs too long for a lesson, shipped with the package, each with its provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np

from readingroom.assess import whose
from readingroom.assess.named import named
from readingroom.data.origin import MODES, of_course


@dataclass(frozen=True)
class Stored:
    """A stored run.

    Attributes
    ----------
    arrays : dict of ndarray
        Read-only.
    made : dict
        Command, date, versions, and the films it was made from.
    stands_in : bool
        True where the learner's own films have no stored run, and simulated patients stand in.
    """

    name: str
    arrays: dict[str, np.ndarray]
    made: dict
    stands_in: bool

    def __getitem__(self, name: str) -> np.ndarray:
        return named(self.arrays[name], self)

    def banner(self) -> str:
        """Which films it is of: those it was made from, whatever films the lesson is open with."""
        return self.made["cohort"]

    def caption(self) -> str:
        """One line for below a figure: that this was made beforehand, and when.

        The command and the versions stand in `made`: a clinic has no use for them under a picture.
        """
        line = f"Made beforehand, on {self.made['date']}."
        if self.stands_in:
            line += " It is of simulated patients: your own films have no stored run."
        return line


def load(lesson: str, name: str, mode: str) -> Stored:
    """A lesson's stored run for one mode.

    Parameters
    ----------
    lesson : str
        Such as ``"03"``.
    name : str
        Such as ``"curves"``.
    mode : str
        ``real``, ``simulated``, or an own cohort's name (simulated stands in).
    """
    folder = of_course(mode)
    place = resources.files(f"readingroom.lessons.l{lesson}").joinpath("runs", folder)
    file = place.joinpath(f"{name}.npz")
    with resources.as_file(file) as path, np.load(path, allow_pickle=False) as kept:
        arrays = {key: kept[key] for key in kept.files}
    for value in arrays.values():
        value.flags.writeable = False
    made = json.loads(place.joinpath(f"{name}.json").read_text("utf-8"))
    if mode not in MODES:
        _stood_in.add(lesson)
    run = Stored(name, arrays, made, mode not in MODES)
    whose.note(run)
    return run


_stood_in: set[str] = set()


def stood_in(lesson: str) -> bool:
    """Whether simulated patients have stood in for own films of a lesson, in this kernel."""
    return lesson in _stood_in
