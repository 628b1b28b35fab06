"""Our metrics agree with a second source: a library or a published worked example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from readingroom.assess import (
    calibration,
    conformal,
    delong,
    metrics,
    operating,
    strata,
    subgroups,
)


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=4, max_size=60))
def test_auc_equals_scikit_learn(rows):
    """Our AUC is scikit-learn's, ties included."""
    y, s = np.array(rows).T
    if len(set(y)) < 2:
        with pytest.raises(ValueError, match="only one class"):
            metrics.auc(y, s, draws=10)
        return
    assert metrics.auc(y, s, draws=10).value == pytest.approx(roc_auc_score(y, s), abs=1e-12)


@pytest.mark.parametrize(
    ("successes", "n", "lo", "hi"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_newcombes_worked_examples(successes, n, lo, hi):
    """The interval of a share is that of Newcombe 1998, Stat Med 17:857, method 3."""
    found = metrics.share(successes, n)
    assert (round(found.lo, 4), round(found.hi, 4)) == (lo, hi)


@given(st.integers(1, 400), st.data())
def test_wilson_equals_scipy(n, data):
    """The interval of a share is scipy's, for any count."""
    k = data.draw(st.integers(0, n))
    theirs = stats.binomtest(k, n).proportion_ci(method="wilson")
    found = metrics.share(k, n)
    assert found.lo <= found.value <= found.hi  # rounding put 0 of 234 outside its own interval
    assert found.lo == pytest.approx(theirs.low, abs=1e-9)
    assert found.hi == pytest.approx(theirs.high, abs=1e-9)


def test_mean_equals_scipys_t_interval():
    """The interval of a mean over runs is Student's, as scipy computes it."""
    values = [0.97, 0.972, 0.975, 0.969, 0.979]
    lo, hi = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    found = metrics.mean(values)
    assert (found.lo, found.hi) == (pytest.approx(lo), pytest.approx(hi))


def _delong(y: np.ndarray, s: np.ndarray) -> float:
    """Standard error of an AUC after DeLong et al. 1988, written straight from its formula."""
    ill, well = s[y == 1], s[y == 0]
    wins = (ill[:, None] > well) + 0.5 * (ill[:, None] == well)
    return math.sqrt(wins.mean(1).var(ddof=1) / len(ill) + wins.mean(0).var(ddof=1) / len(well))


def test_bootstrap_interval_agrees_with_delong():
    """On 400 films the bootstrap's half-width is DeLong's within a tenth."""
    rng = np.random.default_rng(4)
    y = rng.integers(0, 2, 400)
    s = rng.normal(y * 1.2, 1)
    found = metrics.auc(y, s)
    assert (found.hi - found.lo) / 2 == pytest.approx(1.96 * _delong(y, s), rel=0.1)


def test_pairing_narrows_and_patients_widen():
    """A paired difference is tighter than an unpaired one; drawing patients widens an interval."""
    rng = np.random.default_rng(5)
    y = np.repeat(rng.integers(0, 2, 120), 3)
    common = np.repeat(rng.normal(0, 1, 120), 3)
    one = y + common + rng.normal(0, 0.3, 360)
    other = y + common + rng.normal(0, 0.3, 360)
    paired, apart = (metrics.auc_diff(y, one, other, paired=p) for p in (True, False))
    assert paired.hi - paired.lo < 0.6 * (apart.hi - apart.lo)
    by_film, by_patient = (metrics.auc(y, one, patient=p) for p in (None, np.repeat(range(120), 3)))
    assert by_patient.hi - by_patient.lo > 1.2 * (by_film.hi - by_film.lo)
    assert (by_film.n, by_patient.n, by_patient.by) == (360, 120, "patient")


def test_coverage_of_the_auc_interval():
    """Over 200 simulated studies the 95 % interval holds the true AUC in 90 to 99 of 100."""
    rng = np.random.default_rng(6)
    true, held = stats.norm.cdf(1 / math.sqrt(2)), 0
    for _ in range(200):
        y = np.repeat([0, 1], 60)
        found = metrics.auc(y, rng.normal(y, 1), draws=300)
        held += found.overlaps(true)
    assert 180 <= held <= 198


def test_same_data_same_interval():
    """An interval does not change from call to call, so that a check can recompute it."""
    y, s = np.array([0, 1] * 20), np.linspace(0, 1, 40)
    assert metrics.auc(y, s) == metrics.auc(y, s)


SCORES, LABELS = [0.1, 0.9, 0.4, 0.6], [0, 1, 1, 0]
SWAPPED = (
    lambda: metrics.sensitivity(SCORES, LABELS),
    lambda: metrics.specificity(SCORES, LABELS),
    lambda: metrics.accuracy(SCORES, LABELS),
    lambda: calibration.recalibration(SCORES, LABELS),
    lambda: calibration.slope(SCORES, LABELS),
    lambda: calibration.ece(SCORES, LABELS),
    lambda: operating.at(SCORES, LABELS, 0.5),
    lambda: operating.cost_at(SCORES, LABELS, 0.5, 0.1, 10),
    lambda: strata.table(SCORES, LABELS, 0.5, {"sex": list("FFMM")}),
    lambda: subgroups.auc_gap(SCORES, LABELS, [0, 1, 0, 1]),
    lambda: conformal.prediction_sets(SCORES, LABELS, SCORES),
)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: metrics.auc([0.1, 0.9], [0, 1]), "Labels first"),
        (lambda: metrics.auc([0, 1, 1], [0.2, 0.3]), "differ in length"),
        (lambda: metrics.auc([], []), "no films"),
        (lambda: metrics.share(5, 3), "no share"),
        (lambda: metrics.mean([0.9]), "at least two"),
        *[(call, "Labels first") for call in SWAPPED],
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    """Swapped columns, unequal lengths and empty input are named."""
    with pytest.raises(ValueError, match=says):
        call()


def test_calls_are_counted_as_the_field_counts_them():
    """Accuracy, sensitivity and specificity of a small table worked by hand."""
    y, called = [1, 1, 1, 0, 0], [1, 1, 0, 0, 1]
    assert metrics.accuracy(y, called).value == 0.6
    assert metrics.sensitivity(y, called).value == pytest.approx(2 / 3)
    assert metrics.specificity(y, called).value == 0.5
    assert metrics.sensitivity(y, called).n == 3


def test_an_estimate_never_prints_alone():
    """Text, table form and representation all carry the interval."""
    found = metrics.share(9, 10, "sensitivity")
    assert "to" in str(found) and str(found) == repr(found) and "n = 10 films" in str(found)
    assert found.short() == ".90 (.60-.98)"


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((-1.19, -1.26, -1.12), "-1.19 (-1.26 to -1.12)"),
        ((-0.1, -0.2, 0.001), "-.10 (-.20 to .00)"),
        ((-0.0001, -0.0002, 0.02), ".00 (.00-.02)"),
    ],
)
def test_bounds_below_zero_are_joined_by_a_word(ends, says):
    """No hyphen stands beside a minus sign, and what rounds to nothing has no sign."""
    found = metrics.Estimate(*ends, n=3)
    assert found.short() == says
    assert "-0.000" not in str(found)


