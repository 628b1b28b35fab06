"""Reading somebody's table of scores: as text, checked, and refused in one plain sentence."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 100_000_000  # bytes: some million films
SHORTEST = 2  # films of each kind, for any interval at all
ALIASES = {
    "score": ("score", "ai score", "model score", "prediction", "probability"),
    "reference": ("reference", "reference standard", "label", "truth", "ground truth", "target"),
    "view": ("view", "view position", "viewposition", "projection"),
    "sex": ("sex", "gender"),
    "age": ("age", "age years"),
    "date": ("date", "study date", "exam date"),
    "patient": ("patient", "patient id", "patientid", "subject"),
}
# Words in a column's title that promise a person; the column is not read, only warned of.
PERSONAL = re.compile(
    r"\b(name|surname|forename|vorname|nachname|nom|prenom|birth|birthday|birthdate|born|dob|"
    r"geburt\w*|address|phone|e?mail|mrn|accession|ssn|insurance)\b"
)
LOOKS_LIKE_A_NAME = re.compile(r"^[^\W\d_]{2,}(\^|, ?| )[^\W\d_]{2,}\S*$")
DATE = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(19|20)\d{6})$")


class AuditError(ValueError):
    """A table that cannot be judged; the message says why and what to do."""


@dataclass(frozen=True)
class Table:
    """A table of scores that could be read.

    Attributes
    ----------
    name : str
        Of the file.
    y : ndarray, (N,) of 0 and 1
    s : ndarray, (N,)
    known : dict of ndarray of str, (N,)
        ``view``, ``sex``, ``age``, ``date`` and ``patient`` as far as they are filled.
    warnings : tuple of str
        What the reader should look at.
    """

    name: str
    y: np.ndarray
    s: np.ndarray
    known: dict[str, np.ndarray] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read(path: Path | str) -> Table:
    """Read and check a CSV of scores.

    Parameters
    ----------
    path : path
        A header, one row per film: ``score`` and ``reference``, and where known ``view``,
        ``sex``, ``age``, ``date``, ``patient``. Separated by commas; or by semicolons or tabs,
        and then decimals may have a comma, as spreadsheets write them in half of Europe.

    Returns
    -------
    Table

    Raises
    ------
    AuditError
        With one sentence that says what is wrong and what to do.
    """
    path = Path(path).expanduser()
    raw = _parsed(path)
    titles = _recognised(path, list(raw.columns))
    if raw.empty:
        raise AuditError(f"{path.name} has a header and no rows; add one row for each film.")
    warnings = [*_personal(raw, titles)]
    score, reference = (raw[titles[name]].str.strip() for name in ("score", "reference"))
    filled = ((score != "") & (reference != "")).to_numpy()
    if not filled.all():
        left = int((~filled).sum())
        warnings.append(f"{left} of {len(raw)} rows lack a score or a reference; left out.")
    if not filled.any():
        raise AuditError(f"No row of {path.name} has both a score and a reference; fill them in.")
    s, y = _numbers(path, score[filled]), _reference(path, reference[filled])
    known = {}
    for name in ("view", "sex", "age", "date", "patient"):
        if name in titles:
            column = raw[titles[name]].str.strip()[filled].to_numpy(object)
            if (column != "").any():
                known[name] = column
    if "patient" in known and (known["patient"] == "").any():
        warnings.append("Some rows have no patient number; each of them counts as a patient.")
        blank = known["patient"] == ""
        known["patient"][blank] = [f"row {k}" for k in np.flatnonzero(blank)]
    _both_kinds(path, y)
    return Table(path.name, y, s, known, tuple(warnings))


def _parsed(path: Path) -> pd.DataFrame:
    """The table as text; the index is the line of the file, less 2."""
    import pandas as pd

    from readingroom.data import sheets

    if path.is_file() and path.stat().st_size > LARGEST:
        raise AuditError(
            f"{path.name} is larger than {LARGEST // 10**6} MB; keep only the columns score "
            "and reference, or a consecutive part of the films."
        )
    try:
        sheet = sheets.read(path, twins=True)
    except sheets.NoTable as problem:
        raise AuditError(str(problem)) from None
    if not sheet.header:
        raise AuditError(f"{path.name} is empty; readingroom audit --template FILE writes a start.")
    if sheet.separator == "|":
        raise AuditError(
            f"The columns of {path.name} are separated by bars; save it as CSV with commas "
            "between columns and points in decimals."
        )
    for where, odd in sheet.remarks:
        if where.startswith("line"):
            raise AuditError(
                f"{where.capitalize()} of {path.name} has another number of columns than the "
                f"header ({odd}), so the table cannot be read; mend it and run again."
            )
    lines = [row[0] - 2 for row in sheet.rows]
    raw = pd.DataFrame([row[1:] for row in sheet.rows], lines, sheet.header, dtype=str)
    if sheet.separator != ",":  # a decimal comma can only be one where commas do not separate
        for title in raw:
            with contextlib.suppress(sheets.TwoReadings):  # is told if it is the score
                raw[title] = sheets.decimal(title, list(raw[title]))
    return raw


def _plain(title: str) -> str:
    return re.sub(r"[\s_\-]+", " ", str(title)).strip().lower()


def _recognised(path: Path, columns: list[str]) -> dict[str, str]:
    """Our name to the table's own title."""
    plain = [_plain(column) for column in columns]
    found = {}
    for ours, names in ALIASES.items():
        for name in names:
            if plain.count(name) > 1 or f"{name}.1" in plain:
                raise AuditError(f"{path.name} has two columns called {name!r}; rename one.")
            if name in plain and ours not in found:
                found[ours] = columns[plain.index(name)]
    for needed in ("score", "reference"):
        if needed not in found:
            shown = ", ".join(columns[:8])
            raise AuditError(
                f"{path.name} has no column {needed!r} (it has {shown}); rename the column that "
                "holds it, or begin with readingroom audit --template FILE."
            )
    return found


