"""Class: a table as spreadsheets write it. It is read as it is meant, or refused by its line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings, strategies as st

from readingroom.data import sheets

LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
ODD = st.sampled_from(["a,b", "c;d", 'say "x"', "two\nlines", "1,5"])
CELL = st.text(LETTERS, max_size=6) | ODD


def read(tmp_path, content):
    """Read a CSV of these bytes."""
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return sheets.read(path)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
    st.integers(0, 2),
)
def test_any_dress_of_a_table_reads_the_same(tmp_path_factory, cells, mark, end, codec, told, more):
    """Separator, line ends, encoding, sep= line, empty last columns, quotes: the same rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, lineterminator="\n")
    rows = [("file", "label, free", "site"), *cells]
    writer.writerows([*row, *[""] * more] for row in rows)
    text = (f"sep={mark}\n" if told else "") + out.getvalue()
    # `read` gives every line end as \n, within cells too
    sheet = read(tmp_path_factory.getbasetemp(), text.replace("\n", end).encode(codec))
    assert sheet.header == ["file", "label, free", "site"] and sheet.separator == mark
    meant = [[cell.strip() for cell in row] for row in cells if any(map(str.strip, row))]
    assert [row[1:] for row in sheet.rows] == meant
    lines = text.split("\n")
    for number, first, *_ in sheet.rows:
        assert first.split("\n")[0].replace('"', '""') in lines[number - 1]


def test_the_line_named_is_the_line_of_the_file(tmp_path):
    """Cells of two lines count as two."""
    text = "file,label\n" + '"a\nb",1\n' * 50 + "c,1,2\nd,0\n"
    sheet = read(tmp_path, text)
    assert sheet.remarks == [("line 102", "3 fields where the header has 2")]
    assert sheet.rows[-1][0] == 103


def test_a_quote_that_stays_open_is_told(tmp_path):
    """Rows that one cell swallowed are not passed over in silence."""
    text = 'file,label\na,1\nb,"0\n' + "c,1\n" * 80
    with pytest.raises(sheets.NoTable, match=r"Line 3 .* quotation mark"):
        read(tmp_path, text)


def test_empty_columns_between_are_refused(tmp_path):
    """Two columns without a name in the middle cannot be told apart; one at the end is none."""
    assert read(tmp_path, "a,b,\n1,2,\n").header == ["a", "b"]
    with pytest.raises(sheets.NoTable, match="without a name"):
        read(tmp_path, "a,,,b\n1,2,3,4\n")


@given(st.lists(st.floats(1, 1e7), min_size=2, max_size=20), st.sampled_from(",'\u2019\u202f "))
def test_thousands_are_thousands(values, mark):
    """Grouped numbers beside a small one read as they are, whatever stands between thousands."""
    values = [1.5, *values]
    written = [f"{value:,.2f}".replace(",", mark) for value in values]
    told = [float(text) for text in sheets.decimal("score", written)]
    assert told == [round(value, 2) for value in values]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(1, 6))
def test_decimal_commas_are_decimals(values, places):
    """Shares with a comma are shares, also with three digits behind it."""
    written = [f"{value:.{places}f}" for value in [*values, 0.5]]
    told = sheets.decimal("score", [text.replace(".", ",") for text in written])
    assert [float(text) for text in told] == [float(text) for text in written]


@given(st.lists(st.floats(1000, 1e7), min_size=1, max_size=20))
def test_german_thousands_and_decimals_together(values):
    """1.234,5 is one number."""
    written = [f"{value:,.2f}" for value in values]
    german = [text.translate(str.maketrans(",.", ".,")) for text in written]
    told = [float(text) for text in sheets.decimal("score", german)]
    assert told == [float(text.replace(",", "")) for text in written]


def test_whole_numbers_beside_thousands():
    """Only numbers from 1,000 on have a comma, with three digits behind it: thousands."""
    assert sheets.decimal("s", ["998", "12", "1,203", "7"]) == ["998", "12", "1203", "7"]


@pytest.mark.parametrize("written", [["1,234"], ["1,234", "2,345"], ["1,234", "0", "1"],
                                     ["1,234", "5,6789", "1.5"]])  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(written):
    """1,234 alone is 1234 to some and 1.234 to others."""
    with pytest.raises(sheets.TwoReadings, match="thousand"):
        sheets.decimal("score", written)


@pytest.mark.parametrize("written", [["1.410", "987", "12"], ["1.234.567", "2"], ["10.000", "50"]])
def test_points_between_thousands_are_refused_too(written):
    """1.410 beside 987 is 1410 in half of Europe."""
    with pytest.raises(sheets.TwoReadings, match="thousand"):
        sheets.decimal("score", written)


@pytest.mark.parametrize("written", [["1.410", "0.5", "12"], ["1.410", "2", "3"], ["1.410", "12.5"],
                                     ["1.410", "1410"], ["1.410", "2.345"]])  # fmt: skip
def test_decimals_with_three_digits_stay_decimals(written):
    """Decimals of other lengths, numbers below 10 or beyond 1,000 beside it: a decimal point."""
    assert sheets.decimal("score", written) == written
