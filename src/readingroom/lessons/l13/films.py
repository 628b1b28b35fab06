"""What lesson 13 counts: labels, alarms, slices, a planted bleed, marks on planted bulges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from readingroom import data
from readingroom.assess import froc, metrics
from readingroom.assess.metrics import Estimate
from readingroom.data.origin import OfFilms
from readingroom.data.tables import FINDINGS, TITLES
from readingroom.data.volumes import Volume
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l13 import exams, make, planting
from readingroom.models.findings import FINDINGS as FOUR

TABLE = TITLES["nih"]
SPECIFIC = 0.95  # specificity at which each finding's alarm is set
RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)  # false marks a cut-out
SIZES = {"2.5 to 4 mm": (2.5, 4.0), "4 to 5.5 mm": (4.0, 5.5), "5.5 to 7 mm": (5.5, 7.01)}
BLOOD = 65.0  # HU of the planted bleed
UPPER = 14  # the first of the slices of 7 mm


# --- fourteen labels


@cache
def labels() -> np.ndarray:
    """NIH ChestX-ray14: films by findings, (112120, 14) of 0 and 1; a real table in every mode."""
    return data.table("nih")[list(FINDINGS)].to_numpy(np.uint8)


@cache
def says_nothing() -> Estimate:
    """Share of all labels that are 0; drawn by patient."""
    table = data.table("nih")
    _, who = np.unique(table["patient"], return_inverse=True)
    none = (labels() == 0).sum(axis=1)
    right, all_ = np.bincount(who, none), np.bincount(who) * len(FINDINGS)
    found = metrics.bootstrap(
        lambda a, b: float(a.sum() / b.sum()), right, all_, name="accuracy", draws=500
    )
    return replace(found, by="patient").on(TABLE)


@dataclass(frozen=True)
class Scored(OfFilms):
    """Four findings on simulated films, and a network's scores.

    Attributes
    ----------
    labels : ndarray, (N, 4) bool
    scores : ndarray, (N, 4)
    patient : ndarray, (N,)
    films : str
    """

    labels: np.ndarray
    scores: np.ndarray
    patient: np.ndarray
    films: str


@cache
def scored() -> Scored:
    """From the stored run; simulated in every mode."""
    kept = stored.load("13", "labels", "simulated")
    return Scored(np.asarray(kept["labels"]), np.asarray(kept["scores"], float),
                  np.asarray(kept["patient"]), kept.banner())  # fmt: skip


@cache
def finding_aucs() -> dict[str, Estimate]:
    """AUC of each finding, the commonest first, and their plain mean (macro average)."""
    found = scored()
    order = np.argsort(-found.labels.sum(axis=0))
    out = {
        f"{FOUR[k]}, {int(found.labels[:, k].sum())} films": metrics.auc(
            found.labels[:, k], found.scores[:, k], patient=found.patient
        ).on(found)
        for k in order
    }

    def macro(rows: np.ndarray) -> float:
        held = [metrics._auc_or_nan(found.labels[rows, k], found.scores[rows, k]) for k in order]
        return float(np.mean(held))

    def macros(counts: np.ndarray, rows: np.ndarray) -> np.ndarray:
        held = [metrics.aucs(counts, found.labels[:, k], found.scores[:, k]) for k in order]
        return np.mean(held, axis=0)

    out["mean of four"] = metrics.bootstrap(
        macro,
        np.arange(len(found.labels)),
        patient=found.patient,
        draws=500,
        name="macro AUC",
        at_once=macros,
    ).on(found)
    return out


@cache
def alarm_shares() -> list[tuple[Estimate, float]]:
    """Share of films without any finding that get one alarm or more, with 1 to 4 findings asked.

    Each threshold is set on half of these films at a specificity of .95 and counted on the other.

    Returns
    -------
    list of (Estimate, float)
        As measured, and as it would be if alarms did not know of each other.
    """
    found = scored()
    sound = found.scores[~found.labels.any(axis=1)]
    set_on, counted_on = sound[::2], sound[1::2]
    alarm = counted_on > np.quantile(set_on, SPECIFIC, axis=0)
    order = np.argsort(-found.labels.sum(axis=0))
    return [
        (metrics.share(int(alarm[:, order[: k + 1]].any(axis=1).sum()), len(alarm),
                       "at least one alarm").on(found), 1 - SPECIFIC ** (k + 1))
        for k in range(len(order))
    ]  # fmt: skip


# --- the knee


@dataclass(frozen=True)
class Slices(OfFilms):
    """Slice scores of copies of one knee.

    Attributes
    ----------
    scores : ndarray, (N, D)
    torn : ndarray, (N, D) bool
        Slices that hold a planted tear.
    strength : ndarray, (N,)
        Greys that the tear adds; 0 where none was planted.
    films : str
    """

    scores: np.ndarray
    torn: np.ndarray
    strength: np.ndarray
    films: str

    @property
    def planted(self) -> np.ndarray:
        """Copies with a tear, (N,) bool."""
        return self.torn.any(axis=1)


def slices_of(mode: str) -> Slices:
    """From the stored run."""
    kept = stored.load("13", "slices", mode)
    return Slices(np.asarray(kept["scores"], float), np.asarray(kept["torn"]),
                  np.asarray(kept["strength"], float), kept.banner())  # fmt: skip


WAYS = {
    "largest slice": lambda scores: scores.max(axis=1),
    "mean of three largest": lambda scores: np.sort(scores, axis=1)[:, -3:].mean(axis=1),
    "mean of all 24": lambda scores: scores.mean(axis=1),
}


def ranked_of(mode: str) -> tuple[dict[str, Estimate], Estimate]:
    """AUC over copies for each way from slices to an exam; largest less mean, the same copies."""
    found = slices_of(mode)
    rows = {
        way: replace(metrics.auc(found.planted, how(found.scores)), by="copies").on(found)
        for way, how in WAYS.items()
    }
    gain = metrics.auc_diff(
        found.planted, WAYS["largest slice"](found.scores), WAYS["mean of all 24"](found.scores)
    )
    return rows, replace(gain, by="copies").on(found)


def ranked() -> tuple[dict[str, Estimate], Estimate]:
    """In the mode of the lesson."""
    return ranked_of(current().mode)


# --- the head


@dataclass(frozen=True)
class Bled:
    """A bleed that we planted into the head.

    Attributes
    ----------
    head : Volume
        With the bleed in it.
    mask : ndarray, (D, H, W) bool
    areas : ndarray, (D,)
        mm² of the bleed in each slice.
    slabs : ndarray, (D,)
        mm of the patient that each slice stands for.
    """

    head: Volume
    mask: np.ndarray
    areas: np.ndarray
    slabs: np.ndarray

    @property
    def ml(self) -> float:
        """Its volume."""
        return float((self.areas * self.slabs).sum() / 1000)

    def naive(self, mm: float) -> float:
        """Its volume in ml if every slice stood for `mm` millimetres."""
        return float(self.areas.sum() * mm / 1000)


@cache
def bled_of(mode: str) -> Bled:
    """Plant it, in the upper half and on the patient's right."""
    head = exams.head(mode)
    mask = planting.bleed(head, make.BLEEDS[exams.real(mode)], make.HALF)
    rng = np.random.default_rng([13, 30])
    blood = BLOOD + rng.normal(0, 4, head.values.shape)
    values = np.where(mask, blood, head.values).astype(np.float32)
    areas = mask.sum(axis=(1, 2)) * head.spacing[1] * head.spacing[2]
    return Bled(replace(head, values=values), mask, areas, head.slabs())


