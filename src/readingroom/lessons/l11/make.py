"""The stored runs of lesson 11: what ``readingroom make 11`` makes.

``header`` keeps what the checks need of a PET header. ``networks`` trains small networks on half
of the patients and writes weights and card beside this file (ten minutes on one core).
``tumours``, ``detection`` and ``squares`` measure on the other half. ``contrast`` is of simulated
slices only. The order matters: each may read what stands before it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from readingroom.data import slices, tumours
from readingroom.data.tumours import Tumour
from readingroom.dicom import suv
from readingroom.lessons.l11 import counts, denoise, detecting, enhancing, measures
from readingroom.models.provenance import Drawn, Run

SPLIT_SEED = 11
TEST = 25  # patients
DRAWS = 1  # of added noise, for each tumour
FRACTIONS = (0.5, 0.25)
SHOWN = 0.25  # of the counts: where the denoisers are compared
METHODS = ("low", "gaussian", "non-local", "1", "2")
NETWORKS = Path(__file__).with_name("networks")


def split() -> dict[str, list[str]]:
    """Patients of each part; every tumour is another patient's."""
    order = np.random.default_rng(SPLIT_SEED).permutation(tumours.names()).tolist()
    return {"test": order[:TEST], "train": order[TEST:]}


def _run(out: dict[str, np.ndarray], films: str, **facts: Any) -> Run:
    return Run(out, Drawn(out, films), facts)


def header(mode: str) -> Run:
    """Dose, half-life, seconds, weight, and the hottest voxel of a PET slice in Bq/ml."""
    one = slices.one("sts-wholebody-pet", mode, number=1)
    said = suv.tracer(one.header)
    top = float(suv.activity(one.header).max())
    out = {"tracer": np.array([said.dose, said.half_life, said.seconds, said.weight]),
           "hottest": np.array(top)}  # fmt: skip
    return _run(out, one.films, patient="one")


def networks(mode: str) -> Run:
    """Train two versions of a denoiser and three painters, five seeds each."""
    from readingroom.lessons.l11 import learning

    train = tumours.load(split()["train"], mode)
    out = learning.every(train, NETWORKS / mode, mode)
    return _run(out, train[0].films, patients=len(train))


def cleaned(one: Tumour, low: np.ndarray, method: str, mode: str, fraction: float) -> np.ndarray:
    """A volume by one method, (D, H, W); of a network the first of its five."""
    if method == "low":
        return low
    if method == "gaussian":
        return denoise.gaussian(low, one)
    if method == "non-local":
        return denoise.non_local(low, one, fraction)
    return denoise.network(low, denoise.nets(mode, method)[0])


def measured(mode: str) -> Run:
    """What each measure says of each test tumour, by fraction, method and draw of noise."""
    found = tumours.load(split()["test"], mode)
    own = np.zeros((len(found), len(measures.OF_TUMOUR)), np.float32)
    noise = np.zeros((len(found), 1 + len(FRACTIONS), 2), np.float32)  # mean and SD of tissue
    less = np.zeros((len(found), len(FRACTIONS), DRAWS, len(measures.OF_TUMOUR)), np.float32)
    width = len(measures.OF_TUMOUR) + len(measures.OF_PICTURE) + 1  # and the mean of the picture
    out = np.zeros((len(found), len(METHODS), DRAWS, width), np.float32)
    seeds = np.zeros((len(found), len(denoise.VERSIONS), len(denoise.SEEDS)), np.float32)
    for i, one in enumerate(found):
        own[i] = measures.of_tumour(one.suv, one)
        where = counts.tissue(one)
        noise[i, 0] = _mean_and_sd(one.suv, where)
        for k in range(DRAWS):
            for j, fraction in enumerate(FRACTIONS):
                low = counts.lowered(one, fraction, np.random.default_rng([11, i, j, k]))
                less[i, j, k] = measures.of_tumour(low, one)
                noise[i, 1 + j] += np.array(_mean_and_sd(low, where)) / DRAWS
            for m, method in enumerate(METHODS):  # of the last fraction
                shown = cleaned(one, low, method, mode, fraction)
                out[i, m, k] = [*measures.of_tumour(shown, one),
                                *measures.of_picture(shown, one.suv), shown.mean()]  # fmt: skip
        for v, name in enumerate(denoise.VERSIONS):
            for s, net in enumerate(denoise.nets(mode, name)):
                seeds[i, v, s] = denoise.network(low, net)[one.mask].max() / own[i, 0] - 1
    return _run({
        "own": own, "noise": noise, "less": less, "cleaned": out, "seeds": seeds,
        "ml": np.array([one.ml for one in found], np.float32),
        "mean": np.array([one.suv.mean() for one in found], np.float32),
    }, found[0].films, added="noise", fractions=list(FRACTIONS), methods=list(METHODS))  # fmt: skip


def _mean_and_sd(values: np.ndarray, where: np.ndarray) -> tuple[float, float]:
    found = counts.noise(values, where)
    return found.mean, found.sd


def detection(mode: str) -> Run:
    """A model reader's scores of planted faint spots, at full and at a quarter of the counts."""
    found = tumours.load(split()["test"], mode)
    rows = [detecting.scores(one, k, lambda o, v, m: cleaned(o, v, m, mode, SHOWN), METHODS, SHOWN)
            for k, one in enumerate(found)]  # fmt: skip
    out = {
        "scores": np.concatenate([s for s, _ in rows], axis=1),  # (method, spot)
        "planted": np.concatenate([p for _, p in rows]),
        "patient": np.concatenate([np.full(len(p), k) for k, (_, p) in enumerate(rows)]),
    }
    return _run(out, found[0].films, planted="spots", methods=["full", *METHODS])


def painted(mode: str) -> Run:
    """What painters make of tumours on the left, on the right, and of slices without."""
    found = tumours.load(split()["test"], mode)
    return _run(detecting.erased(found, mode), found[0].films, painters=list(denoise.PAINTERS))


def contrast() -> Run:
    """Enhancement restored from a share of the contrast agent; simulated."""
    out = enhancing.table()
    return Run(out, Drawn(out), {"lesions": len(enhancing.LESIONS)})


RUNS = {"header": header, "networks": networks, "tumours": measured,
        "detection": detection, "squares": painted, "contrast": contrast}  # fmt: skip
