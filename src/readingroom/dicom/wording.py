"""How a patient's names, dates and numbers may be written elsewhere: retyped or run together.

Names have family and given parts, several scripts and several spellings; dates have dots, slashes
and words. What is compared is brought into one Unicode form first.
"""

from __future__ import annotations

import contextlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from readingroom.data.identity import Item, filled

SHORTEST = 3  # letters of a name or number that can be told from chance; ideographs need two
RUN_TOGETHER = 4  # letters of a whole name, so that a two-letter name needs the other part beside
IDEOGRAPHS = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+$")
APOSTROPHES = re.compile("['`´ʼ’‘]")
WINDOW = 14  # signs before a day or a year in which the name of its month is looked for
WITHIN = 5  # letters from which a name is looked for inside longer words too
# Words of a name that are words of any report as well, or a title.
PARTICLES = {
    *("van", "von", "der", "den", "del", "des", "della", "dos", "das", "zur", "zum", "ten", "ter"),
    *("and", "und", "bin", "ibn", "prof", "herr", "frau", "mrs", "miss", "mister", "med", "jun"),
}
FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae",
                       "œ": "oe", "þ": "th", "đ": "dj", "ð": "d", "ł": "l", "ı": "i"})  # fmt: skip
# Letters that Unicode does not take apart, as a keyboard without them writes them.
BARE_LETTERS = str.maketrans("łøđðıħŧ", "loddiht")
# Small letters whose capitals look like those of another script: a hand on the wrong keyboard
# types them, and no eye sees it. Cyrillic, then Greek.
LOOK_ALIKE = str.maketrans("авекмнорстухіјѕαβεζηικμνορτυχ", "abekmhopctyxijsabezhikmnoptyx")
# A name typed with ae, oe or ue may stand elsewhere with the plain letter, and the other way.
TYPED_TWICE = re.compile(r"(?<=[aou])e")
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
KATAKANA = {sign: sign - 0x60 for sign in range(0x30A1, 0x30F7)}
# The first year of each era of Japan, which its hospitals write dates in.
ERAS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
ERA = re.compile(rf"({'|'.join(ERAS)})\s*(\d{{1,2}}|元)(?=\s*年)")
BUDDHIST = 543  # years by which Thai dates are ahead
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio januari janeiro",
            "feb february februar fevrier febrero febbraio februari fevereiro",
            "mar march marz maerz mrz mars marzo maart marco",
            "apr april avril avr abril aprile",
            "may mai mayo maggio mei maio",
            "jun june juni juin junio giugno junho",
            "jul july juli juillet julio luglio julho",
            "aug august aout agosto augustus",
            "sep sept september septembre septiembre settembre setembro",
            "oct october okt oktober octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_MARK = r"(?:\s*[-./,年月년월]\s*|\s+)"
YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}}){_MARK}(\d{{1,2}}){_MARK}(\d{{1,2}})(?!\d)")
YEAR_LAST = re.compile(rf"(?<!\d)(\d{{1,2}}){_MARK}(\d{{1,2}}){_MARK}(\d{{4}}|\d{{2}})(?!\d)")
BARE = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
BARE_LAST = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d{4})(?!\d)")
DAY_WORD = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-.\s]*(?:de\s+)?([a-z]{3,10})[-.,\s]*"
                      r"(?:de\s+)?(\d{4}|\d{2})(?!\d)")  # fmt: skip
YEAR_WORD = re.compile(r"(?<!\d)(\d{4})[-.,\s]*([a-z]{3,10})[-.\s]*(\d{1,2})(?!\d)")
SIX = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)(?!\d)")
WORD_DAY = re.compile(r"([a-z]{3,10})[-.\s]*(\d{1,2})(?:st|nd|rd|th)?[-.,\s]+(\d{4}|\d{2})(?!\d)")


