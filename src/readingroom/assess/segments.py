"""How well two outlines of the same thing agree: overlap, distance of surfaces, volume."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ONE_MM = (1.0, 1.0, 1.0)


def _two(one: object, other: object) -> tuple[np.ndarray, np.ndarray]:
    first, second = (np.asarray(mask).astype(bool) for mask in (one, other))
    if first.shape != second.shape:
        raise ValueError(f"the masks differ in shape: {first.shape} and {second.shape}")
    return first, second


def dice(one: object, other: object) -> float:
    """Overlap of two masks: twice what both hold, over the sum of what each holds (Dice 1945).

    Parameters
    ----------
    one, other : array-like of bool, same shape

    Raises
    ------
    ValueError
        The shapes differ, or both masks are empty: then there is nothing to agree about.
    """
    first, second = _two(one, other)
    both = int(first.sum()) + int(second.sum())
    if not both:
        raise ValueError("both masks are empty, so there is no overlap to speak of")
    return 2 * int((first & second).sum()) / both


def iou(one: object, other: object) -> float:
    """What both masks hold, over what either holds (Jaccard 1912); parameters as `dice`."""
    found = dice(one, other)
    return found / (2 - found)


def _edge(mask: np.ndarray) -> np.ndarray:
    """Voxels of a mask that touch its outside; the border of the picture is outside."""
    from scipy import ndimage

    return mask & ~ndimage.binary_erosion(mask)


def _distances(
    one: object, other: object, spacing: Sequence[float]
) -> tuple[np.ndarray, np.ndarray]:
    """Millimetres from each surface voxel of one mask to the nearest of the other; both ways."""
    from scipy import ndimage

    first, second = _two(one, other)
    if not first.any() or not second.any():
        raise ValueError("a mask is empty, so it has no surface to measure from")
    # far from both masks nothing is asked, and a distance map of all of it would be slow
    places = np.nonzero(first | second)
    cut = tuple(slice(at.min(), at.max() + 1) for at in places)
    edges = [_edge(np.pad(mask[cut], 1)) for mask in (first, second)]
    away = [ndimage.distance_transform_edt(~edge, sampling=spacing) for edge in edges]
    return away[1][edges[0]], away[0][edges[1]]


def surface_distance(one: object, other: object, spacing: Sequence[float] = ONE_MM) -> float:
    """Mean distance of two surfaces, both ways (average symmetric surface distance), mm.

    Parameters
    ----------
    one, other : array-like of bool, same shape
    spacing : sequence of float
        Millimetres along each axis.

    Raises
    ------
    ValueError
        The shapes differ or a mask is empty.
    """
    return float(np.concatenate(_distances(one, other, spacing)).mean())


def hausdorff(
    one: object, other: object, spacing: Sequence[float] = ONE_MM, percentile: float = 100
) -> float:
    """Farthest distance of two surfaces, mm, or its percentile; the larger of both ways.

    Parameters
    ----------
    one, other, spacing
        See `surface_distance`.
    percentile : float
        95 leaves out the farthest twentieth.
    """
    return float(max(np.percentile(way, percentile) for way in _distances(one, other, spacing)))


def volume(mask: object, spacing: Sequence[float] = ONE_MM) -> float:
    """Volume of a mask, mm³ for a spacing in mm."""
    return float(np.asarray(mask).astype(bool).sum() * np.prod(spacing))


def volume_error(found: object, truth: object) -> float:
    """By what share of the true volume a mask is too large; negative where too small.

    Raises
    ------
    ValueError
        The true mask is empty.
    """
    first, second = _two(found, truth)
    if not second.any():
        raise ValueError("the true mask is empty, so no share of it can be taken")
    return float(first.sum() / second.sum() - 1)
