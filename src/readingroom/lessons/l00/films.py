"""The films of lesson 00: which ones, in which order, and what stands in where there are none.

Graded sets are named by position among the test films or drawn from fixed seeds, so that every
learner of a mode has the same ones.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from readingroom import data
from readingroom.data import choice
from readingroom.data.errors import Unreachable
from readingroom.data.films import squared
from readingroom.kernel import stored
from readingroom.reader import networks
from readingroom.reader.reading import read_film
from readingroom.show.reading import as_html
from readingroom.simulator.mix import plan
from readingroom.simulator.population import film_cases
from readingroom.simulator.recipe import RECIPES

SEED = 0
LESSON = "00"
SIZE = 128  # pixels, of everything a network reads
# ill and well films of each set, taken from the test films without overlap
TWELVE, HUNDRED, NIGHT = (7, 5), (50, 50), (14, 36)
DIGITS = 4  # of a mean score: what the page prints is the value, so it can be typed as read


@dataclass(frozen=True)
class FilmSet:
    """Some films with their labels and the stored scores of the networks.

    Attributes
    ----------
    images : ndarray, (N, S, S) uint8, or None
        None where only scores are kept.
    labels : ndarray, (N,) of 0 and 1
    scores : ndarray, (seeds, N)
    said : str
        Which stand-in these are, or an empty text.
    tag : str or None
        Instead of the lesson's own, for the figures.
    """

    images: np.ndarray | None
    labels: np.ndarray
    scores: np.ndarray
    said: str = ""
    tag: str | None = None

    @property
    def score(self) -> np.ndarray:
        """Mean of the networks, to four digits, (N,) float64."""
        return self.scores.mean(axis=0, dtype=float).round(DIGITS)

    def __len__(self) -> int:
        return len(self.labels)


@cache
def _positions(labels: bytes) -> dict[str, np.ndarray]:
    """Positions of each set among the test films, shuffled."""
    rng = np.random.default_rng(SEED)
    known = np.frombuffer(labels, np.uint8)
    ill, well = (rng.permutation(np.flatnonzero(known == value)) for value in (1, 0))
    out = {}
    for name, (n, m) in (("twelve", TWELVE), ("hundred", HUNDRED), ("night", NIGHT)):
        out[name] = rng.permutation(np.concatenate([ill[:n], well[:m]]))
        ill, well = ill[n:], well[m:]
    return out


def positions(labels: np.ndarray) -> dict[str, np.ndarray]:
    """Where the sets ``twelve``, ``hundred`` and ``night`` lie among the test films.

    Parameters
    ----------
    labels : ndarray, (N,) of 0 and 1
        Labels of all test films, in their order.
    """
    return _positions(np.asarray(labels, np.uint8).tobytes())


def current_mode() -> str:
    """What this kernel works with; simulated where nothing was chosen."""
    return choice.mode() or "simulated"


def kept(name: str = "scores", mode: str | None = None) -> Any:
    """A stored run of this lesson for a mode; your own cohort has none, so simulated stands in."""
    return stored.load(LESSON, name, mode or current_mode())


def from_store(name: str, mode: str | None = None) -> FilmSet:
    """Labels and scores of one of the sets, without films."""
    run = kept(mode=mode)
    rows = positions(run["test_label"])[name]
    said = "Your own films have no stored scores; simulated patients stand in." * run.stands_in
    return FilmSet(
        None,
        run["test_label"][rows].astype(int),
        run["test_score"][:, rows],
        said,
        "SIMULATED" if run.stands_in else None,
    )


def _with_films(chosen: FilmSet, name: str, films: Any) -> FilmSet:
    if films.source == "own":
        return chosen
    images, labels = films.part("test")
    return replace(chosen, images=images[positions(labels)[name]])


def reading_set(films: Any) -> FilmSet:
    """The twelve films that the learner reads before the networks do.

    Parameters
    ----------
    films : Cohort
        The lesson's films, 128 px. Of your own, the first test films of each kind are taken.
    """
    if films.source != "own":
        return _with_films(from_store("twelve", films.source), "twelve", films)
    images, labels = films.part("test")
    each = [np.flatnonzero(labels == value)[:n] for value, n in zip((1, 0), TWELVE, strict=True)]
    rows = np.random.default_rng(SEED).permutation(np.concatenate(each))
    if len(rows) < sum(TWELVE):
        return _drawn_twelve()
    found = networks.scores(networks.of_mode("own"), images[rows])
    return FilmSet(images[rows], labels[rows], found, "The networks read your own films.")


def _drawn_twelve() -> FilmSet:
    """Twelve simulated films, where a cohort of your own has too few test films."""
    recipe = RECIPES["children"]
    chosen = from_store("twelve", "simulated")
    cases = [c for c in plan(recipe.mixes, recipe.label, recipe.seed) if c.split == "test"]
    rows = positions(kept(mode="simulated")["test_label"])["twelve"]
    drawn = film_cases([cases[i] for i in rows], "twelve", recipe.label, SIZE)
    said = "Your test part has too few films for twelve; simulated patients stand in."
    return replace(chosen, images=drawn.images, said=said, tag="SIMULATED")


def threshold_set(mode: str | None = None) -> FilmSet:
    """A hundred test films, half of them ill: labels and stored scores."""
    return from_store("hundred", mode)


def night_set(films: Any = None) -> FilmSet:
    """Fifty test films of one night, 14 of them ill."""
    if films is None:
        return from_store("night")
    chosen = from_store("night", films.source if films.source != "own" else films.name)
    return _with_films(chosen, "night", films)


STANDARD = {
    "real": "two physicians looked at each film, a third at the test films. Right means: agrees "
    "with them. They had no CT, no culture and no course of the disease.",
    "simulated": "what was drawn. Right means: agrees with it. Nobody knows that of a patient.",
    "own": "the labels of your own table. Right means: agrees with them.",
}
REMARK = {
    "real": "The labels speak of pneumonia only. The wide heart of film 7 counts for nothing here.",
}
FILED_AS_NORMAL = {
    "real": "A program filed these films as normal: the report named none of 14 findings. Nobody "
    "looked at them again.\nCatheters, a pacemaker or a crooked spine are not among the 14. Look "
    "at the first row and doubt the label.",
    "simulated": "The first two rows were drawn without any finding, so their label is true.",
}


def _kind(films: Any = None) -> str:
    source = films.source if films is not None else current_mode()
    return source if source in STANDARD else "own"


def standard(films: Any) -> str:
    """The reference standard of the lesson's films, in one line."""
    return f"Reference standard: {STANDARD[_kind(films)]}"


