"""Which networks read the films of a node, and the exact version that stands in every result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

from highdicom.sr import CodedConcept

from readingroom import __version__
from readingroom.reader import networks

MAKER = "Reading Room (teaching)"
SCHEME = "99READINGROOM"
"""Coding scheme of our own concepts; 99 marks a private one (PS3.16 section 8)."""
SCORE = CodedConcept("RR-1", SCHEME, "Score of a classifier (rank)")
READERS = CodedConcept("RR-2", SCHEME, "Networks that read together")
USE = CodedConcept("RR-3", SCHEME, "Intended use")
TEACHING = CodedConcept("RR-4", SCHEME, "For teaching. Never for clinical use.")
HEAT = CodedConcept("RR-5", SCHEME, "Region that spoke for a high score")
FINDINGS = {
    "pneumonia": CodedConcept("233604007", "SCT", "Pneumonia"),
    "consolidation": CodedConcept("95436008", "SCT", "Lung consolidation"),
}
"""What a score is for, in SNOMED CT."""


@dataclass(frozen=True)
class Model:
    """The networks whose score a result carries.

    Attributes
    ----------
    name : str
        As `readingroom.models.load` knows it.
    version : str
        Version of the course and the start of a sha256 over all weights: other weights, another
        version.
    finding : str
        What a high score says.
    """

    name: str
    version: str
    finding: str


@cache
def model(name: str = networks.SIMULATED) -> Model:
    """The shipped networks of this name.

    Raises
    ------
    LookupError
        No such networks read films.
    """
    if name not in networks.PANELS:
        raise LookupError(f"There are no networks {name!r}; use {' or '.join(networks.PANELS)}.")
    place = resources.files("readingroom.models").joinpath("shipped", name)
    running = sha256()
    for seed in range(networks.SEEDS[name]):
        running.update(place.joinpath(f"seed-{seed}.safetensors").read_bytes())
    version = f"{__version__}+{running.hexdigest()[:8]}"
    return Model(name, version, networks.PANELS[name].finding)
