"""The learner's table of labels: whatever a hospital exports as CSV, made sense of or refused."""

from __future__ import annotations

import csv
import difflib
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from readingroom.data import films, split
from readingroom.data.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

# What exports call the columns that lessons use; the first that is there counts.
COLUMNS = {
    "file": (
        "file",
        "filename",
        "file name",
        "image",
        "image id",
        "image index",
        "path",
        "image path",
        "film",
        "dicom",
    ),
    "label": ("label", "labels", "target", "class", "diagnosis", "finding", "finding labels"),
    "patient": ("patient", "patient id", "patientid", "subject", "subject id", "case"),
    "view": ("view", "view position", "viewposition", "projection"),
    "sex": ("sex", "gender", "patient sex", "patient gender"),
    "age": ("age", "patient age", "age years"),
    "site": ("site", "hospital", "institution", "centre", "center"),
    "split": ("split", "set", "fold", "partition", "subset"),
    "score": ("score", "ai score", "model score", "prediction", "probability"),
    "mask": ("mask", "mask path", "segmentation"),
}
NEGATIVE = (
    *("0", "no", "n", "none", "false", "negative", "neg", "normal", "healthy", "absent"),
    *("control", "no finding", "no findings", "clear", "not present"),
)
# "abnormal" resembles "normal", and is no slip of it.
NO_SLIP = ("abnormal", "female", "male")
POSITIVE = ("1", "yes", "y", "true", "positive", "pos", "present")
LARGEST = 200_000_000  # bytes; a table of labels is text, and this would be millions of rows


@dataclass
class LabelTable:
    """Rows of a CSV, one per line that could be read.

    Attributes
    ----------
    rows : pandas.DataFrame
        Text as written, under the names of `COLUMNS` as far as they were recognised; ``line`` is
        the line in the file.
    source : dict
        From our column name to the CSV's.
    remarks : list of (str, str)
        Place and what was odd about it.
    """

    rows: pd.DataFrame
    source: dict
    remarks: list[tuple[str, str]] = field(default_factory=list)


def read(path: Path, file_column: str | None = None, label_column: str | None = None) -> LabelTable:
    """Read a CSV of labels.

    Parameters
    ----------
    path : Path
        Separated by comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252.
    file_column, label_column : str or None
        The columns with file names and labels, where their names are not the usual ones.

    Raises
    ------
    DataError
        If it is no table, or a column that is needed is not there.
    """
    import pandas as pd

    text, remarks = _text(path)
    try:
        dialect = csv.Sniffer().sniff(text[:20_000].split("\n", 1)[0], delimiters=",;\t")
        separator = dialect.delimiter
    except csv.Error:
        separator = ","
    try:
        lines = list(csv.reader(text.splitlines(), delimiter=separator))
    except csv.Error as problem:
        raise DataError(f"{path} cannot be read as a table ({problem}); export it again.") from None
    lines = [(n, line) for n, line in enumerate(lines, start=1) if any(map(str.strip, line))]
    if len(lines) < 2:
        raise DataError(f"{path} has no rows below its header; export the labels again.")
    header = [name.strip() for name in lines[0][1]]
    if len(set(header)) != len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise DataError(f"{path} has two columns called {twice!r}; rename one of them.")
    kept = []
    for number, line in lines[1:]:
        if len(line) > len(header):
            odd = f"{len(line)} fields where the header has {len(header)}"
            remarks.append((f"line {number}", odd))
            continue
        values = [value.strip() for value in line] + [""] * (len(header) - len(line))
        kept.append([number, *values])
    raw = pd.DataFrame(kept, columns=["line", *header], dtype=object)
    source = _recognised(path, header, file_column, label_column)
    # One column may serve twice: the view can be the label and still be the view.
    rows = pd.DataFrame({"line": raw["line"]} | {ours: raw[its] for ours, its in source.items()})
    return LabelTable(rows, source, remarks)


