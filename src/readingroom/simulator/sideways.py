"""A simulated lateral chest film: the right body, the wrong view."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from readingroom.simulator.plate import along, chord, expose, grid, rod
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import grain, sigmoid

__all__ = ["lateral"]

WIDE = 29.0  # cm through the chest from side to side
PLATE = 36.0  # cm along each side of the plate


def _spine(y: np.ndarray) -> np.ndarray:
    """Middle of the vertebral bodies: x at each height."""
    return 0.735 + 0.075 * np.sin(2.6 * (y - 0.02)) - 0.06 * (y - 0.45) ** 2


def _front(y: np.ndarray) -> np.ndarray:
    """Front of the chest wall: x at each height."""
    return 0.335 - 0.185 * np.clip((y - 0.08) / 0.62, 0, 1) ** 0.62 + 0.05 * np.clip(y - 0.75, 0, 1)


def _trunk(x, y) -> np.ndarray:
    """Soft tissue of trunk, neck and raised arms along each ray, cm."""
    skin, back = _front(y) - 0.035, _spine(y) + 0.155
    middle, half = (skin + back) / 2, (back - skin) / 2
    inside = np.clip(1 - ((x - middle) / half) ** 2, 0, 1)
    shoulder = np.clip((y - 0.02) / 0.22, 0.30, 1)
    trunk = WIDE * shoulder * np.sqrt(inside)
    _, away = along(x, y, (0.60, 0.17), (0.34, -0.25))
    return np.maximum(trunk, 0.8 * PLATE * chord(np.float32(0.10), away))


def _domes(x: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Height of both domes: high in front, deep behind."""

    def dome(top: float) -> np.ndarray:
        return top + 0.9 * np.clip(x - 0.42, 0, 1) ** 2 + 0.35 * np.clip(0.36 - x, 0, 1)

    high = rng.uniform(0.655, 0.685)
    return dome(high), dome(high + rng.uniform(0.018, 0.032))


def _lungs(x, y, rng) -> np.ndarray:
    """Air-filled chest along each ray, cm; each lung down to its own dome."""
    front, back = _front(y) + 0.028, _spine(y) + 0.095
    middle, half = (front + back) / 2, (back - front) / 2
    across = np.sqrt(np.clip(1 - ((x - middle) / half) ** 2, 0, 1))
    apex = sigmoid((y - 0.135 - 0.35 * (x - 0.53) ** 2) * 38)
    out = np.zeros_like(y)
    for level in _domes(x, rng):
        out = out + 0.5 * sigmoid((level - y) * 75)
    return 0.80 * WIDE * across**0.8 * apex * out


def _heart(x, y) -> np.ndarray:
    """Heart and great vessels along each ray, cm."""
    u = (x - 0.345) * 0.80 + (y - 0.605) * 0.60
    v = -(x - 0.345) * 0.60 + (y - 0.605) * 0.80
    round_ = np.clip(1 - (u / 0.225) ** 2 - (v / 0.165) ** 2, 0, 1)
    heart = 13.0 * round_**0.8 * sigmoid((0.80 - y) * 30)
    arch = np.hypot((x - 0.565) / 1.0, (y - 0.33) / 1.05)
    aorta = PLATE * chord(np.float32(0.034), np.abs(arch - 0.085)) * (y < 0.36)
    _, away = along(x, y, (0.645, 0.34), (0.705, 0.80))
    hilum = 6.5 * np.exp(-(((x - 0.535) / 0.05) ** 2 + ((y - 0.43) / 0.055) ** 2))
    return heart + 0.6 * aorta + 0.5 * PLATE * chord(np.float32(0.030), away) + hilum


