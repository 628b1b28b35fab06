"""A probe that knows no medicine: how well does the brightness of one small window rank films?"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

WINDOW = 4  # pixels


def window_aucs(images: np.ndarray, labels: np.ndarray, window: int = WINDOW) -> np.ndarray:
    """AUC of the mean brightness of every window of a film.

    Parameters
    ----------
    images : ndarray, (N, S, S) uint8
    labels : ndarray, (N,) of 0 and 1
    window : int
        Edge, pixels.

    Returns
    -------
    ndarray, (S - window + 1, S - window + 1)
        Entry (r, c) belongs to rows r to r + window. Points of a map, so without intervals.
    """
    views = np.lib.stride_tricks.sliding_window_view(images, (window, window), (1, 2))
    bright = views.mean((3, 4))  # (N, G, G)
    ill = np.asarray(labels).astype(bool)
    ranks = rankdata(bright, axis=0)
    n, wells = int(ill.sum()), int((~ill).sum())
    return (ranks[ill].sum(axis=0) - n * (n + 1) / 2) / (n * wells)
