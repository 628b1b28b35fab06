"""Checks of lesson 04, "Is it good enough?"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from readingroom.assess import calibration, delong, metrics, operating, prevalence
from readingroom.assess.metrics import Estimate
from readingroom.lessons.l04 import films
from readingroom.questions import builders as ask, kinds, offers, wordings

# Exercises whose value a later cell goes on with.
CARRIED = ("local-calibration",)

GAP_WITHIN, GAP_BOUND_WITHIN = 0.003, 0.006  # a-or-b: narrow, so that unpaired does not slip in
# Of the lowest cost in the printed lines: what the learner can see is what counts. Thresholds in
# the same valley cost as much within the luck of 200 films. A price or a prevalence that shifts
# the balance of misses and false alarms by more than five leads out of it, in both modes.
COST_WITHIN = 1.05
ILL, MISS = 0.05, 10  # threshold-by-cost: share of ill patients, price of a miss in false alarms
PPV_ILL = 0.02
FILMS, LISTED_ILL = 80, 0.05  # alarms-per-day
HABIT = films.HABIT
BETTER = 0.75  # of the calibration error before; a repair must take away a quarter
# Of the weights that the named films give: those rounded to one decimal pass; a fit on all test
# films, which lies .06 off and more, does not.
FITTED_WITHIN = 0.055
FEWEST = 20  # films for a fit
LEFT = 100  # films that must be left to score a repair on


@dataclass(frozen=True)
class Frozen:
    """What lesson 04's checks read: stored labels and scores, and a few counts made from them."""

    scores: films.Scores
    auc: Estimate
    at_half: operating.Point
    gap: Estimate
    gap_unpaired: Estimate
    gap_val: Estimate

    @property
    def local(self) -> tuple[np.ndarray, np.ndarray]:
        """Labels and scores of the local films."""
        test = self.scores.test
        return test.y[self.scores.local], test.a[self.scores.local]

    @property
    def rest(self) -> tuple[np.ndarray, np.ndarray]:
        """Labels and scores of the other test films."""
        test = self.scores.test
        return test.y[self.scores.rest], test.a[self.scores.rest]


def frozen(mode: str) -> Frozen:
    """Load and count everything once for one mode."""
    scores = films.load(mode)
    test, pair, val = scores.test, scores.pair, scores.val
    both = val if val.b is not None else films.load("simulated").val
    return Frozen(
        scores=scores,
        auc=metrics.auc(test.y, test.a),
        at_half=operating.at(test.y, test.a, HABIT),
        gap=metrics.auc_diff(pair.y, pair.b, pair.a),
        gap_unpaired=metrics.auc_diff(pair.y, pair.b, pair.a, paired=False),
        gap_val=metrics.auc_diff(both.y, both.b, both.a),
    )


def _auc_of_both(frozen: Frozen) -> Estimate:
    val, test = frozen.scores.val, frozen.scores.test
    return metrics.auc(np.r_[val.y, test.y], np.r_[val.a, test.a])


AUC = ask.estimate(
    "auc-with-interval",
    lambda f: f.auc,
    ask.slip(
        "validation films",
        lambda f: metrics.auc(f.scores.val.y, f.scores.val.a),
        "That is the AUC on the validation films, with which the maker made choices.",
    ),
    ask.slip(
        "labels and scores swapped or turned round",
        lambda f: (1 - f.auc.value, 1 - f.auc.hi, 1 - f.auc.lo),
        "Labels stand first, scores second. A high score means ill.",
        lambda answer: answer[0] < 0.5,
    ),
    ask.slip(
        "validation and test films together",
        lambda f: _auc_of_both(f),
        "Those are the validation and the test films together. Take the test films alone.",
        lambda answer, f: ask.matches(answer, _auc_of_both(f), 0.0005, 0.003),
    ),
    ask.slip(
        "calls in place of scores",
        lambda f: metrics.auc(f.scores.test.y, f.scores.test.a >= HABIT),
        "That ranks the calls at 0.5, alarm or none. Take the scores themselves, test.a.",
        within=0.002,
    ),
    ask.slip(
        "the local films",
        lambda f: metrics.auc(*f.local),
        "Those are the local films only. Take all test films.",
        lambda answer, f: ask.matches(answer, metrics.auc(*f.local), 0.0005, 0.003),
    ),
    ask.exactly(
        "all but the local films",
        lambda f: metrics.auc(*f.rest),
        "Those are the test films without the local ones. Take all of them: test.y and test.a.",
    ),
    ask.slip(
        "model B",
        lambda f: metrics.auc(f.scores.pair.y, f.scores.pair.b),
        "That is model B. The question is about A: test.a.",
    ),
    ask.slip(
        "an interval without width",
        lambda f: (f.auc.value,) * 3,
        "The interval has no width: another sample of films would have given another number.",
        lambda answer: answer[2] - answer[1] < 1e-6,
    ),
    within=0.005,  # two decimals are an answer
    bounds=0.006,  # two decimals pass; an interval of half the width does not
    task="AUC of model A on the test films, with its 95 % interval",
    forms=lambda f: [delong.auc(f.scores.test.y, f.scores.test.a)],
    otherwise="The value or its interval is not that of model A on the test films.",
    why="One number, its interval, and the films it was counted on: that is an answer.",
    comment=lambda answer, f: (
        f"{f.auc}: of 100 pairs of an ill and a well film, model A puts "
        f"about {100 * f.auc.value:.0f} in the right order."
    ),
    hint="One function does it: rr.metrics.auc(labels, scores).",
    next_hint="The labels of the test films are test.y, the scores of model A are test.a.",
)


