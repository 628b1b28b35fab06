"""Studies to send: one visit, one person, nothing planted, the truth beside it."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom.data import greys
from readingroom.data.errors import DataError
from readingroom.node import study


def test_films_of_one_study_share_what_belongs_to_it(sent):
    """Two exposures: one study, series, patient and day, two numbers of their own."""
    first, second = sent.films
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "PatientID", "StudyDate", "StudyTime",
                    "AccessionNumber"):  # fmt: skip
        assert first[keyword].value == second[keyword].value
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert [int(f.InstanceNumber) for f in sent.films] == [1, 2]


def test_equal_seeds_give_equal_studies(sent):
    """Drawing a study again gives the same numbers and the same pixels; another seed does not."""
    again, other = study.simulated(1, films=2, size=160), study.simulated(2, size=160)
    assert [f.SOPInstanceUID for f in again.films] == [f.SOPInstanceUID for f in sent.films]
    assert again.films[0].PixelData == sent.films[0].PixelData
    assert other.uid != sent.uid


def test_nothing_of_the_hunt_is_left(sent):
    """What lesson 01 plants (private tags, a relative, a telephone) does not travel."""
    film = sent.films[0]
    assert not [e for e in film if e.tag.is_private]
    assert not any(keyword in film for keyword in study.PLANTED)


def test_the_truth_lies_beside_the_film(sent):
    """The drawn film and the object show the same picture, and the mask is there."""
    drawn, film = sent.drawn[0], sent.films[0]
    assert np.abs(greys.picture(film).astype(int) - drawn.image).max() <= 2
    assert drawn.masks["consolidation"].any()


def test_any_picture_becomes_a_film():
    """Odd numbers of pixels are padded, the age stays unsaid unless the person is a child."""
    pixels = np.arange(33 * 31, dtype=np.uint32).reshape(33, 31).astype(np.uint8)
    film = study.plain(pixels, seed=4)
    assert len(film.PixelData) % 2 == 0 and "PatientAge" not in film
    assert np.array_equal(film.pixel_array, pixels)
    child = study.plain(pixels, seed=4, child=True)
    assert 1 <= int(child.PatientAge[:3]) <= 6


@pytest.mark.real
def test_a_real_film_is_sent_with_an_invented_person():
    """The pixels are the cohort's own, and the header says that nobody in it is real."""
    from readingroom import data

    film = study.real(3).films[0]
    cohort = data.load("children", size=128, mode="real", progress=False)
    assert np.array_equal(film.pixel_array, cohort.part("test")[0][3])
    assert "invented" in film.ImageComments and film.ViewPosition == "AP"
    with pytest.raises(DataError, match="624 is none"):
        study.real(624)
