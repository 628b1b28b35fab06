"""The operating point: where the line is drawn, and what it costs to draw it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate, _columns, _labels, _two_classes
from readingroom.assess.whose import carried

PER = 1000  # patients


@dataclass(frozen=True)
class Point:
    """One threshold and what it does.

    Attributes
    ----------
    threshold : float
        An alarm is a score at or above it.
    sensitivity, specificity : Estimate
    """

    threshold: float
    sensitivity: Estimate
    specificity: Estimate

    def __str__(self) -> str:
        return f"at {self.threshold:.3f}: {self.sensitivity}\n{'':10}{self.specificity}"


@carried
def share(hit: object, patient: object = None, name: str = "share") -> Estimate:
    """A proportion over films of which some belong to the same patient.

    Parameters
    ----------
    hit : array-like of bool, (N,)
    patient : array-like, (N,), optional

    Returns
    -------
    Estimate
        Wilson's interval; with patients, for as many independent films as these are worth (the
        design effect of Rao & Scott 1992, Biometrics 48:577), never more than there are, and fewer
        where few patients say how much (the factor of Korn & Graubard 1998, Survey Methodology
        24:193); where all films say the same, for as many as there are patients. The variance
        leaves out one patient at a time, and the patients count by their films (Kish 1965, Survey
        Sampling: n^2 / sum of squares), so that one who gives most of the films is not taken for
        many. For patients with equally many films this is the plain variance between patients.
    """
    from scipy.special import stdtrit  # light; scipy.stats is not

    hits = np.asarray(hit, bool)
    if patient is None or not len(hits):
        return metrics.share(int(hits.sum()), len(hits), name)
    _, code = np.unique(metrics.each_person(patient), return_inverse=True)
    films = np.bincount(code).astype(float)  # of each patient
    n, people, p = len(hits), len(films), hits.mean()
    worth = float(people)
    if 0 < p < 1 and people > 1:
        without = (n * p - np.bincount(code, hits)) / (n - films)  # the share without each patient
        variance = (people - 1) / people * float(((without - p) ** 2).sum())
        worth = min(p * (1 - p) / variance, n) if variance > 0 else n
        counted = n**2 / float((films**2).sum())  # patients, 1.8 where one gives 36 of 49 films
        few = stdtrit(n - 1, 0.975) / stdtrit(counted - 1, 0.975)  # 1.13 wider for 10 patients
        worth = max(1.0, worth * few**2)
    found = metrics.share(p * worth, worth, name)
    return Estimate(float(p), found.lo, found.hi, people, name, "patient")


@carried
def at(y: object, s: object, threshold: float, patient: object = None) -> Point:
    """Sensitivity and specificity of the rule "alarm at or above the threshold".

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s : array-like, (N,)
    threshold : float
    patient : array-like, (N,), optional
        Treats the films of a patient as related; without it each film counts as a patient.

    Returns
    -------
    Point
    """
    labels, score = _columns(y, s)
    labels, called = _labels(labels), metrics.measured(score) >= threshold
    who = [None, None] if patient is None else [np.asarray(patient)[labels == k] for k in (1, 0)]
    return Point(
        float(threshold),
        share(called[labels], who[0], "sensitivity"),
        share(~called[~labels], who[1], "specificity"),
    )


def roc(y: object, s: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The ROC curve: false alarm rate, sensitivity and threshold, one for each distinct score.

    Returns
    -------
    tuple of ndarray, (K,)
        From "never alarm" (threshold above every score) to "always alarm".
    """
    labels, score = _columns(y, s)
    labels, score = _two_classes(labels), metrics.measured(score)
    order = np.argsort(-score, kind="stable")
    ranked, ill = score[order], labels[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)  # end of each run of ties
    hits, alarms = np.cumsum(ill)[last], last + 1
    sens = np.append(0, hits) / labels.sum()
    false = np.append(0, alarms - hits) / (~labels).sum()
    return false, sens, np.append(np.inf, ranked[last])


def cost(sens: Any, spec: Any, prevalence: float, miss: float, alarm: float = 1.0) -> Any:
    """Expected cost of 1,000 patients, in units of whatever `alarm` is counted in.

    Parameters
    ----------
    sens, spec : float or ndarray
    prevalence : float
        Share of ill patients on the list, 0 to 1.
    miss, alarm : float
        What one missed patient and one false alarm cost.
    """
    return PER * (miss * prevalence * (1 - sens) + alarm * (1 - prevalence) * (1 - spec))


