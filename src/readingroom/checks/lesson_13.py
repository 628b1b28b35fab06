"""Checks of lesson 13, "Beyond the chest film"."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np

from readingroom.assess import froc, metrics
from readingroom.assess.metrics import Estimate
from readingroom.lessons.l13 import films, make
from readingroom.questions import builders as ask, kinds, offers, wordings
from readingroom.questions.exercises import Call

# Exercises whose value a later cell goes on with: none.
CARRIED = ()

ASKED, SPECIFIC = 14, 0.95  # findings, and the specificity of each
RATE = 0.5  # false marks a cut-out
NEAR = 3  # voxels from the middle of a bulge
ENOUGH = 3  # of four
AUC_LOST = 0.03  # by which a way from slices to an exam may lie below the largest slice
EXAMS, SLICES = 40, 24  # that the check hands to a function


@dataclass(frozen=True)
class Frozen:
    """What lesson 13's checks read: label shares, a planted bleed, marks, hidden bulges."""

    nothing: Estimate
    any_label: float
    found: films.Read
    hidden: films.Hidden
    areas: np.ndarray
    slabs: np.ndarray

    @property
    def ml(self) -> float:
        """Volume of the planted bleed."""
        return float((self.areas * self.slabs).sum() / 1000)


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode; no examination is fetched for it."""
    held = films.areas_of(mode)
    return Frozen(
        films.says_nothing(),
        float((films.labels().sum(axis=1) > 0).mean()),
        films.read_of(mode),
        films.hidden_of(mode),
        held[0],
        held[1],
    )


# --- say-nothing

NOTHING = ask.share(
    "say-nothing",
    lambda f: f.nothing.value,
    ask.complement(
        "prevalence",
        "That is the share of labels that are given, and the program gives none. Take it from 1.",
    ),
    ask.slip(
        "films without a label",
        lambda f: 1 - f.any_label,
        "That is the share of films without any label. Accuracy counts every label of every film.",
    ),
    ask.slip(
        "films with a label",
        lambda f: f.any_label,
        "That is the share of films with a label. Count labels, and those that are 0.",
    ),
    within=0.001,
    task='Accuracy of "nothing" over fourteen labels',
    otherwise="Of all labels of all films, which share is 0?",
    why="A program that has seen no film. Most labels of most films are 0, and it says 0.",
    comment=lambda answer, f: f"{f.nothing}, drawn by patient.",
    offer=offers.fill(
        "[]",
        offers.one(
            "accuracy of a program that always says 0",
            ["(labels == 0).mean()", "labels.mean()", "(labels.sum(axis=1) == 0).mean()"],
            quoted=False,
        ),
    ),
    hint="labels holds a 0 or a 1 for each film and each finding. The program is right at a 0.",
    next_hint="(labels == 0).mean() is the share of zeros.",
)

# --- any-alarm

_ANY = 1 - SPECIFIC**ASKED


def _other_number(answer: float) -> list[int]:
    """How many findings a chance fits, if not fourteen."""
    # the article's eleven, and a slip of one
    return [n for n in (11, ASKED - 1, ASKED + 1) if abs(answer - (1 - SPECIFIC**n)) <= 0.0006]


ALARM = ask.share(
    "any-alarm",
    _ANY,
    ask.slip("one try", 0.05, "Fourteen tries. That is the chance with one finding."),
    ask.slip(
        "added up",
        ASKED * (1 - SPECIFIC),
        "Chances do not add up: with 21 findings that would be more than 1.",
    ),
    ask.slip(
        "another number of findings",
        1 - SPECIFIC**11,
        "That is the chance with {n} findings. Here are fourteen.",
        lambda answer: bool(_other_number(answer)),
        lambda answer: {"n": _other_number(answer)[0]},
    ),
    ask.slip(
        "exactly one",
        ASKED * (1 - SPECIFIC) * SPECIFIC ** (ASKED - 1),
        "That is the chance of exactly one alarm. Two or more are false alarms too.",
        within=0.002,
    ),
    ask.complement("no alarm", "That is the chance of no alarm at all. Take it from 1."),
    within=0.01,
    points=1,
    task="Chance of one false alarm or more with fourteen findings",
    otherwise="First the chance that none of fourteen sounds, then one minus that.",
    why="Half of all films without a finding, if alarms do not know of each other. How far that "
    "holds has to be measured: the next figure does it for four findings.",
    comment=lambda answer, f: f"1 - .95 to the power of 14 is {_ANY:.3f}.",
    hint="The chance that one finding keeps quiet is .95.",
    next_hint="All fourteen keep quiet: 0.95 ** 14.",
)

# --- slice-to-exam


def _exams(rng: np.random.Generator) -> list[tuple]:
    """Slice scores of 40 exams; in every second one a slice stands out."""
    out = []
    for k in range(EXAMS):
        scores = rng.normal(0, 1, SLICES)
        if k % 2:
            scores[rng.integers(SLICES)] += 4.5
        out.append((scores,))
    return out


def _auc(calls: list[Call], how: object = None) -> float:
    """AUC of a function's outputs, or of another way on the same exams; nan where it cannot be."""
    values = [call.output if how is None else how(call.arguments[0]) for call in calls]  # type: ignore[operator]
    score = np.array([np.asarray(value, float).ravel()[0] for value in values])
    torn = np.arange(len(score)) % 2 == 1
    return metrics._auc(torn, score) if np.isfinite(score).all() else float("nan")


