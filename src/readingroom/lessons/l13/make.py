"""The stored runs of lesson 13: what ``readingroom make 13`` makes.

``bleed`` measures a planted bleed. ``slices`` scores the slices of knees with and without a planted
tear (half a minute). ``marks`` plants bulges into cut-outs of the angiogram, trains a small
classifier on some of them and runs it on others (some minutes). ``labels`` reads simulated films
with four findings of unlike frequency.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.lessons.l13 import detect, exams, planting
from readingroom.models.provenance import Drawn, Run

# --- the knee
PLACES = {
    True: {3: (148, 157), 4: (150, 170), 5: (150, 171), 6: (150, 173),
           16: (147, 170), 17: (148, 169), 18: (149, 168), 19: (150, 167)},
    False: dict.fromkeys(range(4, 20), (149.5, 160)),
}  # fmt: skip
ZONES = {
    True: (slice(141, 158), slice(100, 182)),
    False: (slice(147, 153), slice(105, 175)),
}
# greys that a tear adds; bone marrow has about 4,000. The phantom is smooth, and needs fainter ones
STRENGTHS = {True: (300.0, 450.0, 600.0, 750.0, 900.0), False: (120.0, 200.0, 280.0, 360.0, 450.0)}
DARK = 1800.0  # greys below which a voxel of the zone is meniscus or the edge of bone
NOISE = 120.0  # greys of noise that is added to each copy
PLAIN, TORN, LEARNED = 60, 60, 60  # copies
SHOWN_TORN, SHOWN_PLAIN = 2, 98  # the two copies that are shown, the first with a stronger tear
SHOWN_STRENGTH = {True: 2400.0, False: 900.0}
SHOWN_PART = (slice(None), slice(105, 195), slice(75, 205))  # slices, rows, columns: the joint

# --- the vessels
SIDE = (70, 100, 100)  # voxels of a cut-out
CUTS, TRAINED, LESIONS = 40, 90, 3
EMPTY = 4  # every fourth cut-out has no bulge
SMALLEST, LARGEST = 2.5, 7.0  # mm
GRAIN = {True: 4.0, False: 9.0}  # greys of noise that is added to each copy
SEARCHED = 4  # cut-outs for the learner
HIT = 1.5  # mm beyond the edge of a bulge at which a mark still hits it


def knee_copy(early: np.ndarray, real: bool, number: int, strength: float) -> tuple:
    """One copy of a knee: moved a little, noise added, torn where `strength` is above 0.

    Returns
    -------
    values : ndarray, (24, H, W) float32
    torn : dict of int to (row, column)
        Slices that hold the tear; a neighbour holds it more faintly.
    """
    rng = np.random.default_rng([13, 10, number])
    shift = rng.uniform(-0.4, 0.4, 2)
    values = np.stack([planting.moved(plane, *shift) for plane in early.astype(float)])
    places, torn = PLACES[real], {}
    at = int(rng.choice(list(places)))
    slope = float(rng.uniform(0.5, 0.9) * rng.choice([-1, 1]))
    if strength:
        for k, part in ((at, 1.0), (at + 1, 0.45)):
            if k in places and k in (at, at + 1):
                where = (places[k][0] + shift[0], places[k][1] + shift[1] + rng.uniform(-2, 2))
                values[k] = planting.tear(values[k], where, part * strength, slope)
                torn[k] = where
    noise = np.random.default_rng([13, 11, number]).normal(0, NOISE, values.shape)
    return (values + noise).astype(np.float32), torn


def strength_of(number: int, real: bool) -> float:
    """What was planted into a numbered copy; 0 in the later half."""
    return STRENGTHS[real][number % len(STRENGTHS[real])] if number < TORN else 0.0


def slices(mode: str) -> Run:
    """Score every slice of every copy against copies without a tear."""
    found, real = exams.knee(mode)[0], exams.real(mode)

    plain = detect.learned(
        [knee_copy(found.values, real, 1000 + k, 0.0)[0] for k in range(LEARNED)], ZONES[real], DARK
    )
    numbers = range(TORN + PLAIN)
    copies = (knee_copy(found.values, real, k, strength_of(k, real))[0] for k in numbers)
    scores = np.array([detect.slice_scores(one, ZONES[real], plain) for one in copies])
    torn = np.zeros((len(numbers), scores.shape[1]), bool)
    for k in range(TORN):
        torn[k, list(knee_copy(found.values, real, k, strength_of(k, real))[1])] = True
    out = {"scores": scores.astype(np.float32), "torn": torn,
           "strength": np.array([strength_of(k, real) for k in numbers])}  # fmt: skip
    return Run(out, _of(found, out), {"planted": "tears, shifts and noise are ours"})


def _of(found: Any, out: dict) -> Drawn:
    """What a run was made from; ``REAL CT: a set`` becomes ``REAL DATA: CT, a set``."""
    if found.films.startswith("SIMULATED"):
        return Drawn(out)
    modality, _, which = found.films.removeprefix("REAL ").partition(": ")
    return Drawn(out, f"REAL DATA: {modality}, {which}; what is planted is ours")


# --- the head

HALF = (17.0, 15.0, 12.0)  # mm: half axes of the planted bleed along the stack, down and across
BLEEDS = {True: (84.0, 215.0, 190.0), False: (84.0, 110.0, 95.0)}  # mm up the stack, row, column


def bleed(mode: str) -> Run:
    """Areas of the planted bleed, so that a check needs no examination."""
    head = exams.head(mode)
    mask = planting.bleed(head, BLEEDS[exams.real(mode)], HALF)
    out = {"areas": mask.sum(axis=(1, 2)) * head.spacing[1] * head.spacing[2],
           "slabs": head.slabs()}  # fmt: skip
    return Run(out, _of(head, out), {"planted": "the bleed is ours"})


# --- the vessels


def cut_out(
    whole: planting.Branches, number: int, sizes: list[float], grain: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[float]]:
    """A piece of the angiogram with planted bulges: values, corner, middles, greys of the bulges.

    A piece in which they find no room is drawn again, elsewhere.
    """
    rng = np.random.default_rng([13, 20, number])
    shape, side = np.array(whole.values.shape), np.array(SIDE)
    while True:
        corner = np.array([rng.integers(0, n - s + 1) for n, s in zip(shape, side, strict=True)])
        inside = ((whole.places >= corner + 10) & (whole.places < corner + side - 10)).all(axis=1)
        if inside.sum() < 40:
            continue
        cut = tuple(slice(a, a + s) for a, s in zip(corner, side, strict=True))
        part = planting.Branches(
            whole.values[cut], whole.spacing, whole.places[inside] - corner, whole.radius[inside]
        )
        values, middles, greys = part.values, np.zeros((0, 3)), []
        try:
            for mm in sizes:
                spot = planting.room(part, mm, rng, middles)
                values = planting.bulge(values, part.spacing, spot.centre, mm, spot.grey)
                middles = np.vstack([middles, spot.centre])
                greys.append(spot.grey)
        except ValueError:
            continue
        noise = rng.normal(0, grain, values.shape) * (values > 2)
        return (values + noise).astype(np.float32), corner, middles, greys


def _hits(places: np.ndarray, middles: np.ndarray, sizes: np.ndarray, spacing: tuple) -> np.ndarray:
    """Which marks hit which bulge, (M, L)."""
    far = np.linalg.norm((places[:, None] - middles[None]) * np.array(spacing), axis=2)
    return far <= sizes / 2 + HIT


def marks(mode: str) -> Run:
    """Plant, train on 90 cut-outs, mark 40 others; four more for the learner."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    found = exams.vessels(mode)
    whole = planting.branches(found.values, found.spacing)
    draw = np.random.default_rng([13, 21])

    def one(number: int, sizes: np.ndarray) -> tuple:
        values, corner, middles, greys = cut_out(
            whole, number, list(sizes), GRAIN[exams.real(mode)]
        )
        seen = detect.candidates(values, found.spacing)
        return seen, _hits(seen.places, middles, sizes, found.spacing), corner, middles, greys

    learned = [one(1000 + k, draw.uniform(SMALLEST, LARGEST, LESIONS)) for k in range(TRAINED)]
    model = HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.06, max_leaf_nodes=12, l2_regularization=1.0, random_state=0
    ).fit(
        np.vstack([seen.seen for seen, *_ in learned]),
        np.concatenate([hit.any(axis=1) for _, hit, *_ in learned]),
    )
    lesions: list[tuple] = []  # cut-out, size, best score
    rows: list[tuple] = []  # cut-out, score, whether it is false
    for number in range(CUTS):
        many = 0 if number % EMPTY == 0 else LESIONS
        sizes = draw.uniform(SMALLEST, LARGEST, many)
        seen, hit, *_ = one(number, sizes)
        score = np.log(model.predict_proba(seen.seen)[:, 1])
        for j, mm in enumerate(sizes):
            lesions.append((number, mm, score[hit[:, j]].max() if hit[:, j].any() else -np.inf))
        rows += [(number, s, not h) for s, h in zip(score, hit.any(axis=1), strict=True)]
    search = [_searched(one, model, number) for number in range(SEARCHED)]
    out = {
        "lesion_exam": np.array([row[0] for row in lesions], np.int16),
        "lesion_mm": np.array([row[1] for row in lesions], np.float32),
        "lesion_score": np.array([row[2] for row in lesions], np.float32),
        "mark_exam": np.array([row[0] for row in rows], np.int16),
        "mark_score": np.array([row[1] for row in rows], np.float32),
        "mark_false": np.array([row[2] for row in rows], bool),
        **{name: np.array([held[name] for held in search]) for name in search[0]},
    }
    return Run(out, _of(found, out), {"planted": "bulges and noise are ours", "cut-outs": CUTS})


