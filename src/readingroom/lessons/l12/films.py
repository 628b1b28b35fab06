"""What lesson 12 counts: own measurements, four readers', outlines, growth, a risk score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from readingroom.assess import growth, limits, metrics, outlines, segments, whose
from readingroom.assess.metrics import Estimate
from readingroom.catalogue import find
from readingroom.data import nodules
from readingroom.data.nodules import Nodule
from readingroom.data.origin import SIMULATED, OfFilms, of_course
from readingroom.data.volumes import Volume
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l12 import drawing

SIX = find("12").of[nodules.SET]  # the nodules that the learner measures, in this order
SECOND = (3, 0, 4, 1, 5, 2)  # their order in the second sitting, mirrored then
SIDE, MIDDLE = 51, 25
CLASSES = ((3, 6), (6, 10), (10, 20))  # mm, mean of the four readers' longest diameters
DIAMETER_CUT = 1.5  # mm, the growth cut-off of Han et al. 2017
VOLUME_CUT = 0.25  # share of the earlier volume
THIN = 1.25  # mm between slices: up to here hand outlines give a volume

# how breath and position move the second and third examination: rows, columns, zoom about a point
MOVES = {0: (0.0, 0.0, 1.0), 1: (9.0, -5.0, 1.05), 2: (-6.0, 7.0, 0.95)}
CENTRE = np.array([120.0, 120.0])

# a surgical score: four values before the operation, and what happened; both hospitals are drawn
PATIENTS = 1500
WEIGHTS = (0.9, 0.6, 0.5, 0.4)
ELSEWHERE = (-1.3, 0.85)  # intercept and slope of the truth at the second hospital


@dataclass(frozen=True)
class Readers(OfFilms):
    """Nodules measured by four radiologists who have no name.

    Attributes
    ----------
    long, mean, volume : ndarray, (N, 4)
        Longest diameter, mean of long and short axis (mm), volume (mm³).
    step : ndarray, (N,)
        Millimetres between slices.
    patient : ndarray, (N,)
    malignancy : ndarray, (N, 4) of 1 to 5
    cube_row : ndarray, (45,)
        Row of each cube's nodule; -1 where there is none.
    films : str
        Banner.
    """

    long: np.ndarray
    mean: np.ndarray
    volume: np.ndarray
    step: np.ndarray
    patient: np.ndarray
    malignancy: np.ndarray
    cube_row: np.ndarray
    films: str

    def __len__(self) -> int:
        return len(self.long)

    @property
    def tag(self) -> str:
        """For figures."""
        return "SIMULATED READERS" if self.simulated else "REAL READERS"

    def of_size(self, low: float, high: float) -> np.ndarray:
        """Rows whose mean of the four longest diameters lies between two sizes."""
        middle = self.long.mean(axis=1)
        return (middle >= low) & (middle < high)


def readers_of(mode: str) -> Readers:
    """The stored measurements of a mode."""
    kept = stored.load("12", "readers", mode)
    films = SIMULATED if kept.stands_in else kept.banner()
    names = ("long", "mean", "volume", "step", "patient", "malignancy", "cube_row")
    return Readers(*(np.asarray(kept[name]) for name in names), films)  # type: ignore[call-arg]


def readers() -> Readers:
    """Those of the lesson that is open."""
    return readers_of(current().mode)


def between(found: Readers, values: np.ndarray) -> dict[str, Estimate]:
    """Limits of agreement between two readers, by size."""
    return {
        f"{low} to {high} mm": limits.between_readers(
            values[rows := found.of_size(low, high)], found.patient[rows]
        ).on(found)
        for low, high in CLASSES
    }


def apart(found: Readers) -> dict[str, tuple[Estimate, Estimate]]:
    """Share of pairs of readers beyond the cuts, by size: diameter, and volume on thin slices."""
    out = {}
    for low, high in CLASSES:
        rows = found.of_size(low, high)
        thin = rows & (found.step <= THIN)
        out[f"{low} to {high} mm"] = (
            limits.beyond(found.long[rows], DIAMETER_CUT, found.patient[rows]).on(found),
            limits.beyond(found.volume[thin], VOLUME_CUT, found.patient[thin], True).on(found),
        )
    return out


@cache
def six_of(mode: str) -> tuple[Nodule, ...]:
    """The six nodules, fetched or drawn."""
    return tuple(nodules.load(SIX, of_course(mode)))


def six() -> tuple[Nodule, ...]:
    """Those of the lesson that is open."""
    return six_of(current().mode)


def sitting(found: tuple[Nodule, ...], second: bool = False) -> tuple[list[Volume], list[str]]:
    """What is shown to be measured, and its titles; the second time in another order, mirrored."""
    if not second:
        return [one.volume() for one in found], [f"nodule {k}" for k in range(len(found))]
    turned = [Volume(found[k].image[:, :, ::-1].copy(), films=found[k].films) for k in SECOND]
    return turned, [f"place {k}" for k in range(len(found))]


def lengths(lines: object, second: bool = False) -> np.ndarray:
    """Millimetres of the six lines, in the order of the nodules, (6,)."""
    drawn = np.asarray(lines, float)
    found = np.hypot(drawn[:, 3] - drawn[:, 1], drawn[:, 4] - drawn[:, 2])
    if not second:
        return found
    out = np.empty(len(found))
    out[list(SECOND)] = found
    return out


def own_limits(first: object, again: object) -> Estimate:
    """1.96 standard deviations of the learner's own differences."""
    return limits.repeated(lengths(first), lengths(again, second=True)).on("your own measurements")


