"""What can be found on a film, and how it changes the air in the lung.

A finding replaces air by tissue (or tissue by air); it is never grey painted on the film. So
silhouette signs, faint lesions behind the heart and hidden ones come by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from readingroom.simulator.cage import Cage, Cavity
from readingroom.simulator.frame import Frame
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import blur, grain, sigmoid

__all__ = ["KINDS", "Change", "Finding"]

KINDS = ("consolidation", "effusion", "nodule", "pneumothorax", "cardiomegaly", "interstitial")
"""Kinds of finding; 'nodule' covers masses, by its size."""


@dataclass(frozen=True)
class Finding:
    """One finding.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    severity : float
        0 just there, 0.5 typical, 1 severe.
    side : {'right', 'left', 'both'}
    zone : {'upper', 'mid', 'lower', 'perihilar'}
    size_mm : float
        Diameter of a nodule or mass; 0 lets severity decide.
    seed : int
        Fixes shape and exact place.
    """

    kind: str
    severity: float = 0.5
    side: str = "right"
    zone: str = "lower"
    size_mm: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"No finding is called {self.kind!r}; choose from {', '.join(KINDS)}.")

    def grown(self, factor: float) -> Finding:
        """The same finding later: a nodule's diameter, or the severity, times `factor`."""
        if self.kind == "nodule":
            return replace(self, size_mm=self.diameter_mm * factor)
        return replace(self, severity=min(1.5, self.severity * factor))

    @property
    def diameter_mm(self) -> float:
        """Diameter of a nodule in mm."""
        return self.size_mm or 8 + 34 * self.severity


@dataclass
class Change:
    """How findings change the lung, all (size, size), thorax units or fractions.

    Attributes
    ----------
    fill : ndarray
        Share of the lung's chord replaced by tissue.
    air : ndarray
        Share of the lung's tissue and vessels gone (pneumothorax).
    extra : ndarray
        Soft tissue added, thorax units (pleural line, septal lines).
    masks : dict of ndarray of bool
        Ground truth, by kind.
    """

    fill: np.ndarray
    air: np.ndarray
    extra: np.ndarray
    masks: dict
    solid: np.ndarray
    """Part of `fill` that is consolidation, in which bronchi stay open."""


def change(frame: Frame, shape: Cage, room: Cavity, lung: np.ndarray, findings: Any) -> Change:
    """Collect the effect of all findings on the lung."""
    blank = np.zeros_like(lung)
    out = Change(blank, blank.copy(), blank.copy(), {}, blank.copy())
    for finding in findings:
        if finding.kind == "cardiomegaly":
            continue
        *parts, mask = DRAWERS[finding.kind](frame, shape, room, lung, finding)
        # single precision like the rest: a double would round a film differently far away as well
        fill, air, extra = (np.asarray(part, np.float32) for part in parts)
        out.fill = 1 - (1 - out.fill) * (1 - fill)
        if finding.kind == "consolidation":
            out.solid = np.maximum(out.solid, fill)
        out.air = np.maximum(out.air, air)
        out.extra = out.extra + extra
        out.masks[finding.kind] = out.masks.get(finding.kind, False) | mask
    return out


def sides(finding: Finding) -> tuple[int, ...]:
    """Signs of x on which a finding lies."""
    return {"right": (-1,), "left": (1,), "both": (-1, 1)}[finding.side]


def _noise(frame: Frame, finding: Finding, part: str, width: float, scale: float) -> np.ndarray:
    """Blurred texture of roughly unit variance, fixed in centimetres."""
    texture = grain(stream(finding.seed, part), frame.size, scale)
    return blur(texture, width / frame.px)


