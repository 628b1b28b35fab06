"""A shortcut in a pixel regression: 400 thumbnails, a block that goes with the label, repairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.kernel.stored import MODES
from readingroom.lessons.l06 import markers
from readingroom.lessons.l06.films import stand_in, wanted
from readingroom.models.pixels import PixelRegression, pick, pixel_regression

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
    marked = markers.practice(train_labels, share, rng)
    own = markers.practice(truth, share, np.random.default_rng([28, seed, 1]))
    shown = {
        "internal": markers.plant_block(test, own),
        "unmarked": test,
        "swapped": markers.plant_block(test, truth == 0),
    }
    return Hospital(bare, markers.plant_block(bare, marked), train_labels, marked, truth, shown)


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
        return markers.crop(ours.train_films), ours.train_labels
    if how == "rebalance":
        rows = markers.level(ours.train_labels, ours.train_marked, rng)
        return ours.train_films[rows], ours.train_labels[rows]
    if how == "random":
        half = rng.random(len(ours.train_labels)) < 0.5
        return markers.plant_block(ours.bare_films, half), ours.train_labels
    raise ValueError(f"no repair is called {how!r}; choose from {', '.join(REPAIRS)}")


def repeated(ours: Hospital, seed: int = 0) -> str:
    """How often rebalancing shows the films of its rarest group, in a sentence."""
    rng = np.random.default_rng([280, seed])
    rows = markers.level(ours.train_labels, ours.train_marked, rng)
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
