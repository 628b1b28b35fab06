"""Adults with view, sex and age: NIH-1000, its stand-in, or the learner's own films."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.assess.named import named
from readingroom.assess.whose import unnoted
from readingroom.data.cohorts import remembered, stand_in, wanted
from readingroom.data.origin import MODES
from readingroom.models.pixels import pixel_regression

FOLDS = 5
STRENGTH = 0.001  # fewer films than pixels: smoother than elsewhere
THRESHOLD = 0.5  # working point: a score at or above it is called positive
AGES = ((40, "under 40"), (60, "40 to 59"), (np.inf, "60 and over"))


@dataclass(frozen=True)
class Adults:
    """Films of adults, what is known of each, and two scores.

    Attributes
    ----------
    images : ndarray, (N, 28, 28) uint8
    label, ap, man : ndarray, (N,) of 0 and 1
        Label; bedside view; man.
    age, patient : ndarray, (N,)
    test : ndarray, (N,) of bool
        The test part as distributed.
    score : ndarray, (N,)
        A pixel regression's, each film scored by a model that saw none of its patient's films.
    child_score : ndarray, (N,)
        The score of a pixel regression of the children's films.
    label_name : str
    tag : str or None
        For figures, where these are not the lesson's own films.
    note : str
        Which films these are, and why.
    """

    images: np.ndarray
    label: np.ndarray
    ap: np.ndarray
    man: np.ndarray
    age: np.ndarray
    patient: np.ndarray
    test: np.ndarray
    score: np.ndarray
    child_score: np.ndarray
    label_name: str
    tag: str | None
    note: str

    @property
    def missed(self) -> np.ndarray:
        """Ill films that the working threshold calls well, (N,) of bool."""
        return (self.label == 1) & (self.score < THRESHOLD)

    @property
    def groups(self) -> np.ndarray:
        """Sex, age band and view of each film in words, (N,), such as ``F, 40 to 59, PA``."""
        bands = [next(name for top, name in AGES if age < top) for age in self.age]
        return np.array(
            [f"{'M' if man else 'F'}, {band}, {'AP' if ap else 'PA'}"
             for man, band, ap in zip(self.man, bands, self.ap, strict=True)]
        )  # fmt: skip


def out_of_fold(images, target, patient, strength: float = STRENGTH) -> np.ndarray:
    """Scores of films by models that saw no film of the same patient, (N,).

    The patients go to the folds in turn, in the order of their numbers, whatever their label.
    `models.sites.folds` sorts the ill from the well first, so that each fold of a small cohort
    holds both, and it does not depend on the order of the numbers. It is the better way. This one
    stays as long as the miss rates and the differences between views on the lesson's page stand on
    it: other folds are other models, and every one of these numbers would change.

    Parameters
    ----------
    images : ndarray, (N, S, S) uint8
    target : ndarray, (N,) of 0 and 1
    patient : ndarray, (N,)
    """
    _, code = np.unique(patient, return_inverse=True)
    out = np.zeros(len(images))
    for fold in range(FOLDS):
        held = code % FOLDS == fold
        out[held] = pixel_regression(images[~held], target[~held], strength).scores(images[held])
    return out


def adults(mode: str | None = None) -> Adults:
    """The films for the questions of view, sex and age.

    Parameters
    ----------
    mode : str, optional
        ``real``, ``simulated`` or an own cohort's name; None is the kernel's.

    Returns
    -------
    Adults
        Its arrays are read-only: two parts of the lesson and its checks share them.
    """
    return _adults(wanted(mode, "nih-1000"))


@remembered
def _adults(mode: str) -> Adults:
    cohort, tag, note = _with_columns(mode)
    table = cohort.table
    patient, unknown = _patients(table)
    label = table["label"].to_numpy("int64")
    with unnoted():  # it learns from these films, and nothing is counted on them
        children = stand_in("children") if mode not in MODES else data.load("children", 28, mode)
    found = Adults(
        images=cohort.images,
        label=label,
        ap=(table["view"] == "AP").to_numpy("int64"),
        man=(table["sex"] == "M").to_numpy("int64"),
        age=table["age"].to_numpy(float),
        patient=patient,
        test=(_split(table) == "test").to_numpy(bool),
        score=out_of_fold(cohort.images, label, patient),
        child_score=pixel_regression(*children.part("train")).scores(cohort.images),
        label_name=cohort.label_name,
        tag=tag,
        note=note + unknown,
    )
    arrays = {}
    for part in fields(found):
        value = getattr(found, part.name)
        if isinstance(value, np.ndarray):
            arrays[part.name] = named(value, cohort)
            arrays[part.name].flags.writeable = False
    return replace(found, **arrays)


def lopsided(folk: Adults) -> list[str]:
    """Groups of ill films of which one patient gives more than half, a sentence each."""
    ill = folk.label == 1
    out = []
    for name in np.unique(folk.groups[ill]):
        inside = ill & (folk.groups == name)
        films = np.unique(folk.patient[inside], return_counts=True)[1]
        if len(films) > 1 and films.max() > films.sum() / 2:
            out.append(f"{name}: {films.max()} of its {films.sum()} films are of one patient.")
    return out


def price_of_equal_misses(folk: Adults, draws: int = 500) -> dict[str, Estimate]:
    """What it costs in false alarms to miss the same share in both views.

    Parameters
    ----------
    folk : Adults
    draws : int
        Bootstrap draws, by patient. Both thresholds are chosen again in each.

    Returns
    -------
    dict of Estimate
        View to the share of well films called ill, its own threshold minus the common one.
    """

    def price(view: int):
        def found(label, score, ap):
            ill, inside = label == 1, ap == view
            if not (ill & inside).any() or not (~ill & inside).any():
                return np.nan
            missed = (score[ill] < THRESHOLD).mean()
            lines = np.quantile(score[ill], missed), np.quantile(score[ill & inside], missed)
            common, own = ((score[~ill & inside] >= line).mean() for line in lines)
            return own - common

        return found

    columns = folk.label, folk.score, folk.ap
    return {
        name: metrics.bootstrap(
            price(view), *columns, patient=folk.patient, draws=draws,
            name=f"{name}: false alarms, own threshold minus common one",
        )
        for name, view in (("PA", 0), ("AP", 1))
    }  # fmt: skip


def _patients(table) -> tuple[np.ndarray, str]:
    """Whose each film is, and what to know where that is not known of all."""
    given = table.get("patient", table["label"].map(lambda _: None))
    known = given.notna().to_numpy()
    alone = [f"film {k}" for k in range(len(table))]  # nobody else's, for all we know
    patient = np.where(known, given.astype(str), alone).astype(str)
    if known.all():
        return patient, ""
    few = "The films have" if not known.any() else "Some films have"
    return patient, (
        f" {few} no patient number; each of them counts as a patient, and intervals may be narrow."
    )


def _with_columns(mode: str):
    """The cohort whose films have view, sex and age; for own films without them the stand-in."""
    cohort = data.load("nih-1000", size=28, mode=mode)
    if mode in MODES:
        return cohort, None, f"{cohort.banner()}."
    lacking = _lacking(cohort)
    if not lacking:
        return cohort, None, f"{cohort.banner()}."
    other = stand_in("nih-1000")
    word = "REAL FILMS, NIH-1000" if other.source == "real" else "SIMULATED"
    said = f"Your films lack {', '.join(lacking)}, so here stand in: {other.banner()}."
    return other, word, said


def _lacking(cohort) -> list[str]:
    """Columns without which the steps on view, sex and age cannot run."""
    out = []
    for column in ("view", "sex", "age"):
        known = column in cohort.table and cohort.table[column].notna().all()
        if column == "view" and known and not cohort.table["view"].isin(("AP", "PA")).all():
            out.append("a view of AP or PA for each film")
            continue
        if not known or (column != "age" and cohort.table[column].nunique() < 2):
            out.append(column)
    return out or _thin(cohort.table)


def _split(table):
    return table["split_as_distributed" if "split_as_distributed" in table else "split"]


def _thin(table) -> list[str]:
    """What is missing where every column is there, but some view shows one label only."""
    for part, rows in (("", table), (" in the test part", table[_split(table) == "test"])):
        ill = rows["label"] == 1
        for view in ("AP", "PA"):
            if ill[rows["view"] == view].nunique() < 2:
                return [f"ill and well {view} films{part}"]
    return []
