"""Stored scores of two models that play two vendors' programs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.assess.named import named
from readingroom.data import origin, split
from readingroom.kernel import stored
from readingroom.kernel.session import current


@dataclass(frozen=True)
class Pair:
    """The same films, scored by two programs.

    Attributes
    ----------
    y : ndarray, (N,) of 0 and 1
    a, b : ndarray, (N,)
    tag : str or None
        For figures, where these are not the lesson's own films.
    """

    y: np.ndarray
    a: np.ndarray
    b: np.ndarray
    tag: str | None = None

    def difference(self, n: int | None = None) -> Estimate:
        """AUC of B minus AUC of A on the same first `n` films, or all."""
        rows = slice(n)
        return metrics.auc_diff(self.y[rows], self.b[rows], self.a[rows])


def two_programs() -> Pair:
    """Scores of lesson 04's two models on its test films, those of the own hospital first."""
    kept = stored.load("04", "scores", current().mode)
    y, a, b = (np.asarray(kept[f"test_{name}"]) for name in ("label", "a", "b"))
    local, rest = split.at_home(len(y))
    order = np.r_[local, rest]
    y, a, b = (named(column[order], kept) for column in (y.astype(int), a, b))
    return Pair(y, a, b, "SIMULATED" if kept.stands_in else origin.tag())