def consolidation(
    frame: Frame, shape: Cage, room: Cavity, lung: np.ndarray, finding: Finding
) -> Any:
    """Air spaces filled with fluid: patches with soft edges and air bronchograms."""
    rng = stream(finding.seed, "consolidation")
    coarse = _noise(frame, finding, "coarse", 0.7 * frame.wide, 1.5)
    fine = _noise(frame, finding, "fine", 0.3 * frame.wide, 1.0)
    fill = np.zeros_like(lung)
    for sign in sides(finding):
        fill = np.maximum(fill, _patches(frame, shape, finding, rng, sign, coarse, fine))
    if finding.severity > 0.4 and rng.random() < 0.4:
        fill = fill * _fissure(frame, shape, finding)
    mask = (fill > 0.22 * (0.35 + 0.65 * finding.severity)) & (lung > 0.5)
    return fill, 0.0, 0.0, mask


def _fissure(frame: Frame, shape: Cage, finding: Finding) -> Any:
    """1 on the side of the horizontal or oblique fissure where the filled lobe lies."""
    level = 0.49 * shape.dome_right + 0.05 * np.abs(frame.x)
    below = {"upper": -1, "mid": 1}.get(finding.zone, 0)
    return sigmoid((frame.y - level) * 6 * below) if below else np.float32(1)


PLEURA = 0.5
"""Depth of lung at which an outline ends: beyond lies heart, dome or wall, thorax units."""
SLIVER = 0.15
"""Thickness of air below which nobody would outline a pneumothorax, thorax units."""
ZONES = {"upper": (0.20, 6.6), "mid": (0.48, 7.2), "lower": (0.78, 7.4), "perihilar": (0.52, 4.8)}
"""Centre of each zone: share of the lung's height, and distance from the midline."""


def _patches(
    frame: Frame,
    shape: Cage,
    finding: Finding,
    rng: np.random.Generator,
    sign: Any,
    coarse: Any,
    fine: Any,
) -> np.ndarray:
    level, x0 = ZONES[finding.zone]
    dome = shape.dome("right" if sign < 0 else "left")
    size = 0.65 + 0.75 * finding.severity
    fill = np.zeros_like(frame.x)
    for i in range(int(rng.integers(1, 4))):
        cx = sign * (x0 + rng.normal(0, 1.2 + 0.7 * i))
        cy = level * dome + rng.normal(0, 0.9 + 0.9 * i)
        rx = (4.2 - 0.9 * i) * size * rng.uniform(0.75, 1.2)
        ry = (3.6 - 0.8 * i) * size * rng.uniform(0.75, 1.2)
        u, v = (frame.x - cx) / rx, (frame.y - cy) / ry
        inside = sigmoid((1.0 - u * u - v * v + 0.55 * coarse + 0.35 * fine) * 2.0)
        fill = np.maximum(fill, (inside - 0.06) * 1.06)  # nothing far from the patch
    dense = 0.20 + 0.62 * min(finding.severity, 1.2)
    return np.clip(fill * dense * (1 + 0.15 * fine), 0, 0.95) * (frame.x * sign > 0)


def effusion(frame: Frame, shape: Cage, room: Cavity, lung: np.ndarray, finding: Finding) -> Any:
    """Fluid in the pleural space: blunt angle, meniscus rising to the side."""
    h = 2.0 + 9.0 * finding.severity
    fill = np.zeros_like(lung)
    for sign in sides(finding):
        dome = shape.dome("right" if sign < 0 else "left")
        level = dome + 4.4 - h
        u = np.clip(np.abs(frame.x) / room.outer, 0, 1)
        rim = level + 1.6 - (u * u * u) * 3.6
        t = np.clip((frame.y - rim) / 2.4, 0, 1)
        fill = np.maximum(fill, t * np.sqrt(np.sqrt(t)) * (frame.x * sign > 0))
    return np.clip(fill * 0.97, 0, 0.97), 0.0, 0.0, (fill > 0.3) & (lung > PLEURA)


