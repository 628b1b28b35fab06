"""A photo of a film: what a telephone makes of a film on a light box or a screen."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates

from readingroom.simulator.streams import stream

__all__ = ["photo"]

SLANT = 0.075  # share of the width by which a corner may lie off
QUALITY = 55  # of the JPEG that is sent
TAKEN = 384  # pixels along each side of the photo


def _seen_from_aside(film: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The film as a slightly wrong quadrangle (keystone), with a dark surround, float32."""
    size = len(film)
    there = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    off = rng.uniform(0.2, 1.0, (4, 2)) * SLANT * np.sign(0.5 - there)  # corners move inwards
    here = there + off
    matrix = _homography(here, there)
    step = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(step, step)
    u, v, w = np.einsum("ij,jhw->ihw", matrix, np.stack([x, y, np.ones_like(x)]))
    rows, columns = v / w * size - 0.5, u / w * size - 0.5
    return map_coordinates(film.astype(np.float32), [rows, columns], order=1, cval=28.0)


def _homography(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The projective map that takes four points to four others, (3, 3)."""
    rows, right = [], []
    for (x, y), (u, v) in zip(here, there, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(right)), 1).reshape(3, 3)


def _moire(size: int, rng: np.random.Generator) -> np.ndarray:
    """Stripes where the grid of a screen beats with the grid of a camera, -1 to 1."""
    y, x = np.mgrid[:size, :size] / size
    angle, waves = rng.uniform(0.2, 1.3), rng.uniform(16, 26)
    bend = 0.035 * np.sin(2 * np.pi * (0.7 * x + rng.uniform()))
    along = x * np.cos(angle) + y * np.sin(angle) + bend
    return np.sin(2 * np.pi * waves * along)


def _glare(size: int, rng: np.random.Generator) -> np.ndarray:
    """A lamp in the glass: a soft bright spot and a fainter streak, 0 to 1."""
    y, x = np.mgrid[:size, :size] / size
    cx, cy = rng.uniform(0.15, 0.85), rng.uniform(0.1, 0.5)
    wide, tall = rng.uniform(0.07, 0.13), rng.uniform(0.04, 0.08)
    spot = np.exp(-(((x - cx) / wide) ** 2 + ((y - cy) / tall) ** 2))
    streak = np.exp(-(((y - cy - 0.15 * (x - cx)) / 0.10) ** 2))
    return np.clip(spot + 0.22 * streak, 0, 1)


def photo(film: np.ndarray, seed: int = 1) -> np.ndarray:
    """Photograph a film: keystone, uneven light, glare, moire, blur, noise and a JPEG.

    Parameters
    ----------
    film : ndarray, (S, S) uint8
        Air dark.
    seed : int
        Another seed, another hand and another lamp.

    Returns
    -------
    ndarray, (S, S) uint8
        The photo in grey, as wide as the film. Simulated: no telephone was used.
    """
    rng = stream(seed, "photo")
    shown = Image.fromarray(film).resize((TAKEN, TAKEN), Image.Resampling.BICUBIC)
    taken = _taken(np.asarray(shown), rng)
    return np.asarray(taken.resize(film.shape[::-1], Image.Resampling.LANCZOS), dtype=np.uint8)


def _taken(film: np.ndarray, rng: np.random.Generator) -> Image.Image:
    size = len(film)
    grey = _seen_from_aside(film, rng)
    y, x = np.mgrid[:size, :size] / size - 0.5
    light = 1 - 0.5 * rng.uniform(0.5, 1) * (x * x + y * y) + rng.uniform(-0.12, 0.12) * x
    grey = 18 + 0.86 * grey * light  # a screen's black is grey in a lit room
    grey = grey * (1 + 0.045 * _moire(size, rng)) + 85 * rng.uniform(0.6, 1) * _glare(size, rng)
    grey = gaussian_filter(grey, 1.2) + rng.normal(0, 3, grey.shape)
    sent = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(sent, "JPEG", quality=QUALITY)
    return Image.open(sent)
