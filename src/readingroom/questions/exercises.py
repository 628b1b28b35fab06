"""What an exercise is: its question's kind, points, hints, check, and the wrong answers it knows.

A lesson's exercises live in one module, ``readingroom.checks.lesson_NN``. The class grader's
sandbox mounts the package without that folder, so nothing here imports it before it is asked for.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from readingroom.questions import kinds, offers

RIGHT, PARTLY, WRONG, NOT_ATTEMPTED, UNREADABLE = (
    "right",
    "partly right",
    "wrong",
    "not attempted",
    "cannot be read",
)
NOT_RUN = kinds.NOT_RUN
NO_REASON = "no such reason"  # the slip that every choice knows
PRACTICE = 0  # seed of the inputs on which a learner's own notebook tries a function
PERCENT = "That is a percentage; give a fraction between 0 and 1."
COUNT_OR_PERCENT = (
    "A share lies between 0 and 1. Divide a percentage by 100, and a count by how many there are."
)
NOT_A_NUMBER = "What it gives is no number: look for a division by zero or an empty list."
DIVIDE = "{told} To divide one by the other, type / between them."
ABOVE_ONE = "A share lies between 0 and 1, and this is above 1."
MAYBE_PERCENT = f"{ABOVE_ONE} If it is a percentage, divide it by 100."
NEARLY = 0.05  # as a share of the right number: farther off, few digits are no cause
ROUNDED = "Nearly: that is rounded too far. Give one digit more."


@dataclass(frozen=True)
class Wrong:
    """A typical wrong answer and the sentence it gets.

    Parameters
    ----------
    name : str
        What the learner did, in a few words.
    example : callable
        ``example(frozen)`` returns that wrong answer as a learner would have typed it. The test
        suite refuses it in both modes and finds `says` in the reply.
    says : str
        The lesson's sentence. Fields in braces are filled from ``facts``.
    matches : callable, optional
        ``matches(answer, frozen)`` tells whether an answer looks like this mistake; without it,
        the answer must equal the example within the exercise's tolerance.
    facts : callable, optional
        ``facts(answer, frozen)`` returns the fields of `says`.
    """

    name: str
    example: Callable[[Any], Any]
    says: str
    matches: Callable[[Any, Any], bool] | None = None
    facts: Callable[[Any, Any], dict] | None = None

    def sentence(self, answer: Any, frozen: Any) -> str:
        """The reply to `answer`."""
        return self.says.format(**self.facts(answer, frozen)) if self.facts else self.says


@dataclass(frozen=True)
class Exercise:
    """One exercise: everything about it but its text, which stands in the manuscript.

    Parameters
    ----------
    slug : str
        Its name, also its cell id and its nbgrader grade id.
    kind : kinds.Kind
        What the answer is.
    points : int
        Points for a right answer.
    task : str
        The question in one short line, for tables of progress and grades.
    accepts : callable
        ``accepts(answer, frozen)`` returns True, False, or a fraction of the points.
    reference : callable
        ``reference(frozen)`` returns the course's own answer.
    also_right : callable
        ``also_right(frozen)`` returns further right answers in other correct forms, for the tests.
    wrong : sequence of Wrong
        Typical mistakes, the most specific first.
    otherwise : str
        Reply to a wrong answer that none of `wrong` knows.
    why : str
        Reply to a right answer: the reason.
    why_none : str
        Instead of `why` where the right answer is 0 or an empty set.
    hints : tuple of str
        The first is shown at once, the second after two failures.
    fraction : bool
        The answer lies between 0 and 1, so that a number a hundred times too large is a percentage.
    must : bool
        False for those marked "(more)".
    sealed : bool
        The commitment earns the points and is not judged: the reply says "noted", not "right".
    comment : callable, optional
        ``comment(answer, frozen)`` adds a remark to a right answer, points kept.
    inputs : callable, optional
        For a function answer: ``inputs(rng)`` returns the arguments of each call, a list of
        tuples of JSON values, arrays or tables. The same generator state gives the same inputs, so
        that whoever judges knows what was asked. `accepts`, `matches` and `facts` then see a list
        of `Call`; `reference`, `also_right` and `example` return functions.
    unfit : str
        Reply to a value that is not of the kind at all, instead of the general one.
    accepted : str
        How far from the right answer one may lie, in a sentence that the build prints on the
        page; empty where nothing but the right answer is.
    offer : Offer, optional
        What the page offers to click or drag, where the kind alone does not say it.
    """

    slug: str
    kind: kinds.Kind
    points: int
    task: str
    accepts: Callable[[Any, Any], bool | float]
    reference: Callable[[Any], Any]
    wrong: Sequence[Wrong]
    otherwise: str
    why: str
    hints: tuple[str, ...]
    why_none: str = ""
    also_right: Callable[[Any], list] = field(default=lambda frozen: [])
    same: Callable[[Any, Any, Any], bool] | None = None
    fraction: bool = False
    must: bool = True
    look: bool = False
    sealed: bool = False
    comment: Callable[[Any, Any], str | None] | None = None
    inputs: Callable[[Any], list] | None = None
    unfit: str = ""
    accepted: str = ""
    offer: offers.Offer | None = None

    def __post_init__(self) -> None:
        told = [wrong.name for wrong in self.wrong]
        if self.kind.name == "choice" and NO_REASON not in told:
            raise ValueError(
                f"{self.slug} takes any number for a reason; build it with "
                "`readingroom.questions.choices.choice`."
            )


@dataclass(frozen=True)
class Call:
    """One call of a learner's function: what it was given and what it returned."""

    arguments: tuple
    output: Any


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes
    ----------
    status : str
        ``right``, ``partly right``, ``wrong``, ``not attempted`` or ``cannot be read``.
    points, max_points : float
        Points earned and points there are.
    reason : str
        One or two sentences for the learner; never the answer itself.
    mistake : str
        Name of the typical wrong answer this looks like, or an empty string.
    """

    exercise: str
    status: str
    points: float
    max_points: float
    reason: str
    mistake: str = ""


def calls(exercise: Exercise, seed: int) -> list[tuple]:
    """The arguments of each call of a function answer; a grader's seed draws hidden ones."""
    import numpy as np

    assert exercise.inputs is not None, f"{exercise.slug} asks for no function"
    return exercise.inputs(np.random.default_rng(seed))


