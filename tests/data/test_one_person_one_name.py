"""Class: identifiers merged from two sources. One person has one name, or the report says so."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.data import adding, own, people, recognised
from readingroom.data.errors import DataError

from .films_made import dicom, png, thorax

PERSON = st.integers(0, 12)


@settings(max_examples=150)
@given(st.lists(st.tuples(PERSON, st.booleans(), st.booleans(), st.booleans()), min_size=1,
                max_size=40))  # fmt: skip
def test_whoever_shares_a_name_anywhere_is_one_person(films):
    """Blanks anywhere in table and headers: films with a name in common never have two patients."""
    named = [f"A{person}" if table else "" for person, table, _, _ in films]
    numbers = [f"H{person}" if header else "" for person, _, header, _ in films]
    files = [f"{person:08d}" if file else "" for person, _, _, file in films]
    pictures = [f"picture {k}" for k in range(len(films))]
    names, rows = people.joined(named, numbers, files, pictures)
    owner = {}
    for (person, *known), name in zip(films, names, strict=True):
        assert bool(name) == any(known)
        if name:
            assert owner.setdefault(name, person) == person  # no two people under one name
    for source in (named, numbers, files):
        for one in set(source) - {""}:
            assert len({name for name, own_ in zip(names, source, strict=True) if own_ == one}) == 1
    blank = names.count("")
    assert ("patient missing" in [kind for kind, *_ in rows]) == (0 < blank < len(names))


def test_a_name_of_the_table_is_not_taken_for_a_number_of_a_header():
    """The table's own p001 and the first number of a header are two people."""
    names, _ = people.joined(["p001", ""], ["", "4711"], ["", ""], ["a", "b"])
    assert names[0] == "p001" and names[1] not in ("", "p001")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", unicodedata.normalize("NFD", "Müller")), ("P1", "p1 "), ("7", "7.0")],
)
def test_one_name_in_two_spellings_is_one(one, other):
    """Unicode form, capitals, blanks and a spreadsheet's .0 make no second person."""
    names, _ = people.joined([one, other], ["", ""], ["", ""], ["a", "b"])
    assert names[0] == names[1]


def test_two_names_for_one_number_or_one_picture_are_joined_and_said():
    """Two table names under one header number, or with the same picture, are one person."""
    for numbers, pictures in ((["1", "1"], ["a", "b"]), (["1", "2"], ["a", "a"])):
        names, rows = people.joined(["A", "B"], numbers, ["", ""], pictures)
        assert names[0] == names[1] and rows[0][0] == "patients joined"


def test_a_number_of_everybody_is_nobodys():
    """A test patient's number under many patients of the table joins nobody, and that is said."""
    names, rows = people.joined([f"A{k}" for k in range(9)], ["1"] * 9, [""] * 9, list("abcdefghi"))
    assert len(set(names)) == 9
    assert [row[0] for row in rows] == ["patient number not used"] and "'1'" not in str(rows)


