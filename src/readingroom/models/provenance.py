"""What is written beside every stored run: how it was made, when, and with what."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from readingroom import __version__

PACKAGES = ("numpy", "scikit-learn", "torch")


def stamp(command: str, cohort, **more) -> dict:
    """Provenance of a run made now.

    Parameters
    ----------
    command : str
        The command that makes it again.
    cohort : Cohort
        The films it was made from.
    **more
        Further facts, JSON types only.
    """
    return {
        "command": command,
        "date": datetime.now(UTC).date().isoformat(),
        "readingroom": __version__,
        "python": platform.python_version(),
        **{package: metadata.version(package) for package in PACKAGES},
        "cores": os.cpu_count(),
        "cohort": cohort.banner(),
        "fingerprint": cohort.fingerprint(),
        **more,
    }


def write(path: Path, facts: dict) -> None:
    """Write a run's provenance beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", "utf-8")
