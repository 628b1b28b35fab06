"""Class: text that no element holds and no viewer draws. An audit of a cleaned file counts it."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit

from readingroom.dicom import around
from readingroom.dicom.audit import audit
from readingroom.dicom.keeping import keep
from readingroom.dicom.profile import profile

from .made import film, ground

NAME = b"Meier, Anna."


def _compressed(kind, **more):
    stream = io.BytesIO()
    Image.fromarray(ground(256)).save(stream, kind, **more)
    return stream.getvalue()


def _framed(raw, syntax):
    made = film(ground(256), PatientName="X", PatientID="X")
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate([raw])
    made["PixelData"].is_undefined_length = True
    return made


def _jpeg(mark, held=NAME):
    raw = _compressed("JPEG")
    return raw[:2] + bytes([0xFF, mark]) + struct.pack(">H", len(held) + 2) + held + raw[2:]


def _jpeg_2000(held=NAME):
    raw = _compressed("JPEG2000", no_jp2=True)
    at = raw.index(around.TILE)
    return raw[:at] + b"\xff\x64" + struct.pack(">H", len(held) + 4) + b"\0\1" + held + raw[at:]


MADE = {
    "comment": lambda: _framed(_jpeg(0xFE), JPEGBaseline8Bit),
    "block 5": lambda: _framed(_jpeg(0xE5), JPEGBaseline8Bit),
    "EXIF": lambda: _framed(_jpeg(0xE1, b"Exif\0\0" + NAME), JPEGBaseline8Bit),
    "behind a JPEG": lambda: _framed(_compressed("JPEG") + NAME, JPEGBaseline8Bit),
    "JPEG 2000 comment": lambda: _framed(_jpeg_2000(), JPEG2000Lossless),
    "behind a JPEG 2000": lambda: _framed(
        _compressed("JPEG2000", no_jp2=True) + NAME, JPEG2000Lossless
    ),
}


def _original():
    return film(ground(256), PatientName="Meier^Anna", PatientID="4711-998")


def _read_again(made, path):
    made.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize("where", MADE)
def test_words_within_a_compressed_picture_are_counted(tmp_path, where):
    """Comments, blocks and bytes behind the last pixel that name the patient are found."""
    found = audit(_read_again(MADE[where](), tmp_path / "a.dcm"), _original())
    (item,) = [one for one in found.left if one.place == "pixels"]
    assert "Meier" in item.value and around.PIXELS in item.name


@pytest.mark.parametrize(
    "made",
    [lambda: _framed(_compressed("JPEG", comment=b"LEAD Technologies Inc. V1.01"),
                     JPEGBaseline8Bit),
     lambda: _framed(_compressed("JPEG2000"), JPEG2000Lossless),
     lambda: film(ground(256), PatientName="X", PatientID="X")],
)  # fmt: skip
def test_what_a_program_writes_of_itself_is_no_finding(tmp_path, made):
    """A compressor's own comment, the boxes of a JP2 file, plain pixels: nothing of the patient."""
    found = audit(_read_again(made(), tmp_path / "a.dcm"), _original())
    assert found.by_place()["pixels"] == 0


def test_words_before_and_behind_plain_pixels_are_counted_and_cleared(tmp_path):
    """The preamble, what follows the last pixel and padding: counted; a cleaned file has none."""
    made = _original()
    made.preamble = NAME + bytes(128 - len(NAME))
    made.PixelData += NAME
    path = _read_again(made, tmp_path / "a.dcm")
    with path.open("ab") as file:
        file.write(b"\xfc\xff\xfc\xffOB\0\0" + struct.pack("<I", len(NAME)) + NAME)
    found = audit(path, _original())
    told = {item.name for item in found.left}
    assert {"preamble", "padding at the end", f"picture: {around.PIXELS}"} <= told
    clean = keep(profile(made), made, "secret")
    after = audit(_read_again(clean, tmp_path / "b.dcm"), made)
    assert after.by_place()["header"] == 0 and after.by_place()["pixels"] == 0
    assert (clean.pixel_array == film(ground(256)).pixel_array).all()
