"""Scores of two virtual models on virtual patients: no films, only what the models put out.

The mechanism is stated, so that its consequences can be studied. Each film has some evidence for
the finding. Two models read it with noise of their own; model B reads it better. Validation films
come from patients that are also in training, and both models recognise some of them, A far more
than B. Test films come from another department whose films look whiter, so every score rises.
Both models were tuned to be calibrated on validation films.
"""

from __future__ import annotations

import numpy as np

from readingroom.simulator.streams import stream

SEED = 4
TRAIN_PREVALENCE = 0.74
PARTS = {"val": (524, 0.742), "test": (624, 0.625)}
# separation of ill and well in standard deviations; what recognising a patient adds; the share
# of patients recognised; steepness from evidence to logit
MODELS = {
    "a": {"sees": 2.05, "remembers": 1.75, "recognises": 0.85, "steep": 3.3},
    "b": {"sees": 2.5, "remembers": 0.3, "recognises": 0.85, "steep": 2.4},
}
COMMON = 0.8  # share of the noise that both models have in common, since it is in the film
WHITER = 0.5  # standard deviations by which evidence rises in the other department


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _labels(rng: np.random.Generator, n: int, prevalence: float) -> np.ndarray:
    labels = np.zeros(n, np.uint8)
    labels[: round(prevalence * n)] = 1
    return rng.permutation(labels)


def _score(model: dict, evidence: np.ndarray) -> np.ndarray:
    offset = np.log(TRAIN_PREVALENCE / (1 - TRAIN_PREVALENCE))
    return _logistic(model["steep"] * evidence + offset).astype(np.float32)


def two_models(seed: int = SEED) -> dict[str, np.ndarray]:
    """Labels and scores of both models on validation and test films.

    Returns
    -------
    dict of ndarray
        ``val_label``, ``val_a``, ``val_b`` (524,); ``test_label``, ``test_a``, ``test_b`` (624,).
    """
    out = {}
    for part, (n, prevalence) in PARTS.items():
        rng = stream(seed, f"scores {part}")
        label = _labels(rng, n, prevalence)
        side = label - 0.5  # -0.5 well, +0.5 ill
        film, luck = rng.normal(size=n), rng.random(n)
        out[f"{part}_label"] = label
        for name, model in MODELS.items():
            own = rng.normal(size=n)
            evidence = np.sqrt(COMMON) * film + np.sqrt(1 - COMMON) * own + model["sees"] * side
            if part == "val":
                evidence = evidence + model["remembers"] * side * (luck < model["recognises"])
            else:
                evidence = evidence + WHITER
            out[f"{part}_{name}"] = _score(model, evidence)
    return out


GAMMAS = (0.6, 0.8, 1.0, 1.25, 1.6)
LIGHTER = 0.9  # standard deviations by which evidence falls when gamma doubles
UNEVEN = 0.15  # and how unevenly it does so


def exposures(seed: int = SEED) -> dict[str, np.ndarray]:
    """Model A on the same test films, each displayed with five gammas.

    Returns
    -------
    dict of ndarray
        ``gamma`` (5,), ``label`` (624,), ``score`` (5, 624).
    """
    rng = stream(seed, "scores gamma")
    kept = two_models(seed)
    steep = MODELS["a"]["steep"]
    offset = np.log(TRAIN_PREVALENCE / (1 - TRAIN_PREVALENCE))
    inside = np.clip(kept["test_a"].astype(float), 1e-6, 1 - 1e-6)
    evidence = (np.log(inside / (1 - inside)) - offset) / steep
    moved = [
        evidence - LIGHTER * np.log2(g) + rng.normal(0, UNEVEN, len(evidence)) * abs(np.log2(g))
        for g in GAMMAS
    ]
    return {
        "gamma": np.array(GAMMAS),
        "label": kept["test_label"],
        "score": np.stack([_score(MODELS["a"], one) for one in moved]),
    }


