"""A volume: slices in order, with the millimetres that a measure needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from readingroom.data.errors import DataError

ONE_MM = (1.0, 1.0, 1.0)
GAP = 0.05  # mm between two slices that are no gap but rounding


@dataclass(frozen=True)
class Volume:
    """Slices of one examination.

    Attributes
    ----------
    values : ndarray, (D, H, W)
        Slice, row, column; in `unit`.
    spacing : tuple of float
        Millimetres from slice to slice, row to row, column to column. The first is nan where the
        distance between slices changes.
    unit : str
        Such as ``HU``; empty where nobody states one.
    positions : tuple of float
        Millimetres of each slice along the stack, ascending; from the spacing where empty.
    notes : tuple of str
        What a reader has to know, one sentence each.
    films : str
        Banner: which examination, real or simulated.
    thickness : tuple of float
        Millimetres of each slice as its header states them; empty where nobody does.
    """

    values: np.ndarray
    spacing: tuple[float, float, float] = ONE_MM
    unit: str = ""
    positions: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    films: str = ""
    thickness: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.values.ndim != 3 or 0 in self.values.shape:
            raise DataError(
                f"A volume has slices, rows and columns; this has the shape {self.values.shape}."
            )
        # a PixelSpacing of 0 is in real files; a measure of 0 mm would look like an answer
        if not all(step > 0 or math.isnan(step) for step in self.spacing):
            raise DataError(f"The spacing {self.spacing} mm is none that can be measured with.")
        if self.positions and len(self.positions) != len(self.values):
            raise DataError("There are not as many positions as slices.")
        if self.thickness and len(self.thickness) != len(self.values):
            raise DataError("There are not as many thicknesses as slices.")

    def __len__(self) -> int:
        return len(self.values)

    def banner(self) -> str:
        """Which examination this is."""
        return self.films

    @property
    def even(self) -> bool:
        """Whether all slices lie equally far apart."""
        return not math.isnan(self.spacing[0])

    @property
    def voxel(self) -> float:
        """Volume of one voxel in mm³.

        Raises
        ------
        DataError
            The distance between slices changes, so no voxel has one volume.
        """
        if not self.even:
            raise DataError("The distance between slices changes, so a volume cannot be summed up.")
        return float(np.prod(self.spacing))

    def slabs(self) -> np.ndarray:
        """Millimetres of the patient that each slice stands for, (D,); an overlap counts once.

        Each slice reaches half way to its neighbours along the normal; the outer two end with
        their own thickness.

        Raises
        ------
        DataError
            Positions or thicknesses are unknown, or slices leave something out between them.
        """
        if not self.positions or not self.thickness:
            raise DataError("Without places and thicknesses of the slices no volume can be summed.")
        at, thick = np.array(self.positions), np.array(self.thickness)
        gaps = np.diff(at) - (thick[:-1] + thick[1:]) / 2
        if (gaps > GAP).any():
            worst = int(gaps.argmax())
            raise DataError(
                f"Between slices {worst} and {worst + 1} {gaps[worst]:.1f} mm are missing, so a "
                "volume across them cannot be summed up."
            )
        edges = np.concatenate(
            [[at[0] - thick[0] / 2], (at[:-1] + at[1:]) / 2, [at[-1] + thick[-1] / 2]]
        )
        return np.diff(edges)

    def region(self, mask: np.ndarray) -> float:
        """Volume of a region in mm³, slices of their own width each; `mask` is (D, H, W) bool.

        Raises
        ------
        DataError
            As `slabs`.
        """
        pixel = self.spacing[1] * self.spacing[2]
        return float((mask.sum(axis=(1, 2)) * self.slabs()).sum() * pixel)

    def length(self, line: Sequence[float]) -> float:
        """Millimetres of a line within one slice.

        Parameters
        ----------
        line : (slice, row0, column0, row1, column1)
            Voxels, from 0; a whole number is the middle of a voxel.
        """
        _, row0, column0, row1, column1 = (float(part) for part in line)
        down, across = self.spacing[1:]
        return math.hypot((row1 - row0) * down, (column1 - column0) * across)


def volume_of(values: Volume | np.ndarray) -> Volume:
    """A volume as it is; a bare array, (D, H, W), with voxels of 1 mm."""
    return values if isinstance(values, Volume) else Volume(np.asarray(values))
