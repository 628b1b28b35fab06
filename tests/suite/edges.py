"""Drawn numbers that lie on an edge, where the machine's rounding decides and not the rule.

An expectation worked out a second time in floating point differs from the first one there:
.31 - .3 is more than .01. The edge itself has a test of its own, with typed numbers.
"""

from __future__ import annotations

from hypothesis import assume

ROUNDING = 1e-6  # far wider than any rounding, far narrower than any tolerance of the course


def within(value: float, middle: float, reach: float) -> bool:
    """Whether a number lies within this reach of a middle."""
    return abs(value - middle) <= reach


def assume_off(value: float, middle: float, reach: float) -> None:
    """Draw another number where this one lies on the edge of that reach."""
    assume(abs(abs(value - middle) - reach) > ROUNDING)
