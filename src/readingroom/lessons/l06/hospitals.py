"""A learner's own hospitals: trained at one, tested at the others."""

from __future__ import annotations

from typing import Any

from readingroom.models.sites import OneHospital, TwoSites, two_sites
from readingroom.show.intervals import estimates

FOR_OWN = "This step is for films of your own with a column that names the hospital (`site`)."


def two_hospitals(films: Any, train_at: str | None = None) -> TwoSites | None:
    """Train at one hospital, test at the others, and read the hospital from the pixels.

    Parameters
    ----------
    films : Cohort
        A learner's own, with a column ``site``; any other films are told what is missing.
    train_at : str, optional
        Where to train; by default where most can be learnt.

    Returns
    -------
    TwoSites or None
        None, and one sentence, where two hospitals cannot be compared.
    """
    if films.source != "own":
        print(FOR_OWN)
        return None
    try:
        found = two_sites(films, train_at)
    except OneHospital as problem:
        print(problem)
        return None
    rows = found.estimates()
    estimates(
        rows,
        alt=f"Two hospitals, trained at {found.home.name}: "
        + "; ".join(f"{name} {one.short()}" for name, one in rows.items()),
        axis="share or AUC, 95 % interval by patient",
        line=0.5,
    )
    print(found)
    return found
