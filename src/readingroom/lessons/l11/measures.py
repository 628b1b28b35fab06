"""What is measured of a tumour and of a picture: SUVmax, SUVpeak, volume, contrast, PSNR, SSIM."""

from __future__ import annotations

from functools import cache

import numpy as np

from readingroom.data.tumours import Tumour

PEAK = 6.204  # mm, radius of a sphere of 1 cm³ (Wahl et al. 2009)
CUT = 0.41  # of SUVmax: where a volume ends
SHELL = (8.0, 20.0)  # mm outside the tumour: its surroundings
OF_TUMOUR = ("SUVmax", "SUVpeak", "volume at 41 %", "contrast")
OF_PICTURE = ("PSNR", "SSIM")


@cache
def _sphere(spacing: tuple[float, float, float]) -> np.ndarray:
    """Voxels whose middle lies within 1 cm³, as weights that sum up to 1."""
    sides = [int(PEAK // step) for step in spacing]
    lines = [np.arange(-n, n + 1) * step for n, step in zip(sides, spacing, strict=True)]
    at = np.stack(np.meshgrid(*lines, indexing="ij"))
    inside = (at**2).sum(axis=0) <= PEAK**2
    return inside / inside.sum()


def suv_peak(values: np.ndarray, mask: np.ndarray, spacing: tuple[float, float, float]) -> float:
    """Highest mean over a sphere of 1 cm³ whose middle lies in the tumour (Wahl et al. 2009)."""
    from scipy import ndimage

    means = ndimage.convolve(values.astype(float), _sphere(spacing), mode="nearest")
    return float(means[mask].max())


def of_tumour(values: np.ndarray, one: Tumour) -> np.ndarray:
    """SUVmax, SUVpeak, volume at 41 % of SUVmax in ml, contrast, (4,).

    Contrast is the mean over the region above 41 % of the *full-count* SUVmax, over the mean of a
    shell 8 to 20 mm outside the tumour: the region stays where it is, only its values change.

    Parameters
    ----------
    values : ndarray, (D, H, W)
        SUV, denoised or not, on the grid of the tumour.
    one : Tumour
        With full counts.
    """
    inside = values[one.mask]
    top = float(inside.max())
    core, shell = _core(one), _shell(one)
    return np.array([
        top,
        suv_peak(values, one.mask, one.spacing),
        (inside >= CUT * top).sum() * np.prod(one.spacing) / 1000,
        values[core].mean() / max(float(values[shell].mean()), 1e-3),
    ])  # fmt: skip


def _core(one: Tumour) -> np.ndarray:
    return one.mask & (one.suv >= CUT * one.suv[one.mask].max())


def _shell(one: Tumour) -> np.ndarray:
    from scipy import ndimage

    far = ndimage.distance_transform_edt(~one.mask, sampling=one.spacing)
    return (far > SHELL[0]) & (far <= SHELL[1])


def of_picture(values: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """PSNR in dB and SSIM against a reference, (2,); both take the range of the reference.

    SSIM as in Wang et al. 2004, by scikit-image, Gaussian weights, in three dimensions.
    """
    from skimage import metrics

    span = float(reference.max() - reference.min())
    error = float(np.mean((values - reference) ** 2))
    likeness = metrics.structural_similarity(
        values.astype(float), reference.astype(float), data_range=span, gaussian_weights=True,
        sigma=1.5, use_sample_covariance=False,
    )  # fmt: skip
    return np.array([10 * np.log10(span**2 / max(error, 1e-12)), likeness])