@given(st.lists(st.integers(0, 6), min_size=2, max_size=30), st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_a_draw_of_patients_takes_all_films_of_each(patient, seed):
    """Every draw by patient is the films of the patients drawn, in the order of the draw."""
    films = np.arange(len(patient))
    seen = []
    metrics.bootstrap(lambda f: seen.append(f) or 0.0, films, patient=patient, draws=3, seed=seed)
    names, code = np.unique(np.asarray(patient).astype(str), return_inverse=True)
    rng = np.random.default_rng(seed)
    for drawn in seen[1:]:  # the first call is the estimate itself
        chosen = rng.integers(0, len(names), len(names))
        right = np.concatenate([np.flatnonzero(code == k) for k in chosen])
        assert drawn.tolist() == right.tolist()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4), st.integers(0, 3)),
                min_size=2, max_size=25), st.booleans())  # fmt: skip
@settings(max_examples=40)
def test_draws_done_at_once_are_those_done_one_by_one(rows, by_patient):
    """With ties, one class or many films a patient, each AUC is equal to the last digit."""
    y, s, t, patient = (np.array(column) for column in zip(*rows, strict=True))
    y, whose = y.astype(bool), patient if by_patient else None

    def slow(a, b, c):
        return metrics._auc_or_nan(a, b) - metrics._auc_or_nan(a, c)

    found, drawn = [], []
    metrics.bootstrap(lambda *of: drawn.append(slow(*of)) or 0.0, y, s, t, patient=whose, draws=30)

    def fast(counts, a, b, c):
        found.extend(metrics.aucs(counts, a, b) - metrics.aucs(counts, a, c))
        return np.zeros(len(counts))

    metrics.bootstrap(lambda *of: 0.0, y, s, t, patient=whose, draws=30, at_once=fast)
    np.testing.assert_array_equal(found, drawn[1:])  # the first is the estimate itself


