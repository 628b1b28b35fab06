"""Devices on a film: ECG leads, pacemaker, tubes, lines and drains, as curves in space."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.simulator.bone import blend, fineness
from readingroom.simulator.cage import Cage
from readingroom.simulator.exam import Exam
from readingroom.simulator.frame import Frame
from readingroom.simulator.mediastinum import carina
from readingroom.simulator.splat import splat_soft
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import sigmoid

__all__ = ["devices"]


def devices(frame: Frame, shape: Cage, exam: Exam) -> tuple[np.ndarray, dict]:
    """Depth of metal and plastic, in units of compact bone, and a mask of each device.

    Returns
    -------
    depth : ndarray, (S, S)
    masks : dict of ndarray of bool
        Device name to the pixels it covers.
    """
    depth = np.zeros((frame.size, frame.size), np.float32)
    masks = {}
    for name in exam.devices:
        if name not in DRAWERS:
            raise ValueError(f"No device is called {name!r}; choose from {', '.join(DRAWERS)}.")
        drawn = DRAWERS[name](frame, shape, exam, stream(exam.seed, f"device {name}"))
        masks[name] = drawn > 0.03
        depth = np.maximum(depth, drawn)
    return depth, masks


def _cable(frame: Frame, knots: Any, radius: float, dense: float) -> np.ndarray:
    """A round cable through knots (K, 3); radius in cm, `dense` in units of compact bone."""
    knots = np.asarray(knots, float)[None]
    length = float(np.sqrt((np.diff(knots[0], axis=0) ** 2).sum(1)).sum())
    line = blend(knots, fineness(frame, 1.3 * length, 3000))[0]
    step = np.sqrt((np.gradient(line, axis=0) ** 2).sum(1))
    column, row = frame.project(*line.T)
    radius = radius / frame.wide
    cell = frame.px**2 / (frame.wide * frame.tall)
    volume = (np.pi * radius**2 * dense * step / cell).astype(np.float32)
    wide = np.full(len(line), max(radius * frame.wide / frame.px, 0.3))
    return splat_soft(column.astype(np.float32), row.astype(np.float32), volume, wide, frame.size)


def _disc(frame: Frame, x: float, y: float, rx: float, ry: float, dense: float) -> np.ndarray:
    """A flat plate with a sharp rim; half axes in cm."""
    column, row = (
        float(np.ravel(v)[0]) for v in frame.project(np.array([x]), np.array([y]), np.array([8.0]))
    )
    edge = max(0.04, 0.7 * frame.px / min(rx, ry))
    out = np.zeros((frame.size, frame.size), np.float32)
    reach = int((1 + 5 * edge) * max(rx, ry) / frame.px) + 2
    rows = slice(max(0, int(row) - reach), max(0, int(row) + reach))
    columns = slice(max(0, int(column) - reach), max(0, int(column) + reach))
    grid = np.arange(frame.size, dtype=np.float32)
    u = (grid[None, columns] - column) * frame.px / rx
    v = (grid[rows, None] - row) * frame.px / ry
    out[rows, columns] = dense * sigmoid((1 - np.sqrt(u * u + v * v)) / edge * 2)
    return out


def _ecg_leads(frame: Frame, shape: Cage, exam: Exam, rng: np.random.Generator) -> np.ndarray:
    """Three to five electrodes with clips; their cables leave at one side."""
    out = np.zeros((frame.size, frame.size), np.float32)
    way_out = rng.choice([-1, 1]) * rng.uniform(9, 18)
    exit_y = rng.choice([-9.0, 34.0], p=[0.35, 0.65])
    spots = [(-11.5, 3.0), (11.5, 3.2), (10.5, 18.5), (-10.5, 19.0), (-3.0, 13.0)]
    for x, y in spots[: int(rng.integers(3, 6))]:
        x, y = x + rng.normal(0, 1.3), y + rng.normal(0, 1.3)
        out = np.maximum(out, _disc(frame, x, y, 0.75, 0.75, 0.10))
        out = np.maximum(out, _disc(frame, x, y, 0.30, 0.30, 0.8))
        slack = rng.normal(0, 3.5, 4)
        knots = [
            (x, y, 9),
            (x + 0.2 * slack[0], y + 0.25 * (exit_y - y) + slack[1], 10),
            (0.4 * x + 0.6 * way_out + slack[2], y + 0.55 * (exit_y - y) + slack[3], 10),
            (way_out + 0.4 * slack[0], exit_y, 10),
        ]
        out += _cable(frame, knots, 0.10, 2.2)
        out += _cable(
            frame, [(x, y, 9), (x + 0.05 * slack[0], y + 0.9 * np.sign(exit_y), 9.5)], 0.22, 1.6
        )
    return out


def _pacemaker(frame: Frame, shape: Cage, exam: Exam, rng: np.random.Generator) -> np.ndarray:
    """Generator below the left clavicle, two leads through the superior vena cava."""
    x, y = 9.6 + rng.normal(0, 0.6), 5.6 + rng.normal(0, 0.6)
    out = _disc(frame, x, y, 2.3, 2.0, 0.9)
    out = np.maximum(out, _disc(frame, x - 0.2, y + 0.3, 1.6, 1.2, 1.6))
    out = np.maximum(out, _disc(frame, x + 0.3, y - 1.7, 1.2, 0.6, 0.6))
    low = shape.dome_left
    neck = [(x, y - 2.0, 8), (6.5, 2.8, 6), (2.0, 3.4, 4), (-1.6, 5.6, 3)]
    out += _cable(
        frame,
        [*neck, (-2.2, 11, 3), (-2.6, low - 6.5, 4), (0.5, low - 3.2, 6), (4.4, low - 2.2, 7)],
        0.10,
        2.6,
    )
    out += _cable(
        frame,
        [*neck, (-2.3, 10, 3), (-2.9, low - 8, 4), (-1.6, low - 6.2, 6), (-2.4, low - 8.6, 6)],
        0.10,
        2.6,
    )
    return out + _disc(frame, 4.4, low - 2.2, 0.22, 0.22, 1.2)


def _endotracheal_tube(
    frame: Frame, shape: Cage, exam: Exam, rng: np.random.Generator
) -> np.ndarray:
    """Tube with a dense line, tip 2 to 6 units above the carina."""
    tip = carina(shape) - rng.uniform(2.0, 6.0) * frame.tall**0.3
    knots = [(0.6, -12, 4), (0.2, -6, 2), (0.0, -1, 0), (-0.2, tip, -0.5)]
    walls = [(-0.35, 0.14), (0.35, 0.14)]
    out = np.zeros((frame.size, frame.size), np.float32)
    for shift, dense in walls:
        out += _cable(frame, [(a + shift, b, c) for a, b, c in knots], 0.10, 8 * dense)
    return out + _cable(frame, [(a + 0.2, b, c) for a, b, c in knots], 0.07, 4.0)


def _chest_drain(frame: Frame, shape: Cage, exam: Exam, rng: np.random.Generator) -> np.ndarray:
    """Drain in the pleural space: two walls and a dense stripe.

    It enters at the side and runs up behind the lung, so its shaft is seen through lung. Its tip
    lies at the apex, where air gathers: inside the outline of even a small pneumothorax.
    """
    side = -1 if exam.drain_side == "right" else 1
    low = 13.5 + rng.normal(0, 1.2)
    tip = rng.uniform(1.1, 2.0)
    end = shape.wall(tip) - rng.uniform(1.0, 1.8)
    knots = [
        (side * 19.5, low + 2.6, 0),
        (side * 14.6, low, 0),
        (side * (11.4 + rng.normal(0, 0.4)), low - 3.6, -1),
        (side * (9.3 + rng.normal(0, 0.6)), (low + tip) / 2 - 0.8, -2),
        (side * end, tip, 0),
    ]
    out = np.zeros((frame.size, frame.size), np.float32)
    for shift in (-0.38, 0.38):
        out += _cable(frame, [(a + shift, b + 0.15 * shift, c) for a, b, c in knots], 0.10, 1.5)
    return out + _cable(frame, knots, 0.09, 5.0)


def _nasogastric_tube(
    frame: Frame, shape: Cage, exam: Exam, rng: np.random.Generator
) -> np.ndarray:
    """Thin tube along the oesophagus into the stomach."""
    low = shape.dome_left
    knots = [
        (0.8, -12, -2),
        (0.5, 0, -4),
        (0.6, 9, -4),
        (1.3, low - 4, -3),
        (2.4, low + 0.5, -1),
        (4.8 + rng.normal(0, 0.8), low + 4.0, 2),
        (3.0 + rng.normal(0, 1.5), low + 7.5, 4),
    ]
    return _cable(frame, knots, 0.16, 1.3)


def _central_line(frame: Frame, shape: Cage, exam: Exam, rng: np.random.Generator) -> np.ndarray:
    """Catheter from the right jugular or either subclavian vein; tip in the vena cava."""
    tip = (-2.1 + rng.normal(0, 0.2), rng.uniform(8.0, 13.0), 2)
    routes: list[list[tuple]] = [
        [(-4.2, -9, 2), (-3.4, -2, 2), (-2.4, 4, 2)],
        [(-13, 2.2, 4), (-7.5, 2.6, 4), (-2.8, 4.6, 3)],
        [(12, 2.4, 4), (6.0, 3.2, 4), (-0.2, 5.2, 3)],
    ]
    knots = [*routes[int(rng.integers(0, 3))], (-2.2, 6.6, 2), tip]
    return _cable(frame, knots, 0.11, 2.0)


DRAWERS = {
    "ecg leads": _ecg_leads,
    "pacemaker": _pacemaker,
    "endotracheal tube": _endotracheal_tube,
    "chest drain": _chest_drain,
    "nasogastric tube": _nasogastric_tube,
    "central line": _central_line,
}