def plain(text: str) -> str:
    """One Unicode form, small letters: ``ü`` as one sign, wide letters as usual, no apostrophes.

    Signs that are not seen go, and so does the difference between the two scripts of Japan.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return APOSTROPHES.sub("", text).translate(KATAKANA)


def _decoded(text: str) -> set[str]:
    """A text as it stands, and as it reads where a web page, a link or a wrong table wrote it."""
    ways = {text, html.unescape(text), unquote(text)}
    with contextlib.suppress(UnicodeError):
        ways.add(text.encode("cp1252").decode("utf-8"))  # MÃ¼ller
    return ways


def folded(text: str) -> set[str]:
    """A word as it stands, without its accents, and as it is typed where there are none."""
    return set().union(*(_folded(way) for way in _decoded(text)))


def _folded(text: str) -> set[str]:
    text = plain(text)
    bare = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    bare = unicodedata.normalize("NFC", bare)
    typed = text.translate(FOLDS)
    alike = bare.translate(LOOK_ALIKE)
    return {text, bare, bare.translate(BARE_LETTERS), typed, TYPED_TWICE.sub("", typed), alike}


@dataclass(frozen=True)
class Secrets:
    """What of the original must stand nowhere else, in the ways it may be written.

    Attributes
    ----------
    names : set of str
        Parts of names, long enough to be told from chance.
    joined : set of str
        Whole names without gaps, family name first and last.
    values : set of str
        Numbers, UIDs and typed texts as a whole.
    dates : set of (year, month, day)
    """

    names: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    dates: set[tuple[int, int, int]] = field(default_factory=set)


def secrets(items: Iterable[Item]) -> Secrets:
    """The names, numbers, dates and UIDs of a header, to be searched for elsewhere."""
    found = Secrets()
    for item in items:
        if item.kind == "name":
            for written in re.split(r"[=\\]", item.value):
                _name(written, found)
        elif item.kind == "date":
            found.dates.update(_exact(item.value))
        elif item.kind in ("number", "UID", "text", "private"):
            value = plain(item.value).strip()
            if len(value) >= SHORTEST and filled(value):
                found.values.add(value)
    return found


def _name(written: str, found: Secrets) -> None:
    """Add the parts of one name, in one script, and the whole of it run together."""
    if not filled(written):
        return
    words = re.split(r"[\^\s,.\-]+", plain(written))
    parts = [part for part in words if part and part not in PARTICLES]
    for part in parts:
        found.names.update(word for word in folded(part) if len(word) >= _shortest(word))
    for one, other in [(a, b) for a in parts for b in parts if a is not b][:12]:
        pairs = zip(sorted(folded(one)), sorted(folded(other)), strict=False)
        whole = {first + second for first, second in pairs} | {one + other}
        found.joined.update(w for w in whole if len(w) >= _shortest(w, RUN_TOGETHER))


def _shortest(word: str, letters: int = SHORTEST) -> int:
    return 2 if IDEOGRAPHS.match(word) else letters


def _exact(value: str) -> set[tuple[int, int, int]]:
    """The dates of a DICOM element, times of day cut off."""
    found = set()
    for part in value.split("\\"):
        digits = re.sub(r"[.\-/]", "", part.strip())[:8]
        if digits.isdigit() and len(digits) == 8 and filled(digits):
            found.add((int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    return found


def dates_in(text: str) -> set[tuple[int, int, int]]:
    """Every date that a text may hold, whichever way round; two-digit years in both centuries."""
    return set().union(*(_dates_in(way) for way in folded(_western(text))))


def _western(text: str) -> str:
    """A text with the years of Japan's eras as four digits."""
    return ERA.sub(lambda m: str(ERAS[m[1]] - 1 + (1 if m[2] == "元" else int(m[2]))), text)


def _dates_in(text: str) -> set[tuple[int, int, int]]:
    found = [(y, m, d) for y, m, d in YEAR_FIRST.findall(text) + BARE.findall(text)]
    for one, two, year in YEAR_LAST.findall(text) + BARE_LAST.findall(text):
        found += [(year, two, one), (year, one, two)]
    found += [(y, MONTHS.get(word, 0), d) for d, word, y in DAY_WORD.findall(text)]
    found += [(y, MONTHS.get(word, 0), d) for word, d, y in WORD_DAY.findall(text)]
    found += [(y, MONTHS.get(word, 0), d) for y, word, d in YEAR_WORD.findall(text)]
    whole = set()
    for year, month, day in found:
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            if len(str(year)) == 4:
                whole |= {(int(year) - ahead, int(month), int(day)) for ahead in (0, BUDDHIST)}
            else:
                whole |= {(c + int(year), int(month), int(day)) for c in (1900, 2000)}
    return whole


def dated(text: str, dates: set[tuple[int, int, int]]) -> bool:
    """Whether a text may hold one of these dates.

    Months have names in every language, and this knows few. So a day and a year of one of the
    dates with a word between them that is no other month here count as that date: a suspicion.
    """
    if not dates:
        return False
    return bool(dates_in(text) & dates) or any(
        date in dates for way in folded(_western(text)) for date in _worded(way, dates)
    )


