"""Geometric phantoms where the real examinations cannot be had: shapes, and no anatomy."""

from __future__ import annotations

from functools import cache

import numpy as np

from readingroom.data.origin import SIMULATED
from readingroom.data.volumes import Volume

SAID = f"{SIMULATED}: geometric phantom"
NOTES = ("A geometric phantom: shapes, no anatomy.",)
BELOW, ABOVE = 14, 14  # slices of the head, as the real one has them
THICK, THIN = 7.0, 4.0  # mm
STUBS, BEADS = 220, 60  # of the vessels


def _oval(rows: np.ndarray, columns: np.ndarray, *about: float) -> np.ndarray:
    row, column, tall, wide = about
    return ((rows - row) / tall) ** 2 + ((columns - column) / wide) ** 2


@cache
def knee(echo: int) -> Volume:
    """Two round bone ends and a dark wedge between them, 24 slices of 4 mm; echo 0 or 1."""
    rng = np.random.default_rng([13, 1, echo])
    rows, columns = np.mgrid[:256, :256].astype(float)
    out = np.zeros((24, 256, 256), np.float32)
    bone, soft, dark = ((4200.0, 1500.0, 350.0), (2600.0, 500.0, 120.0))[echo]
    for k in range(24):
        wide = 1 - abs(k - 11.5) / 22
        plane = np.where(np.abs(columns - 140) < 70 * wide, soft, 0.0)
        femur, tibia = (
            _oval(rows, columns, 100, 140, 46, 44 * wide),
            _oval(rows, columns, 205, 140, 52, 40 * wide),
        )
        plane[(rows > 143) & (rows < 156) & (np.abs(columns - 140) < 40 * wide)] = dark
        for shape in (femur, tibia):
            plane[shape < 1.06] = dark
            plane[shape < 1] = bone
        out[k] = plane + rng.normal(0, 40, plane.shape)
    return Volume(np.clip(out, 0, None), (4.0, 0.625, 0.625), notes=NOTES, films=SAID,
                  positions=tuple(4.0 * k for k in range(24)))  # fmt: skip


@cache
def head() -> Volume:
    """A ring around an oval, 14 slices of 4 mm below and 14 of 7 mm above, as the real head."""
    rng = np.random.default_rng([13, 2])
    at = [4.0 * k for k in range(BELOW)]
    at += [at[-1] + 1.08 + 7.0 * k for k in range(ABOVE)]
    rows, columns = np.mgrid[:256, :256].astype(float)
    planes = []
    for mm in at:
        round_ = np.sqrt(max(0.05, 1 - ((mm - 55) / 105) ** 2))
        shape = _oval(rows, columns, 128, 128, 92 * round_, 74 * round_)
        plane = np.where(shape < 1, 1000.0, -1000.0)
        plane[shape < 0.86] = 32
        plane[_oval(rows, columns, 120, 116, 22 * round_, 7) < 1] = 8
        plane[_oval(rows, columns, 120, 140, 22 * round_, 7) < 1] = 8
        planes.append(plane + rng.normal(0, 3, plane.shape))
    return Volume(np.stack(planes).astype(np.float32), (float("nan"), 0.976, 0.976), "HU",
                  tuple(at), NOTES, SAID, thickness=(THIN,) * BELOW + (THICK,) * ABOVE)  # fmt: skip


@cache
def vessels() -> Volume:
    """Tubes that wind and branch, with short stubs and beads, 120 slices of 1 mm; 8-bit greys.

    Stubs and beads are what a program takes for a small bulge.
    """
    from scipy import ndimage

    rng = np.random.default_rng([13, 3])
    size, spacing = (120, 180, 180), (1.0, 0.72, 0.72)
    lines: dict[float, np.ndarray] = {r: np.ones(size, bool) for r in (2.4, 2.1, 1.7, 1.2)}
    passed: list[np.ndarray] = []
    starts = [(np.array(size) / 2 + rng.normal(0, 12, 3), 2.4) for _ in range(8)]
    drawn = 0
    while starts and drawn < 60:
        at, radius = starts.pop(0)
        drawn += 1
        way = rng.normal(size=3)
        way /= np.linalg.norm(way)
        for step in range(160):
            way += rng.normal(0, 0.12, 3)
            way /= np.linalg.norm(way)
            at = at + way * 0.7 / np.array(spacing)
            if (at < 4).any() or (at > np.array(size) - 5).any():
                break
            lines[radius][tuple(np.round(at).astype(int))] = False
            passed.append(at.copy())
            if step % 55 == 50 and radius > 1.2:
                starts.append((at.copy(), 1.7 if radius > 2 else 1.2))
    for k in rng.choice(len(passed), STUBS + BEADS, replace=False):
        if (passed[k] < 8).any() or (passed[k] > np.array(size) - 9).any():
            continue
        way = rng.normal(size=3)
        way /= np.linalg.norm(way)
        if rng.random() < BEADS / (STUBS + BEADS):
            lines[2.1][tuple(np.round(passed[k]).astype(int))] = False
        else:
            for mm in np.arange(0, rng.uniform(2, 4.5), 0.3):
                lines[1.2][tuple(np.round(passed[k] + way * mm / spacing).astype(int))] = False
    out = np.zeros(size)
    for radius, empty in lines.items():
        far = ndimage.distance_transform_edt(empty, sampling=spacing)
        out = np.maximum(out, (130 + 30 * radius) / (1 + np.exp((far - radius) / 0.3)))
    out += rng.normal(0, 3, size) * (out > 2)
    return Volume(np.clip(out, 0, 255).astype(np.float32), spacing, notes=NOTES, films=SAID)
