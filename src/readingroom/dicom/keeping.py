"""What research needs, put back without the identity: pseudonym, shifted dates, linked UIDs, age.

All of it follows from a secret that stays at the hospital: same secret and same patient, same
pseudonym and same shift, in every file and on every day. Options of DICOM PS3.15 E.3: retain
longitudinal temporal information with modified dates, retain patient characteristics, clean pixel
data.
"""

from __future__ import annotations

import hmac
from datetime import date as Date, timedelta
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID, generate_uid

from readingroom.data.errors import DataError
from readingroom.dicom.phi import OLDEST, years
from readingroom.dicom.profile import copy_of

DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "PatientBirthDate")
UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
MOST_DAYS = 365
METHOD = ["PS3.15 basic profile by dicom-anonymizer", "dates shifted", "sex and age kept"]


def _keyed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def pseudonym(patient: str, secret: str) -> str:
    """The one name under which a patient goes in research, such as ``RR-1F0C93A2``."""
    return f"RR-{_keyed(secret, patient)[:8].upper()}"


def earlier(date: str, words: str) -> Any:
    """Move a date back by 1 to 365 days; the same words always give the same number of days.

    Parameters
    ----------
    date : str
        ISO, such as ``"2021-11-27"``.
    words : str
        Whatever the number of days is to depend on.

    Returns
    -------
    str
        ISO; the dots where `words` is still the dots.
    """
    if words is ...:
        return ...
    days = 1 + int(_keyed("days", str(words))[:12], 16) % MOST_DAYS
    return (Date.fromisoformat(date) - timedelta(days=days)).isoformat()


def new_uid(old: str | None = None, secret: str = "") -> str:
    """A fresh UID; with an old one and a secret, always the same for the same two."""
    return str(generate_uid(prefix=None) if old is None else
               UID(f"2.25.{int(_keyed(secret, old)[:30], 16)}"))  # fmt: skip


def keep(clean: Dataset, original: Dataset, secret: str) -> FileDataset:
    """A copy of a cleaned file with what research needs: who, when, how old, and what belongs.

    Parameters
    ----------
    clean : Dataset
        After `readingroom.dicom.profile.profile`.
    original : Dataset
        The file as it came.
    secret : str
        Stays at the hospital.

    Returns
    -------
    FileDataset
        Pseudonym as name and number; every date moved by the patient's own shift; one new UID for
        each old one; sex as it was; age as stated, above 89 years as ``090Y`` and then without a
        birth date.
    """
    out, patient = copy_of(clean), str(original.PatientID)
    out.PatientID = out.PatientName = pseudonym(patient, secret)
    out.PatientSex = original.get("PatientSex", "")
    for keyword in DATES:
        if original.get(keyword):
            setattr(out, keyword, _moved(str(original[keyword].value), patient + secret))
    _age(out, str(original.get("PatientAge", "")))
    for keyword in UIDS:
        if original.get(keyword):
            setattr(out, keyword, new_uid(str(original[keyword].value), secret))
    out.file_meta.MediaStorageSOPInstanceUID = out.SOPInstanceUID
    out.DeidentificationMethod = list(METHOD)
    return out


def _moved(dicom_date: str, words: str) -> str:
    iso = f"{dicom_date[:4]}-{dicom_date[4:6]}-{dicom_date[6:8]}"
    return earlier(iso, words).replace("-", "")


def _age(out: Dataset, age: str) -> None:
    old = years(age) > OLDEST
    if age:
        out.PatientAge = f"{OLDEST + 1:03d}Y" if old else age
    if old:
        out.PatientBirthDate = ""


def mask(data: Dataset, box: tuple[int, int, int, int]) -> FileDataset:
    """A copy with a black box in the picture; everything outside it stays as it was.

    Parameters
    ----------
    data : Dataset
        Not compressed.
    box : (row0, row1, col0, col1)
        In pixels, end row and column excluded; what reaches beyond the picture is cut off.

    Raises
    ------
    DataError
        The box does not lie in the picture.
    """
    out = copy_of(data)
    pixels = out.pixel_array.copy()
    try:
        row0, row1, col0, col1 = (int(edge) for edge in box)
    except (TypeError, ValueError) as problem:
        raise DataError("A box is four whole numbers: (row0, row1, col0, col1).") from problem
    height, width = pixels.shape
    if not (0 <= row0 < min(row1, height) and 0 <= col0 < min(col1, width)):
        raise DataError(
            f"The box {tuple(box)} does not lie in this picture of {height} rows and {width} "
            "columns; rows first, then columns."
        )
    white_low = out.PhotometricInterpretation == "MONOCHROME1"
    pixels[row0:row1, col0:col1] = 2 ** int(out.BitsStored) - 1 if white_low else 0
    out.PixelData = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    return out


def save(data: Dataset, folder: str | Path) -> str:
    """Write a cleaned file under its pseudonym and the end of its UID; gives its path."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{data.PatientID or 'nobody'}_{str(data.SOPInstanceUID)[-6:]}.dcm"
    data.save_as(path, enforce_file_format=True)
    return str(path)
