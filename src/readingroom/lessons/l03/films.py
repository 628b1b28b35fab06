"""The films and numbers that lesson 03 shows: eight changes of a film, AUCs at the chosen epoch."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage

from readingroom import simulator

SIZE = 192
SEED = 11

# In the order of the gallery: what was done, in the words of the course's own notes.
MOVES = (
    "turned by 5 degrees",
    "mirrored left to right",
    "a little noise",
    "turned by 90 degrees",
    "a little more contrast",
    "cut at the top",
    "greys inverted",
    "moved by some pixels",
)


@cache
def adult_film() -> np.ndarray:
    """The simulated adult, a man with a side marker, that is changed, (192, 192) uint8."""
    patient = simulator.Patient.sample(SEED, ages="adults", sex="M")
    exam = simulator.Exam.sample(patient, SEED, view="PA")
    return simulator.draw(patient, exam, size=SIZE).image


def moved(film: np.ndarray) -> np.ndarray:
    """The eight changes of a film.

    Parameters
    ----------
    film : ndarray, (H, W) uint8

    Returns
    -------
    ndarray, (8, H, W) uint8
        In the order of `MOVES`.
    """
    size = len(film)
    grain = np.random.default_rng(SEED).normal(0, 5, film.shape)
    top = size // 4
    cut = ndimage.zoom(film[top:, top // 2 : top // 2 + size - top], size / (size - top), order=1)
    whole = [
        ndimage.rotate(film, 5, reshape=False, order=1, mode="nearest"),
        film[:, ::-1],
        film + grain,
        np.rot90(film),
        (film - 128.0) * 1.15 + 128,
        cut[:size, :size],
        255 - film,
        ndimage.shift(film, (0, size // 40), order=1, mode="nearest"),
    ]
    return np.stack([np.clip(one, 0, 255).astype(np.uint8) for one in whole])


def chosen_aucs(curves: Any) -> np.ndarray:
    """Test AUC of each network at the epoch that validation chose.

    Parameters
    ----------
    curves : Stored
        ``val_loss`` and ``test_auc`` (S, D, E): training size, network, epoch.

    Returns
    -------
    ndarray, (S, D)
        Points of a curve, so without intervals.
    """
    chosen = curves["val_loss"].argmin(axis=2)[..., None]  # (S, D, 1)
    return np.take_along_axis(curves["test_auc"], chosen, axis=2)[..., 0]
