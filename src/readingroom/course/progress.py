"""What the learner has passed so far, kept in one small file on their own machine."""

from __future__ import annotations

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from readingroom import places


def _path() -> Path:
    named = os.environ.get("READINGROOM_PROGRESS")
    return (Path(named) if named else places.home()) / "progress.json"


def load() -> dict:
    """Everything kept: ``{"last": number, "lessons": {number: {slug: {...}}}}``.

    An unreadable file counts as none; it is kept aside, since it may hold a learner's work.
    """
    path = _path()
    try:
        kept = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {"last": None, "lessons": {}}
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".unreadable.json"))
        return {"last": None, "lessons": {}}
    ok = isinstance(kept, dict) and isinstance(kept.get("lessons"), dict)
    return kept if ok else {"last": None, "lessons": {}}


def _save(kept: dict) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(f".{os.getpid()}.part")
    waiting.write_text(json.dumps(kept, indent=1, sort_keys=True), "utf-8")
    waiting.replace(path)


def opened(lesson: str) -> None:
    """Remember the lesson worked on last, so that ``readingroom start`` resumes there."""
    kept = load()
    kept["last"] = lesson
    with contextlib.suppress(OSError):  # a full disk must not stop a lesson
        _save(kept)


def note(lesson: str, slug: str, points: float, max_points: float) -> int:
    """Keep the best result of an exercise and count tries; returns failures so far.

    Parameters
    ----------
    lesson, slug : str
        Which exercise.
    points, max_points : float
        What this try earned.
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
        entry["failures"] += 1
    if points > entry["points"]:
        entry["points"] = points
    entry["when"] = datetime.now(UTC).isoformat(timespec="seconds")
    kept["last"] = lesson
    with contextlib.suppress(OSError):
        _save(kept)
    return entry["failures"]
