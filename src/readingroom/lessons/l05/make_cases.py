"""Stored runs of lesson 05 on single chosen cases: completeness, wrong place, wrong answer."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from readingroom import simulator
from readingroom.explain import overlap, pointing_game
from readingroom.lessons.l05.films import blurred, drained, one_film, opacities
from readingroom.models.findings import FINDINGS
from readingroom.models.provenance import Drawn, Run

NETWORK = "simulated-128"
NEAR_MM = 12.0  # a cell of the last grid is some 45 mm wide, so a peak this near is on the device
CLEAR_MM = 5.0  # that a point called "on the finding" lies inside its outline, for the eye
SHOWN = 8
OPACITIES = 120  # films among which wrong answers are found


def adds_up() -> Run:
    """Integrated gradients of one film from two baselines, and the logits they must add up to.

    Returns
    -------
    Run
        ``black``, ``blurred`` (32, 32) float32: sums over 4 x 4 pixels; ``f_film``, ``f_black``,
        ``f_blurred``: logits.
    """
    from readingroom.explain import maps
    from readingroom.models import reference

    films, finding = one_film(), FINDINGS.index("consolidation")
    net = reference.load(NETWORK)
    out = {"f_film": maps.logits(net, films, finding)[0]}
    for name, start in (("black", np.zeros_like(films)), ("blurred", blurred(films))):
        found = maps.integrated_gradients(net, films, finding, start, steps=128)
        out[name] = (overlap.pooled(found, 32)[0] * 16).astype(np.float32)
        out[f"f_{name}"] = maps.logits(net, start, finding)[0]
    return Run({name: np.asarray(value) for name, value in out.items()}, Drawn({"": films}))


def distance(heat: np.ndarray, where: np.ndarray, spacing_mm: float) -> float:
    """From the hottest point of a map to the nearest pixel of a mask, mm."""
    size = where.shape[0]
    spot = pointing_game.peak(pointing_game.smooth(heat, size))
    return float(ndimage.distance_transform_edt(~where)[spot] * spacing_mm)


def wrong_place() -> Run:
    """Eight films called rightly, of which some maps peak on the drain and not on the finding.

    Returns
    -------
    Run
        ``number`` (8,) of the film among `drained`; ``cam`` (8, 8, 8) float16; ``on_device`` (8,)
        bool; ``logit`` (8, 3): as it is, without the drain, without the pneumothorax; ``counts``
        (3,): called rightly, peak on the finding, peak on the drain only, among all films.
    """
    from readingroom.explain import maps
    from readingroom.models import reference, training

    net, finding = reference.load(NETWORK), FINDINGS.index("pneumothorax")
    found = drained()
    cams = maps.grad_cam(net, found.images, finding)
    score = training.scores(net, found.images)[:, finding]
    inside = pointing_game.hits(cams, found.masks)
    far = np.array([distance(c, d, mm) for c, d, mm in zip(
        cams, found.devices, found.spacing_mm, strict=True)])  # fmt: skip
    lesion = np.array([distance(c, m, mm) for c, m, mm in zip(
        cams, found.masks, found.spacing_mm, strict=True)])  # fmt: skip
    called = score > 0.5
    astray = np.flatnonzero(called & (lesion > NEAR_MM) & (far < NEAR_MM))
    right = np.flatnonzero(called & inside)
    clear = [i for i in right if distance(cams[i], ~found.masks[i], found.spacing_mm[i]) > CLEAR_MM]
    print(f"called {called.sum()}, on the finding {len(right)}, on the drain {len(astray)}")
    few = min(3, len(astray))
    chosen = np.r_[astray[:few], clear[: SHOWN - few]].astype(int)
    chosen = chosen[np.random.default_rng(5).permutation(len(chosen))]
    some = found.some(chosen)
    bare = np.stack([simulator.twin(film, devices=()).image for film in some.films])
    well = np.stack([simulator.twin(film, findings=()).image for film in some.films])
    arrays = {
        "number": chosen,
        "cam": cams[chosen].astype(np.float16),
        "on_device": np.isin(chosen, astray),
        "logit": np.stack([maps.logits(net, x, finding) for x in (some.images, bare, well)], 1),
        "counts": np.array([called.sum(), len(right), len(astray)]),
    }
    return Run(arrays, Drawn({"": some.images}))


def wrong_answer() -> Run:
    """Films with a consolidation and no nodule, on which a nodule is called, right on the spot.

    Returns
    -------
    Run
        ``number`` (k,) among `opacities`, highest score first; ``cam`` (k, 8, 8) float16 of the
        nodule; ``score`` (k,); ``counts`` (3,): films, nodules called, hottest point on the
        consolidation.
    """
    from readingroom.explain import maps
    from readingroom.models import reference, training

    net, nodule = reference.load(NETWORK), FINDINGS.index("nodule")
    found = opacities(OPACITIES)
    score = training.scores(net, found.images)[:, nodule]
    called = np.flatnonzero(score > 0.5)
    cams = maps.grad_cam(net, found.images[called], nodule)
    kept = np.flatnonzero(pointing_game.hits(cams, found.masks[called]))
    kept = kept[np.argsort(-score[called[kept]], kind="stable")]
    counts = np.array([OPACITIES, len(called), len(kept)])
    print(f"wrong answers: {counts}", flush=True)
    arrays = {
        "number": called[kept],
        "cam": cams[kept].astype(np.float16),
        "score": score[called[kept]],
        "counts": counts,
    }
    return Run(arrays, Drawn({"": found.images[called[kept]]}))
