"""Kinds of question: each builds an `Exercise` and derives what follows from the kind of answer.

A builder takes the name of the exercise, the right answer, a tolerance where one is needed, and
the words of the lesson (see `Words`). From these it derives which answers are accepted, when an
answer equals a slip's example, other right forms for the tests, and the reply to a value of
another kind. The right answer, a slip's example and a form may be plain values or functions of
what the lesson's ``frozen(mode)`` returned; tests may look at the answer alone, or at both.

A lesson imports this module as `ask`. An exercise reads like this::

    DULL = ask.share(
        "dull-baseline",
        lambda f: f.test_labels.mean(),
        ask.slip("coin", 0.5, "That is what tossing a coin gets."),
        ask.complement("the other class", "That is the share that it gets wrong."),
        ask.a_count(lambda f: f.test_labels.sum()),
        within=0.006,
        task='Accuracy of "always positive" on the test films',
        otherwise="Count the positive test films, divide by all.",
        why="A model that looks at nothing scores this.",
        hint="test_y holds a 1 for each positive film.",
        next_hint="The mean of zeros and ones.",
    )

================= ================================ ===========================================
builder           the answer                       derived slips to put in order
================= ================================ ===========================================
`choice`          letter and reason                all of them
`letter`          one letter, no reason            all of them
`number`          a number
`share`           a number from 0 to 1             percentage always; `complement`, `a_count`
`numbers`         several numbers                  `swapped`
`estimate`        value and interval               no interval always; `unpaired`, `sign`,
                                                   `another_interval`
`estimates`       several values with intervals    `swapped`
`indices`         ticked numbers                   `none`, `every`, `beyond`, `ticked`, `missed`
`boxes`           boxes on films                   `columns_first`, `undone`
`table`           a table
`function`        a function, called by the check
`question`        anything else
================= ================================ ===========================================

Slips stand after the right answer, in the order in which they are tried: the most specific first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Unpack

import numpy as np

from readingroom.questions import kinds
from readingroom.questions.choices import choice, letter
from readingroom.questions.exercises import Exercise
from readingroom.questions.question import Words, close, question
from readingroom.questions.slips import (
    Slip,
    a_count,
    another_interval,
    beyond,
    columns_first,
    complement,
    every,
    exactly,
    from_right,
    missed,
    none,
    of_frozen,
    sign,
    slip,
    swapped,
    ticked,
    undone,
    unpaired,
)

__all__ = [
    "a_count", "another_interval", "beyond", "boxes", "choice", "close", "columns_first",
    "complement", "estimate", "estimates", "every", "exactly", "from_right", "function", "indices",
    "letter", "matches", "missed", "none", "number", "numbers", "plausible", "question", "said",
    "share", "sign", "slip", "swapped", "table", "ticked", "triple", "undone", "unpaired",
]  # fmt: skip


def triple(estimate: Any) -> tuple[float, float, float]:
    """Value, low end and high end of an `Estimate` or of three numbers."""
    if hasattr(estimate, "lo"):
        return estimate.value, estimate.lo, estimate.hi
    value, lo, hi = estimate
    return value, lo, hi


def matches(answer: Any, right: Any, value: float, bounds: float | None = None) -> bool:
    """Whether an estimate equals another within tolerances of its value and of its two bounds."""
    found, wanted = triple(answer), triple(right)
    near = close(found[0], wanted[0], value)
    return near and close(found[1:], wanted[1:], value if bounds is None else bounds)


def said(within: float) -> str:
    """A tolerance as pages write it: 2, .05."""
    return f"{within:g}".removeprefix("0") or "0"


def _accepted(within: float, bounds: float | None = None, called: str = "value") -> str:
    """The tolerance of a number, or of a value and of the ends of its interval, as a sentence."""
    if not within:
        return ""
    if bounds is None:
        return f"A difference of up to {said(within)} is accepted."
    return (
        f"The {called} may differ by up to {said(within)}, each end of its interval by up to "
        f"{said(bounds)}."
    )


def plausible(answer: Any, right: Any) -> bool:
    """Whether an interval is about as wide as the right one: a third to three times.

    For questions that take any honest method; an interval made up is far wider, or has no width.
    """
    _, low, high = triple(answer)
    _, wanted_low, wanted_high = triple(right)
    return (wanted_high - wanted_low) / 3 <= high - low <= 3 * (wanted_high - wanted_low)


def _number_forms(within: float) -> Callable[[Any], list]:
    def forms(right: Any) -> list:
        right = float(right)
        if not within:
            return [right, np.array([right])]
        digits = math.ceil(-math.log10(within))
        edges = [right + within, right - within]
        return [np.float64(right), round(right, digits), *edges]

    return forms


def number(
    slug: str,
    right: Any,
    *slips: Slip,
    within: float = 0.0,
    alike: Any = None,
    accepts: Any = None,
    fraction: bool = False,
    unit: str = "",
    **words: Unpack[Words],
) -> Exercise:
    """Build a question for one number.

    Parameters
    ----------
    right : float or callable
        The number.
    within : float
        How far from it an answer may lie; 0 for counts. It is also what makes an answer equal to
        the example of a slip.
    alike : float or callable, optional
        Where the slips need another tolerance than the right answer; ``alike(frozen)`` where the
        data set it.
    accepts : callable, optional
        Another rule than `within`, which then holds for the slips alone.
    fraction : bool
        It lies between 0 and 1, see `share`.
    unit : str
        What it counts, such as ``"mm"``: "24 cm" is then told so.
    **words
        See `Words`.
    """
    value = of_frozen(right)
    slack = of_frozen(within if alike is None else alike)
    words.setdefault("accepted", "" if accepts else _accepted(within))
    return question(
        slug,
        kinds.number(unit),
        right,
        accepts or (lambda answer, frozen: close(answer, value(frozen), within)),
        *slips,
        same=lambda one, other, frozen: close(one, other, slack(frozen)),
        derive=_number_forms(0.0 if accepts else within),
        fraction=fraction,
        **words,
    )


def share(slug: str, right: Any, *slips: Slip, within: float, **words: Unpack[Words]) -> Exercise:
    """Build a question for a share between 0 and 1; a percentage is told so.

    `complement` and `a_count` make its other usual slips.

    Parameters
    ----------
    right : float or callable
        The share.
    within : float
        How far from it an answer may lie.
    **words
        See `Words`.
    """
    return number(slug, right, *slips, within=within, fraction=True, **words)


def numbers(
    slug: str,
    right: Any,
    *slips: Slip,
    n: int,
    within: float = 0.0,
    accepts: Any = None,
    fraction: bool = False,
    **words: Unpack[Words],
) -> Exercise:
    """Build a question for several numbers in order; `swapped` makes the reversed order a slip.

    Parameters
    ----------
    right : tuple of float or callable
        The numbers.
    n : int
        How many.
    within : float
        How far from its own each may lie.
    accepts : callable, optional
        Another rule.
    fraction : bool
        They lie between 0 and 1.
    **words
        See `Words`.
    """
    values = of_frozen(right)
    words.setdefault("accepted", "" if accepts else _accepted(within))
    return question(
        slug,
        kinds.tuple_of(*[kinds.number()] * n),
        right,
        accepts or (lambda answer, frozen: close(answer, tuple(values(frozen)), within)),
        *slips,
        same=lambda one, other, frozen: close(one, other, within),
        within=within,
        derive=lambda right: [list(right), np.array(right, float)],
        fraction=fraction,
        **words,
    )


def estimate(
    slug: str,
    right: Any,
    *slips: Slip,
    within: float,
    bounds: float | None = None,
    accepts: Any = None,
    fraction: bool = False,
    called: str = "value",
    **words: Unpack[Words],
) -> Exercise:
    """Build a question for a value with its 95 % interval.

    A number without an interval is always told so; that needs no slip. `unpaired`, `sign` and
    `another_interval` make further slips.

    Parameters
    ----------
    right : Estimate, three numbers, or callable
        Value, low end, high end.
    within : float
        How far the value may lie off, and the two bounds too unless `bounds` is given.
    bounds : float, optional
        How far each bound may lie off.
    accepts : callable, optional
        Another rule.
    fraction : bool
        It lies between 0 and 1.
    called : str
        What the page calls the value.
    **words
        See `Words`.
    """
    value = of_frozen(right)
    digits = math.ceil(-math.log10(within if bounds is None else min(within, bounds)))
    bare = slip("no interval", lambda frozen: triple(value(frozen))[0],
                words.get("unfit", kinds.NO_INTERVAL), lambda answer: False)  # fmt: skip
    told = _accepted(within, within if bounds is None else bounds, called)
    words.setdefault("accepted", "" if accepts else told)
    return question(
        slug,
        kinds.estimate(),
        right,
        accepts or (lambda answer, frozen: matches(answer, value(frozen), within, bounds)),
        *slips,
        bare,
        same=lambda one, other, frozen: matches(one, other, within, bounds),
        near=lambda one, other, slack: close(one[0], other[0], slack),
        within=within,
        derive=lambda right: [triple(right), [round(part, digits) for part in triple(right)]],
        fraction=fraction,
        **words,
    )


def estimates(
    slug: str,
    right: Any,
    *slips: Slip,
    n: int,
    within: float,
    bounds: float | None = None,
    **words: Unpack[Words],
) -> Exercise:
    """Build a question for several values in order, each with its 95 % interval.

    Parameters
    ----------
    right : tuple of Estimate, or callable
    n : int
        How many.
    within : float
        How far each value may lie off, and its two bounds too unless `bounds` is given. A slip
        with a tolerance of its own is known by its values alone.
    bounds : float, optional
        How far each bound may lie off.
    **words
        See `Words`.
    """
    values, ends = of_frozen(right), within if bounds is None else bounds

    def alike(one: Any, other: Any) -> bool:
        return all(matches(a, b, within, ends) for a, b in zip(one, other, strict=True))

    def forms(right: Any) -> list:
        digits = math.ceil(-math.log10(min(within, ends)))
        plain = [triple(part) for part in right]
        return [plain, tuple(tuple(round(x, digits) for x in part) for part in plain)]

    words.setdefault(
        "accepted",
        f"Each value may differ by up to {said(within)}, each end of an interval by up to "
        f"{said(ends)}.",
    )
    return question(
        slug,
        kinds.tuple_of(*[kinds.estimate()] * n),
        right,
        lambda answer, frozen: alike(answer, values(frozen)),
        *slips,
        same=lambda one, other, frozen: alike(one, other),
        near=lambda one, other, slack: all(
            close(a[0], b[0], slack) for a, b in zip(one, other, strict=True)
        ),
        derive=forms,
        **words,
    )


def indices(
    slug: str,
    right: Any,
    *slips: Slip,
    limit: int = 1_000,
    accepts: Any = None,
    **words: Unpack[Words],
) -> Exercise:
    """Build a question answered by ticking numbers; their order does not count.

    `none`, `every`, `beyond`, `ticked` and `missed` make its usual slips.

    Parameters
    ----------
    right : collection of int or callable
        The numbers.
    limit : int
        How many may be ticked at most.
    accepts : callable, optional
        Another rule than that the two sets are the same.
    **words
        See `Words`.
    """
    chosen = of_frozen(right)
    return question(
        slug,
        kinds.indices(limit),
        lambda frozen: sorted(chosen(frozen)),
        accepts or (lambda answer, frozen: set(answer) == set(chosen(frozen))),
        *slips,
        same=lambda one, other, frozen: set(one) == set(other),
        derive=lambda right: [set(right), np.array(right[::-1]), tuple(right)],
        **words,
    )


def boxes(
    slug: str, right: Any, accepts: Any, *slips: Slip, limit: int = 64, **words: Unpack[Words]
) -> Exercise:
    """Build a question answered by boxes (first row, last row, first column, last column).

    `columns_first` and `undone` (the other side) make its usual slips.

    Parameters
    ----------
    right : box, list of boxes, or callable
        The course's own.
    accepts : callable
        ``accepts(answer)`` or ``accepts(answer, frozen)``; the answer is a list of boxes.
    limit : int
        How many may be drawn at most.
    **words
        See `Words`.
    """

    def forms(right: Any) -> list:
        one = not hasattr(right[0], "__iter__")
        return [[right] if one else [list(box) for box in right], np.array(right)]

    return question(slug, kinds.boxes(limit), right, accepts, *slips, derive=forms, **words)


def table(
    slug: str,
    right: Any,
    accepts: Any,
    *slips: Slip,
    limit: int = kinds.TABLE_ROWS,
    **words: Unpack[Words],
) -> Exercise:
    """Build a question answered by a table or a mapping; give its other right `forms`.

    Parameters
    ----------
    right : DataFrame, dict, or callable
        The course's own.
    accepts : callable
        ``accepts(answer)`` or ``accepts(answer, frozen)``; the answer is a dict of columns.
    limit : int
        Rows at most.
    **words
        See `Words`.
    """
    return question(slug, kinds.table(limit), right, accepts, *slips, **words)


def function(
    slug: str,
    output: kinds.Kind,
    right: Callable,
    accepts: Any,
    *slips: Slip,
    call: str,
    inputs: Callable[[Any], list],
    **words: Unpack[Words],
) -> Exercise:
    """Build a question answered by a function, which the check calls on inputs of its own.

    `right`, `forms` and the examples of slips are the functions themselves.

    Parameters
    ----------
    output : Kind
        Of what the function returns.
    right : callable
        The course's own function.
    accepts : callable
        ``accepts(calls)`` or ``accepts(calls, frozen)``, with a list of `Call`.
    call : str
        How the page calls it, such as ``"shift(date, patient)"``.
    inputs : callable
        ``inputs(rng)`` returns the arguments of each call.
    **words
        See `Words`; `unfit` is derived.
    """
    words.setdefault(
        "unfit", f"I expected the function {call}; run its cell with the dots replaced."
    )
    return question(slug, kinds.function(output), right, accepts, *slips, inputs=inputs, **words)
