"""Small files in the learner's own folder: read with patience, written by rename."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from readingroom import files, places


def folder() -> Path:
    """Where progress and test results lie; ``READINGROOM_PROGRESS`` names another place."""
    named = os.environ.get("READINGROOM_PROGRESS")
    return Path(named) if named else places.home()


def read(name: str) -> dict:
    """What a file holds, or an empty dict.

    An unreadable file counts as none; it is kept aside, since it may hold a learner's work.
    """
    path = folder() / name
    try:
        kept = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            path.replace(files.free(path.with_suffix(".unreadable.json")))
        return {}
    return kept if isinstance(kept, dict) else {}


def write(name: str, kept: dict) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OSError
        The disk is full or may not be written to.
    """
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_json(path, kept)
