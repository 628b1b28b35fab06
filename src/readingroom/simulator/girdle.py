"""Shoulder girdle: clavicles, scapulae and upper arms, posed for each exam."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from readingroom.simulator.anatomy import Anatomy
from readingroom.simulator.bone import Bones, blend, fineness
from readingroom.simulator.exam import Exam
from readingroom.simulator.frame import Frame
from readingroom.simulator.streams import stream

__all__ = ["girdle"]

# Right-handed tables of the patient's left side; thorax units. Each bone has five knots
# (x, y, z, half height, half thickness).
CLAVICLE = np.array(
    [
        (1.9, 5.0, 6.4, 0.95, 0.80),
        (4.2, 4.5, 7.9, 0.66, 0.62),
        (8.2, 3.2, 6.4, 0.50, 0.52),
        (12.2, 2.0, 1.6, 0.56, 0.46),
        (16.0, 1.6, -2.2, 0.66, 0.36),
    ]
)
FINE_CLAVICLE = np.array(
    [
        (1.10, 5.45, 6.6, 0.60, 0.60),
        (1.95, 5.20, 7.0, 1.00, 0.90),
        (4.90, 4.55, 7.9, 0.58, 0.58),
        (10.4, 2.60, 4.0, 0.50, 0.48),
        (16.0, 1.60, -2.2, 0.66, 0.36),
    ]
)
"""With the swelling of its medial end, which a large film shows beside the spine."""
CORTEX = {False: (0.105, 0.078), True: (0.140, 0.056)}
"""Thickness of the cortex of a clavicle and of a scapula, plain and fine."""
CLAVICLE_LIFT = np.array([0.35, 0.6, 0.9, 1.0, 1.0])
"""How far each knot follows the shoulder when it is raised."""

# Scapula in its own plane: (towards the spine is negative, down), then both half axes.
LATERAL_BORDER = np.array(
    [
        (-0.5, 1.0, 0.42, 0.40),
        (-1.6, 3.6, 0.32, 0.32),
        (-3.2, 6.4, 0.26, 0.24),
        (-5.0, 9.2, 0.24, 0.18),
        (-6.9, 11.3, 0.22, 0.14),
    ]
)
MEDIAL_BORDER = np.array(
    [
        (-6.9, 11.3, 0.26, 0.24),
        (-8.6, 8.0, 0.14, 0.16),
        (-9.3, 4.0, 0.14, 0.16),
        (-9.2, 0.8, 0.16, 0.18),
        (-8.2, -2.4, 0.18, 0.20),
    ]
)
BLADE_SPINE = np.array(
    [
        (-9.1, 1.4, 0.14, 0.25),
        (-6.0, -0.2, 0.28, 0.5),
        (-2.8, -2.0, 0.40, 0.7),
        (0.2, -3.5, 0.50, 0.7),
        (2.6, -3.3, 0.66, 0.5),
    ]
)
CORACOID = np.array(
    [
        (-1.4, -1.0, 0.62, 0.5),
        (-1.2, -1.9, 0.62, 0.5),
        (-0.8, -2.5, 0.56, 0.5),
        (-0.2, -2.3, 0.52, 0.5),
        (0.6, -1.8, 0.45, 0.4),
    ]
)
SOCKET = np.array(
    [
        (-0.2, -1.7, 0.50, 0.5),
        (-0.5, -0.8, 0.60, 0.8),
        (-0.6, 0.1, 0.62, 0.9),
        (-0.5, 1.0, 0.58, 0.8),
        (-0.3, 1.8, 0.45, 0.5),
    ]
)
BLADE_BONES = np.stack([LATERAL_BORDER, MEDIAL_BORDER, BLADE_SPINE, CORACOID, SOCKET])
BLADE = np.array([(-8.2, -2.4), (-0.4, -0.6), (-6.9, 11.3)])


def girdle(frame: Frame, body: Anatomy, exam: Exam, patient_seed: int) -> list[tuple]:
    """Clouds of points of both shoulders: list of (column, row, volume)."""
    own, pose = stream(patient_seed, "girdle"), stream(exam.seed, "girdle")
    lying = exam.view == "AP"
    raised = body.youth > 0.4 and pose.random() < 0.45
    shoulder = -0.9 * lying - 0.8 * body.youth - 1.2 * raised + pose.normal(0, 0.45)
    plane = np.deg2rad(46 - 20 * lying - 6 * body.youth + pose.normal(0, 4))
    swing = np.deg2rad(7 - 3 * lying + 22 * raised + pose.normal(0, 4))
    shape = own.normal(0, 1, 6)
    slim, stout, plates = [], [], []
    for side in (-1, 1):
        lift = shoulder + pose.normal(0, 0.3)
        slim.append(_clavicle(side, lift, shape, body))
        joint = (side, 17.0 + 0.5 * (not lying), 4.4 + lift, plane + pose.normal(0, 0.05), swing)
        slim += list(_posed(BLADE_BONES, *joint))
        plates.append(_posed(BLADE, *joint))
        stout.append(_humerus(side, 4.2 + lift, raised, pose.uniform(0, 1)))
    rim = np.where(np.arange(len(slim)) % 6 == 0, *CORTEX[body.fine])  # clavicles come first
    clouds = [
        _bones(frame, np.array(slim), rim, 0.27),
        _bones(frame, np.array(stout), np.array([0.17, 0.17]), 0.10),
    ]
    return clouds + [_plate(frame, corners) for corners in plates]


def _bones(frame: Frame, knots: np.ndarray, cortex: np.ndarray, marrow: float) -> Any:
    """Cast bones given by knots (B, 5, 5) and a cortex each (B,)."""
    length = float(np.abs(np.diff(knots[..., :2], axis=1)).sum((1, 2)).max())
    smooth = blend(knots, fineness(frame, length))
    thin = np.zeros_like(smooth[..., :3])
    thin[..., 2] = 1.0
    rim = np.repeat(cortex[:, None], smooth.shape[1], 1).astype(np.float32)
    return Bones(smooth[..., :3], thin, smooth[..., 3], smooth[..., 4], rim, marrow).cast(frame)


def _clavicle(side: int, lift: float, shape: Any, body: Anatomy) -> np.ndarray:
    knots = (FINE_CLAVICLE if body.fine else CLAVICLE).copy()
    knots[:, 1] += lift * CLAVICLE_LIFT + np.array([0, 0.2, 0.35, 0.1, 0]) * shape[0]
    knots[:, 2] += np.array([0, 0.4, 0.0, -0.5, 0]) * shape[1]
    knots[:, 3:] *= (1 - 0.2 * body.youth) * (1 + 0.07 * shape[2])
    knots[:, 0] *= side
    return knots


def _posed(table: Any, side: int, x: float, y: float, plane: float, swing: float) -> np.ndarray:
    """Turn the shoulder blade: `swing` within its plane, `plane` about the vertical (radians)."""
    u, v = table[..., 0], table[..., 1]
    u, v = u * np.cos(swing) + v * np.sin(swing), v * np.cos(swing) - u * np.sin(swing)
    place = [side * (x + u * np.cos(plane)), y + v, -3.0 + u * np.sin(plane)]
    return np.concatenate([np.stack(place, -1), table[..., 2:]], -1)


def _humerus(side: int, y: float, raised: bool, away: float) -> np.ndarray:
    """Upper arm: along the trunk, or held up as in many small children."""
    steps = np.array(
        [
            (-1.2, -1.5, 1.3),
            (0.6, 0.0, 2.2),
            (1.6, 2.0, 1.7),
            (2.6, 9.0, 1.15),
            (4.2 + 2 * away, 24.0, 1.05),
        ]
    )
    if raised:
        steps[:, 1] *= -1
        steps[:, 0] += np.array([0, 0, 0.3, 1.2, 1.5])
    x = side * (18.6 + steps[:, 0])
    return np.column_stack([x, y + steps[:, 1], np.full(5, -2.5), steps[:, 2], 0.95 * steps[:, 2]])


@lru_cache(maxsize=16)
def _barycentric(n: int) -> np.ndarray:
    """Evenly spread weights of three corners, (n, n, 3)."""
    u, v = np.meshgrid((np.arange(n) + 0.5) / n, (np.arange(n) + 0.5) / n)
    s = np.sqrt(u)
    return np.stack([1 - s, s * (1 - v), s * v], -1).astype(np.float32)


def _plate(frame: Frame, corners: Any) -> Any:
    """Thin triangle of bone, thinner towards its middle, as a cloud of points."""
    column, row = frame.project(*corners.T)
    n = max(8, int(11 * frame.wide / frame.px))
    weights = _barycentric(n)
    edge = corners[1:] - corners[:1]
    area = 0.5 * float(np.sqrt((np.cross(*edge) ** 2).sum()))
    thick = 0.24 - 2.4 * weights.prod(-1)
    volume = thick * (area / n**2 / (frame.px**2 / (frame.wide * frame.tall)))
    return weights @ column.astype(np.float32), weights @ row.astype(np.float32), volume
