"""Watching a share from week to week: a chart with limits, a running sum, and a rule to stop.

Sources: Shewhart 1931, Economic Control of Quality of Manufactured Product (the chart of shares);
Page 1954, Biometrika 41:100 (the running sum); Montgomery 2013, Introduction to Statistical Quality
Control, 7th ed., chapters 7 and 9 (both, with the worked examples of the tests).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate

SIGMAS = 2.0
SLACK, DECIDES = 0.5, 5.0  # in standard deviations: Montgomery's usual choice


def _counted(right: Any, n: Any) -> tuple[np.ndarray, np.ndarray]:
    """Two columns of counts, (W,).

    Raises
    ------
    ValueError
        They differ in length, a count is missing, or more are right than there are.
    """
    hits, films = np.asarray(right, float).ravel(), np.asarray(n, float).ravel()
    if len(hits) != len(films) or not len(hits):
        raise ValueError("one count and one number of films for each week")
    if not (np.isfinite(hits).all() and np.isfinite(films).all()):
        raise ValueError("a week without a count: leave that week out")
    if (films < 1).any() or (hits < 0).any() or (hits > films).any():
        raise ValueError("a week has at least one film, and no more right ones than films")
    return hits, films


def _between(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"the usual share lies between 0 and 1, and {share} does not")


@dataclass(frozen=True)
class Chart:
    """Shares of weeks with the limits of what chance alone does (a p-chart).

    Attributes
    ----------
    share : ndarray, (W,)
    n : ndarray, (W,)
        Films of each week.
    usual : float
        The share that is compared with.
    lo, hi : ndarray, (W,)
        Limits, never below 0 nor above 1.
    """

    share: np.ndarray
    n: np.ndarray
    usual: float
    lo: np.ndarray
    hi: np.ndarray

    @property
    def outside(self) -> np.ndarray:
        """Which weeks lie outside their limits, (W,) bool."""
        return (self.share < self.lo) | (self.share > self.hi)

    @property
    def below(self) -> np.ndarray:
        """Which weeks lie below their lower limit, (W,) bool."""
        return self.share < self.lo


def chart(right: Any, n: Any, usual: float, sigmas: float = SIGMAS) -> Chart:
    """Put a share of each week between limits.

    Parameters
    ----------
    right, n : array-like, (W,)
        How many, and out of how many.
    usual : float
        The share in quiet times, from other weeks than those that are judged.
    sigmas : float
        Half the distance of the limits, in standard deviations of a week's share.

    Returns
    -------
    Chart
    """
    hits, films = _counted(right, n)
    _between(usual)
    half = sigmas * np.sqrt(usual * (1 - usual) / films)
    return Chart(
        hits / films, films, usual, np.clip(usual - half, 0, 1), np.clip(usual + half, 0, 1)
    )


def standardised(right: Any, n: Any, usual: float) -> np.ndarray:
    """How far each week lies from the usual share, in its own standard deviations, (W,)."""
    hits, films = _counted(right, n)
    _between(usual)
    return (hits - films * usual) / np.sqrt(films * usual * (1 - usual))


@dataclass(frozen=True)
class Sum:
    """Two running sums, of what lies above and of what lies below (a tabular CUSUM).

    Attributes
    ----------
    above, below : ndarray, (W,)
        Both 0 or more, in standard deviations.
    decides : float
        A sum beyond it is an alarm.
    """

    above: np.ndarray
    below: np.ndarray
    decides: float

    def first(self, side: str = "either", after: int = -1) -> int | None:
        """The index of the first alarm behind `after`; ``above``, ``below`` or ``either``."""
        sums = {
            "above": self.above,
            "below": self.below,
            "either": np.maximum(self.above, self.below),
        }[side]
        found = np.flatnonzero(sums > self.decides)
        found = found[found > after]
        return int(found[0]) if len(found) else None


def cusum(z: Any, slack: float = SLACK, decides: float = DECIDES) -> Sum:
    """Add up what lies beyond a slack, and never let the sum fall below 0.

    Parameters
    ----------
    z : array-like, (W,)
        Standardised values, see `standardised`.
    slack : float
        What is forgiven each week: half of the shift that should be found.
    decides : float
        Where a sum becomes an alarm.

    Returns
    -------
    Sum
        ``above[t] = max(0, above[t-1] + z[t] - slack)``, and ``below`` with ``-z``.
    """
    values = np.asarray(z, float).ravel()
    if not np.isfinite(values).all():
        raise ValueError("a week without a value: leave that week out")
    up, down = np.zeros(len(values)), np.zeros(len(values))
    high = low = 0.0
    for week, value in enumerate(values):
        high, low = max(0.0, high + value - slack), max(0.0, low - value - slack)
        up[week], down[week] = high, low
    return Sum(up, down, decides)


def false_alarms(sigmas: float = SIGMAS, weeks: int = 52) -> float:
    """Weeks outside the limits that chance alone brings, if shares were normally distributed."""
    return weeks * math.erfc(sigmas / math.sqrt(2))


def stop(true: Any, alarms: Any, agreed: float) -> int | None:
    """The first period after which a log says with 95 % certainty that too few alarms are true.

    Parameters
    ----------
    true, alarms : array-like, (W,)
        True alarms and alarms of each period; they are added up.
    agreed : float
        The share of true alarms that was agreed upon.

    Returns
    -------
    int or None
        Its index: the first at which the interval's upper end lies below what was agreed.
    """
    hits, many = _counted(true, alarms)
    _between(agreed)
    for period, found in enumerate(log(hits, many)):
        if found.hi < agreed:
            return period
    return None


def log(true: Any, alarms: Any) -> list[Estimate]:
    """PPV of all alarms up to each period, with Wilson's interval."""
    hits, many = (np.cumsum(column) for column in _counted(true, alarms))
    return [metrics.share(int(a), int(b), "PPV", "alarms") for a, b in zip(hits, many, strict=True)]
