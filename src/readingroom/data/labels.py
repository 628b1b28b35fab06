"""The learner's table of labels: whatever a hospital exports as CSV, made sense of or refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from readingroom.data import films, sheets, split
from readingroom.data.errors import DataError
from readingroom.data.meaning import meaning as meaning  # what a column of labels says
from readingroom.data.spelling import alike, called

if TYPE_CHECKING:
    import pandas as pd

# What exports call the columns that lessons use; two that differ are asked about, never guessed.
COLUMNS = {
    "file": (
        "file",
        "filename",
        "file name",
        "image",
        "image id",
        "image index",
        "path",
        "image path",
        "film",
        "dicom",
    ),
    "label": ("label", "labels", "target", "class", "diagnosis", "finding", "finding labels"),
    "patient": (
        *("patient", "patient id", "patientid", "patient number", "patient no", "patient nr"),
        *("patient code", "pat id", "patid", "pat no", "pat nr", "patnr", "id patient", "mrn"),
        *("subject", "subject id", "subject number", "subject no", "person", "person id"),
        *("participant", "participant id", "patienten id", "patientenid", "patienten nr"),
        *("patientennummer", "paciente", "paziente", "患者", "患者id", "患者番号", "病人id"),
    ),
    "view": ("view", "view position", "viewposition", "projection"),
    "sex": ("sex", "gender", "patient sex", "patient gender"),
    "age": ("age", "patient age", "age years"),
    "site": ("site", "hospital", "institution", "centre", "center"),
    "split": ("split", "set", "fold", "partition", "subset"),
    "score": ("score", "ai score", "model score", "prediction", "probability"),
    "mask": ("mask", "mask path", "segmentation"),
}
LAST = {"patient": ("case",)}  # a patient or an examination: only where nothing else is there
OPTIONS = {"file": "--file-column", "label": "--label-column"}


@dataclass
class LabelTable:
    """Rows of a CSV, one per line that could be read.

    Attributes
    ----------
    rows : pandas.DataFrame
        Text as written, under the names of `COLUMNS` as far as they were recognised; ``line`` is
        the line in the file.
    source : dict
        From our column name to the CSV's.
    remarks : list of (str, str)
        Place and what was odd about it.
    unused : list of str
        Titles of columns that mean nothing to the course.
    """

    rows: pd.DataFrame
    source: dict
    remarks: list[tuple[str, str]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def read(path: Path, file_column: str | None = None, label_column: str | None = None) -> LabelTable:
    """Read a CSV of labels.

    Parameters
    ----------
    path : Path
        Separated by comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252.
    file_column, label_column : str or None
        The columns with file names and labels, where their names are not the usual ones.

    Raises
    ------
    DataError
        If it is no table, or a column that is needed is not there or there twice.
    """
    import pandas as pd

    try:
        sheet = sheets.read(path)
    except sheets.NoTable as problem:
        raise DataError(str(problem)) from None
    header, remarks = sheet.header, sheet.remarks
    if not sheet.rows:
        raise DataError(f"{path} has no rows below its header; export the labels again.")
    raw = pd.DataFrame(sheet.rows, columns=["line", *header], dtype=object)
    source = _recognised(path, raw[header], file_column, label_column)
    # One column may serve twice: the view can be the label and still be the view.
    rows = pd.DataFrame({"line": raw["line"]} | {ours: raw[its] for ours, its in source.items()})
    unused = [title for title in header if title not in source.values()]
    return LabelTable(rows, source, remarks, unused)


def _recognised(
    path: Path, raw: pd.DataFrame, file_column: str | None, label_column: str | None
) -> dict:
    """Which column means what: what the learner named, then what is usual and in one voice."""
    header = list(raw.columns)
    found: dict[str, str] = {}
    for ours, named in (("file", file_column), ("label", label_column)):
        if not named:
            continue
        meant = called(named, header)
        if meant is None:
            raise DataError(
                f"{path.name} has no column {named!r}; its columns are {', '.join(header)}."
            )
        found[ours] = meant
    for ours, usual in COLUMNS.items():
        if ours in found:
            continue
        free = [title for title in header if title not in found.values()]
        if ours == "view":  # one column may serve twice
            free = [title for title in header if title != found.get("file")]
        may = [title for title in free if sheets.plain_title(title) in usual]
        may = may or [title for title in free if sheets.plain_title(title) in LAST.get(ours, ())]
        if len({tuple(map(str.casefold, raw[title])) for title in may}) > 1:
            raise DataError(_which(path, ours, may))
        if may:
            found[ours] = may[0]
    for ours, what in (("file", "the file names"), ("label", "the labels")):
        if ours not in found:
            raise DataError(
                f"{path.name} has no column that is plainly {what}; say which with "
                f"{OPTIONS[ours]}, one of {', '.join(header)}."
            )
    return found


def _which(path: Path, ours: str, may: list[str]) -> str:
    many = {2: "two", 3: "three"}.get(len(may), len(may))
    say = f"say which with {OPTIONS[ours]}" if ours in OPTIONS else "rename those that are not"
    return (
        f"{path.name} has {many} columns that may be the {ours} and differ: {', '.join(may)}; "
        f"{say}."
    )


def tidy(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return patient, view, sex, age, site, split and score in the course's words.

    Returns
    -------
    table : pandas.DataFrame
        The columns that are there; what was not understood is missing.
    remarks : list of (str, str)
        File and what was not understood.

    Raises
    ------
    DataError
        Numbers of a column can be read in two ways.
    """
    import pandas as pd

    remarks: list[tuple[str, str]] = []
    table = pd.DataFrame(index=rows.index)
    readers = {
        "patient": lambda text: unicodedata.normalize("NFC", text).strip(),
        "site": lambda text: text,
        "view": films.view,
        "sex": _sex,
        "age": _age,
        "split": split.named,
        "score": lambda text: sheets.number(text),
    }
    for column, understand in readers.items():
        if column not in rows:
            continue
        written = list(rows[column])
        if column in ("age", "score"):
            try:
                written = sheets.decimal(column, written)
            except sheets.TwoReadings as problem:
                raise DataError(str(problem)) from None
        if column == "site":
            written = alike(written)
        values = [understand(text) if text else None for text in written]
        table[column] = pd.Series(values, index=rows.index, dtype=object)
        for file, text, value in zip(rows["file"], rows[column], values, strict=True):
            if value is None and text:
                remarks.append((str(file), f"{column} {text!r} not understood"))
    for column in {"age", "score"} & set(table):
        table[column] = table[column].astype(float)
    return table, remarks


def _sex(text: str) -> str | None:
    word = text.strip().lower()
    if word in ("f", "w", "female", "woman", "frau", "weiblich"):
        return "F"
    return "M" if word in ("m", "male", "man", "mann", "männlich") else None


def _age(text: str) -> float | None:
    """Return years from ``57``, ``57.5``, ``057Y`` or ``18M``; None where no person is that old."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(y|yr|yrs|years?|m|w|d)?\s*", text, re.I)
    if not found:
        return None
    unit = {"m": 12, "w": 52.18, "d": 365.25}.get((found[2] or "y").lower(), 1)
    years = float(found[1]) / unit
    return round(years, 2) if years <= 120 else None
