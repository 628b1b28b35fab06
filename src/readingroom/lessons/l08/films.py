"""What lesson 08 counts: readers, a model's certainty, a reading list, and two small studies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from readingroom import data, simulator
from readingroom.assess import calibration, metrics, queueing, whose
from readingroom.assess.metrics import Estimate
from readingroom.data import origin, readerstudies, split
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.simulator.reader import Reader, advised, read

SIMULATED = "SIMULATED"
HALF = 0.5

# the list of a day
FILMS, ILL, MINUTES, SHIFT = 120, 12, 4.2, 480.0  # films, ill among them, to read one, working day
FLAG = 0.98  # the program puts films from this score on to the front
DAYS = 200
PASSED_OVER = 3  # ill patients without a flag on the day that is shown

# the learner's own study
STUDY, STUDY_ILL, STUDY_SEED, SIZE = 20, 10, 8, 128
PLANTED_MISSES, PLANTED_ALARMS = 2, 2  # films on which the program is made to err
WORDS = ("normal", "pneumonia")

# the drill: who alone says "nodule", how many such cases, how many of them are right
DRILL = {"program": (14, 3), "reader": (6, 2)}
DRILL_SIZE, DRILL_SEED = 256, 80
MARGIN = 10  # pixels around a nodule that the box leaves free


@dataclass(frozen=True)
class Scored:
    """Labels and scores of some films.

    Attributes
    ----------
    y : ndarray, (N,) of 0 and 1
    a : ndarray, (N,)
        Score of the pixel regression, 0 to 1.
    films : str
        Banner.
    """

    y: np.ndarray
    a: np.ndarray
    films: str

    def __len__(self) -> int:
        return len(self.y)

    def banner(self) -> str:
        """Which films these are."""
        return self.films

    @property
    def tag(self) -> str:
        """For figures: which films."""
        return SIMULATED if self.films.startswith(SIMULATED) else origin.tag()


@dataclass(frozen=True)
class Scores:
    """Validation and test films; of the test films, those of the own hospital and the others."""

    val: Scored
    test: Scored
    local: Scored
    rest: Scored


def scores_of(mode: str) -> Scores:
    """The stored scores of lesson 04's first model; simulated ones stand in for own films."""
    kept = stored.load("04", "scores", mode)
    films = origin.SIMULATED if kept.stands_in else kept.banner()
    parts = {
        part: (kept[f"{part}_label"].astype(int), kept[f"{part}_a"].astype(float))
        for part in ("val", "test")
    }
    y, a = parts["test"]
    local, rest = split.at_home(len(y))
    return Scores(
        val=Scored(*parts["val"], films),
        test=Scored(y, a, films),
        local=Scored(y[local], a[local], films),
        rest=Scored(y[rest], a[rest], films),
    )


def scores() -> Scores:
    """The scores of the lesson that is open, for its mode."""
    return scores_of(current().mode)


def study(name: str) -> readerstudies.RatedCases:
    """Real readers, or simulated ones where they cannot be had, see `readerstudies.study`."""
    return readerstudies.study(name, current().mode)


def certainty(films: Scored, local: Scored) -> np.ndarray:
    """Probability of label 1 after a repair on local films (lesson 04), (N,)."""
    weights = calibration.recalibration(local.y, local.a)
    return calibration.recalibrated(films.a, *weights)


@dataclass(frozen=True)
class Deferred:
    """A rule that leaves the uncertain films to a doctor.

    Attributes
    ----------
    automated : Estimate
        Share of films the program decides alone.
    missed : Estimate
        Share of all ill films that it alone calls well.
    alarms : Estimate
        Share of the well films among those it decides that it calls ill.
    """

    automated: Estimate
    missed: Estimate
    alarms: Estimate

    def __str__(self) -> str:
        return (
            f"decided alone {self.automated.short()}, ill films missed {self.missed.short()}, "
            f"false alarms {self.alarms.short()}"
        )


