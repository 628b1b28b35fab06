"""SUV from the header of a PET slice: activity per millilitre over dose per gram of patient.

After DICOM PS3.3 C.8.9 and the vendor-neutral rules of QIBA's SUV group: the dose is decayed from
injection to the time to which the picture was decay-corrected. Where that time is not certain the
answer is a refusal, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from readingroom.data import greys, pixels
from readingroom.data.errors import DataError, Unreadable

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

DAY = 24 * 3600.0
LONGEST = 6 * 3600.0  # seconds from injection to scan that a header may say before it is doubted


@dataclass(frozen=True)
class Tracer:
    """What a header says of dose and time.

    Attributes
    ----------
    dose : float
        Becquerel at injection.
    half_life, seconds : float
        Of the nuclide; from injection to the start of the scan.
    weight : float
        Kilogram.
    """

    dose: float
    half_life: float
    seconds: float
    weight: float

    @property
    def left(self) -> float:
        """Share of the dose that is left at the start of the scan."""
        return float(0.5 ** (self.seconds / self.half_life))

    def suv(self, activity: float | np.ndarray) -> float | np.ndarray:
        """SUV (g/ml, by body weight) of Bq/ml that are decay-corrected to the scan's start."""
        return activity * (self.weight * 1000) / (self.dose * self.left)


def tracer(header: Dataset) -> Tracer:
    """Dose, half-life, time and weight of a PET slice.

    Raises
    ------
    DataError
        Something is missing, or the picture is not in Bq/ml decay-corrected to the scan's start.
    """
    if header.get("Modality") != "PT":
        raise DataError("SUV is of PET, and this header is of another modality.")
    if header.get("Units") != "BQML":
        raise DataError(f"SUV needs activity in Bq/ml; this header says {header.get('Units')!r}.")
    if header.get("DecayCorrection") != "START":
        raise DataError(
            "The picture is not decay-corrected to the start of the scan "
            f"({header.get('DecayCorrection', 'nothing said')}); this course computes no SUV of it."
        )
    held = header.get("RadiopharmaceuticalInformationSequence") or [{}]
    start = held[0].get("RadiopharmaceuticalStartTime")
    found = {
        "dose": held[0].get("RadionuclideTotalDose"),
        "half-life": held[0].get("RadionuclideHalfLife"),
        "weight": header.get("PatientWeight"),
    }
    # the series' time, unless a later program wrote it: then it lies after the first acquisition
    scan = header.get("SeriesTime")
    begun = header.get("AcquisitionTime")
    missing = [word for word, value in found.items() if not value or float(value) <= 0]
    missing += [word for word, value in (("injection", start), ("scan", scan)) if not value]
    if missing:
        raise DataError(f"SUV needs {', '.join(missing)}, which this header does not say.")
    if begun and _seconds(scan) > _seconds(begun):
        raise DataError("The series' time lies after the acquisition: when the scan began is open.")
    seconds = (_seconds(scan) - _seconds(start)) % DAY
    if seconds > LONGEST:
        raise DataError("More than six hours from injection to scan: one of the times is wrong.")
    return Tracer(float(found["dose"]), float(found["half-life"]), seconds, float(found["weight"]))


def _seconds(time: object) -> float:
    """Seconds since midnight of a DICOM time (PS3.5 6.2, TM)."""
    said = str(time).strip().replace(":", "")
    try:
        whole, _, part = said.partition(".")
        hours, minutes, rest = (int(whole[k : k + 2] or 0) for k in (0, 2, 4))
        return hours * 3600 + minutes * 60 + rest + float(f"0.{part or 0}")
    except ValueError as problem:
        raise DataError(f"{said!r} is no time of a header.") from problem


def activity(header: Dataset) -> np.ndarray:
    """Bq/ml of each voxel of a slice, (H, W) float64.

    Raises
    ------
    DataError
        Nothing says how stored numbers become Bq/ml, or the picture cannot be read.
    """
    if header.get("RescaleSlope") in (None, ""):
        raise DataError("This header has no RescaleSlope: stored numbers are no Bq/ml.")
    try:
        return greys.measured(header, pixels.stored(header))
    except Unreadable as problem:
        raise DataError(f"The slice cannot be read: {problem}.") from problem


def suv(header: Dataset) -> np.ndarray:
    """SUV of each voxel of a slice, by body weight, (H, W) float64.

    Raises
    ------
    DataError
        As `tracer`.
    """
    return np.asarray(tracer(header).suv(activity(header)))