def _searched(one: object, model: object, number: int) -> dict[str, object]:
    """One cut-out for the learner: where its bulge is, and the program's strongest false mark."""
    size = np.array([6.5 - 0.4 * number])
    seen, hit, corner, middles, greys = one(2000 + number, size)  # type: ignore[operator]
    score = model.predict_proba(seen.seen)[:, 1] * ~hit.any(axis=1)  # type: ignore[attr-defined]
    return {"find_corner": corner, "find_middle": middles[0], "find_mm": size[0],
            "find_grey": greys[0], "find_bend": seen.places[int(score.argmax())]}  # fmt: skip


# --- labels

SHARES = {"effusion": 0.25, "consolidation": 0.12, "nodule": 0.02}
PNEUMOTHORAX = 0.06
FILMS, SIZE = 800, 128


def labels() -> Run:
    """Scores of ``simulated-128`` for four findings, on films where they are unlike in number."""
    from readingroom import simulator
    from readingroom.models import findings, reference, training
    from readingroom.simulator.mix import Mix

    mix = Mix("test", FILMS, PNEUMOTHORAX, {"adults": 1.0}, findings.SITES, severity=(0.0, 1.0),
              extras=SHARES)  # fmt: skip
    cases = simulator.plan((mix,), "pneumothorax", 1300)
    drawn = simulator.film_cases(cases, "l13", "pneumothorax", SIZE)
    nets = [reference.load("simulated-128", seed) for seed in reference.SEEDS]
    scores = np.mean([training.scores(net, drawn.images) for net in nets], axis=0)
    held = findings.labels_of(cases)
    _, who = np.unique(drawn.table["patient"], return_inverse=True)
    out = {"labels": held.astype(bool), "scores": scores.astype(np.float32),
           "patient": who.astype(np.int32)}  # fmt: skip
    return Run(out, Drawn(out), {"network": "simulated-128, mean of five seeds", "drawn": FILMS})


RUNS = {"slices": slices, "bleed": bleed, "marks": marks, "labels": labels}
