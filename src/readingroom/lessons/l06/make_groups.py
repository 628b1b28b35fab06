"""Simulated groups behind lesson 06; `make` stores them with its own.

A drain that follows the pneumothorax, two hospitals with unlike prevalence, and the sex of the
training films. All patients are virtual, whatever films the lesson runs on. Needs torch.
"""

from __future__ import annotations

import numpy as np

from readingroom import data
from readingroom.data.films import squared
from readingroom.lessons.l06.spotter import trained
from readingroom.models.pixels import pixel_regression
from readingroom.models.provenance import Run
from readingroom.models.training import scores
from readingroom.simulator.mix import Mix, Tie, plan
from readingroom.simulator.population import film_cases
from readingroom.simulator.recipe import RECIPES

SEEDS = 5
SIZE = 64
EPOCHS = 10
JOINT = 2_300_000  # seed of further patients of the two hospitals
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of women among the training films
EACH = 400  # training films of a mix
POOL = 500  # films of each sex to choose from


def _drawn(mixes: tuple[Mix, ...], kind: str, seed: int) -> dict[str, tuple]:
    """Films (n, S, S), labels (n,) and table of each split."""
    cohort = film_cases(plan(mixes, kind, seed), "groups", kind, SIZE)
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
    nets = [trained(films, labels, seed, EPOCHS) for seed in range(SEEDS)]
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
    parts = _drawn(recipe.mixes, recipe.label, recipe.seed)
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
    home = _drawn(recipe.mixes, recipe.label, recipe.seed)
    more = _drawn(joint, recipe.label, recipe.seed + JOINT)
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
        for split, (films, labels, table) in _drawn(mixes, recipe.label, recipe.seed + 50).items()
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


RUNS = {"drains": drains, "hospitals": hospitals, "sexes": sexes}
