"""Shortcuts planted on films, a side letter or a block, and a pixel regression that learns and
unlearns them: the hospital that plants a block, repairs, tests with the block moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.data.cohorts import stand_in, wanted
from readingroom.data.origin import MODES
from readingroom.models.pixels import PixelRegression, pick, pixel_regression
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


FILMS = 400
SEEDS = 5
SHOWN = ("internal", "unmarked", "swapped")
REPAIRS = ("crop", "rebalance", "random")


@dataclass(frozen=True)
class Hospital:
    """A hospital that puts a block on most films of one label, and its test films.

    Attributes
    ----------
    bare_films, train_films : ndarray, (400, 28, 28) uint8
        Training films without and with the block.
    train_labels, train_marked : ndarray, (400,)
    test_labels : ndarray, (n,)
    shown : dict of ndarray, (n, 28, 28)
        The same test films three times: ``internal`` with the hospital's marking practice,
        ``unmarked`` without any block, ``swapped`` with it on every normal film and no other.
    """

    bare_films: np.ndarray
    train_films: np.ndarray
    train_labels: np.ndarray
    train_marked: np.ndarray
    test_labels: np.ndarray
    shown: dict[str, np.ndarray]


def hospital(cohort, share: float = 0.95, seed: int = 0) -> Hospital:
    """Draw 400 training films and plant the block on copies.

    Parameters
    ----------
    cohort : Cohort
        28-px films with a training and a test part.
    share : float
        Share of positive films with the block; 1 - share of the others.
    seed : int
        Which films, and which of them carry the block. Films are numbered by their content, so
        that their order in a file does not matter.
    """
    films, labels = cohort.part("train")
    test, truth = cohort.part("test")
    rng = np.random.default_rng([28, seed])
    rows = pick(films, len(films))[rng.permutation(len(films))[:FILMS]]
    bare, train_labels = films[rows], labels[rows]
    marked = practice(train_labels, share, rng)
    own = practice(truth, share, np.random.default_rng([28, seed, 1]))
    shown = {
        "internal": plant_block(test, own),
        "unmarked": test,
        "swapped": plant_block(test, truth == 0),
    }
    return Hospital(bare, plant_block(bare, marked), train_labels, marked, truth, shown)


def course_mode(mode: str | None = None) -> str:
    """The course's own films for a question whose answer is graded.

    Parameters
    ----------
    mode : str, optional
        ``real``, ``simulated`` or an own cohort's name; None is the kernel's.

    Returns
    -------
    str
        ``real`` or ``simulated`` as given. For an own cohort the real films of the course where
        they can be had, else ``simulated``: few films, or labels that thumbnails cannot show,
        would turn a right answer away.
    """
    meant = wanted(mode, "children")
    return meant if meant in MODES else stand_in("children").source


def asked(ours: Hospital) -> Hospital:
    """The hospital that the graded questions are about: the lesson's, or beside own films another.

    Parameters
    ----------
    ours : Hospital
        Of the lesson's films.
    """
    if data.mode() in (None, *MODES):
        return ours
    films = stand_in("children")
    print(f"This question is asked on films of the course, not on yours. {films.banner()}.")
    return hospital(films)


def repaired(ours: Hospital, how: str, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Training films and labels after a repair.

    Parameters
    ----------
    ours : Hospital
    how : "crop", "rebalance" or "random"
        Black out the border; draw films again until the block says nothing about the label;
        put the block on half of all films, whatever their label.
    seed : int
    """
    rng = np.random.default_rng([280, seed])
    if how == "crop":
        return crop(ours.train_films), ours.train_labels
    if how == "rebalance":
        rows = level(ours.train_labels, ours.train_marked, rng)
        return ours.train_films[rows], ours.train_labels[rows]
    if how == "random":
        half = rng.random(len(ours.train_labels)) < 0.5
        return plant_block(ours.bare_films, half), ours.train_labels
    raise ValueError(f"no repair is called {how!r}; choose from {', '.join(REPAIRS)}")


def repeated(ours: Hospital, seed: int = 0) -> str:
    """How often rebalancing shows the films of its rarest group, in a sentence."""
    rng = np.random.default_rng([280, seed])
    rows = level(ours.train_labels, ours.train_marked, rng)
    group = 2 * ours.train_labels + ours.train_marked
    few = int(np.argmin(np.bincount(group, minlength=4)))
    mine = rows[group[rows] == few]
    films = len(np.unique(mine))
    word = ("well, no block", "well, with the block", "ill, no block", "ill, with the block")[few]
    return (
        f"Rebalancing fills {len(mine)} places with {films} films of the rarest group ({word}): "
        f"it shows each of them {len(mine) / films:.0f} times."
    )


def tested(model: PixelRegression, ours: Hospital) -> list[float]:
    """AUC on the test films in three conditions, in the order of `SHOWN`."""
    truth = ours.test_labels.astype(bool)
    return [metrics._auc(truth, model.scores(ours.shown[name])) for name in SHOWN]


def seeds(cohort, trainings=("clean", "habit"), share: float = 0.95) -> dict[str, dict]:
    """The experiment again for five draws of films and blocks.

    Parameters
    ----------
    cohort : Cohort
    trainings : sequence of str
        ``clean``, ``habit`` (the marking practice, a confounder), or a repair.
    share : float

    Returns
    -------
    dict of dict of ndarray, (5,)
        training -> condition of the test films -> AUC of each seed; points, so without intervals.
    """
    out: dict[str, list] = {name: [] for name in trainings}
    for seed in range(SEEDS):
        ours = hospital(cohort, share, seed)
        for name in trainings:
            films = {"clean": ours.bare_films, "habit": ours.train_films}.get(name)
            labels = ours.train_labels
            if films is None:
                films, labels = repaired(ours, name, seed)
            out[name].append(tested(pixel_regression(films, labels), ours))
    return {name: dict(zip(SHOWN, np.array(rows).T, strict=True)) for name, rows in out.items()}


def stored_aucs(run) -> dict[str, dict]:
    """The same table of a stored run of networks (``network`` of lesson 06)."""
    truth = run["label"].astype(bool)
    return {
        str(name): {
            str(shown): np.array([metrics._auc(truth, s.astype(float)) for s in scores[:, c]])
            for c, shown in enumerate(run["shown"])
        }
        for name, scores in zip(run["trainings"], run["score"], strict=True)
    }
