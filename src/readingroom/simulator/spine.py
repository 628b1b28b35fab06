"""The spine: a stack of vertebrae seen from the front."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.simulator.anatomy import Anatomy
from readingroom.simulator.cage import Cage
from readingroom.simulator.frame import Frame
from readingroom.simulator.streams import stream

__all__ = ["spine"]


def spine(frame: Frame, shape: Cage, patient_seed: int) -> np.ndarray:
    """Depth of compact bone of the spine, thorax units, (size, size)."""
    body = shape.body
    rng = stream(patient_seed, "spine")
    bend, phase = rng.normal(0, body.bend) + 0.25 * body.tortuosity, rng.uniform(0, 6)
    picture = np.zeros((frame.size, frame.size), np.float32)
    x = frame.at(-6.5)
    columns = np.flatnonzero((np.abs(x) < 4.2).any(0))
    if len(columns):
        cut = slice(columns[0], columns[-1] + 1)
        y = frame.y[:, cut]
        straight = x[:, cut] - bend * np.sin(y * 0.13 + phase)
        picture[:, cut] = _vertebrae(straight, y, body, max(frame.px / frame.wide, 0.05))
    return picture


def _vertebrae(x: Any, y: Any, body: Anatomy, blunt: float) -> np.ndarray:
    """Depth of compact bone; v runs from -1 to 1 over each vertebra, disc at both ends."""
    step = body.rib_step * 1.01
    place = (y - float(body.rib_start + 1.0)) / step
    v = 2 * (place - np.rint(place))
    half = (1.30 + 0.034 * np.clip(y, -4, 40)) * (1 - 0.09 * np.cos(v * 2.2))
    t = np.abs(x) / half
    solid = 0.5 - 0.5 * np.tanh((np.abs(v) - 0.78) / (0.05 + blunt * 0.5))
    return (
        _body(t, v, solid, blunt)
        + _pedicles(t * half, t, v, step, half)
        + _processes(x, t, v, step)
    )


def _body(t: Any, v: Any, solid: Any, blunt: float) -> Any:
    """Trabecular body with dense end plates and side walls; t is 1 at the side wall."""
    column = np.sqrt(np.maximum(1 - t * t, 0)) * 3.0
    plate = np.exp(-(((np.abs(v) - 0.76) / (0.07 + blunt * 0.35)) ** 2))
    wall = np.exp(-(((t - 0.94) / (0.06 + blunt * 0.4)) ** 2)) * solid
    return column * (0.030 + 0.040 * solid + 0.055 * plate) + 0.10 * wall


def _pedicles(across: Any, t: Any, v: Any, step: float, half: Any) -> Any:
    """Ring shadows of the two pedicles."""
    dx, dy = (across - 0.62 * half) / 0.40, (v + 0.25) * (step / 2 / 0.60)
    ring = np.sqrt(dx * dx + dy * dy)
    return 0.15 * np.exp(-(((ring - 0.85) / 0.3) ** 2)) + 0.05 * (ring < 0.8)


def _processes(x: Any, t: Any, v: Any, step: float) -> Any:
    """Spinous process as a tear drop, transverse processes as faint wings."""
    dy = (v - 0.6) * (step / 2 / 0.72)
    tear = (x / 0.34) ** 2 + dy * dy
    level = (v + 0.30) * (step / 2 / 0.42)
    wing = np.exp(-((level * level) ** 2)) * (t > 0.8)
    tip = 0.5 - 0.5 * np.tanh((np.abs(x) - 3.1) * 2.5)
    return 0.26 * np.exp(-tear * tear) + 0.13 * wing * tip
