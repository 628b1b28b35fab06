"""Timetables of the book: a day's lines with their hours, minutes counted from the pages."""

from __future__ import annotations

import importlib.util
import math
from functools import cache
from pathlib import Path

from readingroom.catalogue import catalogue
from readingroom.learner import tracks

ROOM = 1.2  # a room is a fifth slower than a learner alone
STEP = 5  # minutes are a count from a page, so they are rounded up to five


@cache
def _counting(root: Path):
    path = root / "benchmarks" / "minutes.py"
    spec = importlib.util.spec_from_file_location("readingroom_minutes", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def must(root: Path, number: str, parts: tuple[str, ...] = ()) -> float:
    """Minutes of a lesson's must part for a learner alone, its opening included.

    Parameters
    ----------
    root : Path
        The checkout, with its pages and ``benchmarks/minutes.py``.
    number : str
        Such as ``"05"``.
    parts : tuple of str
        Parts of the lesson; empty for all of them.
    """
    page = root / "book" / "lessons" / f"{catalogue()[number].slug}.md"
    counted = _counting(root).counted(page)
    gone = set(parts) - set(counted)
    if gone:
        raise ValueError(f"Lesson {number} has no part {', '.join(sorted(gone))}.")
    wanted = {"opening", *parts} if parts else set(counted)
    return sum(row[3] for name, row in counted.items() if name in wanted)


def minutes(root: Path, slot: tracks.Slot) -> int:
    """Minutes of one line: as stated, or counted from the page with a room's fifth on top."""
    if slot.minutes:
        return slot.minutes
    return STEP * math.ceil(ROOM * must(root, slot.lesson, slot.parts) / STEP)


def net(root: Path, track: tracks.Track) -> int:
    """Minutes of a timetable without the breaks that its hours leave out."""
    return sum(minutes(root, slot) for slot in track.slots if not slot.free)


def _what(slot: tracks.Slot) -> str:
    if not slot.lesson:
        return slot.what
    lesson = catalogue()[slot.lesson]
    which = [f"parts {slot.parts[0]} to {slot.parts[-1]}"] if slot.parts else []
    which += [slot.how] if slot.how else [] if slot.parts else ["must part"]
    return f"{lesson.number} {lesson.title}, {', '.join(which)}"


def table(root: Path, track: tracks.Track) -> str:
    """One timetable as Markdown: start, what, minutes; a table for each day."""
    hour, minute = map(int, track.begins.split(":"))
    lines, day, now = [], 0, 0
    for slot in track.slots:
        if slot.day != day:
            day, now = slot.day, 60 * hour + minute
            lines += ["", f"**Day {day}**"] if track.slots[-1].day > 1 else []
            lines += ["", "| start | what | minutes |", "|---|---|---|"]
        took = minutes(root, slot)
        lines.append(f"| {now // 60}:{now % 60:02} | {_what(slot)} | {took} |")
        now += took
    own = net(root, track) / 60
    return "\n".join([*lines, "", f"Together {own:.1f} hours of the {track.hours:g} there are."])


def every(root: Path) -> str:
    """All timetables, each under a heading."""
    found = [track for track in tracks.tracks().values() if track.slots]
    return "\n\n".join(f"## {track.title}\n{table(root, track)}" for track in found)


def for_whom() -> str:
    """The tracks as a table: for whom, which lessons, and how to choose it."""
    lines = ["| who | lessons, in this order | choose it |", "|---|---|---|"]
    for track in tracks.tracks().values():
        if not track.slots:
            note = f". {track.note}" if track.note else ""
            typed = f"`readingroom start --track {track.name}`"
            lines.append(f"| {track.title} | {', '.join(track.lessons)}{note} | {typed} |")
    return "\n".join(lines)
