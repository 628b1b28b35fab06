"""Three ways to outline a nodule in a cube: a threshold, a region that grows, a small network.

All three start from one click, as at a workstation. Nothing here needs torch but `network` and what
trains it (`make`).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import numpy as np

HALF = 0.5  # from lung to the greys at the click: where an edge is drawn
LEAST = 0.08  # by which a lesion is brighter than lung, in greys of 0 to 1
SEEDS = (0, 1, 2, 3, 4)
EDGE = 48  # voxels of the cube that the network sees: divisible by its two halvings
REACH = 22  # voxels from the click: no nodule of these is wider


def greys_of(image: np.ndarray, click: tuple[int, int, int]) -> tuple[float, float]:
    """The grey of lung (a fifth of the cube is darker), and the mean around the click.

    Parameters
    ----------
    image : ndarray, (D, H, W) of 0 to 1
    click : (slice, row, column)
    """
    d, h, w = click
    near = image[max(0, d - 1) : d + 2, max(0, h - 1) : h + 2, max(0, w - 1) : w + 2]
    return float(np.percentile(image, 20)), float(near.mean())


def cut_at(image: np.ndarray, click: tuple[int, int, int]) -> float:
    """The grey half way between lung and the lesion at the click; infinite where there is none."""
    lung, lesion = greys_of(image, click)
    return lung + HALF * (lesion - lung) if lesion - lung >= LEAST else np.inf


def threshold(image: np.ndarray, click: tuple[int, int, int]) -> np.ndarray:
    """All that is bright and hangs on the click, (D, H, W) bool: chest wall and vessels too."""
    from scipy import ndimage

    found, _ = ndimage.label(image > cut_at(image, click))
    return found == found[click] if found[click] else np.zeros(image.shape, bool)


def region(image: np.ndarray, click: tuple[int, int, int]) -> np.ndarray:
    """A region grown from the click that does not pass through necks, (D, H, W) bool.

    What is thinner than the lesion is cut off by an opening whose ball is a third of the widest
    ball that fits around the click; vessels and the chest wall hang on by such necks.
    """
    from scipy import ndimage

    bright = threshold(image, click)
    if not bright.any():
        return bright
    deep = ndimage.distance_transform_edt(np.pad(bright, 1))[1:-1, 1:-1, 1:-1]
    d, h, w = click
    near = deep[max(0, d - 4) : d + 5, max(0, h - 4) : h + 5, max(0, w - 4) : w + 5]
    neck = max(0.99, near.max() / 2.5)
    core, _ = ndimage.label(deep > neck)
    at = np.argwhere(core > 0)
    if not len(at):
        return bright
    nearest = tuple(at[((at - np.array(click)) ** 2).sum(axis=1).argmin()])
    kept = core == core[nearest]
    back = ndimage.distance_transform_edt(~kept) <= neck + 0.5
    place = np.stack(np.mgrid[tuple(slice(n) for n in image.shape)])
    close = ((place - np.array(click)[:, None, None, None]) ** 2).sum(axis=0) <= REACH**2
    return bright & back & close


def net() -> Any:
    """The network: two halvings, about 44,000 weights (after Ronneberger 2015)."""
    from torch import nn

    from readingroom.lessons.l12.unet import Small

    made: nn.Module = Small()
    return made


@cache
def nets(mode: str) -> tuple[Any, ...]:
    """The five stored networks of a mode."""
    from safetensors.torch import load

    place = resources.files("readingroom.lessons.l12").joinpath("networks", mode)
    out = []
    for seed in SEEDS:
        held = load(place.joinpath(f"seed-{seed}.safetensors").read_bytes())
        one = net()
        one.load_state_dict({name: value.float() for name, value in held.items()})
        out.append(one.eval())
    return tuple(out)


def seen(image: np.ndarray, click: tuple[int, int, int]) -> np.ndarray:
    """What the network sees, (2, D, H, W) float32: greys, and the distance from the click.

    Greys run from -1 (lung) to 1 (the lesion at the click), so that an edge half way is 0; the
    distance is in units of 10 voxels, less one.
    """
    lung, lesion = greys_of(image, click)
    grey = np.clip(2 * (image - lung) / max(lesion - lung, LEAST) - 1, -2, 3)
    place = np.ogrid[tuple(slice(n) for n in image.shape)]
    far = np.sqrt(sum((axis - at) ** 2 for axis, at in zip(place, click, strict=True)))
    return np.stack([grey, far / 10 - 1]).astype(np.float32)


def scores(image: np.ndarray, click: tuple[int, int, int], one: Any) -> np.ndarray:
    """What a network says of each voxel, logits, (D, H, W); -9 where it does not look."""
    import torch

    out = np.full(image.shape, -9.0, np.float32)
    low = [(side - EDGE) // 2 for side in image.shape]
    cut = tuple(slice(at, at + EDGE) for at in low)
    with torch.inference_mode():
        shown = np.ascontiguousarray(seen(image, click)[(slice(None), *cut)])
        out[cut] = one(torch.from_numpy(shown)[None])[0, 0].numpy()
    return out


def network(image: np.ndarray, click: tuple[int, int, int], one: Any) -> np.ndarray:
    """The piece that a network marks nearest the click, (D, H, W) bool."""
    from scipy import ndimage

    found, count = ndimage.label(scores(image, click, one) > 0)
    if not count:
        return np.zeros(image.shape, bool)
    at = np.argwhere(found > 0)
    nearest = tuple(at[((at - np.array(click)) ** 2).sum(axis=1).argmin()])
    return found == found[nearest]


def middle(mask: np.ndarray) -> tuple[int, int, int]:
    """The voxel of a region that lies nearest its centre: where a reader would click."""
    at = np.argwhere(mask)
    d, h, w = at[((at - at.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return int(d), int(h), int(w)
