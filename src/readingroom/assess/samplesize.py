"""How many films an interval of a wished width takes, before anybody collects them."""

from __future__ import annotations

import math

from readingroom.assess.metrics import WILSON_Z


def positives(expected: float, half_width: float, method: str = "normal") -> int:
    """Films with the finding that a sensitivity needs for its 95 % interval.

    Parameters
    ----------
    expected : float
        The share expected, such as 0.90.
    half_width : float
        Half the width the interval may have, such as 0.05.
    method : {'normal', 'wilson'}
        1.96 squared times p (1 - p) over the half width squared, or the least n whose Wilson
        interval (Wilson 1927) is no wider.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        A share outside 0 to 1, a half width that is none, or an unknown method.
    """
    if not 0 < expected < 1 or not 0 < half_width < 0.5:
        raise ValueError("expected lies between 0 and 1, half_width between 0 and 0.5")
    spread = WILSON_Z**2 * expected * (1 - expected)
    if method == "normal":
        return math.ceil(spread / half_width**2 - 1e-9)
    if method != "wilson":
        raise ValueError(f"there is no method {method!r}; use 'normal' or 'wilson'")
    n = 1
    while _wilson_half(expected, n) > half_width:
        n += 1
    return n


def _wilson_half(p: float, n: int) -> float:
    z2 = WILSON_Z**2
    return WILSON_Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))


def films(expected: float, half_width: float, prevalence: float, method: str = "normal") -> int:
    """Films in all, if a share `prevalence` of a consecutive list has the finding."""
    if not 0 < prevalence <= 1:
        raise ValueError("the prevalence lies between 0 and 1")
    return math.ceil(positives(expected, half_width, method) / prevalence - 1e-9)


def auc_half_width(auc: float, ill: int, well: int) -> float:
    """Half width of the 95 % interval of an AUC (Hanley & McNeil 1982).

    Parameters
    ----------
    auc : float
        Expected area under the ROC curve.
    ill, well : int
        Films with and without the finding.

    Returns
    -------
    float
        1.96 standard errors, under their negative exponential model of the scores.

    Raises
    ------
    ValueError
        An AUC outside 0 to 1, or no films of one kind.
    """
    return WILSON_Z * auc_error(auc, ill, well)


def auc_error(auc: float, ill: int, well: int) -> float:
    """Standard error of an AUC; parameters as `auc_half_width`."""
    if not 0 < auc < 1 or ill < 1 or well < 1:
        raise ValueError("an AUC between 0 and 1, and at least one film of each kind")
    two_ill = auc / (2 - auc)  # chance that two ill films both outrank one well film
    two_well = 2 * auc**2 / (1 + auc)
    return math.sqrt(
        (auc * (1 - auc) + (ill - 1) * (two_ill - auc**2) + (well - 1) * (two_well - auc**2))
        / (ill * well)
    )
