"""What lesson 07 counts: ranking and alarms on changed films, sites, attacks and defences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from readingroom import data, simulator
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.data import origin
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l07 import settings
from readingroom.models.pixels import PixelRegression

LESSON = "07"
SIMULATED = "SIMULATED"
HABIT = 0.5
WANTED = 0.85  # specificity that the new threshold is to have
LOCAL = 100  # normals that may be used to set it
SHOWN_SEED = 5  # of the simulated film that is displayed
WHITER = settings.GAMMAS.index(0.6)
SAME = settings.GAMMAS.index(1.0)


@dataclass(frozen=True)
class Shift:
    """Labels of the test films and their scores after each change.

    Attributes
    ----------
    y : ndarray, (N,) of 0 and 1
    usual, whiter, inverted : ndarray, (N,)
        Scores as usual, at gamma .6, and with the greys inverted.
    run : Stored
        Everything else that is kept.
    home, away : ndarray of int
        The 100 local normals that may set a threshold; all other films, which judge it.
    """

    y: np.ndarray
    usual: np.ndarray
    whiter: np.ndarray
    inverted: np.ndarray
    run: Any
    home: np.ndarray
    away: np.ndarray

    def banner(self) -> str:
        """Which films these are."""
        return origin.SIMULATED if self.run.stands_in else self.run.banner()

    @property
    def tag(self) -> str | None:
        """For figures, where these are not the lesson's own films."""
        return SIMULATED if self.run.stands_in else None

    @property
    def local(self) -> np.ndarray:
        """Scores of the 100 local normals after the change, (100,)."""
        return self.whiter[self.home]


def shift_of(mode: str) -> Shift:
    """The stored scores for a mode; simulated ones stand in for own films."""
    run = stored.load(LESSON, "settings", mode)
    y, scores = run["label"].astype(int), run["by_gamma"].astype(float)
    normals = np.random.default_rng([7, 1]).permutation(np.flatnonzero(y == 0))
    home = np.sort(normals[:LOCAL])
    away = np.setdiff1d(np.arange(len(y)), home)
    return Shift(y, scores[SAME], scores[WHITER], run["inverted"].astype(float), run, home, away)


def shift() -> Shift:
    """The scores of the lesson that is open, for its mode."""
    return shift_of(current().mode)


def specificity_change(y: object, new: object, old: object, threshold: float = HABIT) -> Estimate:
    """Specificity with the new scores minus that with the old ones, on the same films.

    Parameters
    ----------
    y : array-like, (N,) of 0 and 1
    new, old : array-like, (N,)
    threshold : float
        Scores from here on are alarms.
    """
    well = np.asarray(y) == 0
    quiet = [(np.asarray(s, float)[well] < threshold).astype(float) for s in (new, old)]
    return metrics.bootstrap(
        lambda one, other: float(one.mean() - other.mean()), *quiet, name="specificity change"
    )


def alarms(y: np.ndarray, s: np.ndarray, threshold: float = HABIT) -> Estimate:
    """Share of normal films that become an alarm."""
    well = np.asarray(s)[np.asarray(y) == 0]
    return metrics.share(int((well >= threshold).sum()), len(well), "alarms")


def per_hundred(found: Estimate) -> str:
    """A share as a count of 100 films: ``38 (32 to 45)``."""
    return f"{100 * found.value:.0f} ({100 * found.lo:.0f} to {100 * found.hi:.0f})"


def shrunk(found: Shift) -> Estimate:
    """Alarms among normal films as usual, where the small films were made from larger ones."""
    return alarms(found.y, found.run["by_step"][0].astype(float))


@cache
def _large(mode: str) -> np.ndarray:
    """One normal film of 128 pixels to look at."""
    if mode == "real":
        images, labels = data.load("children", size=settings.LARGE, mode=mode).part("test")
        return np.asarray(images[np.flatnonzero(np.asarray(labels) == 0)[SHOWN_SEED]])
    patient = simulator.Patient.sample(SHOWN_SEED, ages="children")
    exam = simulator.Exam.sample(patient, SHOWN_SEED, view="AP")
    return simulator.draw(patient, exam, size=settings.LARGE).image


def kind() -> str:
    """``real`` or ``simulated``: what an own cohort's lesson runs on beside its own films."""
    return origin.of_course(current().mode)


def tag() -> str | None:
    """For figures of the course's films beside own ones."""
    return origin.tag_of_course(current().mode)


def one_film() -> np.ndarray:
    """The film that is displayed in every way, (128, 128) uint8."""
    return _large(kind())


def thumbnails(part: str = "test") -> tuple[np.ndarray, np.ndarray]:
    """Films of 28 pixels and labels of a part."""
    cohort = data.load("children", size=settings.SMALL, mode=kind())
    images, labels = cohort.part(part)
    return np.asarray(images), np.asarray(labels).astype(int)


def regression_of(run: Any) -> PixelRegression:
    """The stored pixel regression."""
    return PixelRegression(
        run["weights"], float(run["offset"][0]), run["mean"].astype(float),
        run["spread"].astype(float),
    )  # fmt: skip


