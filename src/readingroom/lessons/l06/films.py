"""The films of lesson 06: contact sheet, letterless children, twins; and a probe of a window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import rankdata

from readingroom import data, simulator
from readingroom.assess import metrics
from readingroom.data.cohorts import remembered, wanted
from readingroom.lessons.l06 import shortcuts
from readingroom.simulator import film_cases, plan
from readingroom.simulator.recipe import RECIPES

EACH = 12
SIZE = 128
ASKED = 0  # the film on which the learner draws the box
TWINS = 60
FIRST_TWIN = 61_000  # seed of the first child
WINDOW = 4  # pixels of the probe


# read off the real test films, which are the same in every copy of the set
SEEN = (
    "Films are counted from 0, row by row. Film 16 is normal and carries a letter of its own: a "
    "real R, on the patient's right. So a normal film without our L need not be without letters. "
    "Films 2, 5, 9 and 10 are of ill children and show tubes or lines. On the normal films none is "
    "seen. Nobody planted those."
)
DRAINED_FILM = "00000118_009.png"  # of NIH-1000: its report's text was mined for "pneumothorax"


@dataclass(frozen=True)
class Sheet:
    """Films of the sheet; the first twelve are positive.

    Attributes
    ----------
    films : ndarray, (24, 128, 128) uint8
    labels : ndarray, (24,)
    box : tuple of int
        (row0, row1, col0, col1) of the letter on film `ASKED`, pixels.
    unplanted : str
        What else goes with the label on these films, and nobody planted; empty where nobody looked.
    """

    films: np.ndarray
    labels: np.ndarray
    box: tuple[int, int, int, int]
    unplanted: str


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
    return _sheet(mode or data.mode())


@remembered
def _sheet(wanted: str | None) -> Sheet:
    seen = {"real": SEEN}.get(wanted or "", "")
    if wanted == "simulated":
        bare, labels, devices = _simulated()
        ill, well = (int((devices & (labels == k)).sum()) for k in (1, 0))
        seen = (
            f"Leads, lines or tubes lie on {ill} of the {EACH} positive films and on {well} of the "
            f"{EACH} normal ones. Nobody planted those."
        )
    else:
        cohort = data.load("children", size=SIZE, mode=wanted)
        films, truth = cohort.part("test")
        rows = _chosen(truth)
        bare, labels = films[rows], truth[rows]
    box = shortcuts.letter_boxes(len(bare), SIZE)[ASKED]
    films = shortcuts.plant_letter(bare, labels == 1)
    films.flags.writeable = labels.flags.writeable = False  # the checks read the same sheet
    return Sheet(films, labels, tuple(int(v) for v in box), seen)


def _chosen(labels: np.ndarray) -> np.ndarray:
    """Twelve positive and twelve negative positions, spread over the part."""
    out = []
    for label in (1, 0):
        found = np.flatnonzero(np.asarray(labels) == label)
        out.append(found[np.linspace(0, len(found) - 1, min(EACH, len(found))).astype(int)])
    return np.concatenate(out)


def _simulated() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Films, labels, and whether a film shows a device."""
    cases = cases_of("test")
    chosen = [cases[k] for k in _chosen([c.label for c in cases])]
    drawn = letterless(chosen)
    devices = np.array([bool(case.exam.devices) for case in chosen])
    return drawn.images, drawn.table["label"].to_numpy("int64"), devices


def cases_of(split: str) -> list:
    """The virtual children of one part, ``train`` or ``test``, in the cohort's order."""
    recipe = RECIPES["children"]
    return [c for c in plan(recipe.mixes, recipe.label, recipe.seed) if c.split == split]


def letterless(cases: Iterable[Any], size: int = SIZE) -> Any:
    """Virtual children drawn without any letter of their own, as `simulator.film_cases` returns."""
    bare = [replace(c, exam=c.exam.changed(marker="", portable_text=False)) for c in cases]
    return film_cases(bare, "children", RECIPES["children"].label, size)


