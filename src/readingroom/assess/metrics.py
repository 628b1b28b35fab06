"""Metrics that never come without a 95 % interval.

Every estimate the course displays is an `Estimate`. Where a patient is known by more than one
film, the bootstrap draws patients, not films; without patient numbers it draws films, and the
interval is probably too narrow.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from readingroom.assess import whose
from readingroom.assess.whose import carried, plain_banner

DRAWS = 2000
SEED = 20260101
NOBODY = ("", "nan", "none", "<na>", "nat")  # as text of a cell that names no patient
AT_ONCE = 100_000  # films in the draws of one step: what a processor keeps at hand
WILSON_Z = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A number, its 95 % interval, and how many films it rests on.

    Attributes
    ----------
    value, lo, hi : float
        The estimate and the two ends of its interval.
    n : int
        Films, or patients where the interval is drawn by patient.
    name : str
        What it is, for display.
    by : str
        ``film``, ``patient`` or ``runs``: what was counted.
    films : str
        Which films, as their banner names them; empty where nobody has said (see `on`).
    """

    value: float
    lo: float
    hi: float
    n: int
    name: str = ""
    by: str = "film"
    films: str = field(default="", compare=False)

    def on(self, films: Any) -> Estimate:
        """The same number, with the films it is of.

        Parameters
        ----------
        films : str, Cohort or stored run
            A banner, or what has one.

        Returns
        -------
        Estimate
        """
        banner = films if isinstance(films, str) else films.banner()
        return replace(self, films=plain_banner(banner))

    def __str__(self) -> str:
        name = f"{self.name} " if self.name else ""
        films = "".join(f", {other}" for other in whose.others(self))
        ends = f"{self.lo:z.3f} to {self.hi:z.3f}"
        return f"{name}{self.value:z.3f} ({ends}, n = {self.counted}{films})"

    @property
    def counted(self) -> str:
        """How many of what it rests on: ``624 films``, ``59 patients``."""
        unit = {"film": "films", "patient": "patients"}.get(self.by, self.by)
        return f"{self.n} {unit}"

    def __repr__(self) -> str:
        return str(self)

    def __sub__(self, other: object) -> Estimate:
        raise TypeError(
            "two estimates cannot be subtracted, since the interval is lost: subtract film by "
            "film first, or let rr.metrics.auc_diff compare the two"
        )

    def short(self, digits: int = 2) -> str:
        """As it stands in a table: ``.97 (.96-.98)``, or ``-.12 (-.26 to .02)``."""

        def plain(x: float) -> str:
            text = f"{x:z.{digits}f}"
            return text.replace("0.", ".", 1) if abs(x) < 1 else text

        ends = plain(self.lo), plain(self.hi)
        link = " to " if any(end.startswith("-") for end in ends) else "-"
        return f"{plain(self.value)} ({link.join(ends)})"

    def overlaps(self, other: float) -> bool:
        """Whether a value lies within the interval."""
        return self.lo <= other <= self.hi


def _columns(*columns: object) -> list[np.ndarray]:
    if named := [column for column in columns if isinstance(column, str)]:
        raise ValueError(f'"{named[0]}" is a text: leave out the quotation marks around the name.')
    arrays = [np.asarray(column).ravel() for column in columns]
    if len({len(array) for array in arrays}) != 1:
        sizes = " and ".join(str(len(array)) for array in arrays)
        raise ValueError(f"the columns differ in length ({sizes}): take both from the same films.")
    if len(arrays[0]) == 0:
        raise ValueError("there are no films")
    return arrays


def measured(column: object, what: str = "score") -> np.ndarray:
    """A column as numbers; one that is missing is refused, since a rank or a mean would hide it.

    Raises
    ------
    ValueError
        A value is no number, or missing (nan).
    """
    try:
        values = np.asarray(column, float)
    except (TypeError, ValueError):
        raise ValueError(f"a {what} is no number") from None
    if missing := int(np.isnan(values).sum()):
        raise ValueError(
            f"{missing} of {values.size} {what}s are missing (nan): leave those out of all "
            "columns, and say how many they were"
        )
    return values


