"""Class: names, dates and numbers compared letter by letter: found as people write them."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from readingroom.data.identity import in_header
from readingroom.dicom import wording
from readingroom.dicom.audit import audit

from .made import film, ground


def words(name="Meier^Anna", **tags):
    """The secrets of a file with this name."""
    made = film(ground(8), **tags)
    made.SpecificCharacterSet = "ISO_IR 192"
    made.PatientName = name
    return wording.secrets(in_header(made))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "再検 山田太郎様"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "やまだ たろう"),
        ("Yamada^Tarou=山田^太郎", "山田 太郎"),
        ("Yamada^Tarou=ﾔﾏﾀﾞ^ﾀﾛｳ", "ヤマダ"),
        ("Wang^XiaoDong=王^小东", "患者王小东"),
        ("Wang^Wei=王^伟", "王 伟, 胸部"),
        ("Hong^Gildong=洪^吉洞=홍^길동", "홍길동 흉부"),
        ("Hong^Gildong=洪^吉洞=홍^길동", "길동"),
        ("Li^Na", "film of Li Na"),
        ("Li^Na", "na, li"),
        ("Müller^Jürgen", "Mu\u0308ller"),
        ("Müller^Jürgen", "MUELLER J."),
        ("Müller^Jürgen", "Muller"),
        ("Strauß^Eva", "STRAUSS"),
        ("Nguyễn^Anh", "nguyen"),
        ("Meier^Anna", "MEIER"),
        ("Meier^Anna", "ＭＥＩＥＲ"),
        ("Ng^Bo", "BoNg"),
        ("O'Neil^Pat", "ONEIL"),
        ("O'Neil^Pat", "o\u2019neil"),
        ("Müller-Lüdenscheidt^A", "Mueller Luedenscheidt"),
        ("Al-Sayed^Omar", "Alsayed"),
        ("García López^María José", "Garcia-Lopez"),
        ("Иванов^Пётр", "ИВАНОВ"),
        ("Meier^Anna", "МЕІЕR"),  # Cyrillic but for the last letter
        ("МЕТА^Вера", "META"),
        ("Tοmas^Nikos", "TOMAS"),  # a Greek omicron
        ("van der Berg^Jan", "seen: jan_1958"),
    ],
)
def test_a_name_is_found_in_any_script_and_spelling(name, text):
    """Short, joined, decomposed, wide, without accents: all the same name."""
    assert wording.holds(text, words(name))


@pytest.mark.parametrize("text", ["Thorax PA", "li. lateral", "no change", "胸部", "bone", ""])
def test_chance_is_no_name(text):
    """Two Latin letters alone are found in any report, and one ideograph in any text."""
    made = words("Li^Na=李^娜", PatientID="7")
    assert not wording.holds(text, made)


@pytest.mark.parametrize("text", ["thorax, under the arm", "Januar", "der Thorax", "January 7"])
def test_a_short_name_or_a_particle_inside_a_report_is_none(text):
    """Three letters are a name where they stand alone; 'der' is in any German report."""
    assert not wording.holds(text, words("van der Berg^Jan"))


def _written(day):
    """One day as people in several countries write it."""
    months = "January February March April May June July August September October November December"
    german = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    name, deutsch = months.split()[day.month - 1], german.split()[day.month - 1]
    return [
        f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day:%Y.%m.%d}", f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}",
        f"{day:%m/%d/%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%y}", f"{day:%d%m%Y}",
        f"{day.day}. {deutsch} {day.year}", f"{day.day} {name} {day.year}", f"{day.day}-{name[:3]}-"
        f"{day.year}", f"{name} {day.day}, {day.year}", f"{day.year}年{day.month}月{day.day}日",
        f"{name[:3]} {day.year} {day.day}", f"{name}, {day.year}-{day.day}",
        f"{day:%d-%m-%Y}", f"{day.day}. {day.month}. {day.year}", f"{day:%d%b%Y}".upper(),
    ]  # fmt: skip


@settings(max_examples=100)
@given(st.dates(date(1905, 1, 1), date(2025, 12, 31)), st.data())
def test_a_date_is_found_however_it_is_typed(day, data):
    """A birth date in a sentence is found in every usual way to write one; another day is not."""
    text = data.draw(st.sampled_from(_written(day)))
    made = words(PatientBirthDate=f"{day:%Y%m%d}", StudyDate="")
    assert wording.holds(f"geb. {text} seen", made), text
    other = words(PatientBirthDate=f"{date(day.year + 1, day.month, 28):%Y%m%d}", StudyDate="")
    assert not wording.holds(f"geb. {text} seen", other), text


@pytest.mark.parametrize(
    "name",
    ["meier_anna_01", "Meier Anna 01", "MeierAnna", "Meier,Anna", "anna-meier", "MEIER+A", 
     "x(Meier)",
     "01Meier", "meieranna", "AnnaMeier1958", "born 12.03.1958", "4711-998"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_file_name_is_taken_apart_at_every_kind_of_gap(tmp_path, name, form):
    """Blanks, commas, brackets, digits and capitals end a name as a dash does."""
    original = film(ground(8))
    path = tmp_path / unicodedata.normalize(form, f"{name}.dcm")
    film(ground(8), PatientName="X", PatientID="X").save_as(path)
    assert audit(path, original).by_place()["file name"] == 1


@pytest.mark.parametrize("name", ["RR-1F0C93A2_123456", "Susanna", "Niedermeiers", "film 0007"])
def test_a_name_inside_another_word_is_none(tmp_path, name):
    """Five letters within a longer word are chance."""
    path = tmp_path / "r" / f"{name}.dcm"
    path.parent.mkdir()
    film(ground(8)).save_as(path)
    assert audit(path, film(ground(8))).by_place()["file name"] == 0


def test_an_umlaut_in_a_file_name_in_either_form(tmp_path):
    """Macs take an umlaut apart; the name is the same."""
    original = film(ground(8))
    original.SpecificCharacterSet, original.PatientName = "ISO_IR 192", "Müller^Ute"
    for form in ("NFC", "NFD"):
        path = tmp_path / unicodedata.normalize(form, "Müller_1.dcm")
        film(ground(8), PatientName="X").save_as(path)
        assert audit(path, original).by_place()["file name"] == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Łukasiewicz^Zbigniew", "Lukasiewicz"),
        ("Sørensen^Åse", "Sorensen, repeat"),
        ("Đurić^Ana", "Duric"),
        ("Yıldız^Işıl", "YILDIZ"),
        ("Mueller^Joerg", "Muller"),
        ("ヤマダ^タロウ", "やまだたろう"),
        ("O'Brien^Pat", "O Brien"),
        ("MacDonald^Ian", "Mac Donald"),
        ("Meier^Anna", "M E I E R"),
        ("Meier^Anna", "Me\u200bier"),
        ("Müller^Jörg", "M&uuml;ller"),
        ("Müller^Jörg", "M%C3%BCller"),
        ("Müller^Jörg", "MÃ¼ller"),
        ("Meier^Anna", "MRN 4711998"),
        ("Meier^Anna", "MRN 4711 998"),
    ],
)
def test_a_name_is_found_with_other_letters_gaps_and_encodings(name, text):
    """Letters without accents, a name with gaps, and what a page or a wrong table makes of it."""
    assert wording.holds(text, words(name))


@pytest.mark.parametrize(
    "text",
    [
        *("12 marca 1958", "12 марта 1958", "12. maaliskuuta 1958", "12 tháng 3 năm 1958"),
        *("12.III.58", "12 Mart 1958", "1958. március 12.", "1958 m. kovo 12 d.", "12 مارس 1958"),
        *("昭和33年3月12日", "2501-03-12", "12 03 1958", "1958-Mar-12", "12th of March, 1958"),
    ],
)
def test_a_date_is_found_with_a_month_in_any_language(text):
    """A day and a year of the patient's with a word between that is no other month is said."""
    assert wording.holds(text, words())


@pytest.mark.parametrize(
    "text",
    [
        "12 April 1958",
        "12 marca 1959",
        "13 marca 1958",
        "12 tháng 4 năm 1958",
        "12/1958",
        "平成33年3月12日",
    ],
)
def test_another_date_is_none(text):
    """Another month that is known, another day and another year are not the patient's."""
    assert not wording.holds(text, words())


@pytest.mark.parametrize(
    "name", ["120358.dcm", "cr_580312.dcm", "4711998.dcm", "12-marca-1958.dcm"]
)
def test_six_digits_and_bare_numbers_in_a_file_name(name):
    """Dates of six digits and the number without its hyphen are seen in a file's name."""
    assert wording.in_file_name(name, words())
    assert not wording.in_file_name("110358_4711999.dcm", words())
