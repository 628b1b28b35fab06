"""Class: one film stored in several ways. However it is stored, one chain shows one picture."""

from __future__ import annotations

import io

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings, strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from readingroom.data import films, greys, pixels
from readingroom.data.errors import DataError, Unreadable
from readingroom.dicom import windowing

from .made import film, scene


def far(one, other):
    """The largest difference between two pictures."""
    return int(np.abs(one.astype(int) - other.astype(int)).max())


def twelve(values=None, **tags):
    """A film of 12 bits."""
    made = film(scene(64, 4095) if values is None else values, **{"BitsStored": 12, **tags})
    made.HighBit = tags.get("HighBit", made.BitsStored - 1)
    return made


@settings(max_examples=60)
@given(
    st.floats(-40, 40).filter(lambda slope: abs(slope) > 0.01),
    st.integers(-3000, 3000),
    st.booleans(),
    st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
)
def test_a_slope_of_either_sign_shows_the_same_film(slope, shift, inverse, curve):
    """Values, not stored numbers, decide what is bright; MONOCHROME1 turns that once."""
    slope = float(f"{slope:.6g}")
    own = np.arange(0, 4096, 16).reshape(16, 16).astype(np.uint16)
    reach = abs(slope) * 4095
    window = {"WindowCenter": f"{slope * 2047.5 + shift:.8g}", "VOILUTFunction": curve,
              "WindowWidth": f"{max(reach / 2, 1):.8g}"}  # fmt: skip
    made = twelve(own, RescaleSlope=f"{slope:.6g}", RescaleIntercept=shift, **window)
    if inverse:
        made.PhotometricInterpretation = "MONOCHROME1"
    shown = greys.picture(made).astype(int).ravel()
    rising = (slope > 0) != inverse
    assert (np.diff(shown) * (1 if rising else -1)).min() >= 0
    assert shown.min() < 40 and shown.max() > 215


@pytest.mark.parametrize("inverse", [False, True])
def test_a_negative_slope_is_the_same_film_in_every_room(tmp_path, inverse):
    """The folder's reader, the lesson's and the reader of one film agree on both ways to store."""
    kind = "MONOCHROME1" if inverse else "MONOCHROME2"
    values = scene(64)
    plain = film(values, PhotometricInterpretation=kind, WindowCenter=128, WindowWidth=256)
    turned = film(255 - values, PhotometricInterpretation=kind, RescaleSlope=-10,
                  RescaleIntercept=3000, WindowCenter=1725, WindowWidth=2550)  # fmt: skip
    for name, made in (("plain", plain), ("turned", turned)):
        made.save_as(tmp_path / f"{name}.dcm")
        read = films.read(tmp_path / f"{name}.dcm").pixels
        np.testing.assert_array_equal(read, windowing.picture(made))
    assert far(windowing.picture(plain), windowing.picture(turned)) <= 1


@settings(max_examples=60)
@given(st.integers(8, 15), st.data())
def test_a_high_bit_above_the_usual_place_changes_nothing(bits, data):
    """However high the numbers stand, signed or not, the stored numbers are the same."""
    high = data.draw(st.integers(bits, 15))
    signed = data.draw(st.booleans())
    values = np.arange(2**bits).reshape(16, -1) - signed * 2 ** (bits - 1)
    noise = data.draw(st.integers(0, 2 ** (high + 1 - bits) - 1))  # old overlays below the numbers
    words = (((values & (2**bits - 1)) << (high + 1 - bits)) | noise).astype(np.uint16)
    made = film(words, BitsStored=bits, HighBit=high, PixelRepresentation=int(signed))
    np.testing.assert_array_equal(pixels.stored(made), values)


@pytest.mark.parametrize("high", [5, 16, 40])
def test_a_high_bit_that_cannot_be_is_refused_by_name(high):
    """Where the numbers cannot stand like that, nobody guesses."""
    with pytest.raises(DataError, match="HighBit"):
        windowing.picture(twelve(HighBit=high))


