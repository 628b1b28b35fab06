"""Checks of lesson 04, "Is it good enough?"."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from readingroom.assess import calibration, delong, metrics, operating, prevalence
from readingroom.assess.metrics import Estimate
from readingroom.lessons.l04 import films
from readingroom.questions import kinds
from readingroom.questions.exercises import Exercise, Wrong, no_such_reason

# Exercises whose value a later cell goes on with.
CARRIED = ("threshold-by-cost", "local-calibration")

VALUE_WITHIN, BOUND_WITHIN = 0.002, 0.01  # an interval without width must fail
GAP_WITHIN, GAP_BOUND_WITHIN = 0.003, 0.006  # a-or-b: narrow, so that unpaired does not slip in
# Of the least cost on the local films. A price or a prevalence that shifts the balance of misses
# and false alarms by more than 2.5 leads to a threshold outside it, in both modes; for smaller
# errors the same threshold may be the cheapest, and no answer could tell the two apart. The lowest
# printed candidate is always accepted: on 50 films of an own cohort it may lie further off.
COST_WITHIN = 1.07
ILL, MISS = 0.05, 10  # threshold-by-cost: share of ill patients, price of a miss in false alarms
PPV_ILL = 0.02
FILMS, LISTED_ILL = 80, 0.05  # alarms-per-day
HABIT = films.HABIT
BETTER = 0.75  # of the calibration error before; a repair must take away a quarter
FITTED_WITHIN = 0.15  # of the weights that the named films give: rounded ones pass, guesses do not
FEWEST = 20  # films for a fit
LEFT = 100  # films that must be left to score a repair on
OVERCONFIDENT = "Q"


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


def _triple(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.lo, estimate.hi


def _close(answer: tuple, estimate: Estimate, value: float, bound: float) -> bool:
    middle, lo, hi = _triple(estimate)
    return (
        abs(answer[0] - middle) <= value
        and abs(answer[1] - lo) <= bound
        and abs(answer[2] - hi) <= bound
    )


# --- auc-with-interval

AUC = Exercise(
    slug="auc-with-interval",
    kind=kinds.estimate(),
    points=2,
    task="AUC of model A on the test films, with its 95 % interval",
    accepts=lambda answer, frozen: _close(answer, frozen.auc, VALUE_WITHIN, BOUND_WITHIN),
    reference=lambda frozen: frozen.auc,
    also_right=lambda frozen: [
        _triple(frozen.auc),
        [round(part, 3) for part in _triple(frozen.auc)],
        delong.auc(frozen.scores.test.y, frozen.scores.test.a),
    ],
    wrong=(
        Wrong(
            "validation films",
            lambda frozen: metrics.auc(frozen.scores.val.y, frozen.scores.val.a),
            "You graded the rehearsal.",
            matches=lambda answer, frozen: _close(
                answer, metrics.auc(frozen.scores.val.y, frozen.scores.val.a), 0.002, 0.01
            ),
        ),
        Wrong(
            "labels and scores swapped or turned round",
            lambda frozen: (1 - frozen.auc.value, 1 - frozen.auc.hi, 1 - frozen.auc.lo),
            "Scores second. Labels stand first, and a high score means rather ill.",
            matches=lambda answer, frozen: answer[0] < 0.5,
        ),
        Wrong(
            "model B",
            lambda frozen: metrics.auc(frozen.scores.pair.y, frozen.scores.pair.b),
            "That is model B.",
            matches=lambda answer, frozen: _close(
                answer, metrics.auc(frozen.scores.pair.y, frozen.scores.pair.b), 0.002, 0.01
            ),
        ),
        Wrong(
            "no bounds",
            lambda frozen: frozen.auc.value,
            "A number without an interval is half an answer",
        ),
        Wrong(
            "an interval without width",
            lambda frozen: (frozen.auc.value,) * 3,
            "The interval has no width: another sample of films would have given another number.",
            matches=lambda answer, frozen: answer[2] - answer[1] < 1e-6,
        ),
    ),
    otherwise="The value or its interval is not that of model A on the test films.",
    why="One number, its interval, and the films it was counted on: that is an answer.",
    hints=(
        "One function does it: rr.metrics.auc(labels, scores).",
        "The labels of the test films are test.y, the scores of model A are test.a.",
    ),
)

# --- threshold-by-cost


def _cost(t: float, films: tuple[np.ndarray, np.ndarray]) -> float:
    return operating.cost_at(*films, t, ILL, MISS)


def _least(films: tuple[np.ndarray, np.ndarray]) -> float:
    return _cost(operating.cheapest(*films, ILL, MISS), films)


def _printed(frozen: Frozen) -> float:
    """The cheapest of the candidates that the lesson prints."""
    y, s = frozen.local
    return min(operating.candidates(s).tolist(), key=lambda t: _cost(t, (y, s)))


def _cheap(answer: float, frozen: Frozen) -> bool:
    allowed = max(COST_WITHIN * _least(frozen.local), _cost(_printed(frozen), frozen.local))
    return _cost(answer, frozen.local) <= allowed + 1e-9


def _at_prices(frozen: Frozen, ill: float, miss: float) -> float:
    return operating.cheapest(*frozen.local, ill, miss)


def _priced(ill: float, miss: float):
    """Whether an answer is what these prices lead to."""
    return lambda answer, frozen: abs(answer - _at_prices(frozen, ill, miss)) <= 0.005


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
        f"On the other {len(frozen.rest[0])} films it costs {cost:.0f} for 1,000 patients, which "
        f"is {regret:.0f} more than the best threshold of those films would: the regret."
    )


COST = Exercise(
    slug="threshold-by-cost",
    kind=kinds.number(),
    points=2,
    task="The threshold for 5 % ill and a miss at the price of ten false alarms",
    accepts=_cheap,
    reference=lambda frozen: operating.cheapest(*frozen.local, ILL, MISS),
    also_right=_within_the_valley,
    same=lambda one, other, frozen: abs(one - other) <= 1e-4,
    wrong=(
        Wrong(
            "one half",
            lambda frozen: HABIT,
            "Costs {c} against {best}: nobody chose it.",
            facts=_costs,
        ),
        Wrong(
            "best for the test mix",
            _for_the_test_mix,
            "You weighed the errors as if {p} of your patients were ill.",
            matches=lambda answer, frozen: abs(answer - _for_the_test_mix(frozen)) <= 0.02,
            facts=lambda answer, frozen: {"p": f"{frozen.scores.test.y.mean():.0%}"},
        ),
        Wrong(
            "a miss at the price of a false alarm",
            lambda frozen: _at_prices(frozen, ILL, 1),
            "It costs {c} against {best}: right if a miss cost no more than a false alarm.",
            matches=_priced(ILL, 1),
            facts=_costs,
        ),
        Wrong(
            "half of them ill",
            lambda frozen: _at_prices(frozen, 0.5, MISS),
            "It costs {c} against {best}: right if half of your patients were ill.",
            matches=_priced(0.5, MISS),
            facts=_costs,
        ),
        Wrong(
            "Youden's point of the validation films",
            lambda frozen: operating.youden(frozen.scores.val.y, frozen.scores.val.a),
            "It ignores prices and prevalence, and it was read off other films.",
            matches=lambda answer, frozen: (
                abs(answer - operating.youden(frozen.scores.val.y, frozen.scores.val.a)) <= 0.01
            ),
        ),
        Wrong(
            "above every score",
            lambda frozen: 1.01,
            "The answer is a threshold, not a cost, and scores end at 1. Above that there is no "
            "alarm, and every ill patient is missed.",
            matches=lambda answer, frozen: answer > 1,
        ),
        Wrong(
            "alarm for everybody",
            lambda frozen: 0.0,
            "At 0 everybody is an alarm: no miss, and {n} false alarms in 1,000 patients.",
            matches=lambda answer, frozen: answer <= frozen.local[1].min(),
            facts=lambda answer, frozen: {"n": f"{1000 * (1 - ILL):.0f}"},
        ),
        Wrong(
            "another threshold",
            lambda frozen: float(np.quantile(frozen.local[1], 0.3)),
            "On the local films it costs {c}; the lowest line above is at {best}.",
            matches=lambda answer, frozen: True,
            facts=_costs,
        ),
    ),
    otherwise="On the local films another threshold costs clearly less.",
    why="The lowest point of the curve, on the films you may use for choosing.",
    comment=_elsewhere,
    hints=(
        "10 x prevalence x (1 - sensitivity) + (1 - prevalence) x (1 - specificity), times 1,000.",
        "Look for the smallest cost in the lines above the exercise; its threshold is in front.",
    ),
)

# --- ppv-here


def _another_order(answer: float, frozen: Frozen) -> bool:
    """Whether the three numbers stand in the brackets of ppv(...) in another order."""
    point = frozen.at_half
    right = (PPV_ILL, point.sensitivity.value, point.specificity.value)
    found = [prevalence.bayes(ill, sens, 1 - spec) for ill, sens, spec in permutations(right)]
    return any(abs(answer - one) <= 0.005 for one in found[1:])


def _ppv(frozen: Frozen, ill: float = PPV_ILL) -> float:
    point = frozen.at_half
    return prevalence.bayes(ill, point.sensitivity.value, 1 - point.specificity.value)


PPV = Exercise(
    slug="ppv-here",
    kind=kinds.number(),
    points=2,
    fraction=True,
    task="PPV of model A at 2 % prevalence",
    accepts=lambda answer, frozen: abs(answer - _ppv(frozen)) <= 0.005,
    reference=_ppv,
    also_right=lambda frozen: [
        round(_ppv(frozen), 3),
        prevalence.ppv(frozen.at_half.sensitivity, frozen.at_half.specificity, PPV_ILL),
        np.float32(_ppv(frozen)),
    ],
    same=lambda one, other, frozen: abs(one - other) <= 0.005,
    wrong=(
        Wrong(
            "PPV of the test films",
            lambda frozen: _ppv(frozen, float(frozen.scores.test.y.mean())),
            "That is the PPV at {p} prevalence.",
            facts=lambda answer, frozen: {"p": f"{frozen.scores.test.y.mean():.0%}"},
        ),
        Wrong(
            "sensitivity",
            lambda frozen: frozen.at_half.sensitivity.value,
            "P(alarm given disease), not P(disease given alarm).",
        ),
        Wrong(
            "specificity",
            lambda frozen: frozen.at_half.specificity.value,
            "That is the specificity: how many well patients get no alarm.",
        ),
        Wrong(
            "the prevalence",
            lambda frozen: PPV_ILL,
            "That is the chance of disease before the alarm; an alarm raises it.",
        ),
        Wrong(
            "the wrong alarms",
            lambda frozen: 1 - _ppv(frozen),
            "That is the share of alarms that are false.",
        ),
        Wrong(
            "the invented test",
            lambda frozen: prevalence.bayes(PPV_ILL, 0.90, 0.15),
            "That is the invented test above. Model A's numbers are at_half.sensitivity.value and "
            "at_half.specificity.value.",
        ),
        Wrong(
            "another order",
            lambda frozen: prevalence.bayes(
                PPV_ILL, frozen.at_half.specificity.value, 1 - frozen.at_half.sensitivity.value
            ),
            "The order in the brackets: share of ill patients, sensitivity, specificity.",
            matches=_another_order,
        ),
    ),
    otherwise="Not Bayes at 2 %: true alarms, divided by all alarms.",
    why="With few ill patients nearly every alarm comes from the many who are well.",
    hints=(
        "1,000 patients on paper: how many are ill, how many of them are found, how many well "
        "ones raise an alarm?",
        "True alarms: 1000 x 0.02 x sensitivity. False ones: 1000 x 0.98 x (1 - specificity).",
    ),
)

# --- alarms-per-day


def _alarms(frozen: Frozen, ill: float = LISTED_ILL) -> tuple[float, float]:
    point = frozen.at_half
    return prevalence.alarms(point.sensitivity.value, point.specificity.value, ill, FILMS)


def _near(answer: tuple, other: tuple, within: float = 0.5) -> bool:
    return all(abs(a - b) <= within for a, b in zip(answer, other, strict=True))


def _false_only(frozen: Frozen) -> tuple[float, float]:
    alarms, true = _alarms(frozen)
    return alarms - true, true


ALARMS = Exercise(
    slug="alarms-per-day",
    kind=kinds.tuple_of(kinds.number(), kinds.number()),
    points=1,
    must=False,
    task="Alarms and true alarms a day on 80 films with 5 % ill",
    accepts=lambda answer, frozen: _near(answer, _alarms(frozen)),
    reference=_alarms,
    also_right=lambda frozen: [
        tuple(round(part, 1) for part in _alarms(frozen)),
        list(_alarms(frozen)),
        np.array(_alarms(frozen)),
    ],
    unfit="Two numbers: all alarms, then the true ones, like alarms, true = 20, 3.",
    wrong=(
        Wrong(
            "true above all",
            lambda frozen: _alarms(frozen)[::-1],
            "A part cannot exceed the whole.",
            matches=lambda answer, frozen: answer[1] > answer[0],
        ),
        Wrong(
            "ill patients as alarms",
            lambda frozen: (FILMS * LISTED_ILL, _alarms(frozen)[1]),
            "That is the number of ill patients.",
            matches=lambda answer, frozen: abs(answer[0] - FILMS * LISTED_ILL) <= 0.3,
        ),
        Wrong(
            "false alarms only",
            _false_only,
            "Those are the false alarms; the phone rings for the true ones too.",
            matches=lambda answer, frozen: _near(answer, _false_only(frozen)),
        ),
        Wrong(
            "mix of the test films",
            lambda frozen: _alarms(frozen, float(frozen.scores.test.y.mean())),
            "That is a day with the mix of the test films; on your list 5 in 100 are ill.",
            matches=lambda answer, frozen: _near(
                answer, _alarms(frozen, float(frozen.scores.test.y.mean()))
            ),
        ),
        Wrong(
            "shares",
            lambda frozen: tuple(part / FILMS for part in _alarms(frozen)),
            "Those are shares of the list; multiply by 80 films.",
            matches=lambda answer, frozen: max(answer) <= 1,
        ),
    ),
    otherwise="All alarms are the true ones plus the false ones, each out of its own group.",
    why="True alarms come from the few ill, false ones from the many well.",
    hints=(
        "All alarms = true positives + false positives.",
        "80 x 0.05 are ill: times sensitivity. 80 x 0.95 are well: times (1 - specificity).",
    ),
)

# --- which-is-overconfident


def _letter(answer: str) -> str:
    return answer.strip().upper()


def _plot(letter: str, name: str, says: str) -> Wrong:
    return Wrong(
        name, lambda frozen: letter, says, lambda answer, frozen: _letter(answer) == letter
    )


PLOTS = Exercise(
    slug="which-is-overconfident",
    kind=kinds.text(20),
    points=2,
    look=True,
    task="The over-confident model among four reliability plots",
    accepts=lambda answer, frozen: _letter(answer) == OVERCONFIDENT,
    reference=lambda frozen: OVERCONFIDENT,
    also_right=lambda frozen: [OVERCONFIDENT.lower(), f" {OVERCONFIDENT} "],
    unfit='One letter in quotation marks: "P", "Q", "R" or "S".',
    wrong=(
        _plot(
            "P",
            "all below",
            "It says too much everywhere: over-prediction, repaired by the intercept.",
        ),
        _plot("R", "reversed S", "Too timid at both ends: under-confident."),
        _plot("S", "best AUC", "Ranking is not calibration."),
        Wrong(
            "no letter of the plots",
            lambda frozen: "A",
            "Give one of the letters P, Q, R and S.",
            matches=lambda answer, frozen: _letter(answer) not in set("PQRS"),
        ),
    ),
    otherwise="Give one of the letters P, Q, R and S.",
    why="Below the diagonal at high scores, above it at low ones: it says too much at both ends.",
    hints=(
        "An over-confident model says .9 where .7 happens, and .1 where .3 happens.",
        "Look for a curve that is flatter than the diagonal and crosses it; its slope is below 1.",
    ),
)

# --- local-calibration


def _repair(films: np.ndarray, frozen: Frozen) -> tuple[list[int], float, float]:
    test = frozen.scores.test
    return [int(i) for i in films], *calibration.recalibration(test.y[films], test.a[films])


def _some(frozen: Frozen, seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(len(frozen.scores.test))[:n]


def _unused(answer: tuple, frozen: Frozen) -> np.ndarray:
    return np.setdiff1d(np.arange(len(frozen.scores.test)), answer[0])


def _errors(answer: tuple, frozen: Frozen) -> tuple[float, float]:
    """Calibration error on the unused films, before and after."""
    test, rows = frozen.scores.test, _unused(answer, frozen)
    after = calibration.recalibrated(test.a[rows], answer[1], answer[2])
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


def _fit_of_its_films(answer: tuple, frozen: Frozen) -> bool:
    """Whether the weights come from the films named beside them."""
    if _outside(answer, frozen) or _one_kind(answer, frozen):
        return False
    return _weights_near(answer, _repair(np.array(answer[0]), frozen), FITTED_WITHIN)


def _can_improve(frozen: Frozen) -> bool:
    """Whether the course's own repair helps; scores of an own cohort may fit already."""
    before, after = _errors(_repair(frozen.scores.local, frozen), frozen)
    return after <= BETTER * before


