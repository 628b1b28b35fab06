"""What a node may read: the gate of `readingroom.data`, and what its networks ask besides."""

from __future__ import annotations

from dataclasses import replace

from pydicom.dataset import Dataset

from readingroom.data import films, gate
from readingroom.data.gate import Verdict
from readingroom.node.study import SIMULATED
from readingroom.reader import networks as panels

SCOPES = {panels.SIMULATED: gate.CHEST, panels.REAL: gate.CHILDREN}
"""Networks to the films that they may read."""
MOST_PIXELS = 40_000_000  # twice the finest detector; a small file may claim any number


def asked(film: Dataset, networks: str) -> Verdict:
    """Ask whether networks may read a film.

    Parameters
    ----------
    film : Dataset
    networks : str
        A key of `SCOPES`.

    Returns
    -------
    Verdict
        Never raises for a film, however damaged.
    """
    size = _count(film.get("Rows")) * _count(film.get("Columns"))
    if size > MOST_PIXELS:
        return Verdict((f"{size:,} pixels, too many for a film",))
    found = gate.gate(film, SCOPES[networks])
    reasons = list(found.reasons)
    if networks == panels.SIMULATED and str(film.get("Manufacturer") or "") != SIMULATED:
        reasons.append(f"no simulated film, and {networks} has seen nothing else")
    if networks == panels.REAL and films.view(str(film.get("ViewPosition") or "")) == "PA":
        reasons.append(f"a PA film; {networks} has only seen AP films")
    return replace(found, reasons=tuple(reasons))


def _count(value: object) -> int:
    """A number of rows or columns as a header states it; 0 where it is none."""
    return value if isinstance(value, int) else 0
