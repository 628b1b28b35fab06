"""What the node answers to a film: a report, a segmentation and a picture, in one study with it.

Each result keeps the film's study and patient and opens a series of its own. All its UIDs follow
from the film's, the networks' name and version and the kind of result: the answer to a repeated
film is the same object once more, not a second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import DA, DT, TM

from readingroom.node import capture, model as models, region, report, uids
from readingroom.reader import Reading

KINDS = {"SR": 901, "SEG": 902, "SC": 903}
"""Kind of result to its series number, far above those of a modality."""
PATIENT = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex")
STUDY = ("StudyDate", "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName")
SEXES = ("M", "F", "O", "")


@dataclass(frozen=True, eq=False)
class Results:
    """The answer to one film.

    Attributes
    ----------
    sr : Dataset
        Score, spread, networks and version.
    seg : Dataset or None
        The region that spoke for a high score; None where nothing did.
    sc : Dataset
        Film, heat, outline and score as a picture with its warning burned in.
    """

    sr: Dataset
    seg: Dataset | None
    sc: Dataset

    def __iter__(self) -> Iterator[Dataset]:
        """The objects that are there, in the order in which they are sent."""
        return iter([data for data in (self.sr, self.seg, self.sc) if data is not None])


def answer(film: Dataset, found: Reading, at: datetime | None = None) -> Results:
    """Write down what the networks made of a film.

    Parameters
    ----------
    film : Dataset
        One frame, with study, series and SOP Instance UID.
    found : Reading
        From `readingroom.read_film`.
    at : datetime, optional
        When the result was made; now by default. Equal times give equal objects.

    Returns
    -------
    Results
        Identities as in the film; what the film leaves out stays empty.
    """
    film, at = _complete(film), at or datetime.now()
    makers = {"SR": report.document, "SEG": region.segmentation, "SC": capture.captured}
    made = {}
    for kind, maker in makers.items():
        data = maker(film, found, common(film, found.networks, kind, at))
        if data is not None:
            _settled(data, at)
            data.InstanceCreatorUID = uids.derived("device", found.networks)
            _where(data, film)
        made[kind] = data
    return Results(made["SR"], made["SEG"], made["SC"])  # type: ignore[arg-type]


def _settled(data: Dataset, at: datetime) -> None:
    """Put one time and derived numbers where highdicom takes the clock and a random number."""
    day, hour = DA(at.date()), TM(at.time())
    data.InstanceCreationDate, data.InstanceCreationTime = day, hour
    if "DateOfSecondaryCapture" in data:
        data.DateOfSecondaryCapture, data.TimeOfSecondaryCapture = day, hour
    if written := data.get("ContributingEquipmentSequence"):
        written[-1].ContributionDateTime = DT(at)  # the last is highdicom itself
    own = uids.derived("dimensions", str(data.SOPInstanceUID))
    for name in ("DimensionOrganizationSequence", "DimensionIndexSequence"):
        for item in data.get(name) or []:
            item.DimensionOrganizationUID = own


def _where(data: Dataset, film: Dataset) -> None:
    """Part of the body and direction, of the film; what it leaves out is there and empty."""
    if data.Modality == "SR":
        return
    if part := film.get("BodyPartExamined"):
        data.BodyPartExamined = part
    else:
        data.Laterality = film.get("Laterality", "")  # PS3.3 C.7.3.1, type 2C
    if "PatientOrientation" not in data:
        data.PatientOrientation = film.get("PatientOrientation", "")


def instance_uid(film: Dataset, networks: str, kind: str) -> str:
    """The SOP Instance UID of a result before it is made.

    Parameters
    ----------
    film : Dataset
    networks : str
        Such as ``simulated-128``.
    kind : "SR", "SEG" or "SC"
    """
    used = models.model(networks)
    return uids.derived("result", str(film.SOPInstanceUID), used.name, used.version, kind)


def common(film: Dataset, networks: str, kind: str, at: datetime) -> dict[str, Any]:
    """What all three kinds have in common, as highdicom's classes take it.

    Parameters
    ----------
    film : Dataset
    networks : str
    kind : "SR", "SEG" or "SC"
    at : datetime
    """
    used = models.model(networks)
    series = uids.derived("results", str(film.SeriesInstanceUID), used.name, used.version, kind)
    number = film.get("InstanceNumber")
    return {
        "series_instance_uid": series,
        "series_number": KINDS[kind],
        "sop_instance_uid": instance_uid(film, networks, kind),
        "instance_number": int(number) if number not in (None, "") and int(number) > 0 else 1,
        "manufacturer": models.MAKER,
        "manufacturer_model_name": used.name,
        "software_versions": used.version,
        "device_serial_number": used.version,
        "series_description": f"AI {used.finding} {kind}. Teaching only, not for clinical use"[:64],
        "content_date": DA(at.date()),
        "content_time": TM(at.time()),
        "transfer_syntax_uid": ExplicitVRLittleEndian,
    }


def _complete(film: Dataset) -> Dataset:
    """A copy of the film's header in which what a result must state is there, if only empty."""
    found = Dataset()
    found.file_meta = deepcopy(film.file_meta)
    found.update({tag: film[tag] for tag in film.keys()})  # noqa: SIM118  elements, not values
    for keyword in (*PATIENT, *STUDY):
        if keyword not in found:
            setattr(found, keyword, "")
    if found.PatientSex not in SEXES:
        found.PatientSex = ""
    return found