def mapped_films(run, count: int = 1) -> np.ndarray:
    """The first films of a stored run's maps, with their letter, (count, 128, 128).

    Parameters
    ----------
    run : Stored
        ``network`` of simulated children.
    """
    rows = run["mapped"][:count]
    return shortcuts.plant_letter(letterless(cases_of("test")[: rows.max() + 1]).images, True)[rows]


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
    boxes = shortcuts.letter_boxes(int(rows.max()) + 1, SIZE)[rows]
    peak = maps.reshape(len(maps), -1).argmax(axis=1)
    top, left = stride * (peak // maps.shape[2]), stride * (peak % maps.shape[2])
    tall = (top < boxes[:, 1]) & (top + patch > boxes[:, 0])
    return tall & (left < boxes[:, 3]) & (left + patch > boxes[:, 2])


def twin_films(which: Iterable[int], size: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    """Virtual children without and with consolidation; neither film has a letter yet.

    Parameters
    ----------
    which : iterable of int
        Numbers of the children, from 0.
    size : int
        Edge of the films in pixels.

    Returns
    -------
    healthy, ill : ndarray, (P, size, size) uint8
        Row k shows the same child, pose, exposure and noise in both.
    """
    healthy, ill = [], []
    for k in which:
        rng = np.random.default_rng(FIRST_TWIN + k)
        child = simulator.Patient.sample(FIRST_TWIN + k, ages="children")
        exam = simulator.Exam.sample(child, FIRST_TWIN + k, "Children's")
        exam = exam.changed(marker="", portable_text=False)
        found = simulator.Finding(
            "consolidation",
            round(float(rng.uniform(0.5, 1.0)), 3),
            "right" if rng.random() < 0.5 else "left",
            str(rng.choice(["upper", "mid", "lower"])),
            seed=FIRST_TWIN + k,
        )
        film = simulator.draw(child, exam, (), size)
        healthy.append(film.image)
        ill.append(simulator.twin(film, findings=(found,)).image)
    return np.stack(healthy), np.stack(ill)


def drained_films(size: int = 256) -> dict[str, np.ndarray]:
    """One virtual adult three times: without and with a pneumothorax, and with a drain beside it.

    Returns
    -------
    dict of ndarray, (size, size) uint8
        What is drawn to the film.
    """
    adult = simulator.Patient.sample(FIRST_TWIN, ages="adults")
    exam = simulator.Exam.sample(adult, FIRST_TWIN, "Northgate", "AP", ("chest drain",))
    air = simulator.Finding("pneumothorax", 0.8, "left", "upper", seed=FIRST_TWIN)
    film = simulator.draw(adult, exam.changed(drain_side="left"), (air,), size)
    return {
        "no pneumothorax": simulator.twin(film, findings=(), devices=()).image,
        "pneumothorax": simulator.twin(film, devices=()).image,
        "pneumothorax and drain": film.image,
    }


def nih_film() -> np.ndarray | None:
    """A real film labelled "pneumothorax" by its report, (64, 64) uint8; None without NIH-1000."""
    if wanted(None, "nih-1000") != "real":
        return None
    films = data.load("nih-1000", size=64, mode="real")
    return films.images[films.table["image"].to_numpy() == DRAINED_FILM][0]


def window_aucs(images: np.ndarray, labels: np.ndarray, window: int = WINDOW) -> np.ndarray:
    """AUC of the mean brightness of every window of a film.

    Parameters
    ----------
    images : ndarray, (N, S, S) uint8
    labels : ndarray, (N,) of 0 and 1
    window : int
        Edge, pixels.

    Returns
    -------
    ndarray, (S - window + 1, S - window + 1)
        Entry (r, c) belongs to rows r to r + window. Points of a map, so without intervals.
    """
    views = np.lib.stride_tricks.sliding_window_view(images, (window, window), (1, 2))
    bright = views.mean((3, 4))  # (N, G, G)
    ill = np.asarray(labels).astype(bool)
    ranks = rankdata(bright, axis=0)
    n, wells = int(ill.sum()), int((~ill).sum())
    return (ranks[ill].sum(axis=0) - n * (n + 1) / 2) / (n * wells)


def sex_aucs(run: Any) -> dict[str, np.ndarray]:
    """AUC in women and in men for each share of women among the training films.

    Parameters
    ----------
    run : Stored
        ``label`` and ``woman`` (n,); ``score`` (K, D, n) by share and draw.

    Returns
    -------
    dict of ndarray, (K, D)
        ``women`` and ``men``; points, so without intervals.
    """
    truth, woman = run["label"] == 1, run["woman"].astype(bool)
    return {
        name: np.array([[metrics._auc(truth[who], s[who]) for s in draws]
                        for draws in run["score"]])
        for name, who in (("women", woman), ("men", ~woman))
    }  # fmt: skip
