"""A CSV as spreadsheets write it: separators, line ends, empty columns, decimals, quotes.

What can be read is read; what would have to be guessed is refused, by the line of the file.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from readingroom.data.spelling import as_seen

LARGEST = 200_000_000  # bytes; a table of labels or scores is text, and this is millions of rows
MOST_LINES = 20  # of one cell; a longer one is a quote that was never closed
SEPARATORS = ",;\t|"
# 1,234 or 1,234,567.8: a comma after each three digits, counted from the point
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
COMMA = re.compile(r"-?\d*,\d+(e[+-]?\d+)?", re.I)
POINTED = re.compile(r"-?[1-9]\d{0,2}([.'\u2019\u00a0\u202f ]\d{3})+,\d+")
DOTTED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+")
SPACED = re.compile(r"-?[1-9]\d{0,2}(['\u2019\u00a0\u202f ]\d{3})+(\.\d+)?")


class NoTable(ValueError):
    """A file that is no table; one sentence that says why and what to do."""


@dataclass
class Sheet:
    """The rows of a CSV.

    Attributes
    ----------
    header : list of str
    rows : list of list
        The line of the file on which the row begins, then one text per column.
    separator : str
    remarks : list of (str, str)
        A place and what was odd about it; those rows are not among `rows`.
    """

    header: list[str]
    rows: list[list]
    separator: str
    remarks: list[tuple[str, str]] = field(default_factory=list)


def read(path: Path, twins: bool = False) -> Sheet:
    """Read a CSV.

    Parameters
    ----------
    path : Path
        Separated by comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252; line ends of any
        system; a first line ``sep=;`` and empty last columns as Excel writes them.
    twins : bool
        Call the second of two columns of one title ``title.1`` instead of refusing it.

    Raises
    ------
    NoTable
        It is no table.
    """
    text, remarks = _text(path)
    text, separator, first = _separated(text)
    try:
        lines = list(_lines(text, separator, first))
    except csv.Error as problem:
        raise NoTable(f"{path} cannot be read as a table ({problem}); export it again.") from None
    for number, line in lines:
        tall = max((cell.count("\n") for cell in line), default=0)
        if tall > MOST_LINES:
            raise NoTable(
                f"Line {number} of {path.name} opens a quotation mark that stays open for {tall} "
                "lines; close it or take it out."
            )
    lines = [(number, line) for number, line in lines if any(map(str.strip, line))]
    if not lines:
        return Sheet([], [], separator, remarks)
    header = [unicodedata.normalize("NFC", name.strip()) for name in lines[0][1]]
    while header and not header[-1]:
        header.pop()
    if twins:
        header = [
            name + f".{header[:k].count(name)}" * (name in header[:k])
            for k, name in enumerate(header)
        ]
    if len(set(header)) != len(header):
        twice = next(name for name in header if header.count(name) > 1)
        called = f"two columns called {twice!r}" if twice else "columns without a name"
        raise NoTable(f"{path} has {called}; rename one of them.")
    rows = []
    for number, line in lines[1:]:
        while len(line) > len(header) and not line[-1].strip():
            line = line[:-1]
        if len(line) > len(header):
            odd = f"{len(line)} fields where the header has {len(header)}"
            remarks.append((f"line {number}", odd))
            continue
        values = [value.strip() for value in line] + [""] * (len(header) - len(line))
        rows.append([number, *values])
    return Sheet(header, rows, separator, remarks)


def _separated(text: str) -> tuple[str, str, int]:
    """The text below a line such as ``sep=;``, the separator, and the number of its first line."""
    start = text.lstrip("\n")
    told = re.match(r'"?sep=(.)"?[;,\t]*\n', start, re.I)
    if told and told[1] in SEPARATORS:
        return start[told.end() :], told[1], text.count("\n", 0, text.index(start)) + 2
    outside = re.sub(r'"[^"]*"', "", start.split("\n", 1)[0])  # a title may hold a comma
    counts = {mark: outside.count(mark) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: counts[mark])
    return text, best if counts[best] else ",", 1


def _lines(text: str, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line of the file on which it begins."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    before = 0
    for record in reader:
        yield first + before, record
        before = reader.line_num


def _text(path: Path) -> tuple[str, list[tuple[str, str]]]:
    """The text of a file, line ends as ``\\n``, and a remark where it is not UTF-8."""
    try:
        if path.is_dir():
            raise NoTable(f"{path} is a folder; give the CSV file itself.")
        if path.stat().st_size > LARGEST:
            raise NoTable(f"{path} is too large for such a table; is it the right file?")
        raw = path.read_bytes()
    except OSError as problem:
        raise NoTable(
            f"The table {path} cannot be read ({problem.strerror}); check the path."
        ) from None
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise NoTable(f"{path} is an Excel workbook; save the sheet as CSV and give that.")
    codec = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    remarks = []
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        remarks = [(path.name, "not UTF-8, read as Windows-1252; look at names with accents")]
    if "\0" in text:
        raise NoTable(f"{path} is not a text file; save the table as CSV.")
    return text.replace("\r\n", "\n").replace("\r", "\n"), remarks


def plain_title(title: str) -> str:
    """A column's title as it is compared: ``PatientID`` and ``patient_id`` are ``patient id``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFC", str(title)))
    return re.sub(r"[\s_\-.]+", " ", as_seen(words)).strip()


