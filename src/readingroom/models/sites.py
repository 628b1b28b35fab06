"""Two hospitals: train at one, test at the other, and ask whether the films betray the hospital."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from readingroom.assess import metrics, operating
from readingroom.assess.metrics import Estimate
from readingroom.assess.named import named
from readingroom.data.films import thumbnails
from readingroom.models.pixels import pixel_regression

FEWEST = 20  # films of each kind, at the hospital that trains; below it nothing is learnt
FEWEST_OF_A_KIND = 10  # films of a kind at the other hospital; below it a rate is not given
FOLDS = 5
QUIET = 0.9  # share of the well of the training hospital that are called well, which sets the line
STRENGTH = 0.001  # of the pixel regression: few films, so smooth weights
BLOCKS = 8
BINS = 16


class OneHospital(ValueError):
    """The films cannot be compared between hospitals; the message says why, in one sentence."""


@dataclass(frozen=True)
class Site:
    """One hospital's films, scored by a model that saw none of their patients.

    Attributes
    ----------
    name : str
    films, ill : int
    auc, sensitivity, specificity : Estimate or None
        None where there are too few films of a kind, or none.
    """

    name: str
    films: int
    ill: int
    auc: Estimate | None
    sensitivity: Estimate | None
    specificity: Estimate | None

    @property
    def one_class(self) -> bool:
        """Whether all its films carry the same label."""
        return self.ill in (0, self.films)


@dataclass(frozen=True)
class TwoSites:
    """What a model of one hospital does at the others.

    Attributes
    ----------
    home : Site
        Where it was trained; scored by cross-validation, patient by patient.
    elsewhere : tuple of Site
    threshold : float
        Set at home: `QUIET` of the well are called well.
    readable : Estimate
        AUC of "which hospital?", read from the pixels by cross-validation over patients.
    site_alone : Estimate or None
        AUC for the label of the share of ill films at a film's hospital, without any pixel.
    notes : tuple of str
        What was left out, and what the numbers cannot say.
    """

    home: Site
    elsewhere: tuple[Site, ...]
    threshold: float
    readable: Estimate
    site_alone: Estimate | None
    notes: tuple[str, ...]

    def estimates(self) -> dict[str, Estimate]:
        """Every number of it, by what it is."""
        found: dict[str, Estimate | None] = {"which hospital, from the pixels": self.readable}
        found["the hospital alone, for the label"] = self.site_alone
        for site, where in [(self.home, "trained here"), *((s, "tested") for s in self.elsewhere)]:
            for word in ("auc", "sensitivity", "specificity"):
                said = "AUC" if word == "auc" else word
                found[f"{site.name}, {where}: {said}"] = getattr(site, word)
        return {name: one for name, one in found.items() if one is not None}

    def __str__(self) -> str:
        lines = [f"{name}: {_number(one)}" for name, one in self.estimates().items()]
        return "\n".join([*lines, *self.notes])


def _number(one: Estimate) -> str:
    return str(one).removeprefix(f"{one.name} ")


def features(images: np.ndarray) -> np.ndarray:
    """Cheap facts of a film: grey values in blocks, their spread, sharpness, and the histogram.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
        At least 16 pixels wide.

    Returns
    -------
    ndarray, (N, F) float64
    """
    films = np.asarray(images, np.float64)
    edge = min(films.shape[1:]) // BLOCKS * BLOCKS
    if edge < 2 * BLOCKS:
        raise ValueError(f"The films are too small for this; give at least {2 * BLOCKS} pixels.")
    grid = films[:, :edge, :edge].reshape(len(films), BLOCKS, edge // BLOCKS, BLOCKS, -1)
    blocks = grid.mean((2, 4)), grid.std((2, 4))
    steps = np.abs(np.diff(films, axis=1)).mean((1, 2)), np.abs(np.diff(films, axis=2)).mean((1, 2))
    counts = np.stack([np.histogram(film, BINS, (0, 256))[0] for film in films]) / films[0].size
    return np.column_stack([*(b.reshape(len(films), -1) for b in blocks), *steps, counts])


def folds(target: np.ndarray, patient: np.ndarray) -> np.ndarray:
    """Which fold each film is held out in; all films of a patient in one, both kinds in each.

    Lesson 03 deals with it too. Lesson 06 keeps an older way, see `l06.subgroups.out_of_fold`.

    Parameters
    ----------
    target : ndarray, (N,) of 0 and 1
    patient : ndarray, (N,)

    Returns
    -------
    ndarray, (N,) of int
        0 to `FOLDS` - 1, the same for the same patients in any order.
    """
    found, code = np.unique(np.asarray(patient).astype(str), return_inverse=True)
    names: list[str] = found.tolist()
    ill = np.zeros(len(names), int)
    np.maximum.at(ill, code, np.asarray(target).astype(int))
    order = sorted(range(len(names)), key=lambda k: (ill[k], sha256(names[k].encode()).hexdigest()))
    place = np.empty(len(names), int)
    place[order] = np.arange(len(names)) % FOLDS
    return place[code]


def readable(images: np.ndarray, site: np.ndarray, patient: np.ndarray) -> np.ndarray:
    """Scores for "comes from this site", each film scored by a model without its patient.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
    site : ndarray, (N,) of 0 and 1
    patient : ndarray, (N,)

    Returns
    -------
    ndarray, (N,)
        Between 0 and 1.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    facts, held = features(images), folds(site, patient)
    site, out = np.asarray(site), np.zeros(len(facts))
    for fold in range(FOLDS):
        seen, new = held != fold, held == fold
        if not new.any():
            continue
        if len(set(site[seen])) < 2:
            raise OneHospital(
                "One of the hospitals has films of too few patients to hold some out."
            )
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000))
        model.fit(facts[seen], site[seen])
        out[new] = model.predict_proba(facts[new])[:, 1]
    return out


