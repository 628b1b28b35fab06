"""From thicknesses to a plate: the short way for films that are no frontal chest film.

Lateral and hand need no twins and no masks, so they are thicknesses on a grid, exposed and
displayed in one step; trunk and lungs of the frontal film have their own, longer way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from readingroom.simulator.marker import lettering
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import grain, sigmoid

SOFT = 0.196
"""Attenuation of soft tissue per cm."""
BONE = 0.62
"""Attenuation of compact bone per cm above that of soft tissue."""


def grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Centres of the pixels: x to the right and y down, both from 0 to 1, (size, size)."""
    step = (np.arange(size, dtype=np.float32) + 0.5) / size
    return np.broadcast_to(step, (size, size)), np.broadcast_to(step[:, None], (size, size))


def chord(half: Any, away: Any) -> Any:
    """Thickness of a round rod: `half` its radius, `away` the distance from its axis."""
    return 2 * np.sqrt(np.maximum(half * half - away * away, 0))


def along(x: Any, y: Any, start: Any, end: Any) -> tuple[np.ndarray, np.ndarray]:
    """Position along a line (0 at its start, 1 at its end) and distance from it."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    t = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    return t, np.hypot(x - start[0] - t * dx, y - start[1] - t * dy)


def rod(
    x: Any, y: Any, start: Any, end: Any, half: Any, flare: float = 0.5, cortex: float = 0.3
) -> np.ndarray:
    """Compact bone in a long bone whose ends are wider than its shaft.

    Parameters
    ----------
    start, end : (float, float)
        Ends of the axis.
    half : float
        Half the width of the shaft.
    flare : float
        By how much the ends are wider, as a share.
    cortex : float
        Thickness of the cortex as a share of `half`; it thins towards the ends.
    """
    t, away = along(x, y, start, end)
    end_ness = np.abs(2 * t - 1) ** 3
    width = half * (1 + flare * end_ness)
    inner = np.maximum(width - half * cortex * (1 - 0.75 * end_ness), 0)
    spongy = 0.22 + 0.16 * end_ness
    return chord(width, away) - chord(inner, away) * (1 - spongy)


def expose(
    soft: np.ndarray, bone: np.ndarray, seed: int, *, keep: float, letter: str, corner: str
) -> np.ndarray:
    """Expose and display a plate.

    Parameters
    ----------
    soft, bone : ndarray, (S, S)
        Soft tissue and compact bone along each ray, cm.
    seed : int
        Noise and texture.
    keep : float
        Share of slow brightness differences that is kept.
    letter : str
        Side letter, or '' for none.
    corner : str
        'left' or 'right', upper.

    Returns
    -------
    ndarray, (S, S) uint8
        Air black.
    """
    size = len(soft)
    rng = stream(seed, "plate")
    depth = (SOFT * soft + BONE * bone) * (1 + 0.02 * grain(rng, size, 2.0))
    beam = gaussian_filter(np.exp(-depth), 0.35 + size / 700)
    noise = rng.standard_normal(depth.shape, dtype=np.float32)
    beam = np.maximum(beam + 0.012 * np.sqrt(beam) * noise, 1e-4)
    density = -np.log(beam)
    shown = density - (1 - keep) * gaussian_filter(density, size / 9)
    shown += 0.5 * (shown - gaussian_filter(shown, size / 110))
    body = density > 0.12
    low, high = np.percentile(shown[body], [1, 99.3])
    value = (shown - low) / (high - low)
    grey = 0.08 + 0.84 * np.clip(value, 0, 1.1) ** 0.8
    grey *= sigmoid((density - 0.08) * 45)
    if letter:
        ink = lettering(letter, max(6, size // 16), 3)
        top, left = size // 20, size // 20
        left = left if corner == "left" else size - left - ink.shape[1]
        region = grey[top : top + ink.shape[0], left : left + ink.shape[1]]
        region += ink * np.maximum(0.95 - region, 0)
    return (np.clip(grey, 0, 1) * 255).astype(np.uint8)
