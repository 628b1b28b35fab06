"""Does this header identify? Rules by kind of value, not a list of tags.

One place for the audit (everything that may identify) and for a learner's own folder (what plainly
does). Independent of every de-identification library and of the simulator's own inventory: an
element is suspected for what kind of value it holds (a person's name, a date, a UID, typed text, a
private element), after DICOM PS3.5 6.2 and the places named in PS3.15 Annex E.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

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
# What plainly names somebody, or the hospital that knows who it is: a number may be a pseudonym,
# a date may be shifted, a description is mostly "chest".
PLAIN = re.compile(
    r"BirthDate|Address|Telephone|OtherPatient|Issuer|MedicalRecordLocator|Accession|Institution"
    r"|Comment|History|MotherBirth|Insurance|Occupation|Religi|MilitaryRank"
)
EMPTY_DATES = ("00010101", "19000101", "00000000", "")
DUMMIES = (
    *("", "anonymized", "anonymised", "anonymous", "anon", "removed", "none", "unknown", "xxx"),
    *("n/a", "na", "not available", "deidentified", "de-identified", "no name", "000000.00"),
    *("null", "nil", "nan", "<na>", "#n/a", "undefined", "undef", "missing", "not known", "unk"),
    *("no id", "noid", "not stated", "unnamed", "unidentified", "anonymus", "anonym", "test"),
    *("unbekannt", "inconnu", "inconnue", "desconocido", "desconocida", "sconosciuto", "onbekend"),
    *("desconhecido", "okänd", "ukjent", "ukendt", "nieznany", "неизвестно", "неизвестный"),
    *("keine angabe", "k.a.", "aucun", "keiner", "不明", "未知", "匿名", "無名"),
)
SAME = re.compile(r"(\d)\1{4,}")  # 99999 and 1111111 fill a field that may not be empty
OLDEST = 89  # years; ages above it single people out (US rule of 1996, used widely)


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


def tag_of(element: DataElement) -> str:
    """An element's number as it is written: ``(0010,0020)``."""
    return f"({element.tag.group:04X},{element.tag.element:04X})"


def name_of(element: DataElement) -> str:
    """An element's keyword, or that it is private."""
    if element.tag.is_private_creator:
        return "Private Creator"
    return element.keyword or ("Private element" if element.tag.is_private else "Unknown element")


def text_of(element: DataElement) -> str:
    """An element's value as one text, backslashes between several values as in the file."""
    if element.VR == "SQ":
        return f"{len(element.value)} items"
    value = element.value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("latin-1").rstrip("\0 ")
    if isinstance(value, (list, tuple)) or hasattr(value, "append"):
        return "\\".join(str(part) for part in value)
    return str(value)


def elements(data: Dataset) -> list[DataElement]:
    """Every element outside the pixels, in order, those inside sequences after their sequence."""
    found: list[DataElement] = []
    for element in data:
        if element.tag.group == 0x7FE0 or element.keyword == "DataSetTrailingPadding":
            continue
        found.append(element)
        if element.VR == "SQ":
            for item in element.value:
                found += elements(item)
    return found


def whole(data: Dataset) -> list[DataElement]:
    """Every element outside the pixels, the file's own first lines (group 0002) included."""
    meta = getattr(data, "file_meta", None)
    return [*(elements(meta) if meta is not None else []), *elements(data)]


def kind_of(element: DataElement) -> str:
    """What an element may tell about a patient; an empty text where nothing is suspected."""
    keyword, vr = element.keyword, element.VR
    if element.tag.is_private:
        return "" if element.tag.is_private_creator else "private"
    if vr == "UI":
        standard = text_of(element).startswith(STANDARD_UIDS) or keyword in OWN_UIDS
        return "" if standard else "UID"
    if vr == "AS":
        old = years(text_of(element))
        return "age" if old is not None and old > OLDEST + 1 else ""  # 090Y is the cap itself
    if vr in TYPED or (vr in LABELS and SAID.search(keyword)):
        return "text"
    by_kind = {"PN": "name", "DA": "date", "DT": "date", "TM": "time"}
    if vr in by_kind:
        return by_kind[vr]
    return "number" if vr in LABELS and SUSPECT.search(keyword) else ""


def years(age: str) -> float | None:
    """An age such as ``048Y``, ``95Y``, ``95 y`` or ``18M`` in years; None where it is none."""
    found = re.fullmatch(r"(\d{1,5})\s*([DWMY]?)", age.strip().upper())
    per = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0, "": 1.0}
    return int(found[1]) / per[found[2]] if found else None


def filled(value: str) -> bool:
    """Whether a value says anything: not empty, no dummy date, no word such as ANONYMIZED."""
    plain = " ".join(re.sub(r"[\^_]", " ", value).lower().split())
    bare = re.sub(
        r"\s*(patient(in)?|person|name|\d{1,2})$", "", plain
    )  # "unknown patient", "anon1"
    dummy = plain in DUMMIES or (bare in DUMMIES and bare != "") or SAME.fullmatch(plain)
    return not dummy and plain not in EMPTY_DATES and bool(plain.strip(" 0*.-x?/<>"))


def numbered(patient: str) -> bool:
    """Whether a patient number may be one person's: no dummy, and no word such as EMERGENCY."""
    return filled(patient) and any(sign.isdigit() for sign in patient)


def in_header(data: Dataset) -> list[Item]:
    """What a header holds that may identify, private elements and sequences included."""
    found = []
    for element in whole(data):
        kind, value = kind_of(element), text_of(element)
        if not kind or not (filled(value) or kind == "private"):
            continue
        place = {"private": "private", "text": "free text"}.get(kind, "header")
        found.append(Item(place, name_of(element), tag_of(element), value, kind))
    return found


def plainly(data: Dataset) -> list[str]:
    """The names of elements that plainly identify a patient, never their values.

    Notes
    -----
    A look for what is plainly left; an empty list does not prove that a file is de-identified.
    """
    names = [
        "private elements" if item.kind == "private" else item.name
        for item in in_header(data)
        if item.kind in ("name", "private") or PLAIN.search(item.name)
    ]
    return list(dict.fromkeys(names))
