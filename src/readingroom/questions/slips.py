"""Typical slips: a wrong answer, the sentence it gets, and how it is known.

A lesson lists slips in the order in which they are tried; the builders of
`readingroom.questions.builders` turn each into a `Wrong`. What is given to a slip, a builder or a
form may be a plain value or a function of what the lesson froze; a test may look at the answer
alone or at the answer and what was froze.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from readingroom.questions import kinds
from readingroom.questions.exercises import Wrong

COUNT = "That is a number of films; divide it by how many films there are."
UNPAIRED = "Same films twice: use the paired difference."


def of_frozen(value: Any) -> Callable[[Any], Any]:
    """A value, or a function of frozen, as a function of frozen."""
    return value if callable(value) else lambda frozen: value


def of_both(value: Any) -> Callable[[Any, Any], Any]:
    """A value, a function of the answer, or one of answer and frozen, as the last of these.

    Only parameters without a default count.

    Raises
    ------
    TypeError
        It needs no argument, or more than two.
    """
    if not callable(value):
        return lambda answer, frozen: value
    needed = [
        p
        for p in inspect.signature(value).parameters.values()
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    if len(needed) == 1:
        return lambda answer, frozen: value(answer)
    if len(needed) != 2:
        raise TypeError("A test looks at the answer, or at the answer and what was frozen.")
    return value


@dataclass(frozen=True)
class Rule:
    """What a slip borrows from its question.

    Parameters
    ----------
    kind : Kind
        Of the answer.
    right : callable
        ``right(frozen)`` returns the course's own answer.
    accepts : callable
        ``accepts(answer, frozen)``.
    near : callable
        ``near(answer, other, within)`` for slips with a tolerance of their own.
    plain : bool
        Examples are answers as they stand, also where they are functions.
    within : float
        The tolerance of a slip that asks for the question's own.
    """

    kind: kinds.Kind
    right: Callable[[Any], Any]
    accepts: Callable[[Any, Any], Any]
    near: Callable[[Any, Any, float], bool]
    plain: bool = False
    within: float = 0.0

    def read(self, value: Any) -> Any:
        """A value as a check would see it, had a learner typed it."""
        return kinds.unpack(self.kind, kinds.pack(self.kind, value))


@dataclass(frozen=True)
class Slip:
    """A slip that waits for its question; made by `slip` and its relatives, not by hand."""

    name: str
    says: str
    example: Callable[[Rule], Callable[[Any], Any]]
    when: Callable[[Rule], Callable[[Any, Any], bool] | None]
    facts: Callable[[Any, Any], dict] | None = None
    always: bool = False  # refused whatever else an answer holds and the question forgives

    def wrong(self, rule: Rule) -> Wrong:
        """The slip of one question."""
        return Wrong(self.name, self.example(rule), self.says, self.when(rule), self.facts)


def _within(example: Callable, rule: Rule, within: float) -> Callable[[Any, Any], bool]:
    def looks_like(answer: Any, frozen: Any) -> bool:
        return rule.near(answer, rule.read(example(frozen)), within)

    return looks_like


def slip(
    name: str,
    example: Any,
    says: str,
    when: Any = None,
    facts: Any = None,
    within: float | None = None,
) -> Slip:
    """A typical wrong answer.

    Parameters
    ----------
    name : str
        What the learner did, in a few words; a teacher's report shows it.
    example : object or callable
        That answer as typed, or ``example(frozen)``. For a function question the function itself.
    says : str
        The reply; fields in braces are filled from `facts`.
    when : callable or True, optional
        ``when(answer)`` or ``when(answer, frozen)``; True for whatever is left. Without it the
        answer must equal the example within the question's tolerance.
    facts : dict or callable, optional
        The fields, or ``facts(answer)`` or ``facts(answer, frozen)``.
    within : float, optional
        In place of `when`: how near to the example an answer must be. An estimate is compared by
        its value alone, several numbers by each of them.

    Examples
    --------
    >>> slip("coin", 0.5, "Coin flips, not the majority class.")
    >>> slip("training films", lambda f: f.train_share, "Not the films you test on.")
    >>> slip("a count", 208, "Divide by {n}.", lambda a: a > 100, lambda a, f: {"n": len(f.y)})
    """
    if when is not None and within is not None:
        raise TypeError(f"The slip {name!r} has two tests: give `when` or `within`.")

    def examples(rule: Rule) -> Callable[[Any], Any]:
        return (lambda frozen: example) if rule.plain else of_frozen(example)

    def tests(rule: Rule) -> Callable[[Any, Any], bool] | None:
        if within is not None:
            return _within(examples(rule), rule, within)
        return None if when is None else of_both(when)

    return Slip(name, says, examples, tests, None if facts is None else of_both(facts))


EXACTLY = 1e-7  # a computed number with all its digits; a typed one has three or four


def exactly(name: str, example: Any, says: str, facts: Any = None) -> Slip:
    """A slip so near to the right answer that rounding would hide it, known by all its digits.

    It is refused even within the tolerance. A number that was copied from the screen has three
    digits and is never taken for it. Of an estimate the value counts, of several parts those that
    are a number or an estimate.
    """

    def values(answer: Any) -> list[float]:
        if isinstance(answer, float):
            return [answer]
        if isinstance(answer, tuple) and len(answer) == 3 and isinstance(answer[1], float):
            return [answer[0]]
        parts = answer if isinstance(answer, tuple) else ()
        return [value for part in parts for value in values(part)]

    def when(rule: Rule) -> Callable[[Any, Any], bool]:
        def looks_like(answer: Any, frozen: Any) -> bool:
            try:
                wanted, right = (
                    values(rule.read(one(frozen))) for one in (of_frozen(example), rule.right)
                )
            except ValueError:
                return False  # on films of one's own this mistake may have no number
            pairs = zip(values(answer), wanted, strict=True)
            same = all(abs(one - other) <= EXACTLY for one, other in pairs)
            apart = any(abs(a - b) > EXACTLY for a, b in zip(wanted, right, strict=True))
            return same and apart

        return looks_like

    told = None if facts is None else of_both(facts)
    return Slip(name, says, lambda rule: of_frozen(example), when, told, always=True)


def undone(name: str, by: Callable, says: str) -> Slip:
    """An answer that becomes right once a change is taken back: the wrong order, the other side.

    Parameters
    ----------
    by : callable
        ``by(answer)`` or ``by(answer, frozen)``: a change that undoes itself when done twice. It
        makes the example from the right answer and is tried on what was typed.
    """
    change = of_both(by)
    return Slip(
        name,
        says,
        lambda rule: lambda frozen: change(rule.read(rule.right(frozen)), frozen),
        lambda rule: lambda answer, frozen: rule.accepts(change(answer, frozen), frozen) >= 1,
    )


def from_right(name: str, change: Callable, says: str, when: Any = None) -> Slip:
    """A slip whose example ``change(right)`` is made from the right answer, as a check sees it."""
    return Slip(
        name,
        says,
        lambda rule: lambda frozen: change(rule.read(rule.right(frozen))),
        lambda rule: None if when is None else of_both(when),
    )


# --- of numbers and shares


def complement(name: str, says: str) -> Slip:
    """One minus the right share: what is left of the whole."""
    return from_right(name, lambda share: 1 - share, says)


def a_count(count: Any, says: str = COUNT, name: str = "a count", above: float = 100) -> Slip:
    """A number of films in place of a share; anything `above` (100: no percentage) counts."""
    return slip(name, count, says, lambda answer: answer > above)


def swapped(name: str, says: str) -> Slip:
    """Several numbers in the reversed order."""
    return undone(name, lambda answer: answer[::-1], says)


# --- of estimates


def unpaired(example: Any, says: str = UNPAIRED) -> Slip:
    """The difference of two separate estimates, within the tolerance of the question."""
    return slip("unpaired", example, says)


def sign(says: str, name: str = "sign") -> Slip:
    """The difference taken the other way round; known by its value alone."""

    def mirrored(rule: Rule) -> Callable[[Any], Any]:
        def example(frozen: Any) -> tuple:
            value, lo, hi = rule.read(rule.right(frozen))
            return -value, -hi, -lo

        return example

    return Slip(name, says, mirrored, lambda rule: _within(mirrored(rule), rule, rule.within))


def another_interval(says: str, name: str = "another interval") -> Slip:
    """The right value with an interval that is not its own; the last of the slips."""

    def narrow(rule: Rule) -> Callable[[Any], Any]:
        return lambda frozen: (rule.read(rule.right(frozen))[0],) * 3

    return Slip(name, says, narrow, lambda rule: _within(rule.right, rule, rule.within))


# --- of ticked numbers


def none(says: str, name: str = "none") -> Slip:
    """Nothing ticked."""
    return slip(name, [], says, lambda answer: len(answer) == 0)


def every(n: int, says: str, name: str) -> Slip:
    """As many ticked as there are, n."""
    return slip(name, range(n), says, lambda answer: len(set(answer)) == n)


def beyond(n: Any, says: str, name: str) -> Slip:
    """A number that is not one of 0 to n - 1; `n`, or ``n(frozen)``.

    `says` may hold ``{i}``, the first of these that was ticked, and ``{last}``.
    """
    count = of_frozen(n)

    def outside(answer: Collection[int], frozen: Any) -> list[int]:
        return sorted(i for i in set(answer) if not 0 <= i < count(frozen))

    return Slip(
        name,
        says,
        lambda rule: lambda frozen: [count(frozen)],
        lambda rule: lambda answer, frozen: bool(outside(answer, frozen)),
        (lambda answer, frozen: {"i": outside(answer, frozen)[0], "last": count(frozen) - 1})
        if "{" in says
        else None,
        always=True,
    )


def ticked(numbers: int | Collection[int] | Callable, name: str, says: str) -> Slip:
    """One of these was ticked and must not be; the example ticks the first beside the right ones.

    Parameters
    ----------
    numbers : int, collection of int, or callable
        The numbers, or ``numbers(frozen)``.
    says : str
        It may hold ``{i}``, the first of them that was ticked.
    """

    def which(frozen: Any) -> set[int]:
        found = of_frozen(numbers)(frozen)
        return {found} if isinstance(found, int) else set(found)

    return Slip(
        name,
        says,
        lambda rule: lambda frozen: sorted({*rule.right(frozen), min(which(frozen))}),
        lambda rule: lambda answer, frozen: bool(set(answer) & which(frozen)),
        (lambda answer, frozen: {"i": min(set(answer) & which(frozen))}) if "{" in says else None,
    )


def missed(says: str, name: str = "one missed") -> Slip:
    """A part of the right ones and nothing else, but not nothing at all."""
    return Slip(
        name,
        says,
        lambda rule: lambda frozen: sorted(rule.right(frozen))[:-1],
        lambda rule: lambda answer, frozen: bool(answer) and set(answer) < set(rule.right(frozen)),
    )


# --- of boxes


def columns_first(says: str, name: str = "columns before rows") -> Slip:
    """Columns given where rows were asked for, in every box."""
    return undone(name, lambda boxes: [(c0, c1, r0, r1) for r0, r1, c0, c1 in boxes], says)
