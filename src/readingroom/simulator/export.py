"""DICOM files of simulated films, with invented identities planted in known places.

Follows DICOM PS3.3 A.2 (CR) and A.26 (DX); places of identifying data after PS3.15 Annex E.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from readingroom.simulator.film import Film
from readingroom.simulator.identity import Identity, identity
from readingroom.simulator.marker import lettering

__all__ = ["Planted", "export_dicom"]

STORAGE = {"CR": "1.2.840.10008.5.1.4.1.1.1", "DX": "1.2.840.10008.5.1.4.1.1.1.1"}
PRIVATE_CREATOR = "READINGROOM SIM 1.0"
BITS = 12


@dataclass(frozen=True)
class Planted:
    """One identifying item that was planted.

    Parameters
    ----------
    place : {'header', 'free text', 'private', 'pixels', 'file name'}
    keyword : str
        DICOM keyword, or a name for private, pixel and file name items.
    tag : str
        '(gggg,eeee)', or '' outside the header.
    value : str
        What identifies the patient there; free text contains it.
    box : tuple of int or None
        (row0, row1, col0, col1) of burned-in text, end rows and columns excluded.
    """

    place: str
    keyword: str
    tag: str
    value: str
    box: tuple[int, int, int, int] | None = None


def export_dicom(
    film: Film,
    folder: str | Path,
    modality: str = "DX",
    burned_in: bool = True,
    monochrome1: bool = False,
) -> tuple[Path, list[Planted]]:
    """Write one film as a DICOM file and say what was planted in it.

    Parameters
    ----------
    film : Film
    folder : path
        Must exist; the file name carries the surname, as exports by hand often do.
    modality : {'CR', 'DX'}
    burned_in : bool
        Print name and birth date into a corner of the picture.
    monochrome1 : bool
        Store white as 0.

    Returns
    -------
    path : Path
    planted : list of Planted
        The complete inventory.
    """
    if modality not in STORAGE:
        raise ValueError(f"Modality is CR or DX, not {modality!r}.")
    person = identity(film.patient, film.exam)
    pixels, box = _pixels(film, person, burned_in)
    data, planted = Dataset(), []
    _describe_image(data, film, modality, pixels, monochrome1)
    for keyword, value in _header(film, person).items():
        setattr(data, keyword, value)
        planted.append(_note(data, "header", keyword, str(value)))
    planted += _free_text(data, person) + _private(data, person) + _uids(data, film)
    if box:
        planted.append(Planted("pixels", "BurnedInText", "", _banner(person), box))
    name = f"{person.surname}_{film.exam.view}_{person.study_date:%Y%m%d}_{film.exam.seed}.dcm"
    planted.append(Planted("file name", "FileName", "", person.surname))
    path = Path(folder) / name
    _meta(data)
    data.save_as(path, enforce_file_format=True)
    return path, planted


def _note(data: Dataset, place: str, keyword: str, value: str) -> Planted:
    tag = data[keyword].tag
    return Planted(place, keyword, f"({tag.group:04X},{tag.element:04X})", value)


def _banner(person: Identity) -> str:
    return f"{person.surname} {person.given} {person.birth:%d.%m.%Y}"


def _pixels(film: Film, person: Identity, burned_in: bool) -> Any:
    """12-bit pixels, white high, and the box of the burned-in text."""
    size = film.image.shape[0]
    rng = np.random.default_rng([film.exam.seed, 12])
    fine = rng.integers(0, 16, film.image.shape)  # a detector has more levels than a screen
    pixels = (film.image.astype(np.uint16) * 16 + fine).astype(np.uint16)
    if not burned_in:
        return pixels, None
    ink = lettering(_banner(person), max(8, size // 30), 3)
    ink = ink[:, : size - 4]
    upper = film.exam.place.corner == "lower"
    row = 2 if upper else size - ink.shape[0] - 2
    box = (row, row + ink.shape[0], 2, 2 + ink.shape[1])
    region = pixels[box[0] : box[1], box[2] : box[3]]
    region[...] = np.maximum(region, (ink * 4095).astype(np.uint16))
    return pixels, box


def _describe_image(
    data: Dataset, film: Film, modality: str, pixels: Any, monochrome1: bool
) -> None:
    """Image, exposure and display attributes that identify nobody."""
    data.SOPClassUID = STORAGE[modality]
    data.Modality = modality
    data.BodyPartExamined = "CHEST"
    data.ViewPosition = film.exam.view
    data.PatientOrientation = ["L", "F"]
    data.Manufacturer = "Simulated"
    data.SeriesDescription = f"Chest {film.exam.view} (simulated)"
    data.SamplesPerPixel = 1
    data.Rows, data.Columns = pixels.shape
    data.BitsAllocated, data.BitsStored, data.HighBit = 16, BITS, BITS - 1
    data.PixelRepresentation = 0
    data.PhotometricInterpretation = "MONOCHROME1" if monochrome1 else "MONOCHROME2"
    data.PresentationLUTShape = "INVERSE" if monochrome1 else "IDENTITY"
    data.PixelIntensityRelationship = "LOG"
    data.PixelIntensityRelationshipSign = 1 if monochrome1 else -1
    data.WindowCenter, data.WindowWidth = 2048, 4096
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = 0, 1, "US"
    data.ImagerPixelSpacing = [round(film.spacing_mm * 1.06, 4)] * 2
    if modality == "DX":
        data.PresentationIntentType = "FOR PRESENTATION"
    stored = (2**BITS - 1) - pixels if monochrome1 else pixels
    data.PixelData = stored.astype("<u2").tobytes()


def _years(person: Identity) -> int:
    """Completed years on the day of the exam, so that age and birth date of a header agree."""
    birth, day = person.birth, person.study_date
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _header(film: Film, person: Identity) -> dict[str, str]:
    """Direct identifiers in the header."""
    return {
        "PatientName": person.dicom_name,
        "PatientID": person.patient_id,
        "PatientBirthDate": f"{person.birth:%Y%m%d}",
        "PatientSex": film.patient.sex,
        "PatientAge": f"{_years(person):03d}Y",
        "PatientAddress": person.address,
        "PatientTelephoneNumbers": person.phone,
        "StudyDate": f"{person.study_date:%Y%m%d}",
        "StudyTime": f"{8 + film.exam.seed % 11:02d}{film.exam.seed % 60:02d}00",
        "AccessionNumber": person.accession,
        "InstitutionName": person.institution,
        "StationName": person.station,
        "ReferringPhysicianName": person.physician,
        "OperatorsName": person.operator,
    }


def _free_text(data: Dataset, person: Identity) -> list[Planted]:
    """What people type where nobody expects a name."""
    data.ImageComments = f"Repeat film, {person.surname} moved. Daughter {person.phone}."
    data.AdditionalPatientHistory = f"Cough for a week; lives with {person.relative}."
    data.StudyDescription = f"Chest film for Dr {person.physician.split('^')[0]}"
    return [
        _note(data, "free text", "ImageComments", person.surname),
        _note(data, "free text", "AdditionalPatientHistory", person.relative),
        _note(data, "free text", "StudyDescription", person.physician.split("^")[0]),
    ]


def _private(data: Dataset, person: Identity) -> list[Planted]:
    """A vendor's private block with a name, a number and a date."""
    block = data.private_block(0x0029, PRIVATE_CREATOR, create=True)
    values = {
        0x10: ("LO", person.dicom_name, "PrivateName"),
        0x11: ("LO", person.patient_id, "PrivateNumber"),
        0x12: ("DA", f"{person.birth:%Y%m%d}", "PrivateBirthDate"),
        0x13: ("LO", "window preset 3", ""),
    }
    planted = []
    for element, (vr, value, keyword) in values.items():
        block.add_new(element, vr, value)
        if keyword:
            tag = block.get_tag(element)
            place = f"({tag.group:04X},{tag.element:04X})"
            planted.append(Planted("private", keyword, place, value))
    return planted


def _uid(*parts: Any) -> str:
    """A UID derived from its parts, under the root for numbers without registration (2.25)."""
    digest = sha256("/".join(str(part) for part in parts).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def _uids(data: Dataset, film: Film) -> list[Planted]:
    """UIDs lead back to the archive, so they count as planted."""
    patient, exam = film.patient.seed, film.exam
    data.StudyInstanceUID = _uid("study", patient, exam.months)
    data.SeriesInstanceUID = _uid("series", patient, exam.months, exam.view)
    data.SOPInstanceUID = _uid("film", patient, exam.seed, exam.view, film.findings)
    keys = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
    return [_note(data, "header", key, str(data[key].value)) for key in keys]


def _meta(data: Dataset) -> None:
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
