"""Checks of lesson 11, "Lower dose, better images"."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from readingroom.assess.metrics import Estimate
from readingroom.lessons.l11 import films
from readingroom.questions import builders as ask, kinds, offers

# Exercises whose value a later cell goes on with.
CARRIED = ()

RECALL, FALSE = 0.75, 1  # of the invented spots named at least, and of real ones called so at most
LETTERS = tuple(films.LETTERS)


@dataclass(frozen=True)
class Frozen:
    """What lesson 11's checks read: stored runs alone."""

    header: films.Header
    measured: films.Measured
    quarter: float
    made: list[int]
    brightest: list[int]
    contrast: films.Contrast


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    return Frozen(
        films.header_of(mode), films.measured_of(mode), films.quarter_of(mode),
        films.made_of(mode), films.brightest_of(mode), films.contrast(),
    )  # fmt: skip


def _near(value: float, other: float) -> bool:
    return abs(value / other - 1) <= 0.01


SUV = ask.number(
    "suv-from-header",
    lambda f: f.header.suv,
    ask.slip(
        "decay forgotten",
        lambda f: f.header.suv * f.header.tracer.left,
        "The dose is that of the injection. After {minutes} minutes only {left:.0%} of it was "
        "left: your SUV is too low by as much.",
        lambda answer, f: _near(answer, f.header.suv * f.header.tracer.left),
        lambda answer, f: {
            "minutes": round(f.header.tracer.seconds / 60),
            "left": f.header.tracer.left,
        },
    ),
    ask.slip(
        "decay the wrong way",
        lambda f: f.header.suv * f.header.tracer.left**2,
        "Your dose grew on the way to the scanner. Multiply it by 0.5 ** (seconds / half_life).",
        lambda answer, f: _near(answer, f.header.suv * f.header.tracer.left**2),
    ),
    ask.slip(
        "kilograms",
        lambda f: f.header.suv / 1000,
        "SUV takes the patient in grams, as if each gram were a millilitre of water.",
        lambda answer, f: _near(answer, f.header.suv / 1000),
    ),
    ask.slip(
        "megabecquerel",
        lambda f: f.header.suv * 1e6,
        "Activity is in becquerel per millilitre, so the dose must be in becquerel too.",
        lambda answer, f: _near(answer, f.header.suv * 1e6),
    ),
    accepts=lambda answer, f: _near(answer, f.header.suv),
    alike=1e-9,
    unit="g/ml",
    accepted="Up to 1 % is accepted.",
    task="SUV of the hottest voxel, from the header",
    otherwise="Activity, over the dose that is left at the scan, times the patient's weight in g.",
    why="Four tags, and each one can be wrong. A missing injection time is no small thing.",
    comment=lambda answer, f: (
        f"SUV {f.header.suv:.2f}; {f.header.tracer.left:.0%} of the dose was left at the scan."
    ),
    forms=lambda f: [round(f.header.suv, 2), f.header.suv * 1.008],
    hint="The dose that is left: dose * 0.5 ** (seconds / half_life).",
    next_hint="activity * weight * 1000 / (dose * 0.5 ** (seconds / half_life))",
)

QUARTER = ask.number(
    "quarter",
    2.0,
    ask.slip(
        "no root",
        4.0,
        "Noise goes with the root of the counts.",
        lambda answer: any(abs(answer - one) <= 0.1 for one in (4, 16)),
    ),
    ask.slip(
        "SD of counts",
        0.5,
        "Below 1 the noise would fall. The SD of the counts does. Divide it by their mean, which "
        "falls faster.",
    ),
    ask.slip(
        "in percent",
        200.0,
        "A factor is asked for: how many times as large.",
        lambda answer: answer > 20,
    ),
    ask.slip("the share of counts", 0.25, "That is the share of the counts that is left."),
    within=0.1,
    points=1,
    task="Relative noise at a quarter of the counts, over that at all",
    otherwise="Divide the relative noise at a quarter by that at all the counts.",
    why="Half the noise costs four times the counts: four times the dose, or four times the time.",
    comment=lambda answer, f: f"Counted in these patients (median): {f.quarter:.2f}.",
    forms=lambda f: [f.quarter, 2],
    hint="The left half of the figure has both numbers.",
    next_hint="Relative noise is 1 over the root of the counts.",
)

METHOD = re.compile("gauss|non-local|network", re.I)

PRETTY = ask.question(
    "prettiest",
    kinds.text(80),
    "A",
    lambda answer: kinds.letter_of(answer) in LETTERS,
    ask.slip(
        "two letters",
        "A and B",
        "Choose one of them: a department buys one program.",
        lambda answer: (
            len({one for one in re.findall(r"\w+", answer.upper()) if one in LETTERS}) > 1
        ),
    ),
    ask.slip(
        "a method",
        "Gaussian",
        "The names come afterwards. Give the letter above the picture.",
        lambda answer: METHOD.search(answer),
    ),
    ask.slip(
        "another letter",
        "D",
        "Give one of the letters A, B and C: the one above the picture.",
        True,
    ),
    points=1,
    look=True,
    sealed=True,
    task="The picture that you would rather read",
    accepted="Each of the three is accepted.",
    otherwise="Give one of the letters A, B and C.",
    unfit='One letter in quotation marks: "A", "B" or "C".',
    why="Your choice stands.",
    forms=["b", " C ", "picture B", "A is best", "(c)"],
    offer=offers.fill("[]", offers.one("Your letter", list(LETTERS))),
    hint="Look at the tissue around the tumour, and at the tumour's edge.",
    next_hint='Type "A", "B" or "C".',
)