def folder(tmp_path, table, header):
    """Sixty films of thirty people, named in table and header where the functions say so."""
    rows = []
    for k in range(60):
        person = k // 2
        number = {"PatientID": header(k, person)} if header(k, person) else {}
        dicom(tmp_path / f"films/{k:02d}.dcm", thorax(40, seed=k), **number)
        rows.append({"file": f"{k:02d}.dcm", "label": person % 2, "patient": table(k, person)})
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    report = adding.add(tmp_path / "films", tmp_path / "labels.csv", "t", progress=False)
    kept = pd.read_csv(own.shelf() / "t/table.csv", dtype=str)
    return report, kept.assign(person=[int(name[:2]) // 2 for name in kept["file"]])


def test_a_half_filled_column_is_filled_from_the_headers(tmp_path):
    """Every other cell blank: thirty patients, none in two parts."""
    report, kept = folder(tmp_path, lambda k, p: f"A{p}" if k % 2 else "", lambda k, p: f"H{p}")
    assert kept["patient"].nunique() == 30
    assert kept.groupby("person")["split"].nunique().max() == 1
    assert report.counts() == {}


@pytest.mark.parametrize("dummy", ["", "ANONYMOUS", "0", "unknown"])
def test_a_half_filled_column_without_numbers_is_said(tmp_path, dummy):
    """Where headers say nothing either, the report names the gap; a dummy is no number."""
    report, kept = folder(tmp_path, lambda k, p: f"A{p}" if k % 2 else "", lambda k, p: dummy)
    assert kept["patient"].nunique() == 30 and report.counts() == {"patient missing": 1}


def test_a_contradiction_between_table_and_header_is_told(tmp_path):
    """Sex, age and view that differ are rows of the report; the table counts."""
    rows = []
    for k in range(40):
        dicom(tmp_path / f"films/{k}.dcm", thorax(40, seed=k), PatientSex="F", PatientAge="050Y",
              ViewPosition="PA")  # fmt: skip
        rows.append({"file": f"{k}.dcm", "label": k % 2, "sex": "M" if k == 3 else "F",
                     "age": 51 if k == 4 else 70 if k == 5 else 50, "view": "PA"})  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    report = adding.add(tmp_path / "films", tmp_path / "labels.csv", "t", progress=False)
    told = [row["detail"] for row in report.rows if row["kind"] == "table and header disagree"]
    assert len(told) == 2 and told[0] == "sex M and F" and told[1].startswith("age 70")


@pytest.mark.parametrize(("named", "number"), [("7", "000007"), ("A 7", "a-7"), ("4711", "4711")])
def test_a_number_of_the_table_is_that_of_a_header(named, number):
    """A PNG has its number in the table alone, a DICOM in its header alone: one person."""
    names, _ = people.joined([named, ""], ["", number], ["", ""], ["a", "b"])
    assert names[0] == names[1] == named


def test_tables_with_numbers_of_their_own_are_not_joined_to_headers():
    """Where both are filled and differ, the table's 2 is not the header's 2."""
    names, _ = people.joined(["1", "3", "2", ""], ["9", "8", "", "2"], [""] * 4, list("abcd"))
    assert names[2] == "2" and names[3] != "2"


@pytest.mark.parametrize("dummy", ["unknown", "N/A", "-", "nan", "unbekannt", "99999", "0", "?"])
def test_a_dummy_in_the_table_is_nobody(dummy):
    """Cells that name nobody make no patient of everybody, and are said."""
    names, rows = people.joined(["p1", dummy, dummy], [""] * 3, [""] * 3, list("abc"))
    assert names == ["p1", "", ""] and rows[0][:2] == ("patient missing", "2 of 3 films")


def test_patients_counted_from_nought_have_their_names():
    """Beside a patient 1 the patient 0 is one."""
    assert people.one_name_each(["0", "1", "0"]) == (["0", "1", "0"], [])


@pytest.mark.parametrize("number", ["4.71E+12", "4,71E+12", "5e+09"])
def test_numbers_that_a_spreadsheet_rounded_are_refused(number):
    """4711000000001 and 4711000000002 are both 4.71E+12: nobody can tell who is who."""
    with pytest.raises(DataError, match="rounded these numbers"):
        people.joined([number], [""], [""], ["a"])


def test_folders_of_patients_inside_a_class_are_no_classes():
    """The class is the folder above those that are called by a patient."""
    listed = [f"{'ill' if k % 2 else 'normal'}/patient{k:04d}/a.png" for k in range(4)]
    assert set(recognised.rows(Path(), listed)["label"]) == {"ill", "normal"}


def test_spellings_taken_for_one_are_said():
    """007 and 7, Pat 1 and PAT-1: one person each, and the report shows both."""
    names, rows = people.joined(["007", "7", "Pat 1", "PAT-1"], [""] * 4, [""] * 4, list("abcd"))
    assert names == ["007", "007", "Pat 1", "Pat 1"]
    assert [row[:2] for row in rows] == [("patients joined", shown) for shown in
                                         ("007, 7", "Pat 1, PAT-1")]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("train/patient00001/study1/view1_frontal.jpg", "patient00001"),
        ("p10/p10000032/s50414267/a.png", "p10000032"),
        ("sub-S03048/ses-1/x_cr.png", "sub-S03048"),
        ("Pat_12_ap.png", "Pat_12"),
        ("00000013_026.png", "00000013"),
        ("patients/a.png", ""),
        ("pattern3/pa1.png", ""),
    ],
)
def test_paths_of_public_sets_name_the_patient(path, name):
    """CheXpert, MIMIC, BIDS and NIH put the patient into the path; other words do not."""
    assert recognised.patient(path) == name


def test_patients_read_from_paths_are_said(tmp_path):
    """Thirty people in folders, none in two parts, and the report says whence the names are."""
    rows = []
    for k in range(60):
        path = f"patient{k // 2:05d}/view{k % 2}.png"
        png(tmp_path / "films" / path, thorax(40, seed=k))
        rows.append({"Path": f"elsewhere/{path}", "label": k // 2 % 2})
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    report = adding.add(tmp_path / "films", tmp_path / "labels.csv", "t", progress=False)
    kept = pd.read_csv(own.shelf() / "t/table.csv", dtype=str)
    assert kept.groupby("patient")["split"].nunique().max() == 1 and len(kept) == 60
    assert [row["where"] for row in report.rows] == ["60 films"]


@pytest.mark.parametrize(
    ("tag", "values", "told"),
    [
        ("PatientBirthDate", ("19500101", "19700202"), True),
        ("IssuerOfPatientID", ("A", "B"), True),
        ("PatientSex", ("F", "M"), True),
        ("PatientBirthDate", ("19500101", "00000000"), False),
        ("IssuerOfPatientID", ("A", ""), False),
    ],
)
def test_a_number_of_two_people_is_said_and_kept_nowhere(tmp_path, tag, values, told):
    """Two hospitals' 101 are one person here, and that is said; what told them is not kept."""
    rows = []
    for k in range(60):
        dicom(tmp_path / f"films/{k}.dcm", thorax(40, seed=k), PatientID=f"{101 + k // 4}",
              **{tag: values[k % 2]})  # fmt: skip
        rows.append({"file": f"{k}.dcm", "label": k // 4 % 2})
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    report = adding.add(tmp_path / "films", tmp_path / "labels.csv", "t", progress=False)
    assert ("number of two people" in report.counts()) == told
    kept = pd.read_csv(own.shelf() / "t/table.csv", dtype=str)
    # a digest of 64 signs holds any four digits by chance, and files have new UIDs in each run
    shown = kept.loc[:, [not kept[name].str.len().eq(64).all() for name in kept]].to_csv()
    assert len(shown.splitlines()) == 61
    assert "1950" not in shown and "issuer" not in shown


@pytest.mark.parametrize("word", ["NOTFALL", "ANONYMOUS1", "9999999", "unknown patient"])
def test_a_word_in_the_header_is_nobody(tmp_path, word):
    """Films of an emergency room are not all of one patient called EMERGENCY."""
    report, kept = folder(tmp_path, lambda k, p: f"A{p}" if k % 2 else "", lambda k, p: word)
    assert kept["patient"].nunique() == 30 and report.counts() == {"patient missing": 1}
