"""Points on a film: each carries a volume, and the film shows volume per area.

Bones, vessels and tubes are clouds of points in three dimensions; after projection their
volumes are spread over the four nearest pixels.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

__all__ = ["section", "splat", "splat_soft"]


def splat(column: Any, row: Any, volume: Any, size: int) -> np.ndarray:
    """Spread volumes bilinearly.

    Parameters
    ----------
    column, row : ndarray
        Pixel coordinates of N points.
    volume : ndarray
        Depth times pixel area carried by each point, in units of one pixel's area, (N,).

    Returns
    -------
    ndarray, (size, size) float32
        Sum of volumes in each pixel.
    """
    column, row, volume = column.ravel(), row.ravel(), volume.ravel()
    inside = (row >= 0) & (column >= 0) & (row < size - 1) & (column < size - 1)
    kept = np.flatnonzero(inside)
    if len(kept) < len(column):
        column, row, volume = column.take(kept), row.take(kept), volume.take(kept)
    j, i = column.astype(np.int64), row.astype(np.int64)
    fx, fy = column - j.astype(np.float32), row - i.astype(np.float32)
    base = i * size + j
    high = volume * fy
    low = volume - high
    right_low, right_high = low * fx, high * fx
    index = np.concatenate([base, base + 1, base + size, base + (size + 1)])
    weight = np.concatenate([low - right_low, right_low, high - right_high, right_high])
    return np.bincount(index, weight, size * size).reshape(size, size).astype(np.float32)


CLASSES = (0.55, 1.1, 2.0, 3.6)
"""Radii in pixels that separate the five blur classes of `splat_soft`."""


def splat_soft(column: Any, row: Any, volume: Any, radius: Any, size: int) -> np.ndarray:
    """Splat the centre lines of round vessels and widen each by its radius.

    Parameters
    ----------
    radius : ndarray, (N,)
        Pixels, in ascending order: vessels of like width are blurred together.
    """
    out = np.zeros((size, size), np.float32)
    edges = [0, *np.searchsorted(radius, CLASSES), len(radius)]
    for first, last in pairwise(edges):
        if first == last:
            continue
        part = slice(first, last)
        drawn = splat(column[part], row[part], volume[part], size)
        mean = float(radius[part] @ volume[part] / (volume[part].sum() + 1e-12))
        out += gaussian_filter(drawn, 0.5 * mean, truncate=2.5) if mean > 0.6 else drawn
    return out


TURNS = 16
"""Points spiral round a bone: a row of points at one angle would show as a stripe."""


@lru_cache(maxsize=64)
def _spiral(around: int) -> Any:
    """Cosine and sine (TURNS, K) and a flag for marrow (K,) of the points of a section."""
    inner = max(3, around // 3)
    k = np.concatenate([np.arange(around) / around, (np.arange(inner) + 0.5) / inner])
    reach = np.concatenate([np.ones(around), np.sqrt((np.arange(inner) * 0.618) % 1) * 0.85])
    turn = np.arange(TURNS)[:, None] * 0.618034 / np.where(reach < 1, inner, around)
    angle = 2 * np.pi * (k + turn)
    cosine, sine = np.cos(angle) * reach, np.sin(angle) * reach
    return cosine.astype(np.float32), sine.astype(np.float32), reach < 1


def section(
    broad: np.ndarray,
    thin: np.ndarray,
    half: Any,
    flat: Any,
    cortex: Any,
    marrow: float,
    around: int,
) -> Any:
    """Points round the oval section of a bone, already in the picture plane.

    Parameters
    ----------
    broad, thin : ndarray, (N, 2)
        Both half axes of the section, projected, pixels.
    half, flat : ndarray, (N,)
        Their lengths in thorax units.
    cortex : ndarray, (N,)
        Thickness of the cortex, thorax units.
    marrow : float
        Compact bone in a unit of marrow.
    around : int
        Points round the section.

    Returns
    -------
    offset_column, offset_row, area : ndarray, (N, K)
        Where each point lies, and its share of the section in units of compact bone.
    """
    cosine, sine, is_marrow = _spiral(around)
    repeat = np.arange(len(broad)) % TURNS
    c, s = cosine.take(repeat, 0), sine.take(repeat, 0)
    column = broad[:, :1] * c + thin[:, :1] * s
    row = broad[:, 1:] * c + thin[:, 1:] * s
    rim = np.sqrt((half[:, None] * s) ** 2 + (flat[:, None] * c) ** 2)
    rim *= (cortex * (2 * np.pi / around))[:, None]
    core = float(np.pi * marrow / is_marrow.sum()) * (half * flat)[:, None]
    return column, row, np.where(is_marrow, core, rim)
