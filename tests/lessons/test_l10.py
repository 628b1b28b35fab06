"""Lesson 10's sums: hospitals and their gate, money and seconds, the log, the year."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom import audit
from readingroom.assess import metrics
from readingroom.lessons.l10 import films, hospitals, papers, sheets, weeks
from readingroom.lessons.l10.sheets import Money, Way

EUROS = st.floats(0.01, 5)


def test_the_three_hospitals_are_as_planned():
    """Counts of each view equal the plan; the verdicts are pass, not enough and fail."""
    for name, plan in hospitals.PLANS.items():
        table = hospitals.hospital(name)
        alarm, view = table.s >= hospitals.THRESHOLD, table.known["view"]
        for kind in ("AP", "PA"):
            ill, well = (table.y == 1) & (view == kind), (table.y == 0) & (view == kind)
            assert (ill.sum(), (alarm & ill).sum()) == (plan.ill[kind], plan.found[kind])
            assert (well.sum(), (~alarm & well).sum()) == (plan.well[kind], plan.quiet[kind])
    assert hospitals.verdicts() == ("pass", "not enough", "fail")


def test_the_undecided_hospital_has_its_point_above_the_gate():
    """Hospital H tempts: the value passes, the lower end does not."""
    found = hospitals.accepted("H").conditions[0].found
    assert found.value > hospitals.LIMITS["sensitivity"] > found.lo


def test_a_hospitals_file_gives_its_verdict_again(tmp_path):
    """The CSV, read as a stranger's, ends in the same verdict; its films came after the gate."""
    path, gate = hospitals.write("H", tmp_path), tmp_path / "gate.toml"
    audit.write(hospitals.gate(), gate)
    found = audit.accept(path, gate)
    assert found.verdict == "not enough"
    assert found.conditions == hospitals.accepted("H").conditions
    assert "before the day" not in found.text()
    with path.open(encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 421


@given(st.builds(Money, EUROS, EUROS, EUROS, EUROS, EUROS, st.floats(1, 200)),
       st.integers(1, 900))  # fmt: skip
@settings(max_examples=200)
def test_the_sheet_adds_up(money, many):
    """A day's gain is its lines times films less the fixed costs; it is 0 at break-even."""
    alarms = 0.15 * 0.95 * many
    by_hand = (many * money.saved * money.minute - alarms * money.alarm * money.minute
               - many * money.fee - alarms * money.scan - money.fixed)  # fmt: skip
    assert money.gain(many) == pytest.approx(by_hand)
    if money.break_even is None:
        assert money.gain(10**9) <= 0
    else:
        assert money.gain(money.break_even) == pytest.approx(0, abs=1e-6)


def test_a_dear_entry_lowers_the_gain():
    """Raised alone, only the minutes saved and the price of a minute raise the gain."""
    found = Money().one_way(300)
    assert {name for name, (low, high) in found.items() if high > low} == {"saved", "minute"}
    assert next(iter(found)) == "saved"


@given(st.floats(1, 500), st.floats(0, 60), st.floats(0, 60), st.floats(0, 60), st.floats(0.1, 999))
@settings(max_examples=100)
def test_a_way_takes_the_sum_of_its_terms(size, queue, compute, back, megabits):
    """Eight bits in a byte; what stays in the house needs no line."""
    out = Way(size, queue, compute, back)
    assert out.total(megabits) == pytest.approx(8 * size / megabits + queue + compute + back)
    assert Way(0.0, queue, compute, back).seconds(megabits)["upload"] == 0


def test_both_ways_are_equal_at_the_bandwidth_named():
    """There they take equally long; above it the cloud is faster, below it slower."""
    equal = sheets.equal_bandwidth()
    assert sheets.CLOUD.total(equal) == pytest.approx(sheets.LOCAL.total(equal))
    assert sheets.CLOUD.total(equal * 2) < sheets.LOCAL.total(1) < sheets.CLOUD.total(equal / 2)


def test_the_log_falls_below_by_its_value_before_the_rule_stops():
    """Week 1 lies below what was agreed; the whole interval does so from week 3 on."""
    log = sheets.ppv_log()
    assert log[0].value < sheets.AGREED < log[1].hi
    assert sheets.stop_week() == 3 and all(one.hi < sheets.AGREED for one in log[2:])


def test_the_year_has_one_dip_long_before_the_update():
    """One low week by chance, then low weeks together from the update on; one alarm."""
    year = weeks.year()
    low = year.dips()
    assert len([week for week in low if week < weeks.DRIFT]) == 1
    assert low[0] < weeks.DRIFT - 10 and weeks.DRIFT <= year.alarm() <= weeks.DRIFT + 3
    assert year.alarm() == next(b for a, b in pairwise(low) if b - a <= 2)


def test_contaminated_reports_tell_later_or_never():
    """Agreement with reports written beside the program hides what blind re-reads show."""
    year = weeks.year()
    assert year.alarm("report") is None
    assert year.total("report").first("below") > year.total("blind").first("below")
    blind, report = year.chart("blind"), year.chart("report")
    assert report.usual > blind.usual and (report.share >= blind.share).all()


def test_the_year_fails_visibly_without_its_input_check():
    """Same films: the gate is missed, low weeks fall where films were inverted, errors double."""
    year, bare = weeks.year(), weeks.year(check=False)
    assert (year.column("arrived") == bare.column("arrived")).all()
    assert all((a == b).all() for a, b in zip(year.grey, bare.grey, strict=True))
    assert bare.column("refused").sum() == 0 < year.column("refused").min()
    assert (year.verdict(), bare.verdict()) == ("pass", "fail")
    assert set(weeks.INVERTED) <= set(bare.dips()) and not set(weeks.INVERTED) & set(year.dips())
    assert bare.column("wrong").sum() > 2 * year.column("wrong").sum()


def test_the_refused_tell_of_the_inverted_films_at_once():
    """More films are refused in each of the three weeks than in any other week."""
    refused = weeks.year().column("refused")
    inside = np.array(weeks.INVERTED) - 1
    assert refused[inside].min() > np.delete(refused, inside).max()


def test_what_was_planted_is_what_is_counted():
    """Over many films the rates are those stated, before and after the update."""
    year = weeks.year()
    for rows, rates in ((slice(0, 30), weeks.BEFORE), (slice(30, 52), weeks.AFTER)):
        for (hit, of), rate in zip((("found", "ill"), ("quiet", "well")), rates, strict=True):
            found = metrics.share(
                int(year.column(hit)[rows].sum()), int(year.column(of)[rows].sum())
            )
            assert found.lo - 0.02 < rate < found.hi + 0.02


def test_the_form_asks_only_what_the_summary_answers():
    """Each stated row stands in the summary; the absent ones do not."""
    text = " ".join(papers.SUMMARY.values()).lower()
    for name in papers.JUDGED:
        _, words, right = papers.ROWS[name]
        assert right in words
        stated = {"3": "three hospitals"}.get(right, right)
        assert (stated in text) == (right != papers.ABSENT)
    assert f"{184 / 602:.2f}".lstrip("0") == papers.MIX
    assert "prevalence" not in text and "sex" not in text


def test_the_pitch_has_ten_claims_of_which_two_are_complete():
    """Each claim's gaps are words of the list; two lack nothing."""
    assert len(papers.LACKS) == 10
    assert all(set(fit) <= set(papers.GAPS) for _, fit in papers.LACKS)
    assert sum(papers.NOTHING in fit for _, fit in papers.LACKS) == 2


def test_the_card_that_says_less_has_more_gaps():
    """Both cards have the same fields; B leaves far more open."""
    a, b = papers.CARDS.values()
    assert list(a) == list(b) and papers.gaps(b) > papers.gaps(a) + 3


def test_every_duty_has_one_owner():
    """All owners of the picture own something, and nobody else does."""
    assert {owner for _, _, owner in papers.DUTIES} == set(papers.OWNERS)


def test_both_programs_scored_the_same_films(monkeypatch):
    """The films of the own hospital stand first, and a difference is taken on the same films."""
    monkeypatch.setattr(films, "current", lambda: type("S", (), {"mode": "simulated"}))
    pair = films.two_programs()
    assert len(pair.y) == len(pair.a) == len(pair.b) == 624
    few = pair.difference(200)
    assert few.n == 200
    assert few.value == metrics.auc_diff(pair.y[:200], pair.b[:200], pair.a[:200]).value