def unpacked(exercise: Exercise, packed: Any, seed: int) -> Any:
    """What the exercise's functions are given: the unpacked answer, or a function's calls."""
    answer = kinds.unpack(exercise.kind, packed)
    if exercise.kind.name != "function":
        return answer
    asked = calls(exercise, seed)
    if len(asked) != len(answer):
        raise kinds.AnswerError("The recorded answer cannot be read: a call is missing.")
    return [Call(given, output) for given, output in zip(asked, answer, strict=True)]


def _looks_like(exercise: Exercise, wrong: Wrong, answer: Any, frozen: Any, seed: int) -> bool:
    if wrong.matches is not None:
        return bool(wrong.matches(answer, frozen))
    try:
        packed = record(exercise, wrong.example(frozen), seed)
    except kinds.AnswerError:
        return False  # a value of another kind, which never gets this far
    example = unpacked(exercise, packed, seed)
    same = exercise.same or (lambda one, other, _: one == other)
    return bool(same(answer, example, frozen))


def judge(exercise: Exercise, packed: Any, frozen: Any, seed: int = PRACTICE) -> Verdict:
    """Judge a recorded answer. The notebook, the tests and the grader all come through here.

    Parameters
    ----------
    exercise : Exercise
        The exercise.
    packed : object
        The answer as data, see `kinds.pack`; from a stranger it may be anything.
    frozen : object
        What the lesson's ``frozen(mode)`` returned.
    seed : int
        Which inputs a learner's function was called on.

    Returns
    -------
    Verdict
        Points, status and the reply.
    """

    def verdict(status: str, points: float, reason: str, mistake: str = "") -> Verdict:
        return Verdict(exercise.slug, status, points, exercise.points, reason, mistake)

    try:
        answer = unpacked(exercise, packed, seed)
    except kinds.AnswerError as error:
        return verdict(UNREADABLE, 0, str(error))
    earned = float(exercise.accepts(answer, frozen))
    if earned >= 1:
        remark = exercise.comment(answer, frozen) if exercise.comment else None
        nothing = len(answer) == 0 if hasattr(answer, "__len__") else answer == 0
        why = exercise.why_none if exercise.why_none and nothing else exercise.why
        reason = f"{why} {remark}" if remark else why
        return verdict(RIGHT, exercise.points, reason)
    status = PARTLY if earned > 0 else WRONG
    points = exercise.points * earned
    if exercise.fraction and (told := _above_one(exercise, answer, frozen)):
        for wrong in exercise.wrong if told in (ABOVE_ONE, MAYBE_PERCENT) else ():
            if _is_above_one(wrong, frozen) and _looks_like(exercise, wrong, answer, frozen, seed):
                return verdict(status, points, wrong.sentence(answer, frozen), wrong.name)
        return verdict(status, points, told, "percentage")
    if told := _thousands(exercise, answer, frozen):
        return verdict(status, points, told, "a point for thousands")
    if told := _in_percent(exercise, answer, frozen):
        return verdict(status, points, told, "percentage")
    for wrong in exercise.wrong:
        if _looks_like(exercise, wrong, answer, frozen, seed):
            return verdict(status, points, wrong.sentence(answer, frozen), wrong.name)
    if _rounded_off(exercise, answer, frozen):
        return verdict(status, points, ROUNDED, "rounded too far")
    return verdict(status, points, exercise.otherwise)