def _steps(draws: int, films: int) -> Iterator[int]:
    """How many draws are done in each step; it changes no number."""
    step = max(1, AT_ONCE // films)
    yield from (min(step, draws - start) for start in range(0, draws, step))


def each_person(patient: object) -> np.ndarray:
    """The patient of each film as text; a film without one is a patient of its own.

    A blank, None or NaN would else make one patient of all who are not named.
    """
    names = np.asarray(patient).astype(str)
    nobody = np.isin(np.char.lower(np.char.strip(names)), NOBODY)
    if nobody.any():
        names = names.astype(object)
        names[nobody] = [f"film {k}" for k in np.flatnonzero(nobody)]
    return names.astype(str)


def redrawn(patients: int, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """How often each patient is drawn in each bootstrap draw, (some draws, P) a time."""
    even = np.full(patients, 1 / patients)
    for step in _steps(draws, patients):
        yield rng.multinomial(patients, even, step)


def _labels(y: object) -> np.ndarray:
    """Labels as bool; scores in their place are refused and not rounded."""
    labels = np.asarray(y)
    if not set(np.unique(labels).tolist()) <= {0, 1}:
        raise ValueError("labels must be 0 and 1; are labels and scores swapped? Labels first.")
    return labels.astype(bool)


def _two_classes(y: np.ndarray) -> np.ndarray:
    values = set(np.unique(_labels(y)).tolist())
    if values != {0, 1}:
        raise ValueError("there is only one class, so a ranking has no AUC")
    return y.astype(bool)


def _auc(y: np.ndarray, s: np.ndarray) -> float:
    """Probability that an ill film outranks a sound one (Mann-Whitney), ties counting half."""
    order = np.argsort(s, kind="stable")
    ranked = s[order]
    first = np.searchsorted(ranked, ranked, "left")
    last = np.searchsorted(ranked, ranked, "right")
    rank = np.empty(len(s))
    rank[order] = (first + last + 1) / 2
    ill = int(y.sum())
    return float((rank[y].sum() - ill * (ill + 1) / 2) / (ill * (len(y) - ill)))


def _counts(chosen: np.ndarray, units: int) -> np.ndarray:
    """How often each draw holds each unit, (K, units), from the units drawn, (K, M)."""
    many = len(chosen)
    apart = (chosen + units * np.arange(many)[:, None]).ravel()
    return np.bincount(apart, minlength=many * units).reshape(many, units)


@carried
def bootstrap(
    statistic: Callable[..., float],
    *columns: object,
    patient: object = None,
    draws: int = DRAWS,
    seed: int = SEED,
    name: str = "",
    at_once: Callable[..., np.ndarray] | None = None,
) -> Estimate:
    """Percentile bootstrap of any statistic (Efron & Tibshirani 1993).

    Parameters
    ----------
    statistic : callable
        ``statistic(*columns)`` returns a number; nan where a draw cannot give one.
    *columns : array-like, (N,)
        Drawn together, so that a comparison stays paired.
    patient : array-like, (N,), optional
        Draw patients with all their films instead of films.
    draws, seed : int
        How many draws, and their random stream.
    name : str
        Name of the estimate.
    at_once : callable, optional
        ``at_once(counts, *columns)`` returns what `statistic` does in many draws, (K,), from how
        often each of them holds each film, (K, N). It changes no number and saves the time.

    Returns
    -------
    Estimate
    """
    arrays = _columns(*columns)
    rng = np.random.default_rng(seed)
    value = float(statistic(*arrays))
    code = np.arange(len(arrays[0]))
    if patient is not None:
        _, code = np.unique(each_person(patient), return_inverse=True)
    many = np.bincount(code)
    units, order = len(many), np.argsort(code, kind="stable")
    first = np.cumsum(many) - many  # where each patient's films begin in that order

    def rows(chosen: np.ndarray) -> np.ndarray:
        """All films of each patient drawn, patient after patient."""
        if patient is None:
            return chosen
        films = many[chosen]
        begin = first[chosen] - (np.cumsum(films) - films)
        return order[np.repeat(begin, films) + np.arange(films.sum())]

    drawn: list[float] = []
    for step in _steps(draws, len(code)):
        chosen = rng.integers(0, units, (step, units))
        if at_once is None:
            drawn += [statistic(*[array[rows(one)] for array in arrays]) for one in chosen]
        else:
            drawn += at_once(_counts(chosen, units)[:, code], *arrays).tolist()
    kept = np.array(drawn, float)
    lo, hi = np.nanpercentile(kept, [2.5, 97.5])
    by = "film" if patient is None else "patient"
    return Estimate(value, float(lo), float(hi), units, name, by)


def aucs(counts: np.ndarray, y: np.ndarray, s: np.ndarray) -> np.ndarray:
    """The AUC of many draws.

    Parameters
    ----------
    counts : ndarray of int, (K, N)
        How often each draw holds each film.
    y : ndarray of bool, (N,)
    s : ndarray, (N,)

    Returns
    -------
    ndarray, (K,)
        nan where a draw holds one class only. Twice the pairs won is a whole number, so these are
        to the last digit those of `auc` on the films drawn.
    """
    order = np.argsort(s, kind="stable")
    held, ranked = counts[:, order], s[order]
    won = held * y[order].astype(bool)
    lost = held - won
    tied = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])  # where each score begins
    if len(tied) < len(ranked):
        won, lost = (np.add.reduceat(side, tied, axis=1) for side in (won, lost))
    twice = np.einsum("kn,kn->k", won, 2 * np.cumsum(lost, axis=1) - lost)
    pairs = won.sum(axis=1) * lost.sum(axis=1)
    out = np.full(len(counts), math.nan)
    np.divide(twice / 2, pairs, out=out, where=pairs > 0)
    return out


