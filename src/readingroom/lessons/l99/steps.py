"""What the planted study calls in its cells: plain sums, without the intervals that it lacks."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from readingroom.assess import calibration

PATCH, STEP = 5, 3  # pixels of a 28-px film that are hidden at once, and between two places
PICKED = 3
# rows and columns of a 28-px film in which the middle of a lung lies, as shares of its edge
LUNG = ((0.28, 0.52), (0.18, 0.4), (0.6, 0.82))


def mode() -> str:
    """The films that the study is run on."""
    return os.environ["READINGROOM_COHORT"]


def auc(ill: np.ndarray, score: np.ndarray) -> float:
    """The AUC as a bare number."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(ill, score))


def logit(score: np.ndarray) -> np.ndarray:
    """Scores from 0 to 1 as logits; the ends are held back a little."""
    held = np.clip(np.asarray(score, float), 1e-6, 1 - 1e-6)
    return np.log(held / (1 - held))


def calibration_error(ill: np.ndarray, score: np.ndarray) -> float:
    """Expected calibration error, as a bare number."""
    return calibration.error(ill, score)


def epochs(curve: list[float], best: int) -> None:
    """Plot the AUC on the test films after each epoch, as the study's figure 1."""
    from IPython.display import Image, display

    from readingroom.show.figures import axes, colours, picture

    figure, axis = axes(5.5, 2.6)
    axis.plot(range(1, len(curve) + 1), curve, "o-", color=colours["blue"], ms=4)
    axis.axvline(best + 1, color=colours["orange"], ls="--")
    axis.set(xlabel="epoch", ylabel="AUC on test", xticks=range(2, len(curve) + 1, 2))
    display(Image(picture(figure), format="png"))


def output(rows: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Logit of a network for films as it sees them, (N,)."""
    first, second, start, end = weights
    hidden = np.maximum(rows @ first + start, 0)
    return np.asarray(hidden @ second + end)[:, 0]


def falls(row: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """How far the logit falls when a patch of mean grey hides each place, (9, 9)."""
    places = range(0, 28 - PATCH + STEP, STEP)
    covered = np.repeat(row[None], len(places) ** 2, axis=0).reshape(-1, 28, 28)
    for k, (r, c) in enumerate((r, c) for r in places for c in places):
        covered[k, r : r + PATCH, c : c + PATCH] = 0
    fall = output(row[None], weights) - output(covered.reshape(-1, 784), weights)
    return np.asarray(fall).reshape(len(places), len(places))


def warmest(grid: np.ndarray) -> tuple[float, float]:
    """Row and column of the warmest place, as shares of the film's edge."""
    r, c = np.unravel_index(int(grid.argmax()), grid.shape)
    return (r * STEP + PATCH / 2) / 28, (c * STEP + PATCH / 2) / 28


def on_lung(grid: np.ndarray) -> bool:
    """Whether the warmest place lies where the middle of a lung is."""
    row, column = warmest(grid)
    rows, *sides = LUNG
    return rows[0] <= row <= rows[1] and any(low <= column <= high for low, high in sides)


def picked(
    films: Any,
    test: np.ndarray,
    ill: np.ndarray,
    weights_of: list[np.ndarray],
    middle: np.ndarray,
    spread: np.ndarray,
) -> np.ndarray:
    """Ill test films of the adult archive whose warmest place lies on a lung: the best three.

    Returns
    -------
    ndarray, (3,)
        Rows of the pool; the first rows of the pool are the archive's.
    """
    from readingroom.lessons.l99 import archive, learning

    known = films.iloc[test]
    rows = known.index[(ill[test] == 1) & (known["source"] == archive.ARCHIVE)].unique().to_numpy()
    seen = (learning.pixels(archive.adults(mode()).images[rows]) - middle) / spread
    maps = [falls(one, weights_of) for one in seen]
    good = [k for k, grid in enumerate(maps) if on_lung(grid)]
    best = sorted(good, key=lambda k: -float(maps[k].max()))[:PICKED]
    keep(rows[best], weights_of, middle, spread)
    return rows[best]


def keep(rows: np.ndarray, weights: list[np.ndarray], *seen: np.ndarray) -> None:
    """Hand the figure's films and the network to whoever runs the study, if anybody asked."""
    place = os.environ.get("READINGROOM_STUDY_KEEPS", "")
    if place:
        names = ("first", "second", "start", "end")
        held = {name: part.astype(np.float16) for name, part in zip(names, weights, strict=True)}
        np.savez(place, rows=rows, middle=seen[0].astype(np.float16),
                 spread=seen[1].astype(np.float16), **held)  # fmt: skip
