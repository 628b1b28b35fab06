"""One of a few words, as people write it: with a point, a remark, or in a whole sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

CANNOT_TELL = "cannot tell"
UNDECIDED = re.compile(
    r"\b((can ?not|can'?t|could not|couldn'?t) (tell|say|decide|know)|undecided|unclear|unsure"
    r"|not (sure|clear)|inconclusive|(don'?t|do not) know)\b"
)


def plain(text: str) -> str:
    """A text in small letters, with single spaces, and without points around it."""
    straight = text.lower().replace("\u2019", "'").replace("_", " ")
    return " ".join(straight.split()).strip(" .!?,;:'\"")


def read(text: str, words: Sequence[str], also: Mapping[str, str] | None = None) -> str:
    """Read one of the words that an exercise asks for.

    A remark behind a comma does no harm, as in "yes, in PA"; where it names another of the words,
    nothing is guessed.

    Parameters
    ----------
    text : str
        What was typed.
    words : sequence of str
        In small letters. With "cannot tell" among them, its other wordings are read too.
    also : mapping, optional
        Other wordings to the words they stand for.

    Returns
    -------
    str
        One of `words`; otherwise the text itself as `plain` gives it.
    """
    said = plain(text)
    meant = {**dict.fromkeys(words), **(also or {})}
    if CANNOT_TELL in words and (found := UNDECIDED.search(said)):
        others = [word for word in words if word != CANNOT_TELL]
        return said if _named(said[: found.start()], others) else CANNOT_TELL
    head, _, remark = said.partition(",")
    head = head.strip()
    if head not in meant:
        return said
    word = meant[head] or head
    others = [one for one in words if one != word]
    return said if _named(remark, others) else word


def _named(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)


def numbered(noun: str, numbers: Iterable[int]) -> str:
    """Things by their numbers: film 3; films 0, 2 and 5."""
    *most, last = map(str, numbers)
    return f"{noun}s {', '.join(most)} and {last}" if most else f"{noun} {last}"
