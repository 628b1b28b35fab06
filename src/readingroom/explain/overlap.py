"""How far a map and an outline, or two maps, agree: overlap, ranking, pooling. No torch here."""

from __future__ import annotations

import numpy as np


def iou(heat: np.ndarray, mask: np.ndarray, share: float | None = None) -> float:
    """Intersection over union of the outline and the hottest pixels.

    Parameters
    ----------
    heat : ndarray, (H, W)
    mask : ndarray, (H, W) bool
    share : float, optional
        Share of pixels called hot; the outline's own share by default, which is generous: a user
        does not know it.
    """
    wanted = int(mask.sum()) if share is None else round(share * mask.size)
    flat = np.zeros(mask.size, bool)
    flat[np.argsort(-heat.ravel(), kind="stable")[:wanted]] = True
    hot = flat.reshape(mask.shape)
    return float((hot & mask).sum() / (hot | mask).sum())


def auprc(heat: np.ndarray, mask: np.ndarray) -> float:
    """Area under precision against recall of one film's pixels (average precision)."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(mask.ravel(), heat.ravel()))


def edges(films: np.ndarray) -> np.ndarray:
    """An edge filter (Sobel), which knows nothing of findings, (N, H, W) float32."""
    from scipy import ndimage

    grey = ndimage.gaussian_filter(films.astype(np.float32), (0, 0.7, 0.7))
    return np.hypot(ndimage.sobel(grey, 1), ndimage.sobel(grey, 2)).astype(np.float32)


def pooled(maps: np.ndarray, cells: int) -> np.ndarray:
    """Means over square cells, (N, H, W) to (N, cells, cells)."""
    n, h, w = maps.shape
    return maps.reshape(n, cells, h // cells, cells, w // cells).mean((2, 4))


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's correlation between two maps of one film; 0 where a map is blank."""
    from scipy.stats import spearmanr

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(np.ravel(one), np.ravel(other)).statistic)
