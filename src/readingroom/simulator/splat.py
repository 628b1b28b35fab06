"""Points on a film: each carries a volume, and the film shows volume per area.

Bones, vessels and tubes are clouds of points in three dimensions; after projection their
volumes are spread over the four nearest pixels.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

__all__ = ["shell", "splat", "splat_soft"]


def splat(column, row, volume, size: int) -> np.ndarray:
    """Spread volumes bilinearly.

    Parameters
    ----------
    column, row : ndarray
        Pixel coordinates of N points.
    volume : ndarray
        cm of depth times pixel area carried by each point, (N,).

    Returns
    -------
    ndarray, (size, size) float32
        Sum of volumes in each pixel.
    """
    column, row = column.ravel(), row.ravel()
    volume = np.broadcast_to(volume, column.shape) if np.ndim(volume) == 0 else volume.ravel()
    j, i = np.floor(column), np.floor(row)
    inside = (i >= 0) & (j >= 0) & (i < size - 1) & (j < size - 1)
    if not inside.all():
        column, row, volume, i, j = (v[inside] for v in (column, row, volume, i, j))
    fx, fy = column - j, row - i
    base = (i * size + j).astype(np.int64)
    low, high = volume * (1 - fy), volume * fy
    index = np.concatenate([base, base + 1, base + size, base + size + 1])
    right_low, right_high = low * fx, high * fx
    weight = np.concatenate([low - right_low, right_low, high - right_high, right_high])
    return np.bincount(index, weight, size * size).reshape(size, size).astype(np.float32)


CLASSES = (0.55, 1.1, 2.0, 3.6)
"""Radii in pixels that separate the five blur classes of `splat_soft`."""


def splat_soft(column, row, volume, radius, size: int) -> np.ndarray:
    """Splat the centre lines of round vessels and widen each by its radius (pixels)."""
    out = np.zeros((size, size), np.float32)
    kind = np.digitize(radius, CLASSES)
    for k in range(len(CLASSES) + 1):
        chosen = kind == k
        if not chosen.any():
            continue
        drawn = splat(column[chosen], row[chosen], volume[chosen], size)
        mean = float(np.average(radius[chosen], weights=volume[chosen] + 1e-12))
        out += gaussian_filter(drawn, max(0.5 * mean, 0.3), truncate=2.5) if mean > 0.4 else drawn
    return out


def shell(curve, normal, height, thickness, cortex: float, around: int):
    """Points on the cortex of curved flat bones and in their marrow.

    Parameters
    ----------
    curve : ndarray, (B, N, 3)
        Centre lines of B bones, N points each (thorax units).
    normal : ndarray, (B, N, 3)
        Unit vectors along the thin direction of the bone.
    height, thickness : ndarray, broadcastable to (B, N)
        Half axes of the oval section.
    cortex : float
        Thickness of the cortex.
    around : int
        Points around the section.

    Returns
    -------
    points : ndarray, (B, N, around + inner, 3)
    volume : ndarray, (B, N, around + inner)
        Cubic units of compact bone at each point; marrow counts as a fraction of it.
    """
    tangent = np.gradient(curve, axis=1)
    step = np.sqrt((tangent**2).sum(-1))
    tangent /= step[..., None] + 1e-9
    broad = np.cross(tangent, normal)
    broad /= np.sqrt((broad**2).sum(-1, keepdims=True)) + 1e-9
    inner = max(2, around // 3)
    angle = np.concatenate([np.arange(around) / around, (np.arange(inner) + 0.3) / inner])
    angle = (2 * np.pi * angle).astype(np.float32)
    reach = np.repeat(np.array([1.0, 0.55], np.float32), [around, inner])
    up, out = np.cos(angle) * reach, np.sin(angle) * reach
    height, thickness = np.broadcast_to(height, step.shape), np.broadcast_to(thickness, step.shape)
    points = (curve[:, :, None]
              + (height[..., None] * up)[..., None] * broad[:, :, None]
              + (thickness[..., None] * out)[..., None] * normal[:, :, None])
    h, t = height[..., None], thickness[..., None]
    arc = np.sqrt((h * np.sin(angle)) ** 2 + (t * np.cos(angle)) ** 2) * (2 * np.pi / around)
    compact = arc * cortex
    marrow = 0.16 * np.pi * h * t / inner
    section = np.where(reach < 1, marrow, compact)
    return points, section * step[..., None]
