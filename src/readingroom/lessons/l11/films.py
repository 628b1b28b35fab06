"""What lesson 11 counts: a PET header, noise and measures by tumour, spots found, spots made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.data import tumours
from readingroom.data.origin import SIMULATED, of_course, tag_of
from readingroom.data.tumours import Tumour
from readingroom.dicom.suv import Tracer
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l11 import measures

SIZES = ("smallest", "middle", "largest")  # thirds of the test tumours, by volume
FRACTIONS = (0.5, 0.25)
NAMES = {"low": "quarter of the counts", "gaussian": "Gaussian", "non-local": "non-local means",
         "1": "network, version 1", "2": "network, version 2"}  # fmt: skip
METHODS = tuple(NAMES)
LETTERS = {"A": "non-local", "B": "gaussian", "C": "2"}  # of the blinded choice
LEFT = 1  # place of "tumours left" among the painters
SPOTS = 8  # bright spots, half of them made
ERROR = 0.06  # of the enhancement: what the contrast table calls acceptable
LARGE = 10  # mm


@dataclass(frozen=True)
class Header:
    """What the header of one PET slice says, and its hottest voxel.

    Attributes
    ----------
    tracer : Tracer
    hottest : float
        Bq/ml, decay-corrected to the start of the scan.
    films : str
    """

    tracer: Tracer
    hottest: float
    films: str

    @property
    def suv(self) -> float:
        """SUV of the hottest voxel, by body weight."""
        return float(self.tracer.suv(self.hottest))


def header_of(mode: str) -> Header:
    """From the stored run."""
    kept = stored.load("11", "header", mode)
    dose, half_life, seconds, weight = (float(n) for n in np.asarray(kept["tracer"]))
    return Header(
        Tracer(dose, half_life, seconds, weight), float(np.asarray(kept["hottest"])), kept.banner()
    )


def header() -> tuple[float, float, float, float, float]:
    """Print what the header says; activity (Bq/ml), dose (Bq), weight (kg), two times (s)."""
    found = header_of(current().mode)
    said = found.tracer
    print(f"activity   hottest voxel of the slice       {found.hottest:12,.0f} Bq/ml")
    print(f"dose       RadionuclideTotalDose            {said.dose:12,.0f} Bq")
    print(f"weight     PatientWeight                    {said.weight:12,.0f} kg")
    print(f"seconds    SeriesTime less injection time   {said.seconds:12,.0f} s")
    print(f"half_life  RadionuclideHalfLife             {said.half_life:12,.0f} s")
    return found.hottest, said.dose, said.weight, said.seconds, said.half_life


@dataclass(frozen=True)
class Measured:
    """What each measure says of the 25 test tumours.

    Attributes
    ----------
    noise : ndarray, (N, 3, 2)
        Mean and SD of tissue at full, half and a quarter of the counts.
    rise : ndarray, (N, 2)
        Change of SUVmax by added noise alone, at half and a quarter; a share.
    change : dict of str to ndarray, (N, 4)
        Method to changes of SUVmax, SUVpeak, volume and contrast; shares of full counts.
    picture : dict of str to ndarray, (N, 2)
        Method to PSNR (dB) and SSIM.
    whole : dict of str to ndarray, (N,)
        Method to the change of the mean of the whole picture; a share.
    seeds : ndarray, (N, 2, 5)
        Change of SUVmax by version and seed.
    own : ndarray, (N, 4)
        The measures at full counts.
    ml : ndarray, (N,)
    kept : Stored
    """

    noise: np.ndarray
    rise: np.ndarray
    change: dict[str, np.ndarray]
    picture: dict[str, np.ndarray]
    whole: dict[str, np.ndarray]
    seeds: np.ndarray
    own: np.ndarray
    ml: np.ndarray
    kept: stored.Stored

    @property
    def tag(self) -> str:
        """For figures."""
        return tag_of(self.kept.banner(), "REAL PET, added noise")

    @property
    def relative(self) -> np.ndarray:
        """SD over mean of tissue at full, half and a quarter of the counts, (N, 3)."""
        return self.noise[:, :, 1] / self.noise[:, :, 0]

    @property
    def sizes(self) -> dict[str, np.ndarray]:
        """Thirds of the tumours by volume: name to their rows."""
        thirds = np.array_split(np.argsort(self.ml), len(SIZES))
        return dict(zip(SIZES, thirds, strict=True))

    def median(self, values: np.ndarray, name: str = "median") -> Estimate:
        """Median over patients, with its percentile bootstrap."""
        found = metrics.bootstrap(lambda rows: float(np.median(rows)), values, name=name)
        return replace(found, by="patient").on(self.kept)

    def mean(self, values: np.ndarray, name: str = "mean") -> Estimate:
        """Mean over patients, with Student's interval."""
        return metrics.mean(values, name, of="patients").on(self.kept)

    def gain(self, method: str, k: int) -> Estimate:
        """PSNR (0) or SSIM (1) of a method less that of the noisy picture, same patients."""
        return self.mean(self.picture[method][:, k] - self.picture["low"][:, k], "gain")