def _cost(t: float, films: tuple[np.ndarray, np.ndarray]) -> float:
    return operating.cost_at(*films, t, ILL, MISS)


def _printed(frozen: Frozen) -> float:
    """The cheapest of the candidates that the lesson prints."""
    y, s = frozen.local
    return min(operating.candidates(s).tolist(), key=lambda t: _cost(t, (y, s)))


def _prices(frozen: Frozen) -> list[float]:
    """The costs of the printed lines, in their order."""
    return [_cost(t, frozen.local) for t in operating.candidates(frozen.local[1])]


def _cheap(answer: float, frozen: Frozen) -> bool:
    lowest = _cost(_printed(frozen), frozen.local)
    return _cost(answer, frozen.local) <= COST_WITHIN * lowest + 1e-9


def _at_prices(frozen: Frozen, ill: float, miss: float) -> float:
    return operating.cheapest(*frozen.local, ill, miss)


def _for_the_test_mix(frozen: Frozen) -> float:
    return _at_prices(frozen, float(frozen.scores.test.y.mean()), MISS)


def _costs(answer: float, frozen: Frozen) -> dict:
    return {
        "c": f"{_cost(answer, frozen.local):.0f}",
        "best": f"{_cost(_printed(frozen), frozen.local):.0f}",
    }


def _within_the_valley(frozen: Frozen) -> list[float]:
    """The lowest candidate printed, and two others at which the same films cost the same."""
    y, s = frozen.local
    best = operating.cheapest(y, s, ILL, MISS)
    above, below = s[s >= best].min(), s[s < best].max()
    return [_printed(frozen), best + (above - best) * 0.4, best - (best - below) * 0.4]


def _elsewhere(answer: float, frozen: Frozen) -> str:
    cost, regret = _cost(answer, frozen.rest), operating.regret(*frozen.rest, answer, ILL, MISS)
    return (
        f"On the local films it costs {_cost(answer, frozen.local):.0f} for 1,000 patients. On the "
        f"other {len(frozen.rest[0])} films it costs {cost:.0f}. That is {regret:.0f} more than "
        "the best threshold of those films: the regret."
    )


