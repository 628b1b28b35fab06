"""Class: a value of the header trusted to be there and well-formed. It serves, or it is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.data.errors import DataError
from readingroom.dicom import keeping, profile
from readingroom.dicom.keeping import keep

from .made import film, ground, scene


def kept(made, secret="s"):
    """A file cleaned and kept."""
    return keep(profile.profile(made), made, secret)


@pytest.mark.parametrize(
    "number", ["", " ", "0", "000", "ANONYMOUS", "Unknown", "none", "n/a", "XXX", "-", "***", None]
)
def test_nobody_shares_a_pseudonym_for_want_of_a_number(number):
    """A blank, a dummy or a missing number is refused in one sentence."""
    made = film(ground(8), PatientID=number)
    if number is None:
        del made.PatientID
    with pytest.raises(DataError, match="no patient number") as caught:
        kept(made)
    assert len(str(caught.value).splitlines()) == 1


@settings(max_examples=40)
@given(
    st.integers(90, 125),
    st.sampled_from(["{:03d}Y", "{}Y", "{}y", "{} Y", "{:03d}", "{m}M"]),
)
def test_the_very_old_are_capped_however_the_age_is_written(years, spelling):
    """Above 89 years the age is 090Y and the birth date goes."""
    made = film(ground(8))
    made.add_new("PatientAge", "SH", spelling.format(years, m=12 * years))
    out = kept(made)
    assert (out.PatientAge, out.PatientBirthDate) == ("090Y", "")


@settings(max_examples=40)
@given(st.dates(date(1900, 6, 1), date(2000, 1, 1)), st.booleans())
def test_the_very_old_are_known_by_their_dates(birth, dated):
    """Without an age the birth date tells it; with a younger age stated the older one counts."""
    made = film(ground(8), PatientBirthDate=f"{birth:%Y%m%d}")
    if not dated:
        made.StudyDate = ""
    last = date(2021, 3, 4) if dated else date.today()
    years = last.year - birth.year - ((last.month, last.day) < (birth.month, birth.day))
    out = kept(made)
    assert (out.get("PatientAge") == "090Y") == (years > 89) == (out.PatientBirthDate == "")
    made.PatientAge = "040Y"
    assert kept(made).PatientAge == ("090Y" if years > 89 else "040Y")


@pytest.mark.parametrize("age", ["old", "95+", "Y", "12 to 14"])
def test_an_age_that_is_none_is_refused(age):
    """What cannot be read cannot be capped."""
    made = film(ground(8))
    made.add_new("PatientAge", "SH", age)
    with pytest.raises(DataError, match="PatientAge"):
        kept(made)


@pytest.mark.parametrize("written", ["20210304", "2021.03.04", "2021-03-04", "2021/03/04"])
def test_a_date_is_moved_whatever_stands_between(written):
    """The dots of old files change nothing about the shift."""
    made = film(ground(8))
    made["StudyDate"].VR = "LO"
    made["StudyDate"].value = written
    assert str(kept(made).StudyDate) == str(kept(film(ground(8))).StudyDate)


def test_dates_of_zeros_stay_empty_and_several_dates_stay_several():
    """A dummy is no date; of several dates each is moved alike."""
    made = film(ground(8))
    made["StudyDate"].VR = "LO"
    for dummy in ("00000000", "0000.00.00", "00010101"):
        made["StudyDate"].value = dummy
        assert not kept(made).StudyDate
    made["StudyDate"].value = ["20210304", "20210306"]
    one, two = (date.fromisoformat(str(day)) for day in kept(made).StudyDate)
    assert (two - one).days == 2


@settings(max_examples=60)
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=12),
       st.sampled_from(["StudyDate", "PatientBirthDate", "ContentDate"]))  # fmt: skip
def test_any_date_is_moved_or_refused(text, where):
    """Whatever stands for a date ends in a kept file or in one sentence."""
    made = film(ground(8))
    made.add_new(where, "LO", text)
    try:
        out = kept(made)
    except DataError as problem:
        assert where in str(problem) or "too early" in str(problem)
    else:
        assert text.strip() not in str(out[where].value) or not text.strip("0.-/ ")


MASKED = {
    "grey": lambda: film(scene(32)),
    "deep": lambda: film(scene(32, 4095), BitsStored=12, HighBit=11),
    "signed": lambda: film(scene(32, 4095).astype(np.int16) - 2000),
    "inverse": lambda: film(scene(32), PhotometricInterpretation="MONOCHROME1"),
    "negative slope": lambda: film(scene(32), RescaleSlope=-1, RescaleIntercept=0),
    "frames": lambda: film(np.stack([scene(32)] * 3)),
    "colour": lambda: film(np.stack([scene(32)] * 3, axis=-1)),
    "colour frames": lambda: film(np.stack([np.stack([scene(32)] * 3, axis=-1)] * 2)),
}


@pytest.mark.parametrize("which", MASKED)
def test_a_mask_is_black_in_every_kind_of_picture(which):
    """The box is the darkest that is shown, in each frame, and nothing else changes."""
    from readingroom.dicom.windowing import picture

    before = MASKED[which]()
    after = keeping.mask(before, (4, 20, 8, 30))
    for frame in range(int(before.get("NumberOfFrames", 1))):
        assert picture(after, frame=frame)[4:20, 8:30].max() == 0
    changed = after.pixel_array != before.pixel_array
    rows = changed.any(axis=(-1, -2) if before.SamplesPerPixel == 3 else -1)
    assert changed.any() and not rows[..., :4].any() and not rows[..., 20:].any()


def test_a_picture_that_cannot_be_masked_is_refused():
    """Compressed, cut short, without pixels, left-justified: one sentence each."""
    from pydicom import dcmread
    from pydicom.data import get_testdata_file

    cut, bare = film(ground(32)), film(ground(32))
    cut.PixelData = cut.PixelData[:100]
    del bare.PixelData
    packed = dcmread(get_testdata_file("MR_small_RLE.dcm", download=False))
    left = film(scene(32, 4095) << 4, BitsStored=12, HighBit=15)
    for made, said in (
        (cut, "cut short"), (bare, "without pixels"), (packed, "uncompressed"), (left, "HighBit"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=said):
            keeping.mask(made, (1, 5, 1, 5))


def test_a_report_without_a_picture_can_be_cleaned():
    """Both ways of cleaning serve a file that holds no pixels."""
    bare = film(ground(8))
    del bare.PixelData
    assert "PixelData" not in profile.recipe(bare) and "PixelData" not in profile.profile(bare)


def test_every_sample_of_pydicom_is_served_or_refused():
    """Reports, films, fragments and odd dates: each call ends in a result or in one sentence."""
    import warnings
    from pathlib import Path

    import pydicom

    from readingroom.dicom import reading, windowing

    folder = Path(pydicom.__file__).parent / "data/test_files"
    calls = {
        "keep": kept,
        "mask": lambda made: keeping.mask(made, (0, 5, 0, 5)),
        "picture": windowing.picture,
    }
    ends = {name: [0, 0] for name in calls}
    for path in sorted(folder.glob("*.dcm")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, call in calls.items():
                try:
                    call(reading.read(path))
                    ends[name][0] += 1
                except DataError as problem:
                    ends[name][1] += 1
                    assert len(str(problem).splitlines()) == 1, path.name
    assert all(served >= 20 and refused >= 5 for served, refused in ends.values()), ends


def test_every_small_sample_is_audited():
    """An audit keeps what the header told, whatever becomes of the picture."""
    import warnings
    from pathlib import Path

    import pydicom

    from readingroom.dicom.audit import audit

    folder, audits = Path(pydicom.__file__).parent / "data/test_files", []
    for path in sorted(folder.glob("*.dcm")):
        if path.stat().st_size > 200_000:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                audits.append(audit(path))
            except DataError as problem:
                assert len(str(problem).splitlines()) == 1, path.name
    assert len(audits) >= 40 and any(found.unseen for found in audits)
    for found in audits:
        if found.unseen:
            assert "not looked at" in str(found)


@pytest.mark.parametrize(
    "number",
    [
        *("NULL", "nil", "NaN", "unknown patient", "ANONYMOUS1", "unbekannt", "不明", "9999999"),
        *("_", "?", "NOTFALL", "EMERGENCY^ROOM"),
    ],
)
def test_words_that_stand_for_many_people_are_no_number(number):
    """Dummies of other systems and languages, filled fields and words without a digit."""
    with pytest.raises(DataError, match="patient number"):
        kept(film(ground(8), PatientID=number))


def test_two_numbers_are_not_one():
    """Which of several numbers counts is asked."""
    with pytest.raises(DataError, match="2 patient numbers"):
        kept(film(ground(8), PatientID="4711\\4712"))


@pytest.mark.parametrize(
    ("patient", "secret"), [("", "s"), (" ", "s"), ("0", "s"), ("1", ""), ("1", None)]
)
def test_a_pseudonym_needs_a_number_and_a_secret(patient, secret):
    """Without either everybody would have the same, or anybody could compute it."""
    with pytest.raises(DataError):
        keeping.pseudonym(patient, secret)


def test_two_films_with_one_end_are_two_files(tmp_path):
    """UIDs that end alike do not cost a film; the same film takes its own place again."""
    films = [film(ground(8), PatientID="RR-1", SOPInstanceUID=f"1.2.{k}.111222333") for k in (1, 2)]
    paths = [keeping.save(one, tmp_path) for one in (*films, films[0])]
    assert paths[0] == paths[2] != paths[1] and len(list(tmp_path.iterdir())) == 2
