"""What a reader types who knows none of the lists of slips: answers in lessons 07 and 09 to 13.

For each exercise what was typed, and the slip that the reply names; none for a right answer. They
are tried in ``test_strangers_values``, with real films and with simulated ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from readingroom.assess import froc, metrics, segments
from readingroom.checks import (
    lesson_07 as shifted,
    lesson_09 as shared,
    lesson_10 as mile,
    lesson_11 as dose,
    lesson_12 as measure,
    lesson_13 as beyond,
)
from readingroom.lessons.l07 import films as seven
from readingroom.lessons.l10 import papers, sheets, traffic

RIGHT = "right"


def _three(estimate) -> tuple:
    return estimate.value, estimate.lo, estimate.hi


def _changes(new: str, old: str) -> Callable:
    def typed(f):
        y, *scores = f.shift.y, getattr(f.shift, new), getattr(f.shift, old)
        return metrics.auc_diff(y, *scores), seven.specificity_change(y, *scores)

    return typed


def _quantile(name: str, share: float) -> Callable:
    return lambda f: np.quantile(getattr(f.shift, name), share)


SEVEN = {
    "rank-or-threshold": [
        (lambda f: [[e.value, [e.lo, e.hi]] for e in (f.auc, f.specificity)], RIGHT),
        (lambda f: np.round([_three(f.auc), _three(f.specificity)], 3), RIGHT),
        (lambda f: (f.auc, shifted._turned(f.specificity)), "old minus new in one of the two"),
        (lambda f: (shifted._turned(f.auc), f.specificity), "old minus new in the AUC"),
        (_changes("usual", "whiter"), "old minus new"),
        (_changes("usual", "usual"), "the same scores twice"),
        (_changes("inverted", "usual"), "inverted films"),
        (lambda f: (f.specificity, f.specificity), "only specificity"),
        (
            lambda f: (
                metrics.auc(f.shift.y, f.shift.whiter),
                metrics.specificity(f.shift.y, f.shift.whiter >= 0.5),
            ),
            "after the change, not the change",
        ),
        (
            lambda f: tuple(np.multiply(100, _three(e)) for e in (f.auc, f.specificity)),
            "percentage",
        ),
        (lambda f: f.auc, ""),
    ],
    "re-set": [
        (lambda f: f"{np.quantile(f.shift.local, 0.85):.3f}.", RIGHT),
        (lambda f: np.quantile(f.shift.local, [0.85]), RIGHT),
        (85, "no score"),
        (-0.2, "no score"),
        (_quantile("usual", 0.85), "elsewhere"),
        (_quantile("whiter", 0.85), "elsewhere"),
        (_quantile("local", 0.15), "the wrong side"),
        (1, "elsewhere"),
        ("np.quantile(local, 0.85)", ""),
    ],
    "gatekeeper": [
        ("rules 1, 2, 3, 4, 5 and 6.", RIGHT),
        ([[1, 2, 3, 4, 5, 6]], RIGHT),
        ([1 - 6], "no such rule"),
        (range(6), "rule 0"),
        ([1, 4], "too few rules"),
        (6.0, "statistic only"),
        ("all but 7", ""),
    ],
    "spot-the-attack": [
        (lambda f: f"films {', '.join(map(str, f.spot.attacked))}", RIGHT),
        (set(), RIGHT),
        (lambda f: [*f.spot.attacked, f.spot.contrast[0]], "a guess"),
        (lambda f: f.spot.attacked[:3], "a guess"),
        ("I cannot tell", ""),
    ],
    "smallest-step": [
        (lambda f: f"{shifted._smallest(f)} grey levels", RIGHT),
        (lambda f: [str(shifted._smallest(f))], RIGHT),
        (lambda f: shifted._smallest(f) / 255, "no such line"),
        (lambda f: shifted._smallest(f) - 0.5, "no such line"),
        (255, "random noise"),
        (0, "one too early"),
        ("1/255", ""),
    ],
    "threat": [
        (("B: somebody inside", "reason 3"), RIGHT),
        (["b.", 3.0], RIGHT),
        (("D", 3), "everybody on the internet"),
        (("B", 5), "no such reason"),
        (("nobody", 3), ""),
    ],
}


def _averaging(share: Callable) -> Callable:
    return lambda f: shared._summed(share)


def _words(f, word: Callable) -> dict:
    return {k: (one, word(one)) for k, one in f.gained.items()}


def _against(gain) -> str:
    return {"better": "worse", "worse": "cannot tell"}.get(shared._word(gain), "worse")


def _at(f, *others: int) -> list[int]:
    """The film of the update, and more of the six that did not make it."""
    rest = [i for i in range(6) if i not in (f.quiz.right, f.quiz.twin)]
    return [f.quiz.right, *(rest[k] for k in others)]


NINE = {
    "average": [
        (lambda f: lambda models, films: np.average(models, axis=0, weights=films), RIGHT),
        (lambda f: lambda models, films: (np.array(films) / sum(films)) @ np.array(models), RIGHT),
        (_averaging(lambda n, films: n / 800), "of these three"),
        (_averaging(lambda n, films: round(n / sum(films), 2)), "a rounded share"),
        (_averaging(lambda n, films: 100 * n / sum(films)), ""),
        (_averaging(lambda n, films: 1 / n), ""),
        (_averaging(lambda n, films: "n / sum(films)"), ""),
        (0.375, ""),
    ],
    "local-or-shared": [
        (
            lambda f: {
                k: (g.value, (g.lo, g.hi), shared._word(g).upper()) for k, g in f.gained.items()
            },
            RIGHT,
        ),
        (
            lambda f: {
                f"Hospital {k}": ([f"{x:.3f}" for x in _three(g)], f"{shared._word(g)}.")
                for k, g in f.gained.items()
            },
            RIGHT,
        ),
        (lambda f: {k: [np.array(_three(g)), shared._word(g)] for k, g in f.gained.items()}, RIGHT),
        (lambda f: _words(f, _against), "a word against its interval"),
        (lambda f: _words(f, lambda one: "yes"), "no such word"),
        (lambda f: {k: shared._word(g) for k, g in f.gained.items()}, "no interval"),
        (lambda f: dict.fromkeys("ABC", ((0.1, None, 0.2), "better")), "no interval"),
        (
            lambda f: {
                k: (tuple(np.multiply(100, _three(g))), shared._word(g))
                for k, g in f.gained.items()
            },
            "in percent",
        ),
        (
            lambda f: {
                k: ((g.value, g.value - 0.3, g.value + 0.3), "cannot tell")
                for k, g in f.gained.items()
            },
            "other intervals",
        ),
        (lambda f: {k: (f.gain("A"), "better") for k in "AC"}, ""),
    ],
    "see-the-film": [
        (lambda f: f"film {f.quiz.right}.", RIGHT),
        (lambda f: float(f.quiz.right), RIGHT),
        (lambda f: f"No. {f.quiz.right}", RIGHT),
        (lambda f: _at(f, 0)[1:], ""),
        (lambda f: _at(f, 1), "several"),
        ([], "none"),
        (lambda f: f.quiz.update[-1], ""),
        ("the second", ""),
    ],
    "how-much-noise": [
        (lambda f: f"{shared._affordable(f):.2f}.", RIGHT),
        (lambda f: [np.float32(shared._affordable(f))], RIGHT),
        (lambda f: shared._affordable(f) * 1.25, "not on the list"),
        (lambda f: 100 * shared._affordable(f), "below 0 or above 1"),
        (lambda f: f.trade.loss()[f.trade.affordable()], "too little"),
        (0.7, "too much"),
        ("5 %", ""),
    ],
    "still-unsolved": [
        (("b)", "2"), RIGHT),
        (("B: the labels differ", "because 2"), RIGHT),
        (("D", 2), "the film in the update"),
        (("A and B", 2), ""),
        (("B", 0), "no such reason"),
    ],
}

GAPS = [fit[0] for _, fit in papers.LACKS]


def _gaps(**changed: str) -> list[str]:
    return [changed.get(f"c{k}", gap) for k, gap in enumerate(GAPS, 1)]


def _card(**changed: Any) -> dict:
    return {**papers.RIGHT, **changed}


TEN = {
    "pitch": [
        (", ".join(GAPS), RIGHT),
        ([f"{gap.capitalize()}?" for gap in GAPS], RIGHT),
        (_gaps(c2="false alarm", c3="compared to what", c1="none"), RIGHT),
        (_gaps(c3="compared with what, how sure"), "two words for one claim"),
        (["how sure"] * 10, "more than two do not fit"),
        (_gaps(c6="false alarms"), "another gap in the clearance"),
        (_gaps(c1="price"), "another word"),
        (GAPS[:9], ""),
    ],
    "round-trip": [
        (f"report {traffic.RIGHT}.", RIGHT),
        (f"{traffic.RIGHT} is sound", RIGHT),
        (lambda f: f'sr = "{f.reports[traffic.RIGHT]}"', RIGHT),
        ("A and B", ""),
        ("none", ""),
        (lambda f: f.reports["A"][-6:], ""),
        (4, ""),
        ("(c)", "overwrote the original series"),
    ],
    "gate": [
        ("pass, not enough, fail", RIGHT),
        (("N: passes", "H: not enough films", "K: fails"), RIGHT),
        (("pass!", "not_enough", "FAILED."), RIGHT),
        (("not enough",) * 3, "a failure taken for undecided"),
        (("fail",) * 3, "undecided taken for a failure"),
        (("fail", "not enough", "fail"), "a pass refused"),
        (("yes", "no", "no"), "no such verdict"),
        ({"N": "pass"}, ""),
    ],
    "mark-up": [
        (_card(n="602 films", sites="three hospitals", reference="Three radiologists."), RIGHT),
        (_card(prevalence="Not stated.", subgroups=None, status="cleared, not approved"), RIGHT),
        ({name.upper(): [said] for name, said in papers.RIGHT.items()}, RIGHT),
        (_card(sites="2 countries", n="418"), "not the number asked for"),
        (_card(prevalence=184 / 602), "prevalence of the study"),
        (_card(prevalence="5 %"), "a prevalence from elsewhere"),
        (_card(subgroups="47 % women"), "who took part is no subgroup result"),
        (_card(status="not cleared"), "another word for the office's"),
        (dict.fromkeys(papers.ROWS, "absent"), "another word for the office's"),
        (list(papers.RIGHT.values()), ""),
    ],
    "stop-rule": [
        (lambda f: f"Week {sheets.stop_week()}.", RIGHT),
        (lambda f: [np.float64(sheets.stop_week())], RIGHT),
        (2.5, "no such week"),
        (0.4, "no such week"),
        ((3, 4), ""),
        ("21 days", ""),
    ],
    "break-even": [
        (lambda f: f"{mile._even():.0f} films a day", RIGHT),
        (lambda f: f"{mile._even():.0f}", RIGHT),
        (0, "no film"),
        (lambda f: 30 * mile._even(), "more than needed"),
        (50, "too few"),
        ("200 to 300", ""),
    ],
    "cloud-or-local": [
        ("25 Mbit/s", RIGHT),
        ("25.3 megabits a second.", RIGHT),
        ("3.2 MB/s", ""),
        ("8 * 60 / 19", ""),
        (19, "too thin"),
        (1000, "too thick"),
    ],
    "alarm-week": [
        (lambda f: [f"week {mile._alarm(f)}"], RIGHT),
        (lambda f: f"{mile._alarm(f)}.", RIGHT),
        (100, "no such week"),
        (lambda f: mile._alarm(f) - 0.5, "no such week"),
        (lambda f: mile._alarm(f) - 3, "before anything happened"),
        (52, "weeks too late"),
        ((31, 32), ""),
    ],
    "why-unused": [
        (("C: it comes too late", "reason 2"), RIGHT),
        (["(c)", 2.0], RIGHT),
        (("A", 1), "distrust"),
        (("C", 4), "right cause, wrong reason"),
        (("late", 2), ""),
    ],
}


def _of_sizes(how: Callable) -> Callable:
    return lambda f: [how(one) for one in dose._smoothed(f)]


def _real_spots(f) -> list[int]:
    return [i for i in range(8) if i not in f.made]


ELEVEN = {
    "suv-from-header": [
        (lambda f: f"SUV {f.header.suv:.2f} g/ml.", RIGHT),
        (lambda f: [np.float32(f.header.suv)], RIGHT),
        (lambda f: f.header.suv * f.header.tracer.left / 1000, ""),
        (lambda f: f.header.tracer.left, ""),
        (0, ""),
        ("activity * weight * 1000 / dose", ""),
    ],
    "quarter": [
        ("2x", RIGHT),
        ("factor 2", RIGHT),
        (200, "in percent"),
        (16, "no root"),
        (1.41, ""),
        ("two", ""),
    ],
    "prettiest": [
        ("Picture B.", RIGHT),
        ("A, the smoothest", RIGHT),
        ("A/B", "two letters"),
        ("the left one", "another letter"),
        ("the network's", "a method"),
        (1, ""),
    ],
    "pick-metric": [
        ("d)", RIGHT),
        ("D (SUVmax)", RIGHT),
        ("C and D", "no such letter"),
        ("PSNR", "no such letter"),
        (4, ""),
    ],
    "suv-error": [
        (_of_sizes(lambda one: (one.value, (one.lo, one.hi))), RIGHT),
        (_of_sizes(lambda one: [f"{x:.3f}" for x in _three(one)]), RIGHT),
        (lambda f: dose._smoothed(f)[::-1], "largest first"),
        (lambda f: dose._medians(f), "medians"),
        (_of_sizes(lambda one: (-one.value, -one.hi, -one.lo)), "without the sign"),
        (lambda f: [dose._smoothed(f)[0]] * 3, "one for all sizes"),
        (_of_sizes(lambda one: (one.value,) * 3), "other intervals"),
        (_of_sizes(lambda one: one.value), ""),
    ],
    "guess-made": [
        ("pictures 0 and 1", RIGHT),
        (np.array([1, 2, 3]), RIGHT),
        ([1, 9], "no such"),
        ([], "nothing ticked"),
        ("I do not know", ""),
    ],
    "real-or-made": [
        (lambda f: " and ".join(f"picture {i}" for i in f.made), RIGHT),
        (lambda f: set(map(float, f.made)), RIGHT),
        (lambda f: f.made[:2], "too few"),
        (lambda f: [*f.made, *_real_spots(f)[:2]], ""),
        (lambda f: _real_spots(f)[:3] + f.made[:1], "the real ones"),
        ("none", ""),
    ],
    "less-contrast": [
        (lambda f: f"{f.contrast.lowest():g}.", RIGHT),
        (lambda f: np.array([f.contrast.lowest()]), RIGHT),
        (0.33, "not in the table"),
        (0.75, "more than needed"),
        (lambda f: 100 * f.contrast.lowest(), "percentage"),
        ("1/2", ""),
    ],
    "accept": [
        (("B: not worse, by size", "reason 3"), RIGHT),
        (["b)", "3."], RIGHT),
        (("D", 4), "a published study"),
        (("B", "3 and 4"), ""),
        (("non-inferiority", 3), ""),
    ],
}


def _limit(how: Callable) -> Callable:
    return lambda f: (f.first, f.again, how(measure._differences((f.first, f.again))))


def _shares(how: Callable) -> Callable:
    return lambda f: how((f.one & f.other).sum(), f.one.sum(), f.other.sum())


def _shifted_pairs(f, by: int) -> dict:
    """Everything paired with the lesion of the next letter or so."""
    letters = list(f.pairs)
    return dict(zip(letters, np.roll(list(f.pairs.values()), by, axis=0).tolist(), strict=True))


TWELVE = {
    "measure-once": [
        (lambda f: np.round(f.first), RIGHT),
        (lambda f: [[str(x) for x in line] for line in f.first], RIGHT),
        (lambda f: [9.5, 8, 14, 7.5, 10.5, 9], "not six"),
        (lambda f: [line[1:] for line in f.first], "not six"),
        (lambda f: [(25, 25, 25, 25, 25)] * 6, "no length"),
        (lambda f: [*f.first[:5], None], ""),
        ("7 mm", ""),
    ],
    "measure-again": [
        (lambda f: [np.array(f.first), tuple(f.again)], RIGHT),
        (lambda f: (f.again, f.first), RIGHT),
        (lambda f: (f.first, f.first[::-1]), "copied"),
        (lambda f: (f.first, f.again[:4]), "not six"),
        (lambda f: f.again, ""),
    ],
    "real-change": [
        (_limit(lambda d: f"{1.96 * d.std(ddof=1):.1f} mm."), RIGHT),
        (_limit(lambda d: [np.float32(1.96 * d.std(ddof=1))]), RIGHT),
        (_limit(lambda d: f"{1.96 * d.std(ddof=1):.1f} cm"), ""),
        (_limit(lambda d: np.abs(d).mean()), ""),
        (_limit(lambda d: d.std()), "SD"),
        (_limit(lambda d: -1.96 * d.std(ddof=1)), "with a minus"),
        (_limit(lambda d: 2 * 1.96 * d.std(ddof=1)), "from limit to limit"),
        (_limit(lambda d: d), ""),
    ],
    "dice": [
        (lambda f: f"Dice {segments.dice(f.one, f.other):.3f}.", RIGHT),
        (lambda f: np.array(segments.dice(f.one, f.other)), RIGHT),
        (_shares(lambda both, one, other: both), "a count"),
        (_shares(lambda both, one, other: 2 * both / one + other), "brackets forgotten"),
        (lambda f: (f.one == f.other).mean(), "voxels outside count too"),
        (lambda f: 100 * segments.dice(f.one, f.other), "percentage"),
        (lambda f: 1 - segments.dice(f.one, f.other), ""),
    ],
    "doubling-time": [
        (f"{measure._TIME:.0f} d", RIGHT),
        (f"{measure._TIME:.1f} days.", RIGHT),
        (f"{measure._TIME / 7:.1f} weeks", ""),
        (measure._TIME / 7, ""),
        (240, ""),
        (-measure._TIME, "later first"),
    ],
    "grew": [
        (("C: growth is not shown", "reason 2"), RIGHT),
        (["c.", "2"], RIGHT),
        (("A", 2), "yes"),
        (("C", 4), "right sentence, wrong reason"),
        ("C2", ""),
    ],
    "follow-it": [
        (lambda f: {k.lower(): [str(n) for n in pair] for k, pair in f.pairs.items()}, RIGHT),
        (lambda f: {f"lesion {k}": f"{a}; {b}" for k, (a, b) in f.pairs.items()}, RIGHT),
        (lambda f: {k: [n or None for n in pair] for k, pair in f.pairs.items()}, RIGHT),
        (lambda f: dict.fromkeys("ABCDE", (0, 0)), "called gone too often"),
        (lambda f: {**f.pairs, "A": f.pairs["C"]}, "one number twice"),
        (lambda f: _shifted_pairs(f, 1), "lost lesion paired"),
        (lambda f: {**f.pairs, "A": f.pairs["C"], "C": f.pairs["A"]}, "two swapped"),
        (lambda f: {k: pair[0] for k, pair in f.pairs.items()}, "another form"),
        (lambda f: list(f.pairs.values()), ""),
    ],
    "risk-here": [
        (("b.", "2."), RIGHT),
        (["B", 2.0], RIGHT),
        (("yes", 1), "yes, same AUC"),
        (("No.", 4), "useless"),
        (("D", 2), ""),
    ],
}


def _rate(rate: float) -> Callable:
    return lambda f: froc.sensitivity_at(f.found.found, f.found.false, f.found.exams, rate)


THIRTEEN = {
    "say-nothing": [
        (lambda f: f"{f.nothing.value:.3f}.", RIGHT),
        (lambda f: f.nothing, RIGHT),
        (0.95, "rounded too far"),
        (13 / 14, ""),
        (lambda f: f"{100 * f.nothing.value:.1f} %", ""),
        ("(labels == 0).mean()", ""),
    ],
    "any-alarm": [
        (".51", RIGHT),
        (np.array(1 - 0.95**14), RIGHT),
        (0.5, "rounded too far"),
        (1 - 0.95**11, "another number of findings"),
        (1 - 0.95**13, "another number of findings"),
        (14 * 0.05 * 0.95**13, "exactly one"),
        ("1 - 0.95 ** 14", ""),
        (1, ""),
    ],
    "slice-to-exam": [
        (lambda f: lambda slices: sorted(slices)[-1], RIGHT),
        (lambda f: lambda slices: [np.max(slices)], RIGHT),
        (lambda f: lambda slices: sum(slices), "mean"),
        (lambda f: lambda slices: np.argmax(slices), ""),
        (lambda f: lambda slices: slices, ""),
        (lambda f: lambda slices: "max", ""),
        ("max", ""),
    ],
    "how-much-blood": [
        (lambda f: f"{f.ml:.1f} cc", RIGHT),
        (lambda f: f"{f.ml:.1f} mL.", RIGHT),
        (lambda f: f"{1000 * f.ml:.0f} mm3", ""),
        (lambda f: f.areas.sum() * 5.5 / 1000, ""),
        (lambda f: f.areas.sum() * 7, "mm³"),
        (lambda f: f.areas * 7 / 1000, ""),
    ],
    "find-it": [
        (lambda f: [[str(round(x)) for x in row] for row in f.hidden.middle], RIGHT),
        (lambda f: [*f.hidden.middle.tolist()[:3], [0, 0, 0]], RIGHT),
        (lambda f: f.hidden.middle[:, [2, 1, 0]], "slice not first"),
        (lambda f: f.hidden.middle[::-1], "beside the bulge"),
        (lambda f: f.hidden.middle[0], "not four"),
        (lambda f: [*f.hidden.middle.tolist()[:3], None], ""),
    ],
    "froc-point": [
        (lambda f: (beyond._point(f).value, _three(beyond._point(f))[1:]), RIGHT),
        (lambda f: [f"{x:.2f}" for x in _three(beyond._point(f))], RIGHT),
        (_rate(1.0), "another rate of the list"),
        (lambda f: np.multiply(100, _three(beyond._point(f))), "percentage"),
        (lambda f: beyond._point(f).value, ""),
        (_rate(20.0), ""),
    ],
    "transfer": [
        (("B: test it first", "reason 2"), RIGHT),
        (["b.", 2.0], RIGHT),
        (("D", 2), "train first"),
        (("B", 4), "right decision, wrong reason"),
        (("test", 2), ""),
    ],
}

LESSONS = {"07": SEVEN, "09": NINE, "10": TEN, "11": ELEVEN, "12": TWELVE, "13": THIRTEEN}


def lines() -> Iterator[tuple[str, str, Callable, str]]:
    """Lesson, exercise, ``typed(frozen)`` and the slip that is told, or ``right``."""
    for number, tried in LESSONS.items():
        for slug, answers in tried.items():
            for typed, told in answers:
                yield number, slug, typed if callable(typed) else (lambda f, it=typed: it), told
