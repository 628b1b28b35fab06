"""What a page offers to click, drag or fill in, where an answer is more than one line.

Choices, films and boxes need nothing from here: a page finds them in its own sentences and figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

KINDS = ("line", "one", "order", "tick", "slide", "box", "sort")


@dataclass(frozen=True)
class Part:
    """One thing to set.

    Attributes
    ----------
    kind : str
        ``line`` (typed), ``one`` (one of a few words), ``order`` (words clicked in sequence),
        ``tick`` (said or not), ``slide`` (a number dragged), ``box`` (drawn on the film above) or
        ``sort`` (each film above put under a word).
    label : str
        What it is, for the eye and for a screen reader.
    words : tuple of (str, str)
        What is shown, and the text that it stands for.
    span : tuple of float
        Of a slide: lowest, highest and step.
    """

    kind: str
    label: str
    words: tuple[tuple[str, str], ...] = ()
    span: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is not one of {', '.join(KINDS)}.")


@dataclass(frozen=True)
class Offer:
    """An answer as a text with blanks, ``[]``, and what fills each of them in turn.

    Raises
    ------
    ValueError
        There are more or fewer blanks than parts.
    """

    text: str
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        if self.text.count("[]") != len(self.parts):
            raise ValueError(f"{self.text!r} has not one blank for each of {len(self.parts)} parts")

    def spec(self) -> dict:
        """The offer as JSON, for the page."""
        return asdict(self)


def line(label: str) -> Part:
    """A short text, typed."""
    return Part("line", label)


def one(label: str, words: Sequence[str], quoted: bool = True) -> Part:
    """One of a few words; `quoted` writes it in quotation marks."""
    return Part("one", label, tuple((word, f'"{word}"' if quoted else word) for word in words))


def order(label: str, words: Sequence[str]) -> Part:
    """Words clicked in sequence; all of them, in brackets."""
    return Part("order", label, tuple((word, f'"{word}"') for word in words))


def tick(label: str, then: str) -> Part:
    """A statement that is made or left; `then` is its code."""
    return Part("tick", label, (("", then),))


def slide(label: str, low: float, high: float, step: float) -> Part:
    """A number dragged along a line, or typed beside it."""
    return Part("slide", label, (), (low, high, step))


def box(label: str) -> Part:
    """A rectangle drawn on the film above the question: (row0, row1, column0, column1)."""
    return Part("box", label)


def sort(label: str, words: Sequence[str]) -> Part:
    """Each film above under one of a few words, the first of them until it is clicked.

    It fills its blank with one list of film numbers for each word but the first.
    """
    return Part("sort", label, tuple((word, word) for word in words))


def fill(text: str, *parts: Part) -> Offer:
    """An offer: `text` with a blank ``[]`` for each part."""
    return Offer(text, parts)
