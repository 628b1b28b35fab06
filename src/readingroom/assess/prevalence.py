"""From a test set to a list: what an alarm means where few or many are ill."""

from __future__ import annotations

import math

from readingroom.assess.metrics import Estimate


def bayes(prevalence: float, found: float, raised: float) -> float:
    """Share of the ill among those called: P(ill | call).

    Parameters
    ----------
    prevalence : float
    found : float
        Share of the ill that are called.
    raised : float
        Share of the well that are called.
    """
    called = prevalence * found + (1 - prevalence) * raised
    return prevalence * found / called if called > 0 else math.nan


def _checked(prevalence: float) -> float:
    if not 0 < prevalence < 1:
        raise ValueError(f"a prevalence lies between 0 and 1, not at {prevalence:g}")
    return float(prevalence)


def _ratio(top: Estimate, bottom: Estimate) -> tuple[float, float]:
    """Interval of top / bottom from the intervals of both (MOVER, Zou & Donner 2008)."""
    if min(top.value, top.lo, bottom.value, bottom.lo) <= 0:
        # at an end of the scale the logarithm fails: take the two ends together, which is wide
        high = top.hi / bottom.lo if bottom.lo > 0 else math.inf
        return (top.lo / bottom.hi if bottom.hi > 0 else 0.0), high
    middle = math.log(top.value / bottom.value)
    down = math.hypot(math.log(top.value / top.lo), math.log(bottom.hi / bottom.value))
    up = math.hypot(math.log(top.hi / top.value), math.log(bottom.value / bottom.lo))
    return math.exp(middle - down), math.exp(middle + up)


def _complement(share: Estimate) -> Estimate:
    return Estimate(1 - share.value, 1 - share.hi, 1 - share.lo, share.n)


def _from_ratio(ratio: float, prevalence: float) -> float:
    odds = ratio * prevalence / (1 - prevalence)
    return 1.0 if math.isinf(odds) else odds / (1 + odds)


def ppv(sens: Estimate, spec: Estimate, prevalence: float) -> Estimate:
    """PPV at a stated prevalence, with the uncertainty of sensitivity and specificity carried on.

    Parameters
    ----------
    sens, spec : Estimate
        From separate films (the ill and the well), so independent.
    prevalence : float
        Taken as known.

    Returns
    -------
    Estimate
        ``n`` is the number of films behind the two.

    Raises
    ------
    ValueError
        The prevalence is not between 0 and 1.
    """
    p, raised = _checked(prevalence), _complement(spec)
    lo, hi = (_from_ratio(ratio, p) for ratio in _ratio(sens, raised))
    value = bayes(p, sens.value, raised.value)
    value = hi if math.isnan(value) else value
    return Estimate(value, min(lo, value), max(hi, value), sens.n + spec.n, "PPV", sens.by)


def npv(sens: Estimate, spec: Estimate, prevalence: float) -> Estimate:
    """NPV at a stated prevalence; see `ppv`."""
    p = _checked(prevalence)
    found = ppv(spec, sens, 1 - p)  # the well take the place of the ill
    return Estimate(found.value, found.lo, found.hi, found.n, "NPV", found.by)


def alarms(sens: float, spec: float, prevalence: float, films: float) -> tuple[float, float]:
    """Alarms and true alarms among so many films.

    Returns
    -------
    (float, float)
        All alarms, and those of them that are of ill patients.
    """
    true = films * prevalence * sens
    return true + films * (1 - prevalence) * (1 - spec), true