def table(entries, bits, start=0, packed=False):
    """A table of greys as a sequence of one item."""
    item = Dataset()
    item.LUTDescriptor = [len(entries), start, bits]
    kind = np.uint8 if packed else np.uint16
    item.add_new("LUTData", "OW", np.asarray(entries, kind).tobytes())
    return Sequence([item])


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("where", ["ModalityLUTSequence", "VOILUTSequence"])
def test_a_table_longer_than_its_greys_does_not_wrap(where, packed):
    """4,096 entries of 8 bits, in words or in bytes, fall from white to black."""
    made = twelve()
    setattr(made, where, table(255 - np.arange(4096) // 16, 8, packed=packed))
    if where == "ModalityLUTSequence":
        made.WindowCenter, made.WindowWidth = 128, 256
    assert far(greys.picture(made), 255 - made.pixel_array // 16) <= 1


def test_a_table_that_breaks_off_is_refused():
    """Fewer entries than the descriptor says are told, not filled up."""
    made = twelve()
    made.VOILUTSequence = table(np.arange(4096), 12)
    made.VOILUTSequence[0].LUTData = made.VOILUTSequence[0].LUTData[:100]
    with pytest.raises(DataError, match="LUT"):
        windowing.picture(made)


def test_a_palette_is_followed():
    """Numbers of a palette are names of colours, and no greys."""
    made = film(scene(64), PhotometricInterpretation="PALETTE COLOR")
    falling = ((255 - np.arange(256)) * 257).astype(np.uint16)
    for colour in ("Red", "Green", "Blue"):
        setattr(made, f"{colour}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(made, f"{colour}PaletteColorLookupTableData", falling.tobytes())
    assert far(greys.picture(made), 255 - made.pixel_array) <= 1
    del made.BluePaletteColorLookupTableData
    with pytest.raises(DataError, match="palette"):
        windowing.picture(made)


@pytest.mark.parametrize("curve", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_a_curve_is_that_of_the_standard(curve):
    """The three functions of PS3.3 C.11.2.1, typed here from the standard."""
    x, c, w = np.arange(0, 4096.0, 7), 2000.0, 900.0
    expected = {
        "LINEAR": np.clip((x - (c - 0.5)) / (w - 1) + 0.5, 0, 1),
        "LINEAR_EXACT": np.clip((x - c) / w + 0.5, 0, 1),
        "SIGMOID": 1 / (1 + np.exp(-4 * (x - c) / w)),
    }[curve]
    made = twelve(x.astype(np.uint16)[None], WindowCenter=c, WindowWidth=w, VOILUTFunction=curve)
    assert far(greys.picture(made), np.round(255 * expected)) <= 1


WIDTHS = {0: "width 0", -5: "width -5", 0.5: "LINEAR_EXACT"}


@pytest.mark.parametrize("width", WIDTHS)
def test_an_odd_window_is_shown_and_said(width):
    """A width below 1 gives a picture with greys and a remark, in both rooms."""
    made = film(scene(64), RescaleSlope="0.0039", RescaleIntercept=0, WindowCenter=0.5,
                WindowWidth=width)  # fmt: skip
    with pytest.warns(UserWarning, match=WIDTHS[width]):
        shown = windowing.picture(made)
    assert len(np.unique(shown)) > 40
    assert any(WIDTHS[width] in said for said in greys.remarks(made))


def test_padding_is_dark_and_sets_no_contrast():
    """A range of padding numbers, signed and turned, is air."""
    values = scene(64, 4095).astype(np.int16) - 2000
    plain = greys.picture(twelve(values))
    values[:6] = -2048
    values[-6:] = -2040
    padded = twelve(values, PixelPaddingValue=-2048)
    padded.add_new("PixelPaddingRangeLimit", "SS", -2040)
    for kind in pixels.GREYS:
        padded.PhotometricInterpretation = kind
        shown = greys.picture(padded)
        assert shown[:6].max() == shown[-6:].max() == 0
    padded.PhotometricInterpretation = "MONOCHROME2"
    assert np.corrcoef(greys.picture(padded)[6:-6].ravel(), plain[6:-6].ravel())[0, 1] > 0.99


def test_one_of_several_frames_is_asked_for():
    """Without a number a file of several frames is refused; with one, that frame is shown."""
    made = film(np.stack([scene(64), 255 - scene(64)]), WindowCenter=128, WindowWidth=256)
    with pytest.raises(DataError, match="2 frames"):
        windowing.picture(made)
    assert far(windowing.picture(made, frame=1), 255 - windowing.picture(made, frame=0)) <= 1
    with pytest.raises(DataError, match="no frame 2"):
        windowing.picture(made, frame=2)


@pytest.mark.parametrize("where", ["Shared", "PerFrame"])
def test_a_slope_in_a_functional_group_counts(where):
    """An enhanced file states slope and window for all frames or each: both are followed."""
    made = film(np.stack([255 - scene(64), scene(64)]))
    groups = []
    for slope, shift in ((-1, 255), (1, 0)):
        group, rescale, window = Dataset(), Dataset(), Dataset()
        rescale.RescaleSlope, rescale.RescaleIntercept = slope, shift
        window.WindowCenter, window.WindowWidth = 128, 256
        group.PixelValueTransformationSequence = Sequence([rescale])
        group.FrameVOILUTSequence = Sequence([window])
        groups.append(group)
    shared = where == "Shared"
    items = Sequence(groups[:1] if shared else groups)
    setattr(made, f"{where}FunctionalGroupsSequence", items)
    shown = [windowing.picture(made, frame=k) for k in (0, 1)]
    assert far(shown[0], scene(64)) <= 1
    assert far(shown[1], 255 - scene(64) if shared else scene(64)) <= 1


@pytest.mark.parametrize("implicit", [True, False])
def test_a_file_without_its_first_lines_is_read(tmp_path, implicit):
    """No preamble and no group 0002: read as it was written, as every viewer does."""
    made = film(scene(64), WindowCenter=128, WindowWidth=256)
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, Dataset(made), implicit_vr=implicit, little_endian=True)
    for name in ("a.dcm", "b", "c.IMA"):
        (tmp_path / name).write_bytes(stream.getvalue())
        assert far(films.read(tmp_path / name).pixels, scene(64)) <= 1


@pytest.mark.parametrize("name", [*pixels.NEEDED, "BitsStored", "PixelRepresentation"])
def test_a_missing_element_is_named(tmp_path, name):
    """A header that lacks what the picture needs is told by the element, not called damaged."""
    made = film(scene(64))
    delattr(made, name)
    made.save_as(tmp_path / "a.dcm")
    with pytest.raises(Unreadable, match=f"lacks {name}"):
        films.read(tmp_path / "a.dcm")


def test_what_is_whole_and_no_film_is_called_by_its_name(tmp_path):
    """A table of contents, a compression without decoder and a huge picture are not damaged."""
    from pathlib import Path

    from PIL import Image
    from pydicom.data import get_testdata_file

    folder = Path(pydicom.__file__).parent / "data/test_files"
    huge = tmp_path / "huge.png"
    Image.new("1", (20_000, 20_000)).save(huge)
    for path, said in (
        (folder / "dicomdirtests/DICOMDIR", "table of contents"),
        (Path(get_testdata_file("JPEG-lossy.dcm")), "12-bit JPEG"),
        (huge, "too large"),
    ):
        with pytest.raises(Unreadable, match=said):
            films.read(path)
