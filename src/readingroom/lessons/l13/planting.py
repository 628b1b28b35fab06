"""What is planted into copies of one examination: a tear, a bleed, bulges on vessels.

None of it is disease. Each copy also gets fresh noise, which is added and called so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.data.volumes import Volume

VESSEL = 60.0  # grey from which a voxel of the angiogram counts as vessel
THIN, THICK = 0.9, 2.8  # mm: radius of a branch that may carry a bulge
EDGE = 0.35  # mm over which the wall of a bulge blurs
FREE = 0.25  # at most this share of a bulge's surroundings is vessel already
NEXT = 12.0  # mm between two bulges
TRIES = 400


def tear(
    plane: np.ndarray, at: tuple[float, float], strength: float, slope: float, length: float = 7.0
) -> np.ndarray:
    """A copy of a slice with a bright oblique line in it.

    Parameters
    ----------
    plane : ndarray, (H, W)
    at : (row, column)
        Middle of the line, pixels.
    strength : float
        What the line adds at its middle, in the slice's own grey.
    slope : float
        Angle against a row, radians.
    length : float
        Pixels.
    """
    rows, columns = np.mgrid[: plane.shape[0], : plane.shape[1]]
    down, across = rows - at[0], columns - at[1]
    along = across * np.cos(slope) + down * np.sin(slope)
    beside = down * np.cos(slope) - across * np.sin(slope)
    shape = np.exp(-0.5 * (beside / 0.8) ** 2) * np.exp(-((np.abs(along) / (length / 2)) ** 6))
    return plane + strength * shape


def moved(plane: np.ndarray, down: float, across: float) -> np.ndarray:
    """A slice moved by parts of a pixel, as one more sitting in the coil would."""
    from scipy import ndimage

    return ndimage.shift(plane, (down, across), order=1, mode="nearest")


def bleed(
    head: Volume, centre: tuple[float, float, float], half: tuple[float, float, float]
) -> np.ndarray:
    """Where a planted ellipsoid lies in a head, (D, H, W) bool.

    Parameters
    ----------
    centre : (mm along the stack, row, column)
    half : (mm, mm, mm)
        Half axes along the stack, down and across.
    """
    at = np.array(head.positions)[:, None, None]
    rows, columns = np.mgrid[: head.values.shape[1], : head.values.shape[2]]
    down, across = head.spacing[1:]
    return (
        ((at - centre[0]) / half[0]) ** 2
        + ((rows - centre[1]) * down / half[1]) ** 2
        + ((columns - centre[2]) * across / half[2]) ** 2
    ) <= 1


@dataclass(frozen=True)
class Branches:
    """Places on branches of an angiogram that may carry a bulge.

    Attributes
    ----------
    values : ndarray, (D, H, W) float32
    spacing : (float, float, float)
        mm
    places : ndarray, (N, 3) int
        Middles of branches, voxels.
    radius : ndarray, (N,)
        Of the branch there, mm.
    """

    values: np.ndarray
    spacing: tuple[float, float, float]
    places: np.ndarray
    radius: np.ndarray


def branches(values: np.ndarray, spacing: tuple[float, float, float]) -> Branches:
    """Find the middles of thin branches.

    Parameters
    ----------
    values : ndarray, (D, H, W)
    spacing : (float, float, float)
        mm
    """
    from scipy import ndimage

    inside = ndimage.distance_transform_edt(values >= VESSEL, sampling=spacing)
    middle = (inside == ndimage.maximum_filter(inside, 3)) & (inside >= THIN) & (inside <= THICK)
    places = np.argwhere(middle)
    return Branches(
        np.asarray(values, np.float32), spacing, places, inside[tuple(places.T)].astype(float)
    )


@dataclass(frozen=True)
class Spot:
    """Where a bulge goes: its middle (voxels) and the grey of the branch that carries it."""

    centre: np.ndarray
    grey: float


def _ball(
    shape: tuple[int, ...], spacing: np.ndarray, centre: np.ndarray, reach: float
) -> tuple[tuple[slice, ...], np.ndarray]:
    """A small block around a point, and the millimetres of each of its voxels from it."""
    low = np.maximum(np.floor(centre - reach / spacing), 0).astype(int)
    high = np.minimum(np.ceil(centre + reach / spacing) + 1, shape).astype(int)
    cut = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    return cut, np.linalg.norm((np.stack(np.mgrid[cut], -1) - centre) * spacing, axis=-1)


def room(
    found: Branches, diameter: float, rng: np.random.Generator, away: np.ndarray, margin: int = 10
) -> Spot:
    """A place beside a branch where a bulge hangs into the dark.

    Parameters
    ----------
    found : Branches
    diameter : float
        mm
    away : ndarray, (K, 3)
        Middles of other bulges, voxels; a new one keeps 12 mm off.
    margin : int
        Voxels from the border that stay free.

    Raises
    ------
    ValueError
        No branch of this piece has room for it.
    """
    spacing, size = np.array(found.spacing), np.array(found.values.shape)
    for _ in range(TRIES):
        k = int(rng.integers(len(found.places)))
        turn = rng.normal(size=3)
        turn /= np.linalg.norm(turn)
        centre = found.places[k] + turn * (0.4 * found.radius[k] + 0.42 * diameter) / spacing
        if (centre < margin).any() or (centre > size - 1 - margin).any():
            continue
        if len(away) and np.linalg.norm((away - centre) * spacing, axis=1).min() < NEXT:
            continue
        cut, far = _ball(found.values.shape, spacing, centre, diameter / 2 + 2)
        if (found.values[cut][far <= diameter / 2 + 1] >= VESSEL).mean() > FREE:
            continue
        near = tuple(slice(p - 2, p + 3) for p in found.places[k])
        return Spot(centre, float(np.percentile(found.values[near], 90)))
    raise ValueError("no branch of this piece has room for a bulge of that size")


def bulge(
    values: np.ndarray,
    spacing: tuple[float, float, float],
    centre: np.ndarray,
    diameter: float,
    grey: float,
) -> np.ndarray:
    """A copy of an angiogram with a round bulge in it.

    Parameters
    ----------
    values : ndarray, (D, H, W)
    spacing : (float, float, float)
        mm
    centre : ndarray, (3,)
        Voxels.
    diameter : float
        mm
    grey : float
        Of its blood, as in the branch beside it.
    """  # fmt: skip
    cut, far = _ball(values.shape, np.array(spacing), np.asarray(centre), diameter / 2 + 2)
    out = values.copy()
    out[cut] = np.maximum(out[cut], grey / (1 + np.exp((far - diameter / 2) / EDGE)))
    return out