def _on_validation(frozen: Frozen) -> tuple[list[int], float, float]:
    val = frozen.scores.val
    return [int(i) for i in frozen.scores.local], *calibration.recalibration(val.y, val.a)


def _improved(answer: tuple, frozen: Frozen) -> str:
    before, after = _errors(answer, frozen)
    return (
        f"On the {len(_unused(answer, frozen))} films you did not use, the calibration error went "
        f"from {before:.3f} to {after:.3f} (10 bins)."
    )


def _weights_near(answer: tuple, other: tuple, within: float = 0.05) -> bool:
    return all(abs(a - b) <= within for a, b in zip(answer[1:], other[1:], strict=True))


LOCAL = Exercise(
    slug="local-calibration",
    kind=kinds.tuple_of(kinds.indices(20_000), kinds.number(), kinds.number()),
    points=1,
    must=False,
    task="Recalibration on 200 local films: the films used, intercept, slope",
    accepts=_repaired,
    reference=lambda frozen: _repair(frozen.scores.local, frozen),
    also_right=lambda frozen: [
        _repair(_some(frozen, 1, len(frozen.scores.local)), frozen),
        _repair(_some(frozen, 2, len(frozen.scores.local) * 3 // 2), frozen),
        [set(frozen.scores.local.tolist()), *_repair(frozen.scores.local, frozen)[1:]],
    ],
    unfit="Three things with commas between them: the films (local), the intercept, the slope.",
    wrong=(
        Wrong(
            "scored on the films of the fit",
            lambda frozen: _repair(np.arange(len(frozen.scores.test)), frozen),
            "You marked your own homework: films used for fitting are in the score.",
            matches=lambda answer, frozen: (
                not _outside(answer, frozen) and not _enough_left(answer, frozen)
            ),
        ),
        Wrong(
            "no such films",
            lambda frozen: ([10**6], 0.5, 1.0),
            "The first part names the test films you used, by their numbers from 0.",
            matches=_outside,
        ),
        Wrong(
            "how many films",
            lambda frozen: (len(frozen.scores.local), *_repair(frozen.scores.local, frozen)[1:]),
            "The first part names the films themselves, not how many they are: local. At least "
            "20 of both kinds are needed for a fit.",
            matches=_one_kind,
        ),
        Wrong(
            "fitted on validation",
            _on_validation,
            "Same population as the old fit, same error.",
            matches=lambda answer, frozen: _weights_near(answer, _on_validation(frozen)),
        ),
        Wrong(
            "nothing changed",
            lambda frozen: (frozen.scores.local.tolist(), 0.0, 1.0),
            "Intercept 0 and slope 1 leave every score as it is.",
            matches=lambda answer, frozen: answer[1:] == (0.0, 1.0),
        ),
        Wrong(
            "turned round",
            lambda frozen: (
                frozen.scores.local.tolist(),
                *_repair(frozen.scores.local, frozen)[:0:-1],
            ),
            "A slope below 0 turns the ranking upside down; intercept first, then slope.",
            matches=lambda answer, frozen: answer[2] <= 0,
        ),
        Wrong(
            "guessed weights",
            lambda frozen: (frozen.scores.local.tolist(), -0.3, 1.6),
            "Those two weights are not what the films you named give: put their labels and scores "
            "into rr.calibration.recalibration.",
            matches=lambda answer, frozen: not _fit_of_its_films(answer, frozen),
        ),
    ),
    otherwise="On the films you did not use, the calibration error is hardly lower than before.",
    why="Fitted at home, scored on home films that the fit never saw.",
    comment=_improved,
    hints=(
        "Two sets of films: local for the fit, the others for the score.",
        "Show both weights with rr.calibration.recalibration(test.y[local], test.a[local]) in a "
        "line of its own, then type used, intercept, slope = local, ..., ...",
    ),
)

# --- a-or-b


def _decision(estimate: Estimate) -> str:
    if estimate.lo > 0:
        return "B"
    return "A" if estimate.hi < 0 else "cannot tell"


def _word(text: str) -> str:
    return " ".join(text.strip().lower().split())


def _is_gap(answer: tuple, estimate: Estimate) -> bool:
    return _close(answer[0], estimate, GAP_WITHIN, GAP_BOUND_WITHIN)


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


AB = Exercise(
    slug="a-or-b",
    kind=kinds.tuple_of(kinds.estimate(), kinds.text(40)),
    points=1,
    must=False,
    task="AUC of B minus AUC of A on the same test films, with interval, and the decision",
    accepts=_a_or_b,
    reference=lambda frozen: (frozen.gap, _decision(frozen.gap)),
    also_right=lambda frozen: [
        (_triple(frozen.gap), _decision(frozen.gap).lower()),
        [[round(part, 3) for part in _triple(frozen.gap)], f" {_decision(frozen.gap)}"],
        (
            delong.paired(
                frozen.scores.pair.y, frozen.scores.pair.b, frozen.scores.pair.a
            ).difference,
            _decision(frozen.gap),
        ),
        *(
            [((frozen.gap.value, -0.0005, frozen.gap.hi), "cannot tell")]
            if frozen.gap.lo < GAP_BOUND_WITHIN
            else []
        ),
    ],
    unfit='A difference with its interval, and one of "A", "B" and "cannot tell".',
    wrong=(
        Wrong(
            "unpaired",
            lambda frozen: (frozen.gap_unpaired, _decision(frozen.gap_unpaired)),
            "The intervals overlap because the films vary, not because the models are equal.",
            matches=lambda answer, frozen: _is_gap(answer, frozen.gap_unpaired),
        ),
        Wrong(
            "validation films",
            lambda frozen: ((-frozen.gap_val.value, -frozen.gap_val.hi, -frozen.gap_val.lo), "A"),
            "There A looks ahead ({a} against {b}), on a set that shares patients with training: "
            "it cannot settle it.",
            matches=lambda answer, frozen: any(
                abs(abs(answer[0][0]) - abs(frozen.gap_val.value)) <= 0.002
                and abs(abs(answer[0][i]) - abs(frozen.gap_val.lo)) <= 0.002
                for i in (1, 2)
            ),
            facts=_looks_ahead,
        ),
        Wrong(
            "sign",
            lambda frozen: ((-frozen.gap.value, -frozen.gap.hi, -frozen.gap.lo), "A"),
            "B minus A: the scores of B stand before those of A.",
            matches=lambda answer, frozen: abs(answer[0][0] + frozen.gap.value) <= GAP_WITHIN,
        ),
        Wrong(
            "decision against the interval",
            lambda frozen: (frozen.gap, "A"),
            "The interval is right; now let it decide: on which side of 0 does it lie?",
            matches=lambda answer, frozen: _is_gap(answer, frozen.gap),
        ),
    ),
    otherwise="The value or its interval is not that of the paired difference on the test films.",
    why="The same films scored twice: what varies from film to film cancels out.",
    hints=(
        "Resample the same films: rr.metrics.auc_diff(labels, new scores, old scores).",
        "pair.y, pair.b and pair.a. Does the interval hold 0?",
    ),
)

# --- buy-it

BUY = Exercise(
    slug="buy-it",
    kind=kinds.choice(),
    points=2,
    task="What to do with the brochure, and why",
    accepts=lambda answer, frozen: answer == ("C", 2),
    reference=lambda frozen: ("C", 2),
    also_right=lambda frozen: [("c", 2), ["C", 2.0]],
    unfit='One letter and the number of a reason, 1 to 4: step, because = "A", 1',
    wrong=(
        Wrong(
            "buy",
            lambda frozen: ("A", 1),
            "For which patients was .94 true?",
            matches=lambda answer, frozen: answer[0] == "A",
        ),
        Wrong(
            "reject",
            lambda frozen: ("B", 3),
            "No evidence against it either.",
            matches=lambda answer, frozen: answer[0] == "B",
        ),
        Wrong(
            "a balanced sample",
            lambda frozen: ("D", 2),
            "Chosen films change the mix and the spectrum: that was the brochure's own fault.",
            matches=lambda answer, frozen: answer[0] == "D",
        ),
        no_such_reason("C"),
        Wrong(
            "right step, wrong reason",
            lambda frozen: ("C", 4),
            "Right step; but is that what you do not know?",
            matches=lambda answer, frozen: answer[0] == "C",
        ),
    ),
    otherwise="Choose one of A, B, C, D and a reason from 1 to 4.",
    why="Consecutive films of your own list tell prevalence, threshold and population at once.",
    hints=("What can you measure cheaply?", "What does the brochure not say about your patients?"),
)

EXERCISES = (AUC, COST, PPV, ALARMS, PLOTS, LOCAL, AB, BUY)
