"""Who is who: patients named by a table, by headers and by file names, joined before a split.

One person with two names could lie in train and in test. Films are one person's where any source
says so: the same name in the table, the same number in a header, the same picture.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from readingroom.data.errors import DataError
from readingroom.data.identity import filled
from readingroom.data.spelling import as_seen

ROUNDED = re.compile(r"\d([.,]\d+)?e\+\d+", re.I)  # 4.71E+12
MOST_NAMES = 3  # of one header number in a table; a number under more names is nobody's


def joined(
    named: Sequence[str], numbers: Sequence[str], files: Sequence[str], pictures: Sequence[str]
) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Give each film its patient.

    Parameters
    ----------
    named, numbers, files : list of str, one per film
        The patient in the table, in the header and in the file's name; empty where none is told.
    pictures : list of str
        A hash of each picture; the same picture is the same person.

    Returns
    -------
    names : list of str
        One per film, the table's name where the table has one, else such as ``p001`` (a header's
        number is the hospital's and is not kept); empty where nobody knows.
    rows : list of (kind, where, detail)
        What a reader of the report must know; no header's number among them.
    """
    sources = {"table": _names(named), "file": [_spelt(name) for name in files]}
    sources["header"], rows = _usable(_names(numbers), sources["table"])
    rows += [("patients joined", shown, "") for shown in one_name_each(named)[1]]
    spaces = _spaces(sources)
    groups = _groups([*((spaces[source], names) for source, names in sources.items()),
                      ("picture", list(pictures))])  # fmt: skip
    pairs = list(zip(sources["table"], named, strict=True))
    written = {plain: name.strip() for plain, name in reversed(pairs) if plain}
    result = [""] * len(pictures)
    taken: set[str] = set(written.values())
    hidden = 0
    for films in sorted(groups, key=lambda films: min(files[k] or pictures[k] for k in films)):
        known = {
            source: sorted({names[k] for k in films} - {""}) for source, names in sources.items()
        }
        if known["table"]:
            name = written[known["table"][0]]
            if len(known["table"]) > 1:
                shown = ", ".join(written[each] for each in known["table"][:4])
                rows.append(("patients joined", shown, f"{len(films)} films"))
            elif len(known["header"]) > 1:
                numbers_said = f"{len(known['header'])} numbers in the headers"
                rows.append(("patients joined", name, numbers_said))
        elif known["file"]:
            name = known["file"][0]
            name += "-file" if name in taken else ""
        elif known["header"]:
            hidden += 1
            while f"p{hidden:03d}" in taken:  # a table may use such names itself
                hidden += 1
            name = f"p{hidden:03d}"
        else:
            continue
        taken.add(name)
        for k in films:
            result[k] = name
    blank = result.count("")
    if 0 < blank < len(result):
        rows.append(("patient missing", f"{blank:,} of {len(result):,} films", ""))
    return result, rows


def one_name_each(named: Sequence[str]) -> tuple[list[str], list[str]]:
    """Bring each patient's names into one spelling.

    Parameters
    ----------
    named : list of str
        As written, one per film; a word such as ``unknown`` is no name.

    Returns
    -------
    names : list of str
        Empty where nobody is named.
    joined : list of str
        Spellings that were taken for one patient and look unlike each other: ``007, 7``.

    Raises
    ------
    DataError
        Long numbers were rounded on the way.
    """
    if rounded := [text for text in named if ROUNDED.fullmatch(text.strip())]:
        raise DataError(
            f"The column of patients holds {rounded[0].strip()!r}: a spreadsheet has rounded these "
            "numbers, so that many patients may be one; export the column as text."
        )
    names = _names(named)
    spelt: dict[str, dict[str, str]] = defaultdict(dict)
    for name, text in zip(names, named, strict=True):
        if name:
            spelt[name].setdefault(_same(text), text.strip())
    return names, [", ".join(ways.values()) for ways in spelt.values() if len(ways) > 1]


def _same(name: str) -> str:
    """A name as an eye reads it; ``7.0`` is what a spreadsheet makes of 7 above an empty cell."""
    plain = as_seen(name)
    return plain[:-2] if plain.endswith(".0") and plain[:-2].isdigit() else plain


def _spelt(name: str) -> str:
    """A name as it is compared: a spreadsheet drops the zeros of ``0007``, a hand writes ``PAT-7``
    and ``Pat 7``."""
    plain = re.sub(r"[\s_.\-]+", "-", _same(name))
    return (plain.lstrip("0") or "0") if plain.isdigit() else plain


def _names(written: Sequence[str]) -> list[str]:
    """Names as they are compared; empty where a cell names nobody, with a dummy or not at all.

    A lone 0 is a dummy, unless patients are counted from it.
    """
    plain = [_spelt(name) for name in written]
    counted = "1" in plain
    return [
        name if filled(text) or (name == "0" and counted) else ""
        for name, text in zip(plain, written, strict=True)
    ]


def _spaces(sources: dict[str, list[str]]) -> dict[str, str]:
    """Which sources speak of the same numbers: equal names are one person there.

    A blank of the table may be filled in a header. Two sources that contradict each other where
    both are filled number their patients each in its own way.
    """
    spaces = {source: source for source in sources}
    for source in ("header", "file"):
        both = [
            ours == theirs
            for ours, theirs in zip(sources["table"], sources[source], strict=True)
            if ours and theirs
        ]
        if 2 * sum(both) >= len(both):
            spaces[source] = "table"
    return spaces


def _usable(numbers: list[str], named: list[str]) -> tuple[list[str], list[tuple[str, str, str]]]:
    """Take out numbers that stand for many patients of the table, as a test patient's does."""
    under: dict[str, set[str]] = defaultdict(set)
    for number, name in zip(numbers, named, strict=True):
        if number and name:
            under[number].add(name)
    nobodys = {number for number, names in under.items() if len(names) > MOST_NAMES}
    rows = [
        ("patient number not used", f"one number under {len(under[number])} patients", "")
        for number in sorted(nobodys)
    ]
    return ["" if number in nobodys else number for number in numbers], rows


def _groups(sources: list[tuple[str, list[str]]]) -> list[list[int]]:
    """Films that share a name in any source, and films that share one with those.

    Sources are pairs of a numbering and one name per film.
    """
    leader = list(range(len(sources[0][1])))

    def first(k: int) -> int:
        while leader[k] != k:
            leader[k] = leader[leader[k]]
            k = leader[k]
        return k

    seen: dict[tuple[str, str], int] = {}
    for space, names in sources:
        for k, name in enumerate(names):
            if name:
                leader[first(k)] = first(seen.setdefault((space, name), k))
    found: dict[int, list[int]] = defaultdict(list)
    for k in range(len(leader)):
        found[first(k)].append(k)
    return list(found.values())
