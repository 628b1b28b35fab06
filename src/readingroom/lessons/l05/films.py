"""What lesson 05's page reads: stored maps and scores, and the few films drawn beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.assess.whose import kept
from readingroom.explain import overlap, pointing_game
from readingroom.lessons.l05 import make, selected, targets
from readingroom.models.findings import FINDINGS
from readingroom.show import figures

EIGHT = (
    ("effusion", 0), ("consolidation", 1), ("nodule", 2), ("pneumothorax", 3),
    ("consolidation", 4), ("nodule", 5), ("pneumothorax", 6), ("effusion", 7),
)  # fmt: skip
"""Finding and patient of the films on which the learner draws boxes."""
MASS_MM = 36.0
HALF = 3  # layers erased in the graded sanity check
SANITY = {"A": "Guided Backprop", "B": "Grad-CAM", "C": "edge filter"}
SCORES = ("hit rate", "IoU", "AUPRC")
CALLED = 0.5  # a score above it is a call


@kept
def eight_films() -> targets.Targets:
    """Eight films with one clear finding each."""
    return targets.gather(
        [
            targets.film(kind, 60_000 + i, size_mm=MASS_MM if kind == "nodule" else 0.0)
            for kind, i in EIGHT
        ]
    )


def boxes_around(masks: np.ndarray) -> list[tuple[int, int, int, int]]:
    """A box around the thickest place of each outline, (row0, row1, column0, column1)."""
    from scipy import ndimage

    out = []
    for mask in masks:
        depth = ndimage.distance_transform_edt(mask)
        row, column = np.unravel_index(depth.argmax(), mask.shape)
        half = max(5, round(1.5 * depth.max()))
        low, high = (max(0, int(x) - half) for x in (row, column)), mask.shape[0] - 1
        row0, column0 = low
        out.append((row0, min(high, int(row) + half), column0, min(high, int(column) + half)))
    return out


def unpacked(bits: np.ndarray) -> np.ndarray:
    """Packed outlines, (N, H, W / 8) uint8, as (N, H, W) bool."""
    return np.unpackbits(bits, axis=2).astype(bool)


def localise_films(numbers) -> targets.Targets:
    """Some of the films of the stored run ``localise``, drawn again."""
    kinds = (*FINDINGS, "")
    places = [divmod(int(number), make.FILMS) for number in numbers]
    films = [targets.films_with(kinds[kind], 1, first=i).films[0] for kind, i in places]
    return targets.gather(films)


@dataclass(frozen=True)
class Pointed:
    """How often the hottest point hits one kind of finding, and who hits without looking.

    Attributes
    ----------
    rate, excess : Estimate
        Of all films; over a random point in the lung.
    random, centre : float
        Hit rate of a random point in the lung, and of the centre of the film.
    site : Estimate
        Hit rate of somebody who always points to the commonest site of this finding.
    called : Estimate
        Share of the films on which the network calls the finding.
    rate_called : Estimate or None
        Hit rate on these alone; None where there is none.
    """

    rate: Estimate
    excess: Estimate
    random: float
    centre: float
    site: Estimate
    called: Estimate
    rate_called: Estimate | None


@kept
def pointed() -> dict[str, Pointed]:
    """Grad-CAM in the pointing game on the films of the run ``localise``, by finding."""
    run = make.stored_run("localise")
    out = {}
    for number, kind in enumerate(FINDINGS):
        these = run["kind"] == number
        masks, lungs = (unpacked(run[name][these]) for name in ("mask", "lung"))
        hit = pointing_game.hits(run["cam"][these].astype(float), masks)
        luck = pointing_game.chance(masks, lungs)
        called = run["score"][these] > CALLED
        out[kind] = Pointed(
            rate=pointing_game.rate(hit, f"{kind}: hit rate"),
            excess=pointing_game.excess(hit, luck, f"{kind}: excess over a random point"),
            random=float(luck.mean()),
            centre=float(pointing_game.centre_hits(masks).mean()),
            site=pointing_game.rate(
                pointing_game.site_hits(masks), f"{kind}, always its commonest site: hit rate"
            ),
            called=pointing_game.rate(called, f"{kind}: called by the network"),
            rate_called=pointing_game.rate(hit[called], f"{kind}: hit rate on those called")
            if called.any()
            else None,
        )
    return out


def show_pointed() -> None:
    """Hit rates by finding beside three controls; and what the controls leave of them, in words."""
    from readingroom.lessons.l05 import figures

    found = pointed()
    figures.rate_bars(
        list(found),
        [one.rate for one in found.values()],
        {
            "random point in the lung": [one.random for one in found.values()],
            "centre of the film": [one.centre for one in found.values()],
            "commonest site of this finding": [one.site.value for one in found.values()],
        },
        tag="SIMULATED",
        alt="Share of films whose hottest point lies in the outline, by finding, with intervals, "
        "beside a random point in the lung, the centre of the film and the commonest site",
    )
    for kind, one in found.items():
        if one.site.hi >= one.rate.lo:
            print(f"{kind}: always pointing to its commonest site hits {one.site.short()}. "
                  f"The map hits {one.rate.short()}: not clearly better.")  # fmt: skip


def print_detected() -> None:
    """Hit rates on the films that the network called, beside the share that it called."""
    for one in pointed().values():
        print(one.called)
        if one.rate_called:
            print("   ", one.rate_called)


@dataclass(frozen=True)
class SanityMaps:
    """Three kinds of map, for the trained network and with half of its layers erased.

    Attributes
    ----------
    trained, erased : dict
        Letter to (films, 32, 32).
    """

    trained: dict
    erased: dict

    def rhos(self, letter: str) -> np.ndarray:
        """Rank correlation between trained and erased, (films,)."""
        pairs = zip(self.trained[letter], self.erased[letter], strict=True)
        return np.array([overlap.rank_correlation(a, b) for a, b in pairs])

    def rho(self, letter: str) -> float:
        """Rank correlation between trained and erased, mean over films."""
        return float(self.rhos(letter).mean())

    def truth(self) -> dict[str, float]:
        """What the letters stand for, and their rho."""
        return {name: self.rho(letter) for letter, name in SANITY.items()}

    def show(self, film: int = 0) -> None:
        """The three kinds of map of one film, trained and erased."""
        from readingroom.lessons.l05 import figures

        image = targets.films_with("consolidation", 1, first=500 + film).images
        maps = [m[letter][film] for letter in SANITY for m in (self.trained, self.erased)]
        words = [f"{x}, {w}" for x in SANITY for w in ("trained", "half erased")]
        figures.heat_maps(
            np.repeat(image, 6, axis=0), maps, words, columns=6, width=11, tag="SIMULATED",
            alt="One film six times: three kinds of map, A, B and C, each for the trained network "
            "and with half of the layers erased",
        )  # fmt: skip


@kept
def sanity_maps() -> SanityMaps:
    """The stored maps of the exercise ``sanity``."""
    run = make.stored_run("cascade")
    trained, erased = {}, {}
    for letter, name in SANITY.items():
        if name == "edge filter":
            trained[letter] = erased[letter] = run["edges"]
        else:
            row = make.ERASED.index(name)
            trained[letter], erased[letter] = run["original"][row], run["erased"][row]
    return SanityMaps(trained, erased)


def compared() -> dict[str, np.ndarray]:
    """Every map and control of the stored run: name to (networks, 3, films)."""
    run = make.stored_run("compare")
    trained = zip(run["methods"].tolist(), run["trained"], strict=True)
    control = zip(run["controls"].tolist(), run["control"], strict=True)
    return {name: found.astype(float) for name, found in (*trained, *control)}


def by_network(name: str, score: str = "hit rate", kind: str = "") -> np.ndarray:
    """Mean over films of one map's score, (networks,).

    Parameters
    ----------
    name : str
        One of `compared`.
    score : str
        One of `SCORES`.
    kind : str
        Of this finding's films alone; of all films where it is empty.
    """
    values = compared()[name][:, SCORES.index(score)]
    if kind:
        values = values[:, make.stored_run("compare")["kind"] == FINDINGS.index(kind)]
    return values.mean(axis=1)


def comparison() -> list[str]:
    """One line for each map and score: mean over the networks, with its interval."""
    lines = []
    for name, found in compared().items():
        for score in SCORES:
            values = by_network(name, score)
            if np.ptp(values) == 0:  # an edge filter has no seeds; films are drawn instead
                films = found[0, SCORES.index(score)]
                one = metrics.bootstrap(lambda x: x.mean(), films, name=score)
                if score == "hit rate":  # with no hit at all a bootstrap has no width
                    one = pointing_game.rate(films, score)
                lines.append(f"{name}: {one}")
            else:
                lines.append(f"{name}: {metrics.mean_share(values, score, of='networks')}")
    return lines


def show_comparison() -> None:
    """Hit rate, IoU and AUPRC of every map and control, one mark a network."""
    names = list(compared())
    figure, grid = figures._axes(1, 3, 11, 3.6)
    for axis, score in zip(grid[0], SCORES, strict=True):
        for place, name in enumerate(names):
            colour = "blue" if name in make.METHODS else "orange"
            mark = "o" if name in make.METHODS else "D"
            values = by_network(name, score)
            axis.plot(values, [-place] * len(values), mark, color=figures.colours[colour], ms=5)
        axis.set_yticks([-i for i in range(len(names))], names if axis is grid[0, 0] else [])
        axis.set_xlim(0, None)
        axis.set_xlabel(score)
        axis.axhline(
            0.5 - sum(name in make.METHODS for name in names), color=figures.colours["grey"], lw=0.8
        )
        axis.spines[["top", "right"]].set_visible(False)
    figures.show(
        figure, "Hit rate, IoU and AUPRC of each kind of map, circles, and of the controls "
        "below the line, diamonds; one mark for each network", tag="SIMULATED",
    )  # fmt: skip


@dataclass(frozen=True)
class WrongPlace:
    """Eight films called rightly: maps, and logits as they are and of two twins.

    Attributes
    ----------
    films : Targets
    maps : ndarray, (8, 8, 8)
    on_device : ndarray, (8,) bool
    logits : ndarray, (8, 3)
        As it is, without the drain, without the pneumothorax.
    counts : ndarray, (3,)
        Called rightly, hottest point on the finding, on the drain only.
    """

    films: targets.Targets
    maps: np.ndarray
    on_device: np.ndarray
    logits: np.ndarray
    counts: np.ndarray

    @property
    def drains(self) -> np.ndarray:
        """Pixels of the drain, (8, H, W) bool."""
        return np.stack([film.devices["chest drain"] for film in self.films.films])


@kept
def wrong_place() -> WrongPlace:
    """The stored run ``wrong-place``, with its films drawn again."""
    run = make.stored_run("wrong-place")
    films = [selected.drained(1, first=2000 + int(i)).films[0] for i in run["number"]]
    return WrongPlace(
        targets.gather(films), run["cam"].astype(float), run["on_device"], run["logit"],
        run["counts"],
    )  # fmt: skip


@dataclass(frozen=True)
class WrongAnswers:
    """Films on which a finding is called that is not there, with the map of that call.

    Attributes
    ----------
    films : Targets
    maps : ndarray, (k, 8, 8)
    score : ndarray, (k,)
        Of the wrong call.
    counts : ndarray, (3,)
        Films looked through, wrong calls, wrong calls whose hottest point hits the finding.
    """

    films: targets.Targets
    maps: np.ndarray
    score: np.ndarray
    counts: np.ndarray


@kept
def wrong_answers(most: int = 4) -> WrongAnswers:
    """The stored run ``wrong-answer``, with its films drawn again."""
    run = make.stored_run("wrong-answer")
    films = [selected.opacities(1, int(i)).films[0] for i in run["number"][:most]]
    return WrongAnswers(
        targets.gather(films), run["cam"][:most].astype(float), run["score"][:most], run["counts"]
    )


def own_localisation(films, limit: int = 60) -> None:
    """Score Grad-CAM on a cohort's own outlines, or say what stood in for them.

    Parameters
    ----------
    films : Cohort
    limit : int
        Positive test films at most.
    """
    if films.source != "own":
        print("No cohort of your own is open; the course's simulated films were scored above.")
        return
    if films.masks is None:
        print("Your cohort has no outlines, so the simulated films above stood in for this step.")
        return
    from readingroom.explain import maps
    from readingroom.models import reference

    table = films.table
    rows = np.flatnonzero((table["split"] == "test") & (table["label"] == 1))
    rows = np.array([i for i in rows if films.masks[i].any()], int)[:limit]
    if len(rows) == 0:
        print("No positive test film of your cohort has an outline; the simulated films stood in.")
        return
    name, output = reference.suited(films)
    cams = maps.grad_cam(reference.load(name), films.images[rows], output)
    masks = films.masks[rows]
    hit = pointing_game.hits(cams, masks)
    area = masks.mean((1, 2))
    print(f"Your films, Grad-CAM of {name}, which was not trained on them:")
    print(pointing_game.rate(hit))
    print(pointing_game.excess(hit, area, "excess over a random point of the film"))
