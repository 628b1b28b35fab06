"""Reading somebody's table of scores: as text, checked, and refused in one plain sentence."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from readingroom.data import labels, people, sheets
from readingroom.data.errors import DataError
from readingroom.data.spelling import alike, called

if TYPE_CHECKING:
    import pandas as pd

FEWEST_ROWS = 10  # that differ, before equal rows are taken for copies
LARGEST = 100_000_000  # bytes: some million films
SHORTEST = 2  # films of each kind, for any interval at all
# What exports call the columns; each has an option of the command, --score COLUMN and so on.
GROUPS = {
    **{name: labels.COLUMNS[name] for name in ("view", "sex", "age")},
    "site": (*labels.COLUMNS["site"], "scanner"),
    "date": ("date", "study date", "exam date"),
    "patient": labels.COLUMNS["patient"],
}
OPTIONS = {"reference": "--label"}  # else --score, --view and so on
OF_A_MODEL = re.compile(
    r"\b(scores?|pred|preds|predictions?|predicted|probs?|proba|probability|probabilities|outputs?|"
    r"logits?|confidence|likelihood|yhat|ai|model)\b"
)
OF_THE_TRUTH = re.compile(
    r"\b(references?|ref|labels?|truth|gt|gold|target|true|class|outcome|diagnosis|groundtruth)\b"
)
PLAINLY_TRUE = re.compile(r"\b(reference|truth|gold|gt|true|groundtruth)\b")
CALLS = ("0", "1", "0.0", "1.0")
WORDS = (*CALLS, "yes", "no", "true", "false", "positive", "negative")
# Words in a column's title that promise a person; the column is not read, only warned of.
PERSONAL = re.compile(
    r"\b(name|surname|forename|vorname|nachname|nom|prenom|birth|birthday|birthdate|born|dob|"
    r"geburt\w*|address|phone|e?mail|mrn|accession|ssn|insurance)\b"
)
LOOKS_LIKE_A_NAME = re.compile(r"^[^\W\d_]{2,}(\^|, ?| )[^\W\d_]{2,}\S*$")
NUMBER = r"[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)? ?%?"
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
        ``view``, ``sex``, ``age``, ``site``, ``date`` and ``patient`` as far as they are filled.
    warnings : tuple of str
        What the reader should look at.
    columns : dict of str
        Our name to the table's own title, of every column used.
    unused : tuple of str
        Titles of the columns that were not.
    copies : int
        How often each row stands; 1 is once.
    films : str
        Whose films these are, by the column ``films`` that the course's own tables have.
    """

    name: str
    y: np.ndarray
    s: np.ndarray
    known: dict[str, np.ndarray] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    copies: int = 1
    films: str = ""

    def counted(self) -> str:
        """How many films there are, how many of them ill, and whose they are where that is told."""
        y = self.y
        said = f"{len(y):,}, {int(y.sum()):,} ill and {int((1 - y).sum()):,} well"
        return said + (f"; {self.films}" if self.films else "")


