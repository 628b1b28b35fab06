"""DICOM files as records: reading the header, showing the pixels as the file says.

What a lesson calls as ``rr.dicom``; finding and removing identities is ``rr.deid``.
"""

from readingroom.dicom.compression import twins
from readingroom.dicom.reading import chest_film, find, header, read
from readingroom.dicom.windowing import as_png, picture, stored, thinned, window

__all__ = [
    "as_png",
    "chest_film",
    "find",
    "header",
    "picture",
    "read",
    "stored",
    "thinned",
    "twins",
    "window",
]
