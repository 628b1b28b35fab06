"""A side letter, or a plain block, that goes with the label: planted on copies of films."""

from __future__ import annotations

import numpy as np

from readingroom.simulator.marker import lettering

LETTER = "L"  # on the patient's left, which is the right-hand side of the picture
LETTER_CM = 1.5
FIELD_CM = 24.0  # width of a small child's film, assumed: the public files state no pixel size
JITTER = 0.02  # of the film's edge, how much the place varies from film to film
LEVEL = 0.95  # of white

BLOCK = (slice(1, 5), slice(23, 27))  # rows and columns of the 4 x 4 block on a 28-px film
BORDER = 5  # pixels of a 28-px film that a crop takes away on each side


def practice(labels: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Which films carry the marker: `share` of the positive ones, 1 - `share` of the others.

    Parameters
    ----------
    labels : ndarray, (N,) of 0 and 1
    share : float
        0.5 says nothing about the label.
    rng : Generator

    Returns
    -------
    ndarray, (N,) of bool
    """
    return rng.random(len(labels)) < np.where(np.asarray(labels) == 1, share, 1 - share)


def letter_boxes(n: int, size: int, seed: int = 6) -> np.ndarray:
    """Where the letter of each film goes: (N, 4) boxes (row0, row1, col0, col1), in pixels.

    The place depends on the film's number only, so that a film and its twin agree.
    """
    ink = _ink(size)
    rng = np.random.default_rng([seed, size])
    away = rng.normal(0, JITTER * size, (n, 2)).clip(-2 * JITTER * size, 2 * JITTER * size)
    top = np.round(0.09 * size - ink.shape[0] / 2 + away[:, 0]).astype(int).clip(1)
    right = np.round(0.95 * size + away[:, 1]).astype(int).clip(None, size - 1)
    return np.stack([top, top + ink.shape[0], right - ink.shape[1], right], axis=1)


def _ink(size: int) -> np.ndarray:
    """The letter as a coverage map in 0..1, 1.5 cm high on a film of this many pixels."""
    return lettering(LETTER, round(LETTER_CM / FIELD_CM * size), 3)


def plant_letter(images: np.ndarray, on: object, seed: int = 6) -> np.ndarray:
    """Copies of films, some with a side letter, as a lead letter beside the chest would look.

    Parameters
    ----------
    images : ndarray, (N, S, S) uint8
        Never changed.
    on : array-like, (N,) of bool
        Which films carry it; one value stands for all.
    seed : int
        Stream of the places.

    Returns
    -------
    ndarray, (N, S, S) uint8
    """
    out = images.copy()
    ink, boxes = _ink(images.shape[1]), letter_boxes(len(images), images.shape[1], seed)
    for film in np.flatnonzero(np.broadcast_to(on, len(images))):
        row0, row1, col0, col1 = boxes[film]
        place = out[film, row0:row1, col0:col1].astype(np.float32)
        place += ink * np.maximum(255 * LEVEL - place, 0)
        out[film, row0:row1, col0:col1] = place.astype(np.uint8)
    return out


def plant_block(images: np.ndarray, on: object) -> np.ndarray:
    """Copies of 28-px films, some with a white block of 4 x 4 pixels near the upper corner.

    Parameters
    ----------
    images : ndarray, (N, 28, 28) uint8
        Never changed.
    on : array-like, (N,) of bool
        Which films carry it; one value stands for all.
    """
    out = images.copy()
    out[(np.flatnonzero(np.broadcast_to(on, len(images)))[:, None, None],
         np.r_[BLOCK[0]][:, None], np.r_[BLOCK[1]][None, :])] = 255  # fmt: skip
    return out


def crop(images: np.ndarray, border: int = BORDER) -> np.ndarray:
    """Copies of films with a black border: what lies outside can no longer speak.

    Parameters
    ----------
    images : ndarray, (N, S, S) uint8
    border : int
        Pixels on each side.
    """
    out = np.zeros_like(images)
    inside = slice(border, images.shape[1] - border)
    out[:, inside, inside] = images[:, inside, inside]
    return out


def level(labels: np.ndarray, marked: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Positions of films, drawn again so that the marker says nothing about the label.

    Each of the four groups (ill or well, marked or not) is filled up to the size of the largest
    by drawing its own films again.

    Returns
    -------
    ndarray, (M,) of int
    """
    group = 2 * np.asarray(labels).astype(int) + np.asarray(marked).astype(int)
    members = [np.flatnonzero(group == g) for g in range(4)]
    most = max(map(len, members))
    return np.concatenate([rng.choice(m, most) for m in members if len(m)])
