"""A DICOM file's header as a table that a reader can search."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydicom.dataset import Dataset, FileDataset

from readingroom.data import choice, pixels
from readingroom.data.errors import DataError, Unreadable
from readingroom.data.identity import elements, name_of, tag_of, text_of
from readingroom.data.samples import sample
from readingroom.dicom.standin import stand_in

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
    name = Path(path).name
    try:
        data = pixels.opened(path)
        data.walk(lambda *_: None)  # decode every element now, so that a broken one is told here
    except FileNotFoundError as problem:
        raise DataError(f"There is no file {path}; has the cell that writes it run?") from problem
    except Unreadable as problem:
        raise DataError(f"{name} is {problem}.") from problem
    except OSError as problem:
        raise DataError(f"{name} cannot be opened ({problem.strerror}).") from problem
    except Exception as problem:
        kind = type(problem).__name__
        raise DataError(f"{name} is a damaged DICOM file ({kind}).") from problem
    if "SOPClassUID" not in data:
        raise DataError(f"{name} does not say what kind of DICOM file it is (SOPClassUID).")
    return data


def chest_film(mode: str | None = None) -> FileDataset:
    """The chest film that lesson 01 opens: a real one, or a simulated one in simulated mode.

    Parameters
    ----------
    mode : "real", "simulated" or None
        None means what the kernel works with.
    """
    mode = mode or choice.mode() or choice.choose([])
    if mode != "simulated":
        return read(sample("chest-cr"))
    return stand_in()


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
