"""Answers as data: a closed list of kinds, each with one JSON form and a size limit.

A learner's answer leaves the notebook as JSON and nothing else: no pickle, no code. `pack` turns
what a learner typed into that form, `unpack` turns it back into plain Python and numpy. `unpack`
reads hostile text, so it checks every type, length and shape and never trusts a declared size.
"""

from __future__ import annotations

import base64
import binascii
import inspect
import itertools
import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from readingroom.questions import firstaid

DTYPES = ("bool", "uint8", "int8", "uint16", "int16", "int32", "int64", "float32", "float64")
TABLE_ROWS = 5_000
NAME_LENGTH = 200

NOTHING_YET = "Nothing filled in yet."
NOT_RUN = "The cell above has not run; choose Run > Run All Above Selected Cell."
NONE = (
    "There is nothing in it. Run the cell above; and leave print out of it: print shows a value, "
    "it does not hand it on."
)
POINT = "A comma makes two of one number, and decimals take a point: write"
THOUSANDS = (
    "You gave {given} numbers, {held}; this asks for {asked}. If the comma stands inside a number, "
    "leave it out: {typed}."
)
TWICE = "You gave the same number twice, {held}; give it once."
TWO_NUMBERS = (
    "You gave {given} numbers, {held}; this asks for {asked}. Decimals take a point (0.95), and "
    "thousands no sign at all (12000)."
)
# what a number is a number of, as it stands before it: "week 3", "SUV 2.5"
NAMED = (
    r"(?i:epoch|film|picture|image|slice|line|rule|report|week|spot|lesion|nodule|factor|noise|suv"
    r"|dice)s?"
)
# what stands behind one, each with its usual spellings; only of bit and byte the capitals count
UNITS = {
    "pixel": r"(?i:px|pixels?)",
    "mm": r"(?i:mm)",
    "cm": r"(?i:cm)",
    "ml": r"(?i:ml|cc|cm3|cm³)",
    "mm³": r"(?i:mm3|mm³)",
    "l": r"(?i:l|lit(?:re|er)s?)",
    "g/ml": r"(?i:g/ml)",
    "film": r"(?i:films?)",
    "patient": r"(?i:patients?)",
    "epoch": r"(?i:epochs?)",
    "day": r"(?i:d|days?)",
    "week": r"(?i:weeks?)",
    "month": r"(?i:months?)",
    "year": r"(?i:years?)",
    "level": r"(?i:(?:gr[ae]y )?levels?)",
    "fold": r"(?i:x|times|-?fold)",
    "Mbit/s": r"(?i:mbits?(?:/s)?|mbps|megabits?)|Mb/s",
    "MB/s": r"MB(?:/s)?|(?i:megabytes?)",
    "kbit/s": r"(?i:kbits?(?:/s)?|kbps)",
    "Gbit/s": r"(?i:gbits?(?:/s)?|gbps)",
}
A_DAY = r"(?:\s*(?:/|\ba\b|\bper\b)\s*(?:day|second|s)\b)?"
WITH_UNIT = re.compile(
    rf"\s*(?:{NAMED}\s*)?([-+]?(?:\d+\.?\d*|\.\d+))\s*(?:({'|'.join(UNITS.values())}){A_DAY})?\s*\.?\s*"
)
# code in quotation marks: "1 - 0.95 ** 14", "max(slices)", "1/2"
CODE = re.compile(r"[A-Za-z_]\w*\(|\*|[\d)]\s*/\s*[\d(]")
OTHER_UNIT = "This asks for a number in"
# numbers in quotation marks: "35, 111", "[35 111]"
LISTED = re.compile(r"\s*[\[({]?\s*\d+(?:\s*[,;]\s*\d+|\s+\d+)*\s*[,;]?\s*[\])}]?\s*")
# words around such numbers: "film 2", "films 0, 2 and 7"
COUNTED = re.compile(rf"[\s,;]*(?:(?:\b(?:{NAMED}|numbers?|and)\b|\bno\.|#)[\s,;]*)+", re.I)
PERCENT_SIGN = "Type a number without the percent sign"
IN_PERCENT = re.compile(r"\s*(?:about|ca\.?)?\s*(\d+(?:[.,]\d+)?)\s*(?:%|per ?cent)\s*", re.I)
ZERO_COMMA = re.compile(r"\s*0?,(\d+)\s*")
TOO_MANY = (
    "You gave {given} numbers, {held}; this asks for {asked}. A comma inside a number makes two of "
    "it: thousands take no sign at all (12000)."
)
TRUE_FALSE = "Those are True and False. Give the numbers in braces, like {0, 3}."
AS_TYPED = (
    "A comma inside a number",
    "Type the number in digits",
    "You gave",
    "Thousands take",
    TRUE_FALSE,
)
# an estimate as it is printed and copied: "0.927 (0.903 to 0.950, n = 624 films)", ".93 (.90-.95)"
PRINTED = re.compile(
    r"[^\d.(-]*(-?\d*\.?\d+) *[(\[;,] *(-?\d*\.?\d+) *(?:to|[-\u2013,;]) *(-?\d*\.?\d+)(?![\d.]).*",
    re.S,
)
THREE_NUMBERS = "Type the three numbers in brackets, without quotation marks:"
NO_WORD = 'None without quotation marks is nothing at all. If you mean the word, type "none".'
OTHER_ORDER = "These stand in another order."
COMMA_INSIDE = re.compile(r"\s*(\d+),(\d+)\s*")
# 1 782 and 1'782: thousands as France and Switzerland set them off
SET_OFF = re.compile(r"\s*([1-9]\d{0,2}(?:[ '\u2019\u00a0\u202f]\d{3})+)\s*")
# several numbers in quotation marks: "1, 0, -1", "[.5 .25]"; a lone comma may be a decimal one
ROW_SIGNS = (r",\s+", r"\s*;\s*", r"\s+", ",")
PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
WORDS_FOR_NUMBERS = "Give numbers in braces, like {0, 3}, not words."
WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve")  # fmt: skip
# a letter and a reason as people also write them; YES and NO stand for the options that say so
LETTER = re.compile(r"(?:the\s+)?(?:(?!not\b)[a-z]{3,}\s+)?\(?([a-z])[.):]?", re.I)
REMARK = re.compile(r"[).:]*\s*[,;:(\u2013\u2014-]\s*|[).:]*\s+(?=is\b|because\b|since\b)|[.:]\s+")
REASON = re.compile(r"(?:because|reason)?\s*\(?(\d)[.):]?", re.I)
LETTER_MORE = re.compile(r"\b(?!I\b)(?!A\s+(?!(?:and|or|is|but)\b)[a-z])[A-Z]\b")
YES_NO = ("YES", "NO")
NO_INTERVAL = "A number without an interval is half an answer: give (value, low, high)."
DOTS_LEFT = "Some dots are left; fill in each of them."


