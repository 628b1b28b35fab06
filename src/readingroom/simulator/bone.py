"""A bone: a centre line in three dimensions with an oval section, and how it is projected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.simulator.frame import Frame
from readingroom.simulator.splat import section

__all__ = ["Bones", "blend", "fineness"]


def fineness(frame: Frame, length: float, limit: int = 700) -> int:
    """Points needed along `length` thorax units so that they lie closer than a pixel."""
    return int(np.clip(length * frame.wide / frame.px * 1.2, 8, limit))


def blend(knots: np.ndarray, steps: int) -> np.ndarray:
    """Smooth curves through knots (Catmull-Rom): (B, K, D) to (B, steps, D), float32."""
    knots = knots.astype(np.float32)
    first, last = 2 * knots[:, :1] - knots[:, 1:2], 2 * knots[:, -1:] - knots[:, -2:-1]
    padded = np.concatenate([first, knots, last], 1)
    place = np.linspace(0, knots.shape[1] - 1 - 1e-4, steps, dtype=np.float32)
    i = place.astype(int)
    t = (place - i.astype(np.float32))[None, :, None]
    a, b, c, d = (padded[:, i + k] for k in range(4))
    slope, bend = c - a, 2 * a - 5 * b + 4 * c - d
    return 0.5 * (2 * b + t * (slope + t * (bend + t * (3 * (b - c) + d - a))))


@dataclass
class Bones:
    """Centre lines of bones with an oval section each, thorax units.

    Attributes
    ----------
    curve : ndarray, (B, N, 3)
        Centre lines of B bones.
    thin : ndarray, (B, N, 3)
        Unit vectors along the flat direction of the section.
    half, flat : ndarray, (B, N)
        Half axes of the section: along the broad and the flat direction.
    cortex : ndarray, (B, N)
        Thickness of the cortex; 0 where a bone has faded into cartilage.
    marrow : float
        Compact bone in a unit of marrow.
    """

    curve: np.ndarray
    thin: np.ndarray
    half: np.ndarray
    flat: np.ndarray
    cortex: np.ndarray
    marrow: float = 0.2

    def cast(self, frame: Any) -> Any:
        """Project: column, row and volume (in pixel areas) of all points, each (M, K).

        The section is small, so its two axes are projected once for each place on the centre
        line instead of projecting every point.
        """
        tangent = np.gradient(self.curve, axis=1)
        length = np.sqrt((tangent**2).sum(-1))
        broad = np.cross(tangent, self.thin)
        broad *= (self.half / (np.sqrt((broad**2).sum(-1)) + 1e-9))[..., None]
        flat = self.thin * self.flat[..., None]
        centre, one, two = (v.reshape(-1, 3).T for v in (self.curve, broad, flat))
        column, row = frame.project(*centre)
        seen = self._inside(frame, column, row)
        column, row, centre = column[seen], row[seen], centre[:, seen]
        axes = []
        for axis in (one, two):
            c, r = frame.project(*(centre + axis[:, seen]))
            axes.append(np.stack([c - column, r - row], 1).astype(np.float32))
        half, flat, cortex = (v.ravel()[seen] for v in (self.half, self.flat, self.cortex))
        size = float(self.half.mean() + self.flat.mean()) * frame.wide / frame.px
        around = int(np.clip(2.1 * size, 6, 60))
        broad, thin = axes
        dc, dr, area = section(broad, thin, half, flat, cortex, self.marrow, around)
        cell = frame.px**2 / (frame.wide * frame.tall)
        fade = np.minimum(1, 2 * cortex / max(float(self.cortex.max()), 1e-6))
        volume = area * (length.ravel()[seen] * fade / cell)[:, None]
        return column[:, None] + dc, row[:, None] + dr, volume

    def _inside(self, frame: Frame, column: Any, row: Any) -> np.ndarray:
        """Indices of places on the centre lines whose section may reach the picture."""
        reach = 1.2 * float(self.half.max()) * frame.wide / frame.px + 2
        far = frame.size + reach
        return np.flatnonzero((column > -reach) & (column < far) & (row > -reach) & (row < far))
