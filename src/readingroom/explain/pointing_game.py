"""The pointing game: does a map's hottest point hit the finding, and how often would chance?

One enlargement and one hottest point for the whole course, so that a map has one peak wherever it
is drawn or scored. No torch here.
"""

from __future__ import annotations

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.assess.whose import carried


def smooth(grid: np.ndarray, size: int) -> np.ndarray:
    """Enlarge grids to films, bilinear, as every viewer does.

    Parameters
    ----------
    grid : ndarray, (..., h, w)
    size : int
        Edge of the films, pixels.

    Returns
    -------
    ndarray, (..., size, size) float64
    """
    rows, columns = (_weights(n, size) for n in grid.shape[-2:])
    return rows @ np.asarray(grid, float) @ columns.T


def _weights(cells: int, size: int) -> np.ndarray:
    """How much each cell gives to each pixel, (size, cells); centres of cells are kept."""
    place = np.clip((np.arange(size) + 0.5) * cells / size - 0.5, 0, cells - 1)
    low = np.minimum(place.astype(int), max(cells - 2, 0))
    share = place - low
    out = np.zeros((size, cells))
    out[np.arange(size), low] = 1 - share
    out[np.arange(size), np.minimum(low + 1, cells - 1)] += share
    return out


def peak(heat: np.ndarray) -> tuple[int, int]:
    """Row and column of the hottest pixel of one map, (H, W).

    Where several share the maximum (the flat top of an enlarged cell), the one nearest to their
    middle is taken.
    """
    rows, columns = np.nonzero(heat >= heat.max())
    middle = np.hypot(rows - rows.mean(), columns - columns.mean()).argmin()
    return int(rows[middle]), int(columns[middle])


def hits(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Pointing game (Zhang et al. 2018): whether the hottest point lies within the outline.

    Parameters
    ----------
    maps : ndarray, (N, h, w)
        Enlarged to the masks' size if smaller.
    masks : ndarray, (N, H, W) bool

    Returns
    -------
    ndarray, (N,) bool
        A map without any heat points nowhere and misses.
    """
    out = np.zeros(len(maps), bool)
    for i, (grid, mask) in enumerate(zip(maps, masks, strict=True)):
        out[i] = np.ptp(grid) > 0 and mask[peak(smooth(grid, mask.shape[0]))]
    return out


def chance(masks: np.ndarray, lungs: np.ndarray) -> np.ndarray:
    """How often a random point in the lung hits, film by film.

    Parameters
    ----------
    masks, lungs : ndarray, (N, H, W) bool
        The finding counts as lung, wherever it lies.

    Returns
    -------
    ndarray, (N,) float64
        Area of the finding over area of the lung.
    """
    return masks.sum((1, 2)) / (lungs | masks).sum((1, 2))


def centre_hits(masks: np.ndarray) -> np.ndarray:
    """Whether the middle of the film lies in the outline, (N,) bool."""
    return masks[:, masks.shape[1] // 2, masks.shape[2] // 2]


def site_hits(masks: np.ndarray) -> np.ndarray:
    """Whether the commonest site of the other films' findings lies in the outline, (N,) bool.

    What somebody would hit who never looks, and always points to where such a finding mostly is.

    Parameters
    ----------
    masks : ndarray, (N, H, W) bool
        Outlines of one kind of finding.
    """
    together = masks.sum(axis=0)
    sites = [peak(together - mask) for mask in masks]
    return np.array([mask[site] for mask, site in zip(masks, sites, strict=True)], bool)


@carried
def rate(hit: np.ndarray, name: str = "hit rate") -> Estimate:
    """Share of films hit, with Wilson's interval."""
    return metrics.share(int(np.sum(hit)), len(hit), name)


@carried
def excess(hit: np.ndarray, control: np.ndarray, name: str = "excess") -> Estimate:
    """Hit rate minus the control's on the same films, with a paired bootstrap interval.

    Parameters
    ----------
    hit : ndarray, (N,)
        0 and 1.
    control : ndarray, (N,)
        0 and 1, or the chance of a hit.

    Notes
    -----
    Where no film is hit, or every film, nothing varies between draws and a bootstrap interval
    would have no width; then it is Wilson's of the rate, moved by the control.
    """
    difference = np.asarray(hit, float) - np.asarray(control, float)
    if np.ptp(np.asarray(hit, float)) == 0:
        alone, luck = rate(hit), float(np.mean(control))
        return Estimate(alone.value - luck, alone.lo - luck, alone.hi - luck, alone.n, name)
    return metrics.bootstrap(lambda d: d.mean(), difference, name=name)
