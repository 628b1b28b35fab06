"""Twelve pairs of ribs as arcs on the cage."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.simulator.bone import Bones, fineness
from readingroom.simulator.cage import Cage
from readingroom.simulator.streams import stream

__all__ = ["ribs"]


def ribs(frame: Any, shape: Cage, patient_seed: int) -> Bones:
    """Both rows of ribs.

    Each rib sinks from the spine to the front and ends where bone turns into cartilage, which
    films do not show. Its side is seen along the flat of the bone, so the edge of the cage is
    dense without a special rule.
    """
    body = shape.body
    rng = stream(patient_seed, "ribs")
    number = np.tile(np.arange(1, 13, dtype=float), 2)[:, None]
    side = np.repeat([-1.0, 1.0], 12)[:, None]
    own = rng.normal(0, 1, (5, 24, 1))
    # What both sides share is larger than what tells them apart.
    own = 0.8 * np.tile(own[:, :12], (1, 2, 1)) + 0.6 * own
    start = body.rib_start + body.rib_step * (number - 1) + 0.018 * (number - 1) ** 1.8
    start = start + 0.10 * own[0]
    drop = np.clip(body.rib_drop[0] + body.rib_drop[1] * number, 2, 10.5 - 2.5 * body.youth)
    drop = drop + 0.30 * own[1]
    along = np.linspace(0, 1, fineness(frame, 23.0))[None]
    theta = _angles(shape, start + 0.5 * drop, number, along)
    early = np.clip((4.0 - number) / 3, 0, 1)
    curve, thin = _arcs(shape, start, drop, theta, side, early)
    half = body.rib_height * (1 + 0.06 * own[2]) * np.where(number < 1.5, 1.15, 1.0)
    half = half * (0.88 + 0.22 * along) * np.where(number > 10.5, 0.8, 1.0)
    flat = np.broadcast_to((0.27 + 0.03 * own[3]) * (1 - 0.25 * along), half.shape)
    front = np.clip((theta - 1.75) / 0.5, 0, 1)
    end = np.clip((1.0 - along) / np.where(number > 9.5, 0.3, 0.1), 0, 1)
    cortex = 0.108 * (1 + 0.35 * body.youth) * (1 - 0.30 * front) * end
    cortex = np.broadcast_to(cortex * (1 + 0.1 * own[4]), half.shape)
    if body.fine:  # seen on edge, ribs would join up to a white pipe along the side
        cortex = cortex * (1 - 0.58 * np.exp(-(((theta - 1.57) / 0.5) ** 2)))
    return Bones(
        curve,
        thin,
        half.astype(np.float32),
        flat.astype(np.float32),
        cortex.astype(np.float32),
        0.15 + 0.06 * body.youth,
    )


def _angles(shape: Cage, level: Any, number: Any, along: Any) -> Any:
    """Angle of each place on a rib about the long axis: 0 behind, pi in front."""
    end_x = np.clip(4.6 + 0.80 * (number - 1), 4.6, 11.8)
    width = np.maximum(shape.half_width(level + 1.5), end_x * 1.02)
    stop = np.pi - np.arcsin(end_x / width)
    stop = np.where(number > 10.5, np.where(number > 11.5, 0.9, 1.5), stop)
    return 0.17 + (stop - 0.17) * along


def _arcs(shape: Cage, start: Any, drop: Any, theta: Any, side: Any, early: Any) -> Any:
    """Centre lines (24, N, 3) and outward unit normals."""
    turn = theta / (0.80 * np.pi)
    # Level near the spine, steepest at the side, flatter again in front.
    fall = 0.92 * turn + 0.10 * turn * turn - 0.085 * np.sin(2 * np.pi * np.minimum(turn, 1))
    y = start + drop * fall - (0.30 + 0.9 * early) * np.sin(np.minimum(theta, 1.57) * 2)
    a = shape.half_width(y + 0.6) + 0.42
    b = shape.half_depth(y) + 0.4
    sine, cosine = np.sin(theta), np.cos(theta)
    # A chest is squarer than an ellipse, so ribs overlap along its side.
    squareness = 0.30 * (1 - 0.8 * shape.body.youth)
    across = sine * (1.0 + squareness * cosine * cosine)
    curve = np.stack([side * a * across, y, -b * cosine], -1)
    thin = np.stack([side * sine / a, np.zeros_like(y), -cosine / b], -1)
    thin /= np.sqrt((thin**2).sum(-1, keepdims=True))
    return curve.astype(np.float32), thin.astype(np.float32)
