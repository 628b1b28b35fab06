"""What a file is that is no film: said by its first bytes, whatever its ending claims."""

from __future__ import annotations

import warnings
from pathlib import Path

# Longer marks before shorter ones that they begin with. What Pillow knows is asked there.
MARKS = {
    b"\x1f\x8b": "gzip", b"PK\x03\x04": "ZIP", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR",
    b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"%PDF": "PDF", b"\0\0\0\x0cjP": "JPEG 2000",
    b"\0\0\0\x0cJXL": "JPEG XL", b"\xff\x0a": "JPEG XL", b"\x93NUMPY": "NumPy",
    b"NRRD": "NRRD", b"\x89HDF": "HDF5", b"ObjectType": "MetaImage", b"NDims": "MetaImage",
    b"8BPS": "Photoshop", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"GIF8": "GIF",
}  # fmt: skip
NAMES = {"WEBP": "WebP", "JPEG2000": "JPEG 2000", "PPM": "Netpbm", "PSD": "Photoshop"}
PILLOW = ("TIFF", "BMP", "DIB", "GIF", "WEBP", "JPEG2000", "PPM", "ICO", "ICNS", "PCX",
          "PSD", "AVIF", "SGI", "FITS")  # fmt: skip
BRANDS = {b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"mif1": "HEIC", b"msf1": "HEIC",
          b"avif": "AVIF", b"avis": "AVIF"}  # fmt: skip
# What holds no picture, and lies where one should: a page that said "not found", a stand-in.
WORDS = {
    b"<!doctype html": "web page", b"<html": "web page", b"<?xml": "XML", b"<svg": "SVG",
    b"version https://git-lfs": "stand-in of Git LFS, the file itself was not fetched",
    b"[internetshortcut]": "shortcut", b"l\0\0\0\x01\x14\x02\0": "shortcut",
    b"\0\x05\x16\x07": "companion file of a Mac",
}  # fmt: skip
PICTURES = (*dict.fromkeys((*MARKS.values(), *(NAMES.get(one, one) for one in PILLOW),
                            *BRANDS.values(), "video", "NIfTI", "SVG")),)  # fmt: skip


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
    try:
        with path.open("rb") as stream:
            start = stream.read(400)
    except OSError:
        return ""
    if start[4:8] == b"ftyp":
        return BRANDS.get(start[8:12], "video")
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
