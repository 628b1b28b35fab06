"""k-space: a knee slice taken apart, three of four lines left out, and put together again.

Two starting points. The easy one takes the picture of an archive: a magnitude image is real and
clean, so half of its k-space repeats the other half. The harder one gives the same picture a phase
and receiver noise, added by us, as a scanner has them (Shimron et al. 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

EVERY = 4  # one line in four
CENTRE = 0.08  # of the lines, all measured in the middle
ROUNDS = 40
WEIGHT = 0.02  # of the total variation, of a picture from 0 to 1
NOISE = 0.02  # SD of the receiver noise, of a picture from 0 to 1


@dataclass(frozen=True)
class Rebuilt:
    """One slice, measured in part and rebuilt.

    Attributes
    ----------
    full, empty, filled : ndarray, (H, W), 0 to about 1
        The picture; with the missing lines left at 0; with them filled in.
    kept : ndarray, (H,) bool
        Lines that were measured.
    """

    full: np.ndarray
    empty: np.ndarray
    filled: np.ndarray
    kept: np.ndarray

    def error(self, name: str) -> float:
        """Root mean square error over that of the picture itself."""
        shown = getattr(self, name)
        return float(np.linalg.norm(shown - self.full) / np.linalg.norm(self.full))


def to_k(picture: np.ndarray) -> np.ndarray:
    """Picture to k-space, its centre in the middle; keeps the sum of squares."""
    return np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(picture), norm="ortho"))


def to_picture(points: np.ndarray) -> np.ndarray:
    """And back."""
    return np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(points), norm="ortho"))


def lines(rows: int) -> np.ndarray:
    """Which lines are measured: the middle, and others by chance, one in four together, (H,)."""
    rng = np.random.default_rng([11, rows])
    kept = np.zeros(rows, bool)
    middle = round(rows * CENTRE)
    first = (rows - middle) // 2
    kept[first : first + middle] = True
    rest = np.flatnonzero(~kept)
    kept[rng.choice(rest, rows // EVERY - middle, replace=False)] = True
    return kept


def phase(shape: tuple[int, int]) -> np.ndarray:
    """A smooth phase over the picture, radians: added by us, in the place of a coil's."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij")
    return 2.4 * x + 1.3 * y * y - 1.8 * x * y


def rebuilt(picture: np.ndarray, easy: bool) -> Rebuilt:
    """Measure a quarter of the lines and fill in the others.

    Parameters
    ----------
    picture : ndarray, (H, W), from 0 to 1
        A magnitude image.
    easy : bool
        Take the magnitude image as if it had been measured, and use that it is real; else add
        phase and noise, and use nothing.
    """
    kept = lines(len(picture))
    truth = picture.astype(complex)
    if not easy:
        rng = np.random.default_rng([11, 4])
        truth = picture * np.exp(1j * phase(picture.shape))
        grain = rng.normal(size=picture.shape) + 1j * rng.normal(size=picture.shape)
        points = to_k(truth) + NOISE / np.sqrt(2) * grain
    else:
        points = to_k(truth)
    points = points * kept[:, None]
    return Rebuilt(picture, np.abs(to_picture(points)), np.abs(_filled(points, kept, easy)), kept)


def _filled(points: np.ndarray, kept: np.ndarray, real: bool) -> np.ndarray:
    """Lines in turn smoothed (total variation) and put back to what was measured."""
    from skimage.restoration import denoise_tv_chambolle

    found = to_picture(points)
    for _ in range(ROUNDS):
        if real:
            found = np.clip(denoise_tv_chambolle(found.real, WEIGHT, max_num_iter=10), 0, None)
        else:
            found = denoise_tv_chambolle(found.real, WEIGHT, max_num_iter=10) + 1j * (
                denoise_tv_chambolle(found.imag, WEIGHT, max_num_iter=10)
            )
        again = to_k(found)
        again[kept] = points[kept]
        found = to_picture(again)
    return found.real if real else found


def combined(points: np.ndarray) -> np.ndarray:
    """Raw data of several coils as one picture: root of the sum of squares, (H, W).

    Parameters
    ----------
    points : ndarray, (C, H, W) complex
        0 where nothing was measured.
    """
    return np.sqrt(sum(np.abs(to_picture(coil)) ** 2 for coil in points))
