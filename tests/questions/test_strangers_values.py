"""What a reader types who knows none of the lists of slips: answers in lessons 04 to 13 and 99.

Each line holds an exercise, what was typed, and the slip that the reply names; none for a right
answer. Those of lessons 07 and 09 to 13 stand in ``strangers_later``. The examples of the slips
themselves, and the forms that each check knows, are tried in ``test_checks``.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from readingroom.assess import calibration, metrics, operating, prevalence, subgroups
from readingroom.checks import lesson_06 as bias, lesson_08 as readers, lesson_99 as capstone
from readingroom.lessons.l05 import films as five
from readingroom.lessons.l08 import films as eight
from readingroom.models.pixels import pixel_regression
from readingroom.questions import exercises
from tests.questions import strangers_later

MODES = [pytest.param("real", marks=pytest.mark.real), "simulated"]
RIGHT = "right"


def _three(estimate) -> tuple:
    return estimate.value, estimate.lo, estimate.hi


def _rates(frozen) -> tuple[float, float]:
    return frozen.at_half.sensitivity.value, frozen.at_half.specificity.value


def _half_as_wide(estimate) -> tuple:
    value, lo, hi = _three(estimate)
    return value, (value + lo) / 2, (value + hi) / 2


def _cheapest(frozen) -> float:
    local = frozen.local
    found = operating.candidates(local[1])
    return min(found, key=lambda one: operating.cost_at(*local, one, 0.05, 10))


def _trained_on_the_test(frozen):
    return pixel_regression(frozen.ours.shown["unmarked"], frozen.ours.test_labels)


def _every_film_marked(frozen):
    return pixel_regression(
        bias.plant_block(frozen.ours.bare_films, True), frozen.ours.train_labels
    )


def _crossed(frozen) -> np.ndarray:
    over = (frozen.before < 0.5) & (frozen.after >= 0.5)
    return over[frozen.ours.test_labels == 0]


def _view(frozen, label: str = "label", score: str = "ap", sign: int = 1) -> tuple:
    folk, found = frozen.folk, []
    for rows in (slice(None), folk.test):
        ill, scored, whose = (getattr(folk, name)[rows] for name in (label, score, "patient"))
        found += [one := metrics.auc(ill, sign * scored, whose), one.n]
    return tuple(found)


def _two_digits(frozen) -> tuple:
    every, n, part, k = _view(frozen)
    return (
        tuple(round(x, 2) for x in _three(every)),
        n,
        tuple(round(x, 2) for x in _three(part)),
        k,
    )


def _gap_in_women(frozen):
    folk = frozen.folk
    return subgroups.auc_gap(folk.label, folk.score, folk.man == 0, folk.patient), "cannot tell"


def _verdict(frozen, **words: str) -> tuple:
    return frozen.gap, words[bias._follows(frozen.gap.lo, frozen.gap.hi).replace(" ", "_")]


def _missed(frozen, group) -> tuple:
    return frozen.table, len(frozen.table), group


FOUR = [
    ("auc-with-interval", lambda f: [f.auc.value, [f.auc.lo, f.auc.hi]], RIGHT),
    ("auc-with-interval", lambda f: np.round(_three(f.auc), 2), RIGHT),
    ("auc-with-interval", lambda f: metrics.auc(*f.rest), "all but the local films"),
    ("auc-with-interval", lambda f: _half_as_wide(f.auc), ""),
    ("auc-with-interval", lambda f: metrics.auc(f.scores.test.y[:60], f.scores.test.a[:60]), ""),
    ("threshold-by-cost", lambda f: [f"{_cheapest(f):.3f}"], RIGHT),
    ("threshold-by-cost", lambda f: np.float32(_cheapest(f)), RIGHT),
    ("threshold-by-cost", lambda f: -0.3, "alarm for everybody"),
    ("ppv-here", lambda f: f"{prevalence.bayes(0.02, *_of(f)):.3f}", RIGHT),
    ("ppv-here", lambda f: round(prevalence.bayes(0.02, *_of(f)), 2), RIGHT),
    ("ppv-here", lambda f: prevalence.bayes(2, *_of(f)), "2 for 2 %"),
    ("ppv-here", lambda f: 0.02 * _of(f)[0] / _of(f)[1], "the odds, not the share"),
    (
        "ppv-here",
        lambda f: 1 / prevalence.bayes(0.02, *_of(f)) - 1,
        "false alarms for each true one",
    ),
    ("ppv-here", lambda f: prevalence.bayes(0.05, *_of(f)), "another share of ill patients"),
    ("ppv-here", lambda f: prevalence.bayes(0.01, *_of(f)), "another share of ill patients"),
    (
        "ppv-here",
        lambda f: prevalence.npv(f.at_half.sensitivity, f.at_half.specificity, 0.02),
        "NPV",
    ),
    ("alarms-per-day", lambda f: tuple(map(round, prevalence.alarms(*_rates(f), 0.05, 80))), RIGHT),
    ("alarms-per-day", lambda f: list(map(str, prevalence.alarms(*_rates(f), 0.05, 80))), RIGHT),
    (
        "alarms-per-day",
        lambda f: prevalence.alarms(*_rates(f), 0.05, 100),
        "another number of films",
    ),
    ("alarms-per-day", lambda f: (0, 0), ""),
    ("which-is-overconfident", lambda f: "Q is over-confident", RIGHT),
    ("which-is-overconfident", lambda f: ["the plot Q"], RIGHT),
    ("which-is-overconfident", lambda f: "P, Q", "no letter of the plots"),
    ("which-is-overconfident", lambda f: "Q, or is it P", "no letter of the plots"),
    (
        "local-calibration",
        lambda f: (range(200), calibration.recalibration(f.scores.test.y[:200], _scores(f)[:200])),
        RIGHT,
    ),
    (
        "local-calibration",
        lambda f: (f.scores.rest, calibration.recalibration(*f.local)),
        "guessed weights",
    ),
    ("a-or-b", lambda f: ((f.gap.value, (f.gap.lo, f.gap.hi)), "B > A"), RIGHT),
    ("a-or-b", lambda f: (f.gap, ["B is better"]), RIGHT),
    ("a-or-b", lambda f: (f.gap, "A and B"), "no such decision"),
    ("buy-it", lambda f: ("C: test it first", "reason 2"), RIGHT),
    ("buy-it", lambda f: ("C, not D", 2), ""),
]
FIVE = [
    ("your-box-first", lambda f: [[x + 0.4 for x in b] for b in five.boxes_around(f.masks)], RIGHT),
    (
        "your-box-first",
        lambda f: [*five.boxes_around(f.masks)[:4], *[(2, 12, 2, 12)] * 4],
        "off target",
    ),
    ("patch-size", lambda f: ["24 px"], RIGHT),
    ("patch-size", lambda f: 24**2, "an area"),
    ("adds-up", lambda f: f.f_black, "an output alone"),
    ("adds-up", lambda f: f.shares / (f.f_film - f.f_black), "one divided by the other"),
    (
        "sanity",
        lambda f: {
            k: [rho, {"pass": "Passes the test", "fail": "Fails the test."}[f.verdicts[k]]]
            for k, rho in f.rho.items()
        },
        RIGHT,
    ),
    ("sanity", lambda f: {k: (rho, "fail") for k, rho in f.rho.items()}, "one verdict"),
    (
        "sanity",
        lambda f: {**{k: (rho, f.verdicts[k]) for k, rho in f.rho.items()}, "D": (0, "pass")},
        "another form",
    ),
    ("on-target-rate", lambda f: [np.round(_three(x), 2) for x in (f.rate, f.excess)], RIGHT),
    ("on-target-rate", lambda f: (f.with_negatives[0], f.excess), "counted negatives"),
    ("how-small", lambda f: f"{f.smallest:g}mm", RIGHT),
    ("how-small", lambda f: f.smallest / 10, ""),
    ("wrong-reason", lambda f: [f"film {i}" for i in f.on_device], RIGHT),
    ("is-it-evidence", lambda f: ("B - nothing new", "2."), RIGHT),
]
SIX = [
    ("spot-it", lambda f: [str(x) for x in f.box], RIGHT),
    ("spot-it", lambda f: (109, 117, 112, 119), "an edge without a letter"),
    ("move-the-sticker", lambda f: metrics.mean(_crossed(f).astype(float)), RIGHT),
    (
        "move-the-sticker",
        lambda f: metrics.share(int(_crossed(f).sum()), len(f.before)),
        "of all films",
    ),
    ("twin-effect", lambda f: np.round(_three(bias._effect(f)), 2), RIGHT),
    ("view-alone", _view, RIGHT),
    ("view-alone", _two_digits, RIGHT),
    ("view-alone", lambda f: _view(f, "ap", "label"), "label and view exchanged"),
    ("view-alone", lambda f: (*_view(f)[:2], *_view(f, score="man")[2:]), "the sex"),
    ("view-alone", lambda f: (*_view(f)[:2], *_view(f, sign=-1)[2:]), "the wrong way round"),
    (
        "within-view",
        lambda f: _verdict(f, yes="better", no="worse", cannot_tell="I don't know"),
        RIGHT,
    ),
    ("within-view", _gap_in_women, ""),
    ("missed-by-group", lambda f: _missed(f, [bias._named(f)]), RIGHT),
    (
        "missed-by-group",
        lambda f: _missed(f, ", ".join(f.table["group"].iloc[:2])),
        "several groups",
    ),
    ("fix-and-retest", _every_film_marked, RIGHT),
    ("fix-and-retest", _trained_on_the_test, "trained on the films that test it"),
    ("external-enough", lambda f: ("B. No", "3"), RIGHT),
    ("external-enough", lambda f: ("not excluded", 3), ""),
]

EIGHT = [
    ("which-interval", lambda f: ("Q: readers and cases vary", "2."), RIGHT),
    ("which-interval", lambda f: ("P, Q", 2), ""),
    ("sure-and-wrong", lambda f: f"{readers._above(f, f.scores.test.y == 0):.2f}", RIGHT),
    ("sure-and-wrong", lambda f: (_scores(f)[f.scores.test.y == 0] > 0.95).mean(), RIGHT),
    (
        "sure-and-wrong",
        lambda f: float((f.scores.test.y[_scores(f) > 0.95] == 0).mean()),
        "of the sure calls",
    ),
    ("sure-and-wrong", lambda f: 0.05, ""),
    ("coverage", lambda f: [list(_three(one)) for one in f.kept], RIGHT),
    ("coverage", lambda f: (f.kept[0], f.kept[2], f.kept[1]), "another order"),
    ("defer", lambda f: [f"{readers._middle_cut(f):.2f}"], RIGHT),
    ("defer", lambda f: 1.5, "more than certain"),
    ("who-waits", lambda f: "films " + " and ".join(map(str, eight.slowest(f.day))), RIGHT),
    ("who-waits", lambda f: [], ""),
    ("overrule", lambda f: tuple(map(set, readers._perfect(f))), RIGHT),
    ("overrule", lambda f: readers._perfect(f)[::-1], "escalate all"),
    ("own-reliance", lambda f: (readers._alone(f), readers._alone(f), "0"), RIGHT),
    ("design", lambda f: ("C and D", 3), ""),
]
LAST = [
    ("find", lambda f: {str(c): str(k) for c, k in capstone.marked(f).items()}, RIGHT),
    ("find", lambda f: {c: k + 0.5 for c, k in capstone.marked(f).items()}, "off the study"),
    ("one-cause", lambda f: " and ".join(map(str, sorted(f.shown.same))), RIGHT),
    ("one-cause", lambda f: [], ""),
    ("direction", lambda f: {k: f" {w}." for k, w in capstone.directions().items()}, RIGHT),
    ("direction", lambda f: list(capstone.directions().values()), ""),
    ("harm", lambda f: ["Source.", "patient", "choice", "poor"], RIGHT),
    ("harm", lambda f: "source, patient, choice", ""),
    ("verdict", lambda f: ("C: reject it", "2"), RIGHT),
]


def _of(frozen) -> tuple[float, float]:
    sensitivity, specificity = _rates(frozen)
    return sensitivity, 1 - specificity


def _scores(frozen) -> np.ndarray:
    return frozen.scores.test.a


LINES = [("04", *line) for line in FOUR] + [("05", *line) for line in FIVE]
LINES += [("06", *line) for line in SIX] + [("08", *line) for line in EIGHT]
LINES += [("99", *line) for line in LAST] + list(strangers_later.lines())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("number", "slug", "typed", "told"),
    [pytest.param(*line, id=f"{line[0]}-{line[1]}-{i}") for i, line in enumerate(LINES)],
)
def test_a_strangers_answer_gets_the_verdict_it_deserves(number, slug, typed, told, mode):
    """Right answers in another form pass; wrong ones earn nothing and get their own sentence."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    verdict, _ = exercises.examine(exercise, typed(frozen), frozen)
    assert verdict.reason and not re.search(r"{[a-z_]+}", verdict.reason)
    if told == RIGHT:
        assert (verdict.status, verdict.points) == (exercises.RIGHT, exercise.points), verdict
    else:
        assert (verdict.status, verdict.points) == (exercises.WRONG, 0), verdict
        assert verdict.mistake == told, verdict
