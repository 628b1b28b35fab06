"""From a test set to a list: what an alarm means where few or many are ill."""

from __future__ import annotations

import math

from readingroom.assess.metrics import Estimate
from readingroom.assess.whose import carried


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


def _checked(prevalence: float | Estimate) -> tuple[float, float, float]:
    """The prevalence and its ends, equal where it is known."""
    ends = (prevalence.value, prevalence.lo, prevalence.hi) if isinstance(
        prevalence, Estimate) else (float(prevalence),) * 3  # fmt: skip
    if not 0 < ends[0] < 1:
        raise ValueError(f"a prevalence lies between 0 and 1, not at {ends[0]:g}")
    return ends


def _logit(p: float) -> float:
    if p in (0.0, 1.0):
        return math.inf if p else -math.inf
    return math.log(p / (1 - p))


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


def _odds_to_share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds > -700 else 0.0


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


@carried
def ppv(sens: Estimate, spec: Estimate, prevalence: float | Estimate) -> Estimate:
    """PPV at a prevalence, with the uncertainty of sensitivity and specificity carried on.

    Parameters
    ----------
    sens, spec : Estimate
        From separate films (the ill and the well), so independent.
    prevalence : float or Estimate
        Taken as known, or, as an estimate of other patients or of the same, with its interval
        carried on too: on the scale of log odds the three add up (Zou & Donner 2008).

    Returns
    -------
    Estimate
        ``n`` is the number of films behind the two.

    Raises
    ------
    ValueError
        The prevalence is not between 0 and 1.
    """
    p, low, high = _checked(prevalence)
    raised = _complement(spec)
    value = bayes(p, sens.value, raised.value)
    ends = [_log(ratio) for ratio in _ratio(sens, raised)]
    middle = _log(sens.value / raised.value) if raised.value > 0 else math.inf
    ill = _logit(p)
    if math.isinf(middle) or low == high:  # at an end of the scale the ends are taken together
        lo, hi = ends[0] + _logit(low), ends[1] + _logit(high)
    else:
        lo = middle + ill - math.hypot(middle - ends[0], ill - _logit(low))
        hi = middle + ill + math.hypot(ends[1] - middle, _logit(high) - ill)
    lo, hi = _odds_to_share(lo), _odds_to_share(hi)
    value = hi if math.isnan(value) else value
    return Estimate(value, min(lo, value), max(hi, value), sens.n + spec.n, "PPV", sens.by)


@carried
def npv(sens: Estimate, spec: Estimate, prevalence: float | Estimate) -> Estimate:
    """NPV at a prevalence; see `ppv`."""
    p, low, high = _checked(prevalence)
    # the well take the place of the ill
    found = ppv(spec, sens, Estimate(1 - p, 1 - high, 1 - low, 0))
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
