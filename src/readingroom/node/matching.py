"""Which objects a query means, after DICOM PS3.4 C.2.2.2: single value, list, wildcard, range."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from typing import Any

from pydicom.dataset import Dataset

LEVELS = {
    "PATIENT": "PatientID",
    "STUDY": "StudyInstanceUID",
    "SERIES": "SeriesInstanceUID",
    "IMAGE": "SOPInstanceUID",
}
"""Level of a query to the attribute that is unique there."""
COUNTED = {
    "ModalitiesInStudy": "StudyInstanceUID",
    "NumberOfStudyRelatedSeries": "StudyInstanceUID",
    "NumberOfStudyRelatedInstances": "StudyInstanceUID",
    "NumberOfSeriesRelatedInstances": "SeriesInstanceUID",
}
"""What no object states and an archive counts, over the objects that share this attribute."""
OURS = ("QueryRetrieveLevel", "SpecificCharacterSet", "RetrieveAETitle")


def matches(wanted: str, value: str, vr: str) -> bool:
    """Say whether a value is one that a query means.

    Parameters
    ----------
    wanted : str
        As it stands in the query; "" means any.
    value : str
    vr : str
        The kind of value: UIDs may be lists, dates and times ranges, names know no capitals.
    """
    if wanted in ("", "*"):
        return True
    if vr == "UI":
        return value in wanted.split("\\")
    if vr in ("DA", "TM", "DT") and "-" in wanted:
        first, _, last = wanted.partition("-")
        return bool(value) and (first or value) <= value <= (last or value)
    if vr == "PN":
        wanted, value = wanted.casefold(), value.casefold()
    if vr in ("DA", "TM", "DT") or not set(wanted) & set("*?"):
        return value == wanted
    return fnmatch.fnmatchcase(value, wanted.replace("[", "[[]"))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return "\\".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _joined(element: Any) -> str:
    return "\\".join(map(str, element.value)) if element.VM > 1 else _text(element.value)


def chosen(headers: Iterable[Dataset], query: Dataset) -> list[Dataset]:
    """The objects that a query means.

    Parameters
    ----------
    headers : iterable of Dataset
        One for each object.
    query : Dataset
    """
    asked = [
        (element, _joined(element)) for element in query
        if element.keyword not in (*OURS, *COUNTED) and element.VR != "SQ"
    ]  # fmt: skip
    return [
        header for header in headers
        if all(matches(text, _text(header.get(e.keyword or e.tag)), e.VR) for e, text in asked)
    ]  # fmt: skip


def answers(headers: Sequence[Dataset], query: Dataset, level: str) -> list[Dataset]:
    """One answer for each patient, study, series or image that a query means.

    Parameters
    ----------
    headers : sequence of Dataset
        One for each object.
    query : Dataset
        What must match, and by being named what is to be told.
    level : str
        A key of `LEVELS`.
    """
    first: dict[str, Dataset] = {}
    for header in chosen(headers, query):
        first.setdefault(_text(header.get(LEVELS[level])), header)
    found = []
    for header in first.values():
        counted = {name: _counted(headers, header, name) for name in COUNTED if name in query}
        asked = _text(query.get("ModalitiesInStudy"))
        if asked and not set(asked.split("\\")) & set(counted["ModalitiesInStudy"]):
            continue
        answer = Dataset()
        for element in query:
            if element.keyword in counted:
                setattr(answer, element.keyword, counted[element.keyword])
            elif element.keyword == "QueryRetrieveLevel":
                answer.QueryRetrieveLevel = level
            elif element.tag in header:
                answer.add(header[element.tag])
            elif element.keyword:
                setattr(answer, element.keyword, [] if element.VR == "SQ" else "")
        if "SpecificCharacterSet" in header:
            answer.SpecificCharacterSet = header.SpecificCharacterSet
        found.append(answer)
    return found


def _counted(headers: Sequence[Dataset], of: Dataset, name: str) -> Any:
    """A count, or the modalities, of the study or series that an object belongs to."""
    shared = COUNTED[name]
    group = [h for h in headers if h.get(shared) == of.get(shared)]
    if name == "ModalitiesInStudy":
        return sorted({_text(h.get("Modality")) for h in group})
    if name == "NumberOfStudyRelatedSeries":
        return len({_text(h.get("SeriesInstanceUID")) for h in group})
    return len(group)
