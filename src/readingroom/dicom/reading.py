"""A DICOM file's header as a table that a reader can search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import InvalidDicomError

from readingroom.data.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 60  # characters of a value that a table shows
PICTURES = ("OB", "OW", "OF", "OD", "OL", "OV", "UN")
SPOKEN = {"LT", "ST", "UT"}


def read(path: str | Path) -> FileDataset:
    """Open a DICOM file.

    Parameters
    ----------
    path : path

    Returns
    -------
    FileDataset
        Header and pixels; pixels are decoded when asked for.

    Raises
    ------
    DataError
        The file is not there or is no DICOM file.
    """
    try:
        data = dcmread(path)
        data.walk(lambda *_: None)  # decode every element now, so that a broken one is told here
    except FileNotFoundError as problem:
        raise DataError(f"There is no file {path}; has the cell that writes it run?") from problem
    except InvalidDicomError as problem:
        raise DataError(f"{Path(path).name} is not a DICOM file.") from problem
    except Exception as problem:
        name = type(problem).__name__
        raise DataError(f"{Path(path).name} is a damaged DICOM file ({name}).") from problem
    if "SOPClassUID" not in data:
        raise DataError(f"{Path(path).name} is a damaged DICOM file: it does not say of what kind.")
    return data


def chest_film(mode: str | None = None) -> FileDataset:
    """The chest film that lesson 01 opens: a real one, or a simulated one in simulated mode.

    Parameters
    ----------
    mode : "real", "simulated" or None
        None means what the kernel works with.
    """
    from readingroom.data import choice
    from readingroom.data.samples import sample

    mode = mode or choice.mode() or choice.choose([])
    if mode != "simulated":
        return read(sample("chest-cr"))
    from readingroom.lessons.l01.films import stand_in

    return stand_in()


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


def header(data: Dataset) -> pd.DataFrame:
    """The header as a table, one row per element.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    DataFrame
        Index: running number from 0. Columns ``tag``, ``name``, ``VR`` (the kind of value) and
        ``value``, long values cut short.
    """
    import pandas as pd

    rows = []
    for element in elements(data):
        raw = text_of(element)
        binary = element.VR in PICTURES and not raw.isprintable()
        value = f"{len(element.value)} bytes" if binary else raw
        short = value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
        rows.append((tag_of(element), name_of(element), element.VR, short))
    return pd.DataFrame(rows, columns=["tag", "name", "VR", "value"])


def find(table: pd.DataFrame, word: str) -> pd.DataFrame:
    """The rows of a header table whose tag, name or value holds a word, whatever its capitals.

    Parameters
    ----------
    table : DataFrame
        From `header`.
    word : str
        Spaces do not matter: ``"birth date"`` finds ``PatientBirthDate``.
    """
    wanted = word.lower().replace(" ", "")
    text = (table["tag"] + "|" + table["name"] + "|" + table["value"]).str.lower()
    return table[text.str.replace(" ", "").str.contains(wanted, regex=False)]
