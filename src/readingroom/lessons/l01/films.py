"""The simulated exports of lesson 01, with everything that was planted in them.

Every name, number and date in these files is invented. Files are made when first asked for and
kept as bytes, so that nobody changes another's copy.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from readingroom import simulator
from readingroom.data import choice
from readingroom.dicom.profile import copy_of
from readingroom.simulator.export import Planted
from readingroom.simulator.film import Film

if TYPE_CHECKING:
    import pandas as pd

SIZE = 448  # of the two files on the stick
SIZES = (384, 256)  # of the other exports: on the smaller ones letters are 8 pixels high
QUASI = ("PatientSex", "PatientAge")  # identify in combination only; research needs them


@dataclass(frozen=True)
class Export:
    """One simulated export and its truth.

    Attributes
    ----------
    folder, name : str
        Folder and file name, both as exports by hand often are: with the surname.
    raw : bytes
        The DICOM file.
    planted : tuple of Planted
        Everything identifying that was put in.
    lung : ndarray, (S, S) bool
        Where a ray crosses lung.
    text : ndarray, (S, S) bool
        Pixels that the burned-in text changed.
    """

    folder: str
    name: str
    raw: bytes
    planted: tuple[Planted, ...]
    lung: np.ndarray
    text: np.ndarray

    def data(self) -> FileDataset:
        """A fresh copy, which knows the name it came under."""
        fresh = dcmread(io.BytesIO(self.raw))
        fresh.filename = f"{self.folder}/{self.name}"
        return fresh

    def write(self, below: str | Path) -> Path:
        """Write the file below a folder, in the folder that carries the surname."""
        place = Path(below) / self.folder
        place.mkdir(parents=True, exist_ok=True)
        (place / self.name).write_bytes(self.raw)
        return place / self.name

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Box around the burned-in text: (row0, row1, col0, col1), ends excluded."""
        rows, columns = np.flatnonzero(self.text.any(axis=1)), np.flatnonzero(self.text.any(axis=0))
        return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1

    def named(self, place: str) -> list[Planted]:
        """What was planted in one place."""
        return [item for item in self.planted if item.place == place]


def export(film: Film, **how) -> Export:
    """Export a film twice, with and without burned-in text, to know which pixels the text took."""
    with tempfile.TemporaryDirectory() as folder:
        clean, _ = simulator.export_dicom(film, folder, burned_in=False, **how)
        without = dcmread(clean).pixel_array
        path, planted = simulator.export_dicom(film, folder, burned_in=True, **how)
        raw, text = path.read_bytes(), dcmread(path).pixel_array != without
        surname = next(item.value for item in planted if item.place == "file name")
        return Export(surname, path.name, raw, tuple(planted), film.lung, text)


def drawn(seed: int, site: str, size: int, sex: str | None = None, view: str = "PA") -> Film:
    """One film of one adult, without findings."""
    patient = simulator.Patient.sample(seed, sex=sex)
    exam = simulator.Exam.sample(patient, seed, site, view=view, devices=())
    return simulator.draw(patient, exam, size=size)


@cache
def stick() -> tuple[Export, Export]:
    """The two files of the lesson: one to hunt through, one to black out.

    The second comes from a department that prints at the top of the film, near the apices.
    """
    first = export(drawn(1402, "Northgate", SIZE, "F"))
    second = export(drawn(1407, "St Anne", SIZE, "F"), modality="CR")
    return first, second


@cache
def exports(count: int = 24) -> tuple[Export, ...]:
    """Exports of `count` invented patients from four departments, PA and AP.

    One film is drawn per department and view; the identities differ from file to file, since
    only they matter here.
    """
    sites = ("Northgate", "Harbour", "Elm Park", "St Anne")
    films = [
        drawn(1500 + k, sites[k % 4], SIZES[k % 3 == 2], view=("PA", "AP")[k // 4])
        for k in range(8)
    ]
    found = []
    for k in range(count):
        film = films[k % 8]
        patient = replace(film.patient, seed=1600 + k)
        exam = film.exam.changed(seed=1600 + k)
        other = replace(film, patient=patient, exam=exam)
        found.append(export(other, modality=("DX", "CR")[k % 2], monochrome1=k % 3 == 0))
    return tuple(found)


def planted(path: str | Path) -> tuple[Planted, ...]:
    """The complete inventory of a file of the stick, by its name."""
    known = {film.name: film.planted for film in stick()}
    return known[Path(path).name]


def planted_lines(table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """The lines of a header that lead to its patient, whatever was ticked; sex and age aside."""
    tags = {item.tag for item in planted(path)}
    return table.loc[table["tag"].isin(tags) & ~table["name"].isin(QUASI), ["name", "value"]]


READING = {
    "real": "Read it: many round opacities in both lungs, one of them behind the heart. Metastases "
    "come first to mind. No report comes with the file.",
    "simulated": "A simulated film without a finding.",
}


def reading() -> str:
    """What the film of part 1 shows."""
    return READING["simulated" if choice.mode() == "simulated" else "real"]


@cache
def four_films() -> tuple[Export, ...]:
    """Two films each of one invented patient's two exams, 42 days apart; 64 px, for their headers.

    The films of an exam share its study and its series.
    """
    patient = simulator.Patient.sample(1440, sex="F")
    found = []
    for months, seed in ((0.0, 1441), (0.0, 1442), (42 / 30.44, 1443), (42 / 30.44, 1444)):
        exam = simulator.Exam.sample(patient, seed, "Northgate", view="PA", devices=())
        film = simulator.draw(patient.later(months), exam.changed(months=months), size=64)
        found.append(export(film))
    return tuple(found)


def with_table(data: Dataset) -> Dataset:
    """A copy whose VOI LUT replaces its window: a curve that darkens lungs and keeps bone."""
    copy = copy_of(data)
    count = 2 ** int(copy.BitsStored)
    grey = np.linspace(0, 1, count)
    if copy.PhotometricInterpretation == "MONOCHROME1":
        curve = 1 - (1 - grey) ** 2.2
    else:
        curve = grey**2.2
    item = Dataset()
    item.LUTDescriptor = [count if count < 2**16 else 0, 0, 16]
    item.LUTExplanation = "darker lungs (simulated)"
    item.add_new("LUTData", "OW", np.round(curve * 65535).astype("<u2").tobytes())
    copy.VOILUTSequence = Sequence([item])
    return copy