COST = ask.number(
    "threshold-by-cost",
    lambda f: operating.cheapest(*f.local, ILL, MISS),
    ask.slip(
        "one half",
        HABIT,
        "It costs {c}; the lowest line costs {best}. 0.5 is a habit, nobody chose it.",
        facts=_costs,
    ),
    ask.slip(
        "best for the test mix",
        _for_the_test_mix,
        "It costs {c}; the lowest line costs {best}. It would be right if {p} of your patients "
        "were ill, as in the test films.",
        facts=lambda answer, f: {**_costs(answer, f), "p": f"{f.scores.test.y.mean():.0%}"},
        within=0.02,
    ),
    ask.slip(
        "a miss at the price of a false alarm",
        lambda f: _at_prices(f, ILL, 1),
        "It costs {c}; the lowest line costs {best}. It would be right if a miss cost no more than "
        "a false alarm.",
        facts=_costs,
        within=0.005,
    ),
    ask.slip(
        "half of them ill",
        lambda f: _at_prices(f, 0.5, MISS),
        "It costs {c}; the lowest line costs {best}. It would be right if half of your patients "
        "were ill.",
        facts=_costs,
        within=0.005,
    ),
    ask.slip(
        "Youden's point of the validation films",
        lambda f: operating.youden(f.scores.val.y, f.scores.val.a),
        "On the local films it costs {c}; the lowest line costs {best}. It is near the threshold "
        "with the largest sum of sensitivity and specificity, which knows no prices.",
        facts=_costs,
        within=0.01,
    ),
    ask.slip(
        "the number of the line",
        lambda f: float(np.argmin(_prices(f))),
        "That is the place of the lowest cost in the list. The threshold stands in front of it.",
        lambda answer, f: answer > 1 and answer == np.argmin(_prices(f)),
    ),
    ask.slip(
        "a percentage",
        95.4,
        "Scores lie between 0 and 1. A score of 95 % is written .95.",
        lambda answer: 1 < answer <= 100 and answer != 1.01,
    ),
    ask.slip(
        "above every score",
        1.01,
        "The answer is a threshold, not a cost, and scores end at 1. Above that there is no "
        "alarm, and every ill patient is missed.",
        lambda answer: answer > 1,
    ),
    ask.slip(
        "alarm for everybody",
        0.0,
        "So low a threshold calls everybody ill: no miss, and {n} false alarms in 1,000 patients.",
        lambda answer, f: answer <= f.local[1].min(),
        lambda answer: {"n": f"{1000 * (1 - ILL):.0f}"},
    ),
    ask.slip(
        "another threshold",
        lambda f: float(np.quantile(f.local[1], 0.3)),
        "On the local films it costs {c}; the lowest line costs {best}.",
        True,
        _costs,
    ),
    accepts=_cheap,
    alike=1e-4,
    accepted=f"A cost of up to {100 * (COST_WITHIN - 1):.0f} % above the lowest line is accepted.",
    task="The threshold for 5 % ill and a miss at the price of ten false alarms",
    forms=_within_the_valley,
    otherwise="On the local films another threshold costs clearly less.",
    why="You chose it on the films that may choose.",
    comment=_elsewhere,
    hint="Look for the smallest cost in the lines above the exercise; its threshold is in front.",
    next_hint="The cost of 1,000 patients is 10 x prevalence x (1 - sensitivity) "
    "+ (1 - prevalence) x (1 - specificity), times 1,000.",
    offer=offers.fill("[]", offers.slide("Threshold", 0, 1, 0.001)),
)


def _another_order(answer: float, frozen: Frozen) -> bool:
    """Whether the three numbers stand in the brackets of ppv(...) in another order."""
    point = frozen.at_half
    right = (PPV_ILL, point.sensitivity.value, point.specificity.value)
    found = [prevalence.bayes(ill, sens, 1 - spec) for ill, sens, spec in permutations(right)]
    return any(abs(answer - one) <= 0.005 for one in found[1:])


def _ppv(frozen: Frozen, ill: float = PPV_ILL) -> float:
    point = frozen.at_half
    return prevalence.bayes(ill, point.sensitivity.value, 1 - point.specificity.value)


def _npv(frozen: Frozen) -> float:
    return prevalence.npv(frozen.at_half.sensitivity, frozen.at_half.specificity, PPV_ILL).value


OTHER_SHARES = (0.002, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5)


def _other_share(answer: float, frozen: Frozen) -> float | None:
    """The share of ill patients that this PPV would belong to, among those people try."""
    near = (p for p in OTHER_SHARES if abs(answer - _ppv(frozen, p)) <= 0.0006)
    return next(near, None)


def _odds(frozen: Frozen) -> float:
    """Likelihood ratio times prevalence: near the PPV where few are ill, and no share."""
    point = frozen.at_half
    return PPV_ILL * point.sensitivity.value / max(1 - point.specificity.value, 1e-3)


def _false_for_each_true(frozen: Frozen) -> float:
    ppv = _ppv(frozen)
    return 1 / ppv - 1 if ppv > 0 else 1e6


def _told_ppv(answer: float, frozen: Frozen) -> str:
    found = prevalence.ppv(frozen.at_half.sensitivity, frozen.at_half.specificity, PPV_ILL)
    return f"{found}: of 100 alarms about {100 * found.value:.0f} are true."


