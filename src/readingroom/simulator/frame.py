"""The picture frame: which point of the body each pixel sees.

A film is a projection from a focus through the body on to a detector. The frame turns pixels
into thorax units (for parts that are computed on the grid) and points in three dimensions into
pixels (for parts that are made of points: bones, vessels, tubes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.simulator.anatomy import Anatomy
from readingroom.simulator.exam import Exam
from readingroom.simulator.streams import stream

__all__ = ["Frame"]

BEAM_Y = 11.0
"""Level of the central ray, thorax units below the apex."""
DETECTOR = 11.0
"""Distance from the middle of the body to the detector, thorax units."""
FOCUS = {"PA": 180.0, "AP": 110.0}
"""Distance from focus to detector, cm."""
LEVELS = np.linspace(-12.0, 48.0, 1000)
"""Values of y at which profiles are tabulated, thorax units."""


@dataclass
class Frame:
    """Pixel grid of one film.

    Attributes
    ----------
    size : int
        Pixels along each side.
    px : float
        Pixel size in cm at the middle of the body.
    x, y : ndarray, (size, size) float32
        Thorax units seen by each pixel in the middle plane, after slant and warp.
    raw_x : ndarray, (1, size); raw_y : ndarray, (size, 1)
        cm on the film, before slant and warp.
    turn : float
        Sine of the rotation about the long axis.
    """

    size: int
    px: float
    wide: float
    tall: float
    raw_x: np.ndarray
    raw_y: np.ndarray
    x: np.ndarray
    y: np.ndarray
    turn: float
    slant: float
    view: str
    warp: tuple[float, ...]
    row: np.ndarray
    """Index into `levels` of each pixel."""

    @property
    def levels(self) -> np.ndarray:
        """Values of y at which profiles are tabulated, thorax units, (L,)."""
        return LEVELS

    def profile(self, values: np.ndarray) -> np.ndarray:
        """Spread a profile over `levels` on to the pixels: (L,) to (size, size)."""
        return values.astype(np.float32).take(self.row)

    def at(self, depth: float) -> np.ndarray:
        """x of each pixel in the plane at `depth` units in front of the middle, (size, size)."""
        return (self.x - float(depth * self.turn)) / self._magnification(depth)

    def _magnification(self, depth: Any) -> Any:
        """Enlargement of a plane relative to the middle of the body.

        What lies far from the detector is enlarged: the back in PA, the front in AP.
        """
        focus = FOCUS[self.view] / self.wide - DETECTOR
        return focus / (focus + (depth if self.view == "PA" else -depth))

    def shift(self, x: Any, y: Any) -> Any:
        """Slow warp of the anatomy at (x, y), thorax units: nobody is symmetric."""
        a, b, c, d, e, f, g, h = self.warp
        return (
            a * np.sin(0.21 * y + c) + b * np.sin(0.23 * x + d),
            e * np.sin(0.20 * x + g) + f * np.sin(0.25 * y + h),
        )

    def project(self, x: Any, y: Any, z: Any) -> Any:
        """Project points to pixels.

        Parameters
        ----------
        x, y, z : ndarray
            Thorax units.

        Returns
        -------
        column, row : ndarray
            Pixel coordinates; 0.0 is the centre of the first pixel.
        """
        scale = self._magnification(z)
        x = (x + z * self.turn) * scale
        y = BEAM_Y + (y - BEAM_Y) * scale
        dx, dy = self.shift(x, y)
        x, y = x - dx, y - dy
        across, down = x * self.wide, y * self.tall
        film_x = across - (down - 12 * self.tall) * self.slant
        film_y = down + across * self.slant
        return (
            (film_x - float(self.raw_x[0, 0])) / self.px,
            (film_y - float(self.raw_y[0, 0])) / self.px,
        )


def aim(body: Anatomy, exam: Exam, size: int) -> Frame:
    """Set up the frame of an exam: field of view, centring, slant.

    Children are collimated to the chest; adults show shoulders and upper abdomen.
    """
    rng = stream(exam.seed, "frame")
    lying = exam.view == "AP"
    margin = rng.uniform(1.20, 1.36) if not lying else rng.uniform(1.08, 1.27)
    margin += body.youth * rng.uniform(-0.27, -0.04)
    half = 13.4 * body.wide * margin + 0.35 * body.wide * (body.wall - 2.3)
    centre = rng.normal(0, 0.5 + 0.5 * lying) * body.wide
    top = rng.uniform(3.2, 5.6) - body.youth * rng.uniform(0.0, 2.4)
    if body.fine:  # fields of view differ more, and a toddler's film goes from chin to belly
        half *= rng.uniform(0.93, 1.06) + body.youth * rng.uniform(0.02, 0.16)
        top += rng.uniform(-1.2, 0.6) + body.youth * rng.uniform(0.2, 1.6)
    top -= exam.low
    px = 2 * half / size
    grid = (px * (np.arange(size) + 0.5)).astype(np.float32)
    raw_x = grid[None, :] - float(half - centre)
    raw_y = grid[:, None] - float(top * body.tall)
    slant = float(np.sin(np.deg2rad(exam.tilt)))
    across = raw_x + (raw_y - float(12 * body.tall)) * slant
    x = across / float(body.wide)
    y = (raw_y - raw_x * slant) / float(body.tall)
    frame = Frame(
        size,
        float(px),
        body.wide,
        body.tall,
        raw_x,
        raw_y,
        x,
        y,
        float(np.sin(np.deg2rad(exam.rotation))),
        slant,
        exam.view,
        tuple(float(v) for v in body.warp),
        np.empty(0),  # filled below, where the frame itself is needed
    )
    dx, dy = frame.shift(x, y)
    frame.x, frame.y = x + dx, y + dy
    step = (len(LEVELS) - 1) / float(LEVELS[-1] - LEVELS[0])
    row = (frame.y - float(LEVELS[0])) * step
    frame.row = np.clip(row, 0, len(LEVELS) - 1).astype(np.int64)
    return frame