@dataclass(frozen=True)
class Sites:
    """Virtual patients at each department, with one thing changed at a time.

    Attributes
    ----------
    site, parameter : list of str
    auc, alarms : list of list of Estimate
        By site, then by parameter.
    """

    site: list[str]
    parameter: list[str]
    auc: list[list[Estimate]]
    alarms: list[list[Estimate]]


@cache
def sites() -> Sites:
    """The site by parameter table; simulated in every mode."""
    run = stored.load(LESSON, "sites", "simulated")
    y = run["label"].astype(int)
    rows = run["score"].astype(float)
    auc = [[metrics.auc(y, s, draws=400).on(origin.SIMULATED) for s in row] for row in rows]
    counts = [[alarms(y, s).on(origin.SIMULATED) for s in row] for row in rows]
    return Sites([str(s) for s in run["site"]], [str(p) for p in run["parameter"]], auc, counts)


@dataclass(frozen=True)
class Robustness:
    """What attacks do to the small networks: means over five seeds with Student's interval.

    Attributes
    ----------
    levels : list of int
        Grey levels of 255.
    white : dict
        ``plain``, ``smooth`` and ``hard`` to an Estimate of accuracy for each level, attacked
        with knowledge of the network.
    noise : list of Estimate
        Plain, under random noise of the same size.
    moved : dict
        Target to an Estimate for each level: attacked for another network.
    films : str
        Banner.
    """

    levels: list[int]
    white: dict[str, list[Estimate]]
    noise: list[Estimate]
    moved: dict[str, list[Estimate]]
    films: str


KINDS = ("plain", "smooth", "hard")


def robustness_of(mode: str) -> Robustness:
    """The stored attacks on networks for one mode."""
    run = stored.load(LESSON, "networks", mode)
    films = origin.SIMULATED if run.stands_in else run.banner()

    def means(right: np.ndarray) -> list[Estimate]:
        rates = right.mean(axis=-1)  # (seeds, levels)
        return [metrics.mean_share(rates[:, k], "accuracy", "seeds").on(films)
                for k in range(rates.shape[1])]  # fmt: skip

    return Robustness(
        [int(level) for level in run["strengths"]],
        {name: means(run["white"][k]) for k, name in enumerate(KINDS)},
        means(run["noise"]),
        {str(name): means(run["moved"][k]) for k, name in enumerate(run["targets"])},
        films,
    )


def robustness() -> Robustness:
    """Of the lesson that is open, for its mode."""
    return robustness_of(current().mode)


def accuracy_under(found: Shift, how: str) -> list[Estimate]:
    """Accuracy of the pixel regression at each level of ``attack`` or ``noise``."""
    rows = found.run[f"by_{how}"]
    return [metrics.accuracy(found.y, row > 0).on(found) for row in rows]


def levels(found: Shift) -> list[int]:
    """The grey levels that were tried."""
    return [int(level) for level in found.run["levels"]]


SPOT_SEED, SPOT, ATTACKED, SPOT_LEVELS = 7, 8, 4, 3


@dataclass(frozen=True)
class Spot:
    """Eight films, four of them attacked.

    Attributes
    ----------
    before, after : ndarray, (8, 28, 28) uint8
        As they were, and as they are shown.
    attacked : list of int
    contrast : list of int
        The four films with the most contrast among those that nobody touched or attacked.
    label : ndarray, (8,)
    """

    before: np.ndarray
    after: np.ndarray
    attacked: list[int]
    contrast: list[int]
    label: np.ndarray


def spot_of(mode: str) -> Spot:
    """The eight films for a mode: rightly called before, four turned over by the sign attack."""
    mode = origin.of_course(mode)
    run = stored.load(LESSON, "settings", mode)
    model = regression_of(run)
    images, labels = data.load("children", size=settings.SMALL, mode=mode).part("test")
    images, labels = np.asarray(images), np.asarray(labels).astype(int)
    turned = sign_attack(model, images, labels, SPOT_LEVELS)
    right = (model.scores(images) >= HABIT) == (labels == 1)
    wrong = (model.scores(turned) >= HABIT) != (labels == 1)
    rng = np.random.default_rng([SPOT_SEED, 1])
    rows = np.concatenate([
        rng.permutation(np.flatnonzero(right & wrong & (labels == k)))[: SPOT // 2]
        for k in (0, 1)])  # fmt: skip
    rows = rng.permutation(rows)
    # the flattest films are attacked: who guesses by contrast names the others
    spread = images[rows].reshape(SPOT, -1).std(axis=1)
    order = np.argsort(spread)
    attacked = sorted(int(i) for i in order[:ATTACKED])
    after = images[rows].copy()
    after[attacked] = turned[rows][attacked]
    contrast = sorted(int(i) for i in order[ATTACKED:])
    return Spot(images[rows], after, attacked, contrast, labels[rows])


def sign_attack(
    model: PixelRegression, films: np.ndarray, labels: np.ndarray, level: int
) -> np.ndarray:
    """The sign attack on a pixel regression, in whole grey levels, (N, 28, 28) uint8.

    The gradient of a linear model is its weights, so no network library is needed: each pixel
    moves by `level` against the label.
    """
    direction = np.sign(model.weights / model.spread.reshape(model.weights.shape))
    away = np.where(np.asarray(labels) == 1, -1, 1)[:, None, None]
    return np.clip(films.astype(int) + level * away * direction, 0, 255).astype(np.uint8)
