"""The stored runs of lesson 12: what ``readingroom make 12`` makes.

``readers`` measures LIDC-IDRI's outlines (a minute). ``networks`` trains five small networks on
the cubes, split by patient, and writes their weights and card beside this file (some minutes).
``segmented`` and ``growth`` then outline the test nodules and their enlarged copies.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from readingroom.assess import segments
from readingroom.assess.outlines import Contour
from readingroom.data import lidc, nodules
from readingroom.lessons.l12 import drawing, growing, segment
from readingroom.lessons.l12.films import SIX
from readingroom.models.provenance import Drawn, Run

VAL, TEST = 6, 12  # nodules; the six that are measured belong to the test
SPLIT_SEED = 12
EPOCHS, BATCH, CROP, RATE = 30, 6, 32, 6e-3  # chosen on the validation nodules
NETWORKS = Path(__file__).with_name("networks")
METHODS = ("threshold", "region", "network")
GROWTH = (0.0, 0.05, 0.10, 0.15, 0.25, 0.40)
COPIES = 2  # of each growth: the first without growth is the earlier examination
PAIR = "26_nod4_ann0"  # whose two outlines are compared
# The join of cubes to LIDC-IDRI, found by seven ratings and the volume: one outline of each nodule.
OUTLINES = {
    "0_nod1_ann0": 84,
    "2_nod3_ann0": 90,
    "3_nod1_ann0": 103,
    "4_nod2_ann0": 107,
    "6_nod3_ann0": 124,
    "9_nod2_ann0": 138,
    "10_nod8_ann0": 145,
    "11_nod9_ann0": 168,
    "12_nod2_ann0": 204,
    "13_nod1_ann0": 214,
    "14_nod1_ann0": 218,
    "15_nod1_ann0": 222,
    "16_nod1_ann0": 243,
    "19_nod1_ann0": 263,
    "22_nod1_ann0": 275,
    "26_nod4_ann0": 295,
    "30_nod3_ann0": 319,
    "32_nod1_ann0": 333,
    "35_nod1_ann0": 343,
    "36_nod1_ann0": 348,
    "38_nod4_ann0": 356,
    "39_nod3_ann0": 376,
    "40_nod1_ann0": 383,
    "41_nod2_ann0": 390,
    "43_nod3_ann0": 422,
    "44_nod10_ann0": 435,
    "46_nod1_ann0": 489,
    "49_nod1_ann0": 539,
    "50_nod1_ann0": 543,
    "51_nod1_ann0": 552,
    "52_nod2_ann0": 560,
    "53_nod1_ann0": 568,
    "54_nod1_ann0": 572,
    "55_nod3_ann0": 592,
    "56_nod1_ann0": 602,
    "58_nod1_ann0": 615,
    "59_nod7_ann0": 619,
    "60_nod5_ann0": 632,
    "63_nod1_ann0": 661,
    "66_nod2_ann0": 682,
    "67_nod1_ann0": 696,
    "68_nod2_ann0": 14,
    "74_nod1_ann0": 738,
    "75_nod1_ann0": 747,
    "76_nod1_ann0": 755,
}  # fmt: skip


def split() -> dict[str, list[str]]:
    """Nodules of each part; every nodule is another patient's."""
    others = [name for name in nodules.names() if name not in SIX]
    order = np.random.default_rng(SPLIT_SEED).permutation(others).tolist()
    more = TEST - len(SIX)
    return {"test": [*SIX, *order[:more]], "val": order[more : more + VAL],
            "train": order[more + VAL :]}  # fmt: skip


def readers(mode: str) -> Run:
    """Sizes of nodules by four readers; two readers' outlines of one nodule as masks."""
    if mode != "real":
        out = drawing.readers()
        return Run(out, Drawn(out), {"patients": int(out["patient"].max()) + 1})
    with lidc.database() as open_:
        found = lidc.nodules(open_)
    sizes = [one.sizes() for one in found]
    by_outline = {number: row for row, one in enumerate(found) for number in one.annotations}
    patients = {name: k for k, name in enumerate(sorted({one.patient for one in found}))}
    joined = [by_outline.get(OUTLINES[name], -1) for name in nodules.names()]
    pair = found[joined[nodules.names().index(PAIR)]]
    out = {
        "long": _table(sizes, "long_axis"), "mean": _table(sizes, "mean_axis"),
        "volume": _table(sizes, "volume"),
        "step": np.array([one.step for one in found], np.float32),
        "patient": np.array([patients[one.patient] for one in found], np.uint16),
        "malignancy": np.array([one.malignancy for one in found], np.uint8),
        "cube_row": np.array(joined, np.int16),
        "two": np.packbits(_rasters(pair)), "two_spacing": np.array([pair.step, 0.5, 0.5]),
        "two_shape": np.array(_rasters(pair).shape, np.int16),
    }  # fmt: skip
    films = Drawn(out, "REAL DATA: outlines of LIDC-IDRI by four radiologists")
    return Run(out, films, {"nodules": len(found), "patients": len(patients)})


