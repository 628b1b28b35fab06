"""How a patient's names, dates and numbers may be written elsewhere: retyped or run together.

Names have family and given parts, several scripts and several spellings; dates have dots, slashes
and words. What is compared is brought into one Unicode form first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from readingroom.data.identity import Item, filled

SHORTEST = 3  # letters of a name or number that can be told from chance; ideographs need two
RUN_TOGETHER = 4  # letters of a whole name, so that a two-letter name needs the other part beside
IDEOGRAPHS = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+$")
APOSTROPHES = re.compile("['`´ʼ’‘]")
WITHIN = 5  # letters from which a name is looked for inside longer words too
# Words of a name that are words of any report as well, or a title.
PARTICLES = {
    *("van", "von", "der", "den", "del", "des", "della", "dos", "das", "zur", "zum", "ten", "ter"),
    *("and", "und", "bin", "ibn", "prof", "herr", "frau", "mrs", "miss", "mister", "med", "jun"),
}
FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"})
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
_MARK = r"\s*[-./,年月]\s*"
YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}}){_MARK}(\d{{1,2}}){_MARK}(\d{{1,2}})(?!\d)")
YEAR_LAST = re.compile(rf"(?<!\d)(\d{{1,2}}){_MARK}(\d{{1,2}}){_MARK}(\d{{4}}|\d{{2}})(?!\d)")
BARE = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)")
BARE_LAST = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d{4})(?!\d)")
DAY_WORD = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th)?[-.\s]*(?:de\s+)?([a-z]{3,10})[-.,\s]*"
                      r"(?:de\s+)?(\d{4}|\d{2})(?!\d)")  # fmt: skip
WORD_DAY = re.compile(r"([a-z]{3,10})[-.\s]*(\d{1,2})(?:st|nd|rd|th)?[-.,\s]+(\d{4}|\d{2})(?!\d)")


def plain(text: str) -> str:
    """One Unicode form, small letters: ``ü`` as one sign, wide letters as usual, no apostrophes."""
    return APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())


def folded(text: str) -> set[str]:
    """A word as it stands, without its accents, and as it is typed where there are none."""
    text = plain(text)
    bare = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    bare = unicodedata.normalize("NFC", bare)
    return {text, bare, text.translate(FOLDS)}


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
    return set().union(*(_dates_in(way) for way in folded(text)))


def _dates_in(text: str) -> set[tuple[int, int, int]]:
    found = [(y, m, d) for y, m, d in YEAR_FIRST.findall(text) + BARE.findall(text)]
    for one, two, year in YEAR_LAST.findall(text) + BARE_LAST.findall(text):
        found += [(year, two, one), (year, one, two)]
    found += [(y, MONTHS.get(word, 0), d) for d, word, y in DAY_WORD.findall(text)]
    found += [(y, MONTHS.get(word, 0), d) for word, d, y in WORD_DAY.findall(text)]
    whole = set()
    for year, month, day in found:
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            centuries = (0,) if len(str(year)) == 4 else (1900, 2000)
            whole |= {(century + int(year), int(month), int(day)) for century in centuries}
    return whole


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
        or dates_in(text) & words.dates
    )


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
        or dates_in(name.replace("_", " ")) & words.dates
    )  # fmt: skip
