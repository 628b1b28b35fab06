"""The book's timetables: counted from the pages, within their hours, without gaps."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from readingroom.catalogue import catalogue
from readingroom.learner import tracks

ROOT = Path(__file__).resolve().parents[1]
SPEC = importlib.util.spec_from_file_location("timetable", ROOT / "book" / "timetable.py")
timetable = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(timetable)
PLANS = [track.name for track in tracks.tracks().values() if track.slots]
ROW = re.compile(r"^\| (\d+):(\d\d) \| (.+) \| (\d+) \|$", re.M)


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_fits_its_hours(name):
    """The counted minutes, breaks left out as stated, are within the hours of the plan."""
    track = tracks.find(name)
    assert 0.6 * track.hours * 60 <= timetable.net(ROOT, track) <= track.hours * 60


@pytest.mark.parametrize("name", PLANS)
def test_the_hours_run_on_without_a_gap(name):
    """Each line of a day begins where the one before it ends."""
    rows = [tuple(map(int, (h, m, t))) for h, m, _, t in ROW.findall(
        timetable.table(ROOT, tracks.find(name)))]  # fmt: skip
    assert len(rows) == len(tracks.find(name).slots)
    starts = [60 * h + m for h, m, _ in rows]
    days = [i for i, start in enumerate(starts) if start == starts[0]]
    assert len(days) == tracks.find(name).slots[-1].day
    for i in range(1, len(rows)):
        assert i in days or starts[i] == starts[i - 1] + rows[i - 1][2]


@pytest.mark.parametrize("name", PLANS)
def test_every_long_day_has_its_lunch_at_noon(name):
    """A day of more than five hours has one lunch, not before 11:45 and not after 13:30."""
    days = re.split(r"^\*\*Day \d+\*\*$", timetable.table(ROOT, tracks.find(name)), flags=re.M)
    for day in [text for text in days if ROW.search(text)]:
        rows = [(60 * int(h) + int(m), what, int(took)) for h, m, what, took in ROW.findall(day)]
        lunches = [start for start, what, _ in rows if what == "Lunch"]
        assert len(lunches) == (rows[-1][0] + rows[-1][2] - rows[0][0] > 5 * 60)
        assert all(11 * 60 + 45 <= start <= 13 * 60 + 30 for start in lunches)


def test_minutes_are_those_of_the_page_with_a_fifth_on_top():
    """A slot of two parts counts its opening and these parts only, rounded up to five."""
    whole, two = timetable.must(ROOT, "05"), timetable.must(ROOT, "05", ("1", "2"))
    assert 0 < two < whole
    took = timetable.minutes(ROOT, tracks.Slot(lesson="05", parts=("1", "2")))
    assert took % 5 == 0 and 0 <= took - 1.2 * two < 5
    with pytest.raises(ValueError, match="no part 9"):
        timetable.must(ROOT, "05", ("9",))


def test_every_track_stands_in_the_table_with_its_lessons():
    """Whom a way is for, its lessons, and what to type."""
    text = timetable.for_whom()
    for track in tracks.tracks().values():
        assert track.slots or (f"| {', '.join(track.lessons)}" in text and track.name in text)
    assert set(catalogue()) == set(tracks.find("developers").lessons)


@pytest.mark.parametrize(
    "page", sorted((ROOT / "book" / "lessons").glob("*.md")), ids=lambda p: p.stem[:2]
)
def test_the_minutes_at_the_top_of_a_page_are_those_of_its_parts(page):
    """The range is the shortest and the longest part, and the parts fit into the whole."""
    text = page.read_text("utf-8")
    top = re.search(r"^\*\*(\d+) minutes\*\*.*$", text, re.M)
    parts = [int(n) for n in re.findall(r"^\*(\d+) minutes\b", text, re.M)]
    assert len(parts) == len(re.findall(r"^## Part \d", text, re.M))
    assert int(top[1]) - 5 <= sum(parts) <= int(top[1])
    if stated := re.search(r"parts of (\d+) to (\d+)", top[0]):
        assert (min(parts), max(parts)) == (int(stated[1]), int(stated[2]))
    assert "An estimate" in top[0]
