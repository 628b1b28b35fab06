"""A simulated hand: what a chest program should never be sent."""

from __future__ import annotations

import numpy as np

from readingroom.simulator.plate import along, chord, expose, grid, rod
from readingroom.simulator.streams import stream

__all__ = ["hand"]

# Digit: root on the wrist, knuckle, direction of the finger (degrees from straight up), lengths
# of the phalanges, half width of its bones; in shares of the plate. Thumb first.
DIGITS = (
    ((0.395, 0.735), (0.285, 0.605), -38, (0.125, 0.095), 0.0145),
    ((0.445, 0.690), (0.405, 0.470), -9, (0.135, 0.085, 0.062), 0.0135),
    ((0.490, 0.680), (0.487, 0.445), -1, (0.150, 0.098, 0.066), 0.0135),
    ((0.530, 0.690), (0.562, 0.465), 7, (0.138, 0.092, 0.066), 0.0125),
    ((0.565, 0.710), (0.632, 0.510), 17, (0.110, 0.066, 0.060), 0.0115),
)
CARPALS = ((0.418, 0.752, 0.027), (0.452, 0.728, 0.022), (0.490, 0.722, 0.030),
           (0.536, 0.732, 0.027), (0.448, 0.785, 0.029), (0.498, 0.776, 0.025),
           (0.540, 0.778, 0.021))  # fmt: skip
# Flesh: start, end and half width of each part, from palm and web to wrist and forearm.
PALM = (
    ((0.44, 0.70), (0.415, 0.50), 0.062),
    ((0.49, 0.71), (0.49, 0.48), 0.064),
    ((0.53, 0.71), (0.56, 0.50), 0.060),
    ((0.55, 0.73), (0.615, 0.545), 0.050),
    ((0.40, 0.73), (0.325, 0.625), 0.052),
    ((0.49, 0.78), (0.49, 1.2), 0.098),
    ((0.49, 0.70), (0.49, 0.80), 0.092),
)
SCALE = 22.0  # cm along each side of the plate


def _bones(rng: np.random.Generator, child: bool) -> list[tuple]:
    """Start, end, half width and flare of every long bone, tips last in each digit."""
    out = []
    for root, knuckle, angle, lengths, half in DIGITS:
        bent = np.deg2rad(angle + rng.normal(0, 1.5))
        step = np.array([np.sin(bent), -np.cos(bent)])
        start, end = np.array(root), np.array(knuckle)
        out.append((start, end - 0.006 * step, half * 1.05, 0.55))
        place = end + 0.008 * step
        for number, length in enumerate(lengths):
            slim = half * (0.95 - 0.13 * number)
            tip = place + (length - 0.012) * step
            first = place + (0.016 * step if child else 0 * step)  # the growth plate is no bone
            out.append((first, tip, slim, 0.5))
            if child:
                out.append((place - 0.002 * step, place + 0.006 * step, slim * 1.25, 0.1))
            place = place + length * step
    return out


def hand(seed: int, size: int = 192, child: bool = False) -> np.ndarray:
    """Draw a hand, dorsopalmar, fingers up.

    Parameters
    ----------
    seed : int
        Small variations, noise.
    size : int
        Pixels along each side.
    child : bool
        Open growth plates and fewer carpal bones.

    Returns
    -------
    ndarray, (size, size) uint8
    """
    rng = stream(seed, "hand")
    x, y = grid(size)
    warp = 0.006 * np.sin(7 * y + rng.uniform(0, 6))
    x = x + warp + rng.normal(0, 0.01)
    long_bones = _bones(rng, child)
    bone = np.zeros((size, size), np.float32)
    flesh = np.zeros((size, size), np.float32)
    for start, end, half, flare in long_bones:
        bone = np.maximum(bone, rod(x, y, start, end, half, flare))
        longer = np.asarray(end) + 0.25 * half * (end - start) / np.hypot(*(end - start))
        _, away = along(x, y, start, longer)
        flesh = np.maximum(flesh, chord(np.float32(2.25 * half + 0.005), away))
    for cx, cy, radius in CARPALS[2:5] if child else CARPALS:
        r = radius * (0.75 if child else rng.uniform(0.94, 1.05))
        away = np.hypot(x - cx, (y - cy) * rng.uniform(0.9, 1.15))
        bone = np.maximum(bone, chord(r, away) - 0.62 * chord(r * 0.86, away))
    for start, end, half in (((0.455, 0.838), (0.425, 1.15), 0.033),
                             ((0.552, 0.848), (0.560, 1.15), 0.020)):  # fmt: skip
        bone = np.maximum(bone, rod(x, y, start, end, half * 0.8, 0.75, 0.35))
    flesh = np.maximum(flesh, _palm(x, y))
    soft, compact = flesh * SCALE * 1.15, bone * SCALE * 0.7
    return expose(soft, compact, seed, keep=0.9, letter="R", corner="right")


def _palm(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Flesh of palm, web of the thumb, wrist and forearm: thicker in the middle."""
    thick = np.zeros_like(x)
    for start, end, half in PALM:
        _, away = along(x, y, start, end)
        thick = np.maximum(thick, 0.62 * chord(np.float32(half), away) + 0.012 * (away < half))
    return thick
