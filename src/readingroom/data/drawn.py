"""Simulated patients that stand in for a real set: drawn once, kept for the next lesson."""

from __future__ import annotations

import contextlib
import importlib
import json
from pathlib import Path
from typing import Any

from readingroom.data import bars, home
from readingroom.data.cohort import Cohort, finished
from readingroom.data.errors import DataError
from readingroom.data.registry import DataSet

SMALLEST_DRAWN = 64  # pixels; smaller films are made of these, so that a lesson draws once


def load(entry: DataSet, size: int = 64, progress: bool = True) -> Cohort:
    """Return the simulated cohort that stands in for a real one.

    Parameters
    ----------
    entry : DataSet
        Its ``stand_in`` names the simulator's recipe.
    size : int
        Edge of the square films in pixels.
    progress : bool
        Draw a progress bar while patients are drawn.

    Raises
    ------
    DataError
        If nothing stands in for this set, or the disk refuses.
    """
    if not entry.stand_in:
        raise DataError(f"No simulated patients stand in for {entry.title}; it needs the network.")
    if size < SMALLEST_DRAWN:
        large = load(entry, SMALLEST_DRAWN, progress)
        return finished(_smaller(large, size))
    simulator = importlib.import_module("readingroom.simulator")
    folder = home.home() / "simulated" / f"{entry.stand_in}-{size}-{simulator.VERSION}"
    kept = _kept(folder)
    if kept is None:
        with home.turn(folder.name):
            # What was just drawn is read back, so that the first load and the tenth agree.
            drawn = None if _kept(folder) else _draw(simulator, entry, size, progress, folder)
            kept = _kept(folder) or drawn
    images, table, masks, label_name = kept
    return finished(
        Cohort(
            name=entry.name,
            images=images,
            table=table,
            label_name=label_name,
            source="simulated",
            rebuilt=False,
            population=f"Virtual patients, standing in for {entry.title}. Nobody was examined.",
            origin=f"readingroom.simulator {simulator.VERSION}, recipe {entry.stand_in}",
            licence="CC BY 4.0",
            citation="Drawn by the simulator of Reading Room; no person was examined.",
            masks=masks,
        )
    )


def _smaller(cohort: Cohort, size: int) -> Cohort:
    """The same films with fewer pixels: thumbnails of what was drawn, not other patients."""
    import dataclasses

    import numpy as np

    from readingroom.data.films import thumbnails

    masks = cohort.masks
    if masks is not None:
        masks = thumbnails(masks.astype(np.uint8) * 255, size) > 127
    images = thumbnails(cohort.images, size)
    return dataclasses.replace(cohort, images=images, masks=masks)


def _draw(simulator: Any, entry: DataSet, size: int, progress: bool, folder: Path) -> Any:
    """Draw the cohort and keep it; a full disk costs only the keeping."""
    import numpy as np

    what = f"Drawing virtual patients ({entry.stand_in}), once on this machine"
    with bars.counting(what, progress) as seen:
        cohort = simulator.cohort(entry.stand_in, size=size, progress=seen)
    table = cohort.table.reset_index(drop=True)
    with contextlib.suppress(DataError), home.replacing(folder) as draft:
        arrays = {"images": cohort.images}
        if cohort.masks is not None:
            arrays["masks"] = np.packbits(np.asarray(cohort.masks, bool), axis=-1)
        np.savez_compressed(draft / "films.npz", **arrays)
        table.to_csv(draft / "table.csv", index=False)
        # A CSV cannot tell an empty text ("no finding") from a missing value.
        texts = [c for c in table if table[c].map(lambda v: isinstance(v, str)).all()]
        about = {"label_name": cohort.label_name, "texts": texts}
        (draft / "cohort.json").write_text(json.dumps(about))
    return cohort.images, table, cohort.masks, cohort.label_name


def _kept(folder: Path) -> Any:
    """Return what was drawn before, or None; a damaged copy is drawn again, nothing is lost."""
    import zipfile

    import numpy as np
    import pandas as pd

    try:
        about = json.loads((folder / "cohort.json").read_text())
        table = pd.read_csv(
            folder / "table.csv",
            dtype=dict.fromkeys(about["texts"], str),
            keep_default_na=False,
            na_values=[""],
        ).fillna(dict.fromkeys(about["texts"], ""))
        with np.load(folder / "films.npz", allow_pickle=False) as stored:
            images = stored["images"]
            masks = stored["masks"] if "masks" in stored.files else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    if masks is not None:
        masks = np.unpackbits(masks, axis=-1, count=images.shape[-1]).astype(bool)
    return images, table, masks, about["label_name"]
