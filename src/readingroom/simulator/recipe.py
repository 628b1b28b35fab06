"""Recipes: the cohorts that lessons ask for by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from readingroom.simulator.archive import misfiled
from readingroom.simulator.mix import Mix, Tie

__all__ = ["RECIPES", "Recipe"]


@dataclass(frozen=True)
class Recipe:
    """A population and a question.

    Parameters
    ----------
    label : str
        Kind of finding that makes label 1.
    mixes : tuple of Mix
        One for each split.
    seed : int
        The course's own sample.
    then : callable, optional
        ``then(cohort, seed)`` changes the drawn cohort: how it was filed, not what was drawn.
    """

    description: str
    label: str
    mixes: tuple[Mix, ...]
    seed: int
    then: Callable | None = None


YOUNG = {"children": 0.8, "all": 0.2}
HOME = {"Northgate": 0.6, "Harbour": 0.4}
AWAY = {"Elm Park": 0.5, "St Anne": 0.5}


def _three(mix: Mix, val: int, test: int, **elsewhere: Any) -> tuple[Mix, ...]:
    """Train, validation and test parts of other patients; `elsewhere` changes the test part."""
    return (
        replace(mix, split="train"),
        replace(mix, split="val", films=val),
        replace(mix, split="test", films=test, **elsewhere),
    )


def _confounded(odds_ratio: float) -> tuple[Mix, ...]:
    """A marker that goes with the label at home and not in the swapped test part."""
    home = Mix("train", 800, 0.5, sites=HOME, ties=(Tie("marker", odds_ratio, 0.2),))
    swapped = replace(home, split="swapped", films=300, ties=(Tie("marker", 1 / odds_ratio, 0.8),))
    return (*_three(home, 200, 300), swapped)


def _shared(home: tuple[float, float], away: tuple[float, float]) -> tuple[Mix, ...]:
    """Mostly children: validation shares patients with training, the test part does not.

    Severity runs over `home` in training and validation, over `away` in the test part.
    """
    return (
        Mix(
            "train",
            1600,
            0.74,
            YOUNG,
            {"Children's": 0.7, "Northgate": 0.3},
            severity=home,
            films_each=2.6,
        ),
        Mix("val", 320, 0.74, shares_patients_with="train"),
        Mix(
            "test",
            480,
            0.625,
            YOUNG,
            {"Elm Park": 0.4, "Harbour": 0.35, "St Anne": 0.25},
            severity=away,
            films_each=1.5,
        ),
    )


RECIPES = {
    "consolidation": Recipe(
        "Consolidation or none, mostly children; training and validation share patients, "
        "the test part comes from other patients and scanners.",
        "consolidation",
        _shared((0.1, 0.9), (0.0, 0.65)),
        3,
    ),
    "children": Recipe(
        "Dense consolidation or none, mostly children: the stand-in for PneumoniaMNIST. Training "
        "and validation share patients, the test part comes from other patients and scanners.",
        "consolidation",
        _shared((0.6, 1.0), (0.4, 1.0)),
        4,
    ),
    "adults": Recipe(
        "Adults of two departments, consolidation or not, with other findings in both groups; "
        "bedside films are commoner among the ill.",
        "consolidation",
        _three(
            Mix(
                "train",
                600,
                0.5,
                sites=HOME,
                ties=(Tie("AP", 2.5, 0.28),),
                severity=(0.1, 0.8),
                extras={
                    "effusion": 0.12,
                    "cardiomegaly": 0.12,
                    "interstitial": 0.08,
                    "nodule": 0.06,
                },
            ),
            200,
            200,
        ),
        11,
    ),
    "elsewhere": Recipe(
        "Adults of two other departments, all without findings or with consolidation.",
        "consolidation",
        (Mix("test", 250, 0.5, sites=AWAY, severity=(0.1, 0.8)),),
        12,
    ),
    "other-ward": Recipe(
        "Adults of two other departments: one part without any finding, in bed or standing, and "
        "one in which everybody is ill and most lie in bed.",
        "consolidation",
        (
            Mix("normals", 500, 0.0, sites=AWAY, films_each=2.5),
            Mix("all ill", 240, 1.0, sites=AWAY, films_each=3.0, ties=(Tie("AP", 1.0, 0.8),)),
        ),
        30,
    ),
    "archive": Recipe(
        "Faint consolidation or none, adults with several films each, as an archive hands them "
        "out: some patients in two parts, some films filed twice.",
        "consolidation",
        _three(
            Mix("train", 360, 0.5, severity=(0.0, 0.3), films_each=4.0, view="PA"),
            120,
            120,
        ),
        21,
        misfiled,
    ),
    "nodules": Recipe(
        "Nodules of 8 to 42 mm or none, adults.",
        "nodule",
        _three(Mix("train", 1200, 0.5, sites=HOME, severity=(0.0, 1.0)), 200, 400),
        13,
    ),
    "effusion": Recipe(
        "Pleural effusion or none, adults.",
        "effusion",
        _three(Mix("train", 800, 0.5, sites=HOME, severity=(0.05, 0.8)), 200, 300),
        14,
    ),
    "pneumothorax": Recipe(
        "Pneumothorax or none; at home most are drained already, so a drain goes with the label; "
        "the untreated part has none.",
        "pneumothorax",
        (
            *_three(
                Mix(
                    "train",
                    800,
                    0.5,
                    sites=HOME,
                    severity=(0.0, 0.35),
                    ties=(Tie("chest drain", 60.0, 0.05),),
                ),
                200,
                300,
            ),
            Mix(
                "untreated",
                300,
                0.5,
                sites=HOME,
                severity=(0.0, 0.35),
                ties=(Tie("chest drain", 1.0, 0.001),),
            ),
        ),
        15,
    ),
    "marker-95": Recipe(
        "Consolidation with a side letter on 95 % of positive and 20 % of negative films, "
        "swapped in the last part.",
        "consolidation",
        _confounded(76.0),
        16,
    ),
    "marker-65": Recipe(
        "Consolidation with a side letter on 65 % of positive and 20 % of negative films, "
        "swapped in the last part.",
        "consolidation",
        _confounded(7.4),
        17,
    ),
    "two-sites": Recipe(
        "Consolidation in 34 % of films of one department and 1 % of the other; the test part "
        "has 20 % in both.",
        "consolidation",
        (
            Mix("train", 700, 0.34, sites={"St Anne": 1.0}),
            Mix("train", 700, 0.012, sites={"Elm Park": 1.0}),
            Mix("test", 300, 0.2, sites=AWAY),
        ),
        18,
    ),
    "one-sex": Recipe(
        "Effusion or none; nearly all training films are of men, half of the test films.",
        "effusion",
        _three(
            Mix(
                "train",
                700,
                0.5,
                sites=HOME,
                severity=(0.05, 0.6),
                ties=(Tie("female", 1.0, 0.03),),
            ),
            150,
            400,
            ties=(Tie("female", 1.0, 0.5),),
        ),
        19,
    ),
}