def deferred(films: Scored, p: np.ndarray, cut: float) -> Deferred | None:
    """What comes of a rule "decide alone where max(p, 1 - p) is at least the cut".

    Parameters
    ----------
    films : Scored
    p : ndarray, (N,)
        Probabilities of label 1.
    cut : float

    Returns
    -------
    Deferred or None
        None where no well film is decided, so that there is no share of false alarms.
    """
    alone = np.maximum(p, 1 - p) >= cut
    called, ill = p >= HALF, films.y == 1
    well = alone & ~ill
    if not well.any():
        return None
    return Deferred(
        metrics.share(int(alone.sum()), len(films)),
        metrics.share(int((alone & ill & ~called).sum()), int(ill.sum())),
        metrics.share(int((well & called).sum()), int(well.sum())),
    )


def _surest(films: Scored, share: float) -> np.ndarray:
    """Rows of the share of films whose score lies farthest from one half."""
    return np.argsort(-np.abs(films.a - HALF), kind="stable")[: int(share * len(films))]


def surest(films: Scored, share: float) -> Estimate:
    """Accuracy at one half on the share of films whose score lies farthest from one half."""
    rows = _surest(films, share)
    right = (films.a[rows] >= HALF) == films.y[rows]
    return metrics.share(int(right.sum()), len(rows), f"accuracy on the surest {_percent(share)}")


def alarms_left(films: Scored, share: float) -> Estimate:
    """Of all false alarms at one half, those among the films whose score lies farthest from it."""
    false = (films.a >= HALF) & (films.y == 0)
    kept = int(false[_surest(films, share)].sum())
    name = f"false alarms that stay on the surest {_percent(share)}"
    return metrics.share(kept, int(false.sum()), name, "false alarms")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


@dataclass(frozen=True)
class Day:
    """One working day of one reader.

    Attributes
    ----------
    arrival : ndarray, (N,)
        Minutes after the start.
    y : ndarray, (N,) of 0 and 1
    flagged : ndarray, (N,) bool
        The program puts it to the front.
    before, after : ndarray, (N,)
        Minutes from arrival to reading: first come first served, and with the program's order.
    """

    arrival: np.ndarray
    y: np.ndarray
    flagged: np.ndarray
    before: np.ndarray
    after: np.ndarray

    def groups(self) -> dict[str, np.ndarray]:
        """Which films are ill and flagged, ill and not, well and flagged, well and not."""
        ill = self.y == 1
        return {
            "ill, flagged": ill & self.flagged,
            "ill, not flagged": ill & ~self.flagged,
            "well, flagged": ~ill & self.flagged,
            "well, not flagged": ~ill & ~self.flagged,
        }


def day_of(films: Scored, number: int = 0) -> Day:
    """A day's list drawn from scored films: `FILMS` of them, `ILL` ill, read one after another."""
    rng = np.random.default_rng([8, number])
    ill, well = (rng.choice(np.flatnonzero(films.y == k), n, replace=False)
                 for k, n in ((1, ILL), (0, FILMS - ILL)))  # fmt: skip
    rows = rng.permutation(np.concatenate([ill, well]))
    arrival = np.sort(rng.uniform(0, SHIFT, FILMS))
    flagged = films.a[rows] >= FLAG
    return Day(
        arrival,
        films.y[rows],
        flagged,
        queueing.waits(arrival, MINUTES),
        queueing.waits(arrival, MINUTES, flagged),
    )


def a_day(films: Scored) -> Day:
    """The first day on which the program passes over at least three ill patients."""
    days = (day_of(films, number) for number in range(DAYS))
    return next(one for one in days if one.groups()["ill, not flagged"].sum() >= PASSED_OVER)


def day() -> Day:
    """That day, for the films of the lesson that is open."""
    return a_day(scores().test)


def slowest(found: Day) -> list[int]:
    """The three ill films that wait longest in the program's order, by their number on the list."""
    ill = np.flatnonzero(found.y == 1)
    order = np.argsort(-found.after[ill], kind="stable")
    return sorted(int(i) for i in ill[order[:3]])


@cache
def _days(mode: str) -> list[Day]:
    films = scores_of(mode).test
    return [day_of(films, number) for number in range(DAYS)]


