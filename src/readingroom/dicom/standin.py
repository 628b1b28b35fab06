"""The simulated file that takes the place of the real chest film where none can be had."""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import FileDataset

from readingroom import simulator

SEED = 1411  # of the patient and of the exam


@cache
def _stand_in() -> bytes:
    patient = simulator.Patient.sample(SEED)
    exam = simulator.Exam.sample(patient, SEED, "Harbour", view="PA", devices=())
    film = simulator.draw(patient, exam, size=640)
    with tempfile.TemporaryDirectory() as folder:
        path, _ = simulator.export_dicom(film, folder, "CR", burned_in=False, monochrome1=True)
        return Path(path).read_bytes()


def stand_in() -> FileDataset:
    """The simulated film that takes the place of the real chest film; no spacing, as in that."""
    data = dcmread(io.BytesIO(_stand_in()))
    data.PixelSpacing = [0.0, 0.0]
    data.WindowCenter, data.WindowWidth = 1850, 3700  # not simply all that 12 bits hold
    return data
