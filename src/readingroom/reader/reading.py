"""`read_film`: one film in, the networks' reading of it out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from readingroom.data import choice, films, origin, spelling
from readingroom.data.errors import DataError
from readingroom.reader import networks as panels
from readingroom.show.reading import reading

NOT_FOR_CLINICAL_USE = "For teaching. Never for clinical use."
SHOWN = 512  # pixels; the film as it is shown, larger than the networks see it
SMALLEST = 28  # pixels
LONGEST = 3.0  # long side over short side
ADULT = 18  # years
WORDS = {
    "adult": "This patient is {age:g} years old: the networks have only seen children.",
    "not_ap": "This film is {view}: the networks have only seen AP films.",
    "absent": "The file does not say: {absent}. The networks have only seen AP films of children.",
    "use": "{name}: {problem}. Use a PNG, a JPEG, or a DICOM file with one picture.",
    "too_small": "This is {long} x {short} pixels; a film needs at least {smallest}.",
    "strip": "This is {long} x {short} pixels, a strip; crop it to one film.",
    "flat": "Every pixel has the same grey: this picture is blank.",
}
"""What the reader says of a film, on the book's page too; gaps are filled as by `str.format`."""


class NoFilm(DataError):
    """This cannot be read as a film; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What the networks made of one film.

    Attributes
    ----------
    film : ndarray, (S, S) uint8
        The film as shown, its central square.
    seen : ndarray, (128, 128) uint8
        The film as the networks saw it.
    scores : ndarray, (seeds,)
        One score for each network, 0 to 1: a rank, no probability.
    heat : ndarray, (h, w) float32
        What spoke for a high score, on the networks' own coarse grid.
    finding, networks : str
        What a high score says, and whose it is.
    milliseconds : float
        From the grey values to scores and map.
    out_of_scope : tuple of str
        Why this is no film for these networks, or why nobody can tell; shown above the score.
    notes : tuple of str
        What else a careful reader should know before looking at the score.
    tag : str
        Kind of film, for below its picture.
    """

    film: np.ndarray
    seen: np.ndarray
    scores: np.ndarray
    heat: np.ndarray
    finding: str
    networks: str
    milliseconds: float
    out_of_scope: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    tag: str = ""

    @property
    def score(self) -> float:
        """Mean of the networks."""
        return float(self.scores.mean())

    @property
    def spread(self) -> tuple[float, float]:
        """Lowest and highest of the networks."""
        return float(self.scores.min()), float(self.scores.max())

    @property
    def spread_said(self) -> str:
        """The spread in words: ``5 networks: 0.73 to 0.88``."""
        low, high = self.spread
        n = len(self.scores)
        return f"{n} networks: {low:.2f} to {high:.2f}" if n > 1 else "one network"

    def __str__(self) -> str:
        first = f"OUT OF SCOPE. {' '.join(self.out_of_scope)} " if self.out_of_scope else ""
        return (
            f"{first}score for {self.finding} {self.score:.2f} ({self.spread_said}), "
            f"{self.milliseconds:.0f} ms. {NOT_FOR_CLINICAL_USE}"
        )

    def show(self, title: str = "") -> None:
        """Show film, heat map and scores as one figure."""
        reading(self, title)


def read_film(film: Any, networks: str | None = None) -> Reading:
    """Read one film: a score, its spread over the networks, and a heat map.

    Parameters
    ----------
    film : path or ndarray
        A PNG, JPEG or DICOM file, or (H, W) grey values with air dark: uint8 as they are, any
        other numbers spread from their darkest to their brightest.
    networks : str, optional
        ``children-128`` or ``simulated-128``. By default a file is read by the former, and an
        array by the networks of the films that the lesson works with.

    Returns
    -------
    Reading

    Raises
    ------
    NoFilm
        One sentence: what cannot be read, and what to do.
    """
    is_file = isinstance(film, (str, Path))
    pixels, scope, notes = _from_file(Path(film)) if is_file else (_from_array(film), [], [])
    if networks is None:
        panel = panels.of_mode(None if is_file else _mode())
    elif networks in panels.PANELS:
        panel = panels.PANELS[networks]
    else:
        raise NoFilm(f"There are no networks {networks!r}; use {' or '.join(panels.PANELS)}.")
    _legible(pixels)
    panels.networks(panel.name)  # loading them is no part of reading a film
    start = time.perf_counter()
    seen = _squared(pixels, panels.SIZE)
    scores, heat = panels.read(panel, seen)
    milliseconds = 1000 * (time.perf_counter() - start)
    shown = _squared(pixels, min(SHOWN, min(pixels.shape)))
    tag = "YOUR FILM" if is_file else _tag()
    return Reading(
        shown, seen, scores, heat, panel.finding, panel.name, milliseconds, tuple(scope),
        tuple(notes), tag,
    )  # fmt: skip


def _squared(pixels: np.ndarray, size: int) -> np.ndarray:
    return films.squared(pixels, size)


def _mode() -> str | None:
    return choice.mode()


def _tag() -> str:
    return origin.tag()


def _from_file(path: Path) -> tuple[np.ndarray, list[str], list[str]]:
    """Grey values of a file, why it may be out of scope, and what else its header says."""
    try:
        found = films.read(spelling.there(path))
    except (films.Unreadable, ValueError) as problem:  # a name may hold what no name can
        raise NoFilm(WORDS["use"].format(name=path.name, problem=problem)) from None
    scope, notes = [], []
    age, view = found.facts.get("age"), found.facts.get("view")
    if age is not None and age >= ADULT:
        scope.append(WORDS["adult"].format(age=age))
    if view in ("lateral", "PA"):
        scope.append(WORDS["not_ap"].format(view=view))
    if age is None or view is None:
        absent = " and ".join(what for what, fact in (("age", age), ("view", view)) if fact is None)
        notes.append(WORDS["absent"].format(absent=absent))
    if found.identifying:
        notes.append("The file still names its patient; it stays on this machine.")
    notes += [f"About the file: {remark}." for remark in found.remarks]
    return found.pixels, scope, notes


def _from_array(film: Any) -> np.ndarray:
    pixels = np.asarray(film)
    if pixels.ndim != 2 or pixels.dtype.kind not in "uif":
        raise NoFilm(
            f"A film is a table of grey values with rows and columns; this has {pixels.ndim} "
            f"axes of {pixels.dtype.name}. Give one film, not a stack, and no colours."
        )
    return pixels if pixels.dtype == np.uint8 else films.spread(pixels)


def _legible(pixels: np.ndarray) -> None:
    """Refuse what has no picture in it; what is in the picture is nobody's concern here."""
    short, long = sorted(pixels.shape)
    if short < SMALLEST:
        raise NoFilm(WORDS["too_small"].format(long=long, short=short, smallest=SMALLEST))
    if long > LONGEST * short:
        raise NoFilm(WORDS["strip"].format(long=long, short=short))
    if pixels.min() == pixels.max():
        raise NoFilm(WORDS["flat"])
