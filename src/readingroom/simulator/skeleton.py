"""Ribs, spine, clavicles, scapulae and upper arms as bones in three dimensions."""

from __future__ import annotations

import numpy as np

from readingroom.simulator.anatomy import Anatomy
from readingroom.simulator.cage import Cage
from readingroom.simulator.exam import Exam
from readingroom.simulator.frame import Frame
from readingroom.simulator.splat import shell, splat
from readingroom.simulator.streams import stream

__all__ = ["skeleton"]


def _fineness(frame: Frame, length: float, limit: int) -> int:
    """Points needed along `length` units so that they lie closer than a pixel."""
    return int(np.clip(length * frame.wide / frame.px * 1.25, 6, limit))


def ribs(frame: Frame, shape: Cage, patient_seed: int) -> np.ndarray:
    """Depth of compact bone in both rows of ribs, thorax units, (size, size).

    Each rib is an arc on the cage that sinks from the spine to the front. It ends where bone
    turns into cartilage, which films do not show. Its lateral part is seen along its flat
    side, so the edge of the cage is dense without any special rule.
    """
    body = shape.body
    rng = stream(patient_seed, "ribs")
    number = np.arange(1, 13, dtype=np.float32)[:, None]
    steps = _fineness(frame, 26.0, 420)
    around = int(np.clip(2.6 * frame.wide / frame.px, 8, 40))
    picture = np.zeros((frame.size, frame.size), np.float32)
    for side in (-1, 1):
        wobble = rng.normal(0, 1, (4, 12, 1)).astype(np.float32)
        start = body.rib_start + body.rib_step * (number - 1) + 0.018 * (number - 1) ** 1.8
        start = start + 0.10 * wobble[0]
        drop = np.clip(body.rib_drop[0] + body.rib_drop[1] * number, 2, 10.5 - 3 * body.youth)
        drop = drop + 0.28 * wobble[1]
        curve, normal = _rib_arcs(shape, start, drop, number, steps, side)
        height = body.rib_height * (1 + 0.06 * wobble[2]) * np.where(number < 1.5, 1.25, 1.0)
        along = np.linspace(0, 1, steps, dtype=np.float32)[None]
        height = height * (0.86 + 0.22 * along) * np.where(number > 10.5, 0.8, 1.0)
        points, volume = shell(curve, normal, height, 0.34 + 0.02 * wobble[3], 0.115, around)
        picture += _cast(frame, points, volume)
    return picture * float(body.bone)


def _rib_arcs(shape: Cage, start, drop, number, steps: int, side: int):
    """Centre lines (12, steps, 3) and outward normals of one side's ribs."""
    level = start + 0.5 * drop
    end_x = np.clip(4.0 + 0.78 * (number - 1), 4.0, 11.5)
    reach = np.arcsin(np.clip(end_x / np.maximum(shape.half_width(level), end_x + 0.5), 0, 0.99))
    stop = np.where(number > 10.5, np.where(number > 11.5, 0.75, 1.15), np.pi - reach)
    theta = 0.17 + (stop - 0.17) * np.linspace(0, 1, steps, dtype=np.float32)[None]
    # Behind, the rib first runs level, then sinks; in front it sinks more steeply.
    turn = theta / (0.80 * np.pi)
    y = start + drop * (0.72 * turn + 0.34 * turn * turn) - 0.25 * np.sin(theta * 2.2)
    a = shape.half_width(y + 0.5) + 0.45
    b = shape.half_depth(y) + 0.4
    x = side * a * np.sin(theta)
    z = -b * np.cos(theta) * np.where(theta < np.pi / 2, 1.0, 0.95)
    curve = np.stack([x, y, z], -1).astype(np.float32)
    normal = np.stack([side * np.sin(theta) / a, 0 * y, -np.cos(theta) / b], -1)
    normal /= np.sqrt((normal**2).sum(-1, keepdims=True))
    return curve, normal.astype(np.float32)


def _cast(frame: Frame, points, volume) -> np.ndarray:
    """Project a cloud; volumes are in cubic thorax units, the result in units of depth."""
    column, row = frame.project(points[..., 0], points[..., 1], points[..., 2])
    cell = frame.px**2 / (frame.wide * frame.tall)
    return splat(column, row, (volume / cell).astype(np.float32), frame.size)


def _curve(knots, steps: int) -> np.ndarray:
    """Smooth curve (1, steps, 3) through knots (Catmull-Rom)."""
    knots = np.asarray(knots, float)
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    place = np.linspace(0, len(knots) - 1 - 1e-6, steps)
    i = place.astype(int)
    t = (place - i)[:, None]
    a, b, c, d = padded[i], padded[i + 1], padded[i + 2], padded[i + 3]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
                   + (3 * b - a - 3 * c + d) * t**3)
    return curve[None].astype(np.float32)