def holds_anyhow(told: str) -> bool:
    """Whether a sentence is said whatever form of answer an exercise would rather ask for."""
    held = (POINT, PERCENT_SIGN, OTHER_UNIT, THREE_NUMBERS, *AS_TYPED)
    return told in (NOT_RUN, NONE, NO_WORD) or told.startswith(held)


class AnswerError(ValueError):
    """An answer that cannot be read; the message is the sentence the learner gets."""


class Stopped(AnswerError):
    """A learner's function stopped; what it stopped at helps more than the form of an answer."""


class NotAttempted(AnswerError):
    """The dots are still there."""


class FileBytes(bytes):
    """A file's bytes that know under which name they lay.

    Parameters
    ----------
    data : bytes
    name : str
        Of the folder and of the file, such as ``research/a.dcm``: a text that somebody sent, and
        no place to write to.
    """

    name: str

    def __new__(cls, data: bytes, name: str) -> FileBytes:
        """The bytes, with a name."""
        made = super().__new__(cls, data)
        made.name = name
        return made


@dataclass(frozen=True)
class Kind:
    """One kind of answer.

    Parameters
    ----------
    name : str
        One of the closed list in `KINDS`.
    limit : int
        Largest size: characters for text, items for indices and boxes, rows for a table, bytes
        for array, file and weights.
    parts : tuple of Kind
        The kinds of a tuple's parts; the kind of each output for a function; empty otherwise.
    flag : bool
        Whether a number is 1 or 0, so that True and False say the same.
    unit : str
        What a number counts, such as ``"mm"``; another unit behind it is refused. Empty where
        none is asked for.
    """

    name: str
    limit: int = 0
    parts: tuple[Kind, ...] = ()
    unit: str = ""
    flag: bool = False

    def __post_init__(self) -> None:
        if self.name not in KINDS:
            raise ValueError(f"{self.name!r} is not one of the kinds {', '.join(KINDS)}")

    def spec(self) -> dict:
        """The kind as JSON, for a process that has no checks at hand."""
        parts = [part.spec() for part in self.parts]
        told = {"name": self.name, "limit": self.limit, "parts": parts}
        more = {"unit": self.unit, "flag": self.flag}
        return {**told, **{name: value for name, value in more.items() if value}}

    @classmethod
    def from_spec(cls, spec: Mapping) -> Kind:
        """The kind that `spec` wrote down."""
        parts = tuple(cls.from_spec(part) for part in spec["parts"])
        return cls(spec["name"], spec["limit"], parts, spec.get("unit", ""), bool(spec.get("flag")))


def number(unit: str = "") -> Kind:
    """A plain number, of something where a unit is named."""
    return Kind("number", unit=unit)


def flag() -> Kind:
    """1 or 0, which Python also writes True or False."""
    return Kind("number", flag=True)


def text(limit: int = 2_000) -> Kind:
    """A short text."""
    return Kind("text", limit)


def choice() -> Kind:
    """A letter and the number of the reason for it."""
    return Kind("choice", 20)


def indices(limit: int = 1_000) -> Kind:
    """A set of whole numbers, such as the films ticked on a contact sheet."""
    return Kind("indices", limit)


def boxes(limit: int = 64) -> Kind:
    """Boxes as (row0, row1, col0, col1) in pixels."""
    return Kind("boxes", limit)