@cache
def measured_of(mode: str) -> Measured:
    """From the stored run; draws of noise, where there are several, are averaged."""
    kept = stored.load("11", "tumours", mode)
    own = np.asarray(kept["own"], float)
    less = np.asarray(kept["less"], float).mean(axis=2)  # (patient, fraction, measure)
    out = np.asarray(kept["cleaned"], float).mean(axis=2)  # (patient, method, measure)
    many = len(measures.OF_TUMOUR)
    rows = dict(zip(METHODS, np.moveaxis(out, 1, 0), strict=True))
    return Measured(
        np.asarray(kept["noise"], float),
        less[:, :, 0] / own[:, :1] - 1,
        {name: row[:, :many] / own - 1 for name, row in rows.items()},
        {name: row[:, many : many + 2] for name, row in rows.items()},
        {name: row[:, -1] / np.asarray(kept["mean"], float) - 1 for name, row in rows.items()},
        np.asarray(kept["seeds"], float), own, np.asarray(kept["ml"], float), kept,
    )  # fmt: skip


def measured() -> Measured:
    """Those of the lesson that is open."""
    return measured_of(current().mode)


def by_size(found: Measured, method: str = "non-local") -> dict[str, np.ndarray]:
    """Changes of SUVmax by a method in thirds of the tumours: name to one share each."""
    return {name: found.change[method][rows, 0] for name, rows in found.sizes.items()}


def relative_noise(found: Measured) -> dict[str, Estimate]:
    """SD over mean of tissue: median over patients, by share of the counts."""
    words = ("all counts", "a half", "a quarter")
    return {
        word: found.median(column, "relative noise")
        for word, column in zip(words, found.relative.T, strict=True)
    }


def quarter_of(mode: str) -> float:
    """Relative noise at a quarter of the counts over that at all; median over patients."""
    rows = measured_of(mode).relative
    return float(np.median(rows[:, 2] / rows[:, 0]))


def worst(found: Measured, method: str = "non-local") -> int:
    """The test tumour whose SUVpeak a method lowers most while PSNR and SSIM rise.

    SUVpeak, since in a noisy scan SUVmax is one voxel of noise.
    """
    better = (found.picture[method] > found.picture["low"]).all(axis=1)
    loss = np.where(better, found.change[method][:, 1], np.inf)
    return int(loss.argmin())


@cache
def test_names() -> tuple[str, ...]:
    """The 25 patients of the test, in the order of the stored runs."""
    from readingroom.lessons.l11 import make

    return tuple(make.split()["test"])


@cache
def tumour_of(mode: str, row: int) -> Tumour:
    """A test tumour by its row, fetched or drawn."""
    return tumours.load([test_names()[row]], of_course(mode))[0]


def tumour(row: int) -> Tumour:
    """In the mode of the lesson."""
    return tumour_of(current().mode, row)


@dataclass(frozen=True)
class Found:
    """Planted faint spots, found by a model reader.

    Attributes
    ----------
    auc : dict of str to Estimate
        By method, the first of them full counts.
    gain : dict of str to Estimate
        Denoised less noisy, same spots.
    tag : str
    """

    auc: dict[str, Estimate]
    gain: dict[str, Estimate]
    tag: str


@cache
def detected_of(mode: str) -> Found:
    """From the stored run; intervals over patients."""
    kept = stored.load("11", "detection", mode)
    scores, truth = np.asarray(kept["scores"], float), np.asarray(kept["planted"], int)
    who = np.asarray(kept["patient"])
    rows = dict(zip(("full", *METHODS), scores, strict=True))
    words = {"full": "all counts", **NAMES}
    auc = {words[name]: metrics.auc(truth, row, who).on(kept) for name, row in rows.items()}
    gain = {words[name]: metrics.auc_diff(truth, rows[name], rows["low"], who).on(kept)
            for name in METHODS[1:]}  # fmt: skip
    return Found(auc, gain, tag_of(kept.banner(), "REAL PET, planted spots"))


def detected() -> Found:
    """In the mode of the lesson."""
    return detected_of(current().mode)


@dataclass(frozen=True)
class Painted:
    """What three painters make of real tumours and of slices without.

    Attributes
    ----------
    kept : ndarray, (N, 3, 2)
        Uptake over the true one, by painter and side; mean of five seeds.
    made : ndarray, (M, 3)
        Highest value where tumours were, in slices with none; mean of five seeds.
    there : ndarray, (M,)
        The true one.
    rows : ndarray, (M,)
        Which patients have such a slice.
    run : Stored
    """

    kept: np.ndarray
    made: np.ndarray
    there: np.ndarray
    rows: np.ndarray
    run: stored.Stored

    @property
    def tag(self) -> str:
        """For figures."""
        return tag_of(self.run.banner(), "REAL PET, added noise")

    def of(self, values: np.ndarray, name: str) -> Estimate:
        """Mean over patients, with Student's interval."""
        return metrics.mean(values, name, of="patients").on(self.run)


