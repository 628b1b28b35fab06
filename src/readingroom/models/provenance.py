"""What is written beside every stored run: how it was made, when, and with what."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import numpy as np

from readingroom import __version__
from readingroom.data.origin import SIMULATED

PACKAGES = ("numpy", "scikit-learn", "torch")


@dataclass(frozen=True)
class Drawn:
    """What stands in provenance where a cohort would: films or numbers that are no cohort's.

    Attributes
    ----------
    arrays : dict of ndarray
        By name; films alone may have an empty name.
    said : str
        What they are of; virtual patients by default.
    """

    arrays: Mapping[str, np.ndarray]
    said: str = SIMULATED

    def banner(self) -> str:
        """The line over every result."""
        return SIMULATED if self.said.startswith("SIMULATED") else self.said

    def fingerprint(self) -> str:
        """The sha256 (hex) over names and contents."""
        running = hashlib.sha256()
        for name in sorted(self.arrays):
            running.update(name.encode() + np.ascontiguousarray(self.arrays[name]).tobytes())
        return running.hexdigest()


@dataclass(frozen=True)
class Run:
    """What a lesson's maker returns, to be stored by ``readingroom make``.

    Attributes
    ----------
    arrays : dict of ndarray
        What is kept.
    films : Cohort or Drawn
        What it was made from.
    facts : dict
        Further facts for the provenance, JSON types only.
    """

    arrays: Mapping[str, Any]
    films: Any
    facts: Mapping[str, Any] = field(default_factory=dict)


def stamp(command: str, films: Any, **more: Any) -> dict:
    """Provenance of a run made now.

    Parameters
    ----------
    command : str
        The command that makes it again.
    films : Cohort or Drawn
        What it was made from.
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
        "cohort": films.banner(),
        "fingerprint": films.fingerprint(),
        **more,
    }