def nodule(frame: Frame, shape: Cage, room: Cavity, lung: np.ndarray, finding: Finding) -> Any:
    """A ball of tissue in the lung, slightly lobulated, diameter in real millimetres."""
    rng = stream(finding.seed, "nodule")
    sign = sides(finding)[0]
    level, x0 = ZONES[finding.zone]
    dome = shape.dome("right" if sign < 0 else "left")
    cx, cy = sign * (x0 + rng.normal(0, 1.3)), level * dome + rng.normal(0, 1.0)
    radius = finding.diameter_mm / 20
    dx, dy = (frame.x - cx) * frame.wide, (frame.y - cy) * frame.tall
    angle = np.arctan2(dy, dx)
    edge = (
        1
        + 0.035 * np.sin(3 * angle + rng.uniform(0, 6))
        + 0.03 * np.sin(5 * angle + rng.uniform(0, 6))
    )
    q = (dx * dx + dy * dy) / (radius * edge) ** 2
    chord = 2 * radius * np.sqrt(np.maximum(1 - q, 0)) / shape.body.deep
    fill = np.where(lung > 0.5, np.clip(1.4 * chord / np.maximum(lung, 0.5), 0, 1), 0)
    return fill.astype(np.float32), 0.0, 0.0, q < 1


def pneumothorax(
    frame: Frame, shape: Cage, room: Cavity, lung: np.ndarray, finding: Finding
) -> Any:
    """Air between lung and wall: no vessels outside a thin pleural line."""
    rng = stream(finding.seed, "pneumothorax")
    gap = 0.7 + 4.6 * finding.severity
    sign = sides(finding)[0]
    u, v = room.outer - np.abs(frame.x), np.maximum(frame.y, 0) - 0.3
    wall = 0.5 * (u + v - np.sqrt((u - v) ** 2 + 6.0))
    wall = wall + 0.2 * np.sin(frame.y * 0.5 + rng.uniform(0, 6))
    reach = gap * np.clip(1.35 - 0.055 * frame.y, 0.2, 1.5)
    px = frame.px / frame.wide
    here = (frame.x * sign > 0) & (room.lung > 0.3)
    air = sigmoid((reach - wall) / max(px * 0.6, 0.05)) * here
    line = np.exp(-(((wall - reach) / max(0.07, px * 0.55)) ** 2)) * here * (lung > 0.4)
    # A shallow one lies in front of lung, which goes on to lend its grey.
    air = air * min(1.0, 0.35 + 0.8 * finding.severity)
    pleura = line * (1.5 * min(1.0, 0.09 / max(px, 0.09) + 0.25))
    return 0.0, air, pleura, (reach - wall > SLIVER) & here & (lung > PLEURA)


def interstitial(
    frame: Frame, shape: Cage, room: Cavity, lung: np.ndarray, finding: Finding
) -> Any:
    """Net of fine lines and small dots, strongest at the bases."""
    net = _noise(frame, finding, "net", 0.10 * frame.wide, 2.0)
    second = _noise(frame, finding, "second", 0.12 * frame.wide, 2.0)
    slow = _noise(frame, finding, "slow", 1.2 * frame.wide, 1.0)
    lines = np.exp(-((net / 0.28) ** 2)) + 0.8 * np.exp(-((second / 0.28) ** 2))
    low = {"lower": 0.65, "mid": 0.5, "upper": 0.3, "perihilar": 0.5}[finding.zone]
    where = sigmoid(
        (frame.y / shape.dome_right - low + 0.25 * slow)
        * 6
        * (-1 if finding.zone == "upper" else 1)
    )
    where = np.maximum(where - 0.1, 0) * 1.11
    here = sum((frame.x * sign > 0) for sign in sides(finding))
    where = where * here * np.clip(1.9 * lung / np.maximum(room.lung, 1) - 0.6, 0, 1)
    extra = (0.5 + 1.3 * finding.severity) * lines * where
    fill = (0.02 + 0.08 * finding.severity) * where
    return fill, 0.0, extra, (where > 0.35) & (lung > 0.5)


DRAWERS = {
    "consolidation": consolidation,
    "effusion": effusion,
    "nodule": nodule,
    "pneumothorax": pneumothorax,
    "interstitial": interstitial,
}
