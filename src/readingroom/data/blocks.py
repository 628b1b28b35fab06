"""The parts of a PNG and of a JPEG, and which of them hold more than a picture and how to show it.

A part passes where it has just the form that its standard gives it. Whatever is longer, stands
elsewhere or has another name may hold words, and is told.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

# Chunks of a PNG by the lengths they may have; text, profiles and pixels are looked into.
LENGTHS: dict[bytes, tuple[int, ...]] = {
    b"IHDR": (13,), b"IEND": (0,), b"gAMA": (4,), b"cHRM": (32,), b"sRGB": (1,), b"pHYs": (9,),
    b"tIME": (7,), b"acTL": (8,), b"fcTL": (26,), b"cICP": (4,), b"mDCV": (24,), b"cLLI": (8,),
    b"sBIT": (1, 2, 3, 4), b"bKGD": (1, 2, 6), b"oFFs": (9,), b"vpAg": (9,), b"orNT": (1,),
    b"sTER": (1,), b"iDOT": (28,), b"CgBI": (4,),
}  # fmt: skip
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
# What programs write of themselves under the key Software; any other word may be a person's.
PROGRAMS = re.compile(
    r"adobe|photoshop|gimp|imagemagick|graphicsmagick|matplotlib|paint|snip|shot|preview|pixelmator"
    r"|irfanview|xnview|osirix|horos|radiant|weasis|microdicom|pillow|opencv|imagej|fiji|slicer"
    r"|inkscape|dcmtk|gdcm|matlab|python|windows|android|ios|macos|affinity|picasa|chrome|firefox",
    re.I,
)
LETTERS = re.compile(rb"[A-Za-z\xc0-\xff]{4}|([A-Za-z]\0){4}|(\0[A-Za-z]){4}")
SCAN = (0xDA, *range(0xD0, 0xD8))  # marks behind which a JPEG's greys stand


def png(raw: bytes) -> tuple[int, bool]:
    """Where a PNG ends, and whether one of its chunks holds more than it should."""
    at, odd, header = 8, False, b""
    packed: list[bytes] = []  # a large film has thousands
    while at + 12 <= len(raw):
        size, name = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        held = raw[at + 8 : at + 8 + size]
        header = header or (held if name == b"IHDR" else b"")
        packed += [held] if name == b"IDAT" else []
        odd |= _odd_chunk(name, held, header)
        at += 12 + size
        if name == b"IEND":
            break
    return at, odd or _unseen(b"".join(packed), header)


def _odd_chunk(name: bytes, held: bytes, header: bytes) -> bool:
    if name in (b"IDAT", b"fdAT"):
        return False
    if name in LENGTHS:
        return len(held) not in LENGTHS[name]
    if name in TEXTS:
        return _odd_text(name, held)
    colours = header[9] if len(header) == 13 else 3
    if name == b"PLTE":
        return colours not in (2, 3, 6) or len(held) > 768 or bool(len(held) % 3)
    if name == b"hIST":
        return colours != 3 or len(held) > 512
    if name == b"tRNS":
        return len(held) > {0: 2, 2: 6, 3: 256}.get(colours, 0)
    if name == b"iCCP":
        return _odd_profile(_inflated(held.partition(b"\0")[2][1:]))
    return name != b"eXIf"  # which is looked into by its tags


def _odd_text(name: bytes, held: bytes) -> bool:
    """Whether a chunk of text says more than which program wrote the picture."""
    key, _, rest = held.partition(b"\0")
    if key.lower() != b"software":
        return True
    if name == b"zTXt":
        rest = _inflated(rest[1:])
    elif name == b"iTXt":
        packed, (language, _, rest) = rest[:1] == b"\1", rest[2:].partition(b"\0")
        title, _, rest = rest.partition(b"\0")
        if language or title:
            return True
        rest = _inflated(rest) if packed else rest
    said = rest.decode("utf-8", "replace").strip()
    return bool(said) and not PROGRAMS.search(said)


def _inflated(packed: bytes) -> bytes:
    """What a compressed chunk holds, up to a megabyte; what is no compression, as it stands."""
    try:
        return zlib.decompressobj().decompress(packed, 1_000_000)
    except zlib.error:
        return packed or b"?"


def _odd_profile(profile: bytes) -> bool:
    """Whether a colour profile is none, or longer than it says."""
    return profile[36:40] != b"acsp" or int.from_bytes(profile[:4], "big") != len(profile)


def _unseen(packed: bytes, header: bytes) -> bool:
    """Whether the pixels' chunks hold bytes beyond the last pixel."""
    if len(header) != 13 or header[12] or header[10] or not packed:
        return False  # interlaced ones have rows of many lengths
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits = header[8] * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(header[9], 1)
    wanted = height * (1 + (width * bits + 7) // 8)
    machine = zlib.decompressobj()
    try:
        length = len(machine.decompress(packed, wanted + 1))
    except zlib.error:
        return False  # a damaged picture is refused where it is shown
    behind = machine.unused_data.strip(b"\0")
    return length > wanted or bool(behind)


def jpeg(raw: bytes) -> Iterator[tuple[int, bytes, bytes, int]]:
    """Every block of a JPEG or JPEG-LS up to the end of its first picture.

    Previews within a block have an end of their own, so blocks are stepped over.

    Yields
    ------
    mark : int
        The second byte of its mark; 0xD9 is the end.
    held : bytes
    before : bytes
        What stands before the mark and belongs to nothing.
    end : int
        Where the block ends.
    """
    at, gap, scan = 2, 2, False
    while at + 2 <= len(raw):
        if raw[at] != 0xFF or (at + 1 < len(raw) and _no_mark(raw[at + 1], scan)):
            at = raw.find(b"\xff", at + 1)
            if at < 0:
                return
            continue
        mark = raw[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        before = b"" if scan else raw[gap:at].strip(b"\xff\0")
        size = 0
        if not (mark == 0x01 or 0xD0 <= mark <= 0xD9):
            if at + 4 > len(raw):
                return
            size = int.from_bytes(raw[at + 2 : at + 4], "big")
        yield mark, raw[at + 4 : at + 2 + size], before, at + 2 + size
        if mark == 0xD9:
            return
        at += 2 + size
        gap, scan = at, mark in SCAN


def _no_mark(second: int, scan: bool) -> bool:
    """Whether the byte behind a 0xFF makes it none: JPEG-LS stuffs with whatever is below 0x80."""
    return second < 0x80 and (scan or second != 0x01)


def odd_block(mark: int, held: bytes) -> bool:
    """Whether a block of a JPEG holds more than a picture and how to show it.

    EXIF, and what an index of previews says in bytes, pass here: the one is looked into by its
    tags, the others are pictures of their own.
    """
    size = len(held)
    if mark == 0xE0:
        plain = held.startswith(b"JFIF\0") and size == 14 and not held[12] * held[13]
        return not plain
    if mark == 0xE1:
        return not held.startswith(b"Exif\0")
    if mark == 0xE2:
        return _odd_second(held)
    if mark == 0xEC:  # the quality that a program chose for the web
        return not (held.startswith(b"Ducky\0\1\0\4") and size <= 17)
    if mark == 0xEE:
        return not (held.startswith(b"Adobe") and size == 12)
    if mark == 0xFE:
        return bool(held.strip(b"\0 "))
    return mark not in FORMS or not FORMS[mark](held)


def _odd_second(held: bytes) -> bool:
    if held.startswith(b"ICC_PROFILE\0"):
        number, many = (held + b"\0\0")[12:14]
        return number == many == 1 and _odd_profile(held[14:])
    for start in (b"MPF\0", b"urn:iso:std:iso:ts:21496:-1\0"):
        if held.startswith(start):
            return bool(LETTERS.search(held[len(start) :]))
    return True


def _tables(held: bytes) -> bool:
    """Whether tables of quantisation, of 64 or 128 bytes and one before, fill a block."""
    at = 0
    while at < len(held):
        at += 129 if held[at] >> 4 else 65
    return at == len(held)


def _codes(held: bytes) -> bool:
    """Whether Huffman tables, each as long as its 16 counts say, fill a block."""
    at = 0
    while at < len(held):
        at += 17 + sum(held[at + 1 : at + 17])
    return at == len(held)


def _frame(held: bytes) -> bool:
    return len(held) >= 6 and len(held) == 6 + 3 * held[5]


def _nothing(held: bytes) -> bool:
    return not held


FORMS = {
    0x01: _nothing, 0xC4: _codes, 0xCC: lambda held: len(held) <= 64 and not len(held) % 2,
    0xDB: _tables, 0xDD: lambda held: len(held) == 2, 0xDC: lambda held: len(held) == 2,
    0xDA: lambda held: len(held) >= 4 and len(held) == 4 + 2 * held[0],
    **dict.fromkeys(range(0xD0, 0xDA), _nothing),
    **{mark: _frame for mark in range(0xC0, 0xD0) if mark not in (0xC4, 0xC8, 0xCC)},
    0xF7: _frame, 0xF8: lambda held: len(held) <= 16,
}  # fmt: skip