PPV = ask.share(
    "ppv-here",
    _ppv,
    ask.slip(
        "PPV of the test films",
        lambda f: _ppv(f, float(f.scores.test.y.mean())),
        "That is the PPV at {p} prevalence.",
        facts=lambda answer, f: {"p": f"{f.scores.test.y.mean():.0%}"},
    ),
    ask.slip(
        "ill and well exchanged",
        lambda f: _ppv(f, 1 - PPV_ILL),
        "That is the PPV where 98 % are ill. Here 2 % are.",
        lambda answer, f: abs(answer - _ppv(f, 1 - PPV_ILL)) <= 0.001,
    ),
    ask.slip(
        "2 for 2 %",
        lambda f: _ppv(f, 100 * PPV_ILL),
        "Of 100 patients 2 are ill, so the share of ill patients is 0.02, not 2.",
        lambda answer, f: abs(answer - _ppv(f, 100 * PPV_ILL)) <= 0.001,
    ),
    ask.exactly(
        "the odds, not the share",
        _odds,
        "You divided the share of ill patients who raise an alarm by 1 - specificity. Below the "
        "line stand all alarms: the true ones and the false ones.",
    ),
    ask.slip(
        "false alarms for each true one",
        _false_for_each_true,
        "That is the number of false alarms for each true one. The PPV is the share of alarms that "
        "are true.",
        lambda answer, f: answer > 1 and abs(answer - _false_for_each_true(f)) <= 0.5,
    ),
    ask.slip(
        "NPV",
        lambda f: _npv(f),
        "That is the NPV: of the patients without an alarm, the share that is well.",
        lambda answer, f: answer < 1 and answer >= _npv(f) - 0.0006,
    ),
    ask.slip(
        "true alarms of all patients",
        lambda f: PPV_ILL * f.at_half.sensitivity.value,
        "That is the share of all patients who are ill and raise an alarm. Divide it by the share "
        "of all patients who raise one.",
        lambda answer, f: abs(answer - PPV_ILL * f.at_half.sensitivity.value) <= 0.0001,
    ),
    ask.slip(
        "another share of ill patients",
        lambda f: _ppv(f, 10 * PPV_ILL),
        "That is the PPV where {p} are ill. Here 2 % are, which is typed 0.02.",
        lambda answer, f: _other_share(answer, f) is not None,
        lambda answer, f: {"p": f"{100 * _other_share(answer, f):g} %"},
    ),
    ask.slip(
        "sensitivity",
        lambda f: f.at_half.sensitivity.value,
        "That is the sensitivity: how many ill patients get an alarm. The question is how many "
        "alarms are ill patients.",
    ),
    ask.slip(
        "specificity",
        lambda f: f.at_half.specificity.value,
        "That is the specificity: how many well patients get no alarm.",
    ),
    ask.slip(
        "the prevalence",
        PPV_ILL,
        "That is the chance of disease before the alarm; an alarm raises it.",
        within=0.0006,
    ),
    ask.complement("the wrong alarms", "That is the share of alarms that are false."),
    ask.slip(
        "the invented test",
        prevalence.bayes(PPV_ILL, 0.90, 0.15),
        "That is the invented test above. Model A's numbers are at_half.sensitivity.value and "
        "at_half.specificity.value.",
        within=0.0006,
    ),
    ask.slip(
        "another order",
        lambda f: prevalence.bayes(
            PPV_ILL, f.at_half.specificity.value, 1 - f.at_half.sensitivity.value
        ),
        "The order in the brackets: share of ill patients, sensitivity, specificity.",
        _another_order,
    ),
    within=0.005,
    task="PPV of model A at 2 % prevalence",
    forms=lambda f: [prevalence.ppv(f.at_half.sensitivity, f.at_half.specificity, PPV_ILL)],
    otherwise="The PPV is true alarms divided by all alarms, here with 2 % ill.",
    why="With few ill patients nearly every alarm comes from the many who are well.",
    comment=_told_ppv,
    hint=(
        "1,000 patients on paper: how many are ill, how many of them are found, how many well "
        "ones raise an alarm?"
    ),
    next_hint="True alarms: 1000 x 0.02 x sensitivity. False ones: 1000 x 0.98 x (1 - "
    "specificity).",
)


def _alarms(frozen: Frozen, ill: float = LISTED_ILL) -> tuple[float, float]:
    point = frozen.at_half
    return prevalence.alarms(point.sensitivity.value, point.specificity.value, ill, FILMS)


def _rates(frozen: Frozen) -> tuple[float, float]:
    return frozen.at_half.sensitivity.value, frozen.at_half.specificity.value


def _films_meant(answer: tuple, frozen: Frozen) -> int | None:
    """How many films a day both numbers would fit, where that is a round number."""
    alarms, true = _alarms(frozen)
    if not alarms:
        return None
    meant = round(answer[0] / alarms * FILMS)
    fits = abs(answer[0] - alarms * meant / FILMS) <= 0.5 and (
        abs(answer[1] - true * meant / FILMS) <= 0.5
    )
    return meant if fits and meant >= 20 and meant % 10 == 0 and meant != FILMS else None


def _false_only(frozen: Frozen) -> tuple[float, float]:
    alarms, true = _alarms(frozen)
    return alarms - true, true


def _told_alarms(answer: tuple, frozen: Frozen) -> str:
    alarms, true = _alarms(frozen)
    return (
        f"About {alarms:.0f} alarms a day, {true:.0f} of them true: {alarms / true - 1:.0f} false "
        "alarms for each true one."
    )


