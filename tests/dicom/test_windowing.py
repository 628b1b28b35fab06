"""From stored numbers to a picture, compared with pydicom's own functions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_rescale, apply_voi_lut, apply_windowing

from readingroom import data
from readingroom.dicom import compression, reading, windowing
from readingroom.dicom.standin import stand_in
from readingroom.lessons.l01 import films


def _windowed(centre: float, width: float) -> Dataset:
    made = Dataset()
    made.PhotometricInterpretation, made.BitsStored = "MONOCHROME2", 15
    made.PixelRepresentation = 0
    made.WindowCenter, made.WindowWidth = centre, width
    return made


@given(st.integers(1, 32767), st.integers(2, 32767))
def test_a_window_is_pydicoms_window(centre, width):
    """For any centre and width our greys are pydicom's, scaled to 0 to 1."""
    values = np.arange(0, 32768, 37, dtype=np.uint16)
    theirs = apply_windowing(values, _windowed(centre, width)) / (2**15 - 1)
    np.testing.assert_allclose(windowing.window(values, centre, width), theirs, atol=1e-9)


def test_the_real_film_is_shown_as_pydicom_windows_it():
    """The whole pipeline on the real film: pydicom's window, turned, in 8 bits."""
    film = reading.chest_film("real")
    theirs = apply_windowing(film.pixel_array, film) / (2**15 - 1)
    np.testing.assert_array_equal(windowing.picture(film), np.round((1 - theirs) * 255))


def test_a_ct_slice_is_rescaled_as_pydicom_does():
    """Hounsfield units are pydicom's, and a lung window on them is too."""
    ct = reading.read(data.sample("ct-private"))
    ours = windowing.rescaled(ct, ct.pixel_array)
    np.testing.assert_allclose(ours, apply_rescale(ct.pixel_array, ct))


@pytest.mark.parametrize("made", [True, False])
def test_a_table_is_pydicoms_table(made):
    """A VOI LUT, ours and a published one, gives pydicom's greys."""
    if made:
        film = films.with_table(stand_in())
    else:
        film = reading.read(get_testdata_file("vlut_04.dcm", download=False))
    item = film.VOILUTSequence[0]
    values = windowing.rescaled(film, film.pixel_array)
    theirs = apply_voi_lut(film.pixel_array, film) / (2 ** int(item.LUTDescriptor[2]) - 1)
    np.testing.assert_allclose(windowing.through_table(values, item), theirs, atol=1e-9)


def test_monochrome1_and_2_show_the_same_film():
    """White stored low or high: after reading the tag the picture is the same."""
    one = films.export(films.drawn(5, "Northgate", 64), monochrome1=True).data()
    two = films.export(films.drawn(5, "Northgate", 64), monochrome1=False).data()
    assert one.PhotometricInterpretation != two.PhotometricInterpretation
    difference = windowing.picture(one).astype(int) - windowing.picture(two)
    assert np.abs(difference).max() <= 1  # a window is not quite symmetric about its centre
    assert windowing.picture(one, invert=False).mean() > 255 - windowing.picture(two).mean() - 2


def test_inverse_is_no_second_turn():
    """Taking PresentationLUTShape away from a MONOCHROME1 file changes nothing."""
    film = stand_in()
    assert film.PresentationLUTShape == "INVERSE"
    before = windowing.picture(film)
    del film.PresentationLUTShape
    np.testing.assert_array_equal(windowing.picture(film), before)


def test_a_window_without_width_is_refused():
    """A width below 1 is told in words; a width of 1 is black and white."""
    values = np.array([[1, 2, 3]])
    with pytest.raises(ValueError, match="at least 1"):
        windowing.window(values, 2, 0.5)
    assert windowing.window(values, 2, 1).tolist() == [[0, 1, 1]]


def test_a_png_comes_back_as_it_was_written(tmp_path):
    """The export holds the picture and nothing else."""
    film = stand_in()
    back = windowing.as_png(film, tmp_path / "film.png")
    np.testing.assert_array_equal(back, windowing.picture(film))


@pytest.mark.parametrize("mode", ["real", "simulated"])
def test_compression_with_and_without_loss(mode):
    """Without loss every pixel survives in a smaller file; with loss it does not, smaller still."""
    plain, lossless, lossy = compression.twins(mode)
    np.testing.assert_array_equal(plain.values, lossless.values)
    assert (plain.values != lossy.values).mean() > 0.5
    assert plain.bytes > lossless.bytes > lossy.bytes
    assert lossy.values.dtype == plain.values.dtype