@cache
def painted_of(mode: str) -> Painted:
    """From the stored run."""
    run = stored.load("11", "squares", mode)
    there = np.asarray(run["there"], float)
    rows = np.flatnonzero(np.isfinite(there))
    made = np.asarray(run["made"], float).mean(axis=2)
    return Painted(np.asarray(run["kept"], float).mean(axis=2), made[rows], there[rows], rows, run)


def painted() -> Painted:
    """In the mode of the lesson."""
    return painted_of(current().mode)


@dataclass(frozen=True)
class Spot:
    """One of eight bright spots.

    Attributes
    ----------
    row, slice : int
        Of its patient, and in the volume.
    made : bool
        Whether a network made it.
    seen : float
        SUV that the network shows there.
    """

    row: int
    slice: int
    made: bool
    seen: float


@cache
def eight_of(mode: str) -> tuple[Spot, ...]:
    """Eight spots that one painter shows: four of tumours, four where there is none.

    The four invented ones are those with most uptake beyond what is there. The four tumours are
    those that the painter shows about as bright, of other patients.
    """
    run = stored.load("11", "squares", mode)
    made_up, bright = np.asarray(run["made_up"], float), np.asarray(run["shown"], float)
    clear, half = np.asarray(run["clear"], bool), SPOTS // 2
    gain = np.where(made_up[:, 0] >= 0, made_up[:, 1] - made_up[:, 2], -np.inf)
    false = np.argsort(-gain)[:half]
    others = np.array([k for k in np.flatnonzero(clear) if k not in false])
    near = others[np.argsort(np.abs(bright[others] - np.median(made_up[false, 1])))][:half]
    used = np.asarray(run["slice"], int)
    spots = [Spot(int(k), int(made_up[k, 0]), True, float(made_up[k, 1])) for k in false]
    spots += [Spot(int(k), int(used[k, 0]), False, float(bright[k])) for k in near]
    shuffled = np.random.default_rng([11, 5]).permutation(SPOTS)
    return tuple(spots[k] for k in shuffled)


def made_of(mode: str) -> list[int]:
    """Numbers of the invented ones, from 0."""
    return [k for k, spot in enumerate(eight_of(mode)) if spot.made]


@dataclass(frozen=True)
class Contrast:
    """Enhancement restored from less contrast agent, simulated.

    Attributes
    ----------
    doses : ndarray, (D,)
        Shares of the full dose.
    error : ndarray, (D, L)
        Mean error of the restored enhancement, share of the true one, by lesion.
    ends : ndarray, (D, L, 2)
        Its 95 % interval over copies of the lesion.
    diameter, strength : ndarray, (L,)
        mm, and enhancement at the full dose.
    """

    doses: np.ndarray
    error: np.ndarray
    ends: np.ndarray
    diameter: np.ndarray
    strength: np.ndarray

    def banner(self) -> str:
        """Always simulated."""
        return SIMULATED

    @property
    def large(self) -> np.ndarray:
        """Lesions of 10 mm and more."""
        return self.diameter >= LARGE

    def lowest(self) -> float:
        """Lowest dose at which every large lesion is less than 6 % off; nan where none is."""
        fit = (np.abs(self.error[:, self.large]) < ERROR).all(axis=1)
        return float(self.doses[fit.argmax()]) if fit.any() else float("nan")

    def lowest_by_mean(self) -> float:
        """The same of their mean, which hides the one that is lost."""
        fit = np.abs(self.error[:, self.large].mean(axis=1)) < ERROR
        return float(self.doses[fit.argmax()]) if fit.any() else float("nan")

    def missed_at(self, dose: float) -> int:
        """The large lesion that is farthest off at a dose."""
        row = np.abs(self.error[int(np.abs(self.doses - dose).argmin())])
        return int(np.where(self.large, row, -1).argmax())


@cache
def contrast() -> Contrast:
    """From the stored run."""
    kept = stored.load("11", "contrast", "simulated")
    values = np.asarray(kept["restored"], float) - 1  # (dose, lesion, copy)
    half = 1.96 * values.std(axis=2, ddof=1) / np.sqrt(values.shape[2])
    mean = values.mean(axis=2)
    return Contrast(
        np.asarray(kept["doses"], float),
        mean,
        np.stack([mean - half, mean + half], -1),
        np.asarray(kept["diameter"], float),
        np.asarray(kept["strength"], float),
    )


def made() -> list[int]:
    """In the mode of the lesson: which of the eight were made."""
    return made_of(of_course(current().mode))


def brightest_of(mode: str) -> list[int]:
    """Numbers of the four spots that the painter shows darkest on the screen, from 0."""
    values = [spot.seen for spot in eight_of(mode)]
    return sorted(int(k) for k in np.argsort(values)[-SPOTS // 2 :])
