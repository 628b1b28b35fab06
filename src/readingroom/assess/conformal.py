"""Conformal prediction sets of a yes-or-no question, and how often they hold the truth.

Sources: Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World; Angelopoulos &
Bates 2023, Found Trends Mach Learn 16:494. The sets are made by the package crepes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from readingroom.assess.metrics import Estimate, _labels, share

CLASSES = (0, 1)


def prediction_sets(
    y: Any, p: Any, new: Any, confidence: float = 0.9, by_class: bool = False
) -> np.ndarray:
    """The answers that cannot be excluded, for each new case.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
        Labels of the cases that calibrate.
    p : array-like, (N,)
        Their probabilities of label 1.
    new : array-like, (M,)
        Probabilities of the new cases.
    confidence : float
        Share of sets that are to hold the truth.
    by_class : bool
        Calibrate the two labels apart, so that each keeps the promise for itself.

    Returns
    -------
    ndarray of bool, (M, 2)
        Whether 0 and whether 1 are in the set; both and neither can occur.

    Raises
    ------
    ValueError
        Labels of one kind only or fewer than scores, a confidence outside 0 to 1, or numbers that
        are no probabilities.
    """
    from crepes import ConformalClassifier
    from crepes.extras import hinge

    labels, old, fresh = _labels(y).astype(int), np.asarray(p, float), np.asarray(new, float)
    if labels.shape != old.shape or labels.ndim != 1:
        raise ValueError(
            f"labels and scores must be of the same films, and here are {labels.size} labels and "
            f"{old.size} scores"
        )
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1, and {confidence} does not")
    if set(np.unique(labels)) != set(CLASSES):
        raise ValueError("the cases that calibrate must be of both kinds, labelled 0 and 1")
    if not all(((x >= 0) & (x <= 1)).all() for x in (old, fresh)):
        raise ValueError("probabilities lie between 0 and 1")
    odd = hinge(np.c_[1 - old, old], np.array(CLASSES), labels)
    test = hinge(np.c_[1 - fresh, fresh])
    made = ConformalClassifier()
    how = {"confidence": confidence, "smoothing": False}
    if not by_class:
        return made.fit(odd).predict_set(test, **how).astype(bool)
    made.fit(odd, bins=labels)
    sides = [made.predict_set(test, bins=np.full(len(fresh), k), **how)[:, k] for k in CLASSES]
    return np.stack(sides, axis=1).astype(bool)


class Coverage(NamedTuple):
    """How often sets hold the truth: over all cases, over those labelled 0, and labelled 1."""

    all: Estimate
    well: Estimate
    ill: Estimate


def coverage(sets: Any, y: Any) -> Coverage:
    """How often the set holds the truth.

    Parameters
    ----------
    sets : array-like, (N, 2) of bool
    y : array-like, (N,) of 0 and 1

    Returns
    -------
    Coverage
        Shares with Wilson's interval.

    Raises
    ------
    ValueError
        Sets and labels are of different numbers of films or in the other order, or a label is
        neither 0 nor 1.
    """
    labels, held = np.asarray(y), np.asarray(sets)
    if held.ndim != 2 or held.shape[1] != len(CLASSES) or labels.ndim != 1:
        raise ValueError("the sets come first, as prediction_sets made them, and then the labels")
    if len(held) != len(labels):
        raise ValueError(
            f"there are {len(held)} sets and {len(labels)} labels: take both from the same films"
        )
    labels, held = _labels(labels).astype(int), held.astype(bool)
    inside = held[np.arange(len(labels)), labels]
    groups = {"all": labels >= 0, "well": labels == 0, "ill": labels == 1}
    return Coverage(
        **{
            name: share(int(inside[rows].sum()), int(rows.sum()), f"coverage, {name}")
            for name, rows in groups.items()
        }
    )
