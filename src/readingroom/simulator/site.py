"""Where the film was taken: scanner post-processing and the habits of a department."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SITES", "Site"]


@dataclass(frozen=True)
class Site:
    """One department: how its scanner makes a picture of a dose, and how it marks films.

    The four look fields are centre values; every exam varies a little around them.
    """

    name: str
    equalise: float
    """Share of slow brightness differences that is kept, 1 = all (film-like)."""
    sharpen: float
    """Gain of detail finer than 2 mm."""
    gamma: float
    contrast: float
    dose: float
    """Relative detector dose; noise falls with its square root."""
    letter: str
    """Letter that marks a side: 'R' or 'L'."""
    corner: str
    """'upper' or 'lower'."""
    letter_height: float
    """Height of the side letter, cm."""
    boxed: bool
    """Letter in a plate with a rim, like a lead marker, or a bare letter."""
    bedside: float
    """Share of AP portables."""
    collimation: float
    """Average black shutter at the sides, cm."""


SITES = {
    site.name: site
    for site in (
        Site("Northgate", 0.78, 0.55, 1.00, 1.00, 1.0, "L", "upper", 1.7, False, 0.25, 0.2),
        Site("Harbour", 0.60, 1.00, 0.95, 1.06, 0.8, "R", "upper", 2.2, True, 0.35, 0.6),
        Site("Elm Park", 0.95, 0.30, 1.08, 1.03, 1.3, "L", "upper", 1.4, False, 0.15, 0.0),
        Site("St Anne", 0.50, 0.75, 1.05, 0.96, 0.6, "R", "lower", 1.9, True, 0.55, 0.3),
        Site("Children's", 0.80, 0.35, 1.05, 0.95, 0.9, "R", "upper", 1.3, False, 0.8, 0.0),
    )
}
"""The departments that ship with the course; all are invented."""