def site_alone(cohort: Any) -> Estimate | None:
    """AUC for the label of the share of ill films at a film's hospital, without any pixel.

    Parameters
    ----------
    cohort : Cohort

    Returns
    -------
    Estimate or None
        Interval by patient. None where fewer than two hospitals are known, or one class.
    """
    known = _known(cohort)
    table = cohort.table[known]
    if not known.any() or table["site"].nunique() < 2 or table["label"].nunique() < 2:
        return None
    return _alone(table, cohort)


def _alone(table: Any, cohort: Any) -> Estimate:
    label = named(table["label"].to_numpy(int), cohort)
    rate = table.groupby("site")["label"].transform("mean").to_numpy(float)
    return metrics.auc(label, rate, _patients(table), draws=500)


def told(cohort: Any) -> str:
    """What is to be said before films of several hospitals are pooled; empty where nothing is."""
    found = site_alone(cohort)
    if found is None or found.lo <= 0.5:
        return ""
    sites = cohort.table["site"].nunique()
    return (
        f"These films come from {sites} hospitals, and the hospital alone, without any pixel, "
        f"ranks the label: {found}. A network may read the hospital instead of the disease, and an "
        "AUC over all films flatters. Lesson 06 compares the hospitals."
    )


def two_sites(cohort: Any, train_at: str | None = None) -> TwoSites:
    """Train a pixel regression at one hospital and test it at the others.

    Parameters
    ----------
    cohort : Cohort
        With a column ``site``; ``patient`` where it is known, else each film counts as a patient.
    train_at : str, optional
        Where it is trained; by default where the scarcer kind of film is most numerous.

    Returns
    -------
    TwoSites

    Raises
    ------
    OneHospital
        There are no two hospitals, or none that has films of both kinds to learn from.
    """
    images, label, site, patient, notes = _films(cohort)
    names = sorted(set(site.tolist()))
    home = _home(names, label, site, train_at)
    at_home = site == home
    seen = set(patient[at_home])
    again = ~at_home & np.isin(patient, list(seen))
    if again.any():
        notes.append(
            f"{again.sum()} films of {len(set(patient[again]))} patients who were filmed at {home} "
            "too are not tested elsewhere: the model has met them."
        )
    own = _cross_validated(images[at_home], label[at_home], patient[at_home])
    threshold = float(np.quantile(own[label[at_home] == 0], QUIET))
    model = pixel_regression(images[at_home], label[at_home], STRENGTH)
    score = np.zeros(len(label))
    score[at_home], score[~at_home] = own, model.scores(images[~at_home])
    score, label_of = named(score, cohort), named(label, cohort)
    found = {
        name: _scored(name, (site == name) & ~again, label_of, score, threshold, patient)
        for name in names
    }
    for one in found.values():
        notes += _remarks(one)
    which = named(at_home.astype(int), cohort)
    guess = readable(cohort.images[_known(cohort)], which, patient)
    found_out = metrics.auc(which, guess, patient, draws=500)
    if found_out.lo > 0.5:
        notes.append("The pixels betray the hospital, and a network could use that.")
    return TwoSites(
        home=found[home],
        elsewhere=tuple(found[name] for name in names if name != home),
        threshold=threshold,
        readable=found_out,
        site_alone=_alone(cohort.table[_known(cohort)], cohort),
        notes=tuple(notes),
    )


