"""A folder of slices becomes a volume in millimetres, or a sentence says why not."""

from __future__ import annotations

import html
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom import dicom
from readingroom.data.errors import DataError
from readingroom.show import stack, stacks
from tests.dicom.made import film

SERIES = "1.2.826.0.1.3680043.8.498.1"


def slice_at(mm: float, value: int = 0, **tags):
    """One CT slice of 12 rows and 10 columns at a height."""
    given_ = {
        "Modality": "CT", "SeriesInstanceUID": SERIES, "SeriesNumber": 2,
        "ImagePositionPatient": [-5.0, -6.0, mm], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [0.8, 0.5], "RescaleSlope": 1, "RescaleIntercept": -1024,
    }  # fmt: skip
    return film(np.full((12, 10), value, np.uint16), **{**given_, **tags})


def mirror(name: str) -> Path:
    """A folder of real examinations."""
    return Path(os.environ["READINGROOM_MIRROR"]) / name


def folder_of(place: Path, slices) -> Path:
    """Files in an order that says nothing."""
    place.mkdir(exist_ok=True)
    for k, one in enumerate(slices):
        one.save_as(place / f"IM{(k * 7919) % 1000:04}.dcm", enforce_file_format=True)
    return place


@settings(max_examples=15)
@given(st.floats(0.3, 12), st.permutations(range(6)), st.floats(-900, 900))
def test_slices_come_in_the_order_of_their_places(tmp_path_factory, step, order, base):
    """Whatever the files are called, and wherever the table stood; rescaled, with its spacing."""
    slices = [slice_at(round(base + k * step, 4), value=100 * k) for k in order]
    found = dicom.series(folder_of(tmp_path_factory.mktemp("ct"), slices))
    assert found.values[:, 0, 0].tolist() == [100 * k - 1024 for k in range(6)]
    assert found.values.dtype == np.int16 and found.unit == "HU" and found.notes == ()
    assert found.spacing == pytest.approx((step, 0.8, 0.5), abs=1e-3)


def test_a_missing_slice_is_refused_and_can_be_taken(tmp_path):
    """It is named; taken on purpose the volume says so and has no volume in mm³."""
    folder = folder_of(tmp_path / "gap", [slice_at(2.0 * k) for k in (0, 1, 2, 4, 5, 6)])
    with pytest.raises(DataError, match=r"1 slice is missing: behind slice 2 .* 4.0 mm"):
        dicom.series(folder)
    found = dicom.series(folder, uneven=True)
    assert math.isnan(found.spacing[0]) and "missing" in found.notes[0]
    assert found.positions == (0, 2, 4, 8, 10, 12)


def test_a_distance_that_changes_is_refused(tmp_path):
    """4 mm through the base, 7 mm above: two distances, both told."""
    at = [0, 4, 8, 12, 19, 26, 33]
    with pytest.raises(DataError, match=r"changes, from 4.0 to 7.0 mm"):
        dicom.series(folder_of(tmp_path / "mixed", [slice_at(mm) for mm in at]))


def test_several_series_are_listed_and_one_is_chosen(tmp_path):
    """The list says what each is; another number than there are is refused too."""
    thick = [slice_at(5.0 * k, SeriesDescription="Thorax 5 mm") for k in range(3)]
    thin = [slice_at(1.0 * k, SeriesInstanceUID=SERIES + ".9", SeriesNumber=3) for k in range(4)]
    folder = folder_of(tmp_path / "two", [*thick, *thin])
    with pytest.raises(DataError, match="1: CT, Thorax 5 mm, 3 slices; 2: CT, without"):
        dicom.series(folder)
    assert len(dicom.series(folder, number=2)) == 4
    with pytest.raises(DataError, match="2 series"):
        dicom.series(folder, number=3)


def test_a_place_that_is_there_twice_is_told_apart(tmp_path):
    """Two echoes of each slice: the refusal names what differs and how to choose."""
    echoes = [
        slice_at(3.0 * k, value=v, EchoTime=t) for k in range(3) for v, t in ((1, 6.3), (2, 50.5))
    ]
    folder = folder_of(tmp_path / "echoes", echoes)
    with pytest.raises(DataError, match=r'2 times, with EchoTime 6.3 and 50.5; .*"EchoTime": 6.3'):
        dicom.series(folder)
    found = dicom.series(folder, where={"EchoTime": 50.5})
    assert (found.values == 2 - 1024).all()
    with pytest.raises(DataError, match="No slice of that series has EchoTime 7"):
        dicom.series(folder, where={"EchoTime": 7})


