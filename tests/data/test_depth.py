"""Class: deep numbers shown or cut without a word. The film is shown, or the loss is said."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from readingroom import data
from readingroom.data import adding, films, greys
from readingroom.data.errors import DataError, Unreadable
from readingroom.dicom import suv

from ..dicom.made import film
from .films_made import png, thorax

FILM = thorax(200, seed=1).astype(np.uint16)
DEEP = FILM * 16  # 12 bits


def write(path, values, colours=0):
    """A 16-bit PNG of grey, colour or transparency, as the format's number of it says."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, colours, 0, 0, 0)
    blocks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(raw)) + kind + raw + struct.pack(">I", zlib.crc32(kind + raw))
        for kind, raw in blocks
    ))  # fmt: skip
    return path


@pytest.mark.parametrize("edge", [14, 30, 45])
@pytest.mark.parametrize("bright", [True, False])
def test_a_marker_in_the_middle_does_not_set_the_greys(tmp_path, edge, bright):
    """Lead or dead pixels on the film itself, up to a tenth of it, leave it as it is."""
    marked = DEEP + 20000
    marked[80 : 80 + edge, 80 : 80 + edge] = 65535 if bright else 0
    shown = films.read(write(tmp_path / "a.png", marked)).pixels
    plain = films.read(write(tmp_path / "b.png", DEEP)).pixels
    outside = np.ones(shown.shape, bool)
    outside[80 : 80 + edge, 80 : 80 + edge] = False
    assert np.abs(shown.astype(int) - plain)[outside].max() <= 12


@pytest.mark.parametrize(("colours", "layers"), [(2, 3), (4, 2), (6, 4)])
def test_deep_colours_of_low_numbers_are_refused(tmp_path, colours, layers):
    """Of 16-bit colours only the upper half is read: 12-bit numbers would be a black film."""
    stack = np.stack([DEEP] * layers, axis=-1)
    with pytest.raises(Unreadable, match="16-bit colours"):
        films.read(write(tmp_path / "a.png", stack, colours))
    whole = films.read(write(tmp_path / "b.png", stack * 16, colours))
    assert np.abs(whole.pixels.astype(int) - FILM).max() <= 1


def test_a_film_of_few_greys_is_said(tmp_path):
    """A window over 16 bits shows a 12-bit film in a few dark greys; that is no silent score."""
    made = film(DEEP, WindowCenter=32768, WindowWidth=65536)
    made.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    assert any("few of 256 greys" in said for said in films.read(tmp_path / "a.dcm").remarks)
    film(DEEP).save_as(tmp_path / "b.dcm", enforce_file_format=True)
    assert films.read(tmp_path / "b.dcm").remarks == []


def test_bits_above_those_stated_are_said(tmp_path):
    """12-bit numbers under a header of 10 bits are noise, and the remark names HighBit."""
    film(DEEP, BitsStored=10, HighBit=9).save_as(tmp_path / "a.dcm", enforce_file_format=True)
    assert any("above its HighBit 9" in said for said in films.read(tmp_path / "a.dcm").remarks)


@pytest.mark.parametrize("bits", [0, 17])
def test_impossible_bits_are_refused_by_name(tmp_path, bits):
    """No picture has no bits, and none more than are allocated."""
    made = film(DEEP, BitsStored=bits, HighBit=max(bits - 1, 0))
    made.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    with pytest.raises(Unreadable, match=f"BitsStored {bits}"):
        films.read(tmp_path / "a.dcm")


@pytest.mark.parametrize("tags", [{"RescaleSlope": 2}, {"RescaleIntercept": -1024},
                                  {"RescaleSlope": 0, "RescaleIntercept": 1}])  # fmt: skip
def test_half_a_rescale_measures_nothing(tags):
    """Hounsfield units and Bq/ml need slope and intercept; a missing one is not made up."""
    made = film(FILM, **tags)
    with pytest.raises(Unreadable, match=r"without the other|RescaleSlope is 0"):
        greys.measured(made, FILM)
    with pytest.raises(DataError):
        suv.activity(made)


@pytest.mark.parametrize("ink", [1, 255])
def test_an_outline_of_ones_is_an_outline(tmp_path, ink):
    """Masks hold 0 and 1 in some files and 0 and 255 in others: neither comes out empty."""
    rows = ["file,label,mask"]
    for k in range(24):
        png(tmp_path / f"films/f{k}.png", thorax(128, seed=k))
        outline = np.zeros((128, 128), np.uint8)
        outline[32:64, 32:64] = ink * (k % 2)
        png(tmp_path / f"films/m{k}.png", outline)
        rows.append(f"f{k}.png,{k % 2},m{k}.png")
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    adding.add(tmp_path / "films", tmp_path / "labels.csv", "t", progress=False)
    cohort = data.load("t", size=64, progress=False)
    shares = cohort.masks.mean(axis=(1, 2))
    assert np.allclose(shares[cohort.table["label"] == 1], 1 / 16, atol=0.01)
    assert shares[cohort.table["label"] == 0].max() == 0