def _shown(calls: list[Call]) -> Estimate:
    """The AUC of a right answer, with its interval."""
    score = [float(np.asarray(call.output).ravel()[0]) for call in calls]
    found = metrics.auc(np.arange(len(score)) % 2, score, draws=500)
    return replace(found, by="exams")


def _good(calls: list[Call]) -> bool:
    return _auc(calls) >= _auc(calls, np.max) - AUC_LOST


def _same(how: object) -> object:
    """Whether outputs are those of another way, up to a factor (a sum ranks as a mean)."""

    def looks(calls: list[Call]) -> bool:
        wanted = np.array([float(how(call.arguments[0])) for call in calls])  # type: ignore[operator]
        got = np.array([np.asarray(call.output, float).ravel()[0] for call in calls])
        factor = (got @ wanted) / max(wanted @ wanted, 1e-12)
        return bool(factor > 0 and np.allclose(got, factor * wanted, atol=1e-9))

    return looks


def _largest(slices: np.ndarray) -> float:
    return float(np.max(slices))


def _mean(slices: np.ndarray) -> float:
    return float(np.mean(slices))


def _median(slices: np.ndarray) -> float:
    return float(np.median(slices))


def _smallest(slices: np.ndarray) -> float:
    return float(np.min(slices))


def _two_largest(slices: np.ndarray) -> float:
    return float(np.sort(slices)[-2:].mean())


SLICE = ask.function(
    "slice-to-exam",
    kinds.number(),
    _largest,
    _good,
    ask.slip("mean", _mean, "One torn slice in 24 is averaged away.", _same(np.mean)),
    ask.slip(
        "median",
        _median,
        "The median is a middle slice. A tear in one or two of 24 never reaches it.",
        _same(np.median),
    ),
    ask.slip(
        "smallest",
        _smallest,
        "That is the slice that looks best. Which slice decides that a knee is torn?",
        _same(np.min),
    ),
    call="exam_score(slices)",
    inputs=_exams,
    accepted="Any way is accepted whose AUC lies at most .03 below that of the best slice, on 40 "
    "further exams.",
    task="From 24 slice scores to one score of the exam",
    forms=[lambda slices: max(slices), _two_largest],
    otherwise="A tear shows on one or two slices. How does one slice speak for the exam?",
    why="One slice may speak for the exam. The price: the noisiest slice of 24 speaks too.",
    comment=lambda calls: f"On the check's 40 exams, drawn by a formula: {_shown(calls)}.",
    offer=offers.fill(
        "[]", offers.one("how slices become one score", ["max", "mean", "median", "min"], False)
    ),
    hint="Look at the figure: how many slices stand out where a tear was planted?",
    next_hint="The largest of the slice scores: max.",
)

# --- how-much-blood

