"""Text that a DICOM file holds around its pixels: before its header, between them, behind them.

No element shows it and no viewer draws it, and a copy of the file takes it along.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames

from readingroom.data import beside, letters, pixels

JPEG, JPEG_2000 = b"\xff\xd8", b"\xff\x4f\xff\x51"
TILE, END = b"\xff\x90", b"\xff\xd9"
PADDING = 0xFFFCFFFC
PIXELS = "beside its pixels"


def texts(data: Dataset) -> Iterator[tuple[str, str]]:
    """Every such text, with the name of its place; texts of one kind of one file are one.

    Parameters
    ----------
    data : Dataset
        As read, with its preamble and its transfer syntax.

    Yields
    ------
    name, text : str
    """
    yield "preamble", _text(getattr(data, "preamble", None) or b"")
    padding = data.get(PADDING)
    yield "padding at the end", _text(bytes(padding.value or b"") if padding else b"")
    for name, holder in letters.holders(data):
        found: list[bytes] = []
        # broken pictures are told by those who look at them
        with contextlib.suppress(Exception):
            found = list(_beside(holder))
        yield f"{name}: {PIXELS}", " ".join(dict.fromkeys(map(_text, found)))


def cleared(data: Dataset) -> None:
    """Empty the preamble and cut what follows the last pixel, where that is safe: uncompressed.

    A compressed picture stays as it is; the audit tells what stands in it.
    """
    data.preamble = bytes(128)
    raw = data.get("PixelData")
    syntax = pixels.syntax_of(data)
    if isinstance(raw, bytes) and syntax is not None and not syntax.is_encapsulated:
        with contextlib.suppress(Exception):  # a header that does not say how long they are
            length = _expected(data)
            data.PixelData = raw[: length + length % 2]


def _text(raw: bytes) -> str:
    """What may be read of some bytes, in Latin letters or UTF-8; other signs are gaps."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", raw.decode("latin-1")).split())


def _beside(data: Dataset) -> Iterator[bytes]:
    """Blocks of compressed frames that are no pixels, and what follows the last pixel."""
    raw = data.get("PixelData")
    if not isinstance(raw, bytes):
        return
    syntax = pixels.syntax_of(data)
    if syntax is not None and syntax.is_encapsulated:
        for frame in generate_frames(raw, number_of_frames=pixels.frames(data)):
            yield from _blocks(frame)
    else:
        yield raw[_expected(data) :]


def _expected(data: Dataset) -> int:
    """Bytes that the pixels of a file take by its header."""
    from pydicom.pixels.utils import get_expected_length

    return int(get_expected_length(data))


def _blocks(frame: bytes) -> Iterator[bytes]:
    if frame.startswith(JPEG):
        blocks, end = beside.jpeg(frame)
        yield from blocks
        yield frame[end:]
    elif JPEG_2000 in frame:  # what stands before it are boxes of a JP2 file
        start = frame.index(JPEG_2000)
        tiles = frame.find(TILE, start)
        yield frame[:start]
        yield frame[start + 2 : tiles if tiles > 0 else None]
        yield frame[frame.rfind(END) + 2 :] if END in frame else b""
