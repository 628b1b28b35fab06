"""A simulated lateral chest film: the same virtual body, seen from its left side.

Ribs and vessels are those of the frontal film, projected along the other axis. Lungs, domes and
trunk are chords through the same cage. The heart is an ellipsoid here, without chambers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from readingroom.simulator.anatomy import Anatomy, anatomy
from readingroom.simulator.cage import Cage, cage
from readingroom.simulator.detector import Look, Setting, develop, look, settle
from readingroom.simulator.exam import Exam
from readingroom.simulator.film import BONE, SOFT
from readingroom.simulator.marker import letter
from readingroom.simulator.patient import Patient
from readingroom.simulator.ribs import ribs
from readingroom.simulator.splat import splat
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import grain, shrink, sigmoid, union
from readingroom.simulator.vessels import trees

__all__ = ["lateral"]

TILT = 0.16
"""How far the two sides lie apart on the film, thorax units for each unit across: nobody stands
exactly sideways, so right and left ribs do not cover each other."""


@dataclass
class Side:
    """Pixel grid of a lateral film; the patient faces left.

    Attributes
    ----------
    size : int
    px, wide, tall : float
        As in `readingroom.simulator.frame.Frame`.
    z, y : ndarray, (size, size) float32
        Forwards from the middle of the chest, and downwards from the apex, thorax units.
    """

    size: int
    px: float
    wide: float
    tall: float
    left: float
    top: float
    z: np.ndarray
    y: np.ndarray

    def project(self, x: Any, y: Any, z: Any) -> Any:
        """Project points (thorax units) to column and row, as a frontal frame does."""
        across = -(z + lean(y) + TILT * x) * self.wide - self.left
        return across / self.px, ((y + 0.5 * TILT * x) * self.tall - self.top) / self.px


def lean(y: Any) -> Any:
    """How far the chest at level y lies in front of a straight one: the upper chest leans back."""
    return 0.4 - 2.9 * np.exp(-np.maximum(y, -1.0) / 5.5) + 0.010 * np.maximum(y - 14.0, 0) ** 2


def _aim(body: Anatomy, size: int, rng: np.random.Generator) -> Side:
    half = 12.6 * body.deep * rng.uniform(1.02, 1.12) * (1 + 0.04 * max(body.wall - 2.3, 0))
    half = max(half, 15.4 * body.tall)
    px = 2 * half / size
    top = -rng.uniform(3.0, 4.5) * body.tall
    left = -half + rng.normal(0.0, 0.4)
    step = px * (np.arange(size, dtype=np.float32) + 0.5)
    y = np.broadcast_to((step[:, None] + np.float32(top)) / body.tall, (size, size))
    z = -(step[None] + np.float32(left)) / body.deep - lean(y)
    grid = (z.astype(np.float32), y.astype(np.float32))
    return Side(size, float(px), body.deep, body.tall, float(left), float(top), *grid)


def _oval(u: Any, v: Any) -> Any:
    """Chord of an ellipsoid through its two seen axes, 1 in the middle."""
    return np.sqrt(np.maximum(1 - u * u - v * v, 0))


def _lungs(side: Side, shape: Cage) -> tuple[np.ndarray, np.ndarray]:
    """Air-filled depth of both lungs, and the depth of the cavity, thorax units."""
    z, y = side.z, side.y
    wide, deep = shape.half_width(y), shape.half_depth(y) * 0.95
    reach = wide * np.sqrt(np.maximum(1 - (z / deep) ** 2, 0))
    air, room = np.zeros_like(z), np.zeros_like(z)
    for level in (shape.dome_right, shape.dome_left):
        lung = np.maximum(reach - 2.2 - 1.6 * np.exp(-np.maximum(y, 0) / 2.2), 0)
        lung = lung * shape.tip(y) * sigmoid((level + 6.5 - y) / 0.3)
        # high in front of the middle, steep behind: a dome seen from the side
        behind = np.maximum(2.2 - z, 0)
        low = level + 0.017 * behind**2 * (1 + behind / 9) + 0.035 * np.maximum(z - 2.2, 0) ** 2
        dome = 15.0 * np.sqrt(np.maximum(y - low, 0) / 3.2)
        air += np.maximum(lung - dome, 0)
        room += lung
    return air, room


def _middle(side: Side, shape: Cage) -> np.ndarray:
    """Heart, great vessels and spine along each ray, beyond what the lungs leave out."""
    z, y, body = side.z, side.y, shape.body
    size = body.heart_ratio / 0.45
    u = (z - 4.0) * 0.86 + (y - shape.dome_right + 3.6) * 0.51
    v = -(z - 4.0) * 0.51 + (y - shape.dome_right + 3.6) * 0.86
    heart = 8.8 * size * _oval(u / (5.0 * size), v / (6.2 * size))
    level = 6.9 * shape.dome_left / 23
    ring = np.hypot(z + 2.2, y - level - 1.6)
    arch = 3.2 * body.knob * _oval((ring - 2.8) / 1.2, 0) * sigmoid((level + 2.2 - y) * 2)
    down = 2.2 * _oval((z + 5.2) / 1.2, 0) * sigmoid((y - level - 1.5) * 1.5)
    hilum = 4.5 * np.exp(-(((z + 0.4) / 1.5) ** 2) - ((y - level - 4.0) / 1.8) ** 2)
    vein = 4.0 * _oval((z - 0.2 - 0.1 * (shape.dome_right - y)) / 1.2, 0) * sigmoid(
        (y - shape.dome_right + 2.5) * 2)  # fmt: skip
    upper = 3.0 * _oval((z - 1.5) / 2.6, 0) * sigmoid((level - y) * 0.9)
    return union([heart, arch, down, hilum, vein, upper])


def _trunk(side: Side, shape: Cage, rng: np.random.Generator) -> np.ndarray:
    """Everything inside the skin: trunk, shoulders, neck, breast and the raised arms."""
    z, y, body = side.z, side.y, shape.body
    wall = body.wall
    deep = shape.half_depth(np.maximum(y, 0)) * 0.95 + 0.8 * wall + 0.6
    back = np.where(z < 0, 1.4 + 0.5 * np.exp(-(((y - 5) / 6) ** 2)), 0)
    t = z / (deep + back)
    torso = 2 * (13.4 + wall) * np.sqrt(np.maximum(1 - t * t * np.sqrt(np.abs(t) + 1e-6), 0))
    torso = torso * (0.62 + 0.38 * sigmoid((y - 5) / 1.5)) * sigmoid((y + 0.6 + 0.25 * z) / 1.3)
    neck = 11.0 * _oval((z + 0.4) / 5.4, 0) * sigmoid((2.5 - y) / 1.2)
    # arms: forwards and upwards, both sides a little apart
    along = (z - 0.5) * 0.55 - (y - 2.0) * 0.84
    away = (z - 0.5) * 0.84 + (y - 2.0) * 0.55
    arms = 13.0 * np.sqrt(_oval((away + 0.03 * along) / (4.4 + 0.3 * wall), 0))
    arms = arms * sigmoid((along + 3.0) / 1.3)
    shoulder = 15.0 * _oval((z + 1.0) / 6.5, (y + 0.6) / 4.6)
    whole = union([torso, neck, arms, shoulder])
    if body.breast > 0.3:
        cy = 14.5 + 1.6 * body.breast
        grown = _oval((z - deep + 0.8) / (1.6 + 1.3 * body.breast), (y - cy) / 5.6)
        whole = union([whole, 11.0 * grown])
    return whole + 2.5 * np.exp(-(((z + 8.2) / 1.5) ** 2)) * sigmoid((y - 2) / 1.5)


def _vertebrae(side: Side, body: Anatomy) -> np.ndarray:
    """Compact bone of the spine from the side: bodies with end plates, arches behind."""
    y = side.y
    step = body.rib_step * 1.04
    place = (y - float(body.rib_start + 1.0) - 0.10 * (side.z + 6.2)) / step
    v = 2 * (place - np.rint(place))
    z = side.z + 6.0 + 0.2 * np.abs(v)  # waists
    half = 1.30 + 0.030 * np.clip(y, -4, 30)
    solid = 0.5 - 0.5 * np.tanh((np.abs(v) - 0.80) / 0.08)
    inside = 0.5 - 0.5 * np.tanh((np.abs(z) - half) / 0.12)
    plate = np.exp(-(((np.abs(v) - 0.78) / 0.10) ** 2)) * inside
    rim = np.exp(-(((np.abs(z) - half + 0.1) / 0.16) ** 2)) * solid
    spongy = inside * (0.10 + 0.30 * solid)
    arch = np.exp(-(((side.z + 8.1) / 0.8) ** 2)) * (0.6 + 0.4 * np.cos(v * 3.0))
    return 0.95 * spongy + 0.42 * plate + 0.30 * rim + 0.22 * arch * sigmoid(-(side.z + 7.4) * 4)


def _sternum(side: Side, shape: Cage) -> np.ndarray:
    """Compact bone of manubrium and sternum, a plate seen on edge."""
    y = side.y
    front = shape.half_depth(y) * 0.95 + 0.45
    joint = 0.25 * np.exp(-(((y - 6.0) / 0.25) ** 2))
    plate = np.exp(-((((side.z - front) / 0.55) ** 2) ** 2))
    return (0.42 - joint) * plate * sigmoid((y - 2.5) * 2) * sigmoid((17.0 - y) * 1.5)


def _skeleton(side: Side, shape: Cage, seed: int) -> np.ndarray:
    column, row, volume = ribs(side, shape, seed).cast(side)
    cage_ = splat(column.astype(np.float32), row.astype(np.float32), volume, side.size)
    cage_ = 0.6 * np.tanh(cage_ / 0.6)
    bone = gaussian_filter(cage_, 0.022 / side.px + 0.3, truncate=2.5)
    # blade of the shoulder, drawn forwards with the arm
    blade = np.exp(-(((side.z + 4.6 - 0.30 * (y := side.y)) / 0.22) ** 2))
    blade = blade * sigmoid((y - 1.0) * 2) * sigmoid((9.5 - y) * 1.5)
    bone += 0.12 * blade
    return bone + _vertebrae(side, shape.body) + _sternum(side, shape)


def lateral(seed: int, size: int = 192, child: bool = False) -> np.ndarray:
    """Draw a lateral chest film, the patient facing left, arms raised.

    Parameters
    ----------
    seed : int
        The virtual patient, his position and the exposure.
    size : int
        Pixels along each side.
    child : bool
        A child of 1 to 5 instead of an adult.

    Returns
    -------
    ndarray, (size, size) uint8
        Air black.
    """
    patient = Patient.sample(seed, "children" if child else "adults")
    body = anatomy(patient, fine=True)
    exam = Exam.sample(patient, seed, view="PA", devices=()).changed(portable_text=False)
    rng = stream(seed, "lateral")
    shape, side = cage(body, exam), _aim(body, size, rng)
    air, room = _lungs(side, shape)
    air = np.maximum(air - _middle(side, shape), 0)
    soft = np.maximum(_trunk(side, shape, rng) - air, 0) - _hollow(side, shape, rng)
    blood = 1.2 * trees(side, shape) * np.clip(air / np.maximum(room, 1), 0, 1)
    tissue = SOFT * body.lung_density * (1 + 0.06 * grain(stream(seed, "lung texture"), size))
    depth = tissue * air + SOFT * (np.maximum(soft, 0) + 0.75 * blood)
    depth = (depth + BONE * _skeleton(side, shape, patient.seed)) * float(body.deep)
    depth = (0.62 * depth * (1 + 0.013 * grain(rng, size, 2.0))).astype(np.float32)
    style = look(exam)
    fixed = _window(depth, settle(depth, side.px, "PA", style), style)
    grey = develop(depth, side.px, exam, style, fixed)
    letter(grey, side.px, exam.changed(marker="L"))
    return (grey * 255).astype(np.uint8)


def _window(depth: np.ndarray, fixed: Setting, style: Look) -> Setting:
    """Levels of the display from the body alone: much of a lateral film is air beside it."""
    small = shrink(depth, len(depth) // len(fixed.scatter))
    shown = -np.log(np.exp(-small) + fixed.scatter) - (1 - style.equalise) * fixed.slow
    low, high = np.percentile(shown[small > 1.2], [6, 97])
    return replace(fixed, low=float(low), high=float(high))


def _hollow(side: Side, shape: Cage, rng: np.random.Generator) -> np.ndarray:
    """Air in the trachea and gas in the stomach along each ray."""
    z, y = side.z, side.y
    fork = 8.7 * shape.dome_left / 23.0
    course = 0.2 - 0.14 * (y + 2)
    tube = 1.9 * _oval((z - course) / 0.85, 0) * sigmoid((fork + 1.6 - y) * 2.5)
    round_ = 1.4 * _oval((z - course) / 0.7, (y - fork - 1.2) / 0.7)
    cy = shape.dome_left + rng.uniform(2.4, 3.2)
    bubble = rng.uniform(2.0, 5.0) * _oval((z - rng.uniform(-1, 2)) / 2.6, (y - cy) / 1.3)
    return np.maximum(tube, round_) + bubble
