"""Agreement is that of scikit-learn and of published tables, and its intervals behave."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn.metrics import cohen_kappa_score

from readingroom.assess import agreement


def _films(both: int, one: int, other: int, neither: int):
    """Two labels with these counts."""
    first = [1] * both + [1] * one + [0] * other + [0] * neither
    second = [1] * both + [0] * one + [1] * other + [0] * neither
    return np.array(first), np.array(second)


# Feinstein & Cicchetti 1990, J Clin Epidemiol 43:543: the same raw agreement, two kappas.
PARADOX = [((40, 9, 6, 45), 0.85, 0.70), ((80, 10, 5, 5), 0.85, 0.32)]


@pytest.mark.parametrize(("counts", "raw", "kappa"), PARADOX)
def test_the_published_paradox_comes_out(counts, raw, kappa):
    """Raw agreement .85 goes with kappa .70 or .32, as printed in the paper that named it."""
    first, second = _films(*counts)
    assert agreement.raw(first, second).value == pytest.approx(raw)
    assert round(agreement.kappa(first, second).value, 2) == kappa


def test_the_published_positive_and_negative_agreement_come_out():
    """Cicchetti & Feinstein 1990: of that second table .91 on positives and .40 on negatives."""
    first, second = _films(80, 10, 5, 5)
    assert round(agreement.positive(first, second).value, 2) == 0.91
    assert round(agreement.negative(first, second).value, 2) == 0.40


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=60))
@settings(max_examples=60)
def test_kappa_is_scikit_learns(pairs):
    """For any two labels of up to four answers the value is that of cohen_kappa_score."""
    first, second = np.array(pairs).T
    ours = float(agreement.kappa_of(agreement.table(first, second).astype(float)))
    if len(set(first) | set(second)) == 1:
        assert math.isnan(ours)
    else:
        assert ours == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


def test_kappas_interval_is_that_of_the_published_formula():
    """The bootstrap is near the large-sample interval of Fleiss, Cohen & Everitt 1969."""
    first, second = _films(109, 129, 129, 4009)
    found = agreement.kappa(first, second)
    p = agreement.table(first, second) / len(first)
    row, column = p.sum(1), p.sum(0)
    raw, chance = np.trace(p), float(row @ column)
    k = (raw - chance) / (1 - chance)
    diagonal = sum(p[i, i] * (1 - (row[i] + column[i]) * (1 - k)) ** 2 for i in range(2))
    rest = (1 - k) ** 2 * sum(
        p[i, j] * (column[i] + row[j]) ** 2 for i in range(2) for j in range(2) if i != j
    )
    error = math.sqrt((diagonal + rest - (k - chance * (1 - k)) ** 2) / len(first))
    error /= 1 - chance
    assert found.lo == pytest.approx(k - 1.96 * error, abs=0.005)
    assert found.hi == pytest.approx(k + 1.96 * error, abs=0.005)


def test_drawing_patients_widens_the_interval_when_films_repeat():
    """Ten equal films of each patient tell no more than one, and the interval says so."""
    first, second = _films(8, 4, 4, 24)
    patient = np.repeat(np.arange(40), 10)
    many = np.repeat(first, 10), np.repeat(second, 10)
    by_film, by_patient = agreement.kappa(*many), agreement.kappa(*many, patient=patient)
    once = agreement.kappa(first, second)
    assert by_patient.n == 40 and by_patient.by == "patient"
    assert by_patient.hi - by_patient.lo > 2 * (by_film.hi - by_film.lo)
    assert by_patient.lo == pytest.approx(once.lo, abs=0.05)


def test_the_share_confirmed_depends_on_the_side_one_starts_from():
    """Of 50 text positives 30 are confirmed; of 40 panel positives 30 are found."""
    text, panel = _films(30, 20, 10, 140)
    assert agreement.confirmed(text, panel).value == pytest.approx(0.6)
    assert agreement.confirmed(panel, text).value == pytest.approx(0.75)


def test_the_share_confirmed_says_of_how_many():
    """Its n counts the positives that it is a share of, or their patients; not all films."""
    text, panel = _films(30, 20, 10, 140)
    assert agreement.confirmed(text, panel).n == 50 and agreement.confirmed(panel, text).n == 40
    of_two = agreement.confirmed(text, panel, patient=np.arange(200) // 2)
    assert of_two.n == 25 and of_two.by == "patient"


@pytest.mark.parametrize(
    ("one", "other"), [([1, 0], [1]), ([], []), ([0.5, 1], [0, 1]), ([-1, 1], [0, 1]),
                       ([float("nan"), 1], [0, 1])]
)  # fmt: skip
def test_what_is_no_pair_of_labels_is_refused(one, other):
    """Labels of different length, none at all, fractions and gaps stop with a sentence."""
    with pytest.raises(ValueError, match=r"label|films"):
        agreement.kappa(one, other)