BLOOD = ask.number(
    "how-much-blood",
    lambda f: f.ml,
    ask.slip(
        "4 mm",
        lambda f: f.areas.sum() * 4 / 1000,
        "That is the distance in the lower half: 43 % too small here. The bleed lies above.",
        lambda answer, f: abs(answer / (f.areas.sum() * 4 / 1000) - 1) <= 0.02,
    ),
    ask.slip(
        "along the table",
        lambda f: f.areas.sum() * 7.38 / 1000,
        "That is the way of the table, 7.38 mm. The gantry is tilted: slices lie 7.00 mm apart.",
        lambda answer, f: abs(answer / (f.areas.sum() * 7.38 / 1000) - 1) <= 0.02,
    ),
    ask.slip(
        "areas only",
        lambda f: f.areas.sum(),
        "That is the sum of the areas. Times the distance of the slices, divided by 1,000.",
        lambda answer, f: abs(answer / f.areas.sum() - 1) <= 0.02,
    ),
    ask.slip(
        "mm³",
        lambda f: f.ml * 1000,
        "That is in mm³. 1,000 of them are 1 ml.",
        lambda answer: answer > 1000,
    ),
    accepts=lambda answer, f: abs(answer / f.ml - 1) <= 0.02,
    alike=0.05,
    unit="ml",
    points=1,
    accepted="Up to 2 % is accepted.",
    task="Volume of the planted bleed, ml",
    otherwise="Add up the areas, times the distance of these slices, divided by 1,000.",
    why="The distance comes from the places of the slices in space, not from the first header.",
    comment=lambda answer, f: (
        f"{f.ml:.1f} ml; with 4 mm it would be {f.areas.sum() * 4 / 1000:.1f} ml."
    ),
    forms=lambda f: [round(f.ml, 1)],
    hint="How far apart are the slices in which the bleed lies?",
    next_hint="areas.sum() * 7.0 / 1000",
)

# --- find-it


def _points(answer: object) -> np.ndarray | None:
    held = np.asarray(answer, float)
    return held if held.shape == (make.SEARCHED, 3) and np.isfinite(held).all() else None


def _within(answer: object, middles: np.ndarray, near: float = NEAR) -> np.ndarray:
    """Which points lie near their place, (4,) bool; none where the answer has another form."""
    held = _points(answer)
    if held is None:
        return np.zeros(make.SEARCHED, bool)
    return np.linalg.norm(held - middles, axis=1) <= near


def _cutouts(which: np.ndarray) -> str:
    """The cut-outs of a mask by their numbers."""
    return wordings.numbered("cut-out", np.flatnonzero(which))


def _off(held: np.ndarray) -> np.ndarray:
    """Which points leave their cut-out, (4,)."""
    return ((held < 0) | (held > np.array(make.SIDE) - 1)).any(axis=1)


def _outside(answer: object) -> bool:
    held = _points(answer)
    return held is not None and bool(_off(held).any())


def _rounded(middles: np.ndarray) -> list[list[int]]:
    return [[round(part) for part in row] for row in middles.tolist()]


def _columns_swapped(answer: object) -> list | None:
    held = _points(answer)
    return None if held is None else held[:, [0, 2, 1]].tolist()


def _turned(answer: object, middles: np.ndarray) -> bool:
    """Whether the points lie on the bulges once their three numbers stand in another order."""
    held = _points(answer)
    return held is not None and any(
        _within(held[:, list(order)].tolist(), middles).sum() >= ENOUGH
        for order in list(itertools.permutations(range(3)))[1:]
    )


FIND = ask.question(
    "find-it",
    kinds.array(2_000),
    lambda f: _rounded(f.hidden.middle),
    lambda answer, f: _within(answer, f.hidden.middle).sum() >= ENOUGH and not _outside(answer),
    ask.slip(
        "not four",
        lambda f: _rounded(f.hidden.middle)[:3],
        "Four points are asked for, one in each cut-out, each with slice, row and column.",
        lambda answer: _points(answer) is None,
    ),
    ask.slip(
        "rows and columns swapped",
        lambda f: _columns_swapped(_rounded(f.hidden.middle)),
        "Rows and columns are swapped: slice, row, column.",
        lambda answer, f: _within(_columns_swapped(answer), f.hidden.middle).sum() >= ENOUGH,
    ),
    ask.slip(
        "slice not first",
        lambda f: f.hidden.middle[:, [1, 2, 0]],
        "The three numbers of a point stand in another order: slice, row, column.",
        lambda answer, f: _turned(answer, f.hidden.middle),
    ),
    ask.slip(
        "off the cut-out",
        lambda f: [[0, 0, 900], *_rounded(f.hidden.middle)[1:]],
        "Your point leaves {where}: slices run from 0 to 69, rows and columns from 0 to 99.",
        _outside,
        lambda answer: {"where": _cutouts(_off(_points(answer)))},
    ),
    ask.slip(
        "vessel bend",
        lambda f: _rounded(f.hidden.bend),
        "In {where} you marked a loop seen end-on, or a place where a vessel branches: scroll. A "
        "loop goes on in the next slices, a bulge ends.",
        lambda answer, f: _within(answer, f.hidden.bend).any(),
        lambda answer, f: {"where": _cutouts(_within(answer, f.hidden.bend))},
    ),
    ask.slip(
        "beside the bulge",
        lambda f: [*_rounded(f.hidden.middle)[:2], [1, 1, 1], [1, 1, 1]],
        "In {where} no bulge lies within 3 voxels of your point. Look for what is round and ends.",
        True,
        lambda answer, f: {"where": _cutouts(~_within(answer, f.hidden.middle))},
    ),
    unfit="Four points in square brackets; each is three numbers: slice, row, column.",
    look=True,
    task="The planted bulge in each of four cut-outs",
    accepted="Three of four within 3 voxels of the middle of the bulge are enough.",
    otherwise="Fewer than three lie on the bulge. Look for what is round and ends.",
    why="Planted bulges on real or drawn vessels, one patient. Finding them says nothing about "
    "how many aneurysms you would find.",
    comment=lambda answer, f: (
        f"{int(_within(answer, f.hidden.middle).sum())} of 4 lie on the bulge. They are "
        + ", ".join(f"{mm:.1f}" for mm in f.hidden.mm)
        + " mm wide."
    ),
    forms=lambda f: [
        f.hidden.middle,
        [tuple(row) for row in _rounded(f.hidden.middle)],
        [*_rounded(f.hidden.middle)[:3], [1, 1, 1]],
    ],
    hint="Scroll through each cut-out twice. A vessel moves from slice to slice; a bulge swells "
    "beside it and is gone.",
    next_hint="The widest bulge is in cut-out 0. Typed: four brackets of slice, row, column.",
)