def months() -> dict[str, Estimate]:
    """Minutes by which the program's order changes the mean wait of each group, over many days.

    Returns
    -------
    dict
        Group to the mean over the days with Student's interval; negative is sooner. Days without
        a film of the group do not count.
    """
    days = _days(current().mode)
    out = {}
    for name in days[0].groups():
        change = [
            float((one.after - one.before)[rows].mean())
            for one in days
            if (rows := one.groups()[name]).any()
        ]
        out[name] = metrics.mean(change, "minutes", of="days")
    return out


def reliance(trust: float, readers: int = 6, films: int = 600, seed: int = 8) -> dict:
    """Simulated readers alone, with a right and with a wrong opinion of a program beside them.

    Parameters
    ----------
    trust : float
        Chance that a reader who disagrees follows the program, 0 to 1.
    readers, films, seed : int

    Returns
    -------
    dict
        ``missed`` and ``false alarms``: for each, how the program was to the share of films, mean
        over the readers, with Student's interval over films.
    """
    truth = (np.arange(films) % 2).astype(int)
    people = [Reader(f"reader {k}", 0.85, 0.90, trust) for k in range(readers)]
    alone = read(truth, people, seed=seed)
    beside = {
        "no program": alone,
        "program right": advised(alone, truth, people, seed),
        "program wrong": advised(alone, 1 - truth, people, seed),
    }
    out: dict[str, dict[str, Estimate]] = {}
    for name, kind, wrong in (("missed", 1, 0), ("false alarms", 0, 1)):
        rows = truth == kind
        out[name] = {
            how: metrics.mean_share((calls[rows] == wrong).mean(axis=1), of="films").on(
                whose.SIMULATED
            )
            for how, calls in beside.items()
        }
    return out


@dataclass(frozen=True)
class Sitting:
    """The learner's own study: films, their labels, and what the program says about each.

    Attributes
    ----------
    images : ndarray, (20, S, S) uint8, or None
    labels, program : ndarray, (20,) of 0 and 1
        The program errs on four films, planted by the course.
    tag : str or None
    """

    images: np.ndarray | None
    labels: np.ndarray
    program: np.ndarray
    tag: str | None = None

    @property
    def wrong(self) -> np.ndarray:
        """Numbers of the films on which the program was made to err."""
        return np.flatnonzero(self.labels != self.program)


def sitting(mode: str, images: bool = True) -> Sitting:
    """The twenty films, the same for every learner of a mode; simulated ones for own films."""
    kind = origin.of_course(mode)
    cohort = data.load("children", size=SIZE, mode=kind)
    films, labels = cohort.part("test")
    rng = np.random.default_rng([STUDY_SEED, 1])
    ill, well = (rng.permutation(np.flatnonzero(labels == k)) for k in (1, 0))
    rows = rng.permutation(np.concatenate([ill[:STUDY_ILL], well[: STUDY - STUDY_ILL]]))
    truth = np.asarray(labels)[rows].astype(int)
    program = truth.copy()
    for kind_, n in ((1, PLANTED_MISSES), (0, PLANTED_ALARMS)):
        program[rng.permutation(np.flatnonzero(truth == kind_))[:n]] = 1 - kind_
    tag = origin.tag_of_course(mode)
    return Sitting(np.asarray(films)[rows] if images else None, truth, program, tag)


def switches(alone: list[int], beside: list[int], found: Sitting) -> tuple[int, int]:
    """How often a call changed, and how often it changed towards a wrong program."""
    first, second = (np.isin(np.arange(len(found.labels)), list(rows)) for rows in (alone, beside))
    changed = first != second
    towards = changed & (second == found.program.astype(bool))
    wrong = found.labels != found.program
    return int(changed.sum()), int((towards & wrong).sum())


