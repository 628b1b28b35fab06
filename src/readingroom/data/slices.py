"""Single slices of other modalities: what a program for chest films must never read.

Each is one file of its origin, fetched and verified; a drawn shape stands in where it cannot be
had, and says so in its own header.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from readingroom.data import fetch, pixels
from readingroom.data.errors import DataError, Unreachable
from readingroom.data.origin import SIMULATED
from readingroom.data.registry import Source, listing

if TYPE_CHECKING:
    import numpy as np
    from pydicom.dataset import Dataset

LAYOUT = "slices"
SIZE = 128  # pixels of a drawn slice
# Modality, body part and storage class (PS3.4 B.5) of each drawn slice.
KINDS = {
    "head-ct": ("CT", "HEAD", "1.2.840.10008.5.1.4.1.1.2"),
    "knee-mr": ("MR", "KNEE", "1.2.840.10008.5.1.4.1.1.4"),
    "sts-wholebody-pet": ("PT", "", "1.2.840.10008.5.1.4.1.1.128"),
}


@dataclass(frozen=True)
class Slice:
    """One slice.

    Attributes
    ----------
    name, title : str
    header : pydicom.Dataset
        With its pixels.
    films : str
        Banner: real or simulated.
    """

    name: str
    title: str
    header: Dataset
    films: str

    @property
    def simulated(self) -> bool:
        """Whether it was drawn."""
        return self.films == SIMULATED

    def banner(self) -> str:
        """Which slice this is."""
        return self.films


def one(name: str, mode: str = "real", registry: Source = None, number: int = 0) -> Slice:
    """One slice of another modality; a drawn one stands in where it cannot be had.

    Parameters
    ----------
    name : "head-ct", "knee-mr" or "sts-wholebody-pet"
    mode : str
        With "real" it is fetched where it is not on this machine; any other mode draws.
    number : int
        Which of the slices that the registry names.

    Raises
    ------
    DataError
        There is no such slice, or its file is damaged.
    """
    entry = listing(registry)[name]
    if entry.layout == LAYOUT and not 0 <= number < len(entry.files):
        raise DataError(f"{entry.title} has {len(entry.files)} slices here; number them from 0.")
    if entry.layout != LAYOUT:
        raise DataError(f"{entry.title} holds no single slices.")
    if mode == "real":
        try:
            at = fetch.obtain(entry.files[number : number + 1], entry.title)[0]
        except Unreachable:
            pass
        else:
            said = f"REAL DATA: {entry.title}, {entry.origin}, {entry.licence}"
            return Slice(name, entry.title, pixels.opened(at.path), said)
    return Slice(name, entry.title, drawn(name), SIMULATED)


def drawn(name: str) -> Dataset:
    """A drawn slice in the place of a real one, as a DICOM data set."""
    import numpy as np
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    modality, part, kind = KINDS[name]
    picture = SHAPES[name]()
    data = Dataset()
    data.SOPClassUID, data.Modality = kind, modality
    data.SOPInstanceUID = generate_uid(prefix="2.25.", entropy_srcs=["readingroom slice", name])
    if part:
        data.BodyPartExamined = part
    data.SeriesDescription = "Simulated"
    data.Rows, data.Columns = picture.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 8, 8, 7, 0
    data.PixelData = np.ascontiguousarray(picture, np.uint8).tobytes()
    if modality == "PT":
        _dosed(data)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return data


def _dosed(data: Dataset) -> None:
    """What a PET header says of tracer, weight and time (PS3.3 C.8.9); the patient is made up."""
    from pydicom.dataset import Dataset

    tracer = Dataset()
    tracer.Radiopharmaceutical = "FDG"
    tracer.RadiopharmaceuticalStartTime = "091500.00"
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = 350e6, 6588.0
    data.RadiopharmaceuticalInformationSequence = [tracer]
    data.PatientWeight = 76
    data.SeriesDate = data.AcquisitionDate = "20000102"
    data.SeriesTime = data.AcquisitionTime = "101000.00"
    data.Units, data.DecayCorrection, data.CorrectedImage = "BQML", "START", ["DECY", "ATTN"]
    data.RescaleSlope, data.RescaleIntercept = 110, 0
    data.PixelSpacing = [4.6875, 4.6875]


def _oval(row: float, column: float, tall: float, wide: float) -> np.ndarray:
    """How far inside an oval each pixel lies: 1 in its middle, below 0 outside."""
    import numpy as np

    y, x = (np.mgrid[:SIZE, :SIZE] + 0.5) / SIZE
    return 1 - ((y - row) / tall) ** 2 - ((x - column) / wide) ** 2


def _grained(shown: np.ndarray, seed: int, grain: float = 4.0) -> np.ndarray:
    import numpy as np

    noise = np.random.default_rng([7, seed]).normal(0, grain, shown.shape)
    return np.clip(shown + noise * (shown > 8), 0, 255).astype(np.uint8)


def _head() -> np.ndarray:
    import numpy as np

    skull = _oval(0.5, 0.5, 0.4, 0.32)
    shown = np.where(skull > 0, 235.0, 0.0)
    shown[skull > 0.16] = 95
    for column in (0.44, 0.56):
        shown[_oval(0.47, column, 0.1, 0.035) > 0] = 55
    return _grained(shown, 1)


def _knee() -> np.ndarray:
    import numpy as np

    shown = np.zeros((SIZE, SIZE))
    shown[np.abs(np.mgrid[:SIZE, :SIZE][1] / SIZE - 0.5) < 0.33] = 60
    for row, tall in ((0.22, 0.3), (0.82, 0.28)):
        shown[_oval(row, 0.5, tall, 0.22) > 0] = 190
    shown[_oval(0.45, 0.24, 0.14, 0.07) > 0] = 185
    return _grained(shown, 2, 6.0)


def _trunk() -> np.ndarray:
    import numpy as np

    body = _oval(0.5, 0.5, 0.2, 0.3)
    shown = np.where(body > 0, 50 + 40 * np.clip(body, 0, 1), 0.0)
    shown[_oval(0.42, 0.55, 0.06, 0.06) > 0] = 250
    return _grained(shown, 3, 12.0)


SHAPES = {"head-ct": _head, "knee-mr": _knee, "sts-wholebody-pet": _trunk}
