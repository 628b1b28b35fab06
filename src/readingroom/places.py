"""Where things are on this machine: the course's files, and the learner's own.

Nothing is created here; whoever writes makes the folder first.
"""

from __future__ import annotations

import os
from pathlib import Path


def course() -> Path:
    """Folder with ``lessons/``, ``solutions/``, ``datasets/``: the wheel's, or the repository."""
    package = Path(__file__).resolve().parent
    carried = package / "_course"
    return carried if carried.is_dir() else package.parents[1]


def repository() -> Path | None:
    """The repository's folder, or None where only the wheel is installed."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "book" / "lessons").is_dir() else None


def home() -> Path:
    """The learner's folder for data, stored runs and progress (``READINGROOM_HOME`` moves it)."""
    named = os.environ.get("READINGROOM_HOME")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("readingroom", appauthor=False))
