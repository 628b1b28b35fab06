"""Lesson 01's checks: a released file from a stranger, a function, a box, at their edges."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from readingroom.checks import lesson_01
from readingroom.dicom import keeping
from readingroom.questions import exercises


@pytest.fixture(scope="module")
def frozen():
    """What the checks read; the stick is the same in both modes."""
    return exercises.frozen("01", "simulated")


def _judged(raw: bytes, frozen, tmp_path):
    path = tmp_path / "sent.dcm"
    path.write_bytes(raw)
    verdict, _ = exercises.examine(lesson_01.AUDIT, path, frozen)
    return verdict


def _bytes(data) -> bytes:
    stream = io.BytesIO()
    data.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


@pytest.fixture
def right(frozen):
    """A released file as it should be."""
    return lesson_01._release(frozen, "right")


def _nested(raw: bytes) -> bytes:
    """The file's first lines, then thousands of sequences, each within the one before."""
    opening = struct.pack("<HH2sHI", 0x0040, 0x0275, b"SQ", 0, 0xFFFFFFFF)
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    first = raw.index(struct.pack("<HH", 0x0008, 0x0016))
    return raw[:first] + (opening + item) * 5000 + raw[first:]


def _deflated(raw: bytes, data) -> bytes:
    """A file that says it is deflated and inflates to a hundred times its size."""
    data.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = packer.compress(bytes(100_000_000)) + packer.flush()
    head = _bytes(data)[:400]
    return head + bomb


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw, data: b"",
        lambda raw, data: raw[:1000],
        lambda raw, data: raw[:-100],
        lambda raw, data: np.random.default_rng(1).bytes(5000),
        lambda raw, data: b"\0" * 128 + b"DICM" + np.random.default_rng(2).bytes(5000),
        lambda raw, data: _nested(raw),
        lambda raw, data: _deflated(raw, data),
        lambda raw, data: b"\x80\x04\x95" + raw,
    ],
)
def test_a_hostile_file_is_refused_plainly(spoil, frozen, right, tmp_path):
    """Cut, random, nested, inflating and foreign bytes earn nothing and get one sentence."""
    verdict = _judged(spoil(_bytes(right), right), frozen, tmp_path)
    assert (verdict.points, verdict.status) == (0, exercises.WRONG)
    assert verdict.reason == lesson_01.NOT_DICOM


def test_another_shape_is_refused(frozen, right, tmp_path):
    """A file whose picture has another size than the one sent out is not that film."""
    right.Rows = int(right.Rows) // 2
    assert _judged(_bytes(right), frozen, tmp_path).reason == lesson_01.NOT_DICOM


def test_letters_that_still_show_are_no_clean_picture(frozen, tmp_path):
    """Greyed, inverted or shifted by a little, the name is still readable and earns nothing."""
    row0, row1, col0, col1 = frozen.first.box
    for change in (lambda x: 4095 - x, lambda x: x // 2, lambda x: np.maximum(x, 30) - 30):
        data = lesson_01._release(frozen, "trick", masked=False)
        pixels = data.pixel_array.copy()
        pixels[row0:row1, col0:col1] = change(pixels[row0:row1, col0:col1])
        data.PixelData = pixels.astype("<u2").tobytes()
        assert _judged(_bytes(data), frozen, tmp_path).points == 0


def test_what_was_put_back_is_noticed(frozen, right, tmp_path):
    """One original value anywhere in an otherwise clean file costs the points."""
    before = frozen.first.data()
    for keyword in ("PatientID", "StudyDate", "PatientBirthDate", "AccessionNumber"):
        data = lesson_01._release(frozen, "back")
        data.ContentQualification = "RESEARCH"
        setattr(data, keyword, before[keyword].value)
        verdict = _judged(_bytes(data), frozen, tmp_path)
        assert verdict.points == 0 and keyword in verdict.reason


@pytest.mark.parametrize("seed", range(5))
def test_hidden_inputs_are_other_patients(seed, frozen):
    """Any grader's seed draws five patients with exams 42 days apart; right stays right."""
    asked = exercises.calls(lesson_01.SHIFT, seed)
    assert len({patient for _, patient in asked[:11]}) == 5 and asked[0] == asked[10]
    verdict, _ = exercises.examine(
        lesson_01.SHIFT, lambda day, who: keeping.earlier(day, who + "x"), frozen, seed
    )
    assert verdict.status == exercises.RIGHT and "secret" not in verdict.reason
    plain, _ = exercises.examine(lesson_01.SHIFT, keeping.earlier, frozen, seed)
    assert plain.status == exercises.WRONG and "Add the secret" in plain.reason
    literal, _ = exercises.examine(
        lesson_01.SHIFT, lambda day, who: keeping.earlier(day, who + "secret"), frozen, seed
    )
    assert literal.status == exercises.WRONG and "quotation marks" in literal.reason


@pytest.mark.parametrize("part", [slice(3), slice(-1, None), slice(1, None), slice(None, -1)])
def test_a_part_of_the_number_is_not_the_patient(part, frozen):
    """Numbers that differ only in the rest would share a shift, so none of these is accepted."""
    verdict, _ = exercises.examine(
        lesson_01.SHIFT, lambda day, who: keeping.earlier(day, who[part] + "x"), frozen
    )
    assert verdict.status == exercises.WRONG and "whole number" in verdict.reason


@pytest.mark.parametrize("by", [0, 2, 5, 10, 20])
def test_a_generous_box_passes_and_a_huge_one_does_not(by, frozen):
    """A hand's tremor is allowed; what reaches the lungs or a tenth of the film is not."""
    box = lesson_01._wider(frozen.second.box, by)
    assert exercises.examine(lesson_01.BLACKOUT, box, frozen)[0].status == exercises.RIGHT
    assert exercises.examine(lesson_01.BLACKOUT, (0, 448, 0, 448), frozen)[0].points == 0
