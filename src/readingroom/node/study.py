"""Studies to send: chest films as a modality would hand them over, each with an invented person.

Simulated films come from `readingroom.simulator.export_dicom`, without what that plants for the
hunt of lesson 01; real films of a cohort get a header of their own. Computed Radiography Image
objects after DICOM PS3.3 A.2.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian

from readingroom import simulator
from readingroom.node import uids
from readingroom.simulator.film import Film
from readingroom.simulator.finding import Finding
from readingroom.simulator.identity import Identity, identity

SIMULATED = "Simulated"
"""Manufacturer in the header of every film that the simulator drew."""
PLANTED = (
    "ImageComments", "AdditionalPatientHistory", "PatientAddress", "PatientTelephoneNumbers",
    "PixelIntensityRelationship", "PixelIntensityRelationshipSign",
)  # fmt: skip
"""What the exporter plants or adds and a plain study does not carry."""


@dataclass(frozen=True, eq=False)
class Study:
    """One study of one patient, and what is true of it.

    Attributes
    ----------
    films : tuple of FileDataset
        The DICOM objects, in the order in which they were taken.
    drawn : tuple of Film
        The simulator's films with their masks, in the same order; empty for real films.
    """

    films: tuple[FileDataset, ...]
    drawn: tuple[Film, ...] = ()

    @property
    def uid(self) -> str:
        """Study Instance UID, the number that all films and results of this study share."""
        return str(self.films[0].StudyInstanceUID)


def simulated(
    seed: int = 1,
    findings: Iterable[str | Finding] = ("consolidation",),
    films: int = 1,
    view: str | None = None,
    ages: str = "adults",
    size: int = 512,
) -> Study:
    """Draw a study of a virtual patient.

    Parameters
    ----------
    seed : int
        The patient and the exams: equal seeds give equal studies, UIDs included.
    findings : iterable of str or Finding
        Such as ``consolidation``, ``effusion``, ``nodule`` or ``pneumothorax``; may be empty. A
        word alone is a typical finding whose side and shape follow from the seed.
    films : int
        How many exposures, in one series.
    view : "AP", "PA" or None
        None follows the habits of the department.
    ages : "adults", "children" or "all"
    size : int
        Pixels along each side.

    Returns
    -------
    Study
    """
    patient = simulator.Patient.sample(seed, ages)
    side = ("right", "left")[seed % 2]
    found = tuple(
        one if isinstance(one, Finding) else Finding(one, 0.7, side=side, seed=seed)
        for one in findings
    )
    drawn, made = [], []
    for number in range(1, films + 1):
        exam = simulator.Exam.sample(patient, 1000 * seed + number, view=view, devices=())
        film = simulator.draw(patient, exam, found, size)
        drawn.append(film)
        made.append(_exported(film, number))
    for data in made[1:]:  # one visit: what belongs to the study is the first film's
        for keyword in ("AccessionNumber", "StudyTime", "ReferringPhysicianName", "StudyID",
                        "SeriesInstanceUID", "SeriesDescription", "StudyDescription"):  # fmt: skip
            setattr(data, keyword, made[0][keyword].value)
    return Study(tuple(made), tuple(drawn))


def _exported(film: Film, number: int) -> FileDataset:
    """The simulator's DICOM file of a film without what it plants, complete for its class."""
    with tempfile.TemporaryDirectory() as folder:
        path, _ = simulator.export_dicom(film, folder, "CR", burned_in=False)
        data = dcmread(Path(path))
        data.PixelData  # noqa: B018  read before the folder goes
    data.remove_private_tags()
    for keyword in PLANTED:
        if keyword in data:
            delattr(data, keyword)
    data.StudyDescription = "Chest film (simulated)"
    _numbered(data, number)
    return data


def _numbered(data: FileDataset, number: int) -> None:
    """Numbers that the classes of a film ask for (PS3.3 C.7.2.1, C.7.3.1, C.7.6.1)."""
    data.StudyID = str(data.AccessionNumber)
    data.SeriesNumber, data.InstanceNumber = 1, number
    data.ContentDate, data.ContentTime = data.StudyDate, data.StudyTime


