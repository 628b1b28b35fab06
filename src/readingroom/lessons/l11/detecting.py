"""Can it still be found? A model reader on planted spots, and painters on real tumours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from readingroom.data.tumours import Tumour
from readingroom.lessons.l11 import counts, denoise, squares
from readingroom.simulator.tumours import sigmas

SPOTS = 12  # places in each patient, with and without a planted spot
WIDTH = 12.0  # mm, full width at half maximum of a planted spot
STRENGTH = 0.35  # SUV at its middle
BESIDE = 24.0  # mm: the reader compares with what lies around, as wide as this
CORE = 0.41
NEAR = 4  # voxels around the place where tumours were: there a painter's spot is looked for
FREE = 2.5  # SUV: a slice that shows no more counts as free of tumour


def places(one: Tumour, rng: np.random.Generator) -> np.ndarray:
    """Voxels in tissue, away from the tumour and the edge, (at most 12, 3)."""
    inner = counts.tissue(one)
    for axis, edge in enumerate((4, 4, 4)):
        index = [slice(None)] * 3
        for part in (slice(None, edge), slice(-edge, None)):
            index[axis] = part
            inner[tuple(index)] = False
    at = np.argwhere(inner)
    chosen: list[np.ndarray] = []
    for place in rng.permutation(at)[:400]:
        far = [np.linalg.norm((place - other) * one.spacing) for other in chosen]
        if min(far, default=99) > 2 * WIDTH:
            chosen.append(place)
        if len(chosen) == SPOTS:
            break
    return np.array(chosen, int).reshape(-1, 3)


def planted(one: Tumour, at: np.ndarray) -> np.ndarray:
    """The volume with a faint round spot at each place, (D, H, W); planted by us."""
    points = np.zeros(one.suv.shape)
    points[tuple(at.T)] = 1
    return (one.suv + STRENGTH * _bell(points, one)).astype(np.float32)


def _bell(points: np.ndarray, one: Tumour) -> np.ndarray:
    from scipy import ndimage

    sides = sigmas(WIDTH, one.spacing)
    single = np.zeros([41] * 3)
    single[20, 20, 20] = 1
    return ndimage.gaussian_filter(points, sides) / ndimage.gaussian_filter(single, sides).max()


def read(values: np.ndarray, at: np.ndarray, one: Tumour) -> np.ndarray:
    """The model reader's score at each place: the mean over the spot less that around it, (N,)."""
    from scipy import ndimage

    near = ndimage.gaussian_filter(np.asarray(values, float), sigmas(WIDTH, one.spacing))
    around = ndimage.gaussian_filter(np.asarray(values, float), sigmas(BESIDE, one.spacing))
    return np.asarray((near - around)[tuple(at.T)])


