"""Thresholds, prices, prevalence, net benefit and groups, each against a second source."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from scipy import stats
from sklearn.metrics import roc_curve

from readingroom.assess import decision, metrics, operating, prevalence, strata

FILMS = st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=4, max_size=50)


def _both(pairs):
    y = np.array([pair[0] for pair in pairs], int)
    s = np.array([pair[1] for pair in pairs], float) / 10
    return (y, s) if 0 < y.sum() < len(y) else None


@settings(max_examples=60)
@given(FILMS)
def test_roc_is_sklearns(pairs):
    """Every point of the curve is scikit-learn's, ties included."""
    films = _both(pairs)
    if films is None:
        return
    false, sens, thresholds = operating.roc(*films)
    theirs = roc_curve(*films, drop_intermediate=False)
    for ours, other in zip((false, sens, thresholds), theirs, strict=True):
        assert np.allclose(ours, other)


@settings(max_examples=60)
@given(FILMS, st.floats(0.01, 0.9), st.floats(0.5, 50))
def test_no_threshold_is_cheaper_than_the_cheapest(pairs, ill, miss):
    """The chosen threshold costs no more than any other tried, and its regret is 0."""
    films = _both(pairs)
    if films is None:
        return
    best = operating.cheapest(*films, ill, miss)
    least = operating.cost_at(*films, best, ill, miss)
    for t in np.linspace(-0.05, 1.05, 45):
        assert least <= operating.cost_at(*films, t, ill, miss) + 1e-9
        assert operating.regret(*films, t, ill, miss) >= -1e-9
    assert operating.regret(*films, best, ill, miss) == pytest.approx(0, abs=1e-9)


def test_cost_worked_by_hand():
    """5 % ill, 10:1, sensitivity .8, specificity .9: 10 misses at 10 and 95 false alarms at 1."""
    assert operating.cost(0.8, 0.9, 0.05, 10) == pytest.approx(10 * 10 + 95)


def test_choices_are_scored_on_films_that_did_not_choose():
    """Over many draws the regret is never negative and the cost at 0.5 is that of the others."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 300)
    s = 1 / (1 + np.exp(-rng.normal(2 * y, 1)))
    found = operating.choices(y, s, 100, 0.1, 10, draws=30)
    assert len(found.regret) == 30 and found.regret.min() >= -1e-9
    order = np.random.default_rng(0).permutation(300)[100:]
    assert found.cost_at_half[0] == operating.cost_at(y[order], s[order], 0.5, 0.1, 10)


def test_a_threshold_for_a_sensitivity_is_the_highest_that_keeps_it():
    """At the threshold the sensitivity is reached; just above it, it is not."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 200)
    s = rng.normal(y, 1)
    t = operating.for_sensitivity(y, s, 0.9)
    assert operating.at(y, s, t).sensitivity.value >= 0.9
    assert operating.at(y, s, np.nextafter(t, 9)).sensitivity.value < 0.9


def test_share_by_patient_against_the_bootstrap():
    """Films of one patient widen a proportion's interval as drawing patients does."""
    rng = np.random.default_rng(2)
    who = np.repeat(np.arange(120), 5)
    hit = rng.random(600) < np.clip(0.7 + rng.normal(0, 0.25, 120), 0, 1)[who]
    found = operating.share(hit, who)
    drawn = metrics.bootstrap(np.mean, hit.astype(float), patient=who)
    assert found.hi - found.lo == pytest.approx(drawn.hi - drawn.lo, rel=0.1)
    assert found.hi - found.lo > 1.15 * (lambda e: e.hi - e.lo)(operating.share(hit))
    alone = operating.share(np.ones(10, bool), np.repeat([1, 2], 5))
    assert alone.lo == pytest.approx(metrics.share(2, 2).lo)  # two patients, not ten films


def test_share_of_few_patients_holds_the_truth():
    """Six patients of eight films each: 95 in 100 intervals hold the true share, not 92."""
    rng, who = np.random.default_rng(0), np.repeat(np.arange(6), 8)
    held = 0
    for _ in range(600):
        hit = rng.random(48) < rng.beta(2.4, 1.6, 6)[who]
        held += operating.share(hit, who).overlaps(0.6)
    assert 0.945 <= held / 600 <= 0.985