def bled() -> Bled:
    """In the mode of the lesson."""
    return bled_of(current().mode)


def areas_of(mode: str) -> tuple[np.ndarray, np.ndarray]:
    """Areas of the planted bleed (mm²) and millimetres of each slice, as stored, (D,) each."""
    kept = stored.load("13", "bleed", mode)
    return np.asarray(kept["areas"], float), np.asarray(kept["slabs"], float)


# --- the vessels


@dataclass(frozen=True)
class Read(OfFilms):
    """A program's marks on cut-outs of one angiogram with planted bulges.

    Attributes
    ----------
    found : ndarray, (L,)
        For each bulge the best score of the marks that hit it; -inf where none does.
    mm : ndarray, (L,)
        Its diameter.
    exam : ndarray, (L,)
        Its cut-out.
    false : ndarray, (M,)
        Scores of marks that hit no bulge.
    exams : int
        Cut-outs, those without a bulge too.
    films : str
    """

    found: np.ndarray
    mm: np.ndarray
    exam: np.ndarray
    false: np.ndarray
    exams: int
    films: str

    @property
    def best(self) -> np.ndarray:
        """For each cut-out with bulges the best score of a bulge that was hit."""
        return np.array([self.found[self.exam == k].max() for k in np.unique(self.exam)])