def scores(
    one: Tumour,
    number: int,
    cleaned: Callable[[Tumour, np.ndarray, str], np.ndarray],
    methods: Sequence[str],
    fraction: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Scores with and without planted spots: full counts, then each method, (1 + M, 2N); (2N,)."""
    at = places(one, np.random.default_rng([11, 7, number]))
    columns, truth = [], []
    for there in (1, 0):
        held = replace(one, suv=planted(one, at)) if there else one
        low = counts.lowered(held, fraction, np.random.default_rng([11, 8, number, there]))
        shown = [held.suv, *[cleaned(held, low, method) for method in methods]]
        columns.append(np.stack([read(values, at, one) for values in shown]))
        truth.append(np.full(len(at), there))
    return np.concatenate(columns, axis=1), np.concatenate(truth)


def erased(found: Sequence[Tumour], mode: str) -> dict[str, np.ndarray]:
    """What painters leave of real tumours, and what they paint where there is none.

    Returns
    -------
    dict
        ``kept`` (patient, painter, seed, side): uptake over the true one, tumour left, then right.
        ``made`` (patient, painter, seed): highest value where tumours were, in a slice with none;
        ``there`` (patient,): the true one; nan where the patient has no such slice.
        ``shown`` (patient,): the same of the tumour, by the painter of "tumours left".
        ``clear`` (patient,): whether that spot lies inside that part of the square, off its edge.
        ``made_up`` (patient, 3): slice, highest value and true one where that painter invents most,
        of all slices of a patient without tumour; slice -1 where there is none.
        ``slice`` (patient, 2): with the tumour, and without (-1 where there is none).
    """
    shape = (len(found), len(denoise.PAINTERS), len(denoise.SEEDS))
    kept = np.zeros((*shape, 2), np.float32)
    made, there = np.full(shape, np.nan, np.float32), np.full(len(found), np.nan, np.float32)
    used = np.full((len(found), 2), -1, np.int16)
    bright, clear = np.zeros(len(found), np.float32), np.zeros(len(found), bool)
    made_up = np.zeros((len(found), 3), np.float32)
    for i, one in enumerate(found):
        low = very_low(one, i)
        used[i, 0], fit = brightest(one), free(one)
        used[i, 1] = fit[len(fit) // 2] if len(fit) else -1
        row, column = squares.at_tumour(one, used[i, 0])
        shown, true = (squares.cut(v[used[i, 0]], row, column) for v in (low, one.suv))
        mask = squares.cut(one.mask[used[i, 0]].astype(float), row, column) > 0
        core = mask & (true >= CORE * true[mask].max())
        for p, name in enumerate(denoise.PAINTERS):
            for s, net in enumerate(denoise.nets(mode, name)):
                left = denoise.painted(shown, net)
                right = denoise.painted(shown[:, ::-1].copy(), net)[:, ::-1]
                if name == "tumours left" and s == 0:
                    bright[i], clear[i] = where(left).max(), inside(where(left))
                kept[i, p, s] = [side[core].mean() / true[core].mean() for side in (left, right)]
        if used[i, 1] >= 0:
            empty, none = (squares.cut(v[used[i, 1]], *squares.in_middle(one))
                           for v in (low, one.suv))  # fmt: skip
            there[i] = where(none).max()
            for p, name in enumerate(denoise.PAINTERS):
                for s, net in enumerate(denoise.nets(mode, name)):
                    made[i, p, s] = where(denoise.painted(empty, net)).max()
        made_up[i] = most_invented(one, low, denoise.nets(mode, "tumours left")[0])
    return {"kept": kept, "made": made, "there": there, "slice": used, "shown": bright,
            "clear": clear, "made_up": made_up}  # fmt: skip


def very_low(one: Tumour, number: int) -> np.ndarray:
    """The volume with hardly any counts, the same at every call."""
    return counts.lowered(one, squares.FRACTION, np.random.default_rng([11, 9, number]))


def brightest(one: Tumour) -> int:
    """The slice with the tumour's hottest voxel among those that show enough of it."""
    return int(max(squares.with_tumour(one), key=lambda z: (one.suv[z] * one.mask[z]).max()))


def free(one: Tumour) -> np.ndarray:
    """Slices without tumour and without other bright uptake."""
    at = squares.in_middle(one)
    fit = [z for z in squares.without(one) if squares.cut(one.suv[z], *at).max() < FREE]
    return np.array(fit, int)


def most_invented(one: Tumour, low: np.ndarray, net: Any) -> tuple[float, float, float]:
    """Of all slices without tumour the one with most invented uptake: slice, made, true."""
    at, best = squares.in_middle(one), (-1.0, 0.0, 0.0)
    for z in free(one):
        part = where(denoise.painted(squares.cut(low[z], *at), net))
        true = float(where(squares.cut(one.suv[z], *at)).max())
        if inside(part) and part.max() - true > best[1] - best[2]:
            best = float(z), float(part.max()), true
    return best


def inside(part: np.ndarray) -> bool:
    """Whether the highest value lies off the edge: a spot, and not the flank of another."""
    row, column = np.unravel_index(int(part.argmax()), part.shape)
    return bool(0 < row < part.shape[0] - 1 and 0 < column < part.shape[1] - 1)


def where(square: np.ndarray) -> np.ndarray:
    """The part of a square in which tumours lay in training."""
    middle = squares.SIDE // 2
    return square[middle - NEAR : middle + NEAR + 1, squares.LEFT - NEAR : squares.LEFT + NEAR + 1]