def _line(rows: pd.Series, position: int) -> int:
    return int(rows.index[position]) + 2  # the header is line 1


def _numbers(path: Path, rows: pd.Series) -> np.ndarray:
    import pandas as pd

    found = pd.to_numeric(rows, errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(~np.isfinite(found))
    if len(wrong):
        value = rows.iloc[wrong[0]][:40]
        advice = "write a number in each row"
        if re.fullmatch(r"-?\d+,\d+", value):
            advice = "write decimals with a point and nothing between thousands"
        elif value.endswith("%"):
            advice = "leave out the percent sign"
        raise AuditError(
            f"Line {_line(rows, wrong[0])} of {path.name} has the score {value!r}, which is not a "
            f"number; {advice}."
        )
    return found


def _reference(path: Path, rows: pd.Series) -> np.ndarray:
    values = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}
    wrong = np.flatnonzero(~rows.isin(list(values)).to_numpy())
    if len(wrong):
        value = rows.iloc[wrong[0]][:40]
        kind = "a word" if re.search(r"[^\W\d_]", value) else "another number"
        raise AuditError(
            f"Line {_line(rows, wrong[0])} of {path.name} has the reference {value!r}, {kind}; "
            "write 1 for ill and 0 for well."
        )
    return rows.map(values).to_numpy(int)


def _both_kinds(path: Path, y: np.ndarray) -> None:
    ill, well = int(y.sum()), int((1 - y).sum())
    for count, other, kind in ((ill, well, "ill (1)"), (well, ill, "well (0)")):
        if count == 0:
            raise AuditError(
                f"None of the {other} films of {path.name} is {kind}, so nothing can be told "
                "apart; add consecutive films of both kinds."
            )
        if count < SHORTEST:
            raise AuditError(
                f"Only {count} film of {path.name} is {kind}; no interval can be given, so add "
                "more consecutive films."
            )


def _personal(raw: pd.DataFrame, titles: dict[str, str]) -> list[str]:
    """Warn of columns that look like a name or a birth date; they are not used."""
    said = []
    dates = titles.get("date")
    for column in raw.columns:
        values = raw[column].str.strip()
        values = values[values != ""].head(200)
        if PERSONAL.search(_plain(column)):
            what = "looks like personal data"
        elif len(values) and values.str.match(LOOKS_LIKE_A_NAME).mean() > 0.5:
            known = column in [titles.get(name) for name in ("view", "sex", "reference")]
            what = "" if known else "looks like names"
        elif column != dates and len(values) and values.str.match(DATE).mean() > 0.5:
            numeric = column in [titles.get(name) for name in ("score", "age", "patient")]
            what = "" if numeric else "looks like birth dates or other dates"
        else:
            what = ""
        if what:
            said.append(
                f"The column {str(column)[:40]!r} {what}; delete it before you pass the file on."
            )
    return said