def _worded(text: str, dates: set[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Those of the dates whose day and year stand around a word that may be the month."""
    numbers = list(re.finditer(r"\d+", text))
    for k, first in enumerate(numbers):
        for second in numbers[k + 1 : k + 3]:
            between = text[first.end() : second.start()]
            before = re.findall(r"[^\W\d_]+", text[max(0, first.start() - WINDOW) : first.start()])
            month = MONTHS.get(before[-1], 0) if before and not between.strip(" .,-/") else 0
            for day, year in ((first[0], second[0]), (second[0], first[0])):
                for date in dates:
                    if not (_is_day(day, date) and _is_year(year, date)):
                        continue
                    if month == date[1] or _may_be_month(between, date):
                        yield date


def _is_day(number: str, date: tuple[int, int, int]) -> bool:
    return len(number) <= 2 and int(number) == date[2]


def _is_year(number: str, date: tuple[int, int, int]) -> bool:
    if len(number) == 2:
        return int(number) == date[0] % 100
    return len(number) == 4 and int(number) in (date[0], date[0] + BUDDHIST)


def _may_be_month(between: str, date: tuple[int, int, int]) -> bool:
    """Whether what stands between day and year may be the month's name, in whatever language."""
    words = re.findall(r"[^\W\d_]+", between)
    digits = re.findall(r"\d+", between)
    if not words or len(between) > 24 or len(words) > 4:
        return False
    if digits:  # as in "12 tháng 3 năm 1958"
        return all(int(number) == date[1] for number in digits)
    known = {MONTHS[word] for word in words if word in MONTHS}
    long = [word for word in words if len(word) > 2]
    return date[1] in known if known else len(long) == 1 or words[0] in ROMAN


def holds(text: str, words: Secrets) -> bool:
    """Whether a header's value holds a secret, in any capitals and any of the usual spellings."""
    seen = folded(text)
    gapless = {re.sub(r"[\s^,_.=-]+", "", way) for way in seen}
    gapped = {re.sub(r"[\W_]+", " ", way) for way in seen}
    return bool(
        any(value in way for way in seen for value in words.values)
        or any(_named(word, way) for way in seen for word in words.names)
        or any(name in way for way in gapless for name in words.joined if _long(name))
        or any(_beside(name, way) for way in gapped for name in words.joined if not _long(name))
        or any(_spaced(name, way) for way in seen for name in words.names)
        or any(_numbered(value, way) for way in seen for value in words.values)
        or dated(text, words.dates)
    )


def _spaced(name: str, text: str) -> bool:
    """Whether a name stands with gaps inside it, as ``O Brien`` or ``M E I E R``."""
    return len(name) >= RUN_TOGETHER and _beside(name, text)


def _numbered(value: str, text: str) -> bool:
    """Whether a number stands there with other marks, as 4711998 for ``4711-998``."""
    signs = re.sub(r"[\W_]+", "", value)
    if not (signs.isascii() and signs.isalnum() and 5 <= len(signs) <= 20):
        return False
    gaps = r"[\W_]?".join(signs)
    return re.search(rf"(?<![0-9a-z.]){gaps}(?![0-9a-z]|\.\d)", text) is not None


def _named(word: str, text: str) -> bool:
    """Whether a name stands in a text: short ones as words, long ones and ideographs anywhere."""
    if word not in text:
        return False
    anywhere = len(word) >= WITHIN or bool(IDEOGRAPHS.match(word))
    return anywhere or re.search(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", text) is not None


def _long(name: str) -> bool:
    return len(name) >= 2 * SHORTEST or bool(IDEOGRAPHS.match(name))


def _beside(name: str, text: str) -> bool:
    """Whether a short whole name stands between gaps, its parts together or side by side."""
    gaps = " ?".join(map(re.escape, name))
    return re.search(rf"(?<!\w){gaps}(?!\w)", text) is not None


def in_file_name(name: str, words: Secrets) -> bool:
    """Whether a file's name or folder holds a secret: short names as words, long ones anywhere.

    A word ends at any sign that is no letter, and where small letters turn to capitals.
    """
    composed = unicodedata.normalize("NFKC", name)
    split = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", composed)
    split = re.sub(r"(?<=[^\W\dA-Z_])(?=[A-ZÄÖÜ])", " ", split)
    seen = folded(name)
    parts = {part for way in folded(split) for part in re.split(r"[\W_]+", way)}
    parts |= {part for way in seen for part in re.split(r"[\W_]+", way)}
    gapless = {re.sub(r"[\W_]+", "", way) for way in seen}
    wanted = words.names | words.values
    return bool(
        wanted & parts
        or any(len(word) >= 2 * SHORTEST and word in way for word in wanted for way in seen)
        or any(IDEOGRAPHS.match(word) and word in way for word in wanted for way in gapless)
        or any(name_ in way for name_ in words.joined if _long(name_) for way in gapless)
        or any(_beside(name_, re.sub(r"[\W_]+", " ", way))
               for name_ in words.joined if not _long(name_) for way in folded(split))
        or any(_numbered(value, way) for way in seen for value in words.values)
        or dated(name.replace("_", " "), words.dates)
        or _six(name) & words.dates
    )  # fmt: skip


def _six(name: str) -> set[tuple[int, int, int]]:
    """The dates that six digits of a file's name may be, whichever way round."""
    found = set()
    for one, two, three in SIX.findall(name):
        for year, month, day in ((one, two, three), (three, two, one), (three, one, two)):
            found |= {(century + int(year), int(month), int(day)) for century in (1900, 2000)}
    return found