def _rounded_off(exercise: Exercise, answer: Any, frozen: Any) -> bool:
    """Whether a number is the right one but for too few digits: .95 where .948 is asked for."""
    if exercise.kind.name != "number" or exercise.sealed or answer in (0, 1):
        return False
    right = float(exercise.reference(frozen))
    digits = len(f"{answer:.10f}".rstrip("0").partition(".")[2])
    near = abs(answer - right) <= NEARLY * abs(right)
    return near and math.isclose(round(right, digits), answer)


def _above_one(exercise: Exercise, answer: Any, frozen: Any) -> str:
    """What a number above 1 is where a share was asked for; empty where there is none.

    Nobody reads 1.2 as a percentage, and a whole number may as well be a count of films. Any other
    is called a percentage only where the share would be right: 19 may be false alarms for each
    true one.
    """
    parts = answer if isinstance(answer, tuple) else (answer,)
    high = [part for part in parts if isinstance(part, float) and 1 < part <= 100]
    if not high:
        return ""
    if max(high) < 2:
        return ABOVE_ONE
    if all(part.is_integer() for part in high):
        return COUNT_OR_PERCENT
    return PERCENT if exercise.accepts(_hundredth(answer), frozen) >= 1 else MAYBE_PERCENT


def _is_above_one(wrong: Wrong, frozen: Any) -> bool:
    """Whether a mistake is a number above 1 itself, and no count of films."""
    example = wrong.example(frozen)
    return isinstance(example, float) and example > 1 and not example.is_integer()


def _hundredth(answer: Any) -> Any:
    """Each number divided by 100."""
    if isinstance(answer, tuple):
        return tuple(map(_hundredth, answer))
    return round(answer / 100, 8) if isinstance(answer, float) else answer


def _in_percent(exercise: Exercise, answer: Any, frozen: Any) -> str:
    """What to type for values with intervals that were given in percent; empty where none is.

    It is said only where the same values divided by 100 would be right.
    """
    parts = exercise.kind.parts if exercise.kind.name == "tuple" else (exercise.kind,)
    given = answer if exercise.kind.name == "tuple" else (answer,)
    if not any(kind.name == "estimate" for kind in parts):
        return ""
    meant = tuple(
        _hundredth(one) if kind.name == "estimate" else one
        for kind, one in zip(parts, given, strict=True)
    )
    whole = meant if exercise.kind.name == "tuple" else meant[0]
    if exercise.accepts(whole, frozen) < 1:
        return ""
    first = next(i for i, kind in enumerate(parts) if kind.name == "estimate")
    return f"That is in percent. Divide by 100: {meant[first][0]:.4g}, not {given[first][0]:.4g}."