def _text(path: Path) -> tuple[str, list]:
    """Return the text of the file and a remark on its encoding where it is not UTF-8."""
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(f"{path} is too large for a table of labels; is it the right file?")
        raw = path.read_bytes()
    except OSError as problem:
        raise DataError(
            f"The table of labels {path} cannot be read ({problem.strerror}); check the path."
        ) from None
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise DataError(f"{path} is an Excel workbook; save the sheet as CSV and add that.")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codec = "utf-16"
    else:
        codec = "utf-8-sig"
    remarks = []
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        remarks = [(path.name, "not UTF-8, read as Windows-1252; look at names with accents")]
    if "\0" in text:
        raise DataError(f"{path} is not a text file; export the labels as CSV.")
    return text, remarks


def _recognised(path: Path, header: list[str], file_column, label_column) -> dict:
    """Return which column means what; what the learner named goes before what is usual."""
    plain = {re.sub(r"[\s_\-]+", " ", name).strip().lower(): name for name in reversed(header)}
    found = {}
    for ours, usual in COLUMNS.items():
        for name in usual:
            if name in plain and plain[name] not in found.values():
                found[ours] = plain[name]
                break
    for ours, named in (("file", file_column), ("label", label_column)):
        if named:
            if named not in header:
                raise DataError(
                    f"{path.name} has no column {named!r}; its columns are {', '.join(header)}."
                )
            found[ours] = named
    for ours, what, option in (
        ("file", "the file names", "--file-column"),
        ("label", "the labels", "--label-column"),
    ):
        if ours not in found:
            raise DataError(
                f"{path.name} has no column that is plainly {what}; say which with {option}, one "
                f"of {', '.join(header)}."
            )
    return found


@dataclass
class Meaning:
    """What the words in a label column mean.

    Attributes
    ----------
    label : dict
        From each word as written to 0 or 1.
    name : str
        What label 1 means.
    typos : dict
        From a word that was not understood to the one it resembles, or "".
    """

    label: dict
    name: str
    typos: dict


def meaning(words: list[str], column: str, positive: str | None = None) -> Meaning:
    """Find out which words are label 1 and which are label 0.

    Parameters
    ----------
    words : list of str
        The column, one word per film; empty ones are left out.
    column : str
        Its name, for the sentences and where the words are only numbers.
    positive : str or None
        The word or words (separated by commas) that are label 1; all others are 0.

    Raises
    ------
    DataError
        If there is one word only, or it cannot be told which of several is label 1.
    """
    counts = Counter(_plain(word) for word in words if word.strip())
    if not counts:
        raise DataError(f"The column {column!r} is empty; name another with --label-column.")
    wanted = [_plain(word) for word in (positive or "").split(",") if word.strip()]
    typos = _typos(counts, wanted)
    kinds = [word for word, _ in counts.most_common() if word not in typos]
    if wanted:
        missing = [word for word in wanted if not any(_holds(kind, word) for kind in kinds)]
        if missing:
            raise DataError(
                f"No film is labelled {missing[0]!r} in column {column!r}; the labels are "
                f"{_some(kinds)}."
            )
        ones = {kind for kind in kinds if any(_holds(kind, word) for word in wanted)}
        name = " or ".join(wanted)
    else:
        ones, name = _by_habit(kinds, column)
    if len(kinds) < 2 or len(ones) == len(kinds):
        raise DataError(
            f"Every film is labelled {kinds[0]!r} in column {column!r}, and one diagnosis alone "
            "cannot be learned; name another column with --label-column, such as the view."
        )
    label = {kind: int(kind in ones) for kind in kinds}
    as_written = {word: label[_plain(word)] for word in words if _plain(word) in label}
    return Meaning(as_written, name, {w: typos[_plain(w)] for w in words if _plain(w) in typos})


def _plain(word: str) -> str:
    word = " ".join(word.replace("_", " ").lower().split())
    return word[:-2] if re.fullmatch(r"\d+\.0", word) else word


def _holds(kind: str, word: str) -> bool:
    """Say whether a label names a finding, alone or in a list such as ``a|b``."""
    return kind == word or word in [part.strip() for part in re.split(r"[|;/+]", kind)]