def test_the_same_slice_twice_is_refused(tmp_path):
    """Nothing in the header tells the copies apart."""
    with pytest.raises(DataError, match="nothing in the headers says why"):
        dicom.series(folder_of(tmp_path / "twice", [slice_at(mm) for mm in (0, 1, 1, 2)]))


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"PixelSpacing": [0.7, 0.7]}, "differ in pixel size"),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, "different directions"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "in colour"),
        ({"Rows": 10, "Columns": 12}, "differ in rows and columns"),
    ],
)
def test_slices_that_do_not_belong_together_are_refused(tmp_path, odd, said):
    """Spacing, direction, colour, size: each by name."""
    slices = [slice_at(0.0), slice_at(1.0), slice_at(2.0, **odd)]
    with pytest.raises(DataError, match=said):
        dicom.series(folder_of(tmp_path / "odd", slices))


def test_a_tilted_gantry_is_said(tmp_path):
    """Slices that shift by 0.36 mm for each mm upwards stand at 20 degrees."""
    slices = [
        slice_at(3.0 * k, ImagePositionPatient=[-5, -6 + 1.092 * k, 3.0 * k]) for k in range(4)
    ]
    found = dicom.series(folder_of(tmp_path / "tilt", slices))
    assert "tilted by 20.0°" in found.notes[0]


def test_what_is_no_volume_is_told(tmp_path):
    """No folder, an empty one, one slice, a film without a place, a damaged file."""
    with pytest.raises(DataError, match="is not a folder"):
        dicom.series(tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "readme.txt").write_text("no film")
    with pytest.raises(DataError, match="no DICOM picture"):
        dicom.series(tmp_path / "empty")
    with pytest.raises(DataError, match="one slice only"):
        dicom.series(folder_of(tmp_path / "one", [slice_at(0.0)]))
    with pytest.raises(DataError, match="none says where it lies"):
        dicom.series(folder_of(tmp_path / "film", [film(np.zeros((4, 4), np.uint16))]))
    with pytest.raises(DataError, match="none that can be measured"):
        flat = [slice_at(float(k), PixelSpacing=[0.0, 0.0]) for k in range(3)]
        dicom.series(folder_of(tmp_path / "flat", flat))


@pytest.mark.real
def test_a_real_head_says_that_its_spacing_changes():
    """GE head CT: 28 slices, two distances, tilted; refused, then taken with both notes."""
    folder = mirror("head-ct")
    with pytest.raises(DataError, match="distance between slices changes"):
        dicom.series(folder)
    found = dicom.series(folder, uneven=True)
    assert len(found) == 28 and found.unit == "HU" and not found.even
    assert any("18.5°" in note for note in found.notes)


@pytest.mark.real
def test_a_real_knee_has_each_slice_twice():
    """Big endian, two echo times of 24 slices: chosen by the echo time that the refusal names."""
    with pytest.raises(DataError, match=r"EchoTime 6.312 and 50.496"):
        dicom.series(mirror("knee-mr"))
    found = dicom.series(mirror("knee-mr"), where={"EchoTime": 6.312})
    assert len(found) == 24 and found.even


@pytest.mark.real
def test_a_real_pet_is_rescaled_slice_by_slice():
    """267 slices, each with a slope of its own, as SimpleITK reads them."""
    sitk = pytest.importorskip("SimpleITK")
    found = dicom.series(mirror("sts-wholebody-pet/image"))
    names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(mirror("sts-wholebody-pet/image")))
    other = sitk.ReadImage(names)
    assert found.values.shape == sitk.GetArrayFromImage(other).shape
    assert found.spacing == pytest.approx(other.GetSpacing()[::-1], rel=1e-3)
    assert np.allclose(found.values, sitk.GetArrayFromImage(other), rtol=1e-4, atol=0.1)


def test_an_uneven_series_is_shown_with_what_it_says(tmp_path, monkeypatch):
    """From a folder to the picture: its slices, and the sentence that no volume can be summed."""
    shown: list[dict] = []
    monkeypatch.setattr(stacks, "display", lambda page, raw: shown.append(page))
    folder = folder_of(tmp_path / "gap", [slice_at(2.0 * k, value=k) for k in (0, 1, 3, 4)])
    found = dicom.series(folder, uneven=True)
    stack(found, alt="Four slices made for this test, one missing.", tag="YOUR OWN")
    (page,) = shown
    assert "no volume can be summed up" in page["text/html"]
    assert '"spacing": [null, 0.8, 0.5]' in html.unescape(page["text/html"])