def read(path: Path | str, columns: dict[str, str] | None = None) -> Table:
    """Read and check a CSV of scores.

    Parameters
    ----------
    path : path
        A header, one row per film: ``score`` and ``reference``, and where known ``view``,
        ``sex``, ``age``, ``site``, ``date``, ``patient``. Separated by commas; or by semicolons
        or tabs, and then decimals may have a comma, as spreadsheets write them in half of Europe.
    columns : dict of str, optional
        Our name to the table's title, for columns whose titles do not say what they are.

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
    titles = _recognised(path, raw, columns or {})
    if raw.empty:
        raise AuditError(f"{path.name} has a header and no rows; add one row for each film.")
    whose = called("films", raw.columns)
    films = _whose(raw[whose]) if whose and whose not in titles.values() else ""
    if whose and films:
        titles = titles | {"films": whose}
    unused = tuple(str(title) for title in raw.columns if title not in titles.values())
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
    for name in GROUPS:
        if name in titles:
            column = raw[titles[name]].str.strip()[filled].to_numpy(object)
            if (column != "").any():
                known[name] = np.array(alike(column), object)
    warnings += _understood(known)
    if "patient" in known:
        warnings += _people(known)
    times, said = _copied(raw[filled], known)
    warnings += said
    _both_kinds(path, y)
    return Table(path.name, y, s, known, tuple(warnings), titles, unused, times, films)


def _whose(column: pd.Series) -> str:
    """Whose films a table says it is of, the most frequent first; empty where these are counts."""
    told = column.str.strip()
    if not len(told) or _numeric(column):
        return ""
    counts = Counter(alike(word or "not stated" for word in told)).most_common()
    words = [f"{word} ({n:,})" if len(counts) > 1 else word for word, n in counts[:3]]
    return "; ".join(words) + (" and more" if len(counts) > 3 else "")


def _understood(known: dict[str, np.ndarray]) -> list[str]:
    """Put view, sex and age into one spelling each, in place; say what was not understood."""
    import pandas as pd

    said = []
    for name in {"view", "sex", "age"} & set(known):
        column = known[name]
        try:
            tidy = labels.tidy(pd.DataFrame({"file": "", name: column}))[0][name]
        except DataError as problem:  # numbers that can be read in two ways
            raise AuditError(str(problem)) from None
        odd = tidy.isna().to_numpy() & (column != "")
        if odd.any():
            few = sorted(set(column[odd]))[:3]
            kept = "counted as not stated" if name == "age" else "each is a group of its own"
            said.append(
                f"The {name} of {int(odd.sum())} films is not understood ({', '.join(few)}); "
                f"{kept}."
            )
        plain = ["" if value is None or value != value else
                 f"{value:g}" if name == "age" else value for value in tidy]  # fmt: skip
        known[name] = np.where(odd, "" if name == "age" else column, plain).astype(object)
    return sorted(said)


def _people(known: dict[str, np.ndarray]) -> list[str]:
    """Give each patient one name, in place, and each row without one a patient of its own."""
    try:
        names, joined = people.one_name_each(list(known["patient"]))
    except DataError as problem:
        raise AuditError(str(problem)) from None
    said = [f"Taken for one patient: {shown}." for shown in joined[:3]]
    sexes = {
        (who, sex) for who, sex in zip(names, known.get("sex", ()), strict=False) if who and sex
    }
    if twice := len(sexes) - len({who for who, _ in sexes}):
        said.append(f"{twice} patients have two sexes; is this the column of patient numbers?")
    blank = np.array([name == "" for name in names])
    if blank.any():
        words = sorted({str(word) for word in known["patient"][blank]} - {""})[:3]
        what = f"no patient number (or {', '.join(words)})" if words else "no patient number"
        said.append(f"Some rows have {what}; each of them counts as a patient.")
    known["patient"] = np.array(names, object)
    known["patient"][blank] = [f"row {k}" for k in np.flatnonzero(blank)]
    return said


def _copied(raw: pd.DataFrame, known: dict[str, np.ndarray]) -> tuple[int, list[str]]:
    """How often each row stands, and what to say of copies.

    Where there are no patient numbers, the copies of a row are made one patient, so that no
    interval narrows by copying. Equal rows are copies only where that is no chance: all of them
    stand equally often, or ten in a row stand again, or they are of one patient.
    """
    rows = raw.agg("\x1f".join, axis=1)
    which, counts = np.unique(rows.to_numpy(str), return_inverse=True, return_counts=True)[1:]
    times = int(np.gcd.reduce(counts)) if len(counts) >= FEWEST_ROWS else 1
    if times > 1:
        if "patient" not in known:
            nth = rows.groupby(which).cumcount().to_numpy() // times
            known["patient"] = np.array(
                [f"{a} {b}" for a, b in zip(which, nth, strict=False)], object
            )
        often = "twice" if times == 2 else f"{times} times"
        return times, [f"Each row stands {often}. Copies count as one patient; delete them."]
    copies = len(rows) - len(counts)
    if copies and "patient" in known:
        return 1, [f"{copies} rows are equal to another row in every column; are they copies?"]
    runs: dict[tuple, int] = {}
    for start in range(len(which) - FEWEST_ROWS + 1):
        run = tuple(which[start : start + FEWEST_ROWS])
        first = runs.setdefault(run, start)
        if start - first >= FEWEST_ROWS and len(set(run)) > FEWEST_ROWS // 2:
            return 1, [f"From line {raw.index[start] + 2} on, rows from line "
                       f"{raw.index[first] + 2} on stand again; are they copies?"]  # fmt: skip
    return 1, []


def _parsed(path: Path) -> pd.DataFrame:
    """The table as text; the index is the line of the file, less 2."""
    import pandas as pd

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


def option(name: str) -> str:
    """The command's option that names the column which holds `name`."""
    return OPTIONS.get(name, f"--{name}")