HELD, GONE = [0, 1, 0, 1] * 6, [0.1, math.nan, 0.4, 0.6] * 6
MISSING = (
    lambda: metrics.auc(HELD, GONE),
    lambda: metrics.auc_diff(HELD, [0.5] * 24, GONE),
    lambda: metrics.auc_diff(HELD, GONE, [0.5] * 24, paired=False),
    lambda: metrics.mean(GONE),
    lambda: metrics.mean_share(GONE),
    lambda: delong.auc(HELD, GONE),
    lambda: delong.paired(HELD, GONE, [0.5] * 24),
    lambda: operating.at(HELD, GONE, 0.5),
    lambda: operating.cost_at(HELD, GONE, 0.5, 0.1, 10),
    lambda: operating.roc(HELD, GONE),
    lambda: operating.youden(HELD, GONE),
    lambda: operating.candidates(GONE),
    lambda: subgroups.auc_gap(HELD, GONE, [0, 0, 1, 1] * 6),
    lambda: subgroups.target_gap(HELD, HELD[::-1], GONE),
    lambda: calibration.ece(HELD, GONE),
    lambda: calibration.slope(HELD, GONE),
    lambda: strata.table(HELD, GONE, 0.5, {"sex": list("FFMM") * 6}),
)


@pytest.mark.parametrize("call", MISSING)
def test_a_missing_score_is_refused_not_ranked(call):
    """A film without a score has no rank, no call and no place in a mean; the sentence counts."""
    with pytest.raises(ValueError, match=r"6 of 24 (score|value)s are missing"):
        call()


def test_two_estimates_are_not_subtracted_and_a_share_is_of_counts():
    """A difference of two estimates would lose its interval; the sentence says what to do."""
    one, other = metrics.share(3, 10), metrics.share(5, 10)
    with pytest.raises(TypeError, match="subtract film by film"):
        one - other
    with pytest.raises(TypeError, match="two counts"):
        metrics.share(..., ...)
    with pytest.raises(ValueError, match="first how many"):
        metrics.share(10, 5)


@settings(max_examples=60)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_no_share_has_an_interval_outside_0_to_1(values):
    """The mean of a few shares is that of any numbers, and its interval ends at 0 and at 1."""
    found, plain = metrics.mean_share(values), metrics.mean(values)
    assert found.value == plain.value and 0 <= found.lo <= found.hi <= 1
    assert found.lo == max(plain.lo, 0) and found.hi == min(plain.hi, 1)
    with pytest.raises(ValueError, match="lies between 0 and 1"):
        metrics.mean_share([*values, 1.5])


def test_a_name_in_quotation_marks_is_told_so():
    """Where a column is asked for, its name is a text, and the reply says which."""
    with pytest.raises(ValueError, match='"score" is a text'):
        metrics.auc([0, 1], "score")


@pytest.mark.parametrize("blank", [None, float("nan"), "", " ", "nan"])
def test_films_without_a_patient_are_patients_of_their_own(blank):
    """Those who are not named are not one person, in whatever way a table leaves a cell empty."""
    names = np.array(["a", "a", blank, blank, "b", blank], dtype=object)
    assert len(np.unique(metrics.each_person(names))) == 5
    y, s = [0, 1, 0, 1, 0, 1], [0.1, 0.9, 0.3, 0.4, 0.5, 0.2]
    assert metrics.auc(y, s, names, draws=50).n == 5
