"""All bones of the chest together: depth of compact bone on the film."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from readingroom.simulator.cage import Cage
from readingroom.simulator.exam import Exam
from readingroom.simulator.frame import Frame
from readingroom.simulator.girdle import girdle
from readingroom.simulator.ribs import ribs
from readingroom.simulator.spine import spine
from readingroom.simulator.splat import splat
from readingroom.simulator.texture import sigmoid

__all__ = ["skeleton"]

LIMIT = 0.6
"""Depth of compact bone at which bone seen end-on saturates, thorax units."""


def skeleton(frame: Frame, shape: Cage, exam: Exam, patient_seed: int) -> np.ndarray:
    """Depth of compact bone along each ray, thorax units, (size, size)."""
    clouds = [ribs(frame, shape, patient_seed).cast(frame)]
    clouds += girdle(frame, shape.body, exam, patient_seed)
    column, row, volume = (np.concatenate([c[k].ravel() for c in clouds]) for k in range(3))
    picture = splat(column, row, volume, frame.size)
    # Bone seen along its length would glare: a detector saturates softly, so does this.
    picture = LIMIT * np.tanh(picture / LIMIT)
    picture = gaussian_filter(picture, 0.022 / frame.px + 0.3, truncate=2.5)
    column = (1.35 + 0.45 * shape.body.youth) * spine(frame, shape, patient_seed)
    if shape.body.fine:  # cervical vertebrae are slighter
        column *= 1 - 0.72 * sigmoid(-(frame.y - 0.5) / 0.9)
    picture += column
    return picture * float(shape.body.bone)