@pytest.mark.parametrize("films", [[36, 2, 2, 2, 2, *[1] * 5], [20, 20, *[1] * 20]])
@pytest.mark.parametrize("alike", [0.2, 0.9])
def test_a_patient_who_gives_most_films_is_not_taken_for_many(films, alike):
    """One or two patients give most of the films: 93 in 100 intervals still hold the truth.

    With the plain variance between patients it was 55 to 86.
    """
    rng, who = np.random.default_rng(1), np.repeat(np.arange(len(films)), films)
    a, b = (part * (1 - alike) / alike for part in (0.6, 0.4))
    held = sum(
        operating.share(rng.random(len(who)) < rng.beta(a, b, len(films))[who], who).overlaps(0.6)
        for _ in range(400)
    )
    assert held / 400 >= 0.93


@given(st.integers(2, 30), st.integers(1, 6), st.integers(0, 1000))
def test_equal_patients_keep_the_plain_variance(people, each, seed):
    """Equally many films a patient: the interval is that of the variance between patients."""
    rng, who = np.random.default_rng(seed), np.repeat(np.arange(people), each)
    hit = rng.random(len(who)) < rng.beta(1, 1, people)[who]
    assume(0 < hit.mean() < 1)
    p, n = hit.mean(), len(hit)
    rates = hit.reshape(people, each).mean(axis=1)
    variance = rates.var(ddof=1) / people
    worth = min(p * (1 - p) / variance, n) if variance > 0 else n
    worth *= (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, people - 1)) ** 2
    plain, found = metrics.share(p * max(worth, 1), max(worth, 1)), operating.share(hit, who)
    assert (found.lo, found.hi) == pytest.approx((plain.lo, plain.hi), abs=1e-9)


@pytest.mark.parametrize(
    ("ill", "right"), [(0.01, 0.0571), (0.05, 0.24), (0.1, 0.4), (0.3, 0.72), (0.625, 0.9091)]
)
def test_ppv_worked_by_hand(ill, right):
    """Sensitivity .90 and specificity .85 give the textbook's PPVs."""
    assert prevalence.bayes(ill, 0.9, 0.15) == pytest.approx(right, abs=5e-5)


def test_ppv_interval_covers_and_agrees_with_mercaldos_logit_interval():
    """The interval is near Mercaldo's (2007), and holds the truth in 92 to 98 of 100 studies."""
    se, sp, n, ill = 0.85, 0.9, 120, 0.1
    found = prevalence.ppv(metrics.share(102, 120), metrics.share(108, 120), ill)
    logit = math.log(ill * se / ((1 - ill) * (1 - sp)))
    half = 1.96 * math.sqrt((1 - se) / se / n + sp / (1 - sp) / n)
    mercaldo = [1 / (1 + math.exp(-(logit + sign * half))) for sign in (-1, 1)]
    assert (found.lo, found.hi) == pytest.approx(mercaldo, abs=0.02)
    rng, held = np.random.default_rng(3), 0
    true = prevalence.bayes(ill, se, 1 - sp)
    for _ in range(400):
        a, b = metrics.share(rng.binomial(n, se), n), metrics.share(rng.binomial(n, sp), n)
        held += prevalence.ppv(a, b, ill).overlaps(true)
    assert 0.92 <= held / 400 <= 0.985


@settings(max_examples=80)
@given(st.integers(0, 30), st.integers(0, 40), st.floats(0.001, 0.999))
def test_predictive_values_stay_in_their_intervals(hits, quiet, ill):
    """At any corner, both values lie within their intervals and between 0 and 1."""
    sens, spec = metrics.share(hits, 30), metrics.share(quiet, 40)
    for found in (prevalence.ppv(sens, spec, ill), prevalence.npv(sens, spec, ill)):
        assert 0 <= found.lo <= found.value <= found.hi <= 1


def test_npv_is_ppv_of_the_well():
    """NPV at 10 % ill, sensitivity .8 and specificity .9: 810 of 830 quiet patients are well."""
    found = prevalence.npv(metrics.share(80, 100), metrics.share(90, 100), 0.1)
    assert found.value == pytest.approx(810 / 830)


