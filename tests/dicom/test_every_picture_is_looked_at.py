"""Class: code that assumes one grey picture. Each one in a file is searched, or said not to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from readingroom.dicom.audit import audit

from .made import film, ground, letters, scene


def written(dark=20, bright=230):
    """A dark picture with a name in it."""
    return np.where(letters(), bright, dark).astype(np.uint8)


def coloured(channel):
    """The name in one colour only, which hardly shows in grey."""
    picture = np.stack([ground()] * 3, axis=-1)
    picture[..., channel][letters()] = 230
    return film(picture)


def planar():
    """The name in colours that are stored one after the other."""
    made = film(np.stack([written()] * 3, axis=-1), PlanarConfiguration=1)
    made.PixelData = np.stack([written()] * 3).tobytes()
    return made


def palette():
    """The name by palette: number 7 is bright."""
    made = film(np.where(letters(), 7, 1).astype(np.uint8))
    made.PhotometricInterpretation = "PALETTE COLOR"
    table = np.zeros(256, np.uint16)
    table[7] = 60_000
    for colour in ("Red", "Green", "Blue"):
        setattr(made, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(made, f"{colour}PaletteColorLookupTableData", table.tobytes())
    return made


def overlaid(group=0x6000, hidden=False):
    """The name in an overlay plane, or in a bit that the pixels do not use."""
    bits = letters()
    if hidden:
        made = film(scene(depth=4095) | (bits.astype(np.uint16) << 14))
        made.BitsStored, made.HighBit = 12, 11
    else:
        made = film(ground())
        made.add_new((group, 0x3000), "OW", np.packbits(bits, bitorder="little").tobytes())
    made.add_new((group, 0x0010), "US", bits.shape[0])
    made.add_new((group, 0x0011), "US", bits.shape[1])
    made.add_new((group, 0x0040), "CS", "G")
    made.add_new((group, 0x0050), "SS", [1, 1])
    made.add_new((group, 0x0100), "US", 16 if hidden else 1)
    made.add_new((group, 0x0102), "US", 14 if hidden else 0)
    return made


def nested():
    """The name in a picture inside a sequence."""
    made, inner = film(ground()), Dataset()
    for element in film(written()):
        if element.tag.group in (0x0028, 0x7FE0):
            inner.add(element)
    made.IconImageSequence = Sequence([inner])
    return made


PLACES = {
    "grey": lambda: film(written()),
    "inverse": lambda: film(255 - written(), PhotometricInterpretation="MONOCHROME1"),
    "negative slope": lambda: film(255 - written(), RescaleSlope=-1, RescaleIntercept=255,
                                   WindowCenter=128, WindowWidth=256),
    "above the window": lambda: film(written().astype(np.uint16) + 3000, WindowCenter=100,
                                     WindowWidth=50),
    "padding": lambda: film(written(), PixelPaddingValue=230),
    "planar": lambda: planar(),
    "rgb": lambda: film(np.stack([written()] * 3, axis=-1)),
    "red": lambda: coloured(0),
    "blue": lambda: coloured(2),
    "palette": palette,
    "first frame": lambda: film(np.stack([written(), ground(), ground()])),
    "last frame": lambda: film(np.stack([ground(), ground(), written()])),
    "every frame": lambda: film(np.stack([written()] * 3)),
    "colour frames": lambda: film(np.stack([np.stack([written()] * 3, axis=-1)] * 2)),
    "overlay": overlaid,
    "last overlay": lambda: overlaid(0x601E),
    "overlay in an unused bit": lambda: overlaid(hidden=True),
    "icon": nested,
}  # fmt: skip


@pytest.mark.parametrize("where", PLACES)
def test_a_name_is_found_once_wherever_it_stands(where):
    """The same name counts once in grey, colour, any frame, any overlay and in an icon."""
    assert audit(PLACES[where]()).by_place()["pixels"] == 1


def test_a_clean_picture_of_any_shape_is_zero():
    """Zero is said where everything was looked at and nothing was found."""
    for values in (ground(), np.stack([ground()] * 3), np.stack([ground()] * 3, axis=-1)):
        found = audit(film(values))
        assert found.by_place()["pixels"] == 0 and found.unseen == ()


def cut():
    """A file that ends within its pixels."""
    made = film(ground())
    made.PixelData = made.PixelData[:500]
    return made


def without(name):
    """A file that lacks an element which its picture needs."""
    made = film(ground())
    delattr(made, name)
    return made


UNSEEN = {
    "cut short": (cut, "cut short"),
    "small": (lambda: film(ground(100)), "below 200 pixels"),
    "unknown": (lambda: film(ground(), PhotometricInterpretation="HSV"), "HSV"),
    "no bits": (lambda: without("BitsStored"), "BitsStored"),
    "frames": (lambda: film(ground(), NumberOfFrames="2"), "cut short"),
    "long": (lambda: film(np.stack([ground(210)] * 102)), "frames 101 to 102"),
    "document": (lambda: film(ground(), EncapsulatedDocument=b"%PDF-1.7 "), "EncapsulatedDocument"),
}  # fmt: skip


@pytest.mark.parametrize("which", UNSEEN)
def test_what_cannot_be_looked_at_is_said_and_is_no_zero(which):
    """A picture nobody could look at is a sentence; the findings of the header stay."""
    make, said = UNSEEN[which]
    found = audit(make())
    assert "not looked at" in found.by_place()["pixels"] and said in found.by_place()["pixels"]
    assert said in str(found) and found.by_place()["header"] > 3


@settings(max_examples=60)
@given(st.sampled_from(["Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "WindowWidth",
                        "SamplesPerPixel", "PixelRepresentation", "NumberOfFrames",
                        "RescaleSlope", "PlanarConfiguration"]), st.integers(0, 70))  # fmt: skip
def test_no_header_ends_an_audit(name, value):
    """Whatever one element says, an audit gives its count, and 0 pixels only for a seen picture."""
    made = film(np.where(letters(210), 230, 20).astype(np.uint8), WindowCenter=128, WindowWidth=256)
    setattr(made, name, value)
    found = audit(made)
    pixels = found.by_place()["pixels"]
    assert found.by_place()["header"] > 3
    assert isinstance(pixels, str) is bool(found.unseen and not any(
        item.place == "pixels" for item in found.left))  # fmt: skip
