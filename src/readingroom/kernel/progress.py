"""What the learner has passed so far, kept in one small file on their own machine."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from readingroom import __version__
from readingroom.kernel import keeping

NAME = "progress.json"
KEPT_TRIES = 9


def load() -> dict:
    """Everything kept: ``{"last": number, "lessons": {number: {slug: {...}}}}``."""
    kept = keeping.read(NAME)
    return kept if isinstance(kept.get("lessons"), dict) else {"last": None, "lessons": {}}


def _save(kept: dict) -> None:
    keeping.write(NAME, kept)


def opened(lesson: str) -> None:
    """Remember the lesson worked on last, so that ``readingroom start`` resumes there."""
    kept = load()
    kept["last"] = lesson
    with contextlib.suppress(OSError):  # a full disk must not stop a lesson
        _save(kept)


def forget(lesson: str) -> None:
    """Take a lesson's results out, since its notebook starts over."""
    kept = load()
    if kept["lessons"].pop(lesson, None) is not None:
        _save(kept)


def tried(lesson: str, slug: str) -> int:
    """How many different answers to an exercise were not right yet."""
    entry = load()["lessons"].get(lesson, {}).get(slug, {})
    return len(entry.get("tried", ()))


def mark_shown(lesson: str, slug: str) -> None:
    """Note that the learner was shown a right answer to an exercise."""
    kept = load()
    entry = kept["lessons"].setdefault(lesson, {}).setdefault(slug, {"points": 0.0, "tries": 0})
    entry.setdefault("shown", datetime.now(UTC).isoformat(timespec="seconds"))
    with contextlib.suppress(OSError):
        _save(kept)


def note(
    lesson: str, slug: str, points: float, max_points: float, mode: str = "", answer: str = ""
) -> int:
    """Keep the best result of an exercise and count tries; returns failures so far.

    Parameters
    ----------
    lesson, slug : str
        Which exercise.
    points, max_points : float
        What this try earned.
    mode : str
        The films it was earned on: ``real``, ``simulated`` or an own cohort's name.
    answer : str
        A short name of the answer, so that the same one again is no further try; empty for what
        could not be read.
    """
    kept = load()
    entry = (
        kept["lessons"]
        .setdefault(lesson, {})
        .setdefault(slug, {"points": 0.0, "tries": 0, "failures": 0})
    )
    entry["max_points"] = max_points
    entry["tries"] += 1
    if points < max_points:
        entry["failures"] = entry.get("failures", 0) + 1
        if answer and answer not in entry.get("tried", ()):
            entry["tried"] = [*entry.get("tried", ()), answer][-KEPT_TRIES:]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if points > entry["points"]:
        entry.update(points=points, cohort=mode, version=__version__, earned=now)
    entry["when"] = now
    kept["last"] = lesson
    with contextlib.suppress(OSError):
        _save(kept)
    return entry["failures"]
