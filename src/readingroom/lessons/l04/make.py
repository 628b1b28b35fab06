"""The stored scores of lesson 04: ``readingroom make 04`` makes them.

Real: logistic regression ("A") and a forest of 200 trees ("B"), both on the 28-pixel films of
PneumoniaMNIST's training part, scored on its validation and test films; A also on the adults of
NIH-1000 and of Hannover. Simulated: see `readingroom.simulator.scores`.
"""

from __future__ import annotations

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.models.pixels import pixel_regression
from readingroom.models.provenance import Drawn, Run
from readingroom.simulator import scores
from readingroom.simulator.scores import GAMMAS

TREES = 200
FOREST_SEEDS = 5  # the lesson uses the first; the others show what a seed is worth


def real() -> Run:
    """Scores on real films."""

    children = data.load("children", size=28, mode="real")
    films, labels = children.part("train")
    a = pixel_regression(films, labels)
    forests = [_forest(films, labels, seed) for seed in range(FOREST_SEEDS)]
    out = {}
    for part in ("val", "test"):
        x, y = children.part(part)
        out[f"{part}_label"] = y.astype(np.uint8)
        out[f"{part}_a"] = a.scores(x).astype(np.float32)
        out[f"{part}_b"] = _scored(forests[0], x)
    x, y = children.part("test")
    seeds = [metrics.auc_diff(y, _scored(forest, x), out["test_a"]).short(3) for forest in forests]
    adults = data.load("nih-1000", size=28, mode="real")
    ill = data.load("hannover", size=28, mode="real")
    about = adults.table
    out |= {
        "adults_label": about["label"].to_numpy(np.uint8),
        "adults_score": a.scores(adults.images).astype(np.float32),
        "adults_patient": _numbered(about["patient"]),
        "adults_view": about["view"].to_numpy(str),
        "adults_sex": about["sex"].to_numpy(str),
        "adults_age": about["age"].to_numpy(np.uint8),
        "ill_score": a.scores(ill.images).astype(np.float32),
        "ill_patient": _numbered(ill.table["patient"]),
    }
    facts = {
        "also": [adults.banner(), ill.banner()],
        "b_minus_a_by_forest_seed": seeds,
    }
    return Run(out, children, facts)


def _forest(films: np.ndarray, labels: np.ndarray, seed: int):
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(TREES, random_state=seed, n_jobs=1)
    return forest.fit(films.reshape(len(films), -1), labels)


def _scored(forest, films: np.ndarray) -> np.ndarray:
    return forest.predict_proba(films.reshape(len(films), -1))[:, 1].astype(np.float32)


def _numbered(patients) -> np.ndarray:
    """Patients as numbers of this file's own."""
    return np.unique(np.asarray(patients).astype(str), return_inverse=True)[1].astype(np.uint16)


def real_gamma() -> Run:
    """A on the same test films, each displayed with five gammas."""
    children = data.load("children", size=28, mode="real")
    a = pixel_regression(*children.part("train"))
    x, y = children.part("test")
    bent = [np.round(255 * (x / 255.0) ** gamma).astype(np.uint8) for gamma in GAMMAS]
    score = np.stack([a.scores(films) for films in bent]).astype(np.float32)
    out = {"gamma": np.array(GAMMAS), "label": y.astype(np.uint8), "score": score}
    return Run(out, children)


def simulated_gamma() -> Run:
    """The same of virtual patients."""
    out = scores.exposures()
    return Run(out, Drawn(out))


def simulated() -> Run:
    """Scores of virtual patients, drawn and not made from films."""
    out = scores.two_models() | scores.elsewhere()
    return Run(out, Drawn(out), {"also": []})


def plots() -> Run:
    """The four models of the exercise on over-confidence; simulated in both modes."""
    out = scores.four_plots()
    return Run(out, Drawn(out))


RUNS = {
    "scores": lambda mode: real() if mode == "real" else simulated(),
    "plots": lambda mode: plots(),  # stored for both, so that either finds them
    "gamma": lambda mode: real_gamma() if mode == "real" else simulated_gamma(),
}
