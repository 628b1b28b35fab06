"""Eight changes of one simulated film, for the question which of them leave a report true."""

from __future__ import annotations

from functools import cache

import numpy as np

from readingroom.show.figures import films

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
def _film() -> np.ndarray:
    from readingroom import simulator

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
    from scipy import ndimage

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


def moves_gallery() -> None:
    """Show the film and its eight changes, numbered."""
    film = _film()
    pictures = np.concatenate([moved(film), film[None]])
    titles = [f"picture {i}" for i in range(len(MOVES))] + ["the film itself"]
    films(
        pictures,
        titles,
        columns=3,
        width=8.5,
        alt="A simulated adult chest film with a side marker and eight changed copies of it, "
        "numbered 0 to 7: " + "; ".join(f"{i} {move}" for i, move in enumerate(MOVES)),
        tag="SIMULATED",
    )