def _thousands(exercise: Exercise, answer: Any, frozen: Any) -> str:
    """What a point did that was meant to set off thousands (12.000); empty where it did nothing.

    It is said only where the number without the point would be right.
    """
    kinds_of_parts = exercise.kind.parts or (exercise.kind,)
    if any(kind.name != "number" for kind in kinds_of_parts) or exercise.kind.name == "function":
        return ""
    parts = answer if isinstance(answer, tuple) else (answer,)
    small = [i for i, part in enumerate(parts) if 1 <= part < 1000]
    for count in range(1, len(small) + 1):
        for places in itertools.combinations(small, count):
            meant = tuple(
                float(round(1000 * part, 6)) if i in places else part
                for i, part in enumerate(parts)
            )
            if exercise.accepts(meant if isinstance(answer, tuple) else meant[0], frozen) < 1:
                continue
            typed = " and ".join(f"{meant[i]:.10g}" for i in places)
            read = " and ".join(f"{parts[i]:g}" for i in places)
            return (
                f"A point makes decimals: this was read as {read}. Type {typed}, without a point."
            )
    return ""


def record(exercise: Exercise, value: Any, seed: int = PRACTICE) -> dict:
    """Turn a learner's value into data; raises the errors of `kinds.pack`."""
    if exercise.kind.name != "function":
        return kinds.pack(exercise.kind, value)
    outputs = kinds.apply(value, calls(exercise, seed))
    try:
        return kinds.pack(exercise.kind, outputs)
    except kinds.NotAttempted:
        raise
    except kinds.AnswerError as error:  # it is a function, so that is not what has to be said
        told = NOT_A_NUMBER if str(error) == NOT_RUN else str(error)
        raise kinds.Stopped(f"Your function gives back something else. {told}") from error


def examine(
    exercise: Exercise, value: Any, frozen: Any, seed: int = PRACTICE
) -> tuple[Verdict, dict | None]:
    """Judge a value as typed: what a learner's notebook does, and the tests.

    Returns
    -------
    Verdict
    dict or None
        The answer as data, None where there is none to record.
    """

    def unread(status: str, reason: str) -> tuple[Verdict, None]:
        return Verdict(exercise.slug, status, 0, exercise.points, reason), None

    try:
        packed = record(exercise, value, seed)
    except kinds.NotAttempted as error:
        return unread(NOT_ATTEMPTED, str(error))
    except kinds.Stopped as error:
        return unread(WRONG, str(error))
    except kinds.AnswerError as error:
        told = str(error)
        if exercise.fraction and exercise.kind.name == "number" and told.startswith("You gave 2"):
            told = DIVIDE.format(told=told.partition(" If the comma")[0])
        if exercise.unfit and told == kinds.OTHER_ORDER:
            return unread(WRONG, f"{told} {exercise.unfit}")
        general = exercise.unfit and not kinds.holds_anyhow(told)
        return unread(WRONG, exercise.unfit if general else told)
    return judge(exercise, packed, frozen, seed), packed


def checks_here() -> bool:
    """Whether this installation carries the checks (the class grader's sandbox does not)."""
    return importlib.util.find_spec("readingroom.checks") is not None


@cache
def module(lesson: str) -> Any:
    """The checks of a lesson, such as ``"03"``."""
    return importlib.import_module(f"readingroom.checks.lesson_{lesson}")


@cache
def of_lesson(lesson: str) -> dict[str, Exercise]:
    """The exercises of a lesson by slug, in the order of its page."""
    found = {exercise.slug: exercise for exercise in module(lesson).EXERCISES}
    if len(found) != len(module(lesson).EXERCISES):
        raise ValueError(f"lesson {lesson} has two exercises of one name")
    return found


@cache
def frozen(lesson: str, mode: str) -> Any:
    """The lesson's frozen data for one mode (``real``, ``simulated`` or an own cohort's name)."""
    return module(lesson).frozen(mode)
