"""FDG-PET around soft-tissue sarcomas: SUV, and the tumour as a published set outlines it."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from readingroom.data import fetch, nifti
from readingroom.data.errors import DataError, Unreachable
from readingroom.data.origin import SIMULATED, OfFilms, tag_of
from readingroom.data.registry import Source, listing
from readingroom.data.volumes import Volume

SET = "sts-pet"
MANY = 51
PARTS = ("PET_image.nii.gz", "PET_mask.nii.gz")


@dataclass(frozen=True)
class Tumour(OfFilms):
    """One tumour of one patient, and 5 cm around it.

    Attributes
    ----------
    name : str
        The origin's name of the patient, such as ``STS_001``.
    suv : ndarray, (D, H, W) float32
        Axial slices from the feet up, rows from front to back, columns from the patient's right.
    mask : ndarray, (D, H, W) bool
        The tumour.
    spacing : tuple of float
        Millimetres from slice to slice, row to row, column to column.
    films : str
        Banner.
    """

    name: str
    suv: np.ndarray
    mask: np.ndarray
    spacing: tuple[float, float, float]
    films: str

    @property
    def tag(self) -> str:
        """For figures."""
        return tag_of(self.films, "REAL PET")

    @property
    def ml(self) -> float:
        """Volume of the tumour, millilitres."""
        return float(self.mask.sum() * np.prod(self.spacing) / 1000)

    def volume(self, values: np.ndarray | None = None) -> Volume:
        """To scroll: its SUV, or other values on the same grid."""
        shown = self.suv if values is None else np.asarray(values, np.float32)
        return Volume(shown, self.spacing, "SUV", films=self.films)


def names() -> tuple[str, ...]:
    """The tumours there are, one patient each, as the origin numbers them."""
    return tuple(f"STS_{number:03d}" for number in range(1, MANY + 1))


def load(
    wanted: Sequence[str] | None = None, mode: str = "real", registry: Source = None
) -> list[Tumour]:
    """Tumours by name; simulated ones stand in where they cannot be had.

    Parameters
    ----------
    wanted : sequence of str, optional
        Only these are fetched, about 0.3 MB each; None is all 51.
    mode : str
        With "real" they are fetched where they are not on this machine; any other mode draws.

    Raises
    ------
    DataError
        There is no tumour of that name, or a file is damaged.
    """
    chosen = tuple(wanted) if wanted is not None else names()
    unknown = set(chosen) - set(names())
    if unknown:
        raise DataError(
            f"There is no tumour {', '.join(sorted(unknown))}; see data.tumours.names()."
        )
    if mode == "real":
        with contextlib.suppress(Unreachable):
            return _real(chosen, registry)
    return [drawn(name) for name in chosen]


def _real(chosen: tuple[str, ...], registry: Source) -> list[Tumour]:
    source = listing(registry)
    entry = source[SET]
    files = {file.path: file for file in source.files(entry)}
    flat = [files[f"{entry.folder}/{name}/{part}"] for name in chosen for part in PARTS]
    located = fetch.obtain(flat, entry.title)
    out = []
    for k, name in enumerate(chosen):
        image, outline = located[2 * k : 2 * k + 2]
        films = f"REAL PET: {entry.title}{', rebuilt' if image.rebuilt else ''}"
        suv, mask = nifti.volume(image.path, "SUV"), nifti.volume(outline.path)
        if suv.values.shape != mask.values.shape:
            raise DataError(f"The outline of {name} does not fit its picture.")
        out.append(Tumour(name, suv.values.astype(np.float32), mask.values > 0, suv.spacing, films))
    return out


@cache
def drawn(name: str) -> Tumour:
    """A simulated tumour in the place of a real one: the same for everybody, by its name."""
    from readingroom.simulator import tumours as simulated

    suv, mask = simulated.tumour(zlib.crc32(name.encode()))
    return Tumour(name, suv, mask, simulated.SPACING, f"{SIMULATED}: tumours in simulated tissue")
