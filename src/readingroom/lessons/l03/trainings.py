"""Five trainings of lesson 03's recipe: stored, made on own films, or by cross-validation."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from readingroom import files
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.data.cohort import Cohort
from readingroom.data.errors import DataError
from readingroom.data.origin import MODES
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.kernel.store import once
from readingroom.models import sites

FEWEST = 300  # films: an own cohort of fewer has too few to test on, and is cross-validated
TRAININGS = sites.FOLDS  # seeds, or folds of own films
TIMED = 4  # batches
BESIDE = ("view", "sex", "age", "site", "patient")  # columns that an audit reads where known


@dataclass(frozen=True)
class Trainings:
    """Five networks of one recipe, and the films that judged them.

    Attributes
    ----------
    runs : list of Estimate
        Test AUC of each network, with the films it is of.
    score : ndarray, (N,)
        Of each judged film: the mean of the networks that did not train on it.
    label : ndarray, (N,) of 0 and 1
    columns : dict of ndarray, (N,)
        View, sex, age, site and patient of the judged films, as far as they are known.
    of : str
        What tells the networks apart: ``seeds`` or ``folds``.
    says : str
        How they came about, in a sentence or two.
    """

    runs: list[Estimate]
    score: np.ndarray
    label: np.ndarray
    columns: dict[str, np.ndarray]
    of: str
    says: str

    def export(self, path: Path | str) -> str:
        """Write score and reference of each judged film as a table for ``readingroom audit``.

        Parameters
        ----------
        path : path
            A CSV; an older one that says something else is kept aside.

        Returns
        -------
        str
            What was done, in a sentence.
        """
        names = ["score", "reference", *self.columns, "films"]
        whose = self.runs[0].films
        stream = io.StringIO(newline="")
        table = csv.writer(stream)
        table.writerow(names)
        scores = [f"{score:.6f}" for score in self.score]
        told = [whose] * len(scores)
        rows = zip(scores, self.label.tolist(), *self.columns.values(), told, strict=True)
        table.writerows(rows)
        kept = files.give(Path(path), stream.getvalue())
        said = f"{path} was written: score and reference of {len(self.score)} films, no pixels."
        return " ".join(part for part in (said, whose, kept) if part)


def five(films: Cohort) -> Trainings:
    """Five trainings of the lesson's recipe on these films.

    Parameters
    ----------
    films : Cohort
        At 64 pixels.

    Returns
    -------
    Trainings
        Real and simulated films: the stored seeds. Own films: five seeds, trained now and kept; or
        where there are fewer than 300, five folds, so that every film is judged once.

    Raises
    ------
    DataError
        Fewer than five patients of one kind, so that five folds cannot be dealt.
    """
    if current().mode in MODES:
        return _of_seeds(films, stored.load("03", "seeds", current().mode))
    images, labels = films.images, films.table["label"].to_numpy(int)
    if len(images) < FEWEST:
        patients = _patients(films)
        fold = folds(labels, patients)
        print(f"{len(images)} films are fewer than {FEWEST}: five folds are trained, then kept.")
        score = once("five-folds", _fold_scores, images=images, labels=labels, fold=fold)["score"]
        runs = [metrics.auc(labels[fold == k], score[fold == k], patients[fold == k]).on(films)
                for k in range(TRAININGS)]  # fmt: skip
        says = (
            f"Cross-validation: all {len(images)} films in five folds, each patient in one. Each "
            "film is scored by the network that did not train on its fold."
        )
        return Trainings(runs, score, labels, _beside(films, np.ones(len(labels), bool)), "folds",
                         says)  # fmt: skip
    print("Five networks are trained on your films, then kept.")
    return _of_seeds(films, once("five-seeds", _seed_scores, **_parts(films)))


def _parts(films: Cohort) -> dict[str, np.ndarray]:
    train, labels = films.part("train")
    test, test_label = films.part("test")
    return {"train": train, "labels": labels, "test": test, "test_label": test_label}


def _of_seeds(films: Cohort, run: Any) -> Trainings:
    label = films.part("test")[1]
    if not np.array_equal(np.asarray(run["test_label"], int), label):
        raise DataError("The stored seeds are of other films; run `readingroom data verify`.")
    scores = np.asarray(run["test_score"], float)
    runs = [metrics.auc(label, score).on(films) for score in scores]
    caption = run.caption() if isinstance(run, stored.Stored) else "Trained on your films."
    return Trainings(runs, scores.mean(axis=0), label,
                     _beside(films, films.table["split"].to_numpy() == "test"), "seeds",
                     caption)  # fmt: skip


def _patients(films: Cohort) -> np.ndarray:
    """One patient for each film, (N,) of str; a film without a number is a patient of its own."""
    own = np.array([f"film {i}" for i in range(len(films.table))], object)
    if "patient" not in films.table:
        return own.astype(str)
    named = films.table["patient"]
    return np.where(named.notna(), named.astype(str), own).astype(str)


def _beside(films: Cohort, rows: np.ndarray) -> dict[str, np.ndarray]:
    """The columns that an audit reads, of some films, in the order of `Cohort.part`."""
    table = films.table[rows]
    table = table if rows.all() else table.sort_values("index", kind="stable")
    known = [name for name in BESIDE if name in table and table[name].notna().any()]
    return {name: table[name].astype(object).where(table[name].notna(), "").to_numpy()
            for name in known}  # fmt: skip


def folds(labels: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """Deal films into five folds as `sites.folds` does, or refuse where a fold cannot be judged.

    Parameters
    ----------
    labels : ndarray, (N,) of 0 and 1
    patients : ndarray, (N,)

    Returns
    -------
    ndarray, (N,) of int
        0 to 4.

    Raises
    ------
    DataError
        Fewer than five patients of one kind.
    """
    fold = sites.folds(labels, patients)
    if any(len(set(labels[fold == k])) < 2 for k in range(TRAININGS)):
        raise DataError(
            "Five folds need ill and well patients in each of them; bring at least five patients "
            "of each kind, better fifty."
        )
    return fold


def _fold_scores(seed: int, images: np.ndarray, labels: np.ndarray, fold: np.ndarray) -> dict:
    """Each film's score by the network of its fold, (N,)."""
    from readingroom.models import training

    score = np.zeros(len(labels))
    for k in np.unique(fold):
        rest = fold != k
        run = training.fit(images[rest], labels[rest], seed=int(k))
        training.settle(run.net, images[rest])
        score[~rest] = training.scores(run.net, images[~rest])
        print(f"fold {k}: {run.seconds:.0f} s", flush=True)
    return {"score": score}


