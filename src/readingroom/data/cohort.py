"""A cohort: films, one table row per film, and what a clinician should know about them."""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from readingroom.data.errors import DataError
from readingroom.data.origin import SIMULATED

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SPLITS = ("train", "val", "test")
WIDTH = 88  # columns of a description, so that JupyterLab does not break words
REBUILT = (
    "Rebuilt: the same films and parts, made again at this size, so the files are not the origin's "
    "byte for byte."
)
SAID = {"train": "training", "val": "validation", "test": "test"}


@dataclass(frozen=True, eq=False)
class Cohort:
    """Films of a group of patients with their labels and splits.

    Attributes
    ----------
    name : str
        What a lesson asked for: ``"children"``.
    images : numpy.ndarray
        uint8, shape (N, H, W), row 0 at the top, the patient's right on the left, air dark.
    table : pandas.DataFrame
        One row per film, in the order of `images`: ``split`` ("train", "val", "test"), ``index``
        (position within its split, from 0), ``label`` (0 or 1), and where they are known
        ``patient``, ``view`` ("AP", "PA", "lateral"), ``sex`` ("F", "M"), ``age`` (years),
        ``site``.
    label_name : str
        What label 1 means: ``"pneumonia"``.
    source : str
        "real", "simulated" or "own".
    rebuilt : bool
        The films came from a mirror whose bytes are not the origin's.
    population, origin, licence, citation : str
        Who was examined, where the films come from, and on what terms.
    masks : numpy.ndarray or None
        bool, shape (N, H, W): where the finding is, for patients whose truth is known.
    """

    name: str
    images: np.ndarray
    table: pd.DataFrame
    label_name: str
    source: str
    rebuilt: bool
    population: str
    origin: str
    licence: str
    citation: str
    masks: np.ndarray | None = None

    def part(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the films and labels of one split, ordered by ``index``.

        Parameters
        ----------
        split : "train", "val" or "test"

        Returns
        -------
        images : numpy.ndarray
            uint8, shape (n, H, W).
        labels : numpy.ndarray
            int64, shape (n,), 0 or 1.

        Raises
        ------
        DataError
            If there is no such split.
        """
        from readingroom.assess.named import named

        if split not in SPLITS:
            raise DataError(f"There is no split {split!r}; the splits are train, val and test.")
        rows = self.table.index[self.table["split"] == split]
        rows = rows[self.table.loc[rows, "index"].argsort(kind="stable")]
        labels = self.table.loc[rows, "label"].to_numpy("int64")
        return named(self.images[rows], self), named(labels, self)

    def describe(self) -> str:
        """Return who these patients are, how many films there are, and what is known to be odd."""
        height, width = self.images.shape[1:]
        lines = [
            f"{len(self.table):,} chest films, {height} x {width} pixels. {self.population}",
            f"Label 1 means: {self.label_name}.",
        ]
        for split in SPLITS:
            part = self.table[self.table["split"] == split]
            if len(part):
                positive = int(part["label"].sum())
                lines.append(
                    f"{SAID[split].capitalize()}: {len(part):,} films, {positive:,} with label 1 "
                    f"({positive / len(part) * 100:.0f} %)."
                )
        known = [c for c in ("patient", "view", "sex", "age", "site") if self._known(c)]
        if "patient" in known:
            lines.append(f"{self.table['patient'].nunique():,} patients.")
        unknown = [c for c in ("patient", "view", "sex", "age", "site") if c not in known]
        lines.append("Known per film: " + (", ".join(known) or "nothing but the label") + ".")
        if unknown:
            lines.append("Not known: " + ", ".join(unknown) + ".")
        lines.append(f"{self.banner()}.")
        if self.source == "real" and self.rebuilt:
            lines.append(REBUILT)
        lines.append(f"Cite: {self.citation.rstrip('.')}.")
        return "\n".join(textwrap.fill(line, WIDTH, break_long_words=False) for line in lines)

    def _known(self, column: str) -> bool:
        return column in self.table and bool(self.table[column].notna().any())

    def fingerprint(self) -> str:
        """Return the sha256 (hex) over pixels, labels and splits, in the order they are held."""
        running = hashlib.sha256(repr(self.images.shape).encode())
        running.update(self.images.tobytes())
        running.update(self.table["label"].to_numpy("int64").tobytes())
        running.update("\n".join(map(str, self.table["split"])).encode())
        return running.hexdigest()

    def banner(self) -> str:
        """Return the line that stands over every result made with these films."""
        if self.source == "simulated":
            return SIMULATED
        if self.source == "own":
            return f"YOUR DATA: {self.name}, {len(self.table):,} films, recorded not verified"
        rebuilt = ", rebuilt" if self.rebuilt else ""
        return f"REAL DATA: {self.origin}, {self.licence}{rebuilt}"


Kind = TypeVar("Kind", bound=Cohort)


def finished(cohort: Kind) -> Kind:
    """Order the columns, number the films within their splits, and check the promise.

    Raises
    ------
    DataError
        If films and rows do not belong together.
    """
    import numpy as np

    images, table = cohort.images, cohort.table.reset_index(drop=True)
    if images.ndim != 3 or images.dtype != np.uint8 or len(images) != len(table):
        raise DataError(f"The films and the table of {cohort.name} do not belong together.")
    if not set(table["split"]) <= set(SPLITS) or not set(table["label"]) <= {0, 1}:
        raise DataError(f"The table of {cohort.name} has a split or a label of another kind.")
    if "index" not in table:
        table["index"] = table.groupby("split").cumcount()
    table["label"] = table["label"].astype("int64")
    first = ["split", "index", "label"]
    return replace(cohort, table=table[first + [c for c in table if c not in first]])
