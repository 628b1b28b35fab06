"""Pulmonary nodules as cubes of voxels, each with the region that half of its readers agree on."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from readingroom.data import cubes, fetch
from readingroom.data.errors import DataError, Unreachable
from readingroom.data.origin import SIMULATED, OfFilms, tag_of
from readingroom.data.registry import Source, listing
from readingroom.data.volumes import Volume

SET = "lidc-nodules"
VOXEL = (1.0, 1.0, 1.0)  # mm
MANY = 45


@dataclass(frozen=True)
class Nodule(OfFilms):
    """One nodule.

    Attributes
    ----------
    name : str
        The origin's name of the cube, such as ``9_nod2_ann0``.
    image : ndarray, (51, 51, 51) float32, 0 to 1
        Axial slices from the feet up, rows from front to back, columns from the patient's right.
    mask : ndarray, (51, 51, 51) bool
    films : str
        Banner.
    """

    name: str
    image: np.ndarray
    mask: np.ndarray
    films: str

    @property
    def tag(self) -> str:
        """For figures."""
        return tag_of(self.films, "REAL CT")

    def volume(self) -> Volume:
        """To scroll and measure."""
        return Volume(self.image, VOXEL, films=self.films)


def names(registry: Source = None) -> tuple[str, ...]:
    """The cubes there are, in the order of LIDC-IDRI's patients; one patient each."""
    source = listing(registry)
    files = source.files(source[SET])
    return tuple(
        f.path.rsplit("/", 1)[1].removesuffix(".npy") for f in files if "/images/" in f.path
    )


def load(
    wanted: Sequence[str] | None = None, mode: str = "real", registry: Source = None
) -> list[Nodule]:
    """Nodules by name; simulated ones stand in where the cubes cannot be had.

    Parameters
    ----------
    wanted : sequence of str, optional
        Only these are fetched, about 2 MB each; None is all 45.
    mode : str
        With "real" they are fetched where they are not on this machine; any other mode draws.

    Raises
    ------
    DataError
        There is no nodule of that name, or a file is damaged.
    """
    chosen = tuple(wanted) if wanted is not None else names(registry)
    if mode == "real":
        unknown = set(chosen) - set(names(registry))
        if unknown:
            raise DataError(
                f"There is no nodule {', '.join(sorted(unknown))}; see data.nodules.names()."
            )
        with contextlib.suppress(Unreachable):
            return _real(chosen, registry)
    return [drawn(name) for name in chosen]


def _real(chosen: tuple[str, ...], registry: Source) -> list[Nodule]:
    source = listing(registry)
    entry = source[SET]
    files = {file.path: file for file in source.files(entry)}
    pairs = [[files[f"{entry.folder}/{kind}/{name}.npy"] for kind in ("images", "masks")]
             for name in chosen]  # fmt: skip
    flat = [file for pair in pairs for file in pair]
    located = dict(zip((f.path for f in flat), fetch.obtain(flat, entry.title), strict=True))
    out = []
    for name, (image, mask) in zip(chosen, pairs, strict=True):
        at = located[image.path]
        films = f"REAL CT: {entry.title}{', rebuilt' if at.rebuilt else ''}"
        values = _steps(at, "image") / np.float32(cubes.STEPS)
        region = _steps(located[mask.path], "mask") > 0
        out.append(Nodule(name, _axial(values), _axial(region), films))
    return out


def _steps(at: fetch.Located, member: str) -> np.ndarray:
    """A cube from the origin's file, or from a mirror's, which keeps both of a nodule in one."""
    return cubes.steps(cubes.array(at.path, member))


def _axial(cube: np.ndarray) -> np.ndarray:
    """From the origin's row, column, slice to slice, row, column."""
    return np.ascontiguousarray(np.moveaxis(cube, 2, 0))


@cache
def drawn(name: str) -> Nodule:
    """A simulated nodule in the place of a real one: the same for everybody, by its name."""
    from readingroom.simulator import cubes as simulated

    number = zlib.crc32(name.encode())
    rng = np.random.default_rng([12, number, 1])
    diameter = float(np.exp(rng.normal(2.25, 0.38)))  # about 10 mm, as the real ones
    image, mask = simulated.cube(number, float(np.clip(diameter, 5, 26)), bool(rng.random() < 0.3))
    return Nodule(name, image, mask, f"{SIMULATED}: nodules in simulated lung")
