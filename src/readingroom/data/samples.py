"""Single DICOM files that come with installed packages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from readingroom.data import choice
from readingroom.data.errors import DataError
from readingroom.data.origin import SIMULATED
from readingroom.data.registry import DataSet, listing
from readingroom.simulator import VERSION


def sample(name: str) -> Path:
    """Return where a DICOM sample lies; it is read from there and never changed.

    Parameters
    ----------
    name : str
        Such as ``"chest-cr"``, ``"ct-private"`` or ``"leg"``: a member of a set of single files.

    Raises
    ------
    DataError
        If there is no such sample, or the package that ships it is not installed.
    """
    members = {k: v for entry in listing() if entry.layout == "dicom"
               for k, v in entry.members.items()}  # fmt: skip
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


@dataclass(frozen=True)
class Samples:
    """The single files a lesson opens instead of a cohort; they need no network.

    Attributes
    ----------
    entry : DataSet
        Their set in the registry.
    source : str
        "simulated" where simulated files were asked for, else "real".
    """

    entry: DataSet
    source: str

    def banner(self) -> str:
        """Return the line that stands over every result made with these files."""
        if self.source == "simulated":
            return SIMULATED
        return f"REAL DATA: {self.entry.title}, {self.entry.origin}, {self.entry.licence}"

    def fingerprint(self) -> str:
        """Return the sha256 (hex) over the files' bytes, or over the simulator's version."""
        running = hashlib.sha256(f"{self.entry.name} {self.source}".encode())
        if self.source == "simulated":
            running.update(VERSION.encode())
        else:
            for name in self.entry.members:
                running.update(sample(name).read_bytes())
        return running.hexdigest()


def samples_of(name: str, mode: str | None = None) -> Samples:
    """Return the samples that a lesson without a cohort works with.

    Parameters
    ----------
    name : str
        A set of single files of the registry.
    mode : "real", "simulated", an own cohort's name, or None
        None means what the kernel works with. An own cohort has no single files of its own, so
        the real samples are opened beside it.
    """
    mode = mode or choice.mode() or choice.choose([])
    return Samples(listing()[name], "simulated" if mode == "simulated" else "real")
