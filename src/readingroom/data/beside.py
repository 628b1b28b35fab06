"""What the file of a PNG or JPEG holds beside its picture: text, previews, bytes behind its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# Of PNG text, and of EXIF: what tells nothing about a patient.
PROGRAMS = ("software",)
TURNS = {274, 282, 283, 296, 531, 34665}  # how the camera was held, dots an inch, and a pointer
TEXTS = ("comment", "xmp", "xml:com.adobe.xmp", "photoshop")
# Chunks of a PNG that hold its picture or how to show it, and text, which Pillow gives out.
SHOWN = {
    *("IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "bKGD"),
    *("hIST", "pHYs", "acTL", "fcTL", "fdAT", "cICP", "mDCV", "cLLI", "tEXt", "zTXt", "iTXt"),
    *("eXIf", "tIME"),
}
# Blocks of a JPEG that hold how to show it; EXIF and XMP, which are looked into; an index of
# previews.
BLOCKS = {
    "APP0": (b"JFIF\0",), "APP1": (b"Exif\0", b"http://ns.adobe.com/"), "APP14": (b"Adobe",),
    "APP2": (b"ICC_PROFILE\0", b"MPF\0", b"urn:iso:std:iso:ts:21496"),
}  # fmt: skip
PADDING = b"\0\xff\r\n \x1a"
TEXT = "text beside the picture (EXIF, XMP or PNG text)"
BEHIND = "bytes behind the end of the picture, not looked at"


def found(image: Any, path: Path) -> list[str]:
    """What may name somebody beside a picture, in a sentence each.

    Parameters
    ----------
    image : PIL.Image.Image
        A PNG or JPEG, loaded.
    path : Path
        Its file.

    Returns
    -------
    list of str
        `TEXT` and `BEHIND`, as far as they are true. What a camera puts behind a photograph on
        purpose, and says so at its beginning, is no byte behind it.
    """
    raw = path.read_bytes()
    end, odd = _png(raw) if image.format == "PNG" else (jpeg(raw)[1], False)
    behind = image.format != "MPO" and bool(raw[end:].strip(PADDING))
    return [TEXT] * (odd or text(image)) + [BEHIND] * behind


def text(image: Any) -> bool:
    """Whether there is any text but the name of the program that wrote it."""
    chunks = dict(getattr(image, "text", None) or {})
    told = any(
        str(said).strip() or key.strip()
        for key, said in chunks.items()
        if key.lower() not in PROGRAMS
    )
    named = {str(key).lower() for key, value in image.info.items() if value}
    blocks = any(
        not bytes(held).startswith(BLOCKS.get(str(name), ())) for name, held in
        getattr(image, "applist", [])
    )  # fmt: skip
    return told or blocks or bool(named & set(TEXTS)) or _exif(image)


def _exif(image: Any) -> bool:
    """Whether there is more in EXIF than how the camera was held."""
    exif = image.getexif()
    return bool(set(exif) - TURNS) or bool(exif.get_ifd(34665)) or bool(exif.get_ifd(1))


def _png(raw: bytes) -> tuple[int, bool]:
    """Where a PNG ends, and whether it holds a chunk that is neither picture nor known."""
    at, odd = 8, False
    while at + 12 <= len(raw):
        size, name = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        odd |= name.decode("latin-1") not in SHOWN
        at += 12 + size
        if name == b"IEND":
            break
    return at, odd


def jpeg(raw: bytes) -> tuple[list[bytes], int]:
    """The blocks of a JPEG or JPEG-LS that may hold words, and where its first picture ends.

    Previews within a block have an end of their own, so blocks are stepped over. Where there is no
    end, the file's counts.
    """
    blocks: list[bytes] = []
    at = 2
    while at + 4 <= len(raw):
        if raw[at] != 0xFF:  # greys: up to the next mark that is neither stuffing nor a restart
            at = raw.find(b"\xff", at)
            if at < 0:
                break
            continue
        mark = raw[at + 1]
        if mark == 0xD9:
            return blocks, at + 2
        if mark == 0xFF:
            at += 1
        elif mark < 0x80 or 0xD0 <= mark <= 0xD8:  # JPEG-LS stuffs with whatever is below 0x80
            at += 2
        else:
            size = int.from_bytes(raw[at + 2 : at + 4], "big")
            if 0xE0 <= mark <= 0xEF or mark == 0xFE:
                blocks.append(raw[at + 4 : at + 2 + size])
            at += 2 + size
    return blocks, len(raw)
