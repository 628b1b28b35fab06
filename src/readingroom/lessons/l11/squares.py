"""Squares of single slices: with a tumour on the left, or with none; and fresh very low counts.

The square is placed so that the tumour's hottest voxel of the slice lies at one place, on the left.
Mirrored, the same tumour lies on the right.
"""

from __future__ import annotations

import numpy as np

from readingroom.data.tumours import Tumour

SIDE = 24  # voxels, as `denoise.SIDE`
LEFT = 6  # column of the hottest voxel
JITTER = 1  # voxels to either side, in training
FRACTION = 0.001  # of the counts: at this level a slice is mostly noise
FREE = 4.0  # SUV: a slice without tumour that shows more is left out (bladder, brain, heart)
APART = 3  # slices between a tumour and what counts as free of it
SMALLEST = 6  # voxels of a tumour in its slice


def with_tumour(one: Tumour) -> np.ndarray:
    """Slices that show the tumour."""
    return np.flatnonzero(one.mask.sum(axis=(1, 2)) >= SMALLEST)


def without(one: Tumour) -> np.ndarray:
    """Slices that lie clear of it."""
    from scipy import ndimage

    near = ndimage.binary_dilation(one.mask.any(axis=(1, 2)), iterations=APART)
    return np.flatnonzero(~near)


def cut(values: np.ndarray, row: int, column: int) -> np.ndarray:
    """A square around a row that begins at a column, (24, 24); the edge is repeated beyond it."""
    wide = np.pad(values, SIDE, mode="edge")
    top = row + SIDE - SIDE // 2
    return wide[top : top + SIDE, column + SIDE : column + 2 * SIDE]


def hottest(one: Tumour, slice_: int) -> tuple[int, int]:
    """Row and column of the tumour's hottest voxel in a slice."""
    inside = np.where(one.mask[slice_], one.suv[slice_], -1)
    row, column = np.unravel_index(int(inside.argmax()), inside.shape)
    return int(row), int(column)


def at_tumour(one: Tumour, slice_: int) -> tuple[int, int]:
    """Row and first column of the square that has the tumour on its left."""
    row, column = hottest(one, slice_)
    return row, column - LEFT


def in_middle(one: Tumour) -> tuple[int, int]:
    """Row and first column of the square in the middle of the volume."""
    _, rows, columns = one.suv.shape
    return rows // 2, max(0, (columns - SIDE) // 2)


def example(
    one: Tumour, low: np.ndarray, kind: str, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray] | None:
    """One training pair, low counts and all, (24, 24) each; None where the draw does not fit.

    Parameters
    ----------
    one : Tumour
    low : ndarray, (D, H, W)
        The same volume with very few counts.
    kind : "no tumours", "tumours left" or "both"
        What the network is to see; "both" has tumours on either side and slices with none.
    rng : numpy Generator
    """
    tumour = kind == "tumours left" or (kind == "both" and rng.random() < 0.5)
    slices = with_tumour(one) if tumour else without(one)
    if not len(slices):
        return None
    at = int(rng.choice(slices))
    row, column = at_tumour(one, at) if tumour else in_middle(one)
    spread = JITTER if tumour else 4
    row, column = (int(n + rng.integers(-spread, spread + 1)) for n in (row, column))
    pair = cut(low[at], row, column), cut(one.suv[at], row, column)
    if not tumour and pair[1].max() > FREE:
        return None
    if kind != "tumours left" and rng.random() < 0.5:
        pair = pair[0][:, ::-1], pair[1][:, ::-1]
    return pair
