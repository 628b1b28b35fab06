"""Cohorts of simulated films, drawn from a recipe by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from readingroom.simulator.cohorts import SimulatedCohort
from readingroom.simulator.film import Film, draw
from readingroom.simulator.mix import Case, plan
from readingroom.simulator.recipe import RECIPES

__all__ = ["SimulatedCohort", "cohort", "recipes"]

Progress = Callable[[int, int], None]


def recipes() -> dict[str, str]:
    """Names of all recipes with one line on each."""
    return {name: recipe.description for name, recipe in RECIPES.items()}


def cohort(
    name: str, size: int = 64, seed: int | None = None, progress: Progress | None = None
) -> SimulatedCohort:
    """Draw a cohort.

    Parameters
    ----------
    name : str
        A key of `recipes()`.
    size : int
        Pixels along each side.
    seed : int, optional
        Another seed gives another sample of the same population; None is the course's own.
    progress : callable, optional
        Called with (done, total) as films are drawn.
    """
    if name not in RECIPES:
        raise ValueError(f"No recipe is called {name!r}; choose from {', '.join(RECIPES)}.")
    recipe = RECIPES[name]
    seed = recipe.seed if seed is None else seed
    cases = plan(recipe.mixes, recipe.label, seed)
    drawn = film_cases(cases, name, recipe.label, size, progress)
    return recipe.then(drawn, seed) if recipe.then else drawn


def film_cases(
    cases: list[Case], name: str, label_name: str, size: int, progress: Progress | None = None
) -> SimulatedCohort:
    """Draw every case of a plan."""
    import pandas as pd

    images = np.zeros((len(cases), size, size), np.uint8)
    masks = np.zeros((len(cases), size, size), bool)
    rows: list[dict] = []
    counts: dict = {}
    for i, case in enumerate(cases):
        film = draw(case.patient, case.exam, case.findings, size)
        images[i] = film.image
        masks[i] = film.masks.get(label_name, False)
        index = counts[case.split] = counts.get(case.split, -1) + 1
        rows.append(_row(case, film, index))
        if progress is not None and (i % 20 == 19 or i + 1 == len(cases)):
            progress(i + 1, len(cases))
    return SimulatedCohort(name, label_name, images, pd.DataFrame(rows), masks, cases)


def _row(case: Case, film: Film, index: int) -> dict:
    first = case.findings[0] if case.findings else None
    return {
        "split": case.split,
        "index": index,
        "label": int(case.label),
        "patient": case.patient.name,
        "view": case.exam.view,
        "sex": case.patient.sex,
        "age": float(case.patient.age),
        "site": case.exam.site,
        "finding": ",".join(f.kind for f in case.findings),
        "severity": float(first.severity) if first else 0.0,
        "side": first.side if first else "",
        "zone": first.zone if first else "",
        "marker": case.exam.marker,
        "devices": ",".join(case.exam.devices),
        "rotation": float(case.exam.rotation),
        "months": float(case.exam.months),
        "spacing_mm": float(film.spacing_mm),
        "report": film.report,
    }