def _table(sizes: list, what: str) -> np.ndarray:
    return np.array([[getattr(one, what) for one in row] for row in sizes], np.float32)


def _rasters(one: lidc.Outlined) -> np.ndarray:
    """The first two readers' outlines on one grid of 0.5 mm, (2, D, H, W) bool."""
    from matplotlib.path import Path as Corners

    every = [c for held in one.contours[:2] for c in held]
    low = np.vstack([c.points for c in every]).min(axis=0) - 2
    wide = np.ceil((np.vstack([c.points for c in every]).max(axis=0) + 2 - low) / 0.5).astype(int)
    levels = sorted({c.level for c in every})
    at = np.stack(np.meshgrid(*[np.arange(n) for n in wide], indexing="xy"), -1) * 0.5 + low

    def filled(contour: Contour) -> np.ndarray:
        return Corners(contour.points).contains_points(at.reshape(-1, 2)).reshape(at.shape[:2])

    out = np.zeros((2, len(levels), wide[1], wide[0]), bool)
    for reader in (0, 1):
        for contour in one.contours[reader]:
            place = out[reader, levels.index(contour.level)]
            np.logical_xor(place, filled(contour), out=place)
    return out


def networks(mode: str) -> Run:
    """Train five networks of a mode, write their weights and card, keep how they learned."""
    from readingroom.lessons.l12 import learning

    parts = split()
    held = {part: nodules.load(parts[part], mode) for part in ("train", "val")}
    out = learning.five(held, NETWORKS / mode, mode, EPOCHS, BATCH, CROP, RATE)
    return Run(
        out, Drawn(out, held["train"][0].films), {"split": {k: len(v) for k, v in parts.items()}}
    )


def _outlined(one: nodules.Nodule, image: np.ndarray, nets: tuple[Any, ...]) -> list[np.ndarray]:
    """Threshold, region, and one mask for each network."""
    click = segment.middle(one.mask)
    return [
        segment.threshold(image, click),
        segment.region(image, click),
        *[segment.network(image, click, net) for net in nets],
    ]


def segmented(mode: str) -> Run:
    """Each way of outlining on the test nodules: overlap, surface distance, error in volume."""
    found = nodules.load(split()["test"], mode)
    rows = []
    for one in found:
        masks = _outlined(one, one.image, segment.nets(mode))
        rows.append([[
            segments.dice(mask, one.mask),
            segments.surface_distance(mask, one.mask) if mask.any() else np.nan,
            segments.volume_error(mask, one.mask),
        ] for mask in masks])  # fmt: skip
    out = {"scored": np.array(rows, np.float32),  # (nodule, way, measure)
           "voxels": np.array([one.mask.sum() for one in found], np.int32)}  # fmt: skip
    return Run(out, Drawn(out, found[0].films), {"ways": ["threshold", "region", "network x 5"]})


def growth(mode: str) -> Run:
    """Volumes that software measures on enlarged copies of the test nodules, mm³."""
    found = nodules.load(split()["test"], mode)
    net = segment.nets(mode)[:1]
    measured = np.zeros((len(found), len(GROWTH), COPIES, 2), np.float32)  # region, network
    style = np.zeros((len(found), 2), np.float32)
    for i, one in enumerate(found):
        for j, share in enumerate(GROWTH):
            for k in range(COPIES):
                copy = growing.grown(one.image, one.mask, share, np.random.default_rng([i, j, k]))
                measured[i, j, k] = _volumes(one, copy, net)
                if j == 0 and k == 0:
                    style[i] = _volumes(one, growing.other_style(copy), net)
    out = {"growth": np.array(GROWTH), "volume": measured, "other_style": style,
           "voxels": np.array([one.mask.sum() for one in found], np.int32)}  # fmt: skip
    return Run(out, Drawn(out, found[0].films), {"planted": "growth, shifts and noise are ours"})


def _volumes(one: nodules.Nodule, image: np.ndarray, net: tuple[Any, ...]) -> list[float]:
    click = segment.middle(one.mask)
    return [segments.volume(segment.region(image, click)),
            segments.volume(segment.network(image, click, net[0]))]  # fmt: skip


RUNS = {"readers": readers, "networks": networks, "segmented": segmented, "growth": growth}