def table(limit: int = TABLE_ROWS) -> Kind:
    """A table: column name to a list of numbers or texts, or one plain mapping."""
    return Kind("table", limit)


def estimate() -> Kind:
    """A number with the two ends of its 95 % interval."""
    return Kind("estimate")


def array(limit: int = 1_000_000) -> Kind:
    """A numpy array of plain numbers."""
    return Kind("array", limit)


def function(output: Kind, calls: int = 50) -> Kind:
    """A function, judged by what it returns for inputs that the checker chooses."""
    return Kind("function", calls, (output,))


def file(limit: int = 8_000_000) -> Kind:
    """A file's bytes, with the name of the file and of its folder; see `FileBytes`."""
    return Kind("file", limit)


def weights(limit: int = 4_000_000) -> Kind:
    """Named arrays, such as the parameters of a trained network."""
    return Kind("weights", limit)


def tuple_of(*parts: Kind) -> Kind:
    """Several answers at once, in order."""
    return Kind("tuple", len(parts), parts)


TYPES = {
    "int": "a number", "float": "a number", "str": "a text", "bool": "True or False",
    "function": "a function that was not asked: its brackets are missing",
    "dict": "a table in braces", "set": "a set in braces", "ndarray": "a whole row of numbers",
    "DataFrame": "a table",
    "builtin_function_or_method": "a function that was not asked: its brackets are missing",
    "method": "a function that was not asked: its brackets are missing",
    "Series": "a whole column", "Index": "a whole column", "bool_": "True or False",
    "generator": "a rule for many: put what it makes into sum(...) or len([...])",
    "Estimate": "a number with its interval",
}  # fmt: skip


def _parts(value: Any) -> list:
    """What a value is made of, where dots may stand for a part of it."""
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (tuple, list, set)) else []


def _is_dots(value: Any) -> bool:
    """Whether dots are left anywhere in a value."""
    return value is Ellipsis or any(_is_dots(part) for part in _parts(value))


def _is_only_dots(value: Any) -> bool:
    return value is Ellipsis or (bool(_parts(value)) and all(map(_is_only_dots, _parts(value))))


def _comma_told(kind: Kind, value: Any) -> str:
    """What a comma inside a number did, which makes two of it; empty where there is none.

    Only 0,95 can be nothing but a decimal comma, and only three digits behind a comma look like
    thousands (12,000). Of anything else it is told what was read, and no number is made of it.
    """
    wanted = {"number": 1, "estimate": 1}.get(kind.name, 0)
    if kind.name == "tuple" and all(part.name == "number" for part in kind.parts):
        wanted = len(kind.parts)
    if not wanted or not isinstance(value, tuple) or len(value) <= wanted:
        return ""
    if not all(isinstance(part, int) and not isinstance(part, bool) for part in value):
        return ""
    if len(value) != 2 * wanted:
        held = ", ".join(map(str, value))
        more = kind.name == "tuple"  # three things where one is asked are told as they are
        return TOO_MANY.format(given=len(value), held=held, asked=wanted) if more else ""
    pairs = list(zip(value[::2], value[1::2], strict=True))
    held = ", ".join(map(str, value))
    if kind.name == "estimate" and value[0] != 0:
        return ""  # two whole numbers are a count and how many there are; no comma is in them
    if wanted == 1 and value[0] == value[1] != 0:
        return TWICE.format(held=held)
    asked = "one" if wanted == 1 else str(wanted)
    if all(first == 0 <= second for first, second in pairs):
        return f"{POINT} {', '.join(f'{a}.{b}' for a, b in pairs)}, not {held}."
    if all(0 < abs(first) < 1000 and 100 <= second < 1000 for first, second in pairs):
        typed = ", ".join(f"{a}{b}" for a, b in pairs)
        return THOUSANDS.format(given=len(value), held=held, asked=asked, typed=typed)
    return TWO_NUMBERS.format(given=len(value), held=held, asked=asked)


def _typename(value: Any) -> str:
    name = type(value).__name__
    if isinstance(value, (tuple, list)):
        things = "1 thing" if len(value) == 1 else f"{len(value)} things"
        return f"{things} in {'a list' if isinstance(value, list) else 'a row'}"
    if isinstance(value, numbers.Real) and name not in TYPES:
        return "a number"
    return TYPES.get(name, f"something else ({name})")


def _written_otherwise(text: str) -> str:
    """What to type for a number in quotation marks: percent, a comma inside, or a word."""
    if found := IN_PERCENT.fullmatch(text):
        percent = found[1].replace(",", ".")
        return f"{PERCENT_SIGN}: {percent} % is {float(percent) / 100:g}."
    if found := ZERO_COMMA.fullmatch(text):
        return f"{POINT} 0.{found[1]}, without quotation marks."
    if found := COMMA_INSIDE.fullmatch(text):
        if int(found[1]) < 1000 and len(found[2]) == 3:
            return (
                f"A comma inside a number is read in two ways. Type {found[1]}{found[2]} or "
                f"{found[1]}.{found[2]}, without quotation marks."
            )
        return f"{POINT} {found[1]}.{found[2]}, without quotation marks."
    if found := SET_OFF.fullmatch(text):
        digits = re.sub(r"\D", "", found[1])
        return f"Thousands take no sign and no blank: type {digits}, without quotation marks."
    if text.strip().lower() in WORDS:
        return f"Type the number in digits: {WORDS.index(text.strip().lower())}."
    return ""