def measure(alone: list[int], beside: list[int]) -> str:
    """A learner's own two sittings in words; it stays in this notebook.

    The four films on which the program erred stand in a table, so that how often it was followed
    there is left for the learner to count.
    """
    found = sitting(current().mode, images=False)
    calls = [np.isin(np.arange(STUDY), list(rows)).astype(int) for rows in (alone, beside)]
    changed = int((calls[0] != calls[1]).sum())
    agreed = [int((one == found.labels).sum()) for one in calls]
    lines = [
        f"Calls that agree with the label: {agreed[0]} of {STUDY} alone, {agreed[1]} of {STUDY} "
        "beside the program.",
        f"You changed {changed} of {STUDY} calls once the program had spoken.",
        "On four films we made the program say the wrong thing:",
    ]
    columns = ("film", "label", "you, alone", "program", "you, beside it")
    rows = [
        (
            str(i),
            *(WORDS[column[i]] for column in (found.labels, calls[0], found.program, calls[1])),
        )
        for i in found.wrong
    ]
    lines += ["  ".join(f"{cell:14}" for cell in row).rstrip() for row in (columns, *rows)]
    return "\n".join(lines)


@dataclass(frozen=True)
class Discordant:
    """Cases in which program and reader disagree about a nodule in a box.

    Attributes
    ----------
    images : ndarray, (20, S, S) uint8, or None
        Simulated films.
    boxes : tuple of (first row, last row, first column, last column)
    program : ndarray, (20,) bool
        True where the program says "nodule" and the reader does not; else the other way round.
    truth : ndarray, (20,) bool
        A nodule was planted in the box.
    """

    images: np.ndarray | None
    boxes: tuple
    program: np.ndarray
    truth: np.ndarray

    def outcome(self, override: list[int], escalate: list[int]) -> tuple[int, int, int]:
        """True nodules talked away, false ones left in reports, cases escalated."""
        number = np.arange(len(self.truth))
        up = np.isin(number, list(escalate))
        over = np.isin(number, list(override)) & ~up
        stands = np.where(over, ~self.program, self.program) & ~up
        lost = self.truth & ~stands & ~up
        return int(lost.sum()), int((stands & ~self.truth).sum()), int(up.sum())


@cache
def discordant(images: bool = True) -> Discordant:
    """The twenty cases of the drill; the same for everybody, simulated in every mode."""
    rng = np.random.default_rng([DRILL_SEED, 1])
    plan = [(who == "program", k < right) for who, (n, right) in DRILL.items() for k in range(n)]
    order = rng.permutation(len(plan))
    program, truth = (np.array([plan[i][part] for i in order]) for part in (0, 1))
    pictures, boxes = [], []
    for number, there in enumerate(truth if images else ()):
        image, box = _case(DRILL_SEED * 1000 + number, bool(there), rng)
        pictures.append(image)
        boxes.append(box)
    return Discordant(np.stack(pictures) if images else None, tuple(boxes), program, truth)


def _case(seed: int, there: bool, rng: np.random.Generator) -> tuple[np.ndarray, tuple]:
    """A simulated film with a nodule in the box, or the box alone at the place of one."""
    patient = simulator.Patient.sample(60_000_000 + seed)
    exam = simulator.Exam.sample(patient, patient.seed, "Northgate", "PA", ())
    side, zone = rng.choice(["left", "right"]), rng.choice(["upper", "mid", "lower"])
    nodule = simulator.Finding(
        "nodule", 0.5, str(side), str(zone), float(rng.uniform(17, 25)), seed
    )
    planted = simulator.draw(patient, exam, (nodule,), DRILL_SIZE if there else DRILL_SIZE // 2)
    rows, columns = (np.flatnonzero(planted.masks["nodule"].any(axis)) for axis in (1, 0))
    scale = 1 if there else 2
    edges = [int(e) * scale for e in (rows[0], rows[-1] + 1, columns[0], columns[-1] + 1)]
    shift = rng.integers(-4, 5, 2)
    box = tuple(
        int(np.clip(edge + sign * MARGIN + shift[i // 2], 0, DRILL_SIZE))
        for i, (edge, sign) in enumerate(zip(edges, (-1, 1, -1, 1), strict=True))
    )
    film = planted if there else simulator.draw(patient, exam, (), DRILL_SIZE)
    return film.image, box