METRIC = ask.letter(
    "pick-metric",
    "D",
    letters={
        "A": ("PSNR", "It rose. Most of a picture is not tumour, and there noise went down."),
        "B": ("SSIM", "It rose. It compares neighbourhoods, and few of them hold the hot spot."),
        "C": (
            "contrast",
            "Its median hardly moved: it is a mean over the whole hot region, and the top of it "
            "is a small part.",
        ),
    },
    task="The measure that noticed what non-local means did to the tumours",
    otherwise="Give one of the letters A to D.",
    why="Two measures of the picture rose while the number in the report fell.",
    comment=lambda answer, f: f"Change of SUVmax (share): {_lost(f)}.",
    hint="Which of the four panels has non-local means clearly on the bad side of the line?",
    next_hint="Three panels stay at or above the line.",
)


def _lost(f: Frozen) -> Estimate:
    return f.measured.median(f.measured.change["non-local"][:, 0])


def _by_size(f: Frozen, values: np.ndarray) -> tuple[Estimate, ...]:
    return tuple(f.measured.mean(values[rows]) for rows in f.measured.sizes.values())


def _smoothed(f: Frozen) -> tuple[Estimate, ...]:
    """The right answer of suv-error."""
    return _by_size(f, f.measured.change["non-local"][:, 0])


def _medians(f: Frozen) -> tuple[Estimate, ...]:
    values = f.measured.change["non-local"][:, 0]
    return tuple(f.measured.median(values[rows]) for rows in f.measured.sizes.values())


def _turned(one: Estimate) -> tuple[float, float, float]:
    return -one.value, -one.hi, -one.lo


ERROR = ask.estimates(
    "suv-error",
    _smoothed,
    ask.slip(
        "mean over the image",
        lambda f: _by_size(f, f.measured.whole["non-local"]),
        "SUVmax lives in one voxel, and noise lifts it. You took the mean over the image.",
        within=0.01,
    ),
    ask.slip(
        "noisy picture",
        lambda f: _by_size(f, f.measured.change["low"][:, 0]),
        "That is the noisy picture, before anything was denoised.",
        within=0.01,
    ),
    ask.slip(
        "percentages",
        lambda f: tuple(
            tuple(100 * part for part in (one.value, one.lo, one.hi)) for one in _smoothed(f)
        ),
        "Those are percentages; give shares, such as -0.1 for 10 % less.",
        lambda answer: max(abs(one[0]) for one in answer) > 1,
    ),
    ask.swapped("largest first", "That is the other order: the smallest tumours come first."),
    ask.slip(
        "without the sign",
        lambda f: tuple(map(_turned, _smoothed(f))),
        "The sign counts: below 0 SUVmax fell. Take the mean of the changes as they stand.",
        within=0.01,
    ),
    ask.slip(
        "medians",
        _medians,
        "Those are medians. The mean of each third is asked for: rr.metrics.mean(...).",
    ),
    ask.slip(
        "one for all sizes",
        lambda f: (f.measured.mean(f.measured.change["non-local"][:, 0]),) * 3,
        "The same three times. Each third has its own: errors holds them by size.",
        lambda answer: len(set(answer)) == 1,
    ),
    ask.slip(
        "other intervals",
        lambda f: tuple((one.value, -1.0, 1.0) for one in _smoothed(f)),
        "The three means fit, their intervals do not. rr.metrics.mean(...) gives both.",
        within=0.01,
    ),
    n=3,
    within=0.01,
    bounds=0.02,
    task="Change of SUVmax under non-local means, by size of the tumour",
    otherwise="The mean of the changes of each size, with its interval: rr.metrics.mean(...).",
    why="No size is spared: none of the three intervals holds 0. And none is shown to pay more.",
    comment=lambda answer, f: "; ".join(
        f"{name} {one.short()}" for name, one in zip(films.SIZES, _smoothed(f), strict=True)
    ),
    hint='errors is a dict: errors["smallest"] holds one share for each of these tumours.',
    next_hint="[rr.metrics.mean(errors[size]) for size in errors]",
)


def _judged(answer: object, f: Frozen) -> bool:
    named, made = set(answer), set(f.made)  # type: ignore[call-overload]
    return len(named & made) >= RECALL * len(made) and len(named - made) <= FALSE


