"""The audit: it finds what was planted, wherever it was left, and nothing that was replaced."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from readingroom.data import identity
from readingroom.data.errors import DataError
from readingroom.dicom import keeping, profile
from readingroom.dicom.audit import PLACES, Audit, audit
from readingroom.lessons.l01 import films
from readingroom.lessons.l01.films import QUASI

SECRET = "sesame"


@pytest.fixture(scope="module")
def film():
    """The first file of the stick."""
    return films.stick()[0]


@pytest.fixture(scope="module")
def kept(film):
    """That file after profile and keep, its text still in the picture."""
    return keeping.keep(profile.profile(film.data()), film.data(), SECRET)


def test_the_untouched_file_shows_every_planted_item(film):
    """All planted header, text, private, pixel and name items are found; sex and age are not."""
    found = audit(film.data())
    seen = {item.tag or item.place for item in found.left}
    for item in film.planted:
        assert ((item.tag or item.place) in seen) == (item.keyword not in QUASI), item
    assert set(found.by_place()) == set(PLACES) and all(found.by_place().values())
    assert len(found.unsaid) == 3


def test_only_the_picture_is_left_after_profile_and_keep(film, kept):
    """Pseudonym, shifted dates, new UIDs and dummies are no findings; the burned-in text is."""
    found = audit(kept, film.data())
    assert [item.place for item in found.left] == ["pixels"]
    masked = keeping.mask(kept, film.box)
    assert audit(masked, film.data()).count == 0


def test_what_is_cleaned_but_alone_counts_as_left(kept):
    """Without the original nothing tells a replaced value from an untouched one."""
    assert audit(kept).by_place()["header"] > 5


PLANTS = st.sampled_from(
    ["PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID", "PatientTelephoneNumbers",
     "AccessionNumber"]
)  # fmt: skip
HIDING = st.sampled_from(
    ["ProtocolName", "ImageComments", "ContrastBolusAgent", "PatientComments", "SeriesDescription"]
)


@settings(max_examples=30)
@given(PLANTS, HIDING, st.booleans(), st.booleans())
def test_an_original_value_is_found_wherever_it_is_hidden(secret, place, nested, upper):
    """Any identifier of the original is found in any text, within a sequence, in any capitals."""
    film = films.stick()[0]
    clean = profile.profile(film.data())
    value = str(film.data()[secret].value).split("^")[0]
    text = f"see {value.upper() if upper else value} again"
    item = Dataset()
    setattr(item, place, text)
    if nested:
        clean.RequestAttributesSequence = Sequence([item])
    else:
        setattr(clean, place, text)
    before = audit(profile.profile(film.data()), film.data()).count
    assert audit(clean, film.data()).count == before + 1


def test_private_elements_are_left_whatever_they_hold(film, kept):
    """Nobody knows what a private element means, so one is a finding even where it looks empty."""
    copy = profile.copy_of(kept)
    copy.private_block(0x0041, "VENDOR", create=True).add_new(1, "LO", "")
    assert audit(copy, film.data()).by_place()["private"] == 1


@pytest.mark.parametrize(("age", "left"), [("089Y", 0), ("090Y", 0), ("091Y", 1), ("500M", 0)])
def test_an_age_above_ninety_singles_out(film, kept, age, left):
    """Ages up to the cap pass, ages above it are findings."""
    copy = profile.copy_of(kept)
    copy.PatientAge = age
    assert audit(copy, film.data()).by_place()["header"] == left


def test_a_file_name_with_the_surname_is_found(film, kept, tmp_path):
    """A clean file under the old name, or in the old folder, is not clean."""
    masked = keeping.mask(kept, film.box)
    for name in (film.name, f"{film.folder}/1.dcm", f"x_{film.folder.lower()}_1.dcm"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        masked.save_as(path)
        assert audit(path, film.data()).by_place() == {**dict.fromkeys(PLACES, 0), "file name": 1}
    path = keeping.save(masked, tmp_path / "research")
    assert audit(path, film.data()).count == 0


def test_statements_are_counted_and_not_believed(film):
    """A file that says YES, MODIFIED and NO is audited like any other."""
    data = film.data()
    before = audit(data, film.data()).count
    data.PatientIdentityRemoved = "YES"
    data.LongitudinalTemporalInformationModified = "MODIFIED"
    data.BurnedInAnnotation = "NO"
    found = audit(data, film.data())
    assert found.unsaid == () and found.count == before
    data.BurnedInAnnotation = "YES"
    assert audit(data, film.data()).unsaid == ("BurnedInAnnotation",)
    data.BurnedInAnnotation = "No"  # a code string has capitals only
    assert audit(data, film.data()).unsaid == ('BurnedInAnnotation ("NO", in capitals)',)


def test_the_report_is_escaped(film):
    """What stands in a header is shown as text, never as HTML."""
    data = film.data()
    data.ImageComments = "<script>alert(1)</script>"
    assert "<script>" not in audit(data)._repr_html_()


def test_a_file_that_is_none_is_refused(tmp_path):
    """The audit says in words that there is nothing to audit."""
    with pytest.raises(DataError, match="no file"):
        audit(tmp_path / "none.dcm")


@pytest.mark.parametrize(
    ("value", "said"),
    [("Smith", True), ("", False), ("ANONYMIZED", False), ("00010101", False), ("0.0", False),
     ("000000.00", False), ("^", False), ("0012", True)],
)  # fmt: skip
def test_a_dummy_says_nothing(value, said):
    """Empty and dummy values are told from values that mean something."""
    assert identity.filled(value) is said


def test_a_picture_nobody_could_look_at_is_counted():
    """Not looked at is a result: such a file never counts as 0, and the page says both numbers."""
    unseen = Audit((), (), ("the pixels cannot be read",))
    assert unseen.count == 1 and Audit((), ()).count == 0
    assert "still identifying: 0" in str(unseen) and "not looked at: the pixels" in str(unseen)
