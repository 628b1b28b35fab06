"""De-identification by two kept libraries, each on a copy.

`profile` is dicom-anonymizer's table of DICOM PS3.15 Annex E (Basic Application Level
Confidentiality Profile, edition 2024b); `recipe` is what deid does with the recipe it ships. Both
mean to be adapted, and neither touches the pixels when called like this.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset


def copy_of(data: Dataset) -> FileDataset:
    """An independent copy, by writing and reading; it no longer knows a file name."""
    stream = io.BytesIO()
    data.save_as(stream, enforce_file_format=True)
    copy = dcmread(io.BytesIO(stream.getvalue()))
    copy.filename = ""
    return copy


def profile(data: Dataset) -> FileDataset:
    """A copy after the profile of PS3.15: elements removed, emptied or replaced, none private.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    FileDataset
        The original is not changed. The pixels are not either.
    """
    from dicomanonymizer.simpledicomanonymizer import anonymize_dataset, initialize_actions_2024b

    copy = copy_of(data)
    anonymize_dataset(copy, base_rules_gen=initialize_actions_2024b)
    return copy


def recipe(data: Dataset) -> FileDataset:
    """A copy after the recipe that the library deid ships, private elements removed."""
    from deid.config import DeidRecipe
    from deid.dicom import replace_identifiers

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.dcm"  # deid reads files
        data.save_as(path, enforce_file_format=True)
        done = replace_identifiers([str(path)], deid=DeidRecipe(), save=False, remove_private=True)
        out = done[0]
        out.walk(lambda *_: None)  # read every element before the file goes
        out.PixelData  # noqa: B018
    out.filename = ""
    return out
