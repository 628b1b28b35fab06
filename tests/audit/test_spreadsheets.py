"""Class: a table of scores as spreadsheets write it: read as meant, or refused by its line."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom import audit
from readingroom.audit import reading


def rows(n=40):
    """Scores and references that everybody would read alike."""
    draw = np.random.default_rng(0)
    return [(f"{draw.random():.3f}", str(k % 2)) for k in range(n)]


def written(tmp_path, text):
    """A table of this text."""
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    return path


DRESSES = {
    "sep line": lambda table: "sep=;\n" + table.replace(",", ";"),
    "empty last columns": lambda table: table.replace("\n", ",,\n"),
    "empty last fields in rows": lambda table: table.replace("\n", ",\n").replace(",\n", "\n", 1),
    "old Mac": lambda table: table.replace(",", ";").replace("\n", "\r"),
    "a comma in a title": lambda table: table.replace(",", ";").replace(
        "reference", 'reference;"note, free"', 1),
    "semicolons and decimal commas": lambda table: table.replace(",", ";").replace("0.", "0,"),
    "a mark before": lambda table: "\ufeff" + table,
    "blank rows below": lambda table: table + ",\n" * 20,
}  # fmt: skip


@pytest.mark.parametrize("dress", DRESSES)
def test_every_dress_gives_the_same_scores(tmp_path, dress):
    """However a spreadsheet dresses the table, scores and references are those of the plain one."""
    table = "score,reference\n" + "".join(f"{s},{y}\n" for s, y in rows())
    read = reading.read(written(tmp_path, DRESSES[dress](table)))
    assert read.s.tolist() == [float(s) for s, _ in rows()]
    assert read.y.tolist() == [int(y) for _, y in rows()]


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_thousands_are_not_decimals(tmp_path, mark):
    """Only numbers from 1,000 on have a comma: scores in the thousands rank as they are."""
    values = [150 * k + 13 for k in range(40)]
    table = f"score{mark}reference\n"
    table += "".join(f"{value:,}{mark}{k % 2}\n" for k, value in enumerate(values))
    assert reading.read(written(tmp_path, table)).s.tolist() == values


def test_numbers_of_two_readings_are_refused(tmp_path):
    """Where every score has a comma and three digits, nobody can say which it is."""
    table = "score;reference\n" + "".join(f"{k % 8 + 1},{k:03d};{k % 2}\n" for k in range(40))
    with pytest.raises(audit.AuditError, match="nothing between thousands"):
        reading.read(written(tmp_path, table))


def test_the_line_named_is_the_line_of_the_file(tmp_path):
    """Cells of two lines count as two, for a wrong score as for a wrong number of columns."""
    tall = "score,reference,note\n" + '0.5,1,"two\nlines"\n' * 50
    for last, said in (("oops,0,\n", "Line 102 "), ("0.1,0,a,b\n", "Line 102 ")):
        with pytest.raises(audit.AuditError, match=said):
            reading.read(written(tmp_path, tall + last))


def test_a_quote_that_swallows_rows_is_told(tmp_path):
    """Eighty films in one cell are not left out in silence."""
    table = 'score,reference,note\n0.5,1,"open\n' + "0.4,0,\n" * 80
    with pytest.raises(audit.AuditError, match=r"Line 2 .* quotation mark"):
        reading.read(written(tmp_path, table))


def test_dates_of_several_zones_are_one_sentence(tmp_path):
    """Their order is not known, and no traceback says so."""
    zones = ["+01:00", "+02:00", "Z"]
    table = "score,reference,date\n" + "".join(
        f"{s},{y},2024-05-{k % 28 + 1:02d}T10:00:00{zones[k % 3]}\n"
        for k, (s, y) in enumerate(rows())
    )
    with pytest.raises(audit.AuditError, match="several time zones"):
        audit.examine(written(tmp_path, table))
