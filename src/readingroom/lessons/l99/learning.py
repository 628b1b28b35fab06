"""The study's network: one hidden layer on 28 by 28 pixels, quick enough to be trained anew."""

from __future__ import annotations

import numpy as np

EPOCHS = 20
UNITS = 32
BATCH, RATE, DECAY = 64, 1e-3, 1e-2


def pixels(images: np.ndarray) -> np.ndarray:
    """Films as rows of numbers from 0 to 1, (N, 784) float32."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def shifted(images: np.ndarray, seed: int) -> np.ndarray:
    """Films moved by up to one pixel to each side, same shape."""
    rng = np.random.default_rng([99, seed])
    moves = rng.integers(-1, 2, (len(images), 2))
    pairs = zip(images, moves, strict=True)
    return np.stack([np.roll(one, tuple(move), (0, 1)) for one, move in pairs])


def learn(
    rows: np.ndarray, ill: np.ndarray, shown: np.ndarray, seed: int, units: int = UNITS
) -> tuple[np.ndarray, list[list[np.ndarray]]]:
    """Train a network; score films after every epoch.

    Parameters
    ----------
    rows : ndarray, (N, 784)
        Training films.
    ill : ndarray, (N,)
        0 or 1.
    shown : ndarray, (M, 784)
        Films to score.
    seed : int
        Of the weights it starts from and of the order of films.
    units : int
        Hidden units.

    Returns
    -------
    scores : ndarray, (EPOCHS, M) float32
    weights : list
        After each epoch: the two matrices and the two rows of offsets.
    """
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier((units,), alpha=DECAY, learning_rate_init=RATE, batch_size=BATCH,
                        random_state=seed)  # fmt: skip
    scores, weights = [], []
    for _ in range(EPOCHS):
        net.partial_fit(rows, ill, classes=[0, 1])
        scores.append(net.predict_proba(shown)[:, 1])
        weights.append([part.copy() for part in (*net.coefs_, *net.intercepts_)])
    return np.stack(scores).astype(np.float32), weights
