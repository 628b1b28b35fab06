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

if TYPE_CHECKING:
    import pandas as pd

# What exports call the columns that lessons use; the first that is there counts.
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
    "patient": ("patient", "patient id", "patientid", "subject", "subject id", "case"),
    "view": ("view", "view position", "viewposition", "projection"),
    "sex": ("sex", "gender", "patient sex", "patient gender"),
    "age": ("age", "patient age", "age years"),
    "site": ("site", "hospital", "institution", "centre", "center"),
    "split": ("split", "set", "fold", "partition", "subset"),
    "score": ("score", "ai score", "model score", "prediction", "probability"),
    "mask": ("mask", "mask path", "segmentation"),
}


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
    """

    rows: pd.DataFrame
    source: dict
    remarks: list[tuple[str, str]] = field(default_factory=list)


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
        If it is no table, or a column that is needed is not there.
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
    source = _recognised(path, header, file_column, label_column)
    # One column may serve twice: the view can be the label and still be the view.
    rows = pd.DataFrame({"line": raw["line"]} | {ours: raw[its] for ours, its in source.items()})
    return LabelTable(rows, source, remarks)


def _recognised(
    path: Path, header: list[str], file_column: str | None, label_column: str | None
) -> dict:
    """Return which column means what; what the learner named goes before what is usual."""
    plain = {re.sub(r"[\s_\-]+", " ", name).strip().lower(): name for name in reversed(header)}
    found: dict[str, str] = {}
    for ours, usual in COLUMNS.items():
        for name in usual:
            if name in plain and plain[name] not in found.values():
                found[ours] = plain[name]
                break
    for ours, named in (("file", file_column), ("label", label_column)):
        named = unicodedata.normalize("NFC", named or "")
        if named:
            if named not in header:
                raise DataError(
                    f"{path.name} has no column {named!r}; its columns are {', '.join(header)}."
                )
            found[ours] = named
    for ours, what, option in (
        ("file", "the file names", "--file-column"),
        ("label", "the labels", "--label-column"),
    ):
        if ours not in found:
            raise DataError(
                f"{path.name} has no column that is plainly {what}; say which with {option}, one "
                f"of {', '.join(header)}."
            )
    return found


def tidy(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return patient, view, sex, age, site, split and score in the course's words.

    Returns
    -------
    table : pandas.DataFrame
        The columns that are there; what was not understood is missing.
    remarks : list of (str, str)
        File and what was not understood.
    """
    import pandas as pd

    remarks: list[tuple[str, str]] = []
    table = pd.DataFrame(index=rows.index)
    readers = {
        "patient": lambda text: unicodedata.normalize("NFC", text).strip(),
        "site": lambda text: unicodedata.normalize("NFC", text).strip(),
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
            written = sheets.decimal(column, written)
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
