"""Soft tissue: trunk, neck, shoulders, arms, breasts, muscle, and gas below the diaphragm."""

from __future__ import annotations

import numpy as np

from readingroom.simulator.anatomy import Anatomy
from readingroom.simulator.cage import Cage
from readingroom.simulator.exam import Exam
from readingroom.simulator.frame import Frame
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import sigmoid, union

__all__ = ["gas", "trunk"]


def trunk(frame: Frame, shape: Cage, exam: Exam, patient_seed: int) -> np.ndarray:
    """Depth of everything inside the skin, thorax units, (size, size)."""
    body = shape.body
    parts = [_torso(frame, shape), _neck(frame, body)]
    parts.append(_arms(frame, body, exam))
    whole = union(parts)
    whole += _breasts(frame, body, exam, patient_seed) + _pectorals(frame, body)
    return whole


def _torso(frame: Frame, shape: Cage) -> np.ndarray:
    body = shape.body
    levels = frame.levels
    wall = body.wall
    belly = 0.9 * np.tanh((levels - 22) / 5) * max(0.0, 1.2 * (wall - 2.6)) + body.youth * 0.4 * (
        np.tanh((levels - 20) / 4)
    )
    width = 13.4 + wall + 1.4 + belly
    width = width + (9.0 + 0.4 * wall) / (1 + np.exp(-(4.2 - levels) / 1.2))
    deepest = 2 * (body.depth + 0.75 * wall + 0.9)
    depth = deepest * (0.78 + 0.22 / (1 + np.exp(-(levels - 5) / 2.2)))
    t = np.abs(frame.x) / frame.profile(width)
    chord = frame.profile(depth) * np.sqrt(np.maximum(1 - t * np.sqrt(t) * t, 0))
    across = np.abs(frame.x)
    slope = 0.45 * np.log1p(np.exp((across - 6.5) / 1.5))
    top = slope - float(3.0 + 0.25 * wall)
    thick = 1.4 + 3.2 * np.exp(-((across / 7.0) ** 2))
    shoulder = np.clip(1 - np.exp(-1.5 * np.maximum(frame.y - top, 0) / thick), 0, 1)
    return chord * np.sqrt(shoulder)


def _neck(frame: Frame, body: Anatomy) -> np.ndarray:
    half = 5.6 + 0.35 * (body.wall - 2) + (-0.7 if body.fine else 0.4) * body.youth
    width = half * (1 + 0.085 * np.maximum(frame.y + 4.8, 0) ** 2)
    t = frame.x / width
    neck = 15.0 * np.sqrt(np.maximum(1 - t * t, 0)) * sigmoid((4 - frame.y) / 1.5)
    chin = (frame.y + 5.4 - 1.2 * body.youth) / 3.2
    u = frame.x / (6.5 + 1.2 * body.youth)
    if body.fine:  # a jaw is round, and its angles lie higher than the chin
        chin = (frame.y + 5.6 - 0.6 * body.youth + 3.2 * u * u) / 1.6
    head = (6.0 + 7.0 * body.youth) * np.sqrt(np.maximum(1 - u * u, 0)) * sigmoid(-6 * chin)
    return neck + head


def _arms(frame: Frame, body: Anatomy, exam: Exam) -> np.ndarray:
    """Upper arms hang beside the trunk, or are held up."""
    pose = stream(exam.seed, "arms")
    lying = exam.view == "AP"
    gap = [float(pose.uniform(0.4, 2.2)) + (-0.6 if lying else 0.8) for _ in range(2)]
    whole = np.zeros_like(frame.x)
    for side, away in zip((-1, 1), gap, strict=True):
        x = side * frame.x
        centre = 19.8 + 0.5 * body.wall + away + 0.16 * np.maximum(frame.y - 3, 0)
        half = 4.6 + 0.45 * body.wall - 0.8 * body.youth
        t = (x - centre) / half
        arm = 1.7 * half * np.sqrt(np.maximum(1 - t * t, 0)) * sigmoid((frame.y - 1.0) * 1.2)
        whole = np.maximum(whole, arm)
    return whole