def _typos(counts: Counter, wanted: list[str]) -> dict:
    """Return rare words that resemble a frequent one (or the one asked for), and which."""
    total = sum(counts.values())
    sure = {*wanted, *NEGATIVE, *POSITIVE, *NO_SLIP}
    rare = [w for w, n in counts.items() if n <= max(1, 0.02 * total) and w not in sure]
    frequent = wanted + [w for w, n in counts.most_common() if w not in rare]
    found = {}
    for word in rare:
        near = difflib.get_close_matches(word, frequent, 1, 0.75)
        # "1" and "0", or "a|b" and "a", resemble each other without being slips.
        if near and len(word) > 2 and "|" not in word and counts[near[0]] != counts[word]:
            found[word] = near[0]
    return found


def _by_habit(kinds: list[str], column: str) -> tuple[set, str]:
    """Tell label 1 from label 0 by the words that everyone uses."""
    numbered = {kind: re.match(r"([01])[ \-.]+(.+)", kind) for kind in kinds}
    if len(kinds) == 2 and all(numbered.values()):
        ones = {kind for kind, found in numbered.items() if found[1] == "1"}
        if len(ones) == 1:
            return ones, numbered[next(iter(ones))][2]
    if {films.view(kind) for kind in kinds} == {"AP", "PA"}:
        return {kind for kind in kinds if films.view(kind) == "AP"}, "AP view"
    negative = {kind for kind in kinds if kind in NEGATIVE}
    rest = [kind for kind in kinds if kind not in negative]
    if len(kinds) == 1:
        return set(), kinds[0]
    if negative and len(rest) == 1:
        name = column if rest[0] in POSITIVE else rest[0]
        return set(rest), name.replace("_", " ").lower() if name == column else name
    raise DataError(
        f"Which labels in column {column!r} are label 1 is not plain from {_some(kinds)}; say it "
        f"with --positive, for instance --positive {rest[0] if rest else kinds[0]!r}."
    )


def _some(kinds: list[str]) -> str:
    shown = ", ".join(repr(kind) for kind in kinds[:6])
    return shown + (f" and {len(kinds) - 6} more" if len(kinds) > 6 else "")


def tidy(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return patient, view, sex, age, site, split and score in the course's words.

    Returns
    -------
    table : pandas.DataFrame
        The columns that are there; what was not understood is missing.
    remarks : list of (str, str)
        File and what was not understood.
    """
    import pandas as pd

    remarks: list[tuple[str, str]] = []
    table = pd.DataFrame(index=rows.index)
    readers = {
        "patient": lambda text: text,
        "site": lambda text: text,
        "view": films.view,
        "sex": _sex,
        "age": _age,
        "split": split.named,
        "score": _number,
    }
    for column, understand in readers.items():
        if column not in rows:
            continue
        values = [understand(text) if text else None for text in rows[column]]
        table[column] = pd.Series(values, index=rows.index, dtype=object)
        for file, text, value in zip(rows["file"], rows[column], values, strict=True):
            if value is None and text:
                remarks.append((str(file), f"{column} {text!r} not understood"))
    for column in {"age", "score"} & set(table):
        table[column] = table[column].astype(float)
    return table, remarks


def _sex(text: str) -> str | None:
    word = text.strip().lower()
    if word in ("f", "w", "female", "woman", "frau", "weiblich"):
        return "F"
    return "M" if word in ("m", "male", "man", "mann", "männlich") else None


def _age(text: str) -> float | None:
    """Return years from ``57``, ``57.5``, ``057Y`` or ``18M``; None where no person is that old."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*(y|yr|yrs|years?|m|w|d)?\s*", text, re.I)
    if not found:
        return None
    unit = {"m": 12, "w": 52.18, "d": 365.25}.get((found[2] or "y").lower(), 1)
    years = float(found[1].replace(",", ".")) / unit
    return round(years, 2) if years <= 120 else None


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
