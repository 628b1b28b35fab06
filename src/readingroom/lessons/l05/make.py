"""The stored runs of lesson 05: ``readingroom make 05`` makes them.

All are of simulated films, whose outlines are known, and of ``simulated-128``.
"""

from __future__ import annotations

import numpy as np

from readingroom import simulator
from readingroom.explain import overlap, pointing_game
from readingroom.kernel import stored
from readingroom.lessons.l05 import make_cases
from readingroom.lessons.l05.films import SIZE, films_with, gather, scored_films
from readingroom.models.findings import FINDINGS
from readingroom.models.provenance import Drawn, Run

LESSON = "05"
NETWORK = "simulated-128"
COMPARED = 20  # for each finding, where every map of every network is scored
CELLS = 32  # stored maps of pixel methods are means over 4 x 4 pixels
SANITY_FILMS = 12
DIAMETERS = (6, 8, 10, 12, 15, 18, 21, 24, 27, 30)  # mm
EACH = 40  # nodules of each size
SHUFFLED = 120  # films whose labels are dealt out anew
SHUFFLED_EPOCHS = 20
METHODS = ("Grad-CAM", "plain gradient", "Guided Backprop", "integrated gradients")
ERASED = ("Grad-CAM", "plain gradient", "Guided Backprop")
"""Maps that are put to the test of erasing."""
SWEPT = ("plain gradient", "Grad-CAM")
CONTROLS = ("erased weights", "shuffled labels", "edge filter")


def stored_run(name: str) -> stored.Stored:
    """A stored run of lesson 05; the same, whichever films the kernel works with."""
    return stored.load(LESSON, name, "simulated")


def _maps(method: str, net, films: np.ndarray, finding: int) -> np.ndarray:
    """Maps of one method on its stored grid, (N, h, w)."""
    from readingroom.explain import maps

    if method == "Grad-CAM":
        return maps.grad_cam(net, films, finding)
    made = {
        "integrated gradients": lambda: np.abs(
            maps.integrated_gradients(net, films, finding, steps=16)
        ),
        "plain gradient": lambda: maps.gradient(net, films, finding),
        "Guided Backprop": lambda: maps.guided_backprop(net, films, finding),
    }[method]()
    return overlap.pooled(made, CELLS)


def _networks() -> list:
    """The shipped network, each of its seeds."""
    from readingroom.models import reference

    return [reference.load(NETWORK, seed) for seed in reference.seeds(NETWORK)]


def localise() -> Run:
    """Grad-CAM of every film by the network of seed 0, and the films' outlines.

    Returns
    -------
    Run
        ``cam`` (N, 8, 8) float16; ``score`` (N,) of the finding (of the first, where there is
        none); ``kind`` (N,) index into `FINDINGS`, 4 for none; ``mask``, ``lung``
        (N, H, W / 8) packed bits.
    """
    from readingroom.models import reference
    from readingroom.models.training import scores

    found, net = scored_films(), reference.load(NETWORK)
    output = np.maximum(found.output, 0)
    cam = np.zeros((len(output), 8, 8), np.float32)
    for i in range(len(FINDINGS)):
        cam[output == i] = _maps("Grad-CAM", net, found.images[output == i], i)
    arrays = {
        "cam": cam.astype(np.float16),
        "score": scores(net, found.images)[np.arange(len(output)), output].astype(np.float16),
        "kind": np.where(found.kind == "", len(FINDINGS), found.output).astype(np.uint8),
        "mask": np.packbits(found.masks, axis=2),
        "lung": np.packbits(found.lungs, axis=2),
    }
    return Run(arrays, Drawn({"": found.images}))