def _recognised(path: Path, raw: pd.DataFrame, named: dict[str, str]) -> dict[str, str]:
    """Our name to the table's own title; what cannot be told apart is asked and never guessed."""
    columns = list(raw.columns)
    found = {}
    for ours, title in named.items():
        meant = called(title, columns)
        if meant is None:
            raise AuditError(
                f"{path.name} has no column {title!r} for {option(ours)}; it has {_shown(columns)}."
            )
        found[ours] = meant
    if len(set(found.values())) < len(found):
        raise AuditError("Two options name the same column; each has a column of its own.")
    free = [title for title in columns if title not in found.values()]
    for ours in ("score", "reference", *GROUPS):
        if ours in found:
            continue
        may = [title for title in free if _may_be(ours, title, raw[title])]
        same = {tuple(raw[title].str.strip()) for title in may}
        if len(same) > 1:
            raise AuditError(_which(path, ours, may))
        if may:
            found[ours] = may[0]
    free = [title for title in columns if title not in found.values()]
    for needed in ("score", "reference"):
        if needed not in found:
            raise AuditError(
                f"{path.name} has no column {needed!r} (it has {_shown(columns)}); say which holds "
                f"it with {option(needed)} COLUMN, or begin with readingroom audit --template FILE."
            )
    _second_thoughts(path, raw, found, free, named)
    return found


def _second_thoughts(path: Path, raw: pd.DataFrame, found: dict, free: list, named: dict) -> None:
    """Ask where the column found may be the wrong one of two whose titles say little."""
    score, reference = found["score"], found["reference"]
    calls = [title for title in free if _holds(raw[title], CALLS)]
    if (
        "reference" not in named
        and not PLAINLY_TRUE.search(sheets.plain_title(reference))
        and calls
    ):
        raise AuditError(_which(path, "reference", [reference, *calls]))
    many = [title for title in free if raw[title].nunique() > 10 and _numeric(raw[title])
            and raw[title].str.contains("[.,]").any()]  # fmt: skip
    if "score" not in named and _holds(raw[score], CALLS) and many:
        raise AuditError(_which(path, "score", [score, *many]))


def _which(path: Path, ours: str, may: list[str]) -> str:
    what = {"score": "the score", "reference": "the reference (1 ill, 0 well)"}.get(ours, ours)
    say = " ".join(f"{option(name)} COLUMN" for name in dict.fromkeys((ours, "score", "reference"))
                   if name == ours or ours in ("score", "reference"))  # fmt: skip
    many = {2: "two", 3: "three"}.get(len(may), len(may))
    return (
        f"{path.name} has {many} columns that may be {what}: {_shown(may)}; say which with "
        f"{say}, or rename the others."
    )


def _shown(titles: list[str]) -> str:
    return ", ".join(str(title)[:40] for title in titles[:8])


def _numeric(column: pd.Series) -> bool:
    values = column.str.strip()
    values = values[values != ""]
    return bool(len(values)) and values.str.fullmatch(NUMBER).mean() > 0.9


def _holds(column: pd.Series, words: tuple[str, ...]) -> bool:
    """Whether a column says nothing but these words, and at least two of them."""
    values = set(column.str.strip().str.lower()) - {""}
    return len(values) > 1 and values <= set(words)


def _may_be(ours: str, title: str, column: pd.Series) -> bool:
    """Whether a column may be the one meant, by its title and by what it holds."""
    plain = re.sub(
        r" \d+$", "", sheets.plain_title(title)
    )  # "score.1" is the reader's second "score"
    if ours in GROUPS:
        return plain in GROUPS[ours]
    exact = plain == ours
    if ours == "score":
        return exact or (bool(OF_A_MODEL.search(plain)) and (column.empty or _numeric(column)))
    if OF_A_MODEL.search(plain):
        return False
    alone = ("label", "truth", "ground truth", "target", "reference standard")
    held = column.empty or _holds(column, WORDS)
    return exact or plain in alone or (bool(OF_THE_TRUTH.search(plain)) and held)


def _line(rows: pd.Series, position: int) -> int:
    return int(rows.index[position]) + 2  # the header is line 1


def _numbers(path: Path, rows: pd.Series) -> np.ndarray:
    import pandas as pd

    try:
        sheets.no_mixed_points(str(rows.name), list(rows))
    except sheets.TwoReadings as problem:
        raise AuditError(str(problem)) from None
    percent = rows.str.endswith("%").to_numpy()
    plain = rows.str.rstrip("% ") if percent.all() else rows
    found = pd.to_numeric(plain, errors="coerce").to_numpy(float) / (100 if percent.all() else 1)
    wrong = np.flatnonzero(~np.isfinite(found))
    if len(wrong):
        value = rows.iloc[wrong[0]][:40]
        advice = "write a number in each row"
        if re.fullmatch(r"-?\d+,\d+ ?%?", value):
            advice = "write decimals with a point and nothing between thousands"
        elif value.endswith("%"):
            advice = "write the percent sign in every row or in none"
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
        if PERSONAL.search(sheets.plain_title(column)):
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