def test_alarms_of_a_day():
    """80 films, 5 % ill, .99 and .615: 4 of 33 alarms are true."""
    alarms, true = prevalence.alarms(0.990, 0.615, 0.05, 80)
    assert (round(alarms), round(true)) == (33, 4)


@pytest.mark.parametrize("ill", [0, 1, -0.1, 5])
def test_no_prevalence_outside_0_to_1(ill):
    """A percentage or a certainty is refused."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        prevalence.ppv(metrics.share(9, 10), metrics.share(9, 10), ill)


def test_net_benefit_is_vickers_formula_worked_by_hand():
    """1,000 patients, 200 ill, 160 found, 120 false alarms, p = 20 %: 160/1000 - 120/1000 x .25."""
    found = decision.net_benefit(160 / 200, 1 - 120 / 800, 0.2, worth=4)
    assert found == pytest.approx(160 / 1000 - 120 / 1000 * 0.2 / 0.8)
    assert decision.treat_all(0.2, 4) == pytest.approx(0.2 - 0.8 * 0.25)


@pytest.mark.parametrize(
    ("threshold", "model", "everybody"),
    [
        (0.10, 0.305556, 0.314815),
        (0.25, 0.172222, 0.177778),
        (0.40, 0.044444, -0.027778),
        (0.60, -0.058333, -0.541667),
    ],
)
def test_net_benefit_is_dcurves(threshold, model, everybody):
    """What dcurves 1.1.7 (of the authors of the method) gave for these 60 patients."""
    i = np.arange(60)
    s = ((37 * i + 11) % 101 + 0.5) / 102
    y = (i * i + 3 * i + (s > 0.6) * 2) % 7 < 3
    worth, called = (1 - threshold) / threshold, s >= threshold
    found = decision.net_benefit(called[y].mean(), (~called)[~y].mean(), y.mean(), worth)
    assert found == pytest.approx(model, abs=1e-6)
    assert decision.treat_all(y.mean(), worth) == pytest.approx(everybody, abs=1e-6)


def test_net_benefit_and_cost_choose_alike():
    """The cheapest threshold is the one of the highest net benefit at the same price."""
    rng = np.random.default_rng(4)
    y = rng.integers(0, 2, 150)
    s = rng.normal(y * 1.5, 1)
    false, sens, _ = operating.roc(y, s)
    worth = decision.net_benefit(sens, 1 - false, 0.08, 12)
    assert np.argmax(worth) == np.argmin(operating.cost(sens, 1 - false, 0.08, 12))


def test_groups_are_counted_and_small_ones_not_judged():
    """Every film is in one row of each group; a group of a few films gets no rate."""
    rng = np.random.default_rng(5)
    y = np.array([0, 1] * 60)
    s = rng.normal(y, 1)
    view = np.array(["AP"] * 100 + ["PA"] * 12 + [None] * 8, object)
    rows = strata.table(y, s, 0.5, {"view": view})
    assert [(row.value, row.films) for row in rows] == [("AP", 100), ("PA", 12), ("not stated", 8)]
    ap, pa, _ = rows
    assert ap.sensitivity.value == pytest.approx((s[:100][y[:100] == 1] >= 0.5).mean())
    assert ap.auc.n == 100 and pa.auc is None and pa.sensitivity is None
    assert pa.told("auc") == "auc: too few films" and ap.told("auc") == str(ap.auc)


def test_youden_maximises_the_sum():
    """Youden's threshold has the largest sensitivity plus specificity of all scores."""
    rng = np.random.default_rng(6)
    y = rng.integers(0, 2, 80)
    s = stats.norm.cdf(rng.normal(y, 1))
    sums = [p.sensitivity.value + p.specificity.value for p in (operating.at(y, s, t) for t in s)]
    best = operating.at(y, s, operating.youden(y, s))
    assert best.sensitivity.value + best.specificity.value == pytest.approx(max(sums))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=200))
def test_candidates_are_what_is_printed_and_span_the_scores(scores):
    """Rising, each once, from the lowest to the highest score, and the same when typed again."""
    found = operating.candidates(scores)
    assert 1 <= len(found) <= 26 and (np.diff(found) > 0).all()
    ends = np.array([found[0] - min(scores), found[-1] - max(scores)])
    assert (np.abs(ends) <= 0.0005 + 1e-9).all()  # half a printed digit, to either side
    assert [float(f"{t:.3f}") for t in found] == found.tolist()


