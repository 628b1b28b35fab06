"""Single DICOM files that come with installed packages."""

from __future__ import annotations

from pathlib import Path

from readingroom.data.errors import DataError
from readingroom.data.registry import listing


def sample(name: str) -> Path:
    """Return where a DICOM sample lies; it is read from there and never changed.

    Parameters
    ----------
    name : str
        ``"chest-cr"``, ``"chest-cr-lossless"``, ``"chest-cr-lossy"`` or ``"ct-private"``.

    Raises
    ------
    DataError
        If there is no such sample, or the package that ships it is not installed.
    """
    members = listing()["dicom-samples"].members
    if name not in members:
        raise DataError(f"There is no DICOM sample {name!r}; there are {', '.join(members)}.")
    from pydicom.data import get_testdata_file

    found = get_testdata_file(members[name], download=False)
    if not found:
        raise DataError(
            f"The DICOM sample {name} comes with the package pydicom-data, which is not "
            "installed; run `pip install pydicom-data`."
        )
    return Path(found)
