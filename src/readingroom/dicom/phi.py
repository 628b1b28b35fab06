"""Where a DICOM file may identify its patient: rules by kind of value, not a list of tags.

Independent of every de-identification library and of the simulator's own inventory: an element is
suspected for what kind of value it holds (a person's name, a date, a UID, typed text, a private
element), after DICOM PS3.5 6.2 and the places named in PS3.15 Annex E.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from readingroom.dicom.reading import elements, name_of, tag_of, text_of

STANDARD_UIDS = "1.2.840.10008."  # these name formats and classes, never a film
OWN_UIDS = ("ImplementationClassUID",)  # names the program that wrote the file
TYPED = ("LT", "ST", "UT")
LABELS = ("LO", "SH", "AE", "UC")  # short texts, identifying in some elements only
SUSPECT = re.compile(
    r"ID$|IDs$|Number$|Numbers$|Address|Telephone|Institution|Station|Accession|Physician|Operator"
    r"|Comment|History|Location|Occupation|Religi|Ethnic|Insurance|Department|Request"
    r"|AETitle|ApplicationEntity|Issuer"
)
SAID = re.compile(r"Description$|Comment|History|Reason")
EMPTY_DATES = ("00010101", "19000101", "")
DUMMIES = ("", "anonymized", "anonymised", "anonymous", "removed", "none", "unknown", "000000.00")
OLDEST = 89  # years; ages above it single people out (US rule of 1996, used widely)
SHORTEST = 3  # characters of a name or number that can be told from chance


@dataclass(frozen=True)
class Item:
    """One place that may identify.

    Attributes
    ----------
    place : {'header', 'free text', 'private', 'pixels', 'file name'}
    name, tag, value : str
        Keyword, number and value; for pixels the value says where the text stands.
    kind : str
        ``name``, ``number``, ``date``, ``time``, ``age``, ``UID``, ``text`` or ``private``.
    box : tuple of int or None
        (row0, row1, col0, col1) of text in the picture.
    """

    place: str
    name: str
    tag: str
    value: str
    kind: str
    box: tuple[int, int, int, int] | None = None


def kind_of(element: DataElement) -> str:
    """What an element may tell about a patient; an empty text where nothing is suspected."""
    keyword, vr = element.keyword, element.VR
    if element.tag.is_private:
        return "" if element.tag.is_private_creator else "private"
    if vr == "UI":
        standard = text_of(element).startswith(STANDARD_UIDS) or keyword in OWN_UIDS
        return "" if standard else "UID"
    if vr == "AS":
        return "age" if years(text_of(element)) > OLDEST + 1 else ""  # 090Y is the cap itself
    if vr in TYPED or (vr in LABELS and SAID.search(keyword)):
        return "text"
    by_kind = {"PN": "name", "DA": "date", "DT": "date", "TM": "time"}
    if vr in by_kind:
        return by_kind[vr]
    return "number" if vr in LABELS and SUSPECT.search(keyword) else ""


def years(age: str) -> float:
    """A DICOM age such as ``048Y`` in years; 0 where it is none."""
    found = re.fullmatch(r"(\d{3})([DWMY])", age.strip())
    per = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}
    return int(found.group(1)) / per[found.group(2)] if found else 0.0


def filled(value: str) -> bool:
    """Whether a value says anything: not empty, no dummy date, no word such as ANONYMIZED."""
    plain = value.replace("^", " ").strip().lower()
    return plain not in DUMMIES and plain not in EMPTY_DATES and bool(plain.strip(" 0.-"))


def whole(data: Dataset) -> list[DataElement]:
    """Every element outside the pixels, the file's own first lines (group 0002) included."""
    meta = getattr(data, "file_meta", None)
    return [*(elements(meta) if meta is not None else []), *elements(data)]


def in_header(data: Dataset) -> list[Item]:
    """What the header holds, standard and private elements, sequences included."""
    found = []
    for element in whole(data):
        kind, value = kind_of(element), text_of(element)
        if not kind or not (filled(value) or kind == "private"):
            continue
        place = {"private": "private", "text": "free text"}.get(kind, "header")
        found.append(Item(place, name_of(element), tag_of(element), value, kind))
    return found


def secrets(data: Dataset) -> set[str]:
    """Names, numbers, dates and UIDs of a file in lower case, to be searched for elsewhere.

    Typed text and private values are not split into words; what is typed there is compared as a
    whole.
    """
    found: set[str] = set()
    for item in in_header(data):
        if item.kind == "name":
            found |= {part for part in re.split(r"[\^=\\ ]", item.value.lower())}
        elif item.kind in ("number", "UID", "text", "private") or item.kind == "date":
            found.add(item.value.lower().strip())
    return {part for part in found if len(part) >= SHORTEST and filled(part)}


def file_name(data: Dataset) -> str:
    """Folder and name under which the file was read, or an empty text."""
    path = getattr(data, "filename", None)
    if not isinstance(path, (str, Path)):
        return ""
    return "/".join(Path(path).parts[-2:])


def in_pixels(data: Dataset) -> list[Item]:
    """Lines of letters that seem to be burned into the picture (a suspicion: look at them)."""
    from readingroom.data import privacy
    from readingroom.dicom.windowing import picture

    if "PixelData" not in data:
        return []
    found = []
    for row0, row1, col0, col1 in privacy.text_boxes(picture(data)):
        where = f"rows {row0} to {row1}, columns {col0} to {col1}"
        box = (row0, row1, col0, col1)
        found.append(Item("pixels", "burned-in text", "", where, "text", box))
    return found
