"""The contact sheet of lesson 06: twelve films of each label, one marking habit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from readingroom.lessons.l06 import markers
from readingroom.lessons.l06.course_films import remembered

EACH = 12
SIZE = 128
ASKED = 0  # the film on which the learner draws the box


@dataclass(frozen=True)
class Sheet:
    """Films of the sheet; the first twelve are positive.

    Attributes
    ----------
    films : ndarray, (24, 128, 128) uint8
    labels : ndarray, (24,)
    box : tuple of int
        (row0, row1, col0, col1) of the letter on film `ASKED`, pixels.
    """

    films: np.ndarray
    labels: np.ndarray
    box: tuple[int, int, int, int]


def contact_sheet(mode: str | None = None) -> Sheet:
    """Test films at 128 px, all positive ones with a side letter, the others without.

    Parameters
    ----------
    mode : str, optional
        ``real``, ``simulated`` or an own cohort's name; None is the kernel's.

    Notes
    -----
    Simulated children are drawn again for this, without any letter of their own.
    """
    from readingroom import data

    return _sheet(mode or data.mode())


@remembered
def _sheet(wanted: str | None) -> Sheet:
    from readingroom import data

    if wanted == "simulated":
        bare, labels = _simulated()
    else:
        cohort = data.load("children", size=SIZE, mode=wanted)
        films, truth = cohort.part("test")
        rows = _chosen(truth)
        bare, labels = films[rows], truth[rows]
    box = markers.letter_boxes(len(bare), SIZE)[ASKED]
    films = markers.plant_letter(bare, labels == 1)
    films.flags.writeable = labels.flags.writeable = False  # the checks read the same sheet
    return Sheet(films, labels, tuple(int(v) for v in box))


def _chosen(labels: np.ndarray) -> np.ndarray:
    """Twelve positive and twelve negative positions, spread over the part."""
    out = []
    for label in (1, 0):
        found = np.flatnonzero(np.asarray(labels) == label)
        out.append(found[np.linspace(0, len(found) - 1, min(EACH, len(found))).astype(int)])
    return np.concatenate(out)


def _simulated() -> tuple[np.ndarray, np.ndarray]:
    from readingroom.simulator import film_cases, plan
    from readingroom.simulator.recipe import RECIPES

    recipe = RECIPES["children"]
    cases = [c for c in plan(recipe.mixes, recipe.label, recipe.seed) if c.split == "test"]
    chosen = [cases[k] for k in _chosen([c.label for c in cases])]
    bare = [replace(c, exam=c.exam.changed(marker="", portable_text=False)) for c in chosen]
    drawn = film_cases(bare, "children", recipe.label, SIZE)
    return drawn.images, drawn.table["label"].to_numpy("int64")


def mapped_films(run, count: int = 1) -> np.ndarray:
    """The first films of a stored run's maps, with their letter, (count, 128, 128).

    Parameters
    ----------
    run : Stored
        ``network`` of simulated children.
    """
    rows = run["mapped"][:count]
    return markers.plant_letter(_bare_test(int(rows.max()) + 1), True)[rows]


def _bare_test(count: int) -> np.ndarray:
    """The first films of the simulated children's test part, without any letter of their own."""
    from readingroom.simulator import film_cases, plan
    from readingroom.simulator.recipe import RECIPES

    recipe = RECIPES["children"]
    cases = [c for c in plan(recipe.mixes, recipe.label, recipe.seed) if c.split == "test"]
    bare = [replace(c, exam=c.exam.changed(marker="", portable_text=False)) for c in cases[:count]]
    return film_cases(bare, "children", recipe.label, SIZE).images


def peaks_on_letter(
    maps: np.ndarray, rows: np.ndarray, patch: int = 16, stride: int = 8
) -> np.ndarray:
    """Whether the strongest patch of each map touches the letter of its film, (m,) of bool.

    Parameters
    ----------
    maps : ndarray, (m, G, G)
        Fall of the score where a patch hides the film.
    rows : ndarray, (m,)
        Numbers of the films within their part; the letters' places follow from them.
    patch, stride : int
        Of the stored maps, pixels.
    """
    boxes = markers.letter_boxes(int(rows.max()) + 1, SIZE)[rows]
    peak = maps.reshape(len(maps), -1).argmax(axis=1)
    top, left = stride * (peak // maps.shape[2]), stride * (peak % maps.shape[2])
    tall = (top < boxes[:, 1]) & (top + patch > boxes[:, 0])
    return tall & (left < boxes[:, 3]) & (left + patch > boxes[:, 2])