def _wrong_type(expected: str, value: Any) -> AnswerError:
    told = f"I expected {expected}, got {_typename(value)}"
    if isinstance(value, str) and "quotation" not in expected:
        if expected == "a number" and (told_how := _written_otherwise(value)):
            return AnswerError(told_how)
        if expected == "a number" and not CODE.search(value):
            return AnswerError(f"{told}: type the number alone, without quotation marks.")
        return AnswerError(f"{told}: leave out the quotation marks.")
    return AnswerError(f"{told}.")


def _lone(value: Any) -> Any:
    """One number as people also write it: in brackets or braces, in quotation marks, with a unit.

    A percent sign is no unit here: 93 % is not 93.
    """
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if isinstance(value, str) and (found := WITH_UNIT.fullmatch(value)):
        value = float(found[1])
    return value


def _scalar(value: Any) -> Any:
    """One number of another library as a plain one: array, tensor or column of one, Decimal."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, numbers.Number | np.bool_) or not hasattr(value, "item"):
        return value
    try:
        return value.item()
    except (TypeError, ValueError, RuntimeError):  # several, or none
        return value


def _row(value: Any) -> Any:
    """Several numbers typed as one text, as numbers; anything else as it is."""
    if not isinstance(value, str):
        return value
    inner = value.strip().strip("[](){}").strip(" ,;")
    for sign in ROW_SIGNS:
        parts = re.split(sign, inner)
        other = [part for part in parts if not PLAIN.fullmatch(part)]
        if len(parts) > (2 if sign == "," else 1) and not other:
            return [float(part) for part in parts]
    return value


def _words(value: Any, wanted: int) -> Any:
    """Several words typed as one text with commas between them; anything else as it is."""
    parts = re.split(r"\s*[,;]\s*", value.strip(" ,;()[]")) if isinstance(value, str) else []
    return parts if len(parts) == wanted else value


def _refuse_other_unit(unit: str, value: Any) -> None:
    """Raise where a number in quotation marks stands with another unit than is asked for."""
    if not unit or not isinstance(value, str):
        return
    if IN_PERCENT.fullmatch(value):
        raise AnswerError(f"{OTHER_UNIT} {unit}, and yours is in percent.")
    found = WITH_UNIT.fullmatch(value)
    if found and found[2] and _unit(found[2]) != _unit(unit):
        raise AnswerError(f"{OTHER_UNIT} {unit}, and yours is in {found[2]}.")


def _unit(spelt: str) -> str:
    """A unit's name in `UNITS`, however it is spelt; one that is not there as it stands."""
    return next((name for name, says in UNITS.items() if re.fullmatch(says, spelt)), spelt)


def _pack_number(kind: Kind, value: Any) -> float:
    _refuse_other_unit(kind.unit, value)
    value = _lone(value)
    if kind.flag and isinstance(value, (bool, np.bool_)):
        value = int(value)
    if hasattr(value, "value") and hasattr(value, "lo"):
        value = value.value
    value = _scalar(value)
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        if isinstance(value, np.ndarray) and value.size == 0:
            raise AnswerError(NOT_RUN)
        raise _wrong_type("a number", value)
    value = float(value)
    if math.isnan(value):
        raise AnswerError(NOT_RUN)
    if math.isinf(value):
        raise AnswerError("Infinity is not an answer; look for a division by zero above.")
    return value


def letter_of(text: str) -> str:
    """The letter of an option, also with a remark behind it: "Q is over-confident", "C: test it".

    Empty where none is read, or where the remark names another letter.
    """
    said = text.strip().strip("'\"\u201c\u201d\u2018\u2019` ").rstrip("!?,")
    if found := LETTER.fullmatch(said):
        return found[1].upper()
    head, remark = [*REMARK.split(said, maxsplit=1), ""][:2]
    if not (found := LETTER.fullmatch(head)):
        return ""
    # a and I are words of a remark, other lone letters are further answers
    further = LETTER_MORE.search(remark) or re.match(r"(?![ai]\b)[a-z]\b", remark)
    return "" if further or len(remark.strip(" .)")) == 1 else found[1].upper()


def _pack_text(kind: Kind, value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)) and len(value) == 1:
        (value,) = value
    if not isinstance(value, str):
        raise _wrong_type("a text in quotation marks", value)
    if len(value) > kind.limit:
        raise AnswerError(f"That text is longer than {kind.limit} characters.")
    return str(value)


