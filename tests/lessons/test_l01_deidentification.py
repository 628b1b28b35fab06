"""What each way of cleaning leaves, read a second time by a library of another family."""

from __future__ import annotations

import gdcm
import numpy as np
import pytest

from readingroom.dicom import keeping, profile
from readingroom.lessons.l01 import deidentification, films


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The first file of the stick, released: path and export."""
    film = films.stick()[0]
    kept = keeping.keep(profile.profile(film.data()), film.data(), "s")
    path = keeping.save(keeping.mask(kept, film.box), tmp_path_factory.mktemp("released"))
    return path, film


def _gdcm_text(path: str) -> str:
    """Everything GDCM prints of a file's header; it shares no code with pydicom."""
    reader = gdcm.Reader()
    reader.SetFileName(str(path))
    assert reader.Read()
    return f"{reader.GetFile().GetHeader()}\n{reader.GetFile().GetDataSet()}"


def test_gdcm_reads_nothing_of_the_patient(released, tmp_path):
    """GDCM finds the planted values in the original, and none of them in the released file."""
    path, film = released
    wanted = [item for item in deidentification.identifying(film) if item.tag]
    before, after = _gdcm_text(film.write(tmp_path)), _gdcm_text(path)
    assert all(item.value in before for item in wanted if len(item.value) < 30)
    assert not [item for item in wanted if item.value in after]


def test_gdcm_decodes_the_same_pixels(released):
    """The released file is a picture for GDCM too, and the same one outside the box."""
    path, film = released
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    image = reader.GetImage()
    raw = image.GetBuffer().encode("utf-8", "surrogateescape")
    pixels = np.frombuffer(raw, "<u2").reshape(film.text.shape)
    before = film.data().pixel_array
    row0, row1, col0, col1 = film.box
    same = pixels == before
    same[row0:row1, col0:col1] = True
    assert same.all() and (pixels[row0:row1, col0:col1] == 0).all()


def test_no_planted_letter_is_left_in_the_bytes(released, tmp_path):
    """Without any DICOM library: the original's bytes hold the planted values, the new do not."""
    path, film = released
    came = deidentification.in_bytes(film.write(tmp_path), film.planted)
    assert len(came) == len([item for item in deidentification.identifying(film) if item.tag]) + 1
    assert deidentification.in_bytes(path, film.planted) == []


def test_the_ways_differ_as_the_lesson_says():
    """The profile empties the header, the shipped recipe does not, and no way touches pixels."""
    assert deidentification.left("the profile", "header") == 0
    assert deidentification.left("the profile", "private") == 0
    assert deidentification.left("deid, as shipped", "free text") > 0
    assert deidentification.left("name deleted") > 20 * 24
    assert all(deidentification.left(name, "pixels") == 24 for name in deidentification.methods())


def test_every_share_has_its_interval():
    """Sensitivity by place and share removed are estimates over items, misses are named."""
    found, missed = deidentification.sensitivity()
    assert found["header"].value == 1 and found["pixels"].value < 1
    assert found["all"].by == "items" and found["all"].lo < found["all"].value < 1
    assert len(missed) == round((1 - found["pixels"].value) * found["pixels"].n)
    assert 0.9 < deidentification.removed("the profile").value < 1


def test_only_keep_keeps_the_science():
    """Patient, studies and interval survive the last way; the profile alone loses them."""
    table = deidentification.losses()
    assert table.loc["profile, then keep"].tolist() == ["32 of 32", "yes", "yes", "42", "yes"]
    alone = table.loc["the profile"]
    assert (alone["one patient"], alone["days between"]) == ("no", "lost")


def test_who_stands_alone():
    """Counted against a plain count; more columns never leave fewer alone."""
    exams = deidentification.exam_list(200)
    wishes = (["sex"], ["sex", "age"], ["sex", "age", "view"], ["sex", "age", "view", "month"])
    shares = [deidentification.alone(exams, columns).value for columns in wishes]
    assert shares == sorted(shares)
    kinds = list(exams[["sex", "age"]].itertuples(index=False, name=None))
    assert shares[1] == sum(kinds.count(kind) == 1 for kind in kinds) / 200


def test_the_stick_is_what_the_lesson_says(tmp_path):
    """The second file's text stands at the top, off the lungs; the inventory is known by name."""
    first, second = films.stick()
    assert second.box[1] < 30 and first.box[0] > 400
    for film in (first, second):
        assert not (film.text & film.lung).any()
        assert films.planted(film.write(tmp_path)) == film.planted
