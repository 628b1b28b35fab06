"""Raw data of MR: what the coils measured, before any picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.data import cubes, fetch
from readingroom.data.errors import Damaged, Unreachable
from readingroom.data.origin import SIMULATED, OfFilms, tag_of
from readingroom.data.registry import Source, listing

SET = "brain-kspace"
COILS, ROWS, COLUMNS = 8, 230, 180
CENTRE = 20  # rows and columns to either side, measured without a gap in a drawn stand-in
SHARE = 0.125  # of points measured


@dataclass(frozen=True)
class Raw(OfFilms):
    """One slice.

    Attributes
    ----------
    points : ndarray, (C, H, W) complex64
        Coil, row, column; the centre of k-space in the middle; 0 where nothing was measured.
    films : str
        Banner.
    """

    points: np.ndarray
    films: str

    @property
    def tag(self) -> str:
        """For figures."""
        return tag_of(self.films, "REAL MR")

    @property
    def measured(self) -> np.ndarray:
        """Where any coil measured, (H, W) bool."""
        return np.abs(self.points).sum(axis=0) > 0


def brain(mode: str = "real", registry: Source = None) -> Raw:
    """One slice of a brain, 8 coils, about one point in eight; drawn where it cannot be had.

    Raises
    ------
    Damaged
        The file holds no such array.
    """
    if mode == "real":
        entry = listing(registry)[SET]
        try:
            at = fetch.obtain(entry.files, entry.title)[0]
        except Unreachable:
            pass
        else:
            points = cubes.array(at.path)
            if points.ndim != 3 or points.dtype.kind != "c":
                raise Damaged(f"{at.path.name} holds no raw data of several coils.")
            return Raw(points, f"REAL MR: {entry.title}, {entry.origin}, {entry.licence}")
    return drawn()


def drawn() -> Raw:
    """A head of ovals, seen by eight coils around it, with noise and gaps."""
    rng = np.random.default_rng([11, 8])
    y, x = np.meshgrid(np.linspace(-1, 1, ROWS), np.linspace(-1, 1, COLUMNS), indexing="ij")

    def oval(row: float, column: float, tall: float, wide: float) -> np.ndarray:
        return ((y - row) / tall) ** 2 + ((x - column) / wide) ** 2 < 1

    head = 0.3 * oval(0, 0, 0.85, 0.75) + 0.5 * oval(0, 0, 0.75, 0.64)
    head -= 0.45 * (oval(-0.1, -0.13, 0.25, 0.08) | oval(-0.1, 0.13, 0.25, 0.08))
    head += 0.1 * np.cos(18 * y + 3 * np.sin(9 * x)) * oval(0, 0, 0.72, 0.6)
    around = np.arange(COILS) * 2 * np.pi / COILS
    far = (y - 1.1 * np.sin(around)[:, None, None]) ** 2 + (
        x - 1.1 * np.cos(around)[:, None, None]
    ) ** 2
    seen = head * np.exp(-far / 1.5) * np.exp(1j * (around[:, None, None] + 1.5 * y * x))
    points = np.fft.fftshift(
        np.fft.fft2(np.fft.ifftshift(seen, axes=(1, 2)), norm="ortho"), axes=(1, 2)
    )
    points += (rng.normal(size=points.shape) + 1j * rng.normal(size=points.shape)) * 0.02
    chance = 0.6 * np.exp(-6 * np.hypot(y, x)) + 0.03
    kept = rng.random(chance.shape) < chance * SHARE / chance.mean()
    kept[ROWS // 2 - CENTRE // 2 : ROWS // 2 + CENTRE // 2,
         COLUMNS // 2 - CENTRE // 2 : COLUMNS // 2 + CENTRE // 2] = True  # fmt: skip
    return Raw((points * kept).astype(np.complex64), f"{SIMULATED}: raw data of a drawn head")
