"""One simulated year of an AI service: films arrive, a gate accepts, an alarm watches.

Nothing is an image here: each film is ill or well, proper or not, and the program answers with
stated error rates. Two faults are planted. In some weeks a detector sends its films inverted; an
input check can stop them. Later an update makes the program itself worse; no input check sees that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from readingroom.assess import metrics, monitoring
from readingroom.assess.metrics import Estimate
from readingroom.assess.whose import SIMULATED
from readingroom.audit.acceptance import decided, overall

WEEKS, FILMS, ILL = 52, 150, 0.08  # weeks, films a week on average, share ill
SEED = 141  # a year with one dip by chance long before the update
STRAYS, STRAY_ALARM = 0.15, 0.75  # lateral films and children; how often the program then alarms
INVERTED, INVERTED_SHARE = (20, 21, 22), 0.35  # weeks (from 1) and share of films
STOPPED = 0.97  # share of strays and of inverted films that the input check stops
DRIFT = 31  # the first week of the update
BEFORE, AFTER = (0.93, 0.93), (0.82, 0.79)  # sensitivity and specificity before and from then on
READER = 0.975  # a blind second reader is right so often
GIVES_IN = 0.85  # whoever reports with the AI in view follows it so often where they disagree
SAMPLE = 60  # films re-read each week
GATE = {"sensitivity": 0.85, "specificity": 0.88}
JUDGED = 8  # weeks after which the gate is judged, once: fixed beforehand
QUIET = 10  # weeks whose agreement is the usual one
GREY = {"proper": (105.0, 14.0), "stray": (128.0, 26.0)}  # mean grey of a film, and its spread


@dataclass(frozen=True)
class Week:
    """One week of films that were answered; shares and counts of simulated films."""

    arrived: int
    refused: int
    wrong: int
    agree_blind: int
    agree_report: int
    sample: int
    ill: int
    found: int
    well: int
    quiet: int


@dataclass(frozen=True)
class Year:
    """What became of the year.

    Attributes
    ----------
    weeks : tuple of Week
    grey : tuple of ndarray
        Mean grey of each film that arrived, week by week.
    """

    weeks: tuple[Week, ...]
    grey: tuple[np.ndarray, ...]

    def column(self, name: str) -> np.ndarray:
        """One number of each week, (52,)."""
        return np.array([getattr(week, name) for week in self.weeks])

    def gate(self, weeks: int) -> dict[str, Estimate]:
        """Sensitivity and specificity on all films answered in the first `weeks` weeks."""
        told = {"sensitivity": ("found", "ill"), "specificity": ("quiet", "well")}
        return {
            name: metrics.share(
                int(self.column(hit)[:weeks].sum()), int(self.column(of)[:weeks].sum()), name
            ).on(SIMULATED)
            for name, (hit, of) in told.items()
        }

    def verdict(self) -> str:
        """``pass``, ``fail`` or ``not enough`` in the week that was fixed for it."""
        found = self.gate(JUDGED)
        return overall([decided(found[name], low) for name, low in GATE.items()])

    def chart(self, against: str = "blind") -> monitoring.Chart:
        """Agreement of program and ``blind`` re-reads, or ``report``, against the quiet weeks."""
        return monitoring.chart(*self._agreed(against))

    def total(self, against: str = "blind") -> monitoring.Sum:
        """The running sums of that agreement."""
        return monitoring.cusum(monitoring.standardised(*self._agreed(against)))

    def _agreed(self, against: str) -> tuple[np.ndarray, np.ndarray, float]:
        """Films agreed on and films re-read, by week, and the share of the quiet weeks."""
        right, n = self.column(f"agree_{against}"), self.column("sample")
        return right, n, float(right[:QUIET].sum() / n[:QUIET].sum())

    def dips(self, against: str = "blind") -> list[int]:
        """Weeks below the lower limit, from 1."""
        return [int(k) + 1 for k in np.flatnonzero(self.chart(against).below)]

    def alarm(self, against: str = "blind") -> int | None:
        """The first week that is the second of three below its limit, from 1."""
        low = self.dips(against)
        return next((b for a, b in pairwise(low) if b - a <= 2), None)


@cache
def year(check: bool = True) -> Year:
    """The year, with or without an input check; the same films in both.

    Parameters
    ----------
    check : bool
        Whether films are looked at before the program sees them.
    """
    made = [_week(number, check) for number in range(1, WEEKS + 1)]
    return Year(tuple(week for week, _ in made), tuple(grey for _, grey in made))


def _week(number: int, check: bool) -> tuple[Week, np.ndarray]:
    rng = np.random.default_rng([SEED, number])
    n = int(rng.poisson(FILMS))
    ill, stray, turned, stopped, luck, blind, report = rng.random((7, n))
    ill, stray = ill < ILL, stray < STRAYS
    ill &= ~stray
    turned = (turned < INVERTED_SHARE) & (number in INVERTED) & ~stray
    refused = check & (stray | turned) & (stopped < STOPPED)
    sens, spec = AFTER if number >= DRIFT else BEFORE
    sure = np.where(ill, luck < sens, luck >= spec)  # the program's alarm on a proper film
    alarm = np.where(stray, luck < STRAY_ALARM, sure != turned)
    grey = _greys(rng, stray, turned)
    second = (blind < READER) == ill  # a blind reader's call
    told = np.where(alarm != second, np.where(report < GIVES_IN, alarm, second), second)
    answered = np.flatnonzero(~refused)
    some = rng.permutation(answered)[:SAMPLE]
    wrong = alarm != ill
    week = Week(
        arrived=n,
        refused=int(refused.sum()),
        wrong=int(wrong[answered].sum()),
        agree_blind=int((alarm == second)[some].sum()),
        agree_report=int((alarm == told)[some].sum()),
        sample=len(some),
        ill=int(ill[answered].sum()),
        found=int((alarm & ill)[answered].sum()),
        well=int((~ill)[answered].sum()),
        quiet=int((~alarm & ~ill)[answered].sum()),
    )
    return week, grey


def _greys(rng: np.random.Generator, stray: np.ndarray, turned: np.ndarray) -> np.ndarray:
    """Mean grey of each film, 0 to 255; an inverted film is 255 less."""
    mean, spread = (np.where(stray, GREY["stray"][k], GREY["proper"][k]) for k in (0, 1))
    grey = np.clip(rng.normal(mean, spread), 0, 255)
    return np.where(turned, 255 - grey, grey)
