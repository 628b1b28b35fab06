"""Smooth pictures and grain: Gaussian blur at any width, and power-law texture.

Both are written for speed. Wide blurs run on a decimated copy, and texture is a view into one
wrapped tile, so a film at 128 pixels costs about 10 ms.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter

__all__ = ["blur", "enlarge", "grain", "shrink", "sigmoid", "union"]

FLOAT = np.float32


def sigmoid(value: np.ndarray) -> np.ndarray:
    """Logistic step from 0 to 1, safe for any argument."""
    return 0.5 + 0.5 * np.tanh(0.5 * value)


def union(chords: list[np.ndarray]) -> np.ndarray:
    """Soft union of overlapping solids: the 4-norm of their chords (cm).

    Adding chords of solids that share space would draw a bright lens; a plain maximum would
    draw a crease. Squares and square roots only: float32 powers are thirty times slower.
    """
    total = 0
    for chord in chords:
        square = chord * chord
        total = total + square * square
    return np.sqrt(np.sqrt(total))


def shrink(picture: np.ndarray, factor: int) -> np.ndarray:
    """Average (S, S) over blocks of factor x factor; S must be a multiple of factor."""
    size = picture.shape[0] // factor
    return picture.reshape(size, factor, size, factor).mean((1, 3), dtype=FLOAT)


@lru_cache(maxsize=64)
def _enlarger(small: int, factor: int) -> np.ndarray:
    """Matrix (small * factor, small) of linear interpolation between block centres."""
    rows = np.arange(small * factor)
    centre = np.clip((rows + 0.5) / factor - 0.5, 0, small - 1)
    low = np.minimum(np.floor(centre).astype(int), max(small - 2, 0))
    weight = centre - low
    matrix = np.zeros((small * factor, small), FLOAT)
    matrix[rows, low] = 1 - weight
    matrix[rows, np.minimum(low + 1, small - 1)] += weight
    return matrix


def _divisor(size: int, wanted: int) -> int:
    """Largest divisor of size that is at most wanted."""
    return max(d for d in range(1, max(1, wanted) + 1) if size % d == 0)


def blur(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur of a square picture, sigma in pixels."""
    if sigma < 0.2:
        return picture
    size = picture.shape[0]
    factor = _divisor(size, int(min(size // 16, max(2, sigma / 1.5)))) if sigma >= 3 else 1
    if factor == 1:
        return gaussian_filter(picture, sigma, mode="nearest", truncate=2.5)
    small = shrink(picture, factor)
    small = gaussian_filter(small, sigma / factor, mode="nearest", truncate=2.5)
    return enlarge(small, factor)


def enlarge(picture: np.ndarray, factor: int) -> np.ndarray:
    """Enlarge a square picture by linear interpolation between block centres."""
    if factor == 1:
        return picture
    matrix = _enlarger(picture.shape[0], factor)
    return matrix @ picture @ matrix.T


@lru_cache(maxsize=2)
def _tile(side: int = 1024, slope: float = 2.6) -> np.ndarray:
    """One periodic field (side, side) whose power falls as frequency ** -slope."""
    rng = np.random.default_rng(7)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    frequency[0, 0] = 1
    amplitude = frequency ** (-slope / 2)
    amplitude[frequency < 2.5 / side] = 0
    amplitude[0, 0] = 0
    field = np.fft.irfft2(amplitude * np.fft.rfft2(rng.standard_normal((side, side))))
    return (field / field.std()).astype(FLOAT)


@lru_cache(maxsize=32)
def _wrapped(size: int, step: int) -> np.ndarray:
    part = _tile()[::step, ::step]
    repeats = -(-(part.shape[0] + size) // part.shape[0])
    return np.ascontiguousarray(np.tile(part, (repeats, repeats)))


def grain(rng: np.random.Generator, size: int, scale: float = 1.0) -> np.ndarray:
    """Power-law texture (size, size), mean 0 and variance 1 over many draws.

    Parameters
    ----------
    scale : float
        1 shows 512 tile pixels across the film whatever the size, so that texture does not
        change its size in centimetres with the resolution; 2 is twice as fine.
    """
    step = max(1, round(scale * 512 / size)) if size < 512 * scale else 1
    tile = _wrapped(size, step)
    top, left = rng.integers(0, tile.shape[0] - size, 2)
    view = tile[top : top + size, left : left + size]
    down, right = rng.integers(0, 2, 2)
    return view[:: 1 if down else -1, :: 1 if right else -1]