# --- froc-point


def _point(f: Frozen, rate: float = RATE) -> Estimate:
    return froc.sensitivity_at(f.found.found, f.found.false, f.found.exams, rate)


def _by_exam(f: Frozen) -> Estimate:
    threshold = froc.threshold_at(f.found.false, f.found.exams, RATE)
    return froc.share_found(f.found.best, threshold, "cut-outs")


POINT = ask.estimate(
    "froc-point",
    _point,
    ask.slip(
        "per exam for per lesion",
        _by_exam,
        "Denominator: lesions. That is the share of cut-outs in which one or more was found.",
        within=0.02,
    ),
    ask.slip(
        "another rate",
        lambda f: _point(f, 4.0),
        "That is at 4 false marks a cut-out. Asked for is half of one.",
        within=0.01,
    ),
    ask.slip(
        "another rate of the list",
        lambda f: _point(f, 1.0),
        "That is at another number of false marks. Asked for is half of one in a cut-out.",
        lambda answer, f: any(ask.matches(answer, _point(f, rate), 0.005) for rate in (0.25, 1.0)),
    ),
    ask.another_interval("Right share. Its interval is of a bootstrap over bulges, not this one."),
    within=0.02,
    bounds=0.04,
    fraction=True,
    called="share",
    task="Share of planted bulges found at 0.5 false marks a cut-out",
    otherwise="Set the threshold by the false marks, then count bulges above it, of all bulges.",
    why="The interval is over planted bulges in one patient's vessels. Other patients, other "
    "vessels, other false marks: it says nothing about them.",
    comment=lambda answer, f: f"{_point(f)}.",
    offer=offers.fill(
        "rr.froc.sensitivity_at(read.found, read.false, read.exams, rate=[])",
        offers.one("false marks a cut-out", ["0.25", "0.5", "1", "4"], quoted=False),
    ),
    hint="rr.froc.sensitivity_at asks for bulges, false marks, how many cut-outs, and the rate.",
    next_hint="rr.froc.sensitivity_at(read.found, read.false, read.exams, rate=0.5)",
)

# --- transfer

TRANSFER = ask.choice(
    "transfer",
    ("B", 2),
    names="decision, because",
    task="An ACL model with a published AUC of .965, at your scanner",
    letters={
        "A": (
            "as published",
            "At the outside hospital the same model had .824. Yours is an outside hospital too.",
        ),
        "C": (
            "of no use",
            "It still ranked knees there: .824 is far above chance. Measure before you refuse.",
        ),
        "D": (
            "train first",
            "Perhaps later. First you have to know how it does as it is, on your own exams.",
        ),
    },
    because=(
        "right decision, wrong reason",
        "The decision is right, the reason is not. What in the paper speaks for it?",
    ),
    why="It fell without retraining, in one study, at one hospital. Scanner, protocol, patients "
    "and labels all changed at once, so nobody knows which of them did it.",
    hint="What did the same model reach at the hospital it had not seen?",
    next_hint=".965 at home, .824 outside. What follows for a third place?",
)

EXERCISES = (NOTHING, ALARM, SLICE, BLOOD, FIND, POINT, TRANSFER)
