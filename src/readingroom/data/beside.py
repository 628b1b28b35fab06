"""What the file of a PNG or JPEG holds beside its picture: text, previews, bytes behind its end."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from readingroom.data import blocks

# Of EXIF, what tells nothing about a patient: how the camera was held, dots an inch, a pointer.
TURNS = {274, 282, 283, 296, 531, 34665}
SLACK = 3  # bytes: the places of a tag's values, where another program would have put them
PADDING = b"\0\xff\r\n \x1a"
TEXT = "text beside the picture (EXIF, XMP or PNG text)"
BEHIND = "bytes behind the end of the picture, not looked at"


class Preview(NamedTuple):
    """A picture that a camera put behind the first: None where it is damaged; its own bytes, and
    those that follow it."""

    picture: Any
    held: bytes
    behind: bytes


def found(image: Any, raw: bytes, behind: Sequence[Preview] = ()) -> list[str]:
    """What may name somebody beside a picture, in a sentence each.

    Parameters
    ----------
    image : PIL.Image.Image
        A PNG or JPEG, loaded.
    raw : bytes
        Its file.
    behind : sequence of Preview
        What `previews` found in it, where a camera says that there are some.

    Returns
    -------
    list of str
        `TEXT` and `BEHIND`, as far as they are true.
    """
    if image.format == "PNG":
        end, odd = blocks.png(raw)
        return [TEXT] * (odd or exif(image)) + [BEHIND] * bool(raw[end:].strip(PADDING))
    told, rest = text(image, raw), raw[jpeg(raw)[1] :]
    for one in behind:
        told = told or (one.picture is not None and text(one.picture, one.held))
        rest = one.behind
    return [TEXT] * told + [BEHIND] * bool(rest.strip(PADDING))


def text(image: Any, raw: bytes) -> bool:
    """Whether a JPEG has any text: in a block, between two, or in EXIF."""
    odd = any(
        bool(before) or blocks.odd_block(mark, held) for mark, held, before, _ in blocks.jpeg(raw)
    )
    return odd or exif(image)


def previews(raw: bytes) -> Iterator[Preview]:
    """The pictures that a camera puts behind the first.

    Parameters
    ----------
    raw : bytes
        A JPEG's file.

    Yields
    ------
    Preview
    """
    from PIL import Image

    rest = raw[jpeg(raw)[1] :].lstrip(b"\0")
    while rest.startswith(b"\xff\xd8\xff"):
        end = jpeg(rest)[1]
        preview, held = None, rest[:end]
        try:
            preview = Image.open(io.BytesIO(held))
            preview.load()
        except Exception:  # decoders raise anything on broken bytes
            preview = None
        rest = rest[end:].lstrip(b"\0")
        yield Preview(preview, held, rest)


def exif(image: Any) -> bool:
    """Whether there is more in EXIF than how the camera was held, also where it cannot be read."""
    tags = image.getexif()
    if set(tags) - TURNS or any(isinstance(value, (str, bytes)) for value in tags.values()):
        return True
    block = image.info.get("exif", b"").removeprefix(b"Exif\0\0")
    try:  # written anew before anything is asked of it, since asking adds a pointer
        known = tags.tobytes().removeprefix(b"Exif\0\0") if len(tags) else b"II*\0\x08\0\0\0"
    except Exception:  # tags of odd types; what cannot be written anew is told
        return True
    if tags.get_ifd(34665) or tags.get_ifd(1):
        return True
    return _filled(block) > _filled(known) + SLACK


def _filled(block: bytes) -> int:
    return len(block) - block.count(0)


def jpeg(raw: bytes) -> tuple[list[bytes], int]:
    """The blocks of a JPEG or JPEG-LS that may hold words, and where its first picture ends.

    Where there is no end, the file's counts.
    """
    found: list[bytes] = []
    for mark, held, before, end in blocks.jpeg(raw):
        found += [before] if before else []
        if 0xE0 <= mark <= 0xEF or mark == 0xFE:
            found.append(held)
        if mark == 0xD9:
            return found, end
    return found, len(raw)


def coding(raw: bytes) -> str:
    """What a JPEG is called that few programs read: lossless, of 12 bits, JPEG-LS; else empty."""
    for mark, held, _, _ in blocks.jpeg(raw):
        if mark == 0xF7:
            return "JPEG-LS"
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC) and held:
            bits = f"{held[0]}-bit " if held[0] != 8 else ""
            kind = {0xC3: "lossless "}.get(mark, "" if mark < 0xC3 else "unusually coded ")
            return f"{bits}{kind}JPEG" if bits or kind else ""
    return ""
