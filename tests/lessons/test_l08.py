"""Lesson 08's sums: deferral, the list, the learner's own study, and the drill."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.lessons.l08 import films
from readingroom.lessons.l08.films import Discordant, Scored, Sitting

CASES = st.sets(st.integers(0, 19))


def _scored(n: int = 400, seed: int = 0) -> Scored:
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < 0.6).astype(int)
    return Scored(y, 1 / (1 + np.exp(-rng.normal(2.0 * y - 1, 1.5))), "SIMULATED")


def test_a_rule_counts_what_it_decides_misses_and_alarms():
    """Four films by hand: sure and right, sure and missed, a false alarm, a doubtful one."""
    few = Scored(np.array([1, 1, 0, 0]), np.zeros(4), "")
    found = films.deferred(few, np.array([0.95, 0.05, 0.9, 0.6]), 0.8)
    assert found is not None
    assert (found.automated.value, found.missed.value, found.alarms.value) == (0.75, 0.5, 1.0)
    assert films.deferred(few, np.array([0.95, 0.95, 0.6, 0.6]), 0.8) is None


def test_more_certainty_never_decides_more():
    """The share decided alone falls as the certainty asked for rises."""
    some = _scored()
    shares = [films.deferred(some, some.a, cut).automated.value for cut in (0.5, 0.7, 0.9)]
    assert shares == sorted(shares, reverse=True) and shares[0] == 1.0


def test_a_day_has_its_films_and_one_reader():
    """Ill and well films as stated; both orders read as many minutes, one film after another."""
    day = films.day_of(_scored(), 3)
    assert len(day.y) == films.FILMS and day.y.sum() == films.ILL
    for wait in (day.before, day.after):
        start = np.sort(day.arrival + wait)
        assert (np.diff(start) >= films.MINUTES - 1e-9).all() and (wait >= 0).all()
    groups = np.stack(list(day.groups().values()))
    assert (groups.sum(axis=0) == 1).all()


def test_the_three_slowest_are_the_ill_who_wait_longest():
    """No other ill patient waits longer than any of the three."""
    day = films.a_day(_scored())
    three = films.slowest(day)
    others = [i for i in np.flatnonzero(day.y) if i not in three]
    assert len(three) == 3 and day.after[three].min() >= day.after[others].max()


@given(alone=CASES, beside=CASES)
@settings(max_examples=100)
def test_switches_towards_a_wrong_program(alone, beside):
    """Counted film by film: changed, and changed into what the erring program says."""
    truth = np.arange(20) % 2
    program = truth.copy()
    program[[0, 1, 2, 3]] = 1 - truth[[0, 1, 2, 3]]
    found = Sitting(None, truth, program)
    changed = alone ^ beside
    wrong = [i for i in changed if i < 4 and (i in beside) == bool(program[i])]
    assert films.switches(sorted(alone), sorted(beside), found) == (len(changed), len(wrong))


@pytest.mark.parametrize("mode", ["simulated", pytest.param("real", marks=pytest.mark.real)])
def test_the_program_errs_on_four_planted_films(mode):
    """Two ill films it calls normal, two normal ones it calls pneumonia, the same every time."""
    one, other = films.sitting(mode), films.sitting(mode, images=False)
    assert one.images.shape == (20, 128, 128) and other.images is None
    assert (one.program == other.program).all() and one.labels.sum() == 10
    assert sorted(one.labels[one.wrong]) == [0, 0, 1, 1]


@given(override=CASES, escalate=CASES)
@settings(max_examples=100)
def test_the_drill_counts_case_by_case(override, escalate):
    """Lost, false and escalated equal a count with one sentence a case."""
    case = films.discordant(images=False)
    lost = false = 0
    for i in range(20):
        if i in escalate:
            continue
        stands = not case.program[i] if i in override else bool(case.program[i])
        lost += bool(case.truth[i]) and not stands
        false += stands and not case.truth[i]
    assert case.outcome(sorted(override), sorted(escalate)) == (lost, false, len(escalate))


def test_the_drill_is_as_planned():
    """Of 14 findings of the program 3 are true, of 6 of the reader 2; a nodule lies in its box."""
    case = films.discordant()
    assert isinstance(case, Discordant) and case.images is not None
    assert (case.program.sum(), case.truth[case.program].sum()) == (14, 3)
    assert ((~case.program).sum(), case.truth[~case.program].sum()) == (6, 2)
    for top, bottom, left, right in case.boxes:
        assert 0 <= top < bottom <= 256 and 0 <= left < right <= 256


def test_trust_helps_only_where_the_program_is_right():
    """Without trust the three bars are equal; with it the right program helps, the wrong harms."""
    none, some = films.reliance(0.0), films.reliance(0.6)
    for name in ("missed", "false alarms"):
        assert len({one.value for one in none[name].values()}) == 1
        right, alone, wrong = (
            some[name][how].value for how in ("program right", "no program", "program wrong")
        )
        assert right < alone < wrong