def _scored(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Hit, IoU and AUPRC of each film, (3, N)."""
    heat = pointing_game.smooth(maps, masks.shape[1])
    return np.array(
        [
            pointing_game.hits(maps, masks),
            [overlap.iou(h, m) for h, m in zip(heat, masks, strict=True)],
            [overlap.auprc(h, m) for h, m in zip(heat, masks, strict=True)],
        ],
        np.float16,
    )


def shuffled_networks() -> tuple[list, np.ndarray]:
    """Networks that learnt labels dealt out at random, and their accuracy on those labels."""
    from readingroom.models import findings, reference
    from readingroom.models.training import Recipe, fit, scores, settle

    plan = reference.NAMES[NETWORK]
    cases = [case for case in findings.plan() if case.split == "train"][:SHUFFLED]
    films = simulator.film_cases(cases, findings.NAME, "pneumothorax", SIZE).images
    labels = findings.labels_of(cases)
    nets, accuracy = [], []
    for seed in range(len(_networks())):
        rng = np.random.default_rng([505, seed])
        wrong = rng.permutation(labels)
        recipe = Recipe(
            SHUFFLED_EPOCHS, rate=1e-3, moves=False, warm=False, batch=16,
            strides=plan.strides, local=plan.local,
        )  # fmt: skip
        run = fit(films, wrong, seed=seed, recipe=recipe)
        settle(run.net, films)
        accuracy.append(float(((scores(run.net, films) > 0.5) == wrong).mean()))
        nets.append(run.net)
        print(f"shuffled labels, seed {seed}: accuracy {accuracy[-1]:.3f}", flush=True)
    return nets, np.array(accuracy, np.float32)


def compare() -> Run:
    """Hit, IoU and AUPRC of every method, seed and film, and of three controls.

    Returns
    -------
    Run
        ``trained`` (methods, seeds, 3, films) and ``control`` (controls, seeds, 3, films)
        float16, films with a finding only; ``kind`` (films,); ``memory`` (seeds,): share of the
        shuffled labels learnt.
    """
    from readingroom.explain import sanity

    films = [films_with(kind, COMPARED).films for kind in FINDINGS]
    found = gather([film for part in films for film in part])
    nets = _networks()
    shuffled, memory = shuffled_networks()

    def scored(method: str, net) -> np.ndarray:
        out = np.zeros((3, len(found.kind)), np.float16)
        for i in range(len(FINDINGS)):
            rows = found.output == i
            maps = _maps(method, net, found.images[rows], i)
            out[:, rows] = _scored(maps, found.masks[rows])
        return out

    trained = []
    for method in METHODS:
        trained.append([scored(method, net) for net in nets])
        print(f"compare: {method} is done", flush=True)
    erased = [sanity.randomised(net, seed=seed) for seed, net in enumerate(nets)]
    edges = _scored(overlap.pooled(overlap.edges(found.images), CELLS), found.masks)
    control = [
        [scored("Grad-CAM", net) for net in erased],
        [scored("Grad-CAM", net) for net in shuffled],
        [edges] * len(nets),
    ]
    arrays = {
        "methods": np.array(METHODS),
        "controls": np.array(CONTROLS),
        "trained": np.array(trained, np.float16),
        "control": np.array(control, np.float16),
        "kind": found.output.astype(np.uint8),
        "memory": memory,
    }
    return Run(arrays, Drawn({"": found.images}))


def cascade() -> Run:
    """Rank correlation with the original map as layers are erased from the last to the first.

    Returns
    -------
    Run
        ``rho`` (methods, layers, seeds, films) float16; ``original``, ``erased``
        (methods, films, 32, 32) float16: maps of seed 0, half of the layers erased; ``edges``
        (films, 32, 32); ``seeds`` (methods, seeds, films): correlation of the maps of seed 0 with
        those of each other seed.
    """
    from readingroom.explain import sanity

    found = films_with("consolidation", SANITY_FILMS, first=500)
    finding, depth = FINDINGS.index("consolidation"), len(sanity.LAYERS)
    nets = _networks()
    rho = np.zeros((len(ERASED), depth, len(nets), SANITY_FILMS))
    between = np.zeros((len(ERASED), len(nets), SANITY_FILMS))
    kept: dict[str, list] = {"original": [], "erased": []}
    for m, method in enumerate(ERASED):
        first = None
        for seed, net in enumerate(nets):
            original = _maps(method, net, found.images, finding)
            first = original if first is None else first
            between[m, seed] = _alike(first, original)
            for layers in range(1, depth + 1):
                erased = sanity.randomised(net, layers, seed)
                changed = _maps(method, erased, found.images, finding)
                rho[m, layers - 1, seed] = _alike(original, changed)
                if seed == 0 and layers == depth // 2:
                    kept["original"].append(_on_grid(original))
                    kept["erased"].append(_on_grid(changed))
        print(f"cascade: {method} is done", flush=True)
    edges = overlap.pooled(overlap.edges(found.images), CELLS)
    arrays = {
        "rho": rho.astype(np.float16),
        "seeds": between.astype(np.float16),
        "original": np.array(kept["original"], np.float16),
        "erased": np.array(kept["erased"], np.float16),
        "edges": _on_grid(edges).astype(np.float16),
    }
    return Run(arrays, Drawn({"": found.images}))


def _alike(one: np.ndarray, other: np.ndarray) -> list[float]:
    pairs = zip(one, other, strict=True)
    return [overlap.rank_correlation(a, b) for a, b in pairs]


def _on_grid(maps: np.ndarray) -> np.ndarray:
    """Maps on the common grid, scaled to a maximum of 1, as a picture shows them."""
    n = CELLS // maps.shape[1]
    wide = np.kron(maps, np.ones((1, n, n)))
    top = wide.max((1, 2), keepdims=True)
    return wide / np.where(top > 0, top, 1)


def sweep() -> Run:
    """Nodules of each size: does a map's hottest point hit? Network of seed 0.

    Returns
    -------
    Run
        ``diameter`` (D,) mm; ``hit`` (maps of `SWEPT`, D, n) bool; ``chance`` (D, n) of a random
        point in the lung; ``centre`` (D, n) bool; ``score`` (D, n); ``spacing`` (D, n) mm a pixel.
    """
    from readingroom.models import reference
    from readingroom.models.training import scores

    nodule, net = FINDINGS.index("nodule"), reference.load(NETWORK)
    sets = [films_with("nodule", EACH, first=3000, size_mm=mm) for mm in DIAMETERS]
    print("sweep: films are drawn", flush=True)
    hit = [
        [pointing_game.hits(_maps(method, net, s.images, nodule), s.masks) for s in sets]
        for method in SWEPT
    ]
    arrays = {
        "diameter": np.array(DIAMETERS, float),
        "hit": np.array(hit),
        "chance": np.array([pointing_game.chance(s.masks, s.lungs) for s in sets], np.float32),
        "centre": np.array([pointing_game.centre_hits(s.masks) for s in sets]),
        "score": np.array([scores(net, s.images)[:, nodule] for s in sets], np.float16),
        "spacing": np.array([s.spacing_mm for s in sets], np.float32),
    }
    for method, rows in zip(SWEPT, hit, strict=True):
        print("sweep:", method, [round(float(row.mean()), 2) for row in rows], flush=True)
    return Run(arrays, Drawn({"": np.concatenate([s.images for s in sets])}))


def attention() -> Run:
    """See `make_attention`, which needs torch; who only reads stored runs does not."""
    from readingroom.lessons.l05 import make_attention

    return make_attention.attention()


RUNS = {
    "localise": localise,
    "compare": compare,
    "cascade": cascade,
    "sweep": sweep,
    "adds-up": make_cases.adds_up,
    "wrong-place": make_cases.wrong_place,
    "wrong-answer": make_cases.wrong_answer,
    "attention": attention,
}
