"""How odd a film is: what is left of it after a reconstruction from training films.

Each film is brought to the same brightness and contrast first, so that exposure does not count. A
few building blocks (singular vectors of the training films) can then draw any of them roughly.
What they cannot draw well is odd. The alarm stands where 5 % of the validation films lie above it.
Levelled greys turn over when a film is inverted, and so does what is drawn: the method is blind to
inversion, and the lesson says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PARTS = 20  # building blocks
ALARM, FLOOR = 0.95, 0.01  # quantiles of the validation films


def levelled(films: np.ndarray) -> np.ndarray:
    """Greys with mean 0 and spread 1 in each film, (N, pixels) float64."""
    flat = films.reshape(len(films), -1).astype(float)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / (flat.std(axis=1, keepdims=True) + 1e-6)


@dataclass(frozen=True)
class Drawer:
    """A reconstruction from building blocks.

    Attributes
    ----------
    parts : ndarray, (K, 784)
        Orthonormal.
    limit : float
        Root mean square error, spreads of the film, above which a film is odd.
    """

    parts: np.ndarray
    limit: float = 1.0

    def error(self, films: np.ndarray) -> np.ndarray:
        """Root mean square of what is left, in alarm limits, (N,): above 1 is odd."""
        flat = levelled(films)
        left = flat - (flat @ self.parts.T) @ self.parts
        return np.sqrt((left**2).mean(axis=1)) / self.limit


def fitted(train: np.ndarray, val: np.ndarray) -> Drawer:
    """A reconstruction of training films, with its alarm set on validation films."""
    flat = levelled(train)
    parts = np.linalg.eigh(flat.T @ flat)[1][:, ::-1][:, :PARTS].T
    return Drawer(parts, float(np.quantile(Drawer(parts).error(val), ALARM)))


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
    # as it is stored, so that the limits belong to the stored blocks
    drawer = Drawer(drawer.parts.astype(np.float32).astype(float), drawer.limit)
    test = parts["test"][0]
    sets = {
        "test": test,
        "inverted": 255 - test,
        "rotated": np.rot90(test, 1, (1, 2)),
        "adults": data.load("nih-1000", size=28, mode=mode).images,
    }
    if mode == "real":
        sets["hannover"] = data.load("hannover", size=28, mode=mode).images
    return {
        "parts": drawer.parts.astype(np.float32),
        "limit": np.array([drawer.limit]),
        "floor": np.quantile(drawer.error(parts["val"][0]), [FLOOR]),
        **{f"odd_{name}": drawer.error(films).astype(np.float32) for name, films in sets.items()},
    }
