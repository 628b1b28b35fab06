"""What lesson 99 counts: what each repair takes away, and the blanks of the learner's repairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.data.origin import of_course
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l99 import archive, repairing
from readingroom.lessons.l99.repairing import CHOICE, PATIENT, POOR, SOURCE, Design

DRAWS = 500  # of a bootstrap by patient
STEPS = ("as planted", "adults with adults", "each patient in one part", "test untouched")
VIEW = "view alone"
HARMS = {
    SOURCE: "ill and normal from different places",
    PATIENT: "a patient in two parts",
    CHOICE: "test films choose the network",
    POOR: "flat films taken out of the test",
}


@dataclass(frozen=True)
class Shown:
    """Films among which one patient is in both parts.

    Attributes
    ----------
    rows : ndarray, (12,)
        Rows of the archive; the first half are training films.
    patient : list of str
    alike : tuple of int
        The two of different patients that look most alike.
    """

    rows: np.ndarray
    patient: list[str]
    alike: tuple[int, int]

    @property
    def same(self) -> tuple[int, int]:
        """The two films of one patient."""
        twice = next(who for who in self.patient if self.patient.count(who) == 2)
        one, other = (k for k, who in enumerate(self.patient) if who == twice)
        return one, other


def shown_of(mode: str) -> Shown:
    """Those of a mode."""
    kept = stored.load("99", "pairs", mode)
    one, other = (int(k) for k in kept["alike"])
    return Shown(
        np.asarray(kept["rows"]), [str(who).lstrip("0") for who in kept["patient"]], (one, other)
    )


def shown() -> Shown:
    """Those of the lesson that is open."""
    return shown_of(current().mode)


def _over_deals(values: Any, kept: stored.Stored, name: str = "AUC") -> Estimate:
    return metrics.mean(np.asarray(values, float), name, of="deals").on(kept)


def remains_of(mode: str) -> dict[str, Estimate]:
    """AUC of each step and of the view alone, mean over the deals."""
    kept = stored.load("99", "repairs", mode)
    out = {name: _over_deals(kept[f"step_{k}"], kept) for k, name in enumerate(STEPS)}
    return {**out, VIEW: _over_deals(kept["view"], kept)}


def remains() -> dict[str, Estimate]:
    """In the mode of the lesson."""
    return remains_of(current().mode)


def advantage_of(mode: str) -> Estimate:
    """AUC of the repaired study less that of the view alone, same test films, over the deals."""
    kept = stored.load("99", "repairs", mode)
    return _over_deals(kept["step_3"] - kept["view"], kept, "AUC above the view")


def advantage() -> Estimate:
    """In the mode of the lesson."""
    return advantage_of(current().mode)


def falls_of(mode: str, among_adults: bool = False) -> dict[str, Estimate]:
    """Fall of the AUC when one flaw is repaired and the others stay.

    Parameters
    ----------
    among_adults : bool
        Whether the study compares adults with adults from the start.
    """
    kept = stored.load("99", "repairs", mode)
    planted = kept["step_1" if among_adults else "step_0"]
    before = "" if among_adults else "planted_"
    fall = {} if among_adults else {HARMS[SOURCE]: kept["step_0"] - kept["step_1"]}
    for name in (PATIENT, CHOICE, POOR):
        fall[HARMS[name]] = planted - kept[f"{before}without_{name}"]
    return {said: _over_deals(held, kept, "fall of the AUC") for said, held in fall.items()}


def falls(among_adults: bool = False) -> dict[str, Estimate]:
    """In the mode of the lesson."""
    return falls_of(current().mode, among_adults)


# --- what the learner's three repairs call; a blank that still holds dots is handed through


def of_both(films: Any, classes: Any) -> Any:
    """Rows of the sources that hold at least so many classes, of ill and normal.

    Parameters
    ----------
    films : DataFrame
        With ``source`` and ``ill``.
    classes : int
    """
    if classes is Ellipsis:
        return classes
    return repairing.of_both_classes(films["source"].to_numpy(), films["ill"].to_numpy(), classes)


def deal(films: Any, together: Any) -> Any:
    """Deal films to train, val and test, (N,) of 0, 1, 2.

    Parameters
    ----------
    films : DataFrame
    together : str
        Column whose values are never divided between two parts.
    """
    if together is Ellipsis:
        return together
    return repairing.dealt(films[together].to_numpy(), seed=0)


def best(films: Any, scores: np.ndarray, part: Any) -> Any:
    """Number of the network with the highest AUC on one part.

    Parameters
    ----------
    films : DataFrame
        With ``ill`` and ``part``.
    scores : ndarray, (K, N)
    part : str
    """
    if part is Ellipsis:
        return part
    rows = np.flatnonzero((films["part"] == part).to_numpy())
    if not len(rows):
        raise ValueError(f"There is no part {part!r}; there are train, val and test.")
    return repairing.best(films["ill"].to_numpy(), np.asarray(scores), rows)


def auc(films: Any, score: np.ndarray, part: str) -> Any:
    """AUC on one part with its interval, patients redrawn.

    Parameters
    ----------
    films : DataFrame
        With ``ill``, ``part`` and ``patient``.
    score : ndarray, (N,)
    """
    if np.ndim(score) != 1:
        return ...
    rows = (films["part"] == part).to_numpy()
    held = films[rows]
    return metrics.auc(held["ill"], np.asarray(score)[rows], held["patient"], draws=DRAWS)


def together(same_place: Callable, parts: Callable, report: Callable) -> Callable:
    """The three repairs as one function, which a check calls by name."""

    def repaired(which: str, films: Any, scores: np.ndarray) -> Any:
        if which == "same place":
            return _numbers(same_place(films))
        if which == "parts":
            return _numbers(parts(films))
        return _numbers(report(films, scores))

    return repaired


def _numbers(found: Any) -> Any:
    if hasattr(found, "lo"):
        return np.array([found.value, found.lo, found.hi])
    return found if found is None or found is Ellipsis else np.atleast_1d(np.asarray(found))


def rerun(seed: int = 0) -> Estimate:
    """Train the repaired study anew and print its AUC beside that of the view alone.

    Returns
    -------
    Estimate
        AUC less that of the view, the same test films, patients redrawn.
    """
    pool = archive.adults(of_course(current().mode))
    done = repairing.run(pool, Design(False, False, False, False), seed)
    held = pool.table.iloc[done.rows]
    who, view = held["patient"].to_numpy(str), (held["view"] == "AP").to_numpy(float)
    network = metrics.auc(done.ill, done.score, who, draws=DRAWS).on(pool)
    alone = metrics.auc(done.ill, view, who, draws=DRAWS).on(pool)
    apart = metrics.auc_diff(done.ill, done.score, view, who).on(pool)
    print(f"repaired and trained again: {network}")
    print(f"view alone, same test films: {alone}")
    print(f"difference: {apart}")
    return apart