def _breasts(
    frame: Frame, body: Anatomy, exam: Exam, patient_seed: int
) -> np.ndarray | np.floating:
    size = body.breast
    if size < 0.05:
        return np.float32(0)
    rng = stream(patient_seed, "breasts")
    lying = exam.view == "AP"
    out = np.zeros_like(frame.x)
    x0 = frame.at(9.5)
    for side in (-1, 1):
        cx = side * (8.0 + 0.9 * size + 1.6 * lying) * rng.normal(1, 0.03)
        cy = 15.4 + 1.7 * size - 1.2 * lying + rng.normal(0, 0.4)
        cy -= 1.9 * body.fine  # the lower border shows above the dome
        reach = 5.2 + 1.5 * min(size, 1.8)
        u, v = (x0 - cx) / (reach * 1.06), (frame.y - cy) / reach
        e = np.maximum(1 - u * u - v * v, 0)
        flat = (0.75 if lying else 1.0) * 2.6 * min(size, 1.8) * (1.35 if body.fine else 1)
        rim = np.sqrt(e) if body.fine else np.sqrt(e * np.sqrt(e))
        out += flat * rim * sigmoid((v + 0.25) * 2.4)
    return out


def _pectorals(frame: Frame, body: Anatomy) -> np.ndarray:
    out = np.zeros_like(frame.x)
    for side in (-1, 1):
        u = (side * frame.x - 9.6) / 6.6
        v = (frame.y - 8.2) / 5.2
        q = np.maximum(1.0 - u * u - v * v + 0.35 * u * v, 0)
        out += body.muscle * np.sqrt(q * np.sqrt(q))
    return out


def gas(frame: Frame, shape: Cage, exam: Exam) -> np.ndarray:
    """Depth of gas in stomach and bowel, thorax units; differs from exam to exam."""
    rng = stream(exam.seed, "gas")
    first = int(
        np.clip(
            ((shape.dome_left - 1.5) * frame.tall - frame.raw_y[0, 0]) / frame.px, 0, frame.size - 1
        )
    )
    out = np.zeros_like(frame.x)
    x, y = frame.x[first:], frame.y[first:]
    level, erect = shape.dome_left, exam.view == "PA"
    bubbles = _stomach(rng, level, erect) + _bowel(rng, level, shape.body.youth)
    for cx, cy, ax, ay, depth, flat in bubbles:
        u, v = (x - cx) / ax, (y - cy) / ay
        q = np.maximum(1 - u * u - v * v, 0)
        cavity = depth * np.sqrt(q)
        if flat:  # fluid below, gas above
            cavity *= sigmoid((cy + 0.35 * ay - y) / 0.12)
        np.maximum(out[first:], cavity, out=out[first:])
    return out


def _stomach(rng: np.random.Generator, level: float, erect: bool) -> list[tuple]:
    if rng.random() < 0.2:
        return []
    cx = rng.uniform(4.8, 7.2)
    size = rng.uniform(1.3, 2.9)
    return [
        (
            cx,
            level + 1.1 + 0.75 * size,
            size * rng.uniform(1.0, 1.5),
            size * 0.85,
            rng.uniform(1.4, 3.4),
            erect and rng.random() < 0.7,
        )
    ]


def _bowel(rng: np.random.Generator, level: float, youth: float) -> list[tuple]:
    """Haustra of the splenic flexure, and loops further down."""
    out = []
    if rng.random() < 0.45:
        x, y = rng.uniform(7.5, 9.5), level + rng.uniform(2.5, 4.5)
        for _ in range(int(rng.integers(3, 7))):
            out.append(
                (x, y, rng.uniform(0.9, 1.5), rng.uniform(0.8, 1.3), rng.uniform(1.2, 2.8), False)
            )
            x, y = x + rng.normal(0.2, 0.9), y + rng.uniform(0.8, 1.7)
    for _ in range(int(rng.integers(0, 4 + round(7 * youth)))):
        out.append(
            (
                rng.uniform(-8, 9),
                level + rng.uniform(4.5, 12),
                rng.uniform(0.8, 2.0),
                rng.uniform(0.6, 1.2),
                rng.uniform(0.8, 2.2),
                False,
            )
        )
    return out