def _pack_choice(kind: Kind, value: Any) -> dict:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise _wrong_type('a letter and a reason, like choice="A", because=1', value)
    letter, reason = (
        part[0] if isinstance(part, (tuple, list)) and len(part) == 1 else part for part in value
    )
    plain = letter.strip().rstrip(".,!").upper() if isinstance(letter, str) else ""
    said = letter_of(letter) if isinstance(letter, str) else ""
    if not said and (said := re.split(r"[\s,;:]", plain)[0]) not in YES_NO:
        raise AnswerError('choice is one letter in quotation marks, like choice="A".')
    if isinstance(reason, str) and (found := REASON.fullmatch(reason.strip())):
        reason = int(found[1])  # quotation marks around both is how a hand types it
    return {"choice": said, "because": _whole(reason, "because is a number")}


def _whole(value: Any, expected: str) -> int:
    value = _pack_number(number(), value)
    if value != int(value) or abs(value) > 2**53:
        raise AnswerError(f"{expected[0].upper()}{expected[1:]}: {value:g} is not a whole number.")
    return int(value)


def _bare_list(text: str) -> str:
    """Numbers in a text without the nouns around them and a point at the end."""
    return COUNTED.sub(",", text.rstrip(" .")).strip(" ,")


def _pack_indices(kind: Kind, value: Any) -> list[int]:
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        value = [value]
    if isinstance(value, (list, tuple)) and len(value) == 1 and isinstance(value[0], (list, tuple)):
        (value,) = value  # two pairs of brackets
    if isinstance(value, dict) and not value:
        value = []  # {} is meant as "none of them"
    if isinstance(value, str) and LISTED.fullmatch(_bare_list(value)):
        value = [int(one) for one in re.findall(r"\d+", value)]
    if isinstance(value, str):
        raise AnswerError(WORDS_FOR_NUMBERS)
    if isinstance(value, Mapping) or not hasattr(value, "__iter__"):
        raise _wrong_type("numbers in braces, like {0, 3}", value)
    items = list(value)
    if [item for item in items if isinstance(item, str) and not WITH_UNIT.fullmatch(item)]:
        raise AnswerError(WORDS_FOR_NUMBERS)
    # without `all`: a submission may have replaced it, and its honest answers still count
    if items and not [item for item in items if type(item) not in (bool, np.bool_)]:
        raise AnswerError(TRUE_FALSE)
    if len(items) > kind.limit:
        raise AnswerError(f"That is more than {kind.limit} items.")
    return sorted({_whole(item, "the numbers asked for are whole") for item in items})


def _pack_boxes(kind: Kind, value: Any) -> list[list[int]]:
    value = _row(value)
    rows = list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else None
    if rows is None:
        raise _wrong_type("a box (row0, row1, col0, col1)", value)
    if not rows:
        raise AnswerError("There is no box in it: give (row0, row1, col0, col1).")
    if isinstance(rows[0], str) or not hasattr(rows[0], "__iter__"):
        rows = [rows]
    if len(rows) > kind.limit:
        raise AnswerError(f"That is more than {kind.limit} boxes.")
    out = []
    for row in rows:
        # a corner between two pixels is drawn as well as one can: the nearest is meant
        corners = [round(_pack_number(number(), item)) for item in row]
        if len(corners) != 4 or corners[0] >= corners[1] or corners[2] >= corners[3]:
            raise AnswerError(
                "A box is (row0, row1, col0, col1) with row0 < row1 and col0 < col1; rows first."
            )
        out.append(corners)
    return out


def _plain_cell(item: Any) -> Any:
    if hasattr(item, "value") and hasattr(item, "lo"):
        return [float(item.value), float(item.lo), float(item.hi)]
    if item is None or isinstance(item, (bool, np.bool_)):
        return None if item is None else bool(item)
    if isinstance(item, numbers.Integral):
        return int(item)
    if isinstance(item, numbers.Real):
        return float(item) if math.isfinite(item) else None
    if isinstance(item, np.ndarray) and item.size <= 8:
        item = item.tolist()
    if _is_pair(item) and _is_pair(item[1]) and isinstance(item[0], numbers.Real):
        item = (item[0], *item[1])  # a value and its interval
    if isinstance(item, (list, tuple)) and len(item) <= 8:
        return [_plain_cell(part) for part in item]
    return str(item)[:NAME_LENGTH]


def _pack_table(kind: Kind, value: Any) -> dict:
    if hasattr(value, "to_dict"):
        value = value.to_dict("list") if hasattr(value, "columns") else value.to_dict()
    if not isinstance(value, Mapping):
        raise _wrong_type("a table or a mapping like {'a': 1}", value)
    out = {}
    for name, column in list(value.items())[: kind.limit + 1]:
        if isinstance(column, np.ndarray) or (isinstance(column, tuple) and len(column) > 8):
            column = list(column) if isinstance(column, tuple) else column.tolist()
        if isinstance(column, list):
            if len(column) > kind.limit:
                raise AnswerError(f"That table has more than {kind.limit} rows.")
            out[str(name)[:NAME_LENGTH]] = [_plain_cell(item) for item in column]
        else:
            out[str(name)[:NAME_LENGTH]] = _plain_cell(column)
    if len(out) > kind.limit:
        raise AnswerError(f"That table has more than {kind.limit} rows.")
    return out


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2


