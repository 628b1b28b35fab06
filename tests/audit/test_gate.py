"""The acceptance test: conditions fixed before, a verdict by intervals, and honest refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom import audit
from readingroom.assess import metrics
from readingroom.audit import acceptance, gate as gates

WHEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
LIMITS = {"sensitivity": 0.85, "specificity": 0.8}


def _gate(**limits: float) -> audit.Gate:
    return audit.fix("nodules", 0.5, limits or LIMITS, WHEN)


def _table(ill: int, found: int, well: int, quiet: int, **known) -> audit.reading.Table:
    """Ill films, those of them that raise an alarm; well films, those of them that do not."""
    y = np.r_[np.ones(ill, int), np.zeros(well, int)]
    s = np.r_[np.full(found, 0.9), np.full(ill - found, 0.1), np.full(quiet, 0.1),
              np.full(well - quiet, 0.9)]  # fmt: skip
    return audit.reading.Table("films.csv", y, s, known)


@pytest.mark.parametrize(
    ("table", "verdict"),
    [
        ((300, 290, 900, 800), "pass"),
        ((60, 55, 600, 540), "not enough"),  # .92 lies above .85, and its interval does not
        ((300, 200, 900, 800), "fail"),
        ((60, 55, 900, 500), "fail"),  # one failed condition is enough
    ],
)
def test_the_interval_decides_and_not_the_value(table, verdict):
    """Pass: the whole interval on the right side; fail: on the wrong one; else not enough."""
    found = audit.accept(_table(*table), _gate())
    assert found.verdict == verdict and found.headline().lower().startswith(verdict)
    for one in found.conditions:
        assert one.verdict == acceptance.decided(one.found, LIMITS[one.measure])
        assert one.found.name == one.measure and str(one.found) in found.text().replace("\n  ", " ")


@given(st.integers(20, 400), st.floats(0.5, 0.99), st.floats(0.5, 0.95))
@settings(max_examples=150)
def test_the_films_still_needed_do_decide(n, share, least):
    """With as many more films the interval leaves the limit, and with 1 in 20 fewer it does not."""
    found = metrics.share(round(share * n), n)
    more = acceptance.still_needed(found, least)
    if more is None:
        assert abs(found.value - least) < 0.01
        return
    total = n + more
    decided = acceptance.decided(metrics.share(found.value * total, total), least)
    assert decided != "not enough"
    if more > 40:
        fewer = n + more * 0.95
        assert acceptance.decided(metrics.share(found.value * fewer, fewer), least) == "not enough"


def test_patients_with_many_films_need_more_patients():
    """Related films are worth fewer, so more of them are asked for."""
    alone = _table(80, 74, 400, 360)
    twins = _table(80, 74, 400, 360, patient=np.array([f"p{k // 2}" for k in range(480)], object))
    needed = [audit.accept(one, _gate(sensitivity=0.85)).conditions[0] for one in (alone, twins)]
    assert needed[0].whom == "ill films" and needed[1].whom == "ill patients"
    assert 2 * needed[1].more > needed[0].more > 0


def test_a_gate_is_written_once_and_a_change_is_noticed(tmp_path):
    """What is read equals what was fixed; a second write and a changed limit are refused."""
    path = tmp_path / "gate.toml"
    made = audit.fix('the "hard" list', 0.5, LIMITS, WHEN)
    audit.write(made, path)
    assert audit.opened(path) == made and audit.opened(path).digest == made.digest
    with pytest.raises(audit.AuditError, match="already"):
        audit.write(_gate(), path)
    path.write_text(path.read_text("utf-8").replace("0.85", "0.75"), "utf-8")
    with pytest.raises(audit.AuditError, match="changed after"):
        audit.opened(path)


LEAST = st.dictionaries(st.sampled_from(gates.MEASURES), st.floats(0.01, 0.99), min_size=1)


@given(st.text(max_size=40), st.floats(allow_nan=False, allow_infinity=False), LEAST)
@settings(max_examples=100)
def test_every_gate_survives_its_file(tmp_path_factory, name, threshold, limits):
    """Whatever may be fixed is read back as it was; the rest is refused in a sentence."""
    path = tmp_path_factory.mktemp("gate") / "g.toml"
    try:
        made = audit.fix(name, threshold, limits, WHEN)
    except audit.AuditError as error:
        assert str(error).endswith(".")
        return
    audit.write(made, path)
    assert audit.opened(path) == made


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "not a gate"), ("score,reference\n0.5,1\n", "not a gate"), ("name = 3", "not a gate"),
     ("\x00\xff", "not a gate"), ("x" * 30_000, "far too large")],
)  # fmt: skip
def test_what_is_no_gate_is_refused(tmp_path, text, says):
    """An empty file, a table, half a gate, noise, and something huge: one sentence each."""
    path = tmp_path / "g.toml"
    path.write_text(text, "latin-1")
    with pytest.raises(audit.AuditError, match=says):
        audit.opened(path)
    with pytest.raises(audit.AuditError, match="no gate"):
        audit.opened(tmp_path / "absent.toml")


def test_films_older_than_the_gate_are_told():
    """Their scores may have been known; without dates the page says that it cannot know."""
    days = np.array(["2026-01-01"] * 30 + ["2026-01-06"] * 90, object)
    table = _table(40, 38, 80, 75, date=days)
    told = " ".join(audit.accept(table, _gate()).remarks)
    assert re.search(r"Of 120 films 30 were made before", told)
    assert "cannot be seen" in " ".join(audit.accept(_table(40, 38, 80, 75), _gate()).remarks)


def test_the_page_names_gate_day_and_films_needed():
    """Text, HTML and JSON hold the verdict, when the gate was fixed, its digest and n needed."""
    found = audit.accept(_table(60, 55, 600, 540), _gate())
    page, data = audit.of_acceptance(found), found.as_dict()
    needed = found.conditions[0].more
    assert data["verdict"] == "not enough" and data["conditions"][0]["more"] == needed
    for told in (found.text(), page):
        assert "2026-01-05 09:30" in told and found.gate.digest[:12] in told
        assert "not enough" in told.lower() and f"{needed:,}" in told
    assert f"{found.consecutive:,}" in found.headline() and "http" not in page
    assert found.consecutive == pytest.approx(needed * 660 / 60, abs=1)


def test_a_handful_of_films_plans_nothing():
    """From two ill films no share can be expected; at least thirty are asked for first."""
    found = audit.accept(_table(2, 1, 200, 190), _gate())
    assert found.conditions[0].more == 28 and "too few to plan from" in found.text()


def test_nothing_to_count_is_not_enough():
    """No alarm at all has no PPV; the page says so instead of a number."""
    quiet = audit.accept(_table(40, 0, 80, 80), _gate(PPV=0.3))
    assert quiet.verdict == "not enough" and quiet.conditions[0].found is None
    assert "nothing to count" in quiet.text() and quiet.consecutive is None
    assert "none" in audit.of_acceptance(quiet)
