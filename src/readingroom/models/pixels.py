"""Pixel regression, the baseline: logistic regression on the pixels of a small film."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

STRENGTH = 0.01  # C of scikit-learn: small means smooth


@dataclass(frozen=True)
class PixelRegression:
    """One weight per pixel, an offset, and nothing else.

    Attributes
    ----------
    weights : ndarray, (H, W)
        Per standard deviation of the pixel's grey value: positive speaks for label 1.
    mean, spread : ndarray, (H * W,)
        Of each pixel over the training films.
    offset : float
    """

    weights: np.ndarray
    offset: float
    mean: np.ndarray
    spread: np.ndarray

    def scores(self, images: np.ndarray) -> np.ndarray:
        """Score (N, H, W) uint8 films: (N,) between 0 and 1; a rank, not a probability."""
        flat = images.reshape(len(images), -1).astype(np.float64)
        logit = ((flat - self.mean) / self.spread) @ self.weights.ravel() + self.offset
        return 1 / (1 + np.exp(-logit))

    def state_dict(self) -> dict[str, np.ndarray]:
        """Its numbers by name, as an answer of kind weights carries them."""
        return {
            "weights": self.weights,
            "offset": np.array([self.offset]),
            "mean": self.mean,
            "spread": self.spread,
        }


def pixel_regression(
    images: np.ndarray, labels: np.ndarray, strength: float = STRENGTH
) -> PixelRegression:
    """Fit logistic regression to standardised pixels (Cox 1958).

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
    labels : ndarray, (N,) of 0 and 1
    strength : float
        scikit-learn's C: the larger, the more freely the weights may follow the training films.

    Returns
    -------
    PixelRegression
    """
    from sklearn.linear_model import LogisticRegression

    if np.ndim(images) != 3 or np.shape(labels) != (len(images),):
        raise ValueError("a model is trained on films and as many labels, the films first")
    images = np.asarray(images)  # a model is of no films: what it scores is
    flat = images.reshape(len(images), -1).astype(np.float64)
    mean, spread = flat.mean(0), flat.std(0)
    spread[spread == 0] = 1.0
    fitted = LogisticRegression(C=strength, max_iter=3000).fit((flat - mean) / spread, labels)
    return PixelRegression(
        fitted.coef_[0].reshape(images.shape[1:]), float(fitted.intercept_[0]), mean, spread
    )


def pick(images: np.ndarray, n: int) -> np.ndarray:
    """Choose `n` films by their content, so that the order of a file does not matter.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8

    Returns
    -------
    ndarray, (n,) of int
        Positions, in the order of the films' SHA-256.
    """
    digests = [hashlib.sha256(np.ascontiguousarray(film).tobytes()).digest() for film in images]
    return np.array(sorted(range(len(images)), key=lambda i: (digests[i], i))[:n])
