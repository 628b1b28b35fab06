"""Simulated films of a group of virtual patients, with their truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from readingroom.simulator.mix import Case

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class SimulatedCohort:
    """Simulated films with their truth.

    Attributes
    ----------
    name, label_name : str
        Recipe, and what label 1 means.
    images : ndarray, (N, S, S) uint8
    table : DataFrame
        One row per film: split, index (position within its split), label, patient, view, sex,
        age, site, finding (kinds, comma-separated), severity, side, zone, marker, devices,
        rotation, months, spacing_mm, report.
    masks : ndarray, (N, S, S) bool
        Outline of the labelled finding; all False where it is absent.
    cases : list of Case
        What each film was drawn from, so that a twin can be drawn.
    """

    name: str
    label_name: str
    images: np.ndarray
    table: pd.DataFrame
    masks: np.ndarray
    cases: list[Case]

    def part(self, split: str) -> np.ndarray:
        """Row numbers of one split, in order."""
        return np.flatnonzero(self.table["split"].to_numpy() == split)
