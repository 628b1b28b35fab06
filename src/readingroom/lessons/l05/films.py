"""Lesson 05's films: simulated, with one finding and its true outline, the same for a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from readingroom import simulator
from readingroom.assess import whose
from readingroom.assess.whose import kept
from readingroom.models.findings import FINDINGS
from readingroom.simulator.mix import finding
from readingroom.simulator.streams import stream

SIZE = 128
SEVERITY = {
    "consolidation": (0.3, 0.9),
    "effusion": (0.2, 0.9),
    "nodule": (0.1, 1.0),
    "pneumothorax": (0.2, 0.9),
}
EIGHT = (
    ("effusion", 0), ("consolidation", 1), ("nodule", 2), ("pneumothorax", 3),
    ("consolidation", 4), ("nodule", 5), ("pneumothorax", 6), ("effusion", 7),
)  # fmt: skip
"""Finding and patient of the films on which the learner draws boxes."""
MASS_MM = 36.0
FILMS = 40  # for each finding, of those that the pointing game is played on
DRAINED = 120  # films among which eight with a drain are found
BLUR = 12.0  # pixels, of the blurred baseline
PLACES = ("Northgate", "Harbour", "Elm Park", "St Anne")


@dataclass(frozen=True)
class Targets:
    """Films, what is on them, and where.

    Attributes
    ----------
    images : ndarray, (N, H, W) uint8
    masks : ndarray, (N, H, W) bool
        Outline of the finding; empty on a film without any.
    lungs : ndarray, (N, H, W) bool
    devices : ndarray, (N, H, W) bool
        Pixels covered by any device or letter.
    kind : ndarray, (N,) of str
        One of the findings, or ``""``.
    spacing_mm, diameter_mm : ndarray, (N,)
        Pixel size; diameter of a nodule, else 0.
    films : tuple of simulator.Film
        What each was drawn from, so that a twin can be drawn.
    """

    images: np.ndarray
    masks: np.ndarray
    lungs: np.ndarray
    devices: np.ndarray
    kind: np.ndarray
    spacing_mm: np.ndarray
    diameter_mm: np.ndarray
    films: tuple

    @property
    def output(self) -> np.ndarray:
        """Which output of the network belongs to each film's finding, (N,) int; -1 for none."""
        return np.array([FINDINGS.index(k) if k else -1 for k in self.kind])

    def banner(self) -> str:
        """Which films these are."""
        return whose.SIMULATED

    def some(self, rows) -> Targets:
        """Only some of the films, in the order given."""
        rows = np.arange(len(self.kind))[rows]
        arrays = {
            name: getattr(self, name)[rows]
            for name in (
                "images", "masks", "lungs", "devices", "kind", "spacing_mm", "diameter_mm"
            )
        }  # fmt: skip
        return Targets(**arrays, films=tuple(self.films[i] for i in rows))


def film(
    kind: str, seed: int, devices: tuple[str, ...] | None = (), size_mm: float = 0.0, **exam
) -> simulator.Film:
    """One adult's film with one finding, or none where `kind` is empty.

    Parameters
    ----------
    kind : str
        One of `readingroom.models.FINDINGS` or ``""``.
    seed : int
        The patient; nobody of the training films has a seed as high.
    devices : tuple of str or None
        Devices on the film; None for what such a patient tends to carry.
    size_mm : float
        Diameter of a nodule; 0 lets severity decide.
    **exam
        Further fields of `simulator.Exam`.
    """
    patient = simulator.Patient.sample(50_000_000 + seed)
    rng = stream(patient.seed, "explain")
    place = PLACES[int(rng.integers(len(PLACES)))]
    view = "AP" if devices else None
    taken = simulator.Exam.sample(patient, patient.seed, place, view, devices)
    found = ()
    if kind:
        cause = finding(rng, kind, float(rng.uniform(*SEVERITY[kind])), patient.seed)
        if cause.side == "both":
            cause = replace(cause, side="right")
        found = (replace(cause, size_mm=size_mm),)
        taken = taken.changed(drain_side=cause.side)
    return simulator.draw(patient, taken.changed(**exam), found, SIZE)


