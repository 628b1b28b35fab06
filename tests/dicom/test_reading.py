"""Reading a DICOM file: its header as a table, and plain words for what is no DICOM file."""

from __future__ import annotations

import pytest

from readingroom import data
from readingroom.data.errors import DataError
from readingroom.dicom import reading


def test_every_element_is_a_row():
    """The real film's table holds what pydicom holds, pixels and padding left out."""
    film = reading.chest_film("real")
    table = reading.header(film)
    outside = [element for element in film if element.tag.group < 0x7FE0]
    assert len(table) == len(outside)
    said = dict(zip(table["name"], table["value"], strict=True))
    assert (said["ViewPosition"], said["Modality"], said["PatientBirthDate"]) == (
        "PA",
        "CR",
        "19400305",
    )
    assert said["PixelSpacing"] == "0.000\\0.000"


def test_sequences_are_opened():
    """An element inside a sequence is found as well."""
    table = reading.header(reading.read(data.sample("ct-private")))
    assert (table["name"].str.startswith("Private")).sum() == 179
    assert len(reading.find(table, "OtherPatientIDsSequence")) == 1
    assert len(reading.find(table, "patient id")) > 1


def test_a_word_is_found_whatever_its_capitals():
    """Spaces and capitals make no difference; a word that is not there finds nothing."""
    table = reading.header(reading.chest_film("real"))
    for word in ("Birth Date", "birthdate", "(0010,0030)", "19400305"):
        assert reading.find(table, word)["name"].tolist() == ["PatientBirthDate"]
    assert reading.find(table, "no such word").empty


@pytest.mark.parametrize("raw", [b"", b"a picture", b"\0" * 128 + b"DICM" + b"\xff" * 40])
def test_what_is_no_dicom_file_is_told_in_one_sentence(tmp_path, raw):
    """Empty, foreign and broken files are refused by name, a missing one too."""
    path = tmp_path / "film.dcm"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=r"film\.dcm is (not|a damaged)"):
        reading.read(path)
    with pytest.raises(DataError, match="no file"):
        reading.read(tmp_path / "other.dcm")


def test_the_simulated_film_stands_in():
    """In simulated mode the film is simulated, MONOCHROME1 and without spacing, as the real one."""
    film = reading.chest_film("simulated")
    assert film.Manufacturer == "Simulated"
    assert film.PhotometricInterpretation == "MONOCHROME1"
    assert list(film.PixelSpacing) == [0, 0]