ALARMS = ask.numbers(
    "alarms-per-day",
    _alarms,
    ask.slip(
        "true above all",
        lambda f: _alarms(f)[::-1],
        "You gave more true alarms than alarms. All alarms come first, then the true ones.",
        lambda answer: answer[1] > answer[0],
    ),
    ask.slip(
        "ill patients as alarms",
        lambda f: (FILMS * LISTED_ILL, _alarms(f)[1]),
        "That is the number of ill patients.",
        lambda answer: abs(answer[0] - FILMS * LISTED_ILL) <= 0.3,
    ),
    ask.slip(
        "false alarms only",
        _false_only,
        "Those are the false alarms; the phone rings for the true ones too.",
    ),
    ask.slip(
        "the false ones second",
        lambda f: (_alarms(f)[0], _false_only(f)[0]),
        "The first number is right. The second one counts the false alarms; give the true ones.",
    ),
    ask.slip(
        "a share second",
        lambda f: (_alarms(f)[0], _alarms(f)[1] / _alarms(f)[0]),
        "The first number is right. The second one is a share of the alarms; give how many.",
        lambda answer, f: abs(answer[0] - _alarms(f)[0]) <= 0.5 and answer[1] < 1,
    ),
    ask.slip(
        "mix of the test films",
        lambda f: _alarms(f, float(f.scores.test.y.mean())),
        "That is a day with the mix of the test films; on your list 5 in 100 are ill.",
    ),
    ask.slip(
        "another number of films",
        lambda f: prevalence.alarms(*_rates(f), LISTED_ILL, 100),
        "One in so many of your alarms is true, that fits. But a day has {n} films: here the two "
        "numbers are those of {m} films.",
        lambda answer, f: _films_meant(answer, f) is not None,
        lambda answer, f: {"n": FILMS, "m": _films_meant(answer, f)},
    ),
    ask.slip(
        "another share of ill patients",
        lambda f: _alarms(f, PPV_ILL),
        "That is a day on which 2 in 100 patients are ill. On this list 5 in 100 are.",
        within=0.3,
    ),
    ask.slip(
        "the well without an alarm",
        lambda f: (_alarms(f)[1] + FILMS * (1 - LISTED_ILL) * _rates(f)[1], _alarms(f)[1]),
        "You added the well patients who get no alarm. The false alarms are the others: "
        "1 - specificity.",
    ),
    ask.slip(
        "shares",
        lambda f: tuple(part / FILMS for part in _alarms(f)),
        "Those are shares of the list; multiply by 80 films.",
        lambda answer: min(answer) > 0 and max(answer) <= 1,
    ),
    within=0.5,
    n=2,
    points=1,
    task="Alarms and true alarms a day on 80 films with 5 % ill",
    forms=lambda f: [tuple(round(part, 1) for part in _alarms(f))],
    unfit="Two numbers: all alarms, then the true ones, like alarms, true = 20, 3.",
    otherwise="All alarms are the true ones plus the false ones, each out of its own group.",
    why="True alarms come from the few ill, false ones from the many well.",
    comment=_told_alarms,
    hint="All alarms = true positives + false positives.",
    next_hint="80 x 0.05 are ill: times sensitivity. 80 x 0.95 are well: times (1 - specificity).",
)


PLOTS = ask.letter(
    "which-is-overconfident",
    "Q",
    letters={
        "P": (
            "all below",
            "P says too much everywhere. That is over-prediction, and the intercept repairs it.",
        ),
        "R": ("reversed S", "R is too timid at both ends: it is under-confident."),
        "S": (
            "best AUC",
            "S has the best AUC and lies on the diagonal. Ranking is not calibration.",
        ),
    },
    absent="no letter of the plots",
    look=True,
    task="The over-confident model among four reliability plots",
    why="Q lies below the diagonal at high scores and above it at low ones. It says too much at "
    "both ends, and its slope is far below 1.",
    hint="An over-confident model says .9 where .7 happens, and .1 where .3 happens.",
    next_hint="Look for a curve that is flatter than the diagonal and crosses it; its slope is "
    "below 1.",
)


def _repair(films: np.ndarray, frozen: Frozen) -> tuple[list[int], tuple[float, float]]:
    test = frozen.scores.test
    return [int(i) for i in films], calibration.recalibration(test.y[films], test.a[films])