def remark(films: Any) -> str:
    """What to know of the twelve films once they were read; empty where nothing."""
    return REMARK.get(_kind(films), "")


@cache
def warm_up() -> None:
    """Load the networks and let them read once, so that no film waits for that; say how long."""
    start = time.perf_counter()
    noise = np.random.default_rng(SEED).integers(0, 256, (SIZE, SIZE)).astype(np.uint8)
    as_html(read_film(noise))  # drawing the first figure takes its time as well
    seconds = time.perf_counter() - start
    print(f"The networks are loaded ({seconds:.0f} s, once). A film takes less than a second now.")


def ward_films(n: int = 4) -> tuple[np.ndarray, list[str], str, str] | None:
    """Some films of the other wards to look at: normals on AP and PA films, and the all-ill ward.

    Parameters
    ----------
    n : int
        Films of each of three kinds.

    Returns
    -------
    (images, titles, tag, what the label "normal" means) or None
        None where the real films cannot be had: their stored scores are shown all the same.
    """
    try:
        kinds = _real_wards() if current_mode() == "real" else _drawn_wards(n)
    except Unreachable as problem:
        print(f"The films of the other wards cannot be had ({problem}); their scores can.")
        return None
    images = [squared(film, SIZE) for films, _ in kinds for film in films[:n]]
    titles = [title for films, title in kinds for _ in films[:n]]
    real = current_mode() == "real"
    said = FILED_AS_NORMAL["real" if real else "simulated"]
    return np.stack(images), titles, "REAL FILMS" if real else "SIMULATED", said


def _real_wards() -> list[tuple[np.ndarray, str]]:
    nih = data.load("nih-1000", size=64, mode="real")
    normal = nih.table["label"] == 0
    out = []
    for view, said in (("AP", "normal, AP"), ("PA", "normal, PA")):
        rows = nih.table[normal & (nih.table["view"] == view)]
        first = rows.drop_duplicates("patient").index
        out.append((nih.images[first], said))
    ill = data.load("hannover", size=128, mode="real")
    first = ill.table[ill.table["view"] == "AP"].drop_duplicates("patient").index
    return [*out, (ill.images[first], "COVID-19, all ill")]


def _drawn_wards(n: int) -> list[tuple[np.ndarray, str]]:
    recipe = RECIPES["other-ward"]
    cases = plan(recipe.mixes, recipe.label, recipe.seed)
    out = []
    for split, view, said in (
        ("normals", "AP", "normal, AP"),
        ("normals", "PA", "normal, PA"),
        ("all ill", "AP", "all ill"),
    ):
        few = [c for c in cases if c.split == split and c.exam.view == view][: 3 * n : 3]
        out.append((film_cases(few, "other-ward", recipe.label, SIZE).images, said))
    return out
