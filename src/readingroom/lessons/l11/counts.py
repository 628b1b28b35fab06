"""Fewer counts on a real PET: noise that we add, of the size and smoothness of its own.

Counts are Poisson, so their variance follows the local mean. For a fraction f of the counts a
volume gets (1/f - 1) times the variance that it has already; the total rises to 1/f times, the
standard deviation to 1/√f times. The bias that a reconstruction has at low counts is not simulated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.data.errors import DataError
from readingroom.data.tumours import Tumour
from readingroom.simulator.tumours import SMOOTH, grain

APART = 3  # slices: 9.8 mm, where smooth noise no longer hangs together
AWAY = 15.0  # mm from the tumour
TISSUE = (0.35, 0.9)  # SUV of muscle and the like, mean of 5 x 5 x 5 voxels
LEAST = 200  # voxels of tissue to measure noise in


@dataclass(frozen=True)
class Noise:
    """Noise of soft tissue far from the tumour.

    Attributes
    ----------
    mean, sd : float
        SUV. The SD is robust (1.4826 times the median absolute deviation) and of second
        differences along the slices, so that a slow change of uptake does not count as noise.
    """

    mean: float
    sd: float

    @property
    def relative(self) -> float:
        """SD over mean."""
        return self.sd / self.mean


def tissue(one: Tumour) -> np.ndarray:
    """Soft tissue away from the tumour, (D, H, W) bool; of the full-count volume."""
    from scipy import ndimage

    far = ndimage.distance_transform_edt(~one.mask, sampling=one.spacing) > AWAY
    mean = ndimage.uniform_filter(one.suv, 5)
    return far & (mean > TISSUE[0]) & (mean < TISSUE[1])


def noise(values: np.ndarray, where: np.ndarray) -> Noise:
    """Mean and noise of a volume within a region.

    Raises
    ------
    DataError
        The region is too small to measure noise in.
    """
    inner = where[APART:-APART]
    if inner.sum() < LEAST:
        raise DataError("There is too little soft tissue around this tumour to measure noise in.")
    bent = values[APART:-APART] - (values[: -2 * APART] + values[2 * APART :]) / 2
    held = bent[inner]
    sd = 1.4826 * float(np.median(np.abs(held - np.median(held)))) / np.sqrt(1.5)
    return Noise(float(values[APART:-APART][inner].mean()), sd)


def lowered(one: Tumour, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """A volume as if of a fraction of its counts, (D, H, W) float32; the noise is added by us.

    Parameters
    ----------
    one : Tumour
        With full counts.
    fraction : float
        Above 0, at most 1.
    rng : numpy Generator
    """
    from scipy import ndimage

    if not 0 < fraction <= 1:
        raise ValueError("A fraction of the counts lies above 0 and is at most 1.")
    own = noise(one.suv, tissue(one))
    local = np.clip(ndimage.uniform_filter(one.suv, 3), 0, None)
    variance = (1 / fraction - 1) * own.sd**2 / own.mean * local
    added = np.sqrt(variance) * grain(one.suv.shape, rng, SMOOTH, one.spacing)
    return np.clip(one.suv + added, 0, None).astype(np.float32)
