"""The rows of a reader study, whichever form of file they came in, and their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from readingroom.data.errors import Damaged

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("treatment", "reader", "case", "truth", "rating")
LARGEST = 2_000_000  # bytes of a file; the studies have some thousand rows


def table(path: Path) -> pd.DataFrame:
    """A study's rows from the origin's file (RData) or from a CSV.

    Parameters
    ----------
    path : Path
        Told apart by its first bytes.

    Returns
    -------
    DataFrame
        Integer columns treatment, reader, case, truth, rating, in that order of rows.

    Raises
    ------
    Damaged
        It is neither, or holds something else.
    """
    import pandas as pd

    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        found = _rdata(path) if _compressed(path) else pd.read_csv(path)
        found.columns = [str(name).strip().lower() for name in found.columns]
        rows = pd.DataFrame({name: _whole(found[name]) for name in COLUMNS})
    except Exception as problem:  # whatever a parser finds wrong, the file is no such table
        raise Damaged(
            f"{path.name} holds no table of readers, cases and ratings; delete it and fetch it "
            "again."
        ) from problem
    return rows.sort_values(list(COLUMNS[:3]), ignore_index=True)


def _compressed(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(6)[:2] in (b"\x1f\x8b", b"BZ", b"\xfd7", b"RD")


def _rdata(path: Path) -> pd.DataFrame:
    import warnings

    import pandas as pd
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an attribute of R that a table lacks
        objects = rdata.read_rda(path)
    tables = [value for value in objects.values() if isinstance(value, pd.DataFrame)]
    if len(tables) != 1:
        raise ValueError(f"{len(tables)} tables")
    return tables[0]


def _whole(column: Any) -> np.ndarray:
    """Whole numbers, also where R keeps them as levels."""
    values = np.array([float(str(value)) for value in column])
    if not np.all(values == np.round(values)):
        raise ValueError("a value is no whole number")
    return values.astype(int)


def digest(path: Path) -> str:
    """Hash (sha256, hex) of the rows of a study, the same for every form of file.

    Raises
    ------
    Damaged
        As `table`.
    """
    lines = [" ".join(map(str, row)) for row in table(path).to_numpy()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