def gather(films: list[simulator.Film]) -> Targets:
    """Put drawn films together."""
    kinds = [film.findings[0].kind if film.findings else "" for film in films]
    blank = np.zeros((SIZE, SIZE), bool)
    return Targets(
        images=np.stack([film.image for film in films]),
        masks=np.stack(
            [film.masks[kind] if kind else blank for film, kind in zip(films, kinds, strict=True)]
        ),
        lungs=np.stack([film.lung for film in films]),
        devices=np.stack([_covered(film, blank) for film in films]),
        kind=np.array(kinds),
        spacing_mm=np.array([film.spacing_mm for film in films]),
        diameter_mm=np.array(
            [film.findings[0].diameter_mm if k == "nodule" else 0.0
             for film, k in zip(films, kinds, strict=True)]
        ),
        films=tuple(films),
    )  # fmt: skip


def _covered(film: simulator.Film, blank: np.ndarray) -> np.ndarray:
    """Pixels under a device or a letter."""
    out = blank.copy()
    for mask in film.devices.values():
        out |= mask
    for row0, row1, column0, column1 in film.boxes.values():
        out[row0:row1, column0:column1] = True
    return out


def films_with(kind: str, n: int, first: int = 0, **how) -> Targets:
    """`n` films with one finding, patients `first`, `first` + 1 and so on; see `film`."""
    start = 10_000 * ((*FINDINGS, "").index(kind) + 1) + first
    return gather([film(kind, start + i, **how) for i in range(n)])


@kept
def eight_films() -> Targets:
    """Eight films with one clear finding each."""
    return gather(
        [film(kind, 60_000 + i, size_mm=MASS_MM if kind == "nodule" else 0.0) for kind, i in EIGHT]
    )


def boxes_around(masks: np.ndarray) -> list[tuple[int, int, int, int]]:
    """A box around the thickest place of each outline, (row0, row1, column0, column1)."""
    out = []
    for mask in masks:
        depth = ndimage.distance_transform_edt(mask)
        row, column = np.unravel_index(depth.argmax(), mask.shape)
        half = max(5, round(1.5 * depth.max()))
        low, high = (max(0, int(x) - half) for x in (row, column)), mask.shape[0] - 1
        row0, column0 = low
        out.append((row0, min(high, int(row) + half), column0, min(high, int(column) + half)))
    return out


def unpacked(bits: np.ndarray) -> np.ndarray:
    """Packed outlines, (N, H, W / 8) uint8, as (N, H, W) bool."""
    return np.unpackbits(bits, axis=2).astype(bool)


def scored_films() -> Targets:
    """The films that lesson 05 scores: `FILMS` with each finding, and as many without any."""
    films = [films_with(kind, FILMS).films for kind in (*FINDINGS, "")]
    return gather([film for part in films for film in part])


def localise_films(numbers) -> Targets:
    """Some of the films of the stored run ``localise``, drawn again."""
    kinds = (*FINDINGS, "")
    places = [divmod(int(number), FILMS) for number in numbers]
    films = [films_with(kinds[kind], 1, first=i).films[0] for kind, i in places]
    return gather(films)


def one_film() -> np.ndarray:
    """The film whose attributions are added up, (1, H, W) uint8."""
    return films_with("consolidation", 1, first=700).images


def drained(n: int = DRAINED, first: int = 2000) -> Targets:
    """Pneumothoraces with a drain beside them."""
    return films_with("pneumothorax", n, first=first, devices=("chest drain",))


def opacities(n: int, first: int = 0) -> Targets:
    """Consolidations, among which a nodule is called now and then."""
    return films_with("consolidation", n, first=first)


def blurred(films: np.ndarray) -> np.ndarray:
    """Films without any detail: the second baseline, (N, H, W) uint8."""
    return ndimage.gaussian_filter(films, (0, BLUR, BLUR)).astype(np.uint8)
