"""The long runs behind lesson 06: ``readingroom make 06`` makes them.

Networks that are shown a side letter which goes with the label, and the same networks repaired;
and, on simulated patients only, hospitals, drains and the sex of the training films. Needs torch.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from readingroom import data
from readingroom.data.films import squared
from readingroom.explain.maps import patch_falls
from readingroom.lessons.l06 import shortcuts
from readingroom.lessons.l06.films import TWINS, cases_of, letterless, twin_films
from readingroom.lessons.l06.network import Spotter, trained
from readingroom.models.pixels import pixel_regression
from readingroom.models.provenance import Run
from readingroom.models.training import as_films, scores
from readingroom.simulator.mix import Mix, Tie, plan
from readingroom.simulator.population import film_cases
from readingroom.simulator.recipe import RECIPES

SEEDS = 5
SIZE = 128
TRAIN_FILMS = 1200
SHARE = 0.95  # of the positive training films with the letter; 1 - SHARE of the others
TRAININGS = ("clean", "habit-95", "crop", "rebalance", "random")
SHOWN = ("internal", "unmarked", "swapped")
CROP = 20  # pixels of a 128-px film on each side
PATCH, STRIDE = 16, 8  # of the occlusion map, pixels
MAPPED = 40  # films with a map
# drains, hospitals, sexes
GROUPS_SIZE = 64
GROUPS_EPOCHS = 10
JOINT = 2_300_000  # seed of further patients of the two hospitals
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of women among the training films
EACH = 400  # training films of a mix
POOL = 500  # films of each sex to choose from


def shown_films(images: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The test films in three conditions: (N, S, S) each.

    ``internal`` keeps the practice, ``unmarked`` has no letter, ``swapped`` has it on all normal
    films and on no other.
    """
    own = shortcuts.practice(labels, SHARE, np.random.default_rng([6, 606]))
    return {
        "internal": shortcuts.plant_letter(images, own),
        "unmarked": images,
        "swapped": shortcuts.plant_letter(images, labels == 0),
    }


def training_films(images, labels, training: str, seed: int):
    """The films one network learns from: `TRAIN_FILMS` of them, with the letter as told."""
    rng = np.random.default_rng([60, seed])
    rows = rng.permutation(len(images))[:TRAIN_FILMS]
    films, truth = images[rows], labels[rows]
    marked = shortcuts.practice(truth, SHARE, rng)
    if training == "clean":
        return films, truth
    if training == "random":
        marked = rng.random(len(truth)) < 0.5
    planted = shortcuts.plant_letter(films, marked, seed=1000 + seed)
    if training == "crop":
        return shortcuts.crop(planted, CROP), truth
    if training == "rebalance":
        again = shortcuts.level(truth, marked, rng)
        # as many films as the others see, so that only the balance differs
        again = rng.permutation(again)[:TRAIN_FILMS]
        return planted[again], truth[again]
    return planted, truth


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
    """Every training with every seed, scored on the test films in three conditions.

    Returns
    -------
    Run
        ``trainings`` (T,) and ``shown`` (3,) names; ``score`` (T, D, 3, n) float16 by training,
        seed and condition; ``label`` (n,); of simulated films, as the package keeps no map of a
        real one, ``map`` (2, m, G, G): occlusion of marked positive films, clean and habit-95,
        seed 0, and ``mapped`` (m,): positions of these films in the test part.
    """
    test, truth = _parts(mode)[1]
    mapped = mode == "simulated"
    out = np.zeros((len(TRAININGS), SEEDS, len(SHOWN), len(test)), np.float16)
    rows = np.flatnonzero(truth == 1)[:MAPPED]
    marked = shortcuts.plant_letter(test, True)[rows] if mapped else []
    means = marked.mean((1, 2), keepdims=True) if mapped else np.zeros((0, 1, 1))
    shades = as_films(means.astype(np.uint8))  # a patch as bright as its film
    conditions, maps = shown_films(test, truth), []
    for t, training in enumerate(TRAININGS):
        for seed in range(SEEDS):
            net = net_of(mode, training, seed)
            for c, name in enumerate(SHOWN):
                seen = conditions[name]
                seen = shortcuts.crop(seen, CROP) if training == "crop" else seen
                out[t, seed, c] = scores(net, seen)
            print(training, seed, _aucs(truth, out[t, seed]), flush=True)
            if mapped and seed == 0 and training in ("clean", "habit-95"):
                maps.append(patch_falls(net, marked, 0, PATCH, STRIDE, shades))
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
                        net, shortcuts.plant_letter(films, bool(letter))
                    )
    return Run({"score": out}, _cohort("simulated"))


def _aucs(truth: np.ndarray, rows: np.ndarray) -> str:
    from sklearn.metrics import roc_auc_score

    return " ".join(f"{roc_auc_score(truth, row.astype(float)):.3f}" for row in rows)


def bare_children(size: int = SIZE):
    """Training and test part of the simulated children, drawn without any letter."""
    parts = [letterless(cases_of(split), size) for split in ("train", "test")]
    return [(drawn.images, drawn.table["label"].to_numpy("int64")) for drawn in parts]