def _bone(frame: Frame, knots, height, thickness, thin, cortex: float) -> np.ndarray:
    """Draw one long bone through knots; radii are interpolated along it."""
    knots = np.asarray(knots, float)
    length = float(np.abs(np.diff(knots, axis=0)).sum())
    steps = _fineness(frame, length, 600)
    curve = _curve(knots, steps)
    place = np.linspace(0, 1, steps)
    h = np.interp(place, np.linspace(0, 1, len(height)), height)[None]
    t = np.interp(place, np.linspace(0, 1, len(thickness)), thickness)[None]
    normal = np.broadcast_to(np.asarray(thin, np.float32), curve.shape)
    around = int(np.clip(2 * max(height) * 3.2 * frame.wide / frame.px, 10, 96))
    points, volume = shell(curve, normal, h, t, cortex, around)
    return _cast(frame, points, volume)


def girdle(frame: Frame, body: Anatomy, exam: Exam, patient_seed: int) -> np.ndarray:
    """Clavicles, scapulae and upper arms, units of compact bone, (size, size)."""
    own, pose = stream(patient_seed, "girdle"), stream(exam.seed, "girdle")
    lying = exam.view == "AP"
    lift = pose.normal(0, 0.5) - (1.6 if lying else 0.0) - 1.3 * body.youth
    picture = np.zeros((frame.size, frame.size), np.float32)
    bend = own.normal(0, 0.25, 6)
    for side in (-1, 1):
        swing = pose.normal(0, 0.4) + (-3.2 if lying else 0.6) - 0.8 * body.youth
        here = lift + pose.normal(0, 0.35)
        picture += _clavicle(frame, side, here, bend, body)
        picture += _scapula(frame, side, here, swing, bend)
        picture += _humerus(frame, side, here, body, pose.uniform(0, 1))
    return picture * float(body.bone)


def _clavicle(frame, side, lift, bend, body) -> np.ndarray:
    knots = [(side * 1.9, 4.6 + 0.35 * lift, 6.6), (side * 4.0, 4.3 + 0.6 * lift, 8.0),
             (side * 7.4, 3.1 + 0.9 * lift + bend[0], 6.8),
             (side * 11.0, 1.9 + lift + bend[1], 2.4),
             (side * 14.4, 1.3 + lift, -1.6), (side * 16.6, 1.6 + lift, -2.6)]
    slim = 1 - 0.2 * body.youth
    height = np.array([1.05, 0.72, 0.56, 0.56, 0.66, 0.72]) * slim
    thick = np.array([0.85, 0.66, 0.56, 0.50, 0.42, 0.38]) * slim
    return _bone(frame, knots, height, thick, (0, 0, 1.0), 0.11)


def _scapula(frame, side, lift, swing, bend) -> np.ndarray:
    """Shoulder blade: two borders, spine, glenoid, coracoid and a thin plate between."""
    tip = np.array([12.4 + 1.2 * swing, 15.6 + 0.4 * lift + bend[2], -9.0])
    top = np.array([10.6 + 0.9 * swing, 2.8 + lift, -8.2])
    socket = np.array([17.2 + 0.35 * swing, 4.6 + lift, -3.5])
    mirror = np.array([side, 1, 1.0])
    back = (0.25 * side, 0, 0.968)
    drawn = _bone(frame, [socket * mirror, (socket + (-0.7, 3.6, -1.6)) * mirror, tip * mirror],
                  [0.55, 0.42, 0.34], [0.45, 0.4, 0.35], back, 0.16)
    medial = (tip + top) / 2 + (-0.9, -0.6, -0.3)
    drawn += _bone(frame, [tip * mirror, medial * mirror, top * mirror],
                   [0.30, 0.2, 0.24], [0.28, 0.2, 0.24], back, 0.12)
    ridge = [top + (0.2, 2.2, -0.4), top + (3.4, 1.0, -1.4), socket + (0.8, -3.2, -0.8),
             socket + (2.2, -3.4, 1.5)]
    drawn += _bone(frame, [k * mirror for k in ridge], [0.3, 0.42, 0.5, 0.6],
                   [0.3, 0.4, 0.45, 0.4], back, 0.10)
    hook = [socket + (-1.6, -1.2, 1.5), socket + (-0.8, -2.2, 3.0), socket + (0.2, -1.9, 4.6)]
    drawn += _bone(frame, [k * mirror for k in hook], [0.7, 0.6, 0.5], [0.6, 0.5, 0.45],
                   back, 0.10)
    drawn += _bone(frame, [(socket + (0, -1.4, 0)) * mirror, (socket + (0.2, 1.5, 0)) * mirror],
                   [0.7, 0.7], [0.5, 0.5], back, 0.14)
    return drawn + _plate(frame, [top * mirror, socket * mirror, tip * mirror])


