"""An exercise of any kind, from the right answer, a test, its slips and the lesson's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Required, TypedDict, Unpack

from readingroom.questions import kinds, offers
from readingroom.questions.exercises import Exercise
from readingroom.questions.slips import Rule, Slip, of_both, of_frozen

EDGE = 1e-9  # of rounding in the machine: a difference of just the tolerance is within it


class Words(TypedDict, total=False):
    """What every builder takes beside the right answer.

    Attributes
    ----------
    points : int
        Two unless told. A question of one point is marked "(more)"; say `must` where it differs.
    task : str
        The question in one short line.
    otherwise : str
        Reply to a wrong answer that is none of the slips.
    why : str
        Reply to a right answer.
    why_none : str
        Instead of it where the right answer is 0 or an empty set.
    hint, next_hint : str
        Shown at once, and after two failures.
    forms : object or callable
        A list of further right answers for the tests, or ``forms(frozen)``; the builder's own
        forms come on top.
    unfit : str
        Reply to a value of another kind.
    comment : callable
        ``comment(answer)`` or ``comment(answer, frozen)``: a remark on a right answer.
    accepted : str
        The tolerance in a sentence, see `Exercise`; a builder with `within` derives it.
    must, look, sealed : bool
    offer : Offer
        What the page offers to click or drag; see `readingroom.questions.offers`.
    must, look : bool
        See `Exercise`.
    """

    points: int
    task: Required[str]
    why: Required[str]
    why_none: str
    hint: Required[str]
    next_hint: Required[str]
    otherwise: str
    forms: Any
    unfit: str
    comment: Any
    accepted: str
    offer: offers.Offer
    must: bool
    look: bool
    sealed: bool


def close(answer: Any, other: Any, within: float) -> bool:
    """Whether numbers, or each part of nested tuples of numbers, are as near as `within`."""
    if isinstance(answer, (tuple, list)):
        return all(close(a, b, within) for a, b in zip(answer, other, strict=True))
    return abs(answer - other) <= within + EDGE


def question(
    slug: str,
    kind: kinds.Kind,
    right: Any,
    accepts: Any,
    *slips: Slip,
    same: Callable[[Any, Any, Any], bool] | None = None,
    near: Callable[[Any, Any, float], bool] = close,
    within: float = 0.0,
    derive: Callable[[Any], list] = lambda right: [],
    fraction: bool = False,
    inputs: Callable[[Any], list] | None = None,
    **words: Unpack[Words],
) -> Exercise:
    """Build an exercise of any kind.

    Parameters
    ----------
    slug : str
        Name of the exercise.
    kind : Kind
        Of the answer.
    right : object or callable
        The course's own answer, or ``right(frozen)``.
    accepts : callable
        ``accepts(answer)`` or ``accepts(answer, frozen)``: True, False, or a share of the points.
    *slips : Slip
        Typical wrong answers, in the order in which they are tried.
    same : callable, optional
        ``same(answer, example, frozen)`` for slips without a test of their own; equality
        otherwise.
    near : callable
        ``near(answer, example, within)`` for slips with a tolerance.
    within : float
        The tolerance of slips that take the question's own, such as `sign`.
    derive : callable
        ``derive(right)``: the right answer in other forms.
    fraction : bool
        The answer lies between 0 and 1, and a percentage is told so.
    inputs : callable, optional
        For a function, see `Exercise`.
    **words
        See `Words`.

    Raises
    ------
    TypeError
        A word is missing, or a test takes no argument or more than two.
    ValueError
        A choice was not built with `choice`.
    """
    absent = [
        word for word in ("task", "otherwise", "why", "hint", "next_hint") if word not in words
    ]
    unknown = sorted(set(words) - set(Words.__annotations__))
    if absent or unknown:
        raise TypeError(
            f"{slug} lacks {absent or 'nothing'}; no builder knows {unknown or 'more'}."
        )
    plain = kind.name == "function"
    reference = (lambda frozen: right) if plain else of_frozen(right)
    forms = of_frozen(words.get("forms", []))
    accepted = of_both(accepts)
    rule = Rule(kind, reference, accepted, near, plain, within)
    outright = [test for slip in slips if slip.always and (test := slip.when(rule))]

    def fits(answer: Any, frozen: Any) -> bool | float:
        return not any(test(answer, frozen) for test in outright) and accepted(answer, frozen)

    comment, points = words.get("comment"), words.get("points", 2)
    return Exercise(
        slug=slug,
        kind=kind,
        points=points,
        task=words["task"],
        accepts=fits,
        reference=reference,
        wrong=tuple(slip.wrong(rule) for slip in slips),
        otherwise=words["otherwise"],
        why=words["why"],
        why_none=words.get("why_none", ""),
        hints=(words["hint"], words["next_hint"]),
        also_right=lambda frozen: [*derive(reference(frozen)), *forms(frozen)],
        same=same,
        fraction=fraction,
        must=words.get("must", points > 1),
        look=words.get("look", False),
        sealed=words.get("sealed", False),
        comment=None if comment is None else of_both(comment),
        inputs=inputs,
        unfit=words.get("unfit", ""),
        accepted=words.get("accepted", ""),
        offer=words.get("offer"),
    )
