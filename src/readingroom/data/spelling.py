"""Words as an eye reads them: two that look the same are the same, whatever wrote them.

A Mac takes an umlaut apart, a spreadsheet types long dashes and blanks that do not break, a phone
curls an apostrophe, an input method writes wide letters and its country's digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

MARKS = {ord(sign): plain for signs, plain in (
    ("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    ("\u2018\u2019\u201b\u02bc\u2032\u00b4\u0060", "'"),
    ("\u201c\u201d\u201e\u2033", '"'),
    ("\u0131", "i"),  # Turkish and Azeri have an i without a dot; a capital I is either
) for sign in signs}  # fmt: skip


def as_seen(text: str) -> str:
    """A word as it is compared, and never as it is shown.

    One Unicode form, no capitals, one kind of blank, dash and apostrophe, no unseen signs, digits
    of any script as 0 to 9.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    plain = unicodedata.normalize("NFC", text).translate(MARKS).casefold()
    plain = unicodedata.normalize("NFKC", plain).translate(MARKS).replace("i\u0307", "i")
    seen = "".join(
        str(unicodedata.decimal(sign, sign))
        for sign in plain
        if sign.isspace() or (unicodedata.category(sign) not in ("Cf", "Cc") and sign != "\u034f")
    )
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", seen).strip())


def alike(words: Iterable[str]) -> list[str]:
    """The same words, each in the first spelling of those that look the same.

    Parameters
    ----------
    words : iterable of str

    Returns
    -------
    list of str
    """
    first: dict[str, str] = {}
    tidy = (" ".join(unicodedata.normalize("NFC", word).split()) for word in words)
    return [first.setdefault(as_seen(word), word) for word in tidy]


def called(name: str, titles: Iterable[str]) -> str | None:
    """The title that somebody means who typed `name`; None where there is none, or two.

    Parameters
    ----------
    name : str
    titles : iterable of str

    Returns
    -------
    str or None
    """
    titles = list(titles)
    if name in titles:
        return name
    same = [title for title in titles if as_seen(title) == as_seen(name)]
    return same[0] if len(same) == 1 else None


def there(path: Path) -> Path:
    """The file that somebody means who typed `path`: itself, or the only one that looks the same.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Path
        As given where no such file is there, or two.
    """
    try:
        if path.exists() or not path.parent.is_dir():
            return path
        found = called(path.name, [other.name for other in path.parent.iterdir()])
    except (OSError, ValueError):
        return path
    return path.with_name(found) if found else path