def read_of(mode: str) -> Read:
    """From the stored run."""
    kept = stored.load("13", "marks", mode)
    false = np.asarray(kept["mark_score"], float)[np.asarray(kept["mark_false"])]
    return Read(np.asarray(kept["lesion_score"], float), np.asarray(kept["lesion_mm"], float),
                np.asarray(kept["lesion_exam"]), false, make.CUTS, kept.banner())  # fmt: skip


def read() -> Read:
    """In the mode of the lesson."""
    return read_of(current().mode)


def by_size(found: Read, rate: float) -> dict[str, Estimate]:
    """Share of bulges found at a rate of false marks, by size, then all."""
    threshold = froc.threshold_at(found.false, found.exams, rate)
    out = {
        name: froc.share_found(found.found[(found.mm >= low) & (found.mm < high)], threshold,
                               "bulges").on(found)
        for name, (low, high) in SIZES.items()
    }  # fmt: skip
    return out | {"all sizes": froc.share_found(found.found, threshold, "bulges").on(found)}


def sizes_at(rate: float) -> dict[str, Estimate]:
    """`by_size` in the mode of the lesson."""
    return by_size(read(), rate)


def counted_of(mode: str, rate: float = 0.5) -> dict[str, Estimate]:
    """The same marks counted in three ways."""
    found = read_of(mode)
    threshold = froc.threshold_at(found.false, found.exams, rate)
    held = found.best > threshold
    whole = np.array([(found.found[found.exam == k] > threshold).all()
                      for k in np.unique(found.exam)])  # fmt: skip
    return {
        "bulges that were found": froc.share_found(found.found, threshold, "bulges").on(found),
        "cut-outs in which one or more was found": metrics.share(
            int(held.sum()), len(held), "sensitivity", "cut-outs").on(found),
        "cut-outs in which all were found": metrics.share(
            int(whole.sum()), len(whole), "sensitivity", "cut-outs").on(found),
    }  # fmt: skip


def counted(rate: float = 0.5) -> dict[str, Estimate]:
    """In the mode of the lesson."""
    return counted_of(current().mode, rate)


@dataclass(frozen=True)
class Hidden:
    """Where the bulges of the four cut-outs are, and where the program was wrong.

    Attributes
    ----------
    corner : ndarray, (4, 3)
        Voxels of the angiogram.
    middle, bend : ndarray, (4, 3)
        Voxels of the cut-out: the bulge, and the strongest mark that hits none.
    mm, grey : ndarray, (4,)
        Diameter, and grey of its blood.
    """

    corner: np.ndarray
    middle: np.ndarray
    bend: np.ndarray
    mm: np.ndarray
    grey: np.ndarray


def hidden_of(mode: str) -> Hidden:
    """From the stored run."""
    kept = stored.load("13", "marks", mode)
    names = ("find_corner", "find_middle", "find_bend", "find_mm", "find_grey")
    return Hidden(*(np.asarray(kept[name], float) for name in names))


def planted_places() -> list[list[int]]:
    """The middles of the four planted bulges, rounded to voxels: slice, row, column."""
    return [[round(part) for part in row] for row in hidden_of(current().mode).middle.tolist()]


def searched_of(mode: str) -> list[Volume]:
    """The four cut-outs with their bulges, planted now from the stored places."""
    whole, found, out = exams.vessels(mode), hidden_of(mode), []
    for k, corner in enumerate(found.corner.astype(int)):
        cut = tuple(slice(a, a + n) for a, n in zip(corner, make.SIDE, strict=True))
        values = planting.bulge(
            whole.values[cut], whole.spacing, found.middle[k], found.mm[k], found.grey[k]
        )
        grain = np.random.default_rng([13, 40, k]).normal(
            0, make.GRAIN[exams.real(mode)], values.shape
        )
        shown = np.clip(values + grain * (values > 2), 0, 255)
        out.append(
            Volume(shown.astype(np.uint8), whole.spacing, notes=whole.notes, films=whole.films)
        )
    return out
