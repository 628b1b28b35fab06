"""The study without its flaws: each repair alone and one after another, on fresh deals."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from readingroom.lessons.l99 import archive, learning
from readingroom.lessons.l99.archive import Pool

NETWORKS = 5  # from which a study takes the best; the planted one takes the best of ten
FLAT = 0.1  # share of test films that count as too flat
ADULTS = 15  # normal adults that the planted study takes, as in its manuscript
SHARES = (0.6, 0.2, 0.2)
# what a repair mends, in the order in which the lesson mends it
SOURCE, PATIENT, CHOICE, POOR = "source", "patient", "choice", "poor"
REPAIRS = (SOURCE, PATIENT, CHOICE)


@dataclass(frozen=True)
class Design:
    """How a study is done; every field is True as in the planted one.

    Attributes
    ----------
    source : bool
        Ill adults against children's normal films; else the adult archive alone.
    patient : bool
        Films are dealt one by one; else patients are.
    choice : bool
        Epoch and network are chosen on the test films; else on the validation films.
    poor : bool
        Flat films are taken out of the test part.
    """

    source: bool = True
    patient: bool = True
    choice: bool = True
    poor: bool = True


def of_both_classes(source: np.ndarray, ill: np.ndarray, classes: int = 2) -> np.ndarray:
    """Rows of the sources that hold so many classes or more.

    Parameters
    ----------
    source : ndarray, (N,)
    ill : ndarray, (N,) of 0 or 1
    classes : int
        2 asks for ill and normal films from one and the same place.
    """
    held = {name: len(set(ill[source == name])) for name in set(source)}
    return np.flatnonzero([held[name] >= classes for name in source])


def dealt(unit: np.ndarray, seed: int) -> np.ndarray:
    """Deal units to the three parts, (N,) of 0 train, 1 val, 2 test; a unit is never divided.

    Parameters
    ----------
    unit : ndarray, (N,)
        What stays together: a patient, or nothing but the film itself.
    """
    names = np.unique(unit)
    order = np.random.default_rng([99, seed]).permutation(len(names))
    ends = np.cumsum(SHARES)[:-1] * len(names)
    place = np.searchsorted(ends, np.arange(len(names)), side="right")
    of = dict(zip(names[order].tolist(), place.tolist(), strict=True))
    return np.array([of[one] for one in unit.tolist()])


def best(ill: np.ndarray, scores: np.ndarray, rows: np.ndarray) -> int:
    """Number of the scores (K, N) with the highest AUC on these rows."""
    from sklearn.metrics import roc_auc_score

    return int(np.argmax([roc_auc_score(ill[rows], one[rows]) for one in scores]))


def used(pool: Pool, design: Design, seed: int) -> np.ndarray:
    """Rows of the pool that a study works on."""
    source, ill = pool.table["source"].to_numpy(), pool.table["ill"].to_numpy()
    if not design.source:
        return of_both_classes(source, ill)
    spare = np.flatnonzero((source == archive.ARCHIVE) & (ill == 0))[ADULTS:]
    rows = np.setdiff1d(np.arange(len(ill)), spare)
    rng = np.random.default_rng([99, 7, seed])
    classes = [rows[ill[rows] == k] for k in (0, 1)]
    each = min(map(len, classes))
    return np.sort(np.concatenate([rng.permutation(one)[:each] for one in classes]))


@dataclass(frozen=True)
class Done:
    """A study that was run.

    Attributes
    ----------
    rows : ndarray, (M,)
        Test films, rows of the pool.
    ill, score : ndarray, (M,)
    """

    rows: np.ndarray
    ill: np.ndarray
    score: np.ndarray

    def auc(self) -> float:
        """On its own test films."""
        from sklearn.metrics import roc_auc_score

        return float(roc_auc_score(self.ill, self.score))


def run(pool: Pool, design: Design, seed: int, networks: int = NETWORKS) -> Done:
    """Do a study as designed, with films dealt by `seed`."""
    rows = used(pool, design, seed)
    table = pool.table.iloc[rows]
    ill = table["ill"].to_numpy()
    unit = rows if design.patient else table["patient"].to_numpy(str)
    part = dealt(unit, seed)
    x = learning.pixels(pool.images[rows])
    contrast = x.std(axis=1)
    train, val, test = (np.flatnonzero(part == k) for k in range(3))
    if design.poor:
        test = test[contrast[test] >= np.quantile(contrast, FLAT)]
    x = (x - x[train].mean(axis=0)) / (x[train].std(axis=0) + 0.001)
    judged = np.concatenate([val, test])
    scores = np.concatenate(
        [
            learning.learn(x[train], ill[train], x[judged], 100 * seed + k)[0]
            for k in range(networks)
        ]
    )
    on_test = np.arange(len(val), len(judged))
    chosen = best(ill[judged], scores, on_test if design.choice else np.arange(len(val)))
    return Done(rows[test], ill[test], scores[chosen][on_test])


def view_alone(pool: Pool, done: Done) -> float:
    """AUC of "AP or not" on a study's own test films."""
    from sklearn.metrics import roc_auc_score

    view = (pool.table["view"].iloc[done.rows] == "AP").to_numpy()
    return float(roc_auc_score(done.ill, view))


def deal(pool: Pool, seed: int) -> dict[str, float]:
    """One deal: the planted study, its repairs one after another, and each alone among adults."""
    planted = Design()
    steps = [planted, replace(planted, source=False),
             replace(planted, source=False, patient=False),
             Design(False, False, False, False)]  # fmt: skip
    done = [run(pool, design, seed) for design in steps]
    out = {f"step_{k}": one.auc() for k, one in enumerate(done)}
    out["view"] = view_alone(pool, done[-1])
    adults = steps[1]
    out[f"without_{PATIENT}"] = out["step_2"]  # the same study
    for name in (CHOICE, POOR):
        out[f"without_{name}"] = run(pool, replace(adults, **{name: False}), seed).auc()
    for name in (PATIENT, CHOICE, POOR):
        out[f"planted_without_{name}"] = run(pool, replace(planted, **{name: False}), seed).auc()
    return out
