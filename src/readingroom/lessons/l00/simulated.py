"""The films of lesson 00 that are drawn from seeds, and so are the same in both modes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from readingroom import simulator
from readingroom.lessons.l00.films import SEED, SIZE, kept
from readingroom.simulator.finding import Finding
from readingroom.simulator.mix import finding
from readingroom.simulator.streams import stream

LARGE = 192  # pixels, of films that are only looked at


@dataclass(frozen=True)
class Lesions:
    """Eight simulated films with a consolidation, its outline, and what the networks made of it.

    Attributes
    ----------
    images : ndarray, (8, S, S) uint8
    masks : ndarray, (8, S, S) bool
    scores : ndarray, (seeds, 8)
    heat : ndarray, (8, h, w)
    peaks : ndarray, (8, 2)
        Row and column of each map's hottest point.
    """

    images: np.ndarray
    masks: np.ndarray
    scores: np.ndarray
    heat: np.ndarray
    peaks: np.ndarray

    @property
    def called(self) -> np.ndarray:
        """Which films the networks call ill, (8,) bool."""
        return self.scores.mean(axis=0) >= 0.5

    @property
    def hits(self) -> np.ndarray:
        """In which films the hottest point lies in the outline, (8,) bool."""
        return self.masks[np.arange(len(self.masks)), self.peaks[:, 0], self.peaks[:, 1]]


def lesion_film(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A simulated film with a consolidation, and in two of five an effusion as well.

    Parameters
    ----------
    seed : int
        Patient, exam and findings.

    Returns
    -------
    image : ndarray, (S, S) uint8
    mask : ndarray, (S, S) bool
        Outline of the consolidation.
    """
    rng = stream(seed, "lesion film")
    patient = simulator.Patient.sample(seed, "children" if rng.random() < 0.5 else "adults")
    found = [finding(rng, "consolidation", float(rng.uniform(0.1, 0.9)), seed)]
    if rng.random() < 0.4:
        found.append(finding(rng, "effusion", float(rng.uniform(0.2, 0.8)), seed + 1))
    film = simulator.draw(patient, simulator.Exam.sample(patient, seed), tuple(found), SIZE)
    return film.image, film.masks["consolidation"]


@cache
def lesions() -> Lesions:
    """The eight lesion films with their stored maps, in both modes the same."""
    run = kept("lesions", "simulated")
    images, masks = zip(*map(lesion_film, run["seed"].tolist()), strict=True)
    return Lesions(np.stack(images), np.stack(masks), run["score"], run["heat"], run["peak"])


@dataclass(frozen=True)
class Scope:
    """Ten simulated films with an age beside each: which should never have been sent?

    Attributes
    ----------
    images : ndarray, (10, S, S) uint8
    ages : tuple of int
        Years.
    kinds : tuple of str
        ``in``, ``repair``, ``poor``, ``adult``, ``lateral`` or ``hand``.
    """

    images: np.ndarray
    ages: tuple[int, ...]
    kinds: tuple[str, ...]

    @property
    def out(self) -> set[int]:
        """Films out of scope."""
        return {i for i, kind in enumerate(self.kinds) if kind in ("adult", "lateral", "hand")}


def frontal(
    seed: int, ages: str, ill: bool = False, size: int = LARGE, **exam_fields: Any
) -> tuple[np.ndarray, int]:
    """A simulated frontal film, (size, size) uint8, and the virtual patient's age in years."""
    patient = simulator.Patient.sample(seed, ages)
    view = exam_fields.pop("view", None)
    exam = simulator.Exam.sample(patient, seed, view=view).changed(**exam_fields)
    found = (Finding("consolidation", 0.8, seed=seed),) if ill else ()
    return simulator.draw(patient, exam, found, size).image, int(patient.age)


@cache
def scope_set() -> Scope:
    """The ten films of the scope question."""
    child, adult = "children", "adults"
    inverted, inverted_age = frontal(43, child)
    over, over_age = frontal(46, child, ill=True)
    rows = [
        (*frontal(40, child, ill=True), "in"),
        (*frontal(51, adult, view="PA"), "adult"),
        (simulator.hand(42, LARGE, child=True), 5, "hand"),
        (255 - inverted, inverted_age, "repair"),
        (*frontal(44, child, rotation=13.0, tilt=9.0), "poor"),
        (simulator.lateral(45, LARGE, child=True), 4, "lateral"),
        (over[::-1, ::-1], over_age, "repair"),
        (*frontal(57, adult, ill=True, view="AP"), "adult"),
        (*frontal(48, child), "in"),
        (*frontal(49, child, dose=0.08), "poor"),
    ]
    images, ages, kinds = zip(*rows, strict=True)
    return Scope(np.stack(images), ages, kinds)


NONSENSE = ("as it is", "greys inverted", "upside down", "lying on its side",
            "a lateral (simulated)", "a hand (simulated)", "noise")  # fmt: skip


def gallery(film: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """A film, what may happen to it on its way, and three things that are no frontal film.

    Parameters
    ----------
    film : ndarray, (S, S) uint8

    Returns
    -------
    images : ndarray, (7, S, S) uint8
        In the order of `NONSENSE`; lateral and hand are simulated.
    titles : tuple of str
    """
    size = len(film)
    noise = np.random.default_rng(SEED).integers(0, 256, film.shape).astype(np.uint8)
    images = [
        film,
        255 - film,
        film[::-1, ::-1],
        np.rot90(film),
        simulator.lateral(1, size),
        simulator.hand(1, size),
        noise,
    ]
    return np.stack(images), NONSENSE


@cache
def inverted_film() -> np.ndarray:
    """A simulated child's film with its greys inverted, for the repair, (S, S) uint8."""
    film, _ = frontal(43, "children")
    return 255 - film