def _known(cohort: Any) -> np.ndarray:
    """Films whose hospital is known, (N,) of bool."""
    if "site" not in cohort.table:
        return np.zeros(len(cohort.table), bool)
    return cohort.table["site"].notna().to_numpy(bool)


def _patients(table: Any) -> list[str]:
    """The patient of each film; a film without one counts as a patient."""
    films = [f"film {k}" for k in table.index]
    if "patient" not in table:
        return films
    given = table["patient"]
    return list(given.astype(str).where(given.notna(), films))


def _films(cohort: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Films of known hospitals at 28 pixels, with label, hospital and patient, and remarks."""
    known, notes = _known(cohort), []
    table = cohort.table[known]
    if table["site"].nunique() < 2 if "site" in table else True:
        raise OneHospital(
            "These films come from one hospital, or no column says from which; add them again with "
            "a column `site`, and two hospitals can be compared."
        )
    if not known.all():
        notes.append(f"{(~known).sum()} films of unknown hospital are left out.")
    patient = _patients(table)
    if "patient" not in table or table["patient"].isna().any():
        notes.append(
            "A film without a patient number counts as a patient; intervals may be too narrow."
        )
    label, site = table["label"].to_numpy(int), table["site"].to_numpy(str)
    return thumbnails(cohort.images[known]), label, site, np.array(patient), notes


def _home(names: list[str], label: np.ndarray, site: np.ndarray, wanted: str | None) -> str:
    """The hospital to learn at."""
    fewer = {
        name: min(int((label[site == name] == kind).sum()) for kind in (0, 1)) for name in names
    }
    if wanted is not None and wanted not in names:
        raise OneHospital(f"No film comes from {wanted!r}; the hospitals are {', '.join(names)}.")
    home = wanted or max(names, key=lambda name: fewer[name])
    if fewer[home] >= FEWEST:
        return home
    if max(fewer.values()) == 0:
        raise OneHospital(
            "Site equals class: each hospital holds films of one class only, so a network may read "
            "the hospital instead of the disease, and no test on these films could tell."
        )
    raise OneHospital(
        f"{home} has {fewer[home]} films of the scarcer kind, and {FEWEST} are needed to learn "
        "there; add films, or train at another hospital."
    )


def _cross_validated(images: np.ndarray, label: np.ndarray, patient: np.ndarray) -> np.ndarray:
    """Scores of films by models that saw no film of the same patient, (N,)."""
    held, out = folds(label, patient), np.zeros(len(label))
    for fold in range(FOLDS):
        new = held == fold
        if new.any():
            if len(set(label[~new])) < 2:
                raise OneHospital("The films of one kind come from too few patients to hold out.")
            out[new] = pixel_regression(images[~new], label[~new], STRENGTH).scores(images[new])
    return out


def _scored(
    name: str, here: np.ndarray, label: np.ndarray, score: np.ndarray, line: float, who: np.ndarray
) -> Site:
    y, s, p = label[here], score[here], who[here]
    ill = int(y.sum())
    kinds = {1: ill, 0: len(y) - ill}

    def rate(kind: int, word: str) -> Estimate | None:
        of = np.asarray(y) == kind
        hit = (s >= line) == bool(kind)
        return operating.share(hit[of], p[of], word) if kinds[kind] >= FEWEST_OF_A_KIND else None

    both = min(kinds.values()) >= FEWEST_OF_A_KIND
    auc = metrics.auc(y, s, p, draws=500) if both else None
    return Site(name, len(y), ill, auc, rate(1, "sensitivity"), rate(0, "specificity"))


def _remarks(site: Site) -> list[str]:
    """What must be said beside the numbers of one hospital."""
    if site.one_class and site.films:
        kind, rate = ("ill", "sensitivity") if site.ill else ("well", "specificity")
        return [
            f"{site.name} holds one class only, {site.films} films, all {kind}: its {rate} is "
            "given, and an AUC is refused, since there is nothing to rank them against.",
            f"Site equals class at {site.name}: pooled with others, a network may read the "
            "hospital instead of the disease.",
        ]
    if site.auc is None:
        return [
            f"{site.name} has {site.films} films, {site.ill} ill: fewer than {FEWEST_OF_A_KIND} of "
            "a kind are counted and not judged."
        ]
    return []
