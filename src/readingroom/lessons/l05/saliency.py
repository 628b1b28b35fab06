"""What lesson 05 counts of saliency maps: pointing game, sanity check, comparison, wrong places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.assess.whose import kept
from readingroom.explain import overlap, pointing_game
from readingroom.lessons.l05 import make
from readingroom.lessons.l05.films import Targets, drained, gather, opacities, unpacked
from readingroom.models.findings import FINDINGS

HALF = 3  # layers erased in the graded sanity check
SANITY = {"A": "Guided Backprop", "B": "Grad-CAM", "C": "edge filter"}
SCORES = ("hit rate", "IoU", "AUPRC")
CALLED = 0.5  # a score above it is a call


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

    films: Targets
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
    films = [drained(1, first=2000 + int(i)).films[0] for i in run["number"]]
    return WrongPlace(
        gather(films), run["cam"].astype(float), run["on_device"], run["logit"],
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

    films: Targets
    maps: np.ndarray
    score: np.ndarray
    counts: np.ndarray


@kept
def wrong_answers(most: int = 4) -> WrongAnswers:
    """The stored run ``wrong-answer``, with its films drawn again."""
    run = make.stored_run("wrong-answer")
    films = [opacities(1, int(i)).films[0] for i in run["number"][:most]]
    return WrongAnswers(
        gather(films), run["cam"][:most].astype(float), run["score"][:most], run["counts"]
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