def _plate(frame, corners) -> np.ndarray:
    """Thin triangle of bone, 2 mm of compact bone."""
    a, b, c = (np.asarray(corner, np.float32) for corner in corners)
    n = _fineness(frame, 13.0, 260)
    u, v = np.meshgrid((np.arange(n) + 0.5) / n, (np.arange(n) + 0.5) / n)
    s = np.sqrt(u)
    points = (1 - s)[..., None] * a + (s * (1 - v))[..., None] * b + (s * v)[..., None] * c
    area = 0.5 * np.sqrt((np.cross(b - a, c - a) ** 2).sum())
    volume = np.full((n, n), 0.17 * area / n**2)
    return _cast(frame, points, volume)


def _humerus(frame, side, lift, body, raise_) -> np.ndarray:
    """Upper arm: along the trunk in adults, often held up in small children."""
    head = np.array([19.2, 4.4 + lift, -2.4])
    up = body.youth > 0.5 and raise_ < 0.45
    way = (3.0, -9, 1.0) if up else (1.6, 9, 0.5)
    far = (4.5, -22, 2.0) if up else (3.4, 24, 1.0)
    mirror = np.array([side, 1, 1.0])
    knots = [(head + (-0.5, -1.6 if not up else 1.6, 0)) * mirror, head * mirror,
             (head + np.array(way) * 0.35) * mirror, (head + way) * mirror, (head + far) * mirror]
    return _bone(frame, knots, [1.5, 2.3, 1.45, 1.15, 1.1], [1.4, 2.2, 1.4, 1.1, 1.05],
                 (0, 0, 1.0), 0.2)


def spine(frame: Frame, shape: Cage, patient_seed: int) -> np.ndarray:
    """Vertebral bodies, end plates, pedicles, spinous and transverse processes."""
    body = shape.body
    rng = stream(patient_seed, "spine")
    x = frame.at(-6.5)
    inside = np.flatnonzero((np.abs(x) < 4.4).any(0))
    picture = np.zeros((frame.size, frame.size), np.float32)
    if not len(inside):
        return picture
    cut = slice(inside[0], inside[-1] + 1)
    y = frame.y[:, cut]
    bend = rng.normal(0, 0.25) + 0.25 * body.tortuosity
    x = x[:, cut] - bend * np.sin(y * 0.13 + rng.uniform(0, 6))
    picture[:, cut] = _vertebrae(x, y, body, max(frame.px / frame.wide, 0.05))
    return picture * float(body.bone)


def _vertebrae(x, y, body: Anatomy, blunt: float) -> np.ndarray:
    """Depth of compact bone of a stack of vertebrae; x, y in thorax units."""
    step = body.rib_step * 1.01
    place = (y - float(body.rib_start + 1.0)) / step
    v = 2 * (place - np.rint(place))
    half = (1.30 + 0.034 * np.clip(y, -4, 40)) * (1 - 0.09 * np.cos(v * 2.2))
    t = np.abs(x) / half
    column = np.sqrt(np.maximum(1 - t * t, 0)) * 3.0
    solid = 0.5 - 0.5 * np.tanh((np.abs(v) - 0.78) / (0.05 + blunt * 0.5))
    plate = np.exp(-(((np.abs(v) - 0.76) / (0.07 + blunt * 0.35)) ** 2))
    out = column * (0.045 + 0.055 * solid + 0.06 * plate)
    out += 0.11 * np.exp(-(((t - 0.94) / (0.06 + blunt * 0.4)) ** 2)) * solid
    ring = np.sqrt(((t - 0.62) * half / 0.40) ** 2 + ((v + 0.25) * step / 2 / 0.60) ** 2)
    out += 0.17 * np.exp(-(((ring - 0.85) / 0.3) ** 2)) + 0.07 * (ring < 0.8)
    tear = np.sqrt((x / 0.34) ** 2 + ((v - 0.6) * step / 2 / 0.72) ** 2)
    out += 0.24 * np.exp(-(tear**2) * (tear**2))
    level = (v + 0.30) * step / 2 / 0.42
    wing = np.exp(-level * level * level * level) * (t > 0.8)
    out += 0.13 * wing * (0.5 - 0.5 * np.tanh((np.abs(x) - 3.1) * 2.5))
    return out


def skeleton(frame: Frame, shape: Cage, exam: Exam, patient_seed: int) -> np.ndarray:
    """Depth of compact bone along each ray, thorax units, (size, size)."""
    return (ribs(frame, shape, patient_seed) + spine(frame, shape, patient_seed)
            + girdle(frame, shape.body, exam, patient_seed))