class TwoReadings(NoTable):
    """A column of numbers that can be read in two ways."""


def decimal(column: str, written: Sequence[str]) -> list[str]:
    """Bring the numbers of one column to a decimal point, told by the column as a whole.

    A column in which only numbers from 1,000 on have a comma, each with three digits behind it,
    holds thousands; one whose commas stand elsewhere holds decimals.

    Parameters
    ----------
    column : str
        Its name, for the sentence.
    written : list of str
        As written; what is no number stays as it is.

    Raises
    ------
    TwoReadings
        ``1,234`` can be meant in both ways in this column.
    """
    told = [text.strip() for text in written]
    commas = [text for text in told if "," in text and re.fullmatch(r"[-\d.,'’\s\u202fe+]+", text)]
    if not commas:
        no_mixed_points(column, told)
        return [_ungapped(text) for text in told]
    grouped = all(THOUSANDS.fullmatch(text) for text in commas)
    if not grouped and all(POINTED.fullmatch(text) or COMMA.fullmatch(text) for text in commas):
        points = [text for text in told if "," not in text and number(text) and "." in text]
        german = any(POINTED.fullmatch(text) for text in commas)
        # beside 0,5 a 1.234 is a thousand, and nobody can say what a 1.5 is
        if not points or (german and all(DOTTED.fullmatch(text) for text in points)):
            known = {*commas, *points}
            return [_comma(text) if text in known else _ungapped(text) for text in told]
    if grouped:
        plain = [number(_ungapped(text)) for text in told if text not in commas]
        numbers = [abs(value) for value in plain if value is not None]
        pointed = any("." in text for text in told)
        several = any(text.count(",") > 1 for text in commas)
        # beside 1,234 a plain 998 or 0.5 is written without a comma, as in English
        if several or pointed or (numbers and 10 <= max(numbers) < 1000):
            return [text.replace(",", "") if text in commas else _ungapped(text) for text in told]
    raise _two_readings(column, commas[0])


def no_mixed_points(column: str, written: Sequence[str]) -> None:
    """Refuse ``1.234`` beside ``987``: thousands in half of Europe, decimals elsewhere.

    Only where every number with a point has just three digits behind it, and the whole ones go
    beyond 10 and not to 1,000: decimals are mostly of several lengths.

    Raises
    ------
    TwoReadings
    """
    told = [text.strip() for text in written]
    pointed = [text for text in told if "." in text and re.search(r"\d", text)]
    if not pointed or not all(DOTTED.fullmatch(text) for text in pointed):
        return
    whole = [abs(value) for text in told if "." not in text and (value := number(text)) is not None]
    if any(text.count(".") > 1 for text in pointed) or (whole and 10 <= max(whole) < 1000):
        raise _two_readings(column, pointed[0])


def _two_readings(column: str, text: str) -> TwoReadings:
    return TwoReadings(
        f"The column {column!r} holds {text!r}, which is a thousand to some and a decimal to "
        "others; write its numbers without marks between thousands and with a decimal point."
    )


def _comma(text: str) -> str:
    return re.sub(r"[.'\u2019\s\u202f]", "", text).replace(",", ".")


def _ungapped(text: str) -> str:
    return re.sub(r"['\u2019\s\u202f]", "", text) if SPACED.fullmatch(text) else text


def number(text: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value == value and abs(value) != float("inf") else None
