"""The simulated films with several findings that ``simulated-128`` learns from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from readingroom import simulator
from readingroom.data.bars import counting
from readingroom.data.cohort import Cohort, finished
from readingroom.simulator.finding import Finding
from readingroom.simulator.mix import Mix, Tie

FINDINGS = ("consolidation", "effusion", "nodule", "pneumothorax")
"""What ``simulated-128`` scores, in the order of its outputs."""
NAME = "findings"
SEED = 20
SITES = {"Northgate": 0.35, "Harbour": 0.25, "Elm Park": 0.15, "St Anne": 0.15, "Children's": 0.1}
MIX = Mix(
    "train", 4000, 0.22, {"adults": 0.75, "children": 0.2, "all": 0.05}, SITES,
    severity=(0.0, 1.0), ties=(Tie("chest drain", 36.0, 0.04),),
    extras={"nodule": 0.35, "consolidation": 0.2, "effusion": 0.2},
)  # fmt: skip
PARTS = (MIX, replace(MIX, split="val", films=400), replace(MIX, split="test", films=800))
RANGE = {
    "consolidation": (0.2, 1.0),
    "effusion": (0.1, 0.9),
    "pneumothorax": (0.05, 0.6),
}
"""Severity from the mildest to the worst."""
NODULE_MM = (10.0, 50.0)
DEFECTS = (
    "Three in five pneumothoraces are drained already, one in twenty-five of the other films has a "
    "drain: a drain betrays the answer, as it does in real collections.",
    "A side letter and bedside devices lie where the departments' habits put them; they were not "
    "tied to any finding.",
    "A nodule behind the heart or the diaphragm may be invisible; it is labelled all the same.",
    "A finding is on a film or not; nothing in between is labelled.",
)


@dataclass(frozen=True, eq=False)
class SeveralFindings(Cohort):
    """A cohort whose films carry a label for each of `FINDINGS`."""

    def part(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """Films (n, H, W) uint8 and labels (n, F) of 0 and 1, in the order of `FINDINGS`."""
        films, _ = super().part(split)
        rows = self.table[self.table["split"] == split].sort_values("index", kind="stable")
        kinds = [set(text.split(",")) for text in rows["finding"]]
        return films, np.array([[int(name in k) for name in FINDINGS] for k in kinds], np.int64)


def _spread(found: Finding) -> Finding:
    """A finding with its own kind's range of severity, or size."""
    if found.kind == "nodule":
        low, high = NODULE_MM
        return replace(found, size_mm=round(low + (high - low) * found.severity, 1))
    low, high = RANGE[found.kind]
    return replace(found, severity=round(low + (high - low) * found.severity, 3))


def plan() -> list:
    """Decide every film: each finding in a fifth of them or more, alone or together."""
    cases = simulator.plan(PARTS, "pneumothorax", SEED)
    return [replace(case, findings=tuple(map(_spread, case.findings))) for case in cases]


def labels_of(cases: list) -> np.ndarray:
    """Labels of planned films, (N, F) of 0 and 1, in the order of `FINDINGS`."""
    kinds = [{found.kind for found in case.findings} for case in cases]
    return np.array([[int(name in k) for name in FINDINGS] for k in kinds], np.int64)


def cohort(size: int = 128, progress: bool = True) -> SeveralFindings:
    """Draw the films.

    Parameters
    ----------
    size : int
        Pixels along each side.
    progress : bool
        Draw a progress bar.
    """
    with counting(f"Drawing virtual patients ({NAME})", progress) as seen:
        drawn = simulator.film_cases(plan(), NAME, "pneumothorax", size, seen)
    return finished(
        SeveralFindings(
            name=NAME,
            images=drawn.images,
            table=drawn.table,
            label_name=", ".join(FINDINGS),
            source="simulated",
            rebuilt=False,
            population="Virtual patients: adults, and children in one film of four, of five "
            "invented departments. Nobody was examined.",
            origin=f"readingroom.simulator {simulator.VERSION}, plan {NAME}",
            licence="CC BY 4.0",
            citation="Drawn by the simulator of Reading Room; no person was examined.",
        )
    )