def real(index: int = 0, split: str = "test", cohort: str = "children", size: int = 128) -> Study:
    """A real film of a cohort as a DICOM study; the person in its header is invented.

    Parameters
    ----------
    index : int
        Which film of its part.
    split : str
        ``train``, ``val`` or ``test``.
    cohort : str
        A data set of the registry whose films can be had: cached, mirrored or downloaded.
    size : int
        Edge of the stored films in pixels.

    Returns
    -------
    Study
        The view is the cohort's where it states one; an age is drawn among those that its films
        are of, 1 to 5 years for ``children``, and left out for other cohorts.

    Raises
    ------
    DataError
        The films cannot be had, or there is no such film.
    """
    from readingroom import data as films
    from readingroom.data.errors import DataError

    found = films.load(cohort, size=size, mode="real")
    pictures, _ = found.part(split)
    if not 0 <= index < len(pictures):
        raise DataError(f"{cohort} {split} has films 0 to {len(pictures) - 1}; {index} is none.")
    rows = found.table[found.table["split"] == split].sort_values("index", kind="stable")
    stated = rows.iloc[index].get("view")
    view = str(stated) if stated in ("AP", "PA") else ""
    made = plain(pictures[index], seed=index, view=view, child=cohort == "children")
    made.Manufacturer = "Unknown"
    made.ImageComments = f"Real film ({found.origin}); the person in this header is invented."
    return Study((made,))


def plain(
    pixels: np.ndarray, seed: int = 0, view: str = "", child: bool = False, spacing: float = 0.0
) -> FileDataset:
    """Any grey picture as a chest film of an invented person.

    Parameters
    ----------
    pixels : ndarray, (H, W) uint8
        Air dark.
    seed : int
        Decides who the person is; also enters the UIDs, beside the pixels.
    view : "AP", "PA" or ""
    child : bool
        A person of 1 to 5 years; else the header states no age and no birth date.
    spacing : float
        Millimetres from pixel to pixel on the detector; 0 leaves it unstated.

    Returns
    -------
    FileDataset
    """
    patient = simulator.Patient.sample(seed, "children" if child else "adults")
    exam = simulator.Exam.sample(patient, seed, view=view or "AP", devices=())
    person = identity(patient, exam)
    data = FileDataset("", {}, file_meta=FileMetaDataset(), preamble=b"\0" * 128)
    data.SOPClassUID = ComputedRadiographyImageStorage
    mark = (seed, pixels.shape, np.ascontiguousarray(pixels).tobytes())
    data.StudyInstanceUID = uids.derived("study", *mark)
    data.SeriesInstanceUID = uids.derived("series", *mark)
    data.SOPInstanceUID = uids.derived("film", *mark)
    _person(data, person, patient.sex, person.birth if child else None)
    data.Modality, data.BodyPartExamined, data.ViewPosition = "CR", "CHEST", view
    data.Manufacturer, data.SeriesDescription = "", f"Chest {view}".strip()
    data.PatientOrientation = ["L", "F"]
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns = pixels.shape
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 8, 8, 7, 0
    if spacing:
        data.ImagerPixelSpacing = [spacing, spacing]
    raw = np.ascontiguousarray(pixels, np.uint8).tobytes()
    data.PixelData = raw + b"\0" * (len(raw) % 2)  # an even number of bytes, PS3.5 7.1
    data["PixelData"].VR = "OB"
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    _numbered(data, 1)
    return data


def _person(data: FileDataset, person: Identity, sex: str, birth: date | None) -> None:
    """Who was examined, when and by whom; invented."""
    data.PatientName, data.PatientID, data.PatientSex = person.dicom_name, person.patient_id, sex
    data.PatientBirthDate = f"{birth:%Y%m%d}" if birth else ""
    day = person.study_date
    if birth:
        years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
        data.PatientAge = f"{years:03d}Y"
    data.StudyDate, data.StudyTime = f"{day:%Y%m%d}", "080000"
    data.AccessionNumber, data.ReferringPhysicianName = person.accession, person.physician
    data.InstitutionName = person.institution
