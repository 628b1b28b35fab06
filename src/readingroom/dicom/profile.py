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

from readingroom.data.errors import DataError
from readingroom.dicom import around


def copy_of(data: Dataset) -> FileDataset:
    """An independent copy, by writing and reading; it no longer knows a file name.

    Raises
    ------
    DataError
        The file holds what cannot be written again.
    """
    stream = io.BytesIO()
    try:
        data.save_as(stream, enforce_file_format=True)
        copy = dcmread(io.BytesIO(stream.getvalue()))
    except Exception as problem:  # whatever an odd file holds, pydicom has its own error for it
        raise _unwritable(problem) from problem
    copy.filename = ""
    return copy


def _unwritable(problem: Exception) -> DataError:
    said = " ".join(str(problem).split())[:120]
    return DataError(f"This file cannot be written as it stands, so it cannot be cleaned: {said}.")


def profile(data: Dataset) -> FileDataset:
    """A copy after the profile of PS3.15: elements removed, emptied or replaced, none private.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    FileDataset
        The original is not changed. The pixels are not either; the preamble is empty, and nothing
        follows the last pixel.
    """
    from dicomanonymizer.simpledicomanonymizer import anonymize_dataset, initialize_actions_2024b

    copy = copy_of(data)
    anonymize_dataset(copy, base_rules_gen=initialize_actions_2024b)
    around.cleared(copy)
    return copy


def recipe(data: Dataset) -> FileDataset:
    """A copy after the recipe that the library deid ships, private elements removed."""
    from deid.config import DeidRecipe
    from deid.dicom import replace_identifiers

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.dcm"  # deid reads files
        try:
            data.save_as(path, enforce_file_format=True)
            done = replace_identifiers(
                [str(path)], deid=DeidRecipe(), save=False, remove_private=True
            )
            out = done[0]
        except Exception as problem:  # the library has no errors of its own
            raise _unwritable(problem) from problem
        out.walk(lambda *_: None)  # read every element before the file goes
        out.get("PixelData")
    out.filename = ""
    return out
