"""Which films a lesson opens with, and what its banner says of them."""

from __future__ import annotations

from readingroom import data
from readingroom.assess import whose
from readingroom.catalogue import Lesson
from readingroom.data import choice, cohorts
from readingroom.data.origin import MODES
from readingroom.kernel.stored import load


def films(facts: Lesson, mode: str) -> tuple[str, str, str]:
    """Mode, banner and fingerprint: of the first cohort, the single files or the stored run.

    Parameters
    ----------
    facts : Lesson
    mode : str
        What `readingroom.data.choose` said.
    """
    if facts.run and mode in MODES:
        made = load(facts.number, facts.run, mode).made
        return mode, made["cohort"], made["fingerprint"]
    if facts.cohorts:
        shown = cohorts.ahead(*facts.cohorts[0], mode)
        return mode, shown.banner(), shown.fingerprint()
    if facts.run:
        own = data.load(mode)
        return mode, own.banner(), own.fingerprint()
    # an own cohort has no single files: a lesson on samples opens the real ones beside it
    single = data.samples_of(facts.samples)
    return single.source, single.banner(), single.fingerprint()


def remark(facts: Lesson, mode: str) -> str:
    """What to know of own films before any number of them: one that several hospitals betray."""
    if mode in MODES or not (facts.cohorts or facts.run):
        return ""
    from readingroom.models import sites  # own films only: other lessons open without it

    with whose.unnoted():
        return sites.told(
            cohorts.ahead(*facts.cohorts[0], mode) if facts.cohorts else data.load(mode)
        )


def ahead(facts: Lesson) -> None:
    """Read the films that the lesson will most likely open with; nothing is chosen yet."""
    films(facts, choice.foreseen(facts.needs))