def _splits(mixes: tuple[Mix, ...], kind: str, seed: int) -> dict[str, tuple]:
    """Films (n, S, S), labels (n,) and table of each split."""
    cohort = film_cases(plan(mixes, kind, seed), "groups", kind, GROUPS_SIZE)
    out = {}
    for split in dict.fromkeys(cohort.table["split"]):
        rows = cohort.part(split)
        table = cohort.table.iloc[rows]
        out[split] = cohort.images[rows], table["label"].to_numpy("int64"), table
    return out


def _run(arrays: dict) -> Run:
    """A run whose provenance names the simulated children, for banner and versions."""
    return Run(arrays, data.load("children", size=28, mode="simulated"))


def _runs(films, labels, shown) -> np.ndarray:
    """Scores (seeds, n) float32 of networks trained on the same films from other starts."""
    nets = [trained(films, labels, seed, GROUPS_EPOCHS) for seed in range(SEEDS)]
    return np.stack([scores(net, shown) for net in nets]).astype(np.float32)


def drains() -> Run:
    """Pneumothorax: most are drained in training; who is missed among the test patients?

    Returns
    -------
    Run
        ``score`` (D, n), ``label`` and ``drained`` (n,) of the test films; ``val_score`` (D, m)
        and ``val_label`` (m,), for the working point.
    """
    recipe = RECIPES["pneumothorax"]
    parts = _splits(recipe.mixes, recipe.label, recipe.seed)
    films, labels, _ = parts["train"]
    shown = np.concatenate([parts["val"][0], parts["test"][0]])
    found, cut = _runs(films, labels, shown), len(parts["val"][0])
    return _run(
        {
            "val_score": found[:, :cut],
            "val_label": parts["val"][1],
            "score": found[:, cut:],
            "label": parts["test"][1],
            "drained": parts["test"][2]["devices"].str.contains("chest drain").to_numpy(bool),
        }
    )


def hospitals() -> Run:
    """Two hospitals, a third of films ill in one and one in a hundred in the other.

    Returns
    -------
    Run
        ``score`` (D, n), ``label``, ``first`` (n,) (True: the hospital with many ill) of a joint
        test set mixed as in training; ``even_score`` and so on where both have 20 % ill.
    """
    recipe = RECIPES["two-sites"]
    train = [mix for mix in recipe.mixes if mix.split == "train"]
    joint = tuple(Mix(f"joint {k}", 350, mix.prevalence, sites=mix.sites)
                  for k, mix in enumerate(train))  # fmt: skip
    home = _splits(recipe.mixes, recipe.label, recipe.seed)
    more = _splits(joint, recipe.label, recipe.seed + JOINT)
    films, labels, _ = home["train"]
    mixed = [np.concatenate([part[k] for part in more.values()]) for k in (0, 1)]
    sites = np.concatenate([part[2]["site"].to_numpy(str) for part in more.values()])
    even, even_label, even_table = home["test"]
    found = _runs(films, labels, np.concatenate([mixed[0], even]))
    cut = len(mixed[0])
    return _run(
        {
            "score": found[:, :cut],
            "label": mixed[1],
            "first": sites == "St Anne",
            "even_score": found[:, cut:],
            "even_label": even_label,
            "even_first": (even_table["site"] == "St Anne").to_numpy(bool),
        }
    )


def sexes() -> Run:
    """Effusion, learnt from thumbnails with more or fewer women among them.

    A pixel regression, as a network does not learn these fluid levels from so few films; each of
    the five runs draws its own films.

    Returns
    -------
    Run
        ``shares`` (K,) of women in training; ``score`` (K, D, n); ``label``, ``woman`` (n,).
    """
    recipe = RECIPES["effusion"]
    like = recipe.mixes[0]

    def group(split: str, films: int, share: float) -> Mix:
        return Mix(split, films, 0.5, sites=like.sites, severity=like.severity,
                   ties=(Tie("female", 1.0, share),))  # fmt: skip

    mixes = (group("women", POOL, 0.9999), group("men", POOL, 0.0001), group("test", 600, 0.5))
    parts = {
        split: (np.stack([squared(film, 28) for film in films]), labels, table)
        for split, (films, labels, table) in _splits(mixes, recipe.label, recipe.seed + 50).items()
    }
    test, label, table = parts["test"]
    out = np.zeros((len(SHARES), SEEDS, len(test)), np.float32)
    for k, share in enumerate(SHARES):
        many = round(share * EACH)
        for seed in range(SEEDS):
            rng = np.random.default_rng([66, seed])
            rows = [rng.permutation(POOL)[:n] for n in (many, EACH - many)]
            films, truth = (
                np.concatenate([parts[s][part][r] for s, r in zip(("women", "men"), rows,
                                                                  strict=True)])
                for part in (0, 1)
            )  # fmt: skip
            out[k, seed] = pixel_regression(films, truth).scores(test)
    return _run(
        {
            "shares": np.array(SHARES),
            "score": out,
            "label": label,
            "woman": (table["sex"] == "F").to_numpy(bool),
        }
    )


RUNS = {
    "network": network,
    "twins": twins,
    "drains": drains,
    "hospitals": hospitals,
    "sexes": sexes,
}
