"""PET-like volumes with one tumour whose region is known: a stand-in for PET of soft tissue.

Muscle, fat, a bone, two vessels and a bumpy tumour with a duller middle, blurred and grained as a
scanner does. They teach a mechanism and no rate.
"""

from __future__ import annotations

import numpy as np

SPACING = (3.27, 4.6875, 4.6875)  # mm: slice, row, column
SHAPE = (54, 40, 40)
MUSCLE, FAT, BONE, VESSEL = 0.62, 0.25, 0.45, 1.3  # SUV
BLUR = 6.5  # mm, full width at half maximum, of scanner and reconstruction
GRAIN = 0.028  # variance over mean in tissue, as measured in real films of this kind
SMOOTH = 6.0  # mm, full width at half maximum, of the grain


def sigmas(width: float, spacing: tuple[float, float, float] = SPACING) -> tuple[float, ...]:
    """Standard deviations in voxels of a Gaussian of a full width at half maximum in mm."""
    return tuple(width / 2.3548 / step for step in spacing)


def grain(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    width: float = SMOOTH,
    spacing: tuple[float, float, float] = SPACING,
) -> np.ndarray:
    """Noise of variance 1, smooth over `width` mm, (D, H, W)."""
    from scipy import ndimage

    sides = sigmas(width, spacing)
    edge = [int(np.ceil(3 * side)) + 1 for side in sides]
    raw = rng.normal(size=tuple(n + 2 * e for n, e in zip(shape, edge, strict=True)))
    smooth = ndimage.gaussian_filter(raw, sides)[
        tuple(slice(e, e + n) for n, e in zip(shape, edge, strict=True))
    ]
    one = np.zeros([2 * e + 1 for e in edge])
    one[tuple(edge)] = 1
    return smooth / np.sqrt((ndimage.gaussian_filter(one, sides) ** 2).sum())


def tumour(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One tumour.

    Parameters
    ----------
    seed : int
        Same seed, same tumour.

    Returns
    -------
    suv : ndarray, (54, 40, 40) float32
    mask : ndarray, (54, 40, 40) bool
    """
    from scipy import ndimage

    rng = np.random.default_rng([11, seed])
    lines = [(np.arange(n) - n / 2 + 0.5) * step for n, step in zip(SHAPE, SPACING, strict=True)]
    at = np.stack(np.meshgrid(*lines, indexing="ij"))
    _, y, x = at
    off = rng.uniform(-25, 25, 2)
    limb = (y - off[0]) ** 2 / 90**2 + (x - off[1]) ** 2 / 80**2
    clean = np.where(limb < 1, FAT, 0.02)
    clean = np.where(limb < 0.78, MUSCLE, clean)
    bone = rng.uniform(-40, 40, 2)
    clean = np.where((y - bone[0]) ** 2 + (x - bone[1]) ** 2 < 13**2, BONE, clean)
    for _ in range(2):
        place, lean = rng.uniform(-45, 45, 2), rng.uniform(-0.2, 0.2, 2)
        far = (y - place[0] - lean[0] * at[0]) ** 2 + (x - place[1] - lean[1] * at[0]) ** 2
        clean = np.where(far < 5**2, VESSEL, clean)
    mask, depth = _bumpy(at, float(np.clip(np.exp(rng.normal(3.25, 0.4)), 12, 52)), rng)
    peak = float(np.clip(np.exp(rng.normal(2.4, 0.6)), 3.5, 30))
    # a living rim around a duller middle, and patches
    patches = 1 + 0.25 * grain(SHAPE, rng, 22.0)
    clean = np.where(mask, peak * np.clip((1 - 0.5 * depth) * patches, 0.2, None), clean)
    suv = ndimage.gaussian_filter(clean, sigmas(BLUR))
    suv = suv + np.sqrt(GRAIN * suv) * grain(SHAPE, rng)
    return np.clip(suv, 0, None).astype(np.float32), mask


def _bumpy(
    at: np.ndarray, radius: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """An ellipsoid with bumps, (D, H, W) bool, and how deep inside it a voxel lies, 0 to 1."""
    stretch = rng.uniform(0.75, 1.25, 3)
    stretch /= stretch.prod() ** (1 / 3)
    scaled = at / stretch[:, None, None, None]
    far = np.sqrt((scaled**2).sum(axis=0))
    edge = np.full(far.shape, 1.0)
    for _ in range(6):
        way = rng.normal(size=3)
        way /= np.linalg.norm(way)
        cosine = np.tensordot(way, scaled, 1) / np.maximum(far, 1e-6)
        edge += rng.uniform(-0.25, 0.2) * np.exp(4 * (cosine - 1))
    share = far / (radius * edge)
    return share < 1, np.clip(1 - share, 0, 1)
