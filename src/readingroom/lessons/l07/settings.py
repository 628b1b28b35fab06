"""What may be changed on the way to the program, in the physicist's words, as steps on a film."""

from __future__ import annotations

import io

import numpy as np

GAMMAS = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.6)
USUAL = "as usual"
# Name to what is done, small step and large step. Sizes are of a film of 128 pixels.
STEPS = {
    "post-processing": (0.8, 0.6),  # gamma
    "exposure": (8.0, 20.0),  # spread of added noise, grey levels
    "blur": (1.0, 2.5),  # pixels, one standard deviation
    "compression": (30, 5),  # JPEG quality
    "crop": (6, 16),  # pixels lost on each side, the rest enlarged
    "marker": (10, 28),  # height of a letter, pixels
}
SMALL = 28
LARGE = 128


def bent(films: np.ndarray, gamma: float) -> np.ndarray:
    """Films displayed with another gamma: below 1 whiter, above 1 darker, (N, H, W) uint8."""
    return np.round(255 * (films / 255.0) ** gamma).astype(np.uint8)


def changed(film: np.ndarray, what: str, size: float, seed: int = 0) -> np.ndarray:
    """One film after a step.

    Parameters
    ----------
    film : ndarray, (128, 128) uint8
    what : str
        A key of `STEPS`, or `USUAL`.
    size : float
        How far, see `STEPS`.
    seed : int
        Of added noise.
    """
    from PIL import Image
    from scipy.ndimage import gaussian_filter

    if what == USUAL:
        return film
    if what == "post-processing":
        return bent(film, size)
    if what == "exposure":
        noise = np.random.default_rng([7, seed]).normal(0, size, film.shape)
        return np.clip(film + noise, 0, 255).astype(np.uint8)
    if what == "blur":
        return gaussian_filter(film.astype(float), size).round().astype(np.uint8)
    if what == "compression":
        stream = io.BytesIO()
        Image.fromarray(film).save(stream, "JPEG", quality=int(size))
        return np.asarray(Image.open(stream))
    if what == "crop":
        k = int(size)
        inner = np.ascontiguousarray(film[k:-k, k:-k])
        return np.asarray(Image.fromarray(inner).resize(film.shape[::-1], Image.Resampling.BICUBIC))
    if what == "marker":
        return _lettered(film, int(size))
    raise ValueError(f"No step is called {what!r}; choose from {', '.join(STEPS)}.")


def _lettered(film: np.ndarray, height: int) -> np.ndarray:
    from readingroom.simulator.marker import lettering

    ink = lettering("R", height, 3)
    out = film.astype(float)
    region = out[4 : 4 + ink.shape[0], 4 : 4 + ink.shape[1]]
    region += ink * np.maximum(245 - region, 0)
    return out.round().astype(np.uint8)
