"""How films were filed: patients in two parts, films stored twice. The films stay as drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from readingroom.simulator.cohorts import SimulatedCohort
from readingroom.simulator.streams import stream

__all__ = ["brightened", "misfiled"]

MOVED = {"val": 9, "test": 6}
"""Training patients with one film moved into another part."""
TWINS = 6
"""Training films that were stored once more in the validation part."""
ODD = {"age": (2, 151.0), "view": (24, None), "file_mode": (13, "RGBA")}
"""Column to the number of films with an odd entry, and the entry."""


def misfiled(cohort: SimulatedCohort, seed: int) -> SimulatedCohort:
    """Move films of some training patients to other parts, and store some films twice.

    Parameters
    ----------
    cohort : SimulatedCohort
        Parts without shared patients.
    seed : int
        Decides which.

    Returns
    -------
    SimulatedCohort
        With the columns ``film`` (file name), ``file_mode`` and ``copy_of`` (row of the film it
        repeats, or -1), and with the entries of `ODD`. One of the repeated films lies twice in the
        training part already, so that pairs of equal films are more than validation films with a
        twin.
    """
    rng = stream(seed, "misfiled")
    table = cohort.table.assign(copy_of=-1)
    split = table["split"].to_numpy().copy()
    visits = table[split == "train"].groupby("patient").size()
    several = rng.permutation(sorted(visits.index[visits >= 3]))
    for part, moved in MOVED.items():
        for name in several[:moved]:
            rows = np.flatnonzero((table["patient"] == name).to_numpy())
            split[rows[-1]] = part
        several = several[moved:]
    table["split"] = split
    again = rng.choice(np.flatnonzero(split == "train"), TWINS, replace=False)
    dealt = [(int(again[0]), "train"), *((int(row), "val") for row in again)]
    copies = [table.iloc[row].to_dict() | {"split": part, "copy_of": row} for row, part in dealt]
    return _with(cohort, table, copies)


def _with(cohort: SimulatedCohort, table: Any, copies: list[dict]) -> SimulatedCohort:
    import pandas as pd

    repeated = [row["copy_of"] for row in copies]
    table = pd.concat([table, pd.DataFrame(copies)], ignore_index=True)
    table["index"] = table.groupby("split").cumcount()
    rng = stream(len(table), "file names")
    names = rng.permutation(len(table))
    table["film"] = [f"film-{number:04d}.png" for number in names]
    table["file_mode"] = "RGB"
    for column, (count, entry) in ODD.items():
        table.loc[rng.choice(len(table), count, replace=False), column] = entry
    take = np.concatenate([np.arange(len(cohort.images)), repeated]).astype(int)
    return replace(
        cohort,
        images=cohort.images[take],
        masks=cohort.masks[take],
        table=table,
        cases=[cohort.cases[row] for row in take],
    )


def brightened(films: np.ndarray) -> np.ndarray:
    """The same films through another window: no pixel need be equal, everything is still there.

    Parameters
    ----------
    films : ndarray, (N, H, W) uint8

    Returns
    -------
    ndarray, (N, H, W) uint8
    """
    return np.clip(films * 0.85 + 26, 0, 255).astype(np.uint8)