def _some(frozen: Frozen, seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(len(frozen.scores.test))[:n]


def _all(frozen: Frozen) -> np.ndarray:
    return np.arange(len(frozen.scores.test))


def _unused(answer: tuple, frozen: Frozen) -> np.ndarray:
    return np.setdiff1d(_all(frozen), answer[0])


def _errors(answer: tuple, frozen: Frozen) -> tuple[float, float]:
    """Calibration error on the unused films, before and after."""
    test, rows = frozen.scores.test, _unused(answer, frozen)
    after = calibration.recalibrated(test.a[rows], *answer[1])
    y = test.y[rows]
    return calibration.error(y, test.a[rows]), calibration.error(y, after)


def _enough_left(answer: tuple, frozen: Frozen) -> bool:
    n = len(frozen.scores.test)
    return len(_unused(answer, frozen)) >= min(LEFT, n // 4)


def _outside(answer: tuple, frozen: Frozen) -> bool:
    return not answer[0] or min(answer[0]) < 0 or max(answer[0]) >= len(frozen.scores.test)


def _repaired(answer: tuple, frozen: Frozen) -> bool:
    if not _fit_of_its_films(answer, frozen) or not _enough_left(answer, frozen):
        return False
    before, after = _errors(answer, frozen)
    return after <= BETTER * before or not _can_improve(frozen)


def _one_kind(answer: tuple, frozen: Frozen) -> bool:
    return len(answer[0]) < FEWEST or len(set(frozen.scores.test.y[answer[0]])) < 2


def _separated(answer: tuple, frozen: Frozen) -> bool:
    """Whether a threshold parts ill from well on the named films, so that no fit has an end."""
    try:
        _repair(np.array(answer[0]), frozen)
    except ValueError:
        return True
    return False


def _fit_of_its_films(answer: tuple, frozen: Frozen) -> bool:
    """Whether the weights come from the films named beside them."""
    if _outside(answer, frozen) or _one_kind(answer, frozen) or _separated(answer, frozen):
        return False
    return _weights_near(answer, _repair(np.array(answer[0]), frozen), FITTED_WITHIN)


def _can_improve(frozen: Frozen) -> bool:
    """Whether the course's own repair helps; scores of an own cohort may fit already."""
    before, after = _errors(_repair(frozen.scores.local, frozen), frozen)
    return after <= BETTER * before


def _with(weights: tuple[float, float]) -> Callable[[Frozen], tuple]:
    """The local films beside two weights."""
    return lambda frozen: (frozen.scores.local.tolist(), weights)


def _apart(frozen: Frozen) -> list[int]:
    """The ill films with the highest scores and the well ones with the lowest."""
    test = frozen.scores.test
    order = np.argsort(test.a, kind="stable")
    ill, well = order[test.y[order] == 1], order[test.y[order] == 0]
    return [*ill[-FEWEST:].tolist(), *well[:FEWEST].tolist()]


def _on_validation(frozen: Frozen) -> tuple[list[int], tuple[float, float]]:
    val = frozen.scores.val
    return _with(calibration.recalibration(val.y, val.a))(frozen)


def _on_all(frozen: Frozen) -> tuple[list[int], tuple[float, float]]:
    return _with(_repair(_all(frozen), frozen)[1])(frozen)


def _on_the_judges(frozen: Frozen) -> tuple[list[int], tuple[float, float]]:
    return _with(_repair(frozen.scores.rest, frozen)[1])(frozen)


def _improved(answer: tuple, frozen: Frozen) -> str:
    test, rows = frozen.scores.test, _unused(answer, frozen)
    y, after = test.y[rows], calibration.recalibrated(test.a[rows], *answer[1])
    was, now = (calibration.ece(y, s, draws=500).short(3) for s in (test.a[rows], after))
    return (
        f"On the {len(rows)} films you did not use, the ECE went from {was} to {now}. The score is "
        "now nearer to what happens."
    )


def _weights_near(answer: tuple, other: tuple, within: float = FITTED_WITHIN) -> bool:
    return all(abs(a - b) <= within for a, b in zip(answer[1], other[1], strict=True))


LOCAL = ask.question(
    "local-calibration",
    kinds.tuple_of(kinds.indices(20_000), kinds.tuple_of(kinds.number(), kinds.number())),
    lambda f: _repair(f.scores.local, f),
    _repaired,
    ask.slip(
        "scored on the films of the fit",
        lambda f: _repair(_all(f), f),
        "You used nearly all films for the fit. None is left to judge the repair.",
        lambda answer, f: not _outside(answer, f) and not _enough_left(answer, f),
    ),
    ask.slip(
        "no such films",
        ([10**6], (0.5, 1.0)),
        "The first part names the test films you used, by their numbers from 0.",
        _outside,
    ),
    ask.slip(
        "how many films",
        lambda f: (len(f.scores.local), _repair(f.scores.local, f)[1]),
        "The first part names the films themselves, not how many they are: local. At least "
        f"{FEWEST} of both kinds are needed for a fit.",
        _one_kind,
    ),
    ask.slip(
        "films without an overlap",
        lambda f: (_apart(f), (0.0, 2.0)),
        "On these films every ill one scores above every well one. Nothing can be fitted to that: "
        "take films as they come, with hard ones among them.",
        _separated,
    ),
    ask.slip(
        "fitted on validation",
        _on_validation,
        "Those weights come from the validation films. That is the population of the old fit, so "
        "the error stays.",
        lambda answer, f: _weights_near(answer, _on_validation(f)),
    ),
    ask.slip(
        "nothing changed",
        _with((0.0, 1.0)),
        "Intercept 0 and slope 1 leave every score as it is.",
        lambda answer: answer[1] == (0.0, 1.0),
    ),
    ask.slip(
        "turned round",
        lambda f: _with(_repair(f.scores.local, f)[1][::-1])(f),
        "A slope below 0 turns the ranking upside down. Give labels and scores of the same films "
        "to rr.calibration.recalibration, and keep its order: intercept, then slope.",
        lambda answer: answer[1][1] <= 0,
    ),
    ask.slip(
        "fitted on films that judge",
        _on_all,
        "The films that judge the repair helped to make those weights. Fit on the films you name, "
        "and on no others.",
        lambda answer, f: (
            _weights_near(answer, _on_all(f)) or _weights_near(answer, _on_the_judges(f))
        ),
    ),
    ask.slip(
        "guessed weights",
        _with((-0.3, 1.6)),
        "Those two weights are not what the films you named give. Put their labels and scores "
        "into rr.calibration.recalibration.",
        lambda answer, f: not _fit_of_its_films(answer, f),
    ),
    points=1,
    accepted="Any choice of films is accepted that leaves enough of them to judge; each weight may "
    f"be off by up to {ask.said(FITTED_WITHIN)}.",
    task="Recalibration on 200 local films: the films used, intercept, slope",
    forms=lambda f: [
        _repair(_some(f, 1, len(f.scores.local)), f),
        _repair(_some(f, 2, len(f.scores.local) * 3 // 2), f),
        [set(f.scores.local.tolist()), list(_repair(f.scores.local, f)[1])],
        (f.scores.local, tuple(round(one, 1) for one in _repair(f.scores.local, f)[1])),
    ],
    unfit="Two things with a comma between them: the films (local), and what "
    "rr.calibration.recalibration returns for them.",
    otherwise="On the films you did not use, the calibration error is hardly lower than before.",
    why="Fitted at home, and judged on home films that the fit never saw.",
    comment=_improved,
    hint="Two sets of films: local for the fit, the others for the judgement.",
    next_hint="First local. Behind the comma rr.calibration.recalibration(...), with the labels "
    "and then the scores of the same films in its brackets.",
)


def _decision(estimate: Estimate) -> str:
    if estimate.lo > 0:
        return "B"
    return "A" if estimate.hi < 0 else "cannot tell"


NAMED = re.compile(
    r"(?:model|vendor)?\s*([ab])\b(?: is better| ranks better| wins| better)?"
    r"(?: (?:than|>) (?:model |vendor )?[ab])?"
)


def _word(text: str) -> str:
    """A, B or cannot tell, as people also write it; other words as they are."""
    said = wordings.read(text, ("a", "b", wordings.CANNOT_TELL))
    found = NAMED.fullmatch(said)
    return found[1] if found else said


def _told_gap(answer: tuple, frozen: Frozen) -> str:
    told = {
        "B": "0 lies outside: B ranks these films better.",
        "A": "0 lies outside: A ranks these films better.",
        "cannot tell": "0 lies inside: these films cannot tell the two apart.",
    }
    whose = " (Model B and these films are simulated.)" if frozen.scores.pair.tag else ""
    return f"B minus A is {frozen.gap.short(3)}. {told[_decision(frozen.gap)]}{whose}"


def _is_gap(answer: tuple, estimate: Estimate) -> bool:
    return ask.matches(answer[0], estimate, GAP_WITHIN, GAP_BOUND_WITHIN)


def _a_or_b(answer: tuple, frozen: Frozen) -> bool:
    # with the real films the lower end is .002: other draws of the bootstrap may reach 0, and who
    # then says so has read the interval rightly
    own = _decision(Estimate(*answer[0], n=len(frozen.scores.pair.y)))
    follows = {decision.lower() for decision in (_decision(frozen.gap), own)}
    return _is_gap(answer, frozen.gap) and _word(answer[1]) in follows


def _looks_ahead(answer: tuple, frozen: Frozen) -> dict:
    val = frozen.scores.val
    val = val if val.b is not None else films.load("simulated").val
    a, b = (metrics.auc(val.y, s).value for s in (val.a, val.b))
    return {"a": f"{a:.3f}".lstrip("0"), "b": f"{b:.3f}".lstrip("0")}


AB = ask.question(
    "a-or-b",
    kinds.tuple_of(kinds.estimate(), kinds.text(40)),
    lambda f: (f.gap, _decision(f.gap)),
    _a_or_b,
    ask.slip(
        "unpaired",
        lambda f: (f.gap_unpaired, _decision(f.gap_unpaired)),
        "That is the unpaired difference, as if two groups of patients had been scored. Both "
        "models scored the same films.",
        lambda answer, f: _is_gap(answer, f.gap_unpaired),
    ),
    ask.slip(
        "one AUC",
        lambda f: (metrics.auc(f.scores.pair.y, f.scores.pair.b), _decision(f.gap)),
        "That is the AUC of one model. Give the difference of the two: rr.metrics.auc_diff.",
        lambda answer: answer[0][0] > 0.5,
    ),
    ask.slip(
        "validation films",
        lambda f: ((-f.gap_val.value, -f.gap_val.hi, -f.gap_val.lo), "A"),
        "Those are the validation films. There A looks ahead ({a} against {b}), but the vendors "
        "chose with them. Take pair.",
        lambda answer, f: any(
            abs(abs(answer[0][0]) - abs(f.gap_val.value)) <= 0.002
            and abs(abs(answer[0][i]) - abs(f.gap_val.lo)) <= 0.002
            for i in (1, 2)
        ),
        _looks_ahead,
    ),
    ask.slip(
        "sign",
        lambda f: ((-f.gap.value, -f.gap.hi, -f.gap.lo), "A"),
        "That is A minus B. For B minus A the scores of B stand first.",
        lambda answer, f: abs(answer[0][0] + f.gap.value) <= GAP_WITHIN,
    ),
    ask.slip(
        "no such decision",
        lambda f: (f.gap, "C"),
        'The interval is right. The decision is "A", "B" or "cannot tell".',
        lambda answer, f: (
            _is_gap(answer, f.gap) and _word(answer[1]) not in ("a", "b", "cannot tell")
        ),
    ),
    ask.slip(
        "decision against the interval",
        lambda f: (f.gap, "A"),
        "The interval is right. Now let it decide: on which side of 0 does it lie?",
        lambda answer, f: _is_gap(answer, f.gap),
    ),
    points=1,
    accepted=(
        f"The difference may be off by up to {ask.said(GAP_WITHIN)}, each end of its interval by "
        f"up to {ask.said(GAP_BOUND_WITHIN)}."
    ),
    task="AUC of B minus AUC of A on the same test films, with interval, and the decision",
    forms=lambda f: [
        (ask.triple(f.gap), _decision(f.gap).lower()),
        (f.gap, f"Model {_decision(f.gap)}." if f.gap.lo > 0 else "I can't tell"),
        [[round(part, 3) for part in ask.triple(f.gap)], f" {_decision(f.gap)}"],
        (
            delong.paired(f.scores.pair.y, f.scores.pair.b, f.scores.pair.a).difference,
            _decision(f.gap),
        ),
        *(
            [((f.gap.value, -0.0005, f.gap.hi), "cannot tell")]
            if f.gap.lo < GAP_BOUND_WITHIN
            else []
        ),
    ],
    unfit='A difference with its interval, and one of "A", "B" and "cannot tell".',
    otherwise="The value or its interval is not that of the paired difference on the test films.",
    why="A hard film is hard for both models, and the difference takes that out.",
    comment=_told_gap,
    hint="rr.metrics.auc_diff(labels, scores of B, scores of A) compares film by film.",
    next_hint="Put pair.y, pair.b, pair.a in the brackets. Is 0 inside the interval?",
    offer=offers.fill(
        "[], []",
        offers.line("AUC(B) minus AUC(A), with its interval"),
        offers.one("Which is better?", ["A", "B", "cannot tell"]),
    ),
)


BUY = ask.choice(
    "buy-it",
    ("C", 2),
    names="step, because",
    task="What to do with the brochure, and why",
    letters={
        "A": ("buy", "For which patients was .94 true? The brochure does not say."),
        "B": ("reject", "Nothing speaks against it either. You can find out."),
        "D": (
            "a balanced sample",
            "Chosen films change the mix and leave out the hard cases. That is the brochure's own "
            "fault.",
        ),
    },
    because=(
        "right step, wrong reason",
        "The step is right, the reason is not. Why do films of your own list help you decide?",
    ),
    why="Consecutive films of your own list tell prevalence, threshold and population at once.",
    hint="What can you measure cheaply?",
    next_hint="What does the brochure not say about your patients?",
)

EXERCISES = (AUC, COST, PPV, ALARMS, PLOTS, LOCAL, AB, BUY)
