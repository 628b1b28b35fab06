"""Sample sizes are those of published tables and deliver the interval they promise."""

from __future__ import annotations

import pytest

from readingroom.assess import metrics, samplesize


def test_the_textbook_case():
    """Half of them, give or take five in a hundred: 385, the number every protocol quotes."""
    assert samplesize.positives(0.5, 0.05) == 385


def test_a_sensitivity_of_90_percent():
    """139 positives for .90 give or take .05, and 2,780 films where one in twenty has it."""
    assert samplesize.positives(0.90, 0.05) == 139
    assert samplesize.films(0.90, 0.05, prevalence=0.05) == 2780


@pytest.mark.parametrize("expected", [0.5, 0.7, 0.85, 0.9, 0.97])
def test_wilsons_number_delivers_the_interval(expected):
    """At that n Wilson's interval is as narrow as asked, and one film fewer is not enough."""
    n = samplesize.positives(expected, 0.05, method="wilson")
    assert samplesize._wilson_half(expected, n) <= 0.05 < samplesize._wilson_half(expected, n - 1)
    found = metrics.share(round(expected * n), n)
    assert (found.hi - found.lo) / 2 == pytest.approx(0.05, abs=0.003)


def test_hanley_and_mcneils_own_example():
    """Their 51 abnormal and 58 normal CT readings, area .893: standard error .032 (Table I)."""
    assert samplesize.auc_error(0.893, 51, 58) == pytest.approx(0.032, abs=0.0006)


def test_the_two_numbers_of_the_lesson():
    """AUC .90: 50 and 50 films give .063 to either side, 390 and 234 give .024."""
    assert round(samplesize.auc_half_width(0.9, 50, 50), 3) == 0.063
    assert round(samplesize.auc_half_width(0.9, 390, 234), 3) == 0.024


@pytest.mark.parametrize("call", [
    lambda: samplesize.positives(1.0, 0.05), lambda: samplesize.positives(0.9, 0),
    lambda: samplesize.positives(0.9, 0.05, "guess"), lambda: samplesize.films(0.9, 0.05, 0),
    lambda: samplesize.auc_error(0.9, 0, 10),
])  # fmt: skip
def test_nonsense_is_refused(call):
    """Shares outside 0 to 1, no width and no films stop with a sentence."""
    with pytest.raises(ValueError):
        call()
