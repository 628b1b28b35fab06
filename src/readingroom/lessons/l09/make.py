"""The runs behind lesson 09: ``readingroom make 09`` makes them. No network is trained.

Each is repeated with `SEEDS` deals of films to the hospitals. ``flower`` needs the extra
``federated``.
"""

from __future__ import annotations

import numpy as np

from readingroom import data
from readingroom.assess import metrics
from readingroom.data.films import thumbnails
from readingroom.lessons.l09 import fedavg, films, flower
from readingroom.models import sites
from readingroom.models.provenance import Drawn, Run
from readingroom.simulator.exam import Exam
from readingroom.simulator.mix import Case, finding
from readingroom.simulator.patient import Patient
from readingroom.simulator.population import film_cases
from readingroom.simulator.streams import stream

SEEDS = 5
TRIES = 100
EACH = 300  # films of a kind that the first hospital has, where a model is handed on
PROBED = 400  # films of a collection that the probe sees

# hospitals of which each lacks one finding
SCANNERS = ("Northgate", "Harbour", "Elm Park")
FINDINGS = ("consolidation", "effusion", "cardiomegaly")
WELL, SICK = 100, 50  # training films without a finding, and of each finding that a hospital has
WELL_TEST, SICK_TEST = 50, 25  # of each scanner
POOL_SEED = 94


def _auc(y: np.ndarray, x: np.ndarray, weights: np.ndarray) -> float:
    return metrics.auc(y, x @ weights, draws=2).value


def _children(mode: str):
    return data.load("children", size=fedavg.EDGE, mode=mode)


def deals(mode: str) -> Run:
    """Each hospital alone, all films in one place, the average, and one hospital's labels flipped.

    Returns
    -------
    Run
        ``auc`` (D, 5) on the test films: A, B, C alone, pooled, federated; ``flipped`` (D, 3):
        federated where A, B or C sends what it learnt from reversed labels.
    """
    cohort = _children(mode)
    shown, truth = films.numbered(cohort, "test")
    auc, flipped = np.zeros((SEEDS, 5)), np.zeros((SEEDS, 3))
    for seed in range(SEEDS):
        parts = films.dealt(cohort, seed)
        x, y = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
        found = [fedavg.alone(*part) for part in [*parts, (x, y)]] + [fedavg.federated(parts)]
        auc[seed] = [_auc(truth, shown, weights) for weights in found]
        for bad in range(3):
            crooked = [(x, 1 - y if k == bad else y) for k, (x, y) in enumerate(parts)]
            flipped[seed, bad] = _auc(truth, shown, fedavg.federated(crooked))
    return Run({"auc": auc, "flipped": flipped}, cohort)