def elsewhere(seed: int = SEED) -> dict[str, np.ndarray]:
    """Model A on adults of another hospital, asked another question, and on adults all ill.

    Returns
    -------
    dict of ndarray
        ``adults_label``, ``adults_score``, ``adults_patient``, ``adults_view``, ``adults_sex``,
        ``adults_age`` (1000,); ``ill_score``, ``ill_patient`` (243,).
    """
    rng = stream(seed, "scores elsewhere")
    patient = np.sort(rng.integers(0, 264, 1000))
    person, sex = rng.normal(0, 0.5, 264), rng.random(264) < 0.45
    age = rng.integers(24, 95, 264)
    label = _labels(rng, 1000, 0.5)
    bedside = rng.random(1000) < np.where(label == 1, 0.44, 0.28)
    evidence = rng.normal(0, 0.85, 1000) + person[patient] + 0.2 * (label - 0.5) + 0.6 * bedside
    sick = np.sort(rng.integers(0, 71, 243))
    whiter = rng.normal(0, 0.5, 71)[sick] + rng.normal(1.0, 0.6, 243)
    return {
        "adults_label": label,
        "adults_score": _score(MODELS["a"], evidence - 0.4),
        "adults_patient": patient.astype(np.uint16),
        "adults_view": np.where(bedside, "AP", "PA"),
        "adults_sex": np.where(sex[patient], "F", "M"),
        "adults_age": age[patient].astype(np.uint8),
        "ill_score": _score(MODELS["a"], whiter),
        "ill_patient": sick.astype(np.uint16),
    }


def four_plots(seed: int = SEED, n: int = 4000) -> dict[str, np.ndarray]:
    """Four models of one population, each miscalibrated in its own way or not at all.

    The truth is drawn from a risk; each model says that risk, bent. All rank equally well but
    one, which ranks best and is calibrated.

    Returns
    -------
    dict of ndarray
        ``label`` (n,), and the scores ``P``, ``Q``, ``R``, ``S`` (n,): over-prediction,
        over-confidence, under-confidence, and calibrated with the best AUC.
    """
    rng = stream(seed, "four plots")
    seen = rng.normal(0, 1.3, n)  # logit of the risk as the first three models see it
    more = rng.normal(0, 0.8, n)  # what only the last one sees
    label = (rng.random(n) < _logistic(seen + more)).astype(np.uint8)
    # what a risk given `seen` alone amounts to: the logit shrinks (Demidenko 2004)
    alone = seen / np.sqrt(1 + 0.8**2 * (16 * np.sqrt(3) / (15 * np.pi)) ** 2)
    return {
        "label": label,
        "P": _logistic(alone + 1.2).astype(np.float32),
        "Q": _logistic(2.2 * alone).astype(np.float32),
        "R": _logistic(0.45 * alone).astype(np.float32),
        "S": _logistic(seen + more).astype(np.float32),
    }


def ninety(seed: int = SEED) -> dict[str, list]:
    """Ninety consecutive films of a small hospital, scored by model B: the audit's example.

    Returns
    -------
    dict of list
        ``score``, ``reference``, ``view``, ``sex``, ``age``, ``date``, ``patient``.
    """
    from datetime import date, timedelta

    rng = stream(seed, "ninety films")
    n, people = 90, 78
    patient = np.sort(np.append(np.arange(people), rng.integers(0, people, n - people)))
    label = _labels(rng, n, 0.2)
    bedside = rng.random(n) < np.where(label == 1, 0.5, 0.3)
    evidence = rng.normal(size=n) + 2.2 * (label - 0.5) + 0.3 * bedside - 0.2
    sex, age = rng.random(people) < 0.5, rng.integers(21, 92, people)
    first = date(2025, 3, 3)
    return {
        "score": [round(float(s), 3) for s in _score(MODELS["b"], evidence - 0.45)],
        "reference": label.tolist(),
        "view": np.where(bedside, "AP", "PA").tolist(),
        "sex": np.where(sex[patient], "F", "M").tolist(),
        "age": age[patient].tolist(),
        "date": [(first + timedelta(days=int(k // 6))).isoformat() for k in range(n)],
        "patient": [f"p{k + 1:03d}" for k in patient],
    }