GUESS = ask.indices(
    "guess-made",
    lambda f: f.made,
    ask.beyond(films.SPOTS, "There is no picture {i}: they are numbered 0 to {last}.", "no such"),
    ask.none("Tick at least one: some of the eight were made.", "nothing ticked"),
    ask.every(films.SPOTS, "Not all eight were made.", "all ticked"),
    limit=20,
    accepts=lambda answer: (
        0 < len(set(answer)) < films.SPOTS and set(answer) <= set(range(films.SPOTS))
    ),
    points=1,
    must=True,
    look=True,
    sealed=True,
    task="Which of the eight bright spots were made by the network? A guess",
    accepted="Each guess is accepted.",
    otherwise="Tick the pictures whose spot you think was made.",
    why="Your guess stands.",
    hint="Nothing but the picture helps here. That is the point.",
    next_hint="Tick some of the eight.",
)

REAL = ask.indices(
    "real-or-made",
    lambda f: f.made,
    ask.beyond(films.SPOTS, "There is no picture {i}: they are numbered 0 to {last}.", "no such"),
    ask.none("Some of the eight were made: compare each with the slice below it.", "none"),
    ask.every(films.SPOTS, "Not all eight were made: compare each with the slice below.", "all"),
    ask.slip(
        "the sharpest",
        lambda f: f.brightest,
        "Sharp and dark is what networks do well. Compare each with the slice below it.",
        lambda answer, f: set(answer) == set(f.brightest),
    ),
    ask.slip(
        "the real ones",
        lambda f: sorted(set(range(films.SPOTS)) - set(f.made)),
        "Those are mostly real. Asked are the spots with nothing below them.",
        lambda answer, f: len(set(answer) - set(f.made)) > len(set(answer) & set(f.made)),
    ),
    ask.slip(
        "too few",
        lambda f: f.made[:1],
        "Right as far as it goes: there are more.",
        lambda answer, f: set(answer) <= set(f.made),
    ),
    limit=20,
    accepts=_judged,
    look=True,
    task="Which of the eight bright spots were made, with the full counts beside them",
    accepted="Three of the four are enough, with at most one real one among them.",
    otherwise="Look for the spots below which the slice with all its counts shows none.",
    why="Without the reference nobody can tell, and in the clinic there is none.",
    forms=lambda f: [f.made[:3], [*f.made, min(set(range(films.SPOTS)) - set(f.made))]],
    hint="Each picture has the same slice with all its counts below it.",
    next_hint="In the made ones the place on the left is as pale below as what lies around it.",
)

CONTRAST = ask.share(
    "less-contrast",
    lambda f: f.contrast.lowest(),
    ask.slip(
        "mean error",
        lambda f: f.contrast.lowest_by_mean(),
        "The mean is fine; the lesion of {mm:.0f} mm with an enhancement of {strength:.2f} is not.",
        None,
        lambda answer, f: _missed(answer, f),
    ),
    ask.slip(
        "the lowest of all",
        lambda f: float(f.contrast.doses.min()),
        "At that share most lesions fade. Go through the rows of 10 mm and more.",
    ),
    ask.slip("all the contrast", 1.0, "Less is enough in this table: look for the lowest dose."),
    ask.slip(
        "not in the table",
        0.3,
        "Give a share that the table has.",
        lambda answer, f: float(np.abs(f.contrast.doses - answer).min()) > 0.005,
    ),
    ask.slip(
        "more than needed",
        lambda f: float(f.contrast.doses.max()),
        "There every lesion of 10 mm and more is kept. Is that so at a lower share, too?",
        lambda answer, f: answer > f.contrast.lowest(),
    ),
    within=0.005,
    points=1,
    task="Lowest share of contrast agent that keeps every lesion of 10 mm and more",
    otherwise="Go down each column: every lesion of 10 mm and more must be less than 6 % off.",
    why="The answer holds for these lesions. A fainter one would have asked for more.",
    hint="Read the rows of 10 mm and more, one by one, not their mean.",
    next_hint="One faint lesion decides.",
)


def _missed(answer: float, f: Frozen) -> dict:
    k = f.contrast.missed_at(answer)
    return {"mm": f.contrast.diameter[k], "strength": f.contrast.strength[k]}


ACCEPT = ask.choice(
    "accept",
    ("B", 3),
    names="condition, because",
    task="The condition under which your department takes the software",
    letters={
        "A": ("PSNR + 2 dB", "Readers do not report decibels."),
        "C": (
            "preferred pictures",
            "Preference is about the picture. The picture that was preferred may be the one that "
            "lost the lesion.",
        ),
        "D": (
            "a published study",
            "Another scanner, another starting dose, perhaps another version: ask for it, and "
            "test here.",
        ),
    },
    because=(
        "right condition, wrong reason",
        "The condition is right, the reason is not. What did this lesson show?",
    ),
    why="Detection not worse by more than was fixed before, by lesion size, on your scanner, and "
    "again for each version.",
    hint="Which of the four is about lesions?",
    next_hint="What happened to SUVmax when the version changed?",
)

EXERCISES = (SUV, QUARTER, PRETTY, METRIC, ERROR, GUESS, REAL, CONTRAST, ACCEPT)