def handed(mode: str) -> Run:
    """A model of one hospital at another, which has 50 films to learn from.

    Returns
    -------
    Run
        ``auc`` (D, 3) on the other half of the second hospital's patients: 50 films alone, the
        first hospital's weights as they are, these and the 50 films.
    """
    home = _children(mode)
    pick, label = films.ordered(home, "train")
    rng = np.random.default_rng([9, 92])
    rows = np.concatenate([rng.permutation(np.flatnonzero(label == k))[:EACH] for k in (1, 0)])
    start = fedavg.alone(fedavg.as_numbers(pick[rows]), label[rows])
    away, about = films.second_hospital(mode)
    x, y = fedavg.as_numbers(away), about["label"].to_numpy(int)
    who = about["patient"].astype(str).to_numpy()
    auc = np.zeros((SEEDS, 3))
    for seed in range(SEEDS):
        rng = np.random.default_rng([92, seed])
        names = rng.permutation(np.unique(who))
        here = np.isin(who, names[: len(names) // 2])
        few = np.concatenate(
            [rng.permutation(np.flatnonzero(here & (y == k)))[: films.FEW // 2] for k in (1, 0)]
        )
        found = (
            fedavg.alone(x[few], y[few]),
            start,
            fedavg.train(start, x[few], y[few]),
        )
        auc[seed] = [_auc(y[~here], x[~here], weights) for weights in found]
    return Run({"auc": auc}, home)


def styles(mode: str) -> Run:
    """Whether films betray where they were taken: each place against all others.

    Returns
    -------
    Run
        ``place`` (K,) names; ``auc`` (K, 4): value, low, high, n of a probe on cheap facts of the
        films, cross-validated by patient where patients are known.
    """
    groups, main = films.places(mode, PROBED)
    pixels = np.concatenate([group for _, group, _ in groups])
    name = np.concatenate([[place] * len(group) for place, group, _ in groups])
    who = np.concatenate([patient for _, _, patient in groups])
    found = []
    for place, _, _ in groups:
        is_here = (name == place).astype(int)
        one = metrics.auc(is_here, sites.readable(pixels, is_here, who), who, draws=500)
        found.append((one.value, one.lo, one.hi, one.n))
    places = np.array([place for place, _, _ in groups])
    return Run({"place": places, "auc": np.array(found)}, main)


def _pool(site: str) -> list[Case]:
    """Patients of one scanner: some well, some with each finding."""
    rng, out = stream(POOL_SEED, f"hospital {site}"), []
    for kind, n in {"": WELL + WELL_TEST, **dict.fromkeys(FINDINGS, SICK + SICK_TEST)}.items():
        for _ in range(n):
            number = int(rng.integers(2**31))
            patient = Patient.sample(number)
            found = (finding(rng, kind, float(rng.uniform(0.3, 1.0)), number),) if kind else ()
            exam = Exam.sample(patient, number, site)
            out.append(Case("pool", int(bool(found)), patient, exam, found))
    return out


def missing() -> Run:
    """Three simulated hospitals with other scanners, each of which never saw one finding.

    Returns
    -------
    Run
        ``auc`` (D, 3, 3): deal, hospital, and alone, federated, pooled; on well films and films
        with the finding that this hospital lacks, from all three scanners. ``lacks`` (3,).
    """
    drawn = film_cases([case for site in SCANNERS for case in _pool(site)], "lacks", "any", 64)
    pixels = thumbnails(drawn.images, fedavg.EDGE)
    x, y = fedavg.as_numbers(pixels), np.array([case.label for case in drawn.cases])
    site = np.array([case.exam.site for case in drawn.cases])
    kind = np.array([c.findings[0].kind if c.findings else "" for c in drawn.cases])
    auc = np.zeros((SEEDS, len(SCANNERS), 3))
    for seed in range(SEEDS):
        rng, trained, rest = np.random.default_rng([9, 94, seed]), [], []
        for scanner, lacks in zip(SCANNERS, FINDINGS, strict=True):
            own = []
            for one, n in {"": WELL, **dict.fromkeys(FINDINGS, SICK)}.items():
                rows = rng.permutation(np.flatnonzero((site == scanner) & (kind == one)))
                own += [] if one == lacks else list(rows[:n])
                rest += list(rows[n:])
            trained.append((x[own], y[own]))
        pooled = fedavg.alone(*(np.concatenate([one[k] for one in trained]) for k in (0, 1)))
        shared, test = fedavg.federated(trained), np.array(rest)
        for k, lacks in enumerate(FINDINGS):
            rows = test[np.isin(kind[test], ("", lacks))]
            models = (fedavg.alone(*trained[k]), shared, pooled)
            auc[seed, k] = [_auc(y[rows], x[rows], weights) for weights in models]
    return Run({"auc": auc, "lacks": np.array(FINDINGS)}, Drawn({"films": pixels}))


def trade(mode: str) -> Run:
    """What noise costs, and what it hides.

    Returns
    -------
    Run
        ``noise`` (K,); ``auc`` (D, K) of the federated model on the test films; ``batch`` (B,);
        ``found`` (B, K): in how many of ``tries`` the picture rebuilt from an update of so many
        films is more like one of them than like any other training film.
    """
    cohort = _children(mode)
    shown, truth = films.numbered(cohort, "test")
    auc = np.zeros((SEEDS, len(films.NOISE)))
    for seed in range(SEEDS):
        parts = films.dealt(cohort, seed)
        for k, z in enumerate(films.NOISE):
            auc[seed, k] = _auc(truth, shown, fedavg.federated(parts, noise=z, seed=seed))
    x, y = films.numbered(cohort, "train")
    known = fedavg.levelled(x).astype(np.float32)
    found, rng = (
        np.zeros((len(films.BATCHES), len(films.NOISE)), int),
        np.random.default_rng([9, 93]),
    )
    for b, batch in enumerate(films.BATCHES):
        for k, z in enumerate(films.NOISE):
            for _ in range(TRIES):
                rows = rng.choice(len(y), batch, replace=False)
                sent = fedavg.message(films.one_step(x[rows], y[rows]), z, rng)
                found[b, k] += fedavg.similarity(fedavg.rebuilt(sent), known).argmax() in rows
    arrays = {"noise": np.array(films.NOISE), "auc": auc, "batch": np.array(films.BATCHES)}
    arrays["found"] = found
    return Run({**arrays, "tries": np.array(TRIES)}, cohort)


def frozen_films() -> Run:
    """The simulated films of the three hospitals, as shipped: the same on every machine.

    Returns
    -------
    Run
        ``films`` (800, 28, 28) uint8 in the order of the hospitals, ``label`` (800,).
    """
    cohort = _children("simulated")
    pixels, label = films.ordered(cohort, "train")
    rows = np.concatenate(films.deal(label, 0))
    return Run({"films": pixels[rows], "label": label[rows].astype(np.uint8)}, cohort)


def log(mode: str) -> Run:
    """Two rounds of Flower with three clients on the loopback address, as they were sent."""
    run = flower.run(films.hospitals(mode))
    arrays = {"sent": run.sent, "films": run.films, "mean": run.mean, "bytes": run.bytes}
    return Run(arrays, _children(mode), {"flwr": run.version, "seconds": run.seconds})


RUNS = {
    "deals": deals,
    "handed": handed,
    "styles": styles,
    "missing": missing,
    "trade": trade,
    "films": frozen_films,
    "flower": log,
}
