"""Lungs and diaphragm: how much air each ray crosses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.simulator.anatomy import HALF_WIDTH, Anatomy
from readingroom.simulator.exam import Exam
from readingroom.simulator.frame import Frame
from readingroom.simulator.texture import sigmoid

__all__ = ["Cage", "Cavity", "cage", "cavity"]

APEX_HEIGHT = 2.6
"""Height of the rounded tip of the lung, thorax units."""


@dataclass(frozen=True)
class Cage:
    """Inner outline of the chest of one exam, as functions of the level y (thorax units)."""

    body: Anatomy
    dome_right: float
    dome_left: float

    def half_width(self, y: Any) -> Any:
        """Inner half width of the ribs at level y."""
        widening = 1 - np.exp(-np.maximum(y + 1.5, 0) / self.body.taper)
        return HALF_WIDTH * widening * (1 + self.body.flare * np.tanh((y - 12) / 6))

    def half_depth(self, y: Any) -> Any:
        """Inner half depth of the chest at level y."""
        rise = np.clip(1 - (1 - np.clip(y, 0, 19) / 19) ** 2, 0, 1)
        return self.body.depth * (0.24 + 0.76 * np.sqrt(rise))

    def medial(self, y: Any) -> Any:
        """Where the lung ends medially, before heart and vessels take their share."""
        return 0.7 + 3.0 * np.exp(-((np.maximum(y, 0) / 2.2) ** 1.3))

    def tip(self, y: Any) -> Any:
        """0 above the apex, 1 below its rounded tip."""
        t = np.clip(y / APEX_HEIGHT, 0, 1)
        return np.sqrt(t * (2 - t))

    def wall(self, y: Any) -> Any:
        """Distance of the outer pleura from the midline at level y, its rounded tip included."""
        lateral, medial = self.half_width(y), self.medial(y)
        return (lateral + medial) / 2 + (lateral - medial) / 2 * self.tip(y)

    def dome(self, side: str) -> float:
        """Level of the top of one dome."""
        return self.dome_right if side == "right" else self.dome_left


def cage(body: Anatomy, exam: Exam) -> Cage:
    """Return the cage of one breath."""
    right = 21.7 + exam.inspiration
    return Cage(body, right, right + body.dome_gap)


@dataclass
class Cavity:
    """Chords of the pleural cavity along each ray, thorax units, all (size, size)."""

    lung: np.ndarray
    """Depth of the pleural cavity, diaphragm and heart not yet taken out."""
    dome: np.ndarray
    """Depth of liver, stomach and spleen inside the cavity."""
    width: np.ndarray
    """Half width of the lung at the level of each pixel."""
    outer: np.ndarray
    """Half width of the inner cage at the level of each pixel."""
    half_depth: np.ndarray
    dome_level: np.ndarray
    """Level of the dome on the side of each pixel."""


def cavity(frame: Frame, shape: Cage) -> Cavity:
    """Project both pleural cavities and the domes that rise into them."""
    levels, body = frame.levels, shape.body
    lateral, medial, tip = shape.half_width(levels), shape.medial(levels), shape.tip(levels)
    middle, half = (lateral + medial) / 2, (lateral - medial) / 2
    outer = frame.profile(shape.wall(levels))
    inner = frame.profile(middle - half * tip)
    depth = frame.profile(shape.half_depth(levels) * np.sqrt(np.maximum(tip, 1e-6)))
    across = np.abs(frame.x)
    t = across / outer
    chord = depth * np.sqrt(np.maximum(1 - t * t, 0))
    u = np.clip((across - inner) / frame.profile(3.2 + 2.4 * sigmoid((levels - 11) / 1.5)), 0, 1)
    chord *= u * (2 - u)
    chord[frame.y <= 0] = 0
    right = frame.x < 0
    level = np.where(right, np.float32(shape.dome_right), np.float32(shape.dome_left))
    recess = sigmoid((float(shape.dome_right + 6.0) - frame.y) / 0.35)
    return Cavity(
        2 * chord * recess, _dome(frame, body, chord, level, right), outer, outer, depth, level
    )


def _dome(frame: Frame, body: Anatomy, chord: Any, level: Any, right: Any) -> np.ndarray:
    """Depth of the dome inside the cavity: crisp on top, with a gutter behind.

    The dome is a paraboloid whose section front to back is cut by the chest wall.
    """
    centre = np.where(right, np.float32(-6.5), np.float32(6.8))
    t = (frame.x - centre) / float(body.dome_width)
    rise = (frame.y - level) / float(body.dome_height) - t * t
    half = 8.2 * np.sqrt(np.maximum(rise, 0))
    front = 1.6
    low, high = np.maximum(-chord, front - half), np.minimum(chord, front + half)
    return np.where(rise > 0, np.maximum(high - low, 0), np.float32(0))
