"""Pulmonary vessels: trees that fill both lungs, thick at the hilum and thin at the pleura."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from readingroom.simulator.anatomy import HALF_WIDTH
from readingroom.simulator.cage import Cage
from readingroom.simulator.frame import Frame
from readingroom.simulator.splat import splat_soft

__all__ = ["Tree", "grow", "trees", "vessels"]

LEAVES = 512
MURRAY = 0.36
"""Exponent of vessel radius against the number of leaves it feeds (Murray: 1/3)."""

# Stem: side, root (x, y, z), first direction, radius, share of the lung's height it feeds.
STEMS = (
    ("right", (2.9, 9.6, 0.4), (0.75, -0.55, 0.2), 0.52, (0.00, 0.50)),
    ("right", (3.2, 10.4, -0.4), (0.55, 0.80, -0.3), 0.70, (0.30, 1.08)),
    ("right", (2.2, 13.4, 0.6), (0.95, 0.30, -0.1), 0.46, (0.45, 1.05)),
    ("left", (2.9, 8.7, 0.2), (0.75, -0.55, 0.1), 0.5, (0.00, 0.50)),
    ("left", (3.6, 9.4, -0.6), (0.60, 0.80, -0.4), 0.68, (0.30, 1.08)),
    ("left", (2.6, 13.2, 0.6), (0.95, 0.35, -0.1), 0.44, (0.45, 1.05)),
)


@dataclass
class Tree:
    """Segments of several trees, all of one generation next to each other.

    Attributes
    ----------
    start, end, before, after : ndarray, (M, 3)
        End points, and directions at both ends (thorax units).
    leaves : ndarray, (M,)
        Leaves fed by each segment.
    stem : ndarray, (M,)
        Index of the tree each segment belongs to.
    """

    start: np.ndarray
    end: np.ndarray
    before: np.ndarray
    after: np.ndarray
    leaves: np.ndarray
    stem: np.ndarray


def grow(rng: np.random.Generator, targets: Any, roots: Any, directions: Any) -> Tree:
    """Grow G trees at once towards their leaves.

    A segment points at the centre of what it feeds, bent towards its parent's direction; the
    leaves are then halved along their longest axis and both halves grow on.

    Parameters
    ----------
    targets : ndarray, (G, L, 3)
        Leaves of each tree; L is a power of two.
    roots, directions : ndarray, (G, 3)
    """
    groups, node, course = targets, np.array(roots, float), np.array(directions, float)
    stem = np.arange(len(groups))
    rows: list = []
    while True:
        count, leaves, _ = groups.shape
        aim = groups.mean(1) - node
        length = np.sqrt((aim * aim).sum(1)) + 1e-6
        share = (0.40 if leaves > 2 else 0.85) + rng.uniform(-0.07, 0.10, count)
        if not rows:
            share[:] = 0.30
        way = aim * (0.68 / length)[:, None] + course * (0.42 if rows else 0.75)
        way /= np.sqrt((way * way).sum(1))[:, None]
        end = node + way * (length * share)[:, None]
        rows.append((node, end, course, way, np.full(count, leaves), stem))
        if leaves == 1:
            return Tree(*(np.concatenate(part) for part in zip(*rows, strict=True)))
        groups = _halve(rng, groups)
        node, course, stem = (np.repeat(v, 2, 0) for v in (end, way, stem))


def _halve(rng: np.random.Generator, groups: Any) -> np.ndarray:
    """Split each group of leaves at the median of a noisy main axis: (G, L, 3) to (2G, L/2, 3)."""
    count, leaves, _ = groups.shape
    centred = groups - groups.mean(1, keepdims=True)
    spread = centred.transpose(0, 2, 1) @ centred
    main = np.argmax(np.diagonal(spread, axis1=1, axis2=2), 1)
    axis = spread[np.arange(count), :, main]
    axis = axis + rng.normal(0, 0.25, (count, 3)) * np.sqrt((axis**2).sum(1))[:, None]
    order = np.argsort((centred @ axis[:, :, None])[:, :, 0], axis=1, kind="stable")
    split = np.take_along_axis(groups, order[:, :, None], 1)
    return split.reshape(2 * count, leaves // 2, 3)


def _leaves(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    """Leaves (LEAVES, 3) spread through one standard lung between two levels."""
    y = 0.9 + 20.5 * (low + (high - low) * rng.beta(1.25, 1.0, LEAVES))
    half = HALF_WIDTH * (1 - np.exp(-(y + 1.2) / 3.4)) * 0.97
    inner = 1.6 + 2.4 * np.exp(-y / 2.2) + 2.0 * (y > 13)
    x = inner + (half - inner) * rng.random(LEAVES) ** 0.8
    room = 8.0 * np.sqrt(np.maximum(1 - (x / (half * 1.03)) ** 2, 0))
    return np.stack([x, y, (2 * rng.random(LEAVES) - 1) * room * 0.55], 1)


@lru_cache(maxsize=96)
def standard_tree(number: int) -> Tree:
    """One of the shipped trees in a standard chest, x counted outwards on both sides."""
    rng = np.random.default_rng([5, number])
    leaves = np.stack([_leaves(rng, *stem[4]) for stem in STEMS])
    roots = np.array([stem[1] for stem in STEMS]) + rng.normal(0, 0.25, (len(STEMS), 3))
    ways = np.array([stem[2] for stem in STEMS]) + rng.normal(0, 0.12, (len(STEMS), 3))
    return grow(rng, leaves, roots, ways)


@lru_cache(maxsize=192)
def _samples(number: int, level: int) -> Any:
    """Points along all segments of a standard tree, closer than 2 ** -level thorax units.

    Returns
    -------
    place : ndarray, (3, N) float32
        Thorax units, x counted outwards.
    volume, radius : ndarray, (N,) float32
        For a patient with vessels of standard width.
    side, right : ndarray, (N,)
        -1 or 1, and True in the right lung.
    """
    tree = standard_tree(number)
    step = 2.0**-level
    # The last generations are below the pixel: they are in the lung's density.
    kept = tree.leaves > (2 if level <= 2 else 1 if level == 3 else 0)
    tree = Tree(*(getattr(tree, name)[kept] for name in Tree.__dataclass_fields__))
    widths = np.array([stem[3] for stem in STEMS])[tree.stem]
    radius = widths * (np.minimum(tree.leaves, 256) / 256) ** MURRAY
    length = np.sqrt(((tree.end - tree.start) ** 2).sum(1))
    count = np.maximum(2, np.ceil(length / step)).astype(int)
    index = np.repeat(np.arange(len(count)), count)
    t = (np.arange(len(index)) - (np.cumsum(count) - count)[index] + 0.5) / count[index]
    bow = (t * (1 - t) * (1 - t) * length[index])[:, None]
    place = (
        tree.start[index]
        + (tree.end - tree.start)[index] * t[:, None]
        + bow * (tree.before - tree.after)[index]
    )
    thin = radius[index] * (1 - 0.18 * t)
    volume = np.pi * thin**2 * (length / count)[index]
    side = np.array([-1.0 if stem[0] == "right" else 1.0 for stem in STEMS])[tree.stem[index]]
    order = np.argsort(thin, kind="stable")  # `splat_soft` wants them by width
    arrays = (place.T[:, order], volume[order], thin[order], side[order])
    plain = tuple(np.ascontiguousarray(v, np.float32) for v in arrays)
    return (*plain, plain[3] < 0)


def vessels(frame: Frame, shape: Cage) -> np.ndarray:
    """Depth of blood in the lung's vessels along each ray, thorax units, (size, size)."""
    return trees(frame, shape) + _hila(frame, shape)


