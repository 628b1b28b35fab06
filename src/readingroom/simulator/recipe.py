"""Recipes: the cohorts that lessons ask for by name."""

from __future__ import annotations

from dataclasses import dataclass

from readingroom.simulator.mix import Mix

__all__ = ["RECIPES", "Recipe"]


@dataclass(frozen=True)
class Recipe:
    """A population and a question.

    Parameters
    ----------
    label : str
        Kind of finding that makes label 1.
    seed : int
        The course's own sample.
    """

    description: str
    label: str
    mixes: tuple[Mix, ...]
    seed: int


_YOUNG = {"children": 0.8, "all": 0.2}

RECIPES = {
    "consolidation": Recipe(
        "Consolidation or none, mostly children; training and validation share patients, "
        "the test part comes from other patients and scanners.",
        "consolidation",
        (
            Mix("train", 1600, 0.74, _YOUNG, {"Children's": 0.7, "Northgate": 0.3},
                severity=(0.1, 0.9), films_each=2.6),
            Mix("val", 320, 0.74, shares_patients_with="train"),
            Mix("test", 480, 0.625, _YOUNG, {"Elm Park": 0.4, "Harbour": 0.35, "St Anne": 0.25},
                severity=(0.0, 0.65), films_each=1.5),
        ),
        3,
    ),
}