def _auc_or_nan(y: np.ndarray, s: np.ndarray) -> float:
    ill = int(y.sum())
    return _auc(y, s) if 0 < ill < len(y) else math.nan


@carried
def auc(y: object, s: object, patient: object = None, draws: int = DRAWS) -> Estimate:
    """Area under the ROC curve with a bootstrap interval.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
        Labels first.
    s : array-like, (N,)
        Scores; higher means rather 1.
    patient : array-like, (N,), optional
        Draw patients instead of films.
    draws : int
        Bootstrap draws.

    Returns
    -------
    Estimate
        Where no draw differs the bootstrap has no width; then Wilson's interval of a share of as
        many films, or patients, as there are of the scarcer kind.
    """
    labels, score = _columns(y, s)
    labels = _two_classes(labels)
    found = bootstrap(
        _auc_or_nan,
        labels,
        measured(score),
        patient=patient,
        draws=draws,
        name="AUC",
        at_once=aucs,
    )
    if found.lo < found.hi:
        return found
    # every draw is perfect, or tied throughout: as many independent films as the scarcer kind has
    who = np.arange(len(labels)) if patient is None else each_person(patient)
    fewest = min(len(np.unique(who[k])) for k in (labels, ~labels))
    edge = share(found.value * fewest, fewest)
    return Estimate(found.value, edge.lo, edge.hi, found.n, "AUC", found.by)


