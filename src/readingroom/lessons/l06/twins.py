"""Counterfactual twins: the same virtual child, with one thing changed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

TWINS = 60
FIRST = 61_000  # seed of the first child
SIZE = 128


def twin_films(which: Iterable[int], size: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    """Virtual children without and with consolidation; neither film has a letter yet.

    Parameters
    ----------
    which : iterable of int
        Numbers of the children, from 0.
    size : int
        Edge of the films in pixels.

    Returns
    -------
    healthy, ill : ndarray, (P, size, size) uint8
        Row k shows the same child, pose, exposure and noise in both.
    """
    from readingroom import simulator

    healthy, ill = [], []
    for k in which:
        rng = np.random.default_rng(FIRST + k)
        child = simulator.Patient.sample(FIRST + k, ages="children")
        exam = simulator.Exam.sample(child, FIRST + k, "Children's")
        exam = exam.changed(marker="", portable_text=False)
        found = simulator.Finding(
            "consolidation",
            round(float(rng.uniform(0.5, 1.0)), 3),
            "right" if rng.random() < 0.5 else "left",
            str(rng.choice(["upper", "mid", "lower"])),
            seed=FIRST + k,
        )
        film = simulator.draw(child, exam, (), size)
        healthy.append(film.image)
        ill.append(simulator.twin(film, findings=(found,)).image)
    return np.stack(healthy), np.stack(ill)
