"""Some films of other wards, to be looked at: real where they can be had, else simulated."""

from __future__ import annotations

import numpy as np

from readingroom.reader.sets import SIZE, current_mode


def ward_films(n: int = 4) -> tuple[np.ndarray, list[str], str] | None:
    """Some films of the other wards to look at: normals in bed and standing, and the all-ill ward.

    Parameters
    ----------
    n : int
        Films of each of three kinds.

    Returns
    -------
    (images, titles, tag) or None
        None where the real films cannot be had: their stored scores are shown all the same.
    """
    from readingroom.data.errors import Unreachable

    try:
        kinds = _real_wards() if current_mode() == "real" else _drawn_wards(n)
    except Unreachable as problem:
        print(f"The films of the other wards cannot be had ({problem}); their scores can.")
        return None
    from readingroom.data.films import squared

    images = [squared(film, SIZE) for films, _ in kinds for film in films[:n]]
    titles = [title for films, title in kinds for _ in films[:n]]
    return np.stack(images), titles, "REAL FILMS" if current_mode() == "real" else "SIMULATED"


def _real_wards() -> list[tuple[np.ndarray, str]]:
    from readingroom import data

    nih = data.load("nih-1000", size=64, mode="real")
    normal = nih.table["label"] == 0
    out = []
    for view, said in (("AP", "normal, AP (in bed)"), ("PA", "normal, PA (standing)")):
        rows = nih.table[normal & (nih.table["view"] == view)]
        first = rows.drop_duplicates("patient").index
        out.append((nih.images[first], said))
    ill = data.load("hannover", size=128, mode="real")
    first = ill.table[ill.table["view"] == "AP"].drop_duplicates("patient").index
    return [*out, (ill.images[first], "COVID-19, all ill")]


def _drawn_wards(n: int) -> list[tuple[np.ndarray, str]]:
    from readingroom.simulator.mix import plan
    from readingroom.simulator.population import film_cases
    from readingroom.simulator.recipe import RECIPES

    recipe = RECIPES["other-ward"]
    cases = plan(recipe.mixes, recipe.label, recipe.seed)
    out = []
    for split, view, said in (
        ("normals", "AP", "normal, AP (in bed)"),
        ("normals", "PA", "normal, PA (standing)"),
        ("all ill", "AP", "all ill"),
    ):
        few = [c for c in cases if c.split == split and c.exam.view == view][: 3 * n : 3]
        out.append((film_cases(few, "other-ward", recipe.label, SIZE).images, said))
    return out
