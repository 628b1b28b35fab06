"""Class: pictures that nobody looked at. Adding a folder sees letters wherever an audit does."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw, ImageFont

from readingroom.data import films, letters, privacy

from ..dicom.made import film, ground, letters as strokes

WRITTEN = np.where(strokes(), 230, ground()).astype(np.uint8)


def _overlay():
    made = film(ground())
    made.add_new(0x60000010, "US", 320)
    made.add_new(0x60000011, "US", 320)
    made.add_new(0x60000050, "SS", [1, 1])
    made.add_new(0x60000100, "US", 1)
    made.add_new(0x60000102, "US", 0)
    made.add_new(0x60003000, "OW", np.packbits(strokes().ravel(), bitorder="little").tobytes())
    return made


def _windowed():
    made = film(np.where(strokes(), 4000, 300).astype(np.uint16))
    made.WindowCenter, made.WindowWidth = 60000, 10
    return made


BLUE = np.stack([ground() // 2, ground() // 2, WRITTEN], axis=-1)
HIDDEN = {
    "overlay": _overlay,
    "window": _windowed,
    "padding": lambda: film(WRITTEN, PixelPaddingValue=230),
    "blue": lambda: film(BLUE),
    "sideways": lambda: film(np.ascontiguousarray(np.rot90(WRITTEN))),
    "dark ink": lambda: film(np.where(strokes(), 120, 200).astype(np.uint8)),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_letters_of_a_dicom_file_are_seen_wherever_they_stand(tmp_path, where):
    """Overlay, window, padding, one colour, on their side, dark: adding sees them as the audit."""
    made = HIDDEN[where]()
    made.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    assert films.read(tmp_path / "a.dcm").lettered() == (True, [])
    assert letters.in_pixels(pydicom.dcmread(tmp_path / "a.dcm"))[0]


@pytest.mark.parametrize(
    "picture",
    [BLUE, np.dstack([BLUE[..., :2], ground(), 255 - WRITTEN]), np.dstack([ground(), WRITTEN])],
    ids=["one colour", "transparency", "grey transparency"],
)
def test_letters_of_a_png_are_seen_in_colours_and_transparency(tmp_path, picture):
    """What is lost in its greys is looked at all the same."""
    Image.fromarray(picture.astype(np.uint8)).save(tmp_path / "a.png")
    assert films.read(tmp_path / "a.png").lettered() == (True, [])


@pytest.mark.parametrize("size", [20, 60, 120])
def test_letters_of_any_size_have_their_box(size):
    """A box around the letters, also where they are a tenth of the picture and on their side."""
    image = Image.new("L", (1000, 1000), 20)
    font = ImageFont.load_default(size=size)
    ImageDraw.Draw(image).text((300, 100), "MEIER ANNA", fill=230, font=font)
    for sight in (np.asarray(image), np.ascontiguousarray(np.rot90(np.asarray(image), 3))):
        rows, columns = np.nonzero(sight > 100)
        top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
        assert any(
            abs(box[0] - top) < size and abs(box[1] - bottom) < size
            and abs(box[2] - left) < size and abs(box[3] - right) < size
            for box in privacy.letters(sight)
        )  # fmt: skip
    assert not list(privacy.letters(np.full((1000, 1000), 90, np.uint8)))


def test_a_picture_kept_elsewhere_was_not_looked_at():
    """A file that only names where its pixels lie is no file without letters."""
    made = film(ground())
    del made.PixelData
    made.PixelDataProviderURL = "http://pacs/1"
    assert letters.in_pixels(made) == (
        [],
        ["PixelDataProviderURL: no picture that can be searched"],
    )