def long_axis(mask: np.ndarray) -> float:
    """Longest diameter of a region within one slice of 1 mm voxels, mm."""
    best = 0.0
    for plane in mask:
        if plane.any():
            rows, columns = np.nonzero(plane)
            corners = [(r + a, c + b) for r, c in zip(rows, columns, strict=True)
                       for a in (-0.5, 0.5) for b in (-0.5, 0.5)]  # fmt: skip
            best = max(best, outlines.axes(corners)[0])
    return best


def four_of_six(mode: str) -> np.ndarray:
    """Longest diameters of the six nodules by four readers, mm, (6, 4)."""
    found, shown = readers_of(mode), six_of(mode)
    if not shown[0].simulated and not found.simulated:
        rows = found.cube_row[[nodules.names().index(name) for name in SIX]]
        return found.long[rows]
    # simulated nodules have simulated readers
    rng = np.random.default_rng([12, 9])
    true = np.array([long_axis(one.mask) for one in shown])[:, None]
    error = (drawing.BASE + drawing.SHARE * true) * rng.normal(size=(len(SIX), 4))
    return true * (1 + drawing.OUTSIDE) + error


def two_of(mode: str) -> tuple[np.ndarray, np.ndarray, tuple[float, float, float]]:
    """Two readers' outlines of one nodule as masks, and their spacing in mm."""
    kept = stored.load("12", "readers", mode)
    shape = tuple(int(n) for n in kept["two_shape"])
    both = np.unpackbits(np.asarray(kept["two"]))[: int(np.prod(shape))].reshape(shape)
    spacing = tuple(float(step) for step in kept["two_spacing"])
    return both[0].astype(bool), both[1].astype(bool), spacing  # type: ignore[return-value]


def two_outlines() -> tuple[np.ndarray, np.ndarray]:
    """Two readers' outlines of one nodule, in the mode of the lesson."""
    return two_of(current().mode)[:2]


