"""What research needs, put back without the identity: pseudonym, shifted dates, linked UIDs, age.

All of it follows from a secret that stays at the hospital: same secret and same patient, same
pseudonym and same shift, in every file and on every day. Options of DICOM PS3.15 E.3: retain
longitudinal temporal information with modified dates, retain patient characteristics, clean pixel
data.
"""

from __future__ import annotations

import hmac
import re
from datetime import date as Date, timedelta
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID, generate_uid

from readingroom.data import greys, pixels
from readingroom.data.errors import DataError, Unreadable
from readingroom.data.identity import OLDEST, filled, numbered, text_of, years
from readingroom.dicom.profile import copy_of

DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate", "PatientBirthDate")
UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
MOST_DAYS = 365
METHOD = ["PS3.15 basic profile by dicom-anonymizer", "dates shifted", "sex and age kept"]


def _keyed(secret: str, text: str) -> str:
    if not isinstance(secret, str) or not secret.strip():
        raise DataError("A secret is a text that nobody can guess; an empty one keeps nothing.")
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


def pseudonym(patient: str, secret: str) -> str:
    """The one name under which a patient goes in research, such as ``RR-1F0C93A2B47E``.

    Of a million patients two share one with a chance of 1 in 560.

    Raises
    ------
    DataError
        The patient has no number, or the secret is empty.
    """
    if not isinstance(patient, str) or not filled(patient):
        raise DataError(f"A pseudonym needs a patient's number; {patient!r} is none.")
    return f"RR-{_keyed(secret, patient)[:12].upper()}"


def earlier(date: str, words: Any) -> Any:
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
        each old one; sex as it was; age as stated, above 89 years (stated, or by the dates) as
        ``090Y`` and then without a birth date. A date of zeros stays empty.

    Raises
    ------
    DataError
        The original has no patient number of its own, or a date or an age that is none.
    """
    out, patient = copy_of(clean), _patient(original)
    out.PatientID = out.PatientName = pseudonym(patient, secret)
    out.PatientSex = original.get("PatientSex", "")
    for keyword in DATES:
        if original.get(keyword):
            moved = [_moved(day, patient + secret) for day in _days(original, keyword)]
            setattr(out, keyword, moved if len(moved) > 1 else "".join(moved))
    _age(out, original)
    for keyword in UIDS:
        if original.get(keyword):
            setattr(out, keyword, new_uid(str(original[keyword].value), secret))
    if not out.get("SOPInstanceUID"):
        raise DataError("This file has no SOPInstanceUID; nothing tells it from other films.")
    out.file_meta.MediaStorageSOPInstanceUID = out.SOPInstanceUID
    out.DeidentificationMethod = list(METHOD)
    return out


def _patient(original: Dataset) -> str:
    """The patient's number; a blank or a dummy would make one patient of everybody."""
    found = original.get("PatientID") or ""
    if hasattr(found, "append"):
        raise DataError(f"This file has {len(found)} patient numbers; leave the one that counts.")
    patient = str(found).strip()
    if not filled(patient):
        raise DataError(
            f"This file has no patient number (PatientID is {patient!r}); put one in first, since "
            "without it different people would share a pseudonym and a shift of dates."
        )
    if not numbered(patient):
        raise DataError(
            f"The patient number {patient[:20]!r} has no digit; a word such as EMERGENCY stands "
            "for many people, who would share a pseudonym, so put in the patient's own number."
        )
    return patient


