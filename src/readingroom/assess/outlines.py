"""Outlines drawn slice by slice: long and short axis, area, volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Contour:
    """One closed outline in one slice.

    Attributes
    ----------
    level : float
        Place of the slice, mm.
    points : ndarray, (N, 2)
        Corners in order, mm; the last need not repeat the first.
    included : bool
        False where the outline cuts a hole.
    """

    level: float
    points: np.ndarray
    included: bool = True


@dataclass(frozen=True)
class Size:
    """How large an outlined lesion is.

    Attributes
    ----------
    long_axis, short_axis : float
        Of the slice with the longest diameter, mm; the short one stands at a right angle to it.
    volume : float
        mm³.
    slices : int
    """

    long_axis: float
    short_axis: float
    volume: float
    slices: int

    @property
    def mean_axis(self) -> float:
        """Mean of long and short axis, the diameter that rules speak of, mm."""
        return (self.long_axis + self.short_axis) / 2


def area(points: object) -> float:
    """Area inside a closed outline, (N, 2); the shoelace formula."""
    x, y = np.asarray(points, float).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def axes(points: object) -> tuple[float, float]:
    """Longest diameter of an outline, and its largest width at a right angle to that.

    Parameters
    ----------
    points : array-like, (N, 2)
        Corners; of a hollow outline the convex hull is taken, as a calliper would.

    Returns
    -------
    long, short : float
        In the unit of the points; 0 for a single point, and a short axis of 0 for a line.
    """
    from scipy.spatial.distance import pdist, squareform

    held = np.unique(np.asarray(points, float), axis=0)
    if len(held) < 2:
        return 0.0, 0.0
    apart = squareform(pdist(held))
    i, j = np.unravel_index(int(apart.argmax()), apart.shape)
    along = (held[j] - held[i]) / apart[i, j]
    # turned so that the long axis lies along the first coordinate
    turned = (held - held[i]) @ np.array([[along[0], -along[1]], [along[1], along[0]]])
    return float(apart[i, j]), _widest(turned)


def _widest(points: np.ndarray) -> float:
    """Largest extent along the second coordinate at one place of the first; (N, 2)."""
    at = np.unique(points[:, 0])
    upper = np.interp(at, *_chain(points, 1).T)
    lower = np.interp(at, *_chain(points, -1).T)
    return float((upper - lower).max())


def _chain(points: np.ndarray, side: int) -> np.ndarray:
    """Upper (1) or lower (-1) half of the convex hull, from left to right (Andrew 1979)."""
    order = points[np.lexsort((points[:, 1], points[:, 0]))]
    chain: list[np.ndarray] = []
    for point in order:
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2], chain[-1]
            turn = (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)
            if turn * side < 0:
                break
            chain.pop()
        chain.append(point)
    return np.array(chain)


def size(contours: Sequence[Contour], step: float) -> Size:
    """Size of a lesion from its outlines.

    Parameters
    ----------
    contours : sequence of Contour
    step : float
        Millimetres from slice to slice. Each outline counts for one step: coarse where few slices
        show a lesion.

    Raises
    ------
    ValueError
        No outline encloses anything, or the step is not above 0.
    """
    held = [one for one in contours if one.included and len(one.points)]
    if not held:
        raise ValueError("there is no outline to measure")
    if not step > 0:
        raise ValueError(f"slices lie {step} mm apart: a distance is above 0")
    long_axis, short_axis = _longest([one.points for one in held])
    inside = sum((1 if one.included else -1) * area(one.points) for one in contours)
    return Size(long_axis, short_axis, float(inside * step), len({one.level for one in held}))


def _longest(outlined: list[np.ndarray]) -> tuple[float, float]:
    """Axes of the outline with the longest diameter; smaller ones are not measured."""
    reach = [float(np.hypot(*np.ptp(points, axis=0))) for points in outlined]
    best = (0.0, 0.0)
    for k in np.argsort(reach)[::-1]:
        if reach[k] < best[0]:
            break
        best = max(best, axes(outlined[k]), key=lambda pair: pair[0])
    return best
