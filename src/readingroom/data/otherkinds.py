"""What a file is that is no film: said by its first bytes, whatever its ending claims."""

from __future__ import annotations

import stat
import warnings
from pathlib import Path

# Longer marks before shorter ones that they begin with. What Pillow knows is asked there.
MARKS = {
    b"\x1f\x8b": "gzip", b"PK\x03\x04": "ZIP", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR",
    b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"%PDF": "PDF", b"\0\0\0\x0cjP": "JPEG 2000",
    b"\0\0\0\x0cJXL": "JPEG XL", b"\xff\x0a": "JPEG XL", b"\x93NUMPY": "NumPy",
    b"NRRD": "NRRD", b"\x89HDF": "HDF5", b"ObjectType": "MetaImage", b"NDims": "MetaImage",
    b"8BPS": "Photoshop", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"GIF8": "GIF",
    b"II+\0": "TIFF", b"MM\0+": "TIFF", b"\x8bJNG": "JNG", b"\x8aMNG": "MNG",
    b"FUJIFILM": "camera raw", b"IIRO": "camera raw", b"IIRS": "camera raw",
    b"MMOR": "camera raw", b"IIU\0": "camera raw", b"%!PS": "PostScript",
    b"\xc5\xd0\xd3\xc6": "PostScript", b"AT&TFORM": "DjVu", b"gimp xcf": "GIMP",
    b"v/1\x01": "OpenEXR", b"qoif": "QOI", b"DDS ": "DDS", b"\xd7\xcd\xc6\x9a": "WMF",
    b"\xff\x4f\xff\x51": "JPEG 2000", b"MATLAB 5": "MATLAB", b"CDF\x01": "NetCDF",
    b"CDF\x02": "NetCDF", b"# vtk": "VTK", b"# === DATA DESC": "PAR/REC",
    b"\x28\xb5\x2f\xfd": "Zstandard", b"\x04\x22\x4d\x18": "LZ4", b"\x1f\x9d": "compress (.Z)",
    b"MSCF": "cabinet", b"\xd0\xcf\x11\xe0": "old Office document", b"\x1aE\xdf\xa3": "video",
    b"\0\0\1\xba": "video", b"\0\0\1\xb3": "video", b"\x30\x26\xb2\x75": "video",
    b"DICM": "DICOM without its first 128 bytes",
}  # fmt: skip
NAMES = {"WEBP": "WebP", "JPEG2000": "JPEG 2000", "PPM": "Netpbm", "PSD": "Photoshop"}
PILLOW = ("TIFF", "BMP", "DIB", "GIF", "WEBP", "JPEG2000", "PPM", "ICO", "ICNS", "PCX",
          "PSD", "AVIF", "SGI", "FITS")  # fmt: skip
BRANDS = {b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC",
          b"hevx": "HEIC", b"heim": "HEIC", b"heis": "HEIC", b"crx ": "camera raw",
          b"M4A ": "sound", b"avif": "AVIF", b"avis": "AVIF"}  # fmt: skip
# What holds no picture, and lies where one should: a page that said "not found", a stand-in.
WORDS = {
    b"<!doctype html": "web page", b"<html": "web page", b"<?xml": "XML", b"<svg": "SVG",
    b"version https://git-lfs": "stand-in of Git LFS, the file itself was not fetched",
    b"[internetshortcut]": "shortcut", b"l\0\0\0\x01\x14\x02\0": "shortcut",
    b"\0\x05\x16\x07": "companion file of a Mac", b"book\0\0\0\0mark": "shortcut",
    b"-----begin pgp": "encrypted file", b"sqlite format": "database", b"{\\rtf": "text document",
    b"\x89png": "PNG changed on its way, copy it again without changing line ends",
    b"data:image": "picture written as text", b"ivborw0kggo": "picture written as text",
    b"/9j/": "picture written as text", b'{"': "JSON",
}  # fmt: skip
PICTURES = (*dict.fromkeys((*MARKS.values(), *(NAMES.get(one, one) for one in PILLOW),
                            *BRANDS.values(), "video", "NIfTI", "SVG", "Analyze", "EMF",
                            "TAR")),)  # fmt: skip
HIDDEN = "hidden"  # a film whose own name, or a folder's, begins with a dot
NOT_FETCHED = "stand-in of iCloud, the file itself was not fetched"
NO_FILE = "pipe or device, no file"
ZEROS = "zeros only, its content never arrived"


def is_device(path: Path) -> bool:
    """Whether something else lies there: to open a pipe would wait for ever, a device never ends.

    A link that leads nowhere, a folder and a locked file are said to be so where they are opened.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def called(path: Path) -> str:
    """What a file is called that is neither PNG, JPEG nor DICOM; empty where nothing tells.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        Such as ``"TIFF"``; one of `PICTURES` where it may hold a picture.
    """
    if is_device(path):
        return NO_FILE
    try:
        with path.open("rb") as stream:
            start = stream.read(400)
    except OSError:
        return ""
    if not start:
        return "empty file"
    if len(start) == 400 and not any(start):
        return ZEROS
    if start[4:8] == b"ftyp":
        return BRANDS.get(start[8:12], "video")
    if start[4:8] in (b"moov", b"mdat", b"wide"):
        return "video"
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        return "video"
    if start[257:262] == b"ustar":
        return "TAR"
    if start[40:44] == b" EMF":
        return "EMF"
    if path.suffix.lower() == ".hdr" and start[:4] in (b"\x5c\x01\0\0", b"\0\0\x01\x5c"):
        return "Analyze"
    if path.suffix.lower() == ".nii" or start[344:347] in (b"n+1", b"ni1"):
        return "NIfTI"
    words = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    known = [name for mark, name in MARKS.items() if start.startswith(mark)]
    known += [name for mark, name in WORDS.items() if words.startswith(mark)]
    return known[0] if known else _by_pillow(path)


def _by_pillow(path: Path) -> str:
    """What Pillow takes a file for by its header; of damaged ones nothing."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=PILLOW) as image:
                return NAMES.get(image.format or "", image.format or "")
    except Exception:  # plugins raise anything on bytes that are not theirs
        return ""
