"""Two people who label reports: by habit first, then by one page that decides beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from readingroom.simulator.report import NEGATIVE, POSITIVE
from readingroom.simulator.streams import stream

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ANSWERS", "NEGATED", "PAGE", "Annotations", "annotate", "disputed", "mined", "wording"]

KIND = "pneumothorax"
NEGATED = (
    "no pneumothorax|no evidence of pneumothorax|pneumothorax has resolved|"
    "pneumothorax not demonstrated"
)
"""What the lesson's second rule strikes out, as a pattern on small letters."""
PAGE = {
    1: "Present now, whatever its size, by name or by its sign (pleural line, air in the pleural "
    "space): positive.",
    2: "Ruled out: negative.",
    3: "Seen before and gone now: negative, for this film.",
    4: "Hedged (possible, questionable, cannot be excluded): unsure, to the adjudicator.",
    5: "This film cannot show it (supine film without a call, apices missing): not assessable, "
    "left out and counted.",
}
"""The annotation protocol: rule number to its text."""
ANSWERS = {0: "negative", 1: "positive", 2: "unsure", 3: "not assessable"}
BY_RULE = {1: 1, 2: 0, 3: 0, 4: 2, 5: 3}
"""The answer that each rule demands."""
SLIP = 0.04
"""Chance that somebody types another answer than the one meant."""
HABIT = (
    {1: 1.0, 2: 0.0, 3: 0.55, 4: 0.85, 5: 0.1},
    {1: 0.95, 2: 0.0, 3: 0.05, 4: 0.25, 5: 0.0},
)
"""Without the page: chance that each of the two calls a wording positive, by its rule."""
SAMPLE = {1: 11, 2: 9, 3: 5, 4: 10, 5: 5}
"""Reports of each wording among those that both annotators label."""


@dataclass(frozen=True)
class Annotations:
    """What two annotators said about the same reports.

    Attributes
    ----------
    reports : list of str
    rule : ndarray, (N,)
        The rule of `PAGE` each report falls under.
    before, after : ndarray, (2, N)
        Answers of the two, keys of `ANSWERS`, without and with the page.
    """

    reports: list[str]
    rule: np.ndarray
    before: np.ndarray
    after: np.ndarray


def mined(reports: pd.Series) -> pd.Series:
    """Label reports by the lesson's second rule: the word is there, and not negated.

    Returns
    -------
    Series of 0 and 1
    """
    small = reports.str.lower()
    return (small.str.contains(KIND) & ~small.str.contains(NEGATED)).astype(int).rename("text")


def wording(report: str) -> int:
    """The rule of `PAGE` that a simulated report falls under; 0 where it does not say."""
    bare = {  # sentences with a side in them are known by what follows it
        4: [line.split("{")[0] + "\0" + line.split("}")[-1] for line in POSITIVE[KIND][0]],
        1: [line.split("{")[0] + "\0" + line.split("}")[-1]
            for level in POSITIVE[KIND][1:] for line in level],
    }  # fmt: skip
    for rule, patterns in bare.items():
        for pattern in patterns:
            start, end = pattern.split("\0")
            if start in report and end in report and _between(report, start, end):
                return rule
    no, none, resolved, supine = NEGATIVE[KIND]
    for rule, sentences in ((3, (resolved,)), (5, (supine,)), (2, (no, none))):
        if any(sentence in report for sentence in sentences):
            return rule
    return 0


def _between(report: str, start: str, end: str) -> bool:
    """Whether `end` follows `start` with a side between them."""
    sides = ("right", "left", "Right", "Left")
    return any(f"{start}{side}{end}" in report for side in sides)


def annotate(reports: pd.Series, seed: int = 6) -> Annotations:
    """Let two annotators label the same 40 reports, by habit and by the page.

    Parameters
    ----------
    reports : Series of str
        Of a simulated list; those that mention the finding are drawn from it.
    seed : int
    """
    rng = stream(seed, "annotators")
    rules = np.array([wording(text) for text in reports])
    chosen = np.concatenate([
        rng.choice(np.flatnonzero(rules == rule), count, replace=False)
        for rule, count in SAMPLE.items()
    ])  # fmt: skip
    chosen = rng.permutation(chosen)
    rule = rules[chosen]
    before = np.array([
        [int(rng.random() < habit[int(r)]) for r in rule] for habit in HABIT
    ])  # fmt: skip
    meant = np.array([BY_RULE[int(r)] for r in rule])
    slips = rng.random((2, len(rule))) < SLIP
    after = np.where(slips, rng.integers(0, len(ANSWERS), slips.shape), meant)
    return Annotations([reports.iloc[i] for i in chosen], rule, before, after)


DISPUTED = (4, 1, 3, 4, 5, 1)
"""The rules under which the six disputed reports fall."""


def disputed(reports: pd.Series, seed: int = 6) -> tuple[list[str], np.ndarray]:
    """Six reports over which two annotators differ, and the rule that decides each.

    Returns
    -------
    list of str, ndarray (6,) of int
    """
    rng = stream(seed, "disputed")
    rules = np.array([wording(text) for text in reports])
    named = np.array([KIND in text.lower() for text in reports])
    chosen, taken = [], set()
    for rule in DISPUTED:
        fits = rules == rule
        if rule == 1:  # a positive that a search for the word would miss, then one with it
            fits &= named == (1 in taken)
        rows = [i for i in np.flatnonzero(fits) if i not in chosen]
        rows = [i for i in rows if _core(reports.iloc[i]) not in taken] or rows
        row = int(rng.choice(rows))
        chosen.append(row)
        taken |= {rule, _core(reports.iloc[row])}
    return [reports.iloc[row] for row in chosen], np.array(DISPUTED)


def _core(text: str) -> str:
    """The sentence about the finding, side set aside, so that no wording comes twice."""
    for line in text.split("."):
        if KIND in line.lower() or "pleural space" in line:
            return line.lower().replace("right", "").replace("left", "").strip()
    return ""
