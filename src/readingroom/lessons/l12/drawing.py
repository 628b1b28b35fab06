"""Simulated readers in the place of LIDC-IDRI's: the same table, drawn from one formula."""

from __future__ import annotations

import math

import numpy as np

from readingroom.data import nodules

NODULES, READERS = 872, 4
SHARE, BASE = 0.062, 0.25  # a reader's error: a share of the size, and millimetres
OUTSIDE = 0.05  # by which readers as a whole draw too large, share of the diameter


def readers() -> dict[str, np.ndarray]:
    """Sizes of simulated nodules by four simulated readers, as `make.readers` keeps them."""
    rng = np.random.default_rng([12, 7])
    true = np.clip(np.exp(rng.normal(2.3, 0.5, NODULES)), 3.5, 60)
    nodule = rng.normal(0, 0.35, NODULES)  # some nodules are harder for everybody
    sd = (BASE + SHARE * true) * np.exp(nodule)
    long_ = np.maximum(
        2.5, true[:, None] * (1 + OUTSIDE) + sd[:, None] * rng.normal(size=(NODULES, READERS))
    )
    short = long_ * np.clip(rng.normal(0.78, 0.08, (NODULES, READERS)), 0.4, 1)
    volume = math.pi / 6 * long_ * short**2 * np.exp(rng.normal(0, 0.1, (NODULES, READERS)))
    patient = np.sort(rng.integers(0, 546, NODULES))
    one = nodules.drawn(nodules.names()[0])
    two = np.stack([_redrawn(one.mask, k) for k in (0, 1)])
    rating = np.clip(
        np.round(rng.normal(3, 0.8, (NODULES, 1)) + rng.normal(0, 0.8, (NODULES, READERS))), 1, 5
    )
    return {
        "long": long_.astype(np.float32), "mean": ((long_ + short) / 2).astype(np.float32),
        "volume": volume.astype(np.float32),
        "step": rng.choice([1.0, 1.25, 2.0, 2.5], NODULES).astype(np.float32),
        "patient": np.unique(patient, return_inverse=True)[1].astype(np.uint16),
        "malignancy": rating.astype(np.uint8),
        "cube_row": np.full(nodules.MANY, -1, np.int16),
        "two": np.packbits(two), "two_spacing": np.ones(3),
        "two_shape": np.array(two.shape, np.int16),
    }  # fmt: skip


def _redrawn(mask: np.ndarray, reader: int) -> np.ndarray:
    """A region as another reader draws it: its edge moves in and out by about a voxel."""
    from scipy import ndimage

    rng = np.random.default_rng([12, 8, reader])
    inside = ndimage.distance_transform_edt(mask) - ndimage.distance_transform_edt(~mask)
    wave = ndimage.gaussian_filter(rng.normal(size=mask.shape), 3)
    moved = inside + 0.9 * wave / wave.std() + 0.25 * reader
    found, _ = ndimage.label(moved > 0)
    middle = tuple(side // 2 for side in mask.shape)
    return (found == found[middle])[15:36, 8:43, 8:43]