def _pack_estimate(kind: Kind, value: Any) -> dict:
    if hasattr(value, "lo") and hasattr(value, "hi"):
        value = (value.value, value.lo, value.hi)
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        raise AnswerError(NO_INTERVAL)
    if isinstance(value, str) and (found := PRINTED.fullmatch(value)):
        raise AnswerError(f"{THREE_NUMBERS} ({', '.join(found.groups())}).")
    if isinstance(value, (tuple, list)) and len(value) == 2 and _is_pair(value[1]):
        value = (value[0], *value[1])  # a value and its interval: three numbers all the same
    if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 3:
        raise _wrong_type("a value with its interval, (value, low, high)", value)
    middle, low, high = (_pack_number(number(), part) for part in value)
    if low > high:
        raise AnswerError("The interval's low end is above its high end.")
    if not low <= middle <= high:
        raise AnswerError("The value lies outside its own interval; give (value, low, high).")
    return {"value": middle, "lo": low, "hi": high}


def _pack_array(kind: Kind, value: Any) -> dict:
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    value = _row(value)
    if not isinstance(value, np.ndarray):
        try:
            value = np.asarray(value)
        except (ValueError, TypeError) as error:
            raise _wrong_type("an array", value) from error
    value = np.ascontiguousarray(value).view(np.ndarray)
    if value.dtype.kind == "U" and not [one for one in value.flat if not PLAIN.fullmatch(one)]:
        value = value.astype(float)  # each of them in quotation marks
    if value.dtype.kind == "U":
        raise _wrong_type("an array of numbers", str(value))
    if value.dtype.name not in DTYPES:
        raise AnswerError(f"I expected an array of numbers, got an array of {value.dtype.name}.")
    if value.nbytes > kind.limit:
        raise AnswerError(f"That array is larger than {kind.limit / 1e6:g} MB.")
    if value.size == 0:
        raise AnswerError(NOT_RUN)
    if value.dtype.kind == "f" and not np.isfinite(value).any():
        raise AnswerError(NOT_RUN)
    little = value.astype(value.dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(little.tobytes()).decode("ascii")
    return {"dtype": value.dtype.name, "shape": list(value.shape), "data": data}


def _pack_weights(kind: Kind, value: Any) -> dict:
    if hasattr(value, "state_dict"):
        value = value.state_dict()
    if not isinstance(value, Mapping) or not value:
        raise _wrong_type("a network or its weights", value)
    out = {str(name)[:NAME_LENGTH]: _pack_array(array(kind.limit), v) for name, v in value.items()}
    if sum(len(part["data"]) for part in out.values()) * 3 / 4 > kind.limit:
        raise AnswerError(f"Those weights are larger than {kind.limit / 1e6:g} MB.")
    return out


def _here(value: str | Path) -> Path | None:
    """The file of a path, also of one typed in full on another machine: its end lies here.

    Whoever copies ``/home/ann/course/research/a.dcm`` from the screen means research/a.dcm.
    """
    parts = Path(value).parts
    ends = [Path(value), *(Path(*parts[i:]) for i in range(1, min(len(parts), 20)))]
    try:
        return next((end for end in ends if end.is_file()), None)
    except OSError:  # longer than any name may be
        return None


def _pack_file(kind: Kind, value: Any) -> dict:
    path = _here(value) if isinstance(value, (str, Path)) else None
    if path is None:
        raise AnswerError(f"There is no file {str(value)[:NAME_LENGTH]!r}; has the cell run?")
    if path.stat().st_size > kind.limit:
        raise AnswerError(f"{path.name} is larger than {kind.limit / 1e6:g} MB.")
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    # a folder is told since it may be named after a patient; not where on a disk it lies
    return {"name": "/".join(path.parts[-2:])[-NAME_LENGTH:], "data": data}


def _pack_tuple(kind: Kind, value: Any) -> list:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if {part.name for part in kind.parts} == {"number"}:
        value = _row(value)
    if {part.name for part in kind.parts} == {"text"}:
        value = _words(value, len(kind.parts))
    if not isinstance(value, (tuple, list)):
        letters = ", ".join("abcdefghijkl"[: len(kind.parts)])
        raise _wrong_type(f"{len(kind.parts)} values, like ({letters})", value)
    if len(value) != len(kind.parts):
        raise AnswerError(f"I expected {len(kind.parts)} values, got {len(value)}.")
    try:
        return [pack(part, item)["data"] for part, item in zip(kind.parts, value, strict=True)]
    except AnswerError as error:
        if _fits_otherwise(kind, value):
            raise AnswerError(OTHER_ORDER) from error
        raise


def _fits_otherwise(kind: Kind, value: Any) -> bool:
    """Whether the parts of an answer are of the kinds asked for, but in another order."""
    if len(value) > 4:  # 24 orders are tried, not more
        return False
    for order in itertools.permutations(value):
        try:
            for part, item in zip(kind.parts, order, strict=True):
                pack(part, item)
        except AnswerError:
            continue
        return True
    return False


def _pack_function(kind: Kind, value: Any) -> list:
    """Pack outputs already made: a list with one output per input the checker supplied."""
    if callable(value):
        raise TypeError("call the learner's function on the checker's inputs first (see `apply`)")
    return [pack(kind.parts[0], output)["data"] for output in value]


def _read(condition: bool, what: str) -> None:
    if not condition:
        raise AnswerError(f"The recorded answer cannot be read: {what}.")


def _unpack_number(kind: Kind, data: Any) -> float:
    ok = isinstance(data, (int, float)) and not isinstance(data, bool)
    _read(ok and abs(data) < 1e300, "a finite number was expected")
    return float(data)


def _unpack_text(kind: Kind, data: Any) -> str:
    _read(isinstance(data, str) and len(data) <= kind.limit, "a short text was expected")
    return data


def _unpack_int(data: Any) -> int:
    ok = isinstance(data, int) and not isinstance(data, bool) and abs(data) <= 2**53
    _read(ok, "a whole number was expected")
    return data


def _unpack_choice(kind: Kind, data: Any) -> tuple[str, int]:
    _read(isinstance(data, dict) and set(data) == {"choice", "because"}, "a choice was expected")
    said = data["choice"]
    _read(isinstance(said, str) and (len(said) == 1 or said in YES_NO), "one letter was expected")
    return said, _unpack_int(data["because"])


def _unpack_indices(kind: Kind, data: Any) -> list[int]:
    _read(isinstance(data, list) and len(data) <= kind.limit, "a list of indices was expected")
    return sorted({_unpack_int(item) for item in data})


def _unpack_boxes(kind: Kind, data: Any) -> list[tuple[int, int, int, int]]:
    _read(isinstance(data, list) and 0 < len(data) <= kind.limit, "a list of boxes was expected")
    out = []
    for row in data:
        _read(isinstance(row, list) and len(row) == 4, "a box has four corners")
        r0, r1, c0, c1 = (_unpack_int(item) for item in row)
        _read(r0 < r1 and c0 < c1, "a box's corners are in the wrong order")
        out.append((r0, r1, c0, c1))
    return out


def _unpack_cell(item: Any) -> Any:
    if isinstance(item, list):
        _read(len(item) <= 8, "a table cell holds too much")
        return [_unpack_cell(part) for part in item if not isinstance(part, list)]
    if isinstance(item, str):
        return item[:NAME_LENGTH]
    _read(item is None or isinstance(item, (int, float)), "a table holds numbers and texts only")
    _read(not isinstance(item, float) or math.isfinite(item), "a table holds finite numbers")
    return item


def _unpack_table(kind: Kind, data: Any) -> dict:
    _read(isinstance(data, dict) and len(data) <= kind.limit, "a table was expected")
    out = {}
    for name, column in data.items():
        if isinstance(column, list):
            _read(len(column) <= kind.limit, "the table is too long")
            out[name[:NAME_LENGTH]] = [_unpack_cell(item) for item in column]
        else:
            out[name[:NAME_LENGTH]] = _unpack_cell(column)
    return out


def _unpack_estimate(kind: Kind, data: Any) -> tuple[float, float, float]:
    ok = isinstance(data, dict) and set(data) == {"value", "lo", "hi"}
    _read(ok, "a value with its interval was expected")
    middle, low, high = (_unpack_number(kind, data[key]) for key in ("value", "lo", "hi"))
    _read(low <= middle <= high, "the value lies outside its interval")
    return middle, low, high


def _unpack_bytes(data: Any, limit: int) -> bytes:
    _read(isinstance(data, str) and len(data) <= limit * 4 // 3 + 4, "it is too large")
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise AnswerError("The recorded answer cannot be read: its bytes are broken.") from error
    _read(len(raw) <= limit, "it is too large")
    return raw


def _unpack_array(kind: Kind, data: Any) -> np.ndarray:
    ok = isinstance(data, dict) and set(data) == {"dtype", "shape", "data"}
    _read(ok and data["dtype"] in DTYPES, "an array was expected")
    shape = data["shape"]
    _read(isinstance(shape, list) and len(shape) <= 8, "an array's shape was expected")
    shape = tuple(_unpack_int(item) for item in shape)
    _read(all(item >= 0 for item in shape), "an array's shape is negative")
    raw = _unpack_bytes(data["data"], kind.limit)
    dtype = np.dtype(data["dtype"]).newbyteorder("<")
    _read(math.prod(shape) * dtype.itemsize == len(raw), "an array's bytes do not fit its shape")
    return np.frombuffer(raw, dtype).reshape(shape).astype(data["dtype"])


def _unpack_weights(kind: Kind, data: Any) -> dict[str, np.ndarray]:
    _read(isinstance(data, dict) and 0 < len(data) <= 1_000, "weights were expected")
    out = {name[:NAME_LENGTH]: _unpack_array(array(kind.limit), v) for name, v in data.items()}
    _read(sum(part.nbytes for part in out.values()) <= kind.limit, "the weights are too large")
    return out


def _unpack_file(kind: Kind, data: Any) -> FileBytes:
    _read(isinstance(data, dict) and set(data) == {"name", "data"}, "a file was expected")
    named = isinstance(data["name"], str) and len(data["name"]) <= NAME_LENGTH
    _read(named, "a file's name was expected")
    return FileBytes(_unpack_bytes(data["data"], kind.limit), data["name"])


def _unpack_tuple(kind: Kind, data: Any) -> tuple:
    ok = isinstance(data, list) and len(data) == len(kind.parts)
    _read(ok, f"{len(kind.parts)} values were expected")
    return tuple(_unpack(part, item) for part, item in zip(kind.parts, data, strict=True))


def _unpack_function(kind: Kind, data: Any) -> list:
    _read(isinstance(data, list) and len(data) <= kind.limit, "a list of outputs was expected")
    return [_unpack(kind.parts[0], item) for item in data]


# The closed list: name -> (pack, unpack). A new kind needs both and a limit.
KINDS = {
    "number": (_pack_number, _unpack_number),
    "text": (_pack_text, _unpack_text),
    "choice": (_pack_choice, _unpack_choice),
    "indices": (_pack_indices, _unpack_indices),
    "boxes": (_pack_boxes, _unpack_boxes),
    "table": (_pack_table, _unpack_table),
    "estimate": (_pack_estimate, _unpack_estimate),
    "array": (_pack_array, _unpack_array),
    "function": (_pack_function, _unpack_function),
    "file": (_pack_file, _unpack_file),
    "weights": (_pack_weights, _unpack_weights),
    "tuple": (_pack_tuple, _unpack_tuple),
}


def _unpack(kind: Kind, data: Any) -> Any:
    return KINDS[kind.name][1](kind, data)


def pack(kind: Kind, value: Any) -> dict:
    """Turn what a learner typed into its JSON form.

    Parameters
    ----------
    kind : Kind
        What the exercise asks for.
    value : object
        The learner's variable.

    Returns
    -------
    dict
        ``{"kind": name, "data": ...}``, made of JSON types only.

    Raises
    ------
    NotAttempted
        The dots are still there.
    AnswerError
        The value is of another kind, not finite, or too large.
    """
    if _is_dots(value):
        raise NotAttempted(NOTHING_YET if _is_only_dots(value) else DOTS_LEFT)
    if value is None:
        raise AnswerError(NO_WORD if kind.name == "text" else NONE)
    if isinstance(value, np.ndarray) and value.ndim == 0 and kind.name != "array":
        value = value.item()  # numpy's own form of one number
    if told := _comma_told(kind, value):
        raise AnswerError(told)
    return {"kind": kind.name, "data": KINDS[kind.name][0](kind, value)}


def unpack(kind: Kind, packed: Any) -> Any:
    """Turn the JSON form back into plain Python and numpy, trusting nothing in it.

    Parameters
    ----------
    kind : Kind
        What the exercise asks for.
    packed : object
        What was recorded; it may come from a hostile notebook.

    Returns
    -------
    object
        float, str, (letter, reason), sorted list of int, list of boxes, dict, (value, lo, hi),
        ndarray, list of outputs, bytes, dict of ndarray, or a tuple of these.

    Raises
    ------
    AnswerError
        It is not what the kind asks for.
    """
    _read(isinstance(packed, dict) and set(packed) == {"kind", "data"}, "it has another form")
    _read(packed["kind"] == kind.name, f"a {kind.name} was expected")
    return _unpack(kind, packed["data"])


def _names(arguments: tuple) -> list[str]:
    """The columns, or keys, of the first table among the arguments of a call."""
    tables = [one for one in arguments if isinstance(one, Mapping) or hasattr(one, "columns")]
    return [f'"{name}"' for name in tables[0]] if tables else []


def _source(function: Any) -> str:
    """A learner's function as typed, or nothing where its text is not to be had."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


def _known(function: Any) -> list[str]:
    """The names that a learner's function can use, one of which may have been meant."""
    own = getattr(getattr(function, "__code__", None), "co_varnames", ())
    return [*own, *getattr(function, "__globals__", ())]


def apply(answer: Any, inputs: list) -> list:
    """Call a learner's function on each input; an error becomes a sentence with its line.

    Parameters
    ----------
    answer : callable
        The learner's function.
    inputs : list of tuple
        Positional arguments of each call.

    Returns
    -------
    list
        One output per call.
    """
    if _is_dots(answer):
        raise NotAttempted(NOTHING_YET)
    if not callable(answer):
        raise _wrong_type("a function", answer)
    outputs = []
    for arguments in inputs:
        try:
            outputs.append(answer(*arguments))
        except Exception as error:
            if Ellipsis in getattr(getattr(answer, "__code__", None), "co_consts", ()):
                raise NotAttempted(NOTHING_YET) from error  # the blank is still in its body
            at = f"{type(error).__name__}: {str(error)[:NAME_LENGTH]}".rstrip(".")
            said = firstaid.sentence(error, _source(answer), _known(answer))
            if isinstance(error, KeyError) and (names := _names(arguments)):
                said = f"What was handed in has these columns: {', '.join(names)}."
            raise Stopped(f"Your function stopped with {at}. {said}") from error
    if any(_is_dots(output) for output in outputs):
        raise NotAttempted(NOTHING_YET)
    if not [output for output in outputs if output is not None]:  # `all` may be a learner's own
        raise Stopped("Your function gives nothing back: keep its last line, the one with return.")
    return outputs