@carried
def auc_diff(
    y: object, s_new: object, s_old: object, patient: object = None, paired: bool = True
) -> Estimate:
    """Difference of two AUCs on the same films: AUC(s_new) - AUC(s_old).

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    s_new, s_old : array-like, (N,)
        Scores of the two models for the same films in the same order.
    patient : array-like, (N,), optional
        Draw patients instead of films.
    paired : bool
        True draws the same films for both, as it should be; False pretends that two different
        groups of patients were scored, to show what that costs.

    Returns
    -------
    Estimate
    """
    labels, *both = _columns(y, s_new, s_old)
    labels, (new, old) = _two_classes(labels), map(measured, both)
    if paired:
        return bootstrap(
            lambda a, b, c: _auc_or_nan(a, b) - _auc_or_nan(a, c),
            labels,
            new,
            old,
            patient=patient,
            name="AUC difference",
            at_once=lambda counts, a, b, c: aucs(counts, a, b) - aucs(counts, a, c),
        )
    rng = np.random.default_rng(SEED)
    drawn, n = [], len(labels)
    for step in _steps(DRAWS, n):
        chosen = rng.integers(0, n, (step, 2, n))
        one, other = (_counts(chosen[:, k], n) for k in (0, 1))
        drawn += (aucs(one, labels, new) - aucs(other, labels, old)).tolist()
    lo, hi = np.nanpercentile(drawn, [2.5, 97.5])
    value = _auc(labels, new) - _auc(labels, old)
    return Estimate(value, float(lo), float(hi), n, "AUC difference")


@carried
def share(successes: float, n: float, name: str = "share", by: str = "film") -> Estimate:
    """A proportion with Wilson's interval (Wilson 1927; Brown, Cai & DasGupta 2001).

    Parameters
    ----------
    successes, n : float
        Counted, out of how many; related films count as fewer, so neither need be whole.
    name : str
        What it is, for display.
    by : str
        What was counted: ``film``, ``patient``, or the plural of anything else.

    Returns
    -------
    Estimate
    """
    if not all(isinstance(count, numbers.Real) for count in (successes, n)):
        raise TypeError("a share is made of two counts: how many, then out of how many")
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"{successes} of {n} is no share: first how many, then out of how many")
    p, z2 = successes / n, WILSON_Z**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = WILSON_Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # rounding must not put 0 of n outside its own interval
    low, high = max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half))
    return Estimate(p, low, high, int(n), name, by)


@carried
def accuracy(y: object, called: object) -> Estimate:
    """Share of films called rightly.

    Parameters
    ----------
    y, called : array-like, (N,) of 0 and 1
        Labels first, calls second.
    """
    labels, calls = (_labels(column) for column in _columns(y, called))
    return share(int((labels == calls).sum()), len(labels), "accuracy")


@carried
def sensitivity(y: object, called: object) -> Estimate:
    """Share of the positive films that were called positive."""
    labels, calls = (_labels(column) for column in _columns(y, called))
    return share(int((labels & calls).sum()), int(labels.sum()), "sensitivity")


@carried
def specificity(y: object, called: object) -> Estimate:
    """Share of the negative films that were called negative."""
    labels, calls = (_labels(column) for column in _columns(y, called))
    return share(int((~labels & ~calls).sum()), int((~labels).sum()), "specificity")


@carried
def mean(values: object, name: str = "mean", of: str = "runs") -> Estimate:
    """A mean over a few runs with Student's interval (Student 1908).

    Parameters
    ----------
    values : array-like, (N,)
        One number for each run; at least two.
    name : str
        What it is the mean of.
    of : str
        What is counted, for display.

    Returns
    -------
    Estimate
        The interval is about the mean of further runs of the same kind, not about other films.
    """
    from scipy import stats

    if values is ...:
        raise TypeError("a mean is made of numbers, one for each run: replace the dots")
    found = measured(values, "value").ravel()
    if len(found) < 2:
        raise ValueError("a mean needs at least two runs for its interval")
    half = stats.t.ppf(0.975, len(found) - 1) * found.std(ddof=1) / math.sqrt(len(found))
    value = float(found.mean())
    return Estimate(value, value - float(half), value + float(half), len(found), name, of)


@carried
def mean_share(values: object, name: str = "mean", of: str = "runs") -> Estimate:
    """A mean of shares or AUCs; parameters as `mean`, the interval ends at 0 and at 1.

    Raises
    ------
    ValueError
        A value is no share.
    """
    found = mean(values, name, of)
    if not all(0 <= value <= 1 for value in np.asarray(values, float).ravel()):
        raise ValueError("a share lies between 0 and 1; for other numbers take the mean")
    return replace(found, lo=max(found.lo, 0.0), hi=min(found.hi, 1.0))
