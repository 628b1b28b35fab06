"""Training, validation and test parts in which no patient appears twice."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from readingroom.data.spelling import as_seen

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LOCAL = 200  # films of the hospital itself, for choosing a threshold and for recalibration
LOCAL_SEED = 4
SHARES = {"train": 0.6, "val": 0.2, "test": 0.2}
NAMES = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "tune": "val",
    "test": "test",
    "testing": "test",
    "holdout": "test",
}


def at_home(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of `n` test films play the own hospital, and which judge what is chosen there.

    Returns
    -------
    local, rest : ndarray of int
        Rising; the same for the same number of films. At most `LOCAL`, and a third, are local.
    """
    import numpy as np

    order = np.random.default_rng(LOCAL_SEED).permutation(n)
    first = min(LOCAL, n // 3)
    return np.sort(order[:first]), np.sort(order[first:])


def by_patient(patients: pd.Series, labels: pd.Series, shares: dict | None = None) -> pd.Series:
    """Return a split per film so that all films of a patient stay together.

    Parameters
    ----------
    patients : pandas.Series
        One name per film; a missing one makes the film a patient of its own.
    labels : pandas.Series
        0 or 1 per film; each part gets about the same mix, judged by patient.
    shares : dict or None
        Share of the films per split; 60, 20 and 20 % by default.

    Returns
    -------
    pandas.Series
        "train", "val" or "test" per film, the same for the same names in any order.
    """
    import pandas as pd

    shares = shares or SHARES
    own = pd.Series([f"film {k}" for k in range(len(patients))], index=patients.index)
    names = patients.where(patients.notna(), own).astype(str)
    counts = pd.DataFrame({"name": names, "label": labels}).groupby("name")["label"]
    people = counts.agg(["max", "size"]).reset_index()
    people["order"] = [hashlib.sha256(n.encode()).hexdigest() for n in people["name"]]
    # Whoever has most films is placed first, while there is room to balance; equals by hash, so
    # that neither the order of the files nor the alphabet decides.
    people = people.sort_values(["size", "order"], ascending=[False, True])
    chosen: dict[str, str] = {}
    for _, stratum in people.groupby("max"):
        held = dict.fromkeys(shares, 0)
        for name, size in zip(stratum["name"], stratum["size"], strict=True):
            part = min(shares, key=lambda s: (held[s] + size / 2) / shares[s])
            chosen[name] = part
            held[part] += size
    return names.map(chosen)


def straddling(patients: pd.Series, splits: pd.Series) -> list[str]:
    """Return the patients whose films lie in more than one split, sorted."""
    known = patients.notna()
    parts = splits[known].groupby(patients[known].astype(str)).nunique()
    return sorted(parts.index[parts > 1])


def named(text: str) -> str | None:
    """Return "train", "val" or "test" for what a table calls a split, or None."""
    return NAMES.get(as_seen(str(text)))
