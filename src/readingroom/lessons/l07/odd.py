"""How odd a film is: what is left of it after a reconstruction from training films.

The first principal components of the training films can draw any of them roughly. What they
cannot draw well is odd. The alarm stands where 5 % of the validation films lie above it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PARTS = 40  # components
ALARM, FLOOR = 0.95, 0.01  # quantiles of the validation films


@dataclass(frozen=True)
class Drawer:
    """A reconstruction by principal components.

    Attributes
    ----------
    mean : ndarray, (784,)
    parts : ndarray, (K, 784)
        Orthonormal.
    limit : float
        Root mean square error, grey levels, above which a film is odd.
    """

    mean: np.ndarray
    parts: np.ndarray
    limit: float = 1.0

    def redrawn(self, films: np.ndarray) -> np.ndarray:
        """The films as the reconstruction draws them, (N, 28, 28) uint8."""
        flat = films.reshape(len(films), -1).astype(float) - self.mean
        again = (flat @ self.parts.T) @ self.parts + self.mean
        return again.clip(0, 255).round().astype(np.uint8).reshape(films.shape)

    def error(self, films: np.ndarray) -> np.ndarray:
        """Root mean square of what is left, in alarm limits, (N,): above 1 is odd."""
        flat = films.reshape(len(films), -1).astype(float) - self.mean
        left = flat - (flat @ self.parts.T) @ self.parts
        return np.sqrt((left**2).mean(axis=1)) / self.limit


def fitted(train: np.ndarray, val: np.ndarray) -> Drawer:
    """A reconstruction of training films, with its alarm set on validation films."""
    flat = train.reshape(len(train), -1).astype(float)
    mean = flat.mean(axis=0)
    spread = (flat - mean).T @ (flat - mean)
    vectors = np.linalg.eigh(spread)[1]
    bare = Drawer(mean, vectors[:, ::-1][:, :PARTS].T)
    return Drawer(mean, bare.parts, float(np.quantile(bare.error(val), ALARM)))


def measured(parts: dict, mode: str) -> dict[str, np.ndarray]:
    """The reconstruction, and how odd it finds films and strangers.

    Parameters
    ----------
    parts : dict
        ``train``, ``val`` and ``test``: films of 28 pixels and labels.
    mode : str
        ``real`` or ``simulated``.
    """
    from readingroom import data

    drawer = fitted(parts["train"][0], parts["val"][0])
    test = parts["test"][0]
    adults = data.load("nih-1000", size=28, mode=mode).images
    sets = {
        "test": test,
        "inverted": 255 - test,
        "rotated": np.rot90(test, 1, (1, 2)),
        "adults": adults,
    }
    if mode == "real":
        sets["hannover"] = data.load("hannover", size=28, mode=mode).images
    return {
        "drawer_mean": drawer.mean.astype(np.float32),
        "drawer_parts": drawer.parts.astype(np.float16),
        "drawer_limit": np.array([drawer.limit]),
        "odd_floor": np.quantile(drawer.error(parts["val"][0]), [FLOOR]),
        **{f"odd_{name}": drawer.error(films).astype(np.float32) for name, films in sets.items()},
    }
