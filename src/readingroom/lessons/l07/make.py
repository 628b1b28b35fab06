"""The stored runs of lesson 07: ``readingroom make 07`` makes them.

``settings``: the pixel regression of lesson 04 on test films after each change, after attacks and
after noise. ``odd``: how odd films and strangers are to a reconstruction. ``networks``: small
networks, plain, smoothing and trained under attack, five seeds each, and what attacks do to them.
``sites``: virtual patients at five departments, with one thing changed at a time. Needs torch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from readingroom import data, simulator
from readingroom.data.films import thumbnails
from readingroom.lessons.l07 import attacks, odd, settings
from readingroom.models.pixels import PixelRegression, pixel_regression
from readingroom.models.provenance import Drawn, Run
from readingroom.simulator.mix import plan
from readingroom.simulator.population import film_cases
from readingroom.simulator.recipe import RECIPES

SEEDS = 5
LEVELS = (0, 1, 2, 3, 4, 5, 6, 7, 8)  # of 255
HARD = 4.0  # grey levels under which a network is trained
SITE_FILMS = 200
PARAMETERS: dict[str, dict[str, Any]] = {
    "as usual": {},
    "dose 1/16": {"dose": 1 / 16},
    "twice the scatter": {"scatter": 2.0},
    "lying badly": {"rotation": 14.0},
    "gamma .6": {"gamma": 0.6},
    "blur": {"blur": 2.5},
}


def _thumb_parts(mode: str) -> tuple[Any, dict]:
    cohort = data.load("children", size=settings.SMALL, mode=mode)
    return cohort, {part: cohort.part(part) for part in ("train", "val", "test")}


def _large_test(mode: str) -> np.ndarray:
    """Test films of 128 pixels; simulated ones are drawn for this run alone."""
    if mode == "real":
        return data.load("children", size=settings.LARGE, mode=mode).part("test")[0]
    recipe = RECIPES["children"]
    cases = [c for c in plan(recipe.mixes, recipe.label, recipe.seed) if c.split == "test"]
    return film_cases(cases, "children", recipe.label, settings.LARGE).images


def run_settings(mode: str) -> Run:
    """Scores after each change, after the sign attack and after noise."""
    cohort, parts = _thumb_parts(mode)
    model = pixel_regression(*parts["train"])
    films, labels = parts["test"]
    out: dict[str, np.ndarray] = {
        "label": labels.astype(np.uint8),
        "weights": model.weights.astype(np.float32),
        "mean": model.mean.astype(np.float32),
        "spread": model.spread.astype(np.float32),
        "offset": np.array([model.offset]),
        "gamma": np.array(settings.GAMMAS),
        "by_gamma": _scores(model, [settings.bent(films, g) for g in settings.GAMMAS]),
        "inverted": model.scores(255 - films).astype(np.float32),
    }
    large = _large_test(mode)
    steps = [(settings.USUAL, 0.0), *((w, s) for w, both in settings.STEPS.items() for s in both)]
    shown = [
        thumbnails(
            np.stack([settings.changed(film, what, size, k) for k, film in enumerate(large)])
        )
        for what, size in steps
    ]
    out |= {
        "step": np.array([what for what, _ in steps]),
        "size": np.array([size for _, size in steps], float),
        "by_step": _scores(model, shown),
    }
    out |= _attacked(model, films, labels)
    return Run(out, cohort)


def _scores(model: PixelRegression, sets: list[np.ndarray]) -> np.ndarray:
    return np.stack([model.scores(films) for films in sets]).astype(np.float32)


def _attacked(model: PixelRegression, films: np.ndarray, labels: np.ndarray) -> dict:
    """The sign attack on the regression and random noise of the same size, at each level."""
    net = attacks.of_regression(model)
    x, y = attacks.tensor(films), torch.tensor(labels, dtype=torch.float32)
    signs = torch.tensor(np.random.default_rng(7).choice([-1.0, 1.0], x.shape)).float()
    sign, noise = [], []
    for level in LEVELS:
        sign.append(attacks.logits(net, attacks.attack(net, x, y, level, 1)))
        noise.append(attacks.logits(net, (x + signs * level / 255).clamp(0, 1)))
    return {"levels": np.array(LEVELS), "by_attack": np.stack(sign).astype(np.float32),
            "by_noise": np.stack(noise).astype(np.float32)}  # fmt: skip


KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "smooth": {"smooth": True},
    "hard": {"levels": HARD},
}
STRENGTHS = (0, 4, 8)
READ = 400  # test films that networks are judged on


def networks(mode: str) -> Run:
    """Five seeds of each kind of network, and which test films each calls rightly under attack.

    Returns
    -------
    Run
        ``plain``, ``smooth``, ``hard`` (5, W) float16 weights; ``white`` (3, 5, L, N): attacked
        with knowledge of the network; ``noise`` (5, L, N): the plain one under noise; ``moved``
        (4, 5, L, N): films attacked for the plain network of one seed, shown to the next seed, to
        the pixel regression, to smoothing and to hard.
    """
    cohort, parts = _thumb_parts(mode)
    films, labels = (part[:READ] for part in parts["test"])
    x, y = attacks.tensor(films), torch.tensor(labels, dtype=torch.float32)
    made: dict[str, list] = {kind: [] for kind in KINDS}
    for kind, how in KINDS.items():
        for seed in range(SEEDS):
            net = attacks.trained(*parts["train"], seed, **how)
            flat = attacks.flattened(net).astype(np.float16)
            made[kind].append(attacks.rebuilt(flat, smooth="smooth" in how))
            print(mode, kind, seed, f"{_right(made[kind][-1], x, y).mean():.3f}", flush=True)
    out = {kind: np.stack([attacks.flattened(n) for n in nets]).astype(np.float16)
           for kind, nets in made.items()}  # fmt: skip
    plain = made["plain"]
    cross = [
        [attacks.attack(net, x, y, level) if level else x for level in STRENGTHS] for net in plain
    ]
    out["strengths"] = np.array(STRENGTHS)
    known = [
        [[_right(net, films, y) for films in row] for net, row in zip(plain, cross, strict=True)]
    ]
    for kind in ("smooth", "hard"):
        known.append(
            [[_right(net, attacks.attack(net, x, y, level) if level else x, y)
              for level in STRENGTHS] for net in made[kind]]
        )  # fmt: skip
    out["white"] = np.array(known)
    rng = np.random.default_rng(77)
    signs = torch.tensor(rng.choice([-1.0, 1.0], x.shape)).float()
    out["noise"] = np.array([
        [_right(net, (x + signs * level / 255).clamp(0, 1), y) for level in STRENGTHS]
        for net in plain])  # fmt: skip
    regression = attacks.of_regression(pixel_regression(*parts["train"]))
    targets = {
        "another seed": [plain[(k + 1) % SEEDS] for k in range(SEEDS)],
        "pixel regression": [regression] * SEEDS,
        "smooth": made["smooth"],
        "hard": made["hard"],
    }
    out["targets"] = np.array(list(targets))
    out["moved"] = np.array([
        [[_right(net, films, y) for films in row] for net, row in zip(nets, cross, strict=True)]
        for nets in targets.values()])  # fmt: skip
    return Run(out, cohort)


def _right(net: Any, films: Any, labels: Any) -> np.ndarray:
    return (attacks.logits(net, films) > 0) == (labels.numpy() > 0)


def sites() -> Run:
    """Virtual test patients at each department, one thing changed at a time; simulated always."""
    _, parts = _thumb_parts("simulated")
    model = pixel_regression(*parts["train"])
    recipe = RECIPES["children"]
    cases = [c for c in plan(recipe.mixes, recipe.label, recipe.seed) if c.split == "test"]
    cases = cases[:SITE_FILMS]
    names = list(simulator.SITES)
    score = np.zeros((len(names), len(PARAMETERS), len(cases)), np.float32)
    for s, site in enumerate(names):
        drawn: dict[tuple, np.ndarray] = {}
        for p, change in enumerate(PARAMETERS.values()):
            own = {k: v for k, v in change.items() if k not in ("gamma", "blur")}
            key = tuple(own.items())
            if key not in drawn:
                moved = [_moved(case, site, own) for case in cases]
                drawn[key] = film_cases(moved, "sites", recipe.label, 64).images
            shown = np.stack([_after(film, change) for film in drawn[key]])
            score[s, p] = model.scores(thumbnails(shown))
        print(site, flush=True)
    label = np.array([int(case.label) for case in cases], np.uint8)
    arrays = {"site": np.array(names), "parameter": np.array(list(PARAMETERS)), "label": label,
              "score": score}  # fmt: skip
    return Run(arrays, Drawn(arrays))


def _moved(case: Any, site: str, own: dict) -> Any:
    exam = case.exam.changed(site=site)
    if "dose" in own:
        exam = exam.changed(dose=exam.dose * own["dose"])
    rest = {k: v for k, v in own.items() if k != "dose"}
    return replace(case, exam=exam.changed(**rest))


def _after(film: np.ndarray, change: dict) -> np.ndarray:
    if "gamma" in change:
        return settings.bent(film, change["gamma"])
    if "blur" in change:  # given for 128 pixels
        return settings.changed(film, "blur", change["blur"] / 2)
    return film


def run_odd(mode: str) -> Run:
    """How odd films and strangers are to a reconstruction from training films."""
    cohort, parts = _thumb_parts(mode)
    return Run(odd.measured(parts, mode), cohort)


RUNS = {"settings": run_settings, "odd": run_odd, "networks": networks, "sites": sites}
