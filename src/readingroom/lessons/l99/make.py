"""The stored runs of lesson 99: what ``readingroom make 99`` makes.

``films`` draws the simulated archive and ward (some minutes; simulated only, and first).
``study`` executes the planted study as a notebook and keeps it with its outputs beside its
arrays (``study.ipynb``). ``repairs`` takes its flaws away one after another, five times anew.
``pairs`` chooses the films among which one patient is in both parts.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from readingroom.data.films import thumbnails
from readingroom.lessons.l99 import archive, notebook, repairing
from readingroom.models.provenance import Drawn, Run

HERE = Path(__file__).parent
SEEDS = range(5)
SIDE = 6  # films of either part among which the pair is looked for


def films() -> Run:
    """The simulated archive and ward with 28 px."""
    out = archive.drawn()
    large = out["images"]
    kept = {**out, "images": thumbnails(large, archive.EDGE)}
    return Run(kept, Drawn(kept), {"drawn": "readingroom.simulator, mixes in archive.py"})


def study(mode: str) -> Run:
    """Execute the planted study and keep the notebook; its figure's films and network."""
    from nbclient import NotebookClient

    book = notebook.manuscript()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "kept.npz"
        told = {"READINGROOM_STUDY_KEEPS": str(place), "READINGROOM_COHORT": mode,
                "PYTHONPATH": str(HERE.parents[2]), "PYTHONWARNINGS": "ignore",
                "MPLBACKEND": "agg"}  # fmt: skip
        client = NotebookClient(book, timeout=600, kernel_name="python3",
                                resources={"metadata": {"path": folder}})  # fmt: skip
        client.execute(env={**os.environ, **told})
        with np.load(place) as held:
            out = {name: held[name] for name in held.files}
    notebook.keep(book, mode)
    return Run(out, archive.pool(mode), {"notebook": "study.ipynb", "cells": len(book.cells)})


def repairs(mode: str) -> Run:
    """AUC of the study and of its repairs, over five deals of films; scores of the last step."""
    pool = archive.pool(mode)
    told: dict[str, Any] = {}
    for seed in SEEDS:
        for name, value in repairing.deal(pool, seed).items():
            told.setdefault(name, []).append(value)
        print(seed, {name: round(rows[-1], 3) for name, rows in told.items()}, flush=True)
    out = {name: np.array(rows, np.float32) for name, rows in told.items()}
    return Run(out, pool, {"deals": len(SEEDS), "epochs": repairing.learning.EPOCHS})


def pairs(mode: str) -> Run:
    """Twelve archive films of the planted deal, among them one patient of both parts.

    The pair is the least alike of its kind; beside it lie the two films of different patients
    that are most alike.
    """
    pool = archive.adults(mode)
    ill = np.flatnonzero(pool.table["ill"].to_numpy() == 1)
    who = pool.table["patient"].to_numpy(str)[ill]
    part = repairing.dealt(ill, 0)
    train, test = (np.flatnonzero(part == k) for k in (0, 2))
    alike = np.corrcoef(pool.images[ill].reshape(len(ill), -1).astype(float))[np.ix_(train, test)]
    same = who[train][:, None] == who[test][None]
    a, b = np.unravel_index(np.where(same, alike, 2).argmin(), alike.shape)
    free = ~same & (who[train] != who[train][a])[:, None] & (who[test] != who[test][b])[None]
    c, d = np.unravel_index(np.where(free, alike, -2).argmax(), alike.shape)
    sides = [[train[a], train[c]], [test[b], test[d]]]
    rng = np.random.default_rng(99)
    for side, rows in zip(sides, (train, test), strict=True):
        taken = {who[row] for one in sides for row in one}
        for row in rng.permutation(rows):
            if len(side) < SIDE and who[row] not in taken:
                side.append(row)
                taken.add(who[row])
    order = [rng.permutation(side) for side in sides]
    rows = ill[np.concatenate(order)]
    names = pool.table["patient"].to_numpy(str)[rows]
    looks = [int(np.flatnonzero(rows == ill[k])[0]) for k in (train[c], test[d])]
    return Run({"rows": rows, "patient": names, "alike": np.array(looks)}, pool)


RUNS = {"films": films, "study": study, "repairs": repairs, "pairs": pairs}