def trees(frame: Any, shape: Cage) -> np.ndarray:
    """The same without the hila, for any frame that projects points, (size, size)."""
    px, wide = frame.px / frame.wide, shape.body.vessels
    level = int(np.clip(np.floor(np.log2(1.5 / px)), 1, 6))
    place, volume, thin, side, right = _samples(shape.body.vessel_tree, level)
    dome = np.where(right, np.float32(shape.dome_right), np.float32(shape.dome_left))
    y = 0.5 + (place[1] - 0.5) * (dome - 0.5) * np.float32(1 / 21.4)
    column, row = frame.project(side * place[0], y, place[2])
    cell = px * px * frame.wide / frame.tall
    return splat_soft(
        column, row, volume * float(wide * wide / cell), thin * float(wide / px), frame.size
    )


def _hila(frame: Frame, shape: Cage) -> np.ndarray:
    """Soft shadow of the many vessels and nodes at each hilum."""
    out = np.zeros_like(frame.x)
    scale = shape.dome_left / 23
    for side, level in ((-1, 10.8), (1, 9.9)):
        dx = (side * frame.x - 4.1) / 1.5
        dy = (frame.y - level * scale) / 2.3
        q = np.maximum(1 - dx * dx - dy * dy + 0.5 * dx * dy, 0)
        out += (1.1 * shape.body.vessels) * q * np.sqrt(q)
    return out
