"""A learner's own hospitals: trained at one, tested at the others."""

from __future__ import annotations

from typing import Any

from readingroom import data
from readingroom.data.origin import MODES
from readingroom.models.sites import OneHospital, TwoSites, two_sites
from readingroom.show.intervals import estimates

SIZE = 64  # pixels: what an own cohort keeps a copy of
FOR_OWN = "This step is for films of your own with a column that names the hospital (`site`)."


def two_hospitals(films: Any = None, train_at: str | None = None) -> TwoSites | None:
    """Train at one hospital, test at the others, and read the hospital from the pixels.

    Parameters
    ----------
    films : Cohort, optional
        With a column ``site``; by default the learner's own, where the lesson is open with them.
    train_at : str, optional
        Where to train; by default where most can be learnt.

    Returns
    -------
    TwoSites or None
        None, and one sentence, where two hospitals cannot be compared.
    """
    if films is None and data.mode() in (None, *MODES):
        print(FOR_OWN)
        return None
    try:
        found = two_sites(films or data.load("nih-1000", size=SIZE), train_at)
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