def _vertebrae(x, y) -> np.ndarray:
    """Compact bone of the vertebral column along each ray, cm."""
    out = np.zeros_like(y)
    for number in range(13):
        level = 0.03 + number * 0.0745
        half, tall = 0.036 + 0.0011 * number, 0.0305 + 0.0007 * number
        u, v = (x - _spine(np.float32(level))) / half, (y - level) / tall
        v = v - 0.14 * u * np.cos(2.6 * level)
        box = np.maximum(np.abs(u), np.abs(v))
        waist = 1 + 0.10 * (1 - v * v) * (np.abs(u) > 0.5)  # the sides are hollow
        box = (np.abs(u * waist) ** 5 + np.abs(v) ** 5) ** 0.2
        body = sigmoid((1 - box) * 14)
        rim = np.exp(-(((box - 0.90) / 0.13) ** 2))
        out += 1.15 * body + 0.45 * rim
        start = (float(_spine(np.float32(level))) + 0.05, level + 0.005)
        out += 16 * rod(x, y, start, (start[0] + 0.06, level + 0.06), 0.010, 0.2, 0.5)
    return out


def _ribs(x, y, rng) -> np.ndarray:
    """Compact bone of the ribs, both sides a little apart, cm."""
    out = np.zeros_like(y)
    for side in (0.0, 0.021):
        for number in range(10):
            level = 0.10 + 0.068 * number + side + rng.normal(0, 0.003)
            reach = np.clip((float(_spine(np.float32(level))) + 0.09 - x) / 0.52, 0, 1)
            path = level + (0.19 + 0.010 * number) * reach**1.15 + 0.02 * np.sin(3 * reach)
            away = np.abs(y - path) * 0.90
            edge = chord(np.float32(0.0135), away) - 0.86 * chord(np.float32(0.0105), away)
            ends = sigmoid((x - 0.205) * 55) * sigmoid((_spine(y) + 0.100 - x) * 70)
            out += 24 * edge * ends * (0.35 + 0.65 * (1 - reach))
    return out


def lateral(seed: int, size: int = 192) -> np.ndarray:
    """Draw a lateral chest film, the patient facing left, arms raised.

    Parameters
    ----------
    seed : int
        Small variations, noise.
    size : int
        Pixels along each side.

    Returns
    -------
    ndarray, (size, size) uint8
    """
    rng = stream(seed, "lateral")
    x, y = grid(size)
    x = x + 0.004 * np.sin(6 * y + rng.uniform(0, 6)) + rng.normal(0, 0.006)
    trunk, lungs, heart = _trunk(x, y), _lungs(x, y, rng), _heart(x, y)
    _, away = along(x, y, (0.515, -0.05), (0.553, 0.385))
    airway = 0.55 * PLATE * chord(np.float32(0.021), away)
    centre = np.exp(-(((x - 0.53) / 0.20) ** 2 + ((y - 0.45) / 0.22) ** 2))
    vessels = (0.3 + centre) * np.abs(grain(rng, size, 3.0))
    air = np.maximum(lungs - heart, 0) * (0.84 - 0.035 * vessels - 0.06 * centre)
    bubble = 6 * np.exp(-((((x - 0.47) / 0.075) ** 2 + ((y - 0.765) / 0.035) ** 2) ** 2))
    soft = np.maximum(trunk - air - airway - bubble, 0.0) * (trunk > 0)
    bone = _vertebrae(x, y) + _ribs(x, y, rng)
    bone += 42 * rod(x, y, (0.312, 0.165), (0.185, 0.54), 0.011, 0.25, 0.4)  # sternum
    bone += 14 * rod(x, y, (0.655, 0.13), (0.30, -0.25), 0.026, 0.3, 0.3)  # humerus
    scapula = np.exp(-((((x - 0.80 + 0.1 * y) / 0.055) ** 2) ** 2)) * sigmoid((0.36 - y) * 30)
    bone += 0.35 * gaussian_filter(scapula, size / 120) * sigmoid((y - 0.08) * 30)
    return expose(0.62 * soft, 0.55 * bone, seed, keep=0.62, letter="L", corner="left")
