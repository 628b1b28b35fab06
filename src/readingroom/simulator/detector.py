"""From attenuation to a picture: scatter, blur, quantum noise, post-processing, display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import uniform_filter

from readingroom.simulator.exam import Exam
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import blur, enlarge, shrink, sigmoid

__all__ = ["Look", "Setting", "develop", "look", "settle", "shutter"]

SCATTER = {"PA": 0.30, "AP": 0.58}
"""Scatter relative to the primary beam behind thick parts; a grid is used for PA only."""
QUANTA = 2.6e5
"""Detected quanta in a square of 1 mm behind air at dose 1 (an effective number)."""


@dataclass(frozen=True)
class Look:
    """How one exam is processed; site habits with a small variation."""

    equalise: float
    sharpen: float
    gamma: float
    contrast: float
    lift: float
    quanta: float
    slope: float
    scatter: float = 1.0


@dataclass(frozen=True)
class Setting:
    """What is fixed from the film without its findings, so that twins stay comparable.

    Scatter and slow brightness are stored on a small grid, the display window as two levels.
    """

    scatter: np.ndarray
    slow: np.ndarray
    low: float
    high: float


def look(exam: Exam) -> Look:
    """Draw the processing of an exam around the values of its site."""
    rng = stream(exam.seed, "look")
    place = exam.place
    return Look(
        equalise=float(np.clip(place.equalise + rng.normal(0, 0.06), 0.3, 1.0)),
        sharpen=float(max(0.1, place.sharpen + rng.normal(0, 0.12)) + 0.15),
        gamma=place.gamma * float(rng.normal(0.84, 0.11)),
        contrast=place.contrast * float(rng.normal(1, 0.04)),
        lift=float(rng.uniform(0.0, 0.42)),
        quanta=QUANTA * place.dose * exam.dose * (0.6 if exam.view == "AP" else 1.0),
        slope=float(rng.normal(0, 0.03)),
        scatter=exam.scatter,
    )


def _spread(picture: np.ndarray, sigma: float, factor: int) -> np.ndarray:
    """Blur an already small picture; sigma counts pixels of the full film."""
    return blur(picture, sigma / factor)


def settle(attenuation: np.ndarray, px: float, view: str, style: Look) -> Setting:
    """Fix scatter, slow brightness and window from the film without findings.

    Parameters
    ----------
    attenuation : ndarray, (S, S)
        Line integrals of the attenuation coefficient, no unit.
    px : float
        Pixel size, cm.
    """
    size = attenuation.shape[0]
    factor = max(d for d in range(1, max(1, size // 48) + 1) if size % d == 0)
    small = shrink(attenuation, factor) if factor > 1 else attenuation
    beam = np.exp(-small)
    thick = np.clip(small / 2.4, 0, 1)
    source = beam * np.minimum(small, 6) * 0.36 * (thick * thick * thick)
    scatter = _spread(source, 3.4 / px, factor) * SCATTER[view] * style.scatter
    density = -np.log(np.maximum(beam + scatter, 1e-4))
    slow = _spread(density, 2.6 / px, factor)
    edge = max(1, small.shape[0] // 8)
    shown = (density - (1 - style.equalise) * slow)[edge:-edge, edge:-edge]
    low, high = np.percentile(shown, [2, 97.5])
    return Setting(scatter, slow, float(low), float(high))


def develop(attenuation: Any, px: float, exam: Exam, style: Look, fixed: Setting) -> np.ndarray:
    """Turn line integrals into display values.

    Returns
    -------
    ndarray, (S, S) float32
        0 is black, 1 is white.
    """
    size = attenuation.shape[0]
    beam = np.exp(-attenuation) + _enlarge(fixed.scatter, size)
    rows = np.linspace(-1, 1, size, dtype=np.float32)[:, None]
    beam *= 1 + np.float32(style.slope) * rows
    beam = blur(beam, 0.016 / px + 0.28)
    noise = stream(exam.seed, "noise").standard_normal(beam.shape, dtype=np.float32)
    beam = beam + np.sqrt(beam / np.float32(style.quanta * (px / 0.1) ** 2)) * noise
    density = -np.log(np.maximum(beam, 1e-4))
    fine = blur(density, 0.22 / px) if 0.22 / px > 0.35 else uniform_filter(density, 3)
    shown = density - (1 - style.equalise) * _enlarge(fixed.slow, size)
    shown += style.sharpen * (density - fine)
    return _display(shown, density, style, fixed)


def shutter(grey: np.ndarray, px: float, exam: Exam) -> None:
    """Blacken what the collimator kept from the beam: straight, upright, with a soft edge.

    Some films show such edges at one to four sides, and never more than a centimetre or two of
    them: a department's habit. The picture (S, S) is changed in place; `px` in cm.
    """
    rng = stream(exam.seed, "shutter")
    closed = rng.random(4) < (0.15 + 0.6 * exam.place.collimation)
    blades = closed * rng.uniform(0.2, 0.6 + exam.place.collimation, 4)
    penumbra = 0.06
    place = px * (np.arange(grey.shape[0], dtype=np.float32) + 0.5)
    for axis, (first, last) in enumerate(blades.reshape(2, 2)):
        edge = np.ones_like(place)
        if first:
            edge *= sigmoid((place - np.float32(first)) / penumbra)
        if last:
            edge *= sigmoid((place[::-1] - np.float32(last)) / penumbra)
        grey *= edge[:, None] if axis == 0 else edge[None]


def _enlarge(small: np.ndarray, size: int) -> np.ndarray:
    return enlarge(small, size // small.shape[0])


def _display(shown: Any, density: Any, style: Look, fixed: Setting) -> np.ndarray:
    span = fixed.high - fixed.low
    low = fixed.low - (0.26 + style.lift) * span
    middle, width = (low + fixed.high) / 2, (fixed.high - low) / style.contrast
    value = np.clip((shown - middle) / width + 0.5, -0.4, 1.6)
    grey = (sigmoid((value - 0.5) * 3.0) - 0.10) / 0.79
    grey = np.exp(style.gamma * np.log(np.clip(grey, 1e-3, 1.08)))
    return np.clip(grey * 0.86 * sigmoid((density - 0.45) * 9), 0, 1)