def surface(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance of those two surfaces, mm."""
    return segments.surface_distance(one, other, two_of(current().mode)[2])


@dataclass(frozen=True)
class Scored:
    """Three ways of outlining, on the test nodules.

    Attributes
    ----------
    dice : dict of str to Estimate
        Way to mean over the nodules, with Student's interval; networks are averaged over seeds.
    distance, error : dict of str to Estimate
        Way to median over the nodules (one outline that runs into the chest wall would decide a
        mean), with a bootstrap's interval. An empty outline has no surface, and is left out there.
    gain : Estimate
        Dice of the network less that of the region, mean over the nodules.
    empty : int
        Outlines of the networks, of five for each nodule, in which nothing was marked.
    by_seed : ndarray, (5,)
        Mean Dice of each network.
    films : str
    """

    dice: dict[str, Estimate]
    distance: dict[str, Estimate]
    error: dict[str, Estimate]
    gain: Estimate
    empty: int
    by_seed: np.ndarray
    films: str


def scored_of(mode: str) -> Scored:
    """From the stored run."""
    kept = stored.load("12", "segmented", mode)
    rows = np.asarray(kept["scored"], float)  # (nodule, way, measure)
    ways = {"threshold": rows[:, 0], "region": rows[:, 1], "network": np.nanmean(rows[:, 2:], 1)}
    gain = metrics.mean(ways["network"][:, 0] - ways["region"][:, 0], "gain in Dice", of="nodules")
    return Scored(
        {way: metrics.mean_share(held[:, 0], of="nodules").on(kept) for way, held in ways.items()},
        {way: _median(held[:, 1], kept) for way, held in ways.items()},
        {way: _median(held[:, 2], kept) for way, held in ways.items()},
        gain.on(kept),
        int(np.isnan(rows[:, 2:, 1]).sum()),
        rows[:, 2:, 0].mean(axis=0),
        kept.banner(),
    )


def _median(values: np.ndarray, kept: stored.Stored, name: str = "median") -> Estimate:
    """Median over nodules, with its percentile bootstrap; a few wild ones do not decide it."""
    found = metrics.bootstrap(lambda rows: float(np.median(rows)), values, name=name)
    return replace(found, by="nodules").on(kept)


def scored() -> Scored:
    """In the mode of the lesson."""
    return scored_of(current().mode)


@dataclass(frozen=True)
class Grown:
    """What software and readers say of nodules that we enlarged.

    Attributes
    ----------
    growth : ndarray, (G,)
        Planted, as a share of the volume.
    called : dict of str to list of Estimate
        Who to the share of nodules called grown, for each growth.
    bias, spread, style : dict of str to Estimate
        Software to medians over the nodules, as shares of the volume: its error, how far two
        measurements of an unchanged nodule lie apart, and the change when only the reconstruction
        changed. Medians, since one outline that fails would decide a mean.
    jumped : dict of str to Estimate
        Software to the share of unchanged nodules whose volume changed by more than the cut.
    gain : Estimate
        At the largest growth: nodules that the network calls, less those that a reader's diameter
        calls, mean of the same nodules.
    films : str
    """

    growth: np.ndarray
    called: dict[str, list[Estimate]]
    bias: dict[str, Estimate]
    spread: dict[str, Estimate]
    style: dict[str, Estimate]
    jumped: dict[str, Estimate]
    gain: Estimate
    films: str


def grown_of(mode: str) -> Grown:
    """From the stored run; readers are drawn from the measured limits and so simulated."""
    kept = stored.load("12", "growth", mode)
    volume = np.asarray(kept["volume"], float)  # (nodule, growth, copy, software)
    voxels = np.asarray(kept["voxels"], float)
    earlier = volume[:, 0, 0]
    # an earlier outline without a voxel counts as 1 mm³: whatever is found later is called grown
    change = volume / np.maximum(earlier, 1)[:, None, None] - 1
    change[:, 0, 0] = np.nan  # the earlier examination itself
    called: dict[str, list[Estimate]] = {}
    bias, spread, style, jumped = {}, {}, {}, {}
    for k, name in enumerate(("region", "network")):
        share = _share(change[..., k] > VOLUME_CUT, change[..., k])
        called[name] = [_counted(column, kept) for column in share.T]
        bias[name] = _median(earlier[:, k] / voxels - 1, kept, "bias")
        repeat = np.abs(change[:, 0, 1:, k]).mean(axis=1)
        spread[name] = _median(repeat, kept, "change of an unchanged nodule")
        jumped[name] = _counted(repeat > VOLUME_CUT, kept)
        moved = np.asarray(kept["other_style"], float)[:, k] / np.maximum(earlier[:, k], 1) - 1
        style[name] = _median(moved, kept, "other style")
    alone = _reader(mode, voxels, np.asarray(kept["growth"], float))
    called["reader, diameter"] = [_mean(column, kept) for column in alone.T]
    gain = metrics.mean(share[:, -1] - alone[:, -1], "network less reader", of="nodules").on(kept)
    return Grown(np.asarray(kept["growth"], float), called, bias, spread, style, jumped, gain,
                 kept.banner())  # fmt: skip


def _counted(shares: np.ndarray, kept: stored.Stored) -> Estimate:
    """Nodules called, with Wilson's interval: none of twelve is not none of all."""
    return metrics.share(float(shares.sum()), len(shares), "called grown", "nodules").on(kept)


def _share(called: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Share of copies called grown, (nodule, growth); copies that are not there do not count."""
    there = ~np.isnan(change)
    return (called & there).sum(axis=2) / there.sum(axis=2)


def _mean(shares: np.ndarray, kept: stored.Stored) -> Estimate:
    """A reader's chances, with Student's interval over nodules."""
    return metrics.mean_share(shares, "called grown", of="nodules").on(kept)


def _reader(mode: str, voxels: np.ndarray, planted: np.ndarray) -> np.ndarray:
    """Chance that two readers' diameters differ by more than the cut, (nodule, growth).

    Two readers measure, one each time; their difference is spread as measured for that size.
    """
    from scipy import stats

    found = readers_of(mode)
    before = np.array([growth.sphere_diameter(v) for v in voxels])
    half = list(between(found, found.long).values())
    wide = np.array([half[int(np.digitize(d, [6, 10]))].value for d in before]) / limits.Z
    larger = before[:, None] * ((1 + planted) ** (1 / 3) - 1)[None]
    return stats.norm.sf((DIAMETER_CUT - larger) / wide[:, None])


def grown() -> Grown:
    """In the mode of the lesson."""
    return grown_of(current().mode)


@dataclass(frozen=True)
class Followed:
    """Lesions of one patient in three examinations.

    Attributes
    ----------
    first : dict of str to (row, column)
        Letter to place, mm.
    second, third : ndarray, (N, 2)
        Places, numbered from 1.
    pairs : dict of str to (int, int)
        Letter to its number in the second and third examination; 0 where it is gone.
    """

    first: dict[str, tuple[float, float]]
    second: np.ndarray
    third: np.ndarray
    pairs: dict[str, tuple[int, int]]


def followed() -> Followed:
    """Five lesions; one has gone by the second examination, a new one is there in the third.

    Simulated in every mode. Breath and position move all lesions together, and each a little.
    """
    rng = np.random.default_rng([12, 4])
    places = np.array([[95.0, 60], [132, 46], [168, 80], [104, 186], [160, 196]])
    gone, new = 1, np.array([146.0, 66])
    stay = [k for k in range(5) if k != gone]

    def moved(points: np.ndarray, exam: int) -> np.ndarray:
        down, across, zoom = MOVES[exam]
        return (points - CENTRE) * zoom + CENTRE + [down, across] + rng.normal(0, 1, points.shape)

    second_order, third_order = (2, 0, 3, 1), (4, 1, 3, 0, 2)
    second = moved(places[stay], 1)[list(second_order)]
    third = moved(np.vstack([places[stay], new]), 2)[list(third_order)]
    pairs = {}
    for k, letter in enumerate("ABCDE"):
        at = stay.index(k) if k in stay else None
        pairs[letter] = (0, 0) if at is None else (
            second_order.index(at) + 1, third_order.index(at) + 1)  # fmt: skip
    first = {letter: tuple(place) for letter, place in zip("ABCDE", places.tolist(), strict=True)}
    return Followed(first, second, third, pairs)


@dataclass(frozen=True)
class Risk:
    """A score before an operation, and what happened, at two simulated hospitals."""

    said: np.ndarray
    happened: np.ndarray
    elsewhere_said: np.ndarray
    elsewhere_happened: np.ndarray

    def banner(self) -> str:
        """Always simulated."""
        return whose.SIMULATED


@cache
def risk() -> Risk:
    """Draw both hospitals; the score was made at the first."""
    rng = np.random.default_rng([12, 5])

    def score() -> np.ndarray:
        values = rng.normal(size=(PATIENTS, len(WEIGHTS)))
        return values @ np.array(WEIGHTS) - 1.6

    here, there = score(), score()

    def chance(logit: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-logit))

    low, slope = ELSEWHERE
    return Risk(
        chance(here), (rng.random(PATIENTS) < chance(here)).astype(int),
        chance(there), (rng.random(PATIENTS) < chance(low + slope * there)).astype(int),
    )  # fmt: skip
