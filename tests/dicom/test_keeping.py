"""Pseudonym, shift, UIDs, box: the same for the same patient, and nothing else touched."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, strategies as st
from pydicom.uid import UID

from readingroom.data.errors import DataError
from readingroom.dicom import keeping, profile
from readingroom.lessons.l01 import films

DAYS = st.dates(date(1930, 1, 1), date(2030, 1, 1))


@given(DAYS, DAYS, st.text(min_size=1, max_size=20))
def test_the_same_words_move_every_date_alike(first, second, words):
    """Intervals survive, the shift is 1 to 365 days back, and it depends on the words alone."""
    moved = [date.fromisoformat(keeping.earlier(d.isoformat(), words)) for d in (first, second)]
    assert moved[1] - moved[0] == second - first
    assert 1 <= (first - moved[0]).days <= keeping.MOST_DAYS


def test_other_words_move_otherwise():
    """200 patients draw many different shifts, spread over the year."""
    shifts = {keeping.earlier("2021-06-01", f"{k}{'secret'}") for k in range(200)}
    assert len(shifts) > 120


def test_the_dots_stay_dots():
    """An untouched exercise is not attempted, rather than wrong."""
    assert keeping.earlier("2021-06-01", ...) is ...


def test_pseudonyms_and_uids_follow_from_the_secret():
    """Same secret, same result; another secret or another patient, another."""
    assert keeping.pseudonym("1", "a") == keeping.pseudonym("1", "a")
    assert len({keeping.pseudonym(p, s) for p in "12" for s in "ab"}) == 4
    assert keeping.new_uid("1.2.3", "a") == keeping.new_uid("1.2.3", "a")
    assert len({keeping.new_uid(u, s) for u in ("1.2", "1.3") for s in "ab"}) == 4
    assert keeping.new_uid() != keeping.new_uid()
    assert UID(keeping.new_uid()).is_valid and UID(keeping.new_uid("1.2", "a")).is_valid


def test_two_exams_stay_one_patient_and_42_days():
    """Four films: one pseudonym, two studies, an unchanged interval, no old value."""
    before = [film.data() for film in films.four_films()]
    after = [keeping.keep(profile.profile(data), data, "s") for data in before]
    assert len({data.PatientID for data in after}) == 1
    assert len({data.StudyInstanceUID for data in after}) == 2
    assert len({data.SOPInstanceUID for data in after}) == 4
    days = sorted(date.fromisoformat(f"{d.StudyDate}") for d in after)
    assert (days[-1] - days[0]).days == 42
    for new, old in zip(after, before, strict=True):
        assert new.file_meta.MediaStorageSOPInstanceUID == new.SOPInstanceUID
        assert new.PatientSex == old.PatientSex and new.PatientAge == old.PatientAge
        for keyword in (*keeping.DATES, *keeping.UIDS, "PatientID", "PatientName"):
            assert keyword not in new or new[keyword].value != old[keyword].value, keyword


def test_the_very_old_lose_their_birth_date():
    """Above 89 the age is capped at 90 and no birth date gives it away."""
    data = films.four_films()[0].data()
    data.PatientAge = "097Y"
    kept = keeping.keep(profile.profile(data), data, "s")
    assert kept.PatientAge == "090Y" and kept.PatientBirthDate == ""


@pytest.mark.parametrize("which", [0, 1])
def test_a_mask_is_black_and_touches_nothing_else(which):
    """Inside the box the picture is black, outside every stored number is as it was."""
    from readingroom.dicom.windowing import picture

    film = films.stick()[which]
    for inverse in (False, True):
        data = film.data()
        if inverse:
            data.PhotometricInterpretation = "MONOCHROME1"
        row0, row1, col0, col1 = film.box
        masked = keeping.mask(data, film.box)
        assert picture(masked)[row0:row1, col0:col1].max() == 0
        changed = masked.pixel_array != data.pixel_array
        changed[row0:row1, col0:col1] = False
        assert not changed.any()
        np.testing.assert_array_equal(data.pixel_array, film.data().pixel_array)


@pytest.mark.parametrize("box", [(5, 5, 0, 9), (-1, 5, 0, 9), (0, 5, 500, 600), (0, 9), "box", 7])
def test_a_box_that_is_none_is_refused(box):
    """Empty, negative, outside and misshapen boxes are told in words."""
    with pytest.raises(DataError, match="box"):
        keeping.mask(films.stick()[0].data(), box)


def test_a_saved_file_is_named_by_its_pseudonym(tmp_path):
    """The file's name holds nothing of the original."""
    film = films.stick()[0]
    kept = keeping.keep(profile.profile(film.data()), film.data(), "s")
    path = keeping.save(kept, tmp_path / "out")
    assert kept.PatientID in path and film.folder not in path
