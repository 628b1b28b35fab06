"""Growth of a lesion: volume and diameter, change, doubling time."""

from __future__ import annotations

import math


def _above_zero(**sizes: float) -> None:
    for name, size in sizes.items():
        if not (size > 0 and math.isfinite(size)):
            raise ValueError(f"{name} is {size}: a size lies above 0")


def sphere_volume(diameter: float) -> float:
    """Volume of a ball, mm³ for a diameter in mm."""
    _above_zero(diameter=diameter)
    return math.pi / 6 * diameter**3


def sphere_diameter(volume: float) -> float:
    """Diameter of the ball of a volume (its equivalent diameter), mm for mm³."""
    _above_zero(volume=volume)
    return (6 * volume / math.pi) ** (1 / 3)


def volume_change(diameter_change: float) -> float:
    """Share by which a volume grows when every diameter grows by a share: .08 gives .26."""
    return (1 + diameter_change) ** 3 - 1


def doubling_time(before: float, after: float, days: float, diameters: bool = False) -> float:
    """Days in which a volume doubles at the pace between two examinations (Schwartz 1961).

    Parameters
    ----------
    before, after : float
        Volumes; diameters where `diameters` says so, and then their cubes are compared.
    days : float
        Between the examinations.
    diameters : bool

    Returns
    -------
    float
        Negative where the lesion shrank; infinite where it did not change.

    Raises
    ------
    ValueError
        A size or the time is not above 0.
    """
    _above_zero(before=before, after=after, days=days)
    folds = math.log2(after / before) * (3 if diameters else 1)
    return days / folds if folds else math.inf
