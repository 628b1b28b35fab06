"""Lesson 09's films: dealt to three hospitals, taken at other places, and hidden in updates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.assess.named import named
from readingroom.data.origin import SIMULATED, of_course, tag_of_course
from readingroom.kernel import session, stored
from readingroom.kernel.session import current
from readingroom.lessons.l09 import fedavg, flower
from readingroom.lessons.l09.flower import FlowerMissing, FlowerRun
from readingroom.models import pixels
from readingroom.questions import exercises

TAG = "SIMULATED"
HOSPITALS = {"A": (300, 0.95), "B": (400, 0.50), "C": (100, 0.05)}  # films, share of ill ones
FEW = 50  # films of a hospital that is handed another's model
BATCHES = (1, 4, 16, 64)
NOISE = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
SHEET = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5)  # noise of the pictures
LOSS = 0.02  # AUC that hiding the films may cost
QUIZ_SEED, QUIZ = 9, 6


class Hospital(NamedTuple):
    """One hospital's films as rows of numbers, (N, 785), and their labels, (N,) of 0 and 1."""

    x: np.ndarray
    y: np.ndarray


def ordered(cohort: Any, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Films and labels of a part in an order that follows from the films, not from the file."""
    images, labels = cohort.part(part)
    rows = pixels.pick(images, len(images))
    return np.asarray(images)[rows], np.asarray(labels)[rows].astype(int)


def numbered(cohort: Any, part: str) -> tuple[np.ndarray, np.ndarray]:
    """The same as rows of numbers, (N, 785), and labels, (N,)."""
    images, labels = ordered(cohort, part)
    return fedavg.as_numbers(images), labels


def deal(labels: np.ndarray, seed: int) -> list[np.ndarray]:
    """Which films each hospital has, one array of rows for each; no film twice.

    Parameters
    ----------
    labels : ndarray, (N,) of 0 and 1
    seed : int
        Each gives another deal of the same numbers.
    """
    rng = np.random.default_rng([9, seed])
    stack = {kind: list(rng.permutation(np.flatnonzero(labels == kind))) for kind in (1, 0)}
    out = []
    for films, ill in HOSPITALS.values():
        many = {1: round(films * ill)}
        many[0] = films - many[1]
        out.append(np.array([stack[kind].pop() for kind in (1, 0) for _ in range(many[kind])]))
    return out


def dealt(cohort: Any, seed: int) -> list[Hospital]:
    """The three hospitals' films of one deal."""
    x, y = numbered(cohort, "train")
    return [Hospital(x[rows], y[rows]) for rows in deal(y, seed)]


@cache
def _pixels(mode: str) -> tuple[np.ndarray, np.ndarray]:
    """Films and labels of the first deal, (800, 28, 28) and (800,), hospital after hospital.

    The simulated ones are shipped, so that every machine has the same to the last grey level.
    """
    if of_course(mode) == "simulated":
        kept = stored.load("09", "films", mode)
        return np.asarray(kept["films"]), np.asarray(kept["label"]).astype(int)
    images, labels = ordered(data.load("children", size=fedavg.EDGE, mode=mode), "train")
    rows = np.concatenate(deal(labels, 0))
    return images[rows], labels[rows]


def parts(mode: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Films, (N, 28, 28) uint8, and labels of each hospital."""
    images, labels = _pixels(mode)
    ends = np.cumsum([films for films, _ in HOSPITALS.values()])
    return list(zip(np.split(images, ends[:-1]), np.split(labels, ends[:-1]), strict=True))


def hospitals(mode: str | None = None) -> list[Hospital]:
    """The three hospitals' films as numbers, and labels; of the open lesson unless told.

    Parameters
    ----------
    mode : str, optional
        ``real`` or ``simulated``; own films are not dealt, simulated ones stand in.
    """
    mode = mode or current().mode
    found = [Hospital(fedavg.as_numbers(images), labels) for images, labels in parts(mode)]
    if mode == "real":
        return found
    return [Hospital(*(named(part, SIMULATED) for part in one)) for one in found]


def tag(mode: str) -> str | None:
    """For figures: None where the films are the open lesson's, else what they are."""
    return tag_of_course(mode)


def second_hospital(mode: str) -> tuple[np.ndarray, Any]:
    """Films of another place, (N, 28, 28), and their table with label and patient.

    Real: adults of the NIH, abnormal or not. Simulated: the test part, other patients on scanners
    that the training part never saw.
    """
    if mode == "real":
        cohort = data.load("nih-1000", size=fedavg.EDGE, mode=mode)
        return cohort.images, cohort.table
    cohort = data.load("children", size=fedavg.EDGE, mode=mode)
    there = (cohort.table["split"] == "test").to_numpy()
    return cohort.images[there], cohort.table[there]


def places(mode: str, most: int) -> tuple[list[tuple[str, np.ndarray, np.ndarray]], Any]:
    """Films by where they were taken: name, films (n, 28, 28) and patients (n,); and one cohort.

    Real: three collections. Simulated: the departments of the simulated children.
    """
    children = data.load("children", size=fedavg.EDGE, mode=mode)
    if mode == "real":
        images, _ = ordered(children, "train")
        nih = data.load("nih-1000", size=fedavg.EDGE, mode=mode)
        own = data.load("hannover", size=fedavg.EDGE, mode=mode)
        found = [
            ("Guangzhou, children", images[:most], np.array([f"g{k}" for k in range(most)])),
            ("NIH, adults", nih.images[:most], nih.table["patient"].astype(str).to_numpy()[:most]),
            ("Hannover, adults", own.images, own.table["patient"].astype(str).to_numpy()),
        ]
        return found, children
    table = children.table
    found = []
    for site in sorted(set(table["site"])):
        rows = np.flatnonzero(table["site"].to_numpy() == site)[:most]
        found.append((site, children.images[rows], table["patient"].astype(str).to_numpy()[rows]))
    return found, children


def one_step(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The first update that a hospital would send after one step on these films, (785,)."""
    return -fedavg.gradient(np.zeros(fedavg.NUMBERS), x, y)


# --- what was stored


@dataclass(frozen=True)
class Gains:
    """Five deals of films to the hospitals.

    Attributes
    ----------
    alone : dict of str to ndarray, (5,)
        AUC of each hospital's own model on the test films, by deal.
    shared, pooled : ndarray, (5,)
        Of the average, and of a model trained on all films in one place.
    films : str
        Banner.
    """

    alone: dict[str, np.ndarray]
    shared: np.ndarray
    pooled: np.ndarray
    films: str

    def banner(self) -> str:
        """Which films these are."""
        return self.films


def gains_of(mode: str) -> Gains:
    """The stored deals of a mode."""
    kept = stored.load("09", "deals", mode)
    auc = kept["auc"]
    return Gains(
        {name: auc[:, k] for k, name in enumerate(HOSPITALS)}, auc[:, 4], auc[:, 3], kept.banner()
    )


def gains() -> Gains:
    """The stored deals of the lesson that is open."""
    return gains_of(current().mode)


HANDED = {
    "films": f"{FEW} own films alone",
    "model": "the other's model as it is",
    "both": f"the other's model and {FEW} own films",
}


def handed_on() -> dict[str, Estimate]:
    """AUC at the second hospital: mean over five draws, by what was learnt from."""
    auc = session.stored("handed")["auc"]
    return {
        name: metrics.mean_share(auc[:, k], "AUC", "draws")
        for k, name in enumerate(HANDED.values())
    }


def handed_gain(new: str, old: str) -> Estimate:
    """AUC gained at the second hospital by one way over another, over five draws.

    Parameters
    ----------
    new, old : {"films", "model", "both"}
        See `HANDED`.
    """
    auc, place = session.stored("handed")["auc"], list(HANDED)
    gained = auc[:, place.index(new)] - auc[:, place.index(old)]
    return metrics.mean(gained, "AUC gained", "draws")


def betrayed() -> dict[str, Estimate]:
    """AUC of a probe for "taken here" against all other places, by place."""
    kept = session.stored("styles")
    return {
        str(place): Estimate(value, lo, hi, int(n), "AUC", "patient").on(kept)
        for place, (value, lo, hi, n) in zip(kept["place"], kept["auc"], strict=True)
    }


def missing() -> dict[str, dict[str, Estimate]]:
    """AUC for the finding that a hospital lacks: alone, average, pooled; simulated in any mode."""
    kept = session.stored("missing", "simulated")
    ways = ("alone", "average of three", "all in one place")
    return {
        f"lacks {lacks}": {
            way: metrics.mean_share(kept["auc"][:, k, w], "AUC", "deals").on(kept)
            for w, way in enumerate(ways)
        }
        for k, lacks in enumerate(kept["lacks"])
    }


def missing_gain() -> Estimate:
    """By how much the average is better at what a hospital lacks; mean over hospitals, by deal."""
    kept = session.stored("missing", "simulated")
    gain = (kept["auc"][:, :, 1] - kept["auc"][:, :, 0]).mean(axis=1)
    return metrics.mean(gain, "AUC difference", "deals").on(kept)


def flipped() -> dict[str, Estimate]:
    """AUC of the average: all honest, and with the labels of one hospital reversed."""
    auc, bad = (session.stored("deals")[name] for name in ("auc", "flipped"))
    found = {"all honest": metrics.mean_share(auc[:, 4], "AUC", "deals")}
    for k, name in enumerate(HOSPITALS):
        found[f"{name} reversed"] = metrics.mean_share(bad[:, k], "AUC", "deals")
    return found


@dataclass(frozen=True)
class Trade:
    """What noise costs and what it hides, see `make.trade`."""

    noise: np.ndarray
    auc: np.ndarray
    batch: np.ndarray
    found: np.ndarray
    tries: int
    films: str

    def banner(self) -> str:
        """Which films these are."""
        return self.films

    def loss(self) -> np.ndarray:
        """AUC lost to each size of noise, mean over the deals, (K,)."""
        return (self.auc[:, :1] - self.auc).mean(axis=0)

    def costs(self, k: int) -> Estimate:
        """AUC lost to one size of noise, with its interval over deals."""
        return metrics.mean(self.auc[:, 0] - self.auc[:, k], "AUC lost", "deals")

    def kept(self, k: int) -> Estimate:
        """AUC with one size of noise."""
        return metrics.mean_share(self.auc[:, k], "AUC", "deals")

    def recognised(self, b: int, k: int) -> Estimate:
        """Share of rebuilt pictures that find a film of their own among all."""
        return metrics.share(int(self.found[b, k]), self.tries, "found", "tries")

    def affordable(self) -> int:
        """Place of the largest noise that costs at most `LOSS`."""
        return int(np.flatnonzero(self.loss() <= LOSS).max())


def trade_of(mode: str) -> Trade:
    """The stored trade of a mode."""
    kept = stored.load("09", "trade", mode)
    parts_ = {name: kept[name] for name in ("noise", "auc", "batch", "found")}
    return Trade(**parts_, tries=int(kept["tries"]), films=kept.banner())


def trade() -> Trade:
    """The stored trade of the lesson that is open."""
    return trade_of(current().mode)


# --- Flower


def _log(mode: str) -> tuple[FlowerRun, str]:
    kept = stored.load("09", "flower", mode)
    arrays = {name: np.asarray(kept[name]) for name in ("sent", "films", "mean", "bytes")}
    made = kept.made
    return FlowerRun(**arrays, version=made["flwr"], seconds=made["seconds"]), made["date"]


def flower_run() -> FlowerRun:
    """Two rounds with Flower: run now where that is possible, else the stored log, and says which.

    A grader's machine runs nothing: it reads the log.
    """
    mode = current().mode
    grader = session.grading_by_nbgrader() or not exercises.checks_here()
    try:
        if grader:
            raise FlowerMissing("Flower is not started where answers are graded")
        found = flower.run(hospitals(mode))
        print(f"Flower {found.version} ran here: 4 processes, {found.seconds:.0f} s, all closed.")
    except FlowerMissing as reason:
        found, date = _log(mode)
        print(f"{reason}, so this is the stored log of Flower {found.version}, made {date}.")
    return found


# --- which film made this update?


@dataclass(frozen=True)
class Quiz:
    """An update made from one film, and six films of which one made it.

    Attributes
    ----------
    update : ndarray, (785,)
    films : ndarray, (6, 28, 28) uint8
    right, twin : int
        The film itself, and the same film with its greys inverted.
    """

    update: np.ndarray
    films: np.ndarray
    right: int
    twin: int


@cache
def quiz_of(mode: str) -> Quiz:
    """The quiz: the update of one ill film, so that its picture comes out reversed."""
    images, labels = parts(mode)[1]
    rng = np.random.default_rng([QUIZ_SEED, 1])
    x = fedavg.as_numbers(images)
    ill = rng.permutation(np.flatnonzero(labels == 1))
    chosen, others = int(ill[0]), [int(i) for i in ill[1:3]]
    others += [int(i) for i in rng.permutation(np.flatnonzero(labels == 0))[:2]]
    update = -one_step(x[[chosen]], labels[[chosen]])
    films = np.stack([images[chosen], 255 - images[chosen], *images[others]])
    order = rng.permutation(QUIZ)
    place = {int(old): new for new, old in enumerate(order)}
    return Quiz(update, films[order], place[0], place[1])


def quiz() -> Quiz:
    """The quiz of the lesson that is open."""
    return quiz_of(of_course(current().mode))
