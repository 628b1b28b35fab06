"""Known growth in a real nodule: the same nodule enlarged by resampling, moved a little, noised."""

from __future__ import annotations

import numpy as np

AROUND = 2.0  # voxels beyond the nodule that grow with it
FADE = 9.0  # voxels over which the surroundings go back to what they were
MOVE = 0.5  # largest shift of a copy along each axis, voxels
NOISE = 0.012  # of a copy's own noise, in greys of 0 to 1
SHARPER = 0.8  # share of the detail that the other reconstruction adds


def grown(
    image: np.ndarray, mask: np.ndarray, share: float, rng: np.random.Generator
) -> np.ndarray:
    """A copy whose nodule has a volume larger by a share; growth, shift and noise are ours.

    Parameters
    ----------
    image : ndarray, (D, H, W) of 0 to 1
    mask : ndarray, (D, H, W) bool
        Where the nodule is: what grows.
    share : float
        Such as 0.25; 0 is a repeated examination.
    rng : Generator
        Of the shift and the noise.

    Returns
    -------
    ndarray, (D, H, W) float32, 0 to 1
    """
    from scipy import ndimage

    centre = np.argwhere(mask).mean(axis=0)
    radius = float(np.sqrt(((np.argwhere(mask) - centre) ** 2).sum(axis=1)).max()) + AROUND
    times = (1 + share) ** (1 / 3)
    shift = rng.uniform(-MOVE, MOVE, 3)
    place = np.array(np.mgrid[tuple(slice(n) for n in image.shape)], float)
    away = place - (centre + shift)[:, None, None, None]
    far = np.sqrt((away**2).sum(axis=0))
    # inside, all is larger by the same factor; outside, it fades to no change
    step = np.clip((far - times * radius) / FADE, 0, 1)
    factor = 1 / times + (1 - 1 / times) * step * step * (3 - 2 * step)
    from_ = away * factor + centre[:, None, None, None]
    moved = ndimage.map_coordinates(image, from_, order=3, mode="nearest")
    noise = ndimage.gaussian_filter(rng.normal(0, 1, image.shape), 0.6)
    return np.clip(moved + NOISE * noise / noise.std(), 0, 1).astype(np.float32)


def other_style(image: np.ndarray) -> np.ndarray:
    """The same examination with a sharper kernel, (D, H, W): edges overshoot, noise rises."""
    from scipy import ndimage

    soft = ndimage.gaussian_filter(image, 1.0)
    return np.clip(image + SHARPER * (image - soft), 0, 1).astype(np.float32)
