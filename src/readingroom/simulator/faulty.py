"""Sixty films as they come out of an archive: most of them sound, some with a planted fault.

The faults fall into three bins. A film that was stored the wrong way is repaired; a picture that
is no frontal chest film is excluded; an imperfect film of a real patient is kept and flagged. Some
sound films show a chest drain, which is no fault at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from readingroom.assess import whose
from readingroom.simulator.exam import Exam
from readingroom.simulator.film import draw
from readingroom.simulator.finding import Finding
from readingroom.simulator.mix import finding
from readingroom.simulator.patient import Patient
from readingroom.simulator.sideways import lateral
from readingroom.simulator.streams import stream

__all__ = ["FAULTS", "FaultySheet", "faulty_sheet"]

FAULTS = {
    "inverted": "repair",
    "turned": "repair",
    "blank": "exclude",
    "lateral": "exclude",
    "rotated patient": "flag",
    "cropped apex": "flag",
}
"""Each planted fault and its bin."""
LOW = 9.5
"""How much too low the beam of a cropped film is centred, thorax units: apices are off it."""
FILMS, EACH, DRAINS = 60, 2, 5
ILL = ("consolidation", "effusion", "cardiomegaly", "nodule")


@dataclass(frozen=True)
class FaultySheet:
    """Films with the faults that were planted in them.

    Attributes
    ----------
    films : ndarray, (60, S, S) uint8
        As stored, faults included.
    fault : tuple of str
        A key of `FAULTS` for each film, or ''.
    drains : tuple of int
        Sound films with a chest drain.
    """

    films: np.ndarray
    fault: tuple[str, ...]
    drains: tuple[int, ...]

    def banner(self) -> str:
        """Which films these are."""
        return whose.SIMULATED

    def bin(self, name: str) -> tuple[int, ...]:
        """Films that belong into 'repair', 'exclude' or 'flag'."""
        return tuple(i for i, f in enumerate(self.fault) if f and FAULTS[f] == name)

    def with_fault(self, name: str) -> tuple[int, ...]:
        """Films with one fault."""
        return tuple(i for i, f in enumerate(self.fault) if f == name)


@cache
def faulty_sheet(size: int = 192, seed: int = 2) -> FaultySheet:
    """Draw the sheet.

    Parameters
    ----------
    size : int
        Pixels along each side of a film.
    seed : int
        Who is on it, and where the faults lie.
    """
    rng = stream(seed, "faulty sheet")
    planted = [fault for fault in FAULTS for _ in range(EACH)] + ["drain"] * DRAINS
    planted += [""] * (FILMS - len(planted))
    planted = [planted[i] for i in rng.permutation(FILMS)]
    seen: dict[str, int] = {}
    films = []
    for i, fault in enumerate(planted):
        seen[fault] = seen.get(fault, -1) + 1
        films.append(_film(seed * 1000 + i, fault, seen[fault], size))
    drains = tuple(i for i, fault in enumerate(planted) if fault == "drain")
    stack = np.stack(films)
    stack.flags.writeable = False
    return FaultySheet(stack, tuple("" if f == "drain" else f for f in planted), drains)


def _film(seed: int, fault: str, number: int, size: int) -> np.ndarray:
    patient = Patient.sample(seed)
    site = ("Northgate", "Harbour", "Elm Park", "St Anne")[seed % 4]
    exam = Exam.sample(patient, seed, site, devices=None)
    # nothing but the planted fault may be wrong with a film
    steady = {
        name: float(np.clip(getattr(exam, name), -limit, limit))
        for name, limit in (("rotation", 2.5), ("tilt", 1.5), ("inspiration", 1.0))
    }
    exam = exam.changed(**steady)
    rng = stream(seed, "what is on the film")
    found: tuple[Finding, ...] = ()
    if rng.random() < 0.4 and fault in ("", "inverted", "turned"):
        found = (finding(rng, ILL[int(rng.integers(len(ILL)))], 0.5, seed),)
    if fault == "lateral":
        return lateral(seed, size)
    if fault == "blank":
        return _blank(rng, number, size)
    if fault == "drain":
        found = (finding(rng, "pneumothorax", 0.1, seed),)
        exam = exam.changed(devices=(*exam.devices, "chest drain"), drain_side=found[0].side)
    if fault == "cropped apex":
        exam = exam.changed(low=LOW)
    if fault == "rotated patient":
        exam = exam.changed(rotation=(-24.0, 24.0)[number % 2], view="PA", portable_text=False)
    return _spoilt(draw(patient, exam, found, size).image, fault, number)


def _spoilt(film: np.ndarray, fault: str, number: int) -> np.ndarray:
    if fault == "inverted":
        return 255 - film
    if fault == "turned":
        return np.rot90(film, (1, 2)[number % 2]).copy()
    return film


def _blank(rng: np.random.Generator, number: int, size: int) -> np.ndarray:
    """An exposure without a patient: dark, or evenly grey, with noise."""
    level = (14, 150)[number % 2]
    return np.clip(rng.normal(level, 5, (size, size)), 0, 255).astype(np.uint8)
