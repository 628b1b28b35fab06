"""The films and numbers that lesson 03 shows: contrast alone, what is known of a set, eight changes
of a film, AUCs at the chosen epoch."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage

from readingroom import data, simulator
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.data.cohort import Cohort
from readingroom.data.defects import found

EDGE = 5  # pixels of a 64-pixel film: arms, neck and abdomen, hardly any lung
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
    """Test AUC of each network at the epoch that validation chose for its size.

    Parameters
    ----------
    curves : Stored
        ``val_loss`` and ``test_auc`` (S, D, E): training size, network, epoch.

    Returns
    -------
    ndarray, (S, D)
        At the lowest mean validation loss of the networks of one size, as the figure's dots and
        the question where to stop have it; so that a size has one AUC throughout the lesson.
    """
    chosen = curves["val_loss"].mean(axis=1).argmin(axis=1)  # (S,)
    return curves["test_auc"][np.arange(len(chosen)), :, chosen]


def pairing_narrows(labels: np.ndarray, new: np.ndarray, old: np.ndarray) -> bool:
    """Whether the interval of an AUC difference is narrower if it is taken film by film.

    Parameters
    ----------
    labels : ndarray, (n,) of 0 and 1
    new, old : ndarray, (n,)
        Scores of the same films by two models.
    """
    pair, apart = (metrics.auc_diff(labels, new, old, paired=kept) for kept in (True, False))
    return pair.hi - pair.lo < apart.hi - apart.lo


def contrast(films: np.ndarray, edge: int = 0) -> np.ndarray:
    """Contrast of each film: the standard deviation of its greys.

    Parameters
    ----------
    films : ndarray, (N, H, W) uint8
    edge : int
        Look only at a frame of so many pixels; 0 is the whole film.

    Returns
    -------
    ndarray, (N,)
        In grey levels.
    """
    inside = np.ones(films.shape[1:], bool)
    if edge:
        inside[edge:-edge, edge:-edge] = False
    return films[:, inside].astype(float).std(axis=1)


def contrast_alone(films: Cohort) -> tuple[Estimate, Estimate]:
    """How well a low contrast alone ranks the test films, without any look at the lungs.

    Returns
    -------
    whole, edge : Estimate
        AUC of the contrast of the whole film, and of its outermost pixels.
    """
    images, labels = films.part("test")
    edge = max(1, round(EDGE * images.shape[1] / 64))
    whole, frame = (metrics.auc(labels, -contrast(images, width)) for width in (0, edge))
    return whole.on(films), frame.on(films)


def told_of_edge(edge: Estimate) -> str:
    """What the AUC of the edge's contrast means, in a sentence."""
    if edge.lo > 0.5:
        return (
            "The edge shows hardly any lung, and a hazy edge still goes with the label. So the "
            "label goes with exposure, positioning or the cut of the film."
        )
    if edge.hi < 0.5:
        return (
            "The edge shows hardly any lung, and a crisp edge goes with the label. So the label "
            "goes with exposure, positioning or the cut of the film."
        )
    return (
        "The interval of the edge contains 0.5: in these films, haze at the edge says nothing "
        "about the label."
    )


def known(films: Cohort) -> tuple[str, ...]:
    """What is known to be odd about a set of films, one sentence each.

    Returns
    -------
    tuple of str
        Of real films what the registry records; of others what their own table shows, and of own
        films what adding them found.
    """
    if films.source == "real":
        return data.known_defects(films.name)
    table, said = films.table, []
    if "patient" in table and table["patient"].notna().any():
        of = {part: set(table.loc[table["split"] == part, "patient"].dropna())
              for part in ("train", "val", "test")}  # fmt: skip
        for part, name in (("val", "validation"), ("test", "test")):
            shared = len(of["train"] & of[part])
            said.append(f"{shared} of {len(of[part])} {name} patients have training films too")
    else:
        said.append("there are no patient numbers, so shared patients cannot be counted")
    sets = {"train": "training", "val": "validation", "test": "test"}
    mix = {name: films.part(part)[1] for part, name in sets.items()}
    shares = [f"{100 * np.mean(y):.0f} % of the {name} films" for name, y in mix.items() if len(y)]
    said.append(f"labelled 1: {', '.join(shares)}")
    return (*said, *(found(films.name) if films.source == "own" else []))
