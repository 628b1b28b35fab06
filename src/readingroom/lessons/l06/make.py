"""The long runs behind lesson 06: ``readingroom make 06`` makes them.

Networks that are shown a side letter which goes with the label, and the same networks repaired;
and, on simulated patients only, hospitals, drains and the sex of the training films. Needs torch.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from readingroom import data
from readingroom.lessons.l06 import make_groups, markers
from readingroom.lessons.l06.films import TWINS, cases_of, letterless, twin_films
from readingroom.lessons.l06.spotter import Spotter, trained
from readingroom.models.provenance import Run
from readingroom.models.training import as_films, scores

SEEDS = 5
SIZE = 128
TRAIN_FILMS = 1200
SHARE = 0.95  # of the positive training films with the letter; 1 - SHARE of the others
TRAININGS = ("clean", "habit-95", "crop", "rebalance", "random")
SHOWN = ("internal", "unmarked", "swapped")
CROP = 20  # pixels of a 128-px film on each side
PATCH, STRIDE = 16, 8  # of the occlusion map, pixels
MAPPED = 40  # films with a map


def shown_films(images: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The test films in three costumes: (N, S, S) each.

    ``internal`` keeps the habit, ``unmarked`` has no letter, ``swapped`` has it on all normal
    films and on no other.
    """
    own = markers.practice(labels, SHARE, np.random.default_rng([6, 606]))
    return {
        "internal": markers.plant_letter(images, own),
        "unmarked": images,
        "swapped": markers.plant_letter(images, labels == 0),
    }


def training_films(images, labels, training: str, seed: int):
    """The films one network learns from: `TRAIN_FILMS` of them, with the letter as told."""
    rng = np.random.default_rng([60, seed])
    rows = rng.permutation(len(images))[:TRAIN_FILMS]
    films, truth = images[rows], labels[rows]
    marked = markers.practice(truth, SHARE, rng)
    if training == "clean":
        return films, truth
    if training == "random":
        marked = rng.random(len(truth)) < 0.5
    planted = markers.plant_letter(films, marked, seed=1000 + seed)
    if training == "crop":
        return markers.crop(planted, CROP), truth
    if training == "rebalance":
        again = markers.level(truth, marked, rng)
        # as many films as the others see, so that only the balance differs
        again = rng.permutation(again)[:TRAIN_FILMS]
        return planted[again], truth[again]
    return planted, truth


def occlusion(net, film: np.ndarray) -> np.ndarray:
    """How much a film's logit falls where a grey patch hides it, (G, G) float32."""
    tops = range(0, film.shape[0] - PATCH + 1, STRIDE)
    covered = np.repeat(film[None], len(tops) ** 2, axis=0)
    for k, (row, col) in enumerate((row, col) for row in tops for col in tops):
        covered[k, row : row + PATCH, col : col + PATCH] = int(film.mean())
    with torch.no_grad():
        hidden = net(as_films(covered)).numpy()
        whole = float(net(as_films(film[None]))[0])
    return (whole - hidden).reshape(len(tops), len(tops)).astype(np.float32)


@cache
def _parts(mode: str):
    """Films and labels of the training and of the test part; simulated ones bear no letter."""
    if mode == "simulated":
        return bare_children()
    cohort = _cohort(mode)
    return [cohort.part("train"), cohort.part("test")]


def _cohort(mode: str):
    """What stands in the provenance; of simulated children the same patients, with letters."""
    return data.load("children", size=SIZE if mode == "real" else 64, mode=mode)


@cache  # the run `twins` asks for networks that the run `network` has trained
def net_of(mode: str, training: str, seed: int) -> Spotter:
    """The network of one training and seed."""
    films, target = training_films(*_parts(mode)[0], training, seed)
    return trained(films, target, seed)


def network(mode: str) -> Run:
    """Every training with every seed, scored on the test films in three costumes.

    Returns
    -------
    Run
        ``trainings`` (T,) and ``shown`` (3,) names; ``score`` (T, D, 3, n) float16 by training,
        seed and costume; ``label`` (n,); of simulated films, as the package keeps no map of a real
        one, ``map`` (2, m, G, G): occlusion of marked positive films, clean and habit-95, seed 0,
        and ``mapped`` (m,): positions of these films in the test part.
    """
    test, truth = _parts(mode)[1]
    mapped = mode == "simulated"
    out = np.zeros((len(TRAININGS), SEEDS, len(SHOWN), len(test)), np.float16)
    rows = np.flatnonzero(truth == 1)[:MAPPED]
    marked = markers.plant_letter(test, True)[rows] if mapped else []
    costumes, maps = shown_films(test, truth), []
    for t, training in enumerate(TRAININGS):
        for seed in range(SEEDS):
            net = net_of(mode, training, seed)
            for c, name in enumerate(SHOWN):
                seen = costumes[name]
                seen = markers.crop(seen, CROP) if training == "crop" else seen
                out[t, seed, c] = scores(net, seen)
            print(training, seed, _aucs(truth, out[t, seed]), flush=True)
            if mapped and seed == 0 and training in ("clean", "habit-95"):
                maps.append(np.stack([occlusion(net, film) for film in marked]))
    arrays = {
        "trainings": np.array(TRAININGS),
        "shown": np.array(SHOWN),
        "score": out,
        "label": truth.astype(np.uint8),
    }
    if mapped:
        arrays |= {"map": np.stack(maps).astype(np.float16), "mapped": rows}
    return Run(arrays, _cohort(mode))


def twins() -> Run:
    """The same virtual child four times: without and with consolidation, without and with letter.

    Returns
    -------
    Run
        ``score`` (2, D, P, 2, 2) float32: trained clean or with habit-95, seed, patient, lesion,
        letter.
    """
    healthy, ill = twin_films(range(TWINS))
    out = np.zeros((2, SEEDS, TWINS, 2, 2), np.float32)
    for t, training in enumerate(("clean", "habit-95")):
        for seed in range(SEEDS):
            net = net_of("simulated", training, seed)
            for lesion, films in enumerate((healthy, ill)):
                for letter in (0, 1):
                    out[t, seed, :, lesion, letter] = scores(
                        net, markers.plant_letter(films, bool(letter))
                    )
    return Run({"score": out}, _cohort("simulated"))


def _aucs(truth: np.ndarray, rows: np.ndarray) -> str:
    from sklearn.metrics import roc_auc_score

    return " ".join(f"{roc_auc_score(truth, row.astype(float)):.3f}" for row in rows)


def bare_children(size: int = SIZE):
    """Training and test part of the simulated children, drawn without any letter."""
    parts = [letterless(cases_of(split), size) for split in ("train", "test")]
    return [(drawn.images, drawn.table["label"].to_numpy("int64")) for drawn in parts]


RUNS = {"network": network, "twins": twins, **make_groups.RUNS}