def _days(original: Dataset, keyword: str) -> list[Date]:
    """The dates of an element; none where it holds zeros or another dummy."""
    found = []
    for written in text_of(original[keyword]).split("\\"):
        digits = re.sub(r"[.\-/ ]", "", written)
        if not filled(digits):
            continue
        try:
            found.append(Date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"))
        except ValueError:
            raise DataError(
                f"{keyword} is {written[:20]!r}, which is no date; correct or empty it first."
            ) from None
    return found


def _moved(day: Date, words: str) -> str:
    try:
        return str(earlier(day.isoformat(), words)).replace("-", "")
    except OverflowError:
        raise DataError(f"The date {day.isoformat()} is too early to be moved back.") from None


def _age(out: Dataset, original: Dataset) -> None:
    """Age as stated; whoever is above 89, by the age or by the dates, is 090Y and has no birth."""
    stated = text_of(original["PatientAge"]).strip() if original.get("PatientAge") else ""
    age = years(stated)
    if stated and age is None and filled(stated):
        raise DataError(f"PatientAge is {stated[:20]!r}, which is no age; correct or empty it.")
    old = max(age or 0.0, _age_by_dates(original)) > OLDEST
    if old:
        out.PatientAge, out.PatientBirthDate = f"{OLDEST + 1:03d}Y", ""
    elif age is not None:
        out.PatientAge = stated


def _age_by_dates(original: Dataset) -> float:
    """Completed years from birth to the latest date of the file, or to today; 0 if not known."""
    birth = _days(original, "PatientBirthDate") if original.get("PatientBirthDate") else []
    if not birth:
        return 0.0
    days = [d for k in DATES[:-1] if original.get(k) for d in _days(original, k)]
    last, born = max(days, default=Date.today()), min(birth)
    before = (last.month, last.day) < (born.month, born.day)
    return float(last.year - born.year - before)


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
    try:
        values, several = pixels.stored(out).copy(), pixels.frames(out) > 1
    except Unreadable as problem:
        raise DataError(f"The picture cannot be masked: {problem}.") from problem
    if out.file_meta.TransferSyntaxUID.is_compressed or "PixelData" not in out:
        raise DataError("A box can be drawn into an uncompressed picture only; decompress it.")
    if pixels.shift(out):
        raise DataError("The picture cannot be masked: its HighBit is not that of its bits.")
    row0, row1, col0, col1 = _box(box, values.shape[several:])
    values[(slice(None),) * several + (slice(row0, row1), slice(col0, col1))] = _black(out)
    if values.ndim - several == 3:
        out.PhotometricInterpretation, out.PlanarConfiguration = "RGB", 0  # as it was decoded
    out.PixelData = values.astype(values.dtype.newbyteorder("<")).tobytes()
    return out


def _box(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The four edges as whole numbers inside a picture."""
    try:
        row0, row1, col0, col1 = (int(edge) for edge in box)
    except (TypeError, ValueError) as problem:
        raise DataError("A box is four whole numbers: (row0, row1, col0, col1).") from problem
    height, width = shape[:2]
    if not (0 <= row0 < min(row1, height) and 0 <= col0 < min(col1, width)):
        raise DataError(
            f"The box {tuple(box)} does not lie in this picture of {height} rows and {width} "
            "columns; rows first, then columns."
        )
    return row0, row1, col0, col1


def _black(data: Dataset) -> int:
    """The stored number that is shown darkest: of all that the bits can hold, judged by the chain.

    In colour it is 0.
    """
    import numpy as np

    kind = pixels.photometric(data)
    signed, bits = int(data.get("PixelRepresentation") or 0) == 1, int(data.BitsStored)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    if kind == "PALETTE COLOR":
        every = np.arange(min(high, 2**16 - 1) + 1, dtype=np.uint16)[None]
        return int(greys.coloured(data, every).sum(axis=-1).argmin())
    if kind not in pixels.GREYS:
        return 0
    ends = np.array([[low, high]])
    own = greys.rescaled(data, ends)
    rising = own[0, 1] >= own[0, 0]
    return low if rising != greys.inverted(data) else high


def save(data: Dataset, folder: str | Path) -> str:
    """Write a cleaned file under its pseudonym and the end of its UID; gives its path.

    The same film takes its own place again; another film with the same end gets a longer name.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", str(data.get("PatientID") or "")) or "nobody"
    uid = str(data.SOPInstanceUID)
    ends = (place / f"{name}_{uid[-length:]}.dcm" for length in range(6, max(len(uid), 6) + 1))
    path = next((end for end in ends if not end.exists() or _uid_in(end) == uid), None)
    if path is None:
        raise DataError(f"{place} holds other files under this film's name; name another folder.")
    data.save_as(path, enforce_file_format=True)
    return str(path)


def _uid_in(path: Path) -> str:
    """The UID of the film in a file; empty where it holds none."""
    try:
        header = pixels.opened(path)
        return str(header.get("SOPInstanceUID", ""))
    except (Unreadable, OSError):
        return ""
