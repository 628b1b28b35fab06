"""Broken tables of scores: each gets one plain sentence, and nothing crashes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from readingroom import audit
from readingroom.audit import reading

GOOD = "score,reference\n0.9,1\n0.8,1\n0.2,0\n0.4,0\n"


def _write(tmp_path, text, name="scores.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("score,reference\n", "no rows"),
        ("score,label2\n0.9,1\n", "no column 'reference'"),
        ("reference,view\n1,AP\n", "no column 'score'"),
        ("score|reference\n0.9|1\n", "separated by bars"),
        ("score;reference\nhigh;1\n0,2;0\n", "Line 2 .*'high', which is not a number"),
        ("score,reference\n0.9,1\nhigh,0\n", "Line 3 .*'high', which is not a number"),
        ('score,reference\n"0,9",1\n0.2,0\n', "decimals with a point"),
        ("score,reference\n90%,1\n0.2,0\n", "percent sign in every row or in none"),
        ("score,reference\ninf,1\n0.1,0\n", "not a number"),
        ("score,reference\n0.9,pneumonia\n0.2,normal\n", "a word; write 1 for ill"),
        ("score,reference\n0.9,2\n0.2,0\n", "another number; write 1 for ill"),
        ("score,reference\n0.9,1\n0.2,1\n", "is well \\(0\\)"),
        ("score,reference\n0.9,0\n0.2,0\n", "is ill \\(1\\)"),
        ("score,reference\n0.9,1\n0.2,0\n0.3,0\n", "Only 1 film"),
        ("score,reference\n,\n,\n", "a header and no rows"),
        ("score,reference\n0.5,\n,1\n", "both a score and a reference"),
        ("score,reference\n0.9,1,AP,x\n0.2,0\n", "number of columns"),
        ("score,score,reference\n0.9,0.8,1\n", "two columns"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"score,reference\x00\n", "not a text file"),
        ("one sentence about nothing", "no column 'score'"),
        ('score,reference\n"0.9,1\n0.2,0\n', "cannot be read|both a score|not a number"),
    ],
)
def test_a_broken_table_gets_one_sentence(tmp_path, text, says):
    """Missing column, one class, words, empty, wrong separator, Excel: each is named."""
    with pytest.raises(audit.AuditError, match=says) as caught:
        audit.read(_write(tmp_path, text))
    told = str(caught.value)
    assert told.endswith(".") and "\n" not in told and "Traceback" not in told


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffscore;reference;age\n0,9;1;64\n0,8;1;70,5\n0,2;0;33\n0,4;0;51\n",
        "score\treference\tage\n0.9\t1\t64\n0.8\t1\t70.5\n0.2\t0\t33\n0.4\t0\t51\n",
    ],
)
def test_what_a_spreadsheet_saves_is_read(tmp_path, text):
    """Semicolons with decimal commas, or tabs: the same scores as with commas and points."""
    found, plain = (audit.read(_write(tmp_path, part)) for part in (text, GOOD))
    assert found.s.tolist() == plain.s.tolist() and found.y.tolist() == plain.y.tolist()
    assert found.known["age"].tolist() == ["64", "70.5", "33", "51"]


def test_missing_files_folders_and_huge_ones(tmp_path, monkeypatch):
    """No file, a folder, and a file beyond the limit are refused before they are read."""
    with pytest.raises(audit.AuditError, match="cannot be read"):
        audit.read(tmp_path / "none.csv")
    with pytest.raises(audit.AuditError, match="is a folder"):
        audit.read(tmp_path)
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(audit.AuditError, match="is larger than"):
        audit.read(_write(tmp_path, GOOD))


def test_what_people_write_is_understood(tmp_path):
    """Other titles, a byte order mark, UTF-16, blank rows and 1.0 for 1 are all read."""
    for raw in (
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.replace("score,reference", "AI_Score,Ground Truth").encode(),
        GOOD.replace(",1\n", ",1.0\n").replace("\n", "\r\n").encode(),
    ):
        table = audit.read(_write(tmp_path, raw))
        assert table.y.tolist() == [1, 1, 0, 0] and table.s[0] == 0.9
    table = audit.read(_write(tmp_path, GOOD + ",1\n0.5,\n\n"))
    assert len(table.y) == 4 and "2 of 6 rows" in table.warnings[0]


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [
        ("Patient Name", ["A", "B", "C", "D"], "personal data"),
        ("dob", ["x"] * 4, "personal data"),
        ("remark", ["DOE^JANE", "ROE^RICHARD", "Muster, Hans", "Doe, John"], "looks like names"),
        ("patient", ["Doe John", "Roe Jane", "Poe Ann", "Moe Max"], "looks like names"),
        ("seen", ["1961-02-03", "1959-12-01", "1983-05-06", "1970-01-01"], "birth dates"),
    ],
)
def test_columns_that_look_like_a_person_are_warned_of(tmp_path, column, values, says):
    """A name or a birth date is pointed out; its values never reach the verdict."""
    frame = pd.DataFrame({"score": [0.9, 0.8, 0.2, 0.4], "reference": [1, 1, 0, 0]})
    frame[column] = values
    path = tmp_path / "scores.csv"
    frame.to_csv(path, index=False)
    found = audit.examine(path, threshold=0.5)
    assert any(says in remark for remark in found.remarks)
    for page in (found.text(), audit.as_html(found)):
        assert not any(value in page for value in values if len(value) > 3)


def test_the_template_raises_no_alarm(tmp_path):
    """The titles of the template and of the example are not taken for a person's."""
    path = tmp_path / "t.csv"
    audit.template(path)
    more = "0.7,1,PA,M,50,2026-01-06,p003\n0.2,0,AP,F,5,2026-01-07,p004\n"
    path.write_text(path.read_text() + more)
    assert audit.read(path).warnings == () and audit.read(audit.example()).warnings == ()


def test_patients_without_a_number_count_alone(tmp_path):
    """A blank patient number makes a patient of its own, and is mentioned."""
    text = "score,reference,patient\n0.9,1,a\n0.8,1,\n0.2,0,a\n0.4,0,\n"
    table = audit.read(_write(tmp_path, text))
    assert len(np.unique(table.known["patient"].astype(str))) == 3
    assert "counts as a patient" in table.warnings[0]


@settings(max_examples=150)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_no_file_makes_it_crash(tmp_path_factory, content):
    """Whatever the file holds, it is read or refused with a sentence."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))
    try:
        audit.read(path)
    except audit.AuditError as told:
        assert str(told).endswith((".", "?"))
