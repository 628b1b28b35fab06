"""Two programs that look at planted things: a line in a meniscus, a bulge on a vessel.

The first is a rule of two lines. The second finds round places and rates them by a small
classifier that learned on other copies of the same angiogram: of the same patient, that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

SCALES = (0.9, 1.4, 2.1, 3.0)  # mm: of round things of about 3 to 10 mm across
SPHERES = (1.5, 2.5, 3.5, 5.0, 7.0)  # mm around a candidate in which vessel is counted
MOST = 60  # candidates a cut-out
APART = 3.0  # mm between two candidates
FAINT = 15.0  # grey below which nothing is asked


def sharpened(values: np.ndarray, zone: tuple[slice, slice]) -> np.ndarray:
    """Thin bright things of every slice, in a zone of rows and columns, (D, h, w)."""
    from scipy import ndimage

    wide = tuple(slice(z.start - 12, z.stop + 12) for z in zone)  # so that no edge is near
    part = np.asarray(values[(slice(None), *wide)], float)
    sharp = ndimage.gaussian_filter(part, (0, 0.9, 0.9)) - ndimage.gaussian_filter(
        part, (0, 2.5, 2.5)
    )
    return sharp[:, 12:-12, 12:-12]


@dataclass(frozen=True)
class Plain:
    """What a zone looks like in copies without a tear.

    Attributes
    ----------
    middle, spread : ndarray, (D, h, w)
        Of the sharpened voxels.
    dark : ndarray, (D, h, w) bool
        Where nothing bright is expected: meniscus, and dark borders of bone.
    peak, peak_spread : ndarray, (D,)
        Of the strongest voxel of each slice.
    """

    middle: np.ndarray
    spread: np.ndarray
    dark: np.ndarray
    peak: np.ndarray
    peak_spread: np.ndarray


def learned(copies: list[np.ndarray], zone: tuple[slice, slice], dark_below: float) -> Plain:
    """Learn from copies without a tear, (D, H, W) each; at least four."""
    half = len(copies) // 2
    sharp = np.array([sharpened(one, zone) for one in copies])
    middle, spread = sharp[:half].mean(axis=0), sharp[:half].std(axis=0, ddof=1)
    mean = np.mean([one[(slice(None), *zone)] for one in copies], axis=0)
    dark = mean < dark_below
    first = Plain(middle, spread, dark, np.zeros(len(mean)), np.ones(len(mean)))
    peaks = np.array([_peaks(one, first) for one in sharp[half:]])  # of copies not learned above
    return Plain(middle, spread, dark, peaks.mean(axis=0), peaks.std(axis=0, ddof=1))


def _peaks(sharp: np.ndarray, plain: Plain) -> np.ndarray:
    off = np.where(plain.dark, (sharp - plain.middle) / plain.spread, -np.inf)
    found = off.reshape(len(off), -1).max(axis=1)
    return np.where(np.isfinite(found), found, 0.0)  # a slice without anything dark


def slice_scores(values: np.ndarray, zone: tuple[slice, slice], plain: Plain) -> np.ndarray:
    """How far the strongest voxel of each slice stands out, in SDs of plain copies, (D,)."""
    spread = np.where(plain.peak_spread > 0, plain.peak_spread, 1.0)
    return (_peaks(sharpened(values, zone), plain) - plain.peak) / spread


@dataclass(frozen=True)
class Candidates:
    """Round places of a cut-out, and what the classifier sees of each.

    Attributes
    ----------
    places : ndarray, (N, 3)
        Voxels.
    seen : ndarray, (N, F)
    """

    places: np.ndarray
    seen: np.ndarray


def _curvatures(values: np.ndarray, spacing: Any, mm: float) -> tuple[np.ndarray, np.ndarray]:
    """Blurred greys, and the three curvatures of each bright voxel as shares of its grey.

    A tube bends down in two directions, a ball in all three (Frangi et al. 1998).
    """
    from scipy import ndimage

    smooth = ndimage.gaussian_filter(values, [mm / step for step in spacing], truncate=3)
    first = np.gradient(smooth, *spacing)
    second = np.empty((*values.shape, 3, 3), np.float32)
    for i in range(3):
        for j, held in enumerate(np.gradient(first[i], *spacing)[i:], i):
            second[..., i, j] = second[..., j, i] = held
    bright = smooth > FAINT
    out = np.zeros((*values.shape, 3), np.float32)
    out[bright] = -np.linalg.eigvalsh(second[bright])[:, ::-1] * mm**2 / smooth[bright, None]
    return smooth, out


def candidates(values: np.ndarray, spacing: tuple[float, float, float]) -> Candidates:
    """Find places where grey falls off in all three directions, and describe them."""
    from scipy import ndimage

    values = np.asarray(values, np.float32)
    held = [_curvatures(values, spacing, mm) for mm in SCALES]
    best = np.max([curved[..., 0] for _, curved in held], axis=0)  # the least of the three
    around = [2 * round(1.2 / step) + 1 for step in spacing]
    peaks = np.argwhere((best == ndimage.maximum_filter(best, around)) & (best > 0.05))
    peaks = peaks[np.argsort(-best[tuple(peaks.T)], kind="stable")][: 6 * MOST]
    kept: list[np.ndarray] = []
    for place in peaks:
        if all(np.linalg.norm((place - other) * spacing) >= APART for other in kept):
            kept.append(place)
    places = np.array(kept[:MOST]).reshape(-1, 3)
    at = tuple(places.T)
    inside = ndimage.distance_transform_edt(values >= 60, sampling=spacing)
    seen = [curved[at] for _, curved in held] + [np.stack([s[at] for s, _ in held], -1)]
    return Candidates(
        places, np.hstack([*seen, inside[at][:, None], _spheres(values, places, spacing)])
    )


def _spheres(values: np.ndarray, places: np.ndarray, spacing: Any) -> np.ndarray:
    """Share of vessel in balls around each place, and branches that leave them, (N, 2 K)."""
    from scipy import ndimage

    wide = [int(np.ceil((SPHERES[-1] + 1) / step)) for step in spacing]
    grid = np.stack(np.mgrid[tuple(slice(-w, w + 1) for w in wide)], -1) * spacing
    far = np.linalg.norm(grid, axis=-1)
    padded = np.pad(values >= 60, [(w, w) for w in wide])
    out = np.zeros((len(places), 2 * len(SPHERES)), np.float32)
    for row, place in enumerate(places):
        part = padded[tuple(slice(p, p + 2 * w + 1) for p, w in zip(place, wide, strict=True))]
        for k, radius in enumerate(SPHERES):
            shell = (far > radius - 0.7) & (far <= radius + 0.7)
            out[row, 2 * k] = part[far <= radius].mean()
            out[row, 2 * k + 1] = ndimage.label(part & shell)[1]
    return out
