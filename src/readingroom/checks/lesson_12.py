"""Checks of lesson 12, "Measure and track"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess import growth, limits, segments
from readingroom.lessons.l12 import films
from readingroom.questions import builders as ask, kinds, offers, wordings

# Exercises whose value a later cell goes on with.
CARRIED = ("measure-once", "measure-again")

LONGEST, SHORTEST = 40.0, 1.5  # mm: no nodule of these is longer, no line of a hand shorter
NEAR = 13.0  # voxels from the middle of the cube to the middle of a line on its nodule
SLICES = 10  # to either side of the middle
OLD, NEW, DAYS = 6.0, 7.0, 120  # of the doubling time: diameters in mm, and days between


@dataclass(frozen=True)
class Frozen:
    """What lesson 12's checks read: two stored outlines, followed lesions, a course's own lines."""

    one: np.ndarray
    other: np.ndarray
    spacing: tuple[float, float, float]
    pairs: dict[str, tuple[int, int]]
    first: list[tuple[float, ...]]
    again: list[tuple[float, ...]]


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    one, other, spacing = films.two_of(mode)
    # the course's own reader: lines of these lengths through the middle, read a little differently
    first = [(25, 25.0, 25 - mm / 2, 25.0, 25 + mm / 2) for mm in (9.5, 8.0, 14.0, 7.5, 10.5, 9.0)]
    errors = dict(zip(films.SECOND, (0.6, -0.4, 0.9, -0.8, 0.3, -0.5), strict=True))
    again = [(25, 24.0, first[k][2], 24.0, first[k][4] + errors[k]) for k in films.SECOND]
    return Frozen(one, other, spacing, films.followed().pairs, first, again)


def _lines(answer: object) -> np.ndarray | None:
    """Six lines as numbers, (6, 5); None for anything else."""
    held = np.asarray(answer, float)
    return held if held.shape == (len(films.SIX), 5) and np.isfinite(held).all() else None


def _off(held: np.ndarray) -> np.ndarray:
    """Which lines leave their cube, (6,)."""
    slices, ends = held[:, 0], held[:, 1:]
    inside = (slices >= 0) & (slices < films.SIDE) & (slices % 1 == 0)
    return ~inside | (ends < -0.5).any(axis=1) | (ends > films.SIDE - 0.5).any(axis=1)


def _beside(held: np.ndarray) -> np.ndarray:
    """Which lines do not lie on the nodule in the middle, (6,)."""
    middle = np.stack([(held[:, 1] + held[:, 3]) / 2, (held[:, 2] + held[:, 4]) / 2])
    far = np.hypot(*(middle - films.MIDDLE))
    return (far > NEAR) | (np.abs(held[:, 0] - films.MIDDLE) > SLICES)


def _unlikely(held: np.ndarray) -> np.ndarray:
    """Which lines are no length of a nodule, (6,)."""
    long_ = films.lengths(held)
    return (long_ < SHORTEST) | (long_ > LONGEST)


def _measured(answer: object) -> bool:
    held = _lines(answer)
    return held is not None and not (_off(held) | _beside(held) | _unlikely(held)).any()


def _changed(lines: list, place: int, line: tuple) -> list:
    return [line if k == place else one for k, one in enumerate(lines)]


def _copied(answer: tuple) -> bool:
    """Whether a second sitting repeats the first: its lines, or each length to the last digit."""
    one, two = map(_lines, answer)
    if one is None or two is None:
        return False
    again = {tuple(line) for line in two.tolist()} <= {tuple(line) for line in one.tolist()}
    return again or bool(np.abs(_differences(answer)).max() < 1e-9)


def _sat(answer: tuple) -> bool:
    return _measured(answer[1]) and not _copied(answer)


def _told(answer: object, second: bool) -> str:
    found = ", ".join(f"{mm:.1f}" for mm in films.lengths(answer, second))
    return f"In mm, nodule 0 to 5: {found}."


def _line_slips(example: Callable, lines: Callable, title: str) -> tuple:
    """What goes wrong with six lines.

    `example` makes an answer of six lines, `lines` finds them in one; `title` and a number are
    written over each cube.
    """

    def some(which: Callable) -> Callable:
        def test(answer: object) -> bool:
            held = _lines(lines(answer))
            return held is not None and bool(which(held).any())

        return test

    def named(which: Callable) -> Callable:
        return lambda answer: {
            "where": wordings.numbered(title, np.flatnonzero(which(_lines(lines(answer)))))
        }

    return (
        ask.slip(
            "off the cube",
            lambda f: example(f, _changed(f.first, 2, (25, 20.0, 20.0, 20.0, 90.0))),
            "Look at {where}: the line leaves its cube. Rows, columns and slices run from 0 to 50; "
            "a slice is whole.",
            some(_off),
            named(_off),
        ),
        ask.slip(
            "beside the nodule",
            lambda f: example(f, _changed(f.first, 0, (25, 3.0, 2.0, 3.0, 9.0))),
            "Look at {where}: the line does not lie on the nodule. It is in the middle of each "
            "cube.",
            some(_beside),
            named(_beside),
        ),
        ask.slip(
            "no length",
            lambda f: example(f, _changed(f.first, 5, (25, 25.0, 25.0, 25.0, 25.5))),
            "Look at {where}: the line is shorter than 1.5 mm or longer than 40 mm. Draw from edge "
            "to edge.",
            some(_unlikely),
            named(_unlikely),
        ),
        ask.slip(
            "not six",
            lambda f: example(f, f.first[:5]),
            "Six lines are asked for, one for each nodule, each with slice and two ends.",
            lambda answer: _lines(lines(answer)) is None,
        ),
    )


MEASURING: Any = {
    "points": 1,
    "must": True,
    "look": True,
    "sealed": True,
    "accepted": "Every line from 1.5 to 40 mm on its nodule is accepted: nobody grades your size.",
    "otherwise": "Draw one line across each nodule.",
    "hint": "Scroll to the slice in which the nodule is largest, then drag from edge to edge.",
    "next_hint": "Typed: six brackets of five numbers: slice, row, column, row, column.",
}

ONCE = ask.question(
    "measure-once",
    kinds.array(4_000),
    lambda f: f.first,
    _measured,
    *_line_slips(lambda f, held: held, lambda answer: answer, "nodule"),
    unfit="Six lines in square brackets; each is five numbers: slice, row, column, row, column.",
    task="The longest diameter of six nodules",
    why="Your lines stand.",
    comment=lambda answer, f: _told(answer, second=False),
    forms=lambda f: [np.array(f.first), [list(line) for line in f.again]],
    **MEASURING,
)
AGAIN = ask.question(
    "measure-again",
    kinds.tuple_of(kinds.array(4_000), kinds.array(4_000)),
    lambda f: (f.first, f.again),
    _sat,
    *_line_slips(lambda f, held: (f.first, held), lambda answer: answer[1], "place"),
    ask.slip(
        "copied",
        lambda f: (f.first, f.first),
        "These are the lines of your first measurement. Draw new ones: you want to know how far "
        "your own hand differs.",
        _copied,
    ),
    task="The same six nodules once more, in another order",
    unfit="Measure all six nodules in both sittings: six lines of five numbers each.",
    why="Your lines stand. Now you can be compared with yourself.",
    comment=lambda answer, f: _told(answer[1], second=True),
    forms=lambda f: [
        (np.array(f.first), [list(line) for line in f.again]),
        [f.first, np.array(f.again)],
    ],
    **MEASURING,
)


def _differences(answer: tuple) -> np.ndarray:
    return films.lengths(answer[1], second=True) - films.lengths(answer[0])


def _both(answer: tuple) -> bool:
    return all(_lines(part) is not None for part in answer[:2])


def _sd(answer: tuple) -> float:
    return float(_differences(answer).std(ddof=1))


def _own(answer: tuple) -> bool:
    return _both(answer) and abs(answer[2] - limits.Z * _sd(answer)) <= 0.1


def _with(f: Frozen, value: float) -> tuple:
    return f.first, f.again, value


def _sd_of(f: Frozen) -> float:
    return _sd((f.first, f.again, 0))


CHANGE = ask.question(
    "real-change",
    kinds.tuple_of(kinds.array(4_000), kinds.array(4_000), kinds.number("mm")),
    lambda f: _with(f, limits.Z * _sd_of(f)),
    _own,
    ask.slip(
        "not measured",
        lambda f: (f.first[:5], f.again, 1.0),
        "Measure all six nodules twice first; both sittings are needed.",
        lambda answer: not _both(answer),
    ),
    ask.slip(
        "SD",
        lambda f: _with(f, _sd_of(f)),
        "That is the standard deviation. The limits are 1.96 times the SD of the differences.",
        lambda answer: any(
            abs(answer[2] - one) <= 0.03 for one in (_sd(answer), _differences(answer).std())
        ),
    ),
    ask.slip(
        "divided by six",
        lambda f: _with(f, limits.Z * float(_differences((f.first, f.again, 0)).std())),
        "That SD is too small for six differences: it divides by 6. Write std(ddof=1).",
        lambda answer: abs(answer[2] - limits.Z * _differences(answer).std()) <= 0.005,
    ),
    ask.slip(
        "largest difference",
        lambda f: _with(f, float(np.abs(_differences((f.first, f.again, 0))).max())),
        "That is your largest difference. Of six pairs chance decides it; take 1.96 times the SD.",
        lambda answer: abs(answer[2] - np.abs(_differences(answer)).max()) <= 0.05,
    ),
    ask.slip(
        "with a minus",
        lambda f: _with(f, -limits.Z * _sd_of(f)),
        "That is the lower of your two limits. Give how large a change is, without its sign.",
        lambda answer: abs(answer[2] + limits.Z * _sd(answer)) <= 0.1,
    ),
    ask.slip(
        "from limit to limit",
        lambda f: _with(f, 2 * limits.Z * _sd_of(f)),
        "That is the way from the lower limit to the upper one. A change lies on one side of 0.",
        lambda answer: abs(answer[2] - 2 * limits.Z * _sd(answer)) <= 0.1,
    ),
    task="The smallest change of a diameter outside your own limits, mm",
    accepted="Up to 0.1 mm is accepted.",
    unfit="Your two sittings and one number in mm.",
    otherwise="Take the six differences, their standard deviation, and 1.96 times that.",
    why="A smaller change may be your hand alone. And this was one scan: two scans add their own.",
    comment=lambda answer, f: f"In mm: {films.own_limits(answer[0], answer[1])}.",
    forms=lambda f: [
        _with(f, round(limits.Z * _sd_of(f), 1)),
        (np.array(f.first), [list(line) for line in f.again], 1.96 * _sd_of(f)),
    ],
    hint="differences.std(ddof=1) is the standard deviation of the six differences.",
    next_hint="Multiply it by 1.96.",
)


def _dice(f: Frozen) -> float:
    return segments.dice(f.one, f.other)


def _alike(f: Frozen) -> float:
    """The share of all voxels that both readers call the same, most of them outside."""
    return float((f.one == f.other).mean())


def _unbracketed(f: Frozen) -> float:
    return float(2 * (f.one & f.other).sum() / f.one.sum() + f.other.sum())


DICE = ask.share(
    "dice",
    _dice,
    ask.slip(
        "brackets forgotten",
        _unbracketed,
        "The sum of both belongs in brackets: ... / (a.sum() + b.sum()).",
        lambda answer, f: abs(answer - _unbracketed(f)) <= 0.01,
    ),
    ask.slip(
        "a count",
        lambda f: float((f.one & f.other).sum()),
        "That is a number of voxels. Divide twice the overlap by the sum of what each holds.",
        lambda answer: answer > 100,
    ),
    ask.slip(
        "voxels outside count too",
        _alike,
        "Most voxels are outside in both outlines, and that is easy. Dice counts what is inside.",
        lambda answer, f: abs(answer - _alike(f)) <= 0.0005,
    ),
    ask.slip(
        "IoU",
        lambda f: segments.iou(f.one, f.other),
        "That is IoU, overlap over union. Dice counts the overlap twice, over the sum of both.",
    ),
    ask.slip(
        "half",
        lambda f: _dice(f) / 2,
        "The overlap counts twice: each of the two readers holds it.",
    ),
    ask.slip(
        "share of one reader",
        lambda f: float((f.one & f.other).sum() / f.one.sum()),
        "That is a share of one reader's outline. Divide by the sum of both.",
    ),
    ask.slip(
        "share of the other reader",
        lambda f: float((f.one & f.other).sum() / f.other.sum()),
        "That is a share of the other reader's outline. Divide by the sum of both.",
    ),
    within=0.005,
    task="Dice of two readers' outlines",
    otherwise="Twice the voxels that both hold, over the sum of what each holds.",
    why="Two radiologists on one nodule: that is the yardstick for a program's outline.",
    comment=lambda answer, f: (
        f"Dice {_dice(f):.3f}; the surfaces lie "
        f"{segments.surface_distance(f.one, f.other, f.spacing):.2f} mm apart on average."
    ),
    hint="(a & b).sum() counts the voxels that both hold; a.sum() those of one.",
    next_hint="2 * (a & b).sum() / (a.sum() + b.sum())",
)

_TIME = growth.doubling_time(OLD, NEW, DAYS, diameters=True)

DOUBLING = ask.number(
    "doubling-time",
    _TIME,
    ask.slip(
        "diameter used as volume",
        growth.doubling_time(OLD, NEW, DAYS),
        "That is when the diameter doubles. Volume goes with the cube of the diameter.",
        lambda answer: abs(answer / growth.doubling_time(OLD, NEW, DAYS) - 1) <= 0.02,
    ),
    ask.slip(
        "straight line",
        DAYS / ((NEW / OLD) ** 3 - 1),
        "That is a straight line. A lesion that doubles grows by the same factor in the same time.",
        lambda answer: abs(answer / (DAYS / ((NEW / OLD) ** 3 - 1)) - 1) <= 0.02,
    ),
    ask.slip(
        "later first",
        growth.doubling_time(NEW, OLD, DAYS, diameters=True),
        "A negative time: the lesion shrank. The earlier diameter comes first.",
        lambda answer: answer < 0,
    ),
    accepts=lambda answer, f: abs(answer / _TIME - 1) <= 0.02,
    alike=1.0,
    points=1,
    unit="days",
    accepted="Up to 2 % is accepted.",
    task="Days in which the volume doubles",
    otherwise="Take the ratio of the volumes, how many doublings that is, and divide the days.",
    why="One millimetre more, and the error of both measurements goes into it with the cube.",
    forms=[round(_TIME)],
    hint="rr.growth.doubling_time(before, after, days, diameters=True)",
    next_hint="Diameters 6 and 7 mm, 120 days.",
)


def _table(pairs: dict) -> dict:
    return {letter: list(pair) for letter, pair in pairs.items()}


def _place(said: object) -> float | None:
    """A number of a lesion, also in quotation marks; 0 for None and "gone"."""
    if said is None or (isinstance(said, str) and wordings.plain(said) in ("gone", "none", "-")):
        return 0.0
    try:
        return None if isinstance(said, (bool, list)) else float(said)  # type: ignore[arg-type]
    except ValueError:
        return None


def _pairs(answer: dict) -> dict[str, tuple] | None:
    """For A to E the second and third numbers; None for an answer of another form."""
    found = {}
    for name, said in answer.items():
        both = re.split(r"[\s,;]+", said.strip()) if isinstance(said, str) else said
        if not isinstance(both, list) or len(both) != 2:
            return None
        places = tuple(map(_place, both))
        found[str(name).strip().upper().removeprefix("LESION").strip()] = places
    fits = set(found) == set("ABCDE") and all(None not in pair for pair in found.values())
    return found if fits else None


def _given(answer: dict) -> dict[str, tuple]:
    """The pairs of an answer whose form was found to be right."""
    found = _pairs(answer)
    assert found is not None
    return found


def _nowhere(answer: dict) -> bool:
    """Whether a number belongs to no lesion of its examination; 0 is one that is gone."""
    pairs = _given(answer).values()
    return any(second not in range(5) or third not in range(6) for second, third in pairs)


def _twice(answer: dict) -> list[int]:
    """Numbers that stand for two lesions of one examination."""
    columns = zip(*_given(answer).values(), strict=True)
    return sorted({int(n) for column in columns for n in column if n and column.count(n) > 1})


def _wrongly_gone(answer: dict, f: Frozen) -> bool:
    """Whether a lesion that is still there was called gone."""
    given = _given(answer)
    return any(0 in given[k] for k, pair in f.pairs.items() if 0 not in pair)


def _new_number(f: Frozen) -> int:
    """The number in the third examination that belongs to no lesion of the first."""
    return next(k for k in range(1, 6) if k not in {pair[1] for pair in f.pairs.values()})


def _gone_as(f: Frozen, pair: list[int]) -> dict:
    """The right table, but with numbers for the lesion that is gone."""
    return {k: (pair if right == (0, 0) else list(right)) for k, right in f.pairs.items()}


NUMBERS = [str(n) for n in range(6)]
PLACES = tuple(
    offers.one(f"{letter} in the {exam} examination (0: gone)", NUMBERS, quoted=False)
    for letter in "ABCDE"
    for exam in ("second", "third")
)

FOLLOW = ask.table(
    "follow-it",
    lambda f: _table(f.pairs),
    lambda answer, f: _pairs(answer) == f.pairs,
    ask.slip(
        "another form",
        {"A": [1, 1]},
        "Five letters, A to E, are asked for, each with two numbers: second, then third.",
        lambda answer: _pairs(answer) is None,
    ),
    ask.slip(
        "no such number",
        lambda f: _table({**f.pairs, "E": (9, 9)}),
        "There is no lesion of that number: 1 to 4 in the second examination, 1 to 5 in the third.",
        lambda answer: _nowhere(answer),
    ),
    ask.slip(
        "new lesion paired",
        lambda f: _gone_as(f, [0, _new_number(f)]),
        "The lesion with number {n} in the third examination was not there before.",
        lambda answer, f: _new_number(f) in [pair[1] for pair in _given(answer).values()],
        lambda answer, f: {"n": _new_number(f)},
    ),
    ask.slip(
        "lost lesion paired",
        lambda f: _gone_as(f, [1, 0]),
        "One lesion of the first examination is gone. Write 0 where it is no longer there.",
        lambda answer, f: any(
            pair == (0, 0) and any(_given(answer)[k]) for k, pair in f.pairs.items()
        ),
    ),
    ask.slip(
        "one number twice",
        lambda f: _table({**f.pairs, "D": f.pairs["E"]}),
        "You gave number {n} to two letters of one examination. One number is one lesion.",
        lambda answer: bool(_twice(answer)),
        lambda answer: {"n": _twice(answer)[0]},
    ),
    ask.slip(
        "called gone too often",
        lambda f: _table({**f.pairs, "E": (0, 0)}),
        "One lesion is gone, and you wrote 0 for one that is still there.",
        _wrongly_gone,
    ),
    ask.slip(
        "two swapped",
        lambda f: _table({**f.pairs, "D": f.pairs["E"], "E": f.pairs["D"]}),
        "Two are mixed up. Breath moves all lesions together: keep their pattern.",
        True,
    ),
    limit=20,
    unfit='For each letter two numbers, with 0 where it is gone: {"A": (..., ...), "B": (..., '
    "...), ...}.",
    forms=lambda f: [
        {letter: ", ".join(map(str, pair)) for letter, pair in f.pairs.items()},
        {letter.lower(): [str(n) for n in pair] for letter, pair in f.pairs.items()},
        {f"lesion {k}": [n or "gone" for n in pair] for k, pair in f.pairs.items()},
        {letter: np.array(pair) for letter, pair in f.pairs.items()},
        {letter: [float(n) for n in pair] for letter, pair in reversed(f.pairs.items())},
    ],
    points=1,
    look=True,
    task="Which lesion is which, over three examinations",
    otherwise="For each letter give its number in the second and in the third examination.",
    why="A program matches by place. Breath, position and a new lesion are where it goes wrong.",
    offer=offers.fill(
        "dict(" + ", ".join(f"{letter}=[[], []]" for letter in "ABCDE") + ")", *PLACES
    ),
    hint="One lesion has gone by the second examination, and the third has a new one.",
    next_hint="Look at the pattern within each lung: all lesions move alike.",
)

RISK = ask.choice(
    "risk-here",
    ("B", 2),
    names="use, because",
    said={"YES": "A", "NO": "C"},
    task="Is the surgical score usable at the second hospital?",
    letters={
        "A": (
            "yes, same AUC",
            "It ranks as before, and says far more than happens. Patients are told its numbers.",
        ),
        "C": (
            "useless",
            "It still ranks patients: its slope lies well above 0. Only the level is off.",
        ),
    },
    because=(
        "right use, wrong reason",
        "The use is right, the reason is not. What do the two panels show?",
    ),
    points=1,
    why="All five groups lie below the line. A new intercept and slope are fitted there, as in "
    "lesson 04.",
    hint="Compare what the score says with what happened, group by group.",
    next_hint="All groups of the second hospital lie on one side of the line.",
)

GREW = ask.choice(
    "grew",
    ("C", 2),
    names="sentence, because",
    task="The sentence for the report of 7 mm, then 8 mm",
    letters={
        "A": (
            "yes",
            "Two readers differ by that much on one and the same scan: within the limits.",
        ),
        "B": ("no", "Not shown is not the same as not there. One millimetre may be growth."),
        "D": (
            "exact doubling time",
            "The number is exact, the diameters are not: their error goes in with the cube.",
        ),
    },
    because=(
        "right sentence, wrong reason",
        "The sentence is right, the reason is not. What speaks for it?",
    ),
    why="1 mm lies within the limits of two readers. The same reader or the same program, twice, "
    "would leave out the difference between people.",
    hint="How wide are the limits between two readers at 6 to 10 mm?",
    next_hint="The change is smaller than those limits. What follows, and what does not?",
)

EXERCISES = (ONCE, AGAIN, CHANGE, DICE, DOUBLING, GREW, FOLLOW, RISK)
