"""Free-response ROC (FROC): how many lesions are found, against false marks an examination.

Every mark has a score. It hits a lesion or it is false. Sensitivity is counted over lesions, false
marks over all examinations, also those with lesions (Chakraborty 2017, Observer Performance Methods
for Diagnostic Imaging).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate

UNMARKED = -math.inf  # score of a lesion that no mark hits


def _columns(found: object, false: object, exams: int) -> tuple[np.ndarray, np.ndarray]:
    hit, wrong = np.asarray(found, float).ravel(), np.asarray(false, float).ravel()
    if not len(hit):
        raise ValueError("there are no lesions, so there is no share of them to be found")
    if exams < 1:
        raise ValueError("there are no examinations to count false marks in")
    if np.isnan(hit).any() or np.isnan(wrong).any():
        raise ValueError("a score is missing: give -inf for a lesion that no mark hits")
    return hit, wrong


def curve(found: object, false: object, exams: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Operating points, from the highest score down.

    Parameters
    ----------
    found : array-like, (L,)
        For each lesion the best score of the marks that hit it; -inf where none does.
    false : array-like, (M,)
        Scores of marks that hit no lesion, of all examinations.
    exams : int
        Examinations, with and without lesions.

    Returns
    -------
    threshold, rate, sensitivity : ndarray, (K,)
        False marks an examination, and share of lesions, at or above each score that occurs.
    """
    hit, wrong = _columns(found, false, exams)
    at = np.unique(np.concatenate([hit[np.isfinite(hit)], wrong]))[::-1]
    rate = (wrong[None] >= at[:, None]).sum(axis=1) / exams
    return at, rate, (hit[None] >= at[:, None]).mean(axis=1)


def threshold_at(false: object, exams: int, rate: float) -> float:
    """The score from which marks are shown so that at most `rate` an examination are false.

    Marks above it are shown, and none at it; -inf where even all marks are not too many.
    """
    if rate < 0:
        raise ValueError("a rate of false marks is 0 or more an examination")
    wrong = np.sort(np.asarray(false, float).ravel())[::-1]
    allowed = math.floor(rate * exams + 1e-9)
    return float(wrong[allowed]) if allowed < len(wrong) else UNMARKED


def sensitivity_at(found: object, false: object, exams: int, rate: float) -> Estimate:
    """Share of lesions found at a rate of false marks, with a bootstrap over lesions.

    Parameters
    ----------
    found, false, exams
        See `curve`.
    rate : float
        False marks an examination, at most.

    Returns
    -------
    Estimate
        The threshold stays as it is while lesions are drawn; where all or none are found no draw
        differs, and the interval is Wilson's. It is about further lesions of the same kind in the
        same patients, and says nothing about other patients.
    """
    hit, _ = _columns(found, false, exams)
    return share_found(hit, threshold_at(false, exams, rate))


def share_found(found: object, threshold: float, by: str = "lesions") -> Estimate:
    """Share of lesions, or of whatever else has a best score, above a threshold.

    Parameters
    ----------
    found : array-like, (L,)
    threshold : float
        From `threshold_at`.
    by : str
        What is counted, in the plural.
    """
    above = np.asarray(found, float).ravel() > threshold
    drawn = metrics.bootstrap(np.mean, above, name="sensitivity")
    if drawn.lo < drawn.hi:
        return replace(drawn, by=by)
    return metrics.share(int(above.sum()), len(above), "sensitivity", by)
