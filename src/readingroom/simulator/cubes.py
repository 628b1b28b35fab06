"""Cubes of lung with one nodule, where its true region is known: a stand-in for chest CT.

Air, vessels and sometimes the chest wall; the nodule is a lobed ellipsoid with strands. Greys run
from 0 to 1 as in the cubes that they stand in for. They teach a mechanism and no rate.
"""

from __future__ import annotations

import numpy as np

SIDE = 51
LUNG, VESSEL, WALL, NODULE = 0.24, 0.62, 0.74, 0.70
STRAND = 0.58
BLUR = 0.9  # voxels: what a scanner does to an edge
NOISE = 0.018
LOBES = 9  # round bulges and dents of a nodule's surface
SPURS = (1, 6)  # fine strands that leave it, at least and at most less one


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
    mask = _lobed(at, diameter / 2, rng)
    for _ in range(rng.integers(*SPURS)):
        clean = np.where(_spur(at, diameter / 2, rng), STRAND, clean)
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


def _spur(at: np.ndarray, radius: float, rng: np.random.Generator) -> np.ndarray:
    """A thin strand from the nodule's surface outwards, not of its region, (D, H, W) bool."""
    out = _direction(rng)
    along = np.tensordot(out, at, 1)
    across = np.sqrt(np.maximum((at**2).sum(axis=0) - along**2, 0))
    reach = radius * rng.uniform(1.6, 2.6)
    return (along > 0) & (along < reach) & (across < rng.uniform(0.8, 1.3))


def _lobed(at: np.ndarray, radius: float, rng: np.random.Generator) -> np.ndarray:
    """An ellipsoid with lobes and notches, in one piece, of about a ball's volume, (D, H, W) bool.

    Lobes are bumps of the distance from the middle, as wide as an eighth of the surface.
    """
    from scipy import ndimage

    stretch = np.exp(rng.normal(0, 0.2, 3))
    stretch /= stretch.prod() ** (1 / 3)
    turned = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    scaled = np.tensordot(turned, at, 1) / stretch[:, None, None, None]
    far = np.sqrt((scaled**2).sum(axis=0))
    unit = scaled / np.maximum(far, 1e-6)
    bump = np.zeros(far.shape)
    for _ in range(LOBES):
        near = np.tensordot(_direction(rng), unit, 1)
        bump += rng.normal(0.02, 0.3) * np.exp(10 * (near - 1))
    found, _ = ndimage.label(far < radius * np.clip(1 + bump, 0.55, 1.6))
    middle = tuple(side // 2 for side in found.shape)
    return found == found[middle]
