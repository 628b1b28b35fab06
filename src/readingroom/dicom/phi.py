"""Where a DICOM file may identify its patient outside its header: the name of the file.

What a header tells is `readingroom.data.identity`, what stands in the pictures
`readingroom.data.letters`; how it may be written elsewhere is `wording`.
"""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset


def file_name(data: Dataset) -> str:
    """Folder and name under which the file was read, or an empty text."""
    path = getattr(data, "filename", None)
    if not isinstance(path, (str, Path)):
        return ""
    return "/".join(Path(path).parts[-2:])
