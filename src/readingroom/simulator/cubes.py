"""Cubes of lung with one nodule, where its true region is known: a stand-in for chest CT.

Air, vessels and sometimes the chest wall; the nodule is a bumpy ellipsoid. Greys run from 0 to 1 as
in the cubes that they stand in for. They teach a mechanism and no rate.
"""

from __future__ import annotations

import numpy as np

SIDE = 51
LUNG, VESSEL, WALL, NODULE = 0.24, 0.62, 0.74, 0.70
BLUR = 0.9  # voxels: what a scanner does to an edge
NOISE = 0.018
MANY = 8  # corners that a nodule's surface is bumped by


def cube(seed: int, diameter: float, wall: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """One nodule and its true region.

    Parameters
    ----------
    seed : int
        Same seed, same nodule.
    diameter : float
        About how wide the nodule is, in voxels of 1 mm.
    wall : bool
        The chest wall touches it.

    Returns
    -------
    image : ndarray, (51, 51, 51) float32, 0 to 1
    mask : ndarray, (51, 51, 51) bool
    """
    from scipy import ndimage

    rng = np.random.default_rng([12, seed])
    at = np.array(np.mgrid[:SIDE, :SIDE, :SIDE], float) - SIDE // 2  # (3, D, H, W)
    clean = np.full((SIDE,) * 3, LUNG)
    for _ in range(rng.integers(6, 11)):
        clean = np.where(_tube(at, rng), VESSEL, clean)
    mask = _bumpy(at, diameter / 2, rng)
    if wall:
        normal = _direction(rng)
        edge = diameter / 2 * 0.7 + rng.uniform(0, 2)
        clean = np.where(np.tensordot(normal, at, 1) > edge, WALL, clean)
        mask &= np.tensordot(normal, at, 1) <= edge
    clean = np.where(mask, NODULE, clean)
    image = ndimage.gaussian_filter(clean, BLUR)
    image += ndimage.gaussian_filter(rng.normal(0, 1, image.shape), 0.6) * NOISE * 3
    return np.clip(image, 0, 1).astype(np.float32), mask


def _direction(rng: np.random.Generator) -> np.ndarray:
    """A direction in space, (3,)."""
    found = rng.normal(size=3)
    return found / np.linalg.norm(found)


def _tube(at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A straight vessel that passes the middle at some distance, (D, H, W) bool."""
    along, away = _direction(rng), _direction(rng)
    away -= (away @ along) * along
    through = away / np.linalg.norm(away) * rng.uniform(9, 24)
    moved = at - through[:, None, None, None]
    axis = np.tensordot(along, moved, 1)
    return (moved**2).sum(axis=0) - axis**2 < rng.uniform(0.8, 2.2) ** 2


def _bumpy(at: np.ndarray, radius: float, rng: np.random.Generator) -> np.ndarray:
    """An ellipsoid whose surface bulges and dents, in one piece, (D, H, W) bool."""
    from scipy import ndimage

    stretch = rng.uniform(0.85, 1.15, 3)
    stretch /= stretch.prod() ** (1 / 3)
    scaled = at / stretch[:, None, None, None]
    far = np.sqrt((scaled**2).sum(axis=0))
    unit = scaled / np.maximum(far, 1e-6)
    bump = np.zeros(far.shape)
    for _ in range(MANY):
        near = np.tensordot(_direction(rng), unit, 1)
        bump += rng.normal(0, 0.06) * np.exp(6 * (near - 1))
    found, _ = ndimage.label(far < radius * (1 + bump))
    middle = tuple(side // 2 for side in found.shape)
    return found == found[middle]