def _seed_scores(
    seed: int, train: np.ndarray, labels: np.ndarray, test: np.ndarray, test_label: np.ndarray
) -> dict:
    """Scores of five seeds on the test films, (5, n), and their labels."""
    from readingroom.models import training

    scores = []
    for k in range(TRAININGS):
        run = training.fit(train, labels, seed=k)
        training.settle(run.net, train)
        scores.append(training.scores(run.net, test))
        print(f"seed {k}: {run.seconds:.0f} s", flush=True)
    return {"test_score": np.array(scores), "test_label": test_label}


def how_long(images: np.ndarray, labels: np.ndarray, epochs: int) -> str:
    """How long the lesson's training takes on this machine, from a few timed batches.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
        Training films.
    labels : ndarray, (N,)
    epochs : int

    Returns
    -------
    str
        A sentence.
    """
    from readingroom.models import training

    net, optimizer, _ = training.new_network(0, epochs, len(images))
    net.train()
    took = []
    for _ in range(TIMED + 1):
        start = time.perf_counter()
        films, target = next(training.batches(images, labels))
        optimizer.zero_grad()
        training.loss(net(films), target).backward()
        optimizer.step()
        took.append(time.perf_counter() - start)
    steps = epochs * max(1, len(images) // training.BATCH)
    seconds = steps * float(np.median(took[1:]))  # the first one also wakes the library
    return f"On this machine the training will take about {5 * max(1, round(seconds / 5))} s."