@pytest.mark.parametrize("ill", [0.05, 0.3, 0.8])
def test_an_uncertain_prevalence_widens_ppv_as_simulation_says(ill):
    """The interval with an estimated prevalence is that of 40,000 redrawn studies, within a tenth.

    No published worked example is used; the second computation is a parametric bootstrap.
    """
    sens, spec, share = metrics.share(170, 200), metrics.share(270, 300), metrics.share(
        round(ill * 400), 400)  # fmt: skip
    rng = np.random.default_rng(0)
    a, b, p = (rng.beta(e.value * e.n + 1, (1 - e.value) * e.n + 1, 40_000)
               for e in (sens, spec, share))  # fmt: skip
    for found, known, drawn in (
        (prevalence.ppv(sens, spec, share), prevalence.ppv(sens, spec, share.value),
         p * a / (p * a + (1 - p) * (1 - b))),
        (prevalence.npv(sens, spec, share), prevalence.npv(sens, spec, share.value),
         (1 - p) * b / ((1 - p) * b + p * (1 - a))),
    ):  # fmt: skip
        lo, hi = np.percentile(drawn, [2.5, 97.5])
        assert found.hi - found.lo == pytest.approx(hi - lo, rel=0.1)
        assert (found.lo, found.hi) == pytest.approx((lo, hi), abs=0.02)
        assert found.lo < known.lo and found.hi > known.hi


def test_ppv_of_the_published_liver_scans():
    """Altman & Bland (BMJ 1994;309:102): PPV .88 and NPV .67, where 25 % are ill .45 and .95.

    Of 344 patients 231 ill ones had an abnormal scan and 27 a normal one, 32 well ones an abnormal
    and 54 a normal one. The values are the published ones.
    """
    sens, spec = metrics.share(231, 258), metrics.share(54, 86)
    for ill, values in ((258 / 344, (0.88, 0.67)), (0.25, (0.45, 0.95))):
        found = prevalence.ppv(sens, spec, ill).value, prevalence.npv(sens, spec, ill).value
        assert found == pytest.approx(values, abs=0.005)


@pytest.mark.parametrize(
    ("found", "lost", "raised", "quiet"), [(231, 27, 32, 54), (40, 10, 95, 855), (90, 9, 30, 300)]
)
def test_an_uncertain_prevalence_of_the_same_list_gives_what_counting_gives(
    found, lost, raised, quiet
):
    """On one consecutive list PPV and NPV can be counted: the three parts give that interval.

    This is the reference of the interval with an uncertain prevalence. No publication is known to
    us that prints one from three parts. But where all three come from one list, the variances on
    the scale of log odds add up to 1/true + 1/false alarms, which is that of the counted share. So
    the interval has to be the Wilson interval of the alarms, though nothing of it was told.
    """
    sens, spec = metrics.share(found, found + lost), metrics.share(quiet, quiet + raised)
    ill = metrics.share(found + lost, found + lost + raised + quiet)
    pairs = (
        (prevalence.ppv(sens, spec, ill), metrics.share(found, found + raised)),
        (prevalence.npv(sens, spec, ill), metrics.share(quiet, quiet + lost)),
    )
    for carried, counted in pairs:
        assert carried.value == pytest.approx(counted.value)
        assert (carried.lo, carried.hi) == pytest.approx((counted.lo, counted.hi), abs=0.006)


def test_the_interval_with_an_uncertain_prevalence_holds_the_truth():
    """In 93 to 98 of 100 studies with 150 ill, 150 well and a list of 300 others, 1 in 10 ill."""
    se, sp, ill = 0.85, 0.9, 0.1
    rng, true = np.random.default_rng(4), prevalence.bayes(ill, se, 1 - sp)
    held = 0
    for _ in range(600):
        drawn = [
            metrics.share(rng.binomial(n, p), n) for n, p in ((150, se), (150, sp), (300, ill))
        ]
        held += prevalence.ppv(*drawn).overlaps(true)
    assert 0.93 <= held / 600 <= 0.98