def cost_at(
    y: object, s: object, threshold: float, prevalence: float, miss: float, alarm: float = 1.0
) -> float:
    """Expected cost of 1,000 patients at a threshold, on these films."""
    labels, score = _columns(y, s)
    labels, called = _labels(labels), metrics.measured(score) >= threshold
    return float(cost(called[labels].mean(), 1 - called[~labels].mean(), prevalence, miss, alarm))


def cheapest(y: object, s: object, prevalence: float, miss: float, alarm: float = 1.0) -> float:
    """The threshold with the least expected cost on these films.

    Returns
    -------
    float
        Midway to the next lower score, so that another film of about that score falls on the same
        side; above every score where never alarming is cheapest.
    """
    false, sens, thresholds = roc(y, s)
    best = int(np.argmin(cost(sens, 1 - false, prevalence, miss, alarm)))
    if best == 0:
        return float(np.nextafter(thresholds[1], np.inf))
    if best == len(thresholds) - 1:
        return float(thresholds[best])
    return float((thresholds[best] + thresholds[best + 1]) / 2)


def candidates(s: object, n: int = 26) -> np.ndarray:
    """Thresholds to try, spread over these scores so that each step passes about as many films.

    Parameters
    ----------
    s : array-like, (N,)
    n : int
        Most candidates there are; equal ones stand once.

    Returns
    -------
    ndarray, (K,)
        Rising, rounded to three decimals, so that a typed one is the printed one.
    """
    steps = np.quantile(metrics.measured(s), np.linspace(0, 1, n))
    return np.unique(np.round(steps, 3))


def regret(
    y: object, s: object, threshold: float, prevalence: float, miss: float, alarm: float = 1.0
) -> float:
    """What a threshold costs more than the best one of the same films would, per 1,000."""
    false, sens, _ = roc(y, s)
    least = float(np.min(cost(sens, 1 - false, prevalence, miss, alarm)))
    return cost_at(y, s, threshold, prevalence, miss, alarm) - least


def youden(y: object, s: object) -> float:
    """The threshold with the largest sensitivity + specificity (Youden 1950)."""
    false, sens, thresholds = roc(y, s)
    return float(thresholds[1:][int(np.argmax((sens - false)[1:]))])


def for_sensitivity(y: object, s: object, wanted: float) -> float:
    """The highest threshold that still finds at least this share of the ill films."""
    _, sens, thresholds = roc(y, s)
    return float(thresholds[int(np.argmax(sens >= wanted))])


@dataclass(frozen=True)
class Choices:
    """Many choices of a threshold, each on its own draw of local films.

    Attributes
    ----------
    threshold, cost, cost_at_half, regret : ndarray, (K,)
        The threshold chosen, what it costs on the films not drawn, what 0.5 costs there, and the
        regret there.
    """

    threshold: np.ndarray
    cost: np.ndarray
    cost_at_half: np.ndarray
    regret: np.ndarray

    def __str__(self) -> str:
        rows = {
            "threshold chosen": (self.threshold, 2),
            "its cost": (self.cost, 0),
            "cost at 0.5": (self.cost_at_half, 0),
            "regret": (self.regret, 0),
        }
        return "\n".join(
            f"{name:17} {np.median(column):5.{digits}f}, 95 of 100 draws between "
            f"{np.percentile(column, 2.5):.{digits}f} and {np.percentile(column, 97.5):.{digits}f}"
            for name, (column, digits) in rows.items()
        )


def choices(
    y: object, s: object, local: int, prevalence: float, miss: float, draws: int = 200
) -> Choices:
    """Choose the cheapest threshold on `local` films and score it on the others, many times.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s : array-like, (N,)
    local : int
        Films that may choose.
    prevalence, miss : float
        See `cost`.
    draws : int
        Draws in which one kind of film is missing are left out.
    """
    labels, score = _columns(y, s)
    rows = []
    for k in range(draws):
        order = np.random.default_rng(k).permutation(len(labels))
        (a, b), (c, d) = ((labels[i], score[i]) for i in (order[:local], order[local:]))
        if len(set(a)) < 2 or len(set(c)) < 2:
            continue
        pick = cheapest(a, b, prevalence, miss)
        costs = [cost_at(c, d, t, prevalence, miss) for t in (pick, 0.5)]
        rows.append([pick, *costs, regret(c, d, pick, prevalence, miss)])
    return Choices(*np.transpose(rows))
