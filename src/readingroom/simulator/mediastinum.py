"""Heart, great vessels and airways: one solid with a smooth left and right border.

Borders are drawn as curves through the landmarks a radiologist names, then smoothed, so that no
step is left where one chamber meets the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter1d

from readingroom.simulator.anatomy import HALF_WIDTH, Anatomy
from readingroom.simulator.cage import Cage
from readingroom.simulator.frame import Frame
from readingroom.simulator.texture import sigmoid, union

__all__ = ["Mediastinum", "airway", "carina", "mediastinum"]

HEART_DEPTH = 2.2
"""How far in front of the middle of the body the heart lies, thorax units."""


@dataclass
class Mediastinum:
    """Projected mediastinum, thorax units."""

    chord: np.ndarray
    """Depth of solid tissue, (size, size)."""
    heart: np.ndarray
    """Silhouette of the heart below the great vessels, (size, size) bool."""


def carina(shape: Cage) -> float:
    """Level of the carina, thorax units."""
    return 8.7 * shape.dome_left / 23.0


def _left_border(body: Anatomy, width: float) -> list[tuple[float, float]]:
    """Landmarks (level, x) of the left border for a heart `width` across."""
    p, k, t = body.pedicle, body.knob, body.thymus
    apex = 0.665 * width
    lower = body.heart_tilt
    return [
        (-12, p + 0.8),
        (-3, p + 0.5),
        (0.5, p),
        (3, p - 0.15 + 0.5 * t),
        (5.2, p - 0.1 + 0.9 * t),
        (6.3, p + 0.45 * k + t),
        (7.3, p + 0.85 * k + t),
        (8.4, p + 0.40 * k + 1.1 * t),
        (9.4, p + 0.05 + 1.1 * t),
        (10.6, p + 0.55 + t),
        (11.8, p + 0.85 + 0.7 * t),
        (13.2, p + 0.9 + 0.05 * width + 0.3 * t),
        (15.2, 0.42 * p + 0.40 * width),
        (17.2, apex * 0.85),
        (19.0, apex * 0.955),
        (20.6 + 0.3 * lower, apex),
        (22.0 + 0.3 * lower, apex * 0.98),
        (23.4, apex * 0.90),
        (25, apex * 0.72),
        (27, 3.6),
        (31, 2.8),
        (48, 2.8),
    ]


def _right_border(body: Anatomy, width: float) -> list[tuple[float, float]]:
    """Landmarks (level, distance) of the right border."""
    p, t = body.pedicle, body.thymus
    atrium = 0.335 * width
    return [
        (-12, p + 0.8),
        (-3, p + 0.5),
        (0.5, p),
        (3, p - 0.2 + 0.4 * t),
        (6, p - 0.05 + 0.9 * t),
        (8.5, p + 0.05 + t),
        (10.5, p + 0.15 + 0.9 * t),
        (12.6, p + 0.25 + 0.5 * t),
        (14.2, 0.45 * p + 0.58 * atrium),
        (15.8, atrium * 0.93),
        (17.6, atrium),
        (19.4, atrium * 0.97),
        (21, atrium * 0.88),
        (22.5, atrium * 0.76),
        (24, 3.0),
        (28, 2.6),
        (48, 2.6),
    ]


def _smooth(landmarks: list[tuple[float, float]], levels: np.ndarray, sink: float) -> np.ndarray:
    """Curve through landmarks; those below the carina move with the diaphragm by `sink`."""
    y, x = np.array(landmarks).T
    y = np.where(y > 6, 6 + (y - 6) * sink, y)
    step = levels[1] - levels[0]
    return gaussian_filter1d(np.interp(levels, y, x), 0.62 / step, mode="nearest")


def mediastinum(frame: Frame, shape: Cage, enlarge: float = 1.0) -> Mediastinum:
    """Project the mediastinum.

    Parameters
    ----------
    enlarge : float
        Factor on the heart's width; above 1 for cardiomegaly.
    """
    body, levels = shape.body, frame.levels
    width = 2 * HALF_WIDTH * body.heart_ratio * enlarge
    sink = (shape.dome_left - 6) / 17.0
    left = frame.profile(_smooth(_left_border(body, width), levels, sink))
    right = frame.profile(_smooth(_right_border(body, width), levels, sink))
    x = frame.at(HEART_DEPTH)
    u = np.where(x > 0, x / left, -x / right)
    u2 = np.minimum(u * u, 1)
    root = np.sqrt(1 - u2)
    top = 6 + 6.5 * sink
    depth = frame.profile(5.6 + 4.0 * sigmoid((levels - top) / 1.3))
    chord = depth * np.sqrt(root) * np.sqrt(np.sqrt(root))
    if body.fine:  # above the arch only vessels and fat border on lung, and they slope away
        chord *= 1 - (1 - root) * sigmoid((6.0 - frame.y) / 0.8)
    parts = [chord, _aorta(frame, shape), _spine_column(frame, body)]
    heart = (u2 < 1) & (frame.y > top) & (frame.y < shape.dome_left + 2.2)
    return Mediastinum(union(parts), heart)


def _aorta(frame: Frame, shape: Cage) -> np.ndarray:
    """Arch seen end-on, and the descending aorta beside the spine."""
    body = shape.body
    x = frame.at(-3.5)
    level = 7.2 * shape.dome_left / 23
    size = 1.55 * max(body.knob, 0.3)
    dx, dy = (x - 1.9) / (1.1 * size), (frame.y - float(level)) / size
    arch = 5.0 * np.sqrt(np.maximum(1 - dx * dx - dy * dy, 0))
    course = 1.7 + (0.35 + 0.5 * body.tortuosity) * np.sin((frame.y - 7) * 0.17)
    t = (x - course) / (1.15 * max(body.knob, 0.5))
    falling = 2.5 * np.sqrt(np.maximum(1 - t * t, 0)) * sigmoid((frame.y - float(level)) * 2)
    return np.maximum(arch, falling)


def _spine_column(frame: Frame, body: Anatomy) -> np.ndarray:
    """Soft tissue of spine, oesophagus and paraspinal muscle."""
    x = frame.at(-5.0)
    half = 2.5 + 0.03 * np.clip(frame.y, 0, 18)
    t = x / half
    root = np.sqrt(np.maximum(1 - t * t, 0))
    return 7.0 * root * (np.sqrt(root) if body.fine else 1)


def airway(frame: Frame, shape: Cage) -> np.ndarray:
    """Chord of air in trachea and main bronchi, thorax units, (size, size)."""
    body, fork = shape.body, carina(shape)
    out = np.zeros_like(frame.x)
    columns = np.flatnonzero((np.abs(frame.x) < 7.5).any(0))
    if not len(columns):
        return out
    cut = slice(columns[0], columns[-1] + 1)
    out[:, cut] = _airway(frame.at(-1.0)[:, cut], frame.y[:, cut], body, fork)
    return out


def _airway(x: Any, y: Any, body: Anatomy, fork: float) -> np.ndarray:
    """Trachea with its rings and both main bronchi; `fork` is the level of the carina."""
    centre = -0.2 - 0.22 * (body.knob - 1) * sigmoid(y - 4.0)
    radius = 0.86 - 0.06 * body.youth
    t = x - centre
    rings = 1 - 0.08 * np.cos(y * 5.2)
    tube = 2 * np.sqrt(np.maximum(radius * radius - t * t, 0)) * rings
    tube *= sigmoid((float(fork + 0.2) - y) * 4) * sigmoid((y + 8) * 2)
    right = _bronchus(x, y, (-0.3, fork - 0.3), (-3.3, fork + 3.6), 0.72, 0.5)
    left = _bronchus(x, y, (-0.1, fork - 0.3), (4.4, fork + 2.9), 0.66, 0.45)
    return np.maximum(tube, 0.75 * np.maximum(right, left))


def _bronchus(x: Any, y: Any, start: Any, end: Any, r0: Any, r1: Any) -> np.ndarray:
    """Chord of a straight tapering tube between two points (thorax units)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    t = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    radius = r0 + (r1 - r0) * t
    ex, ey = x - (start[0] + t * dx), y - (start[1] + t * dy)
    fade = np.minimum(1, 3 * (1 - t))
    return 2 * fade * np.sqrt(np.maximum(radius * radius - ex * ex - ey * ey, 0))
