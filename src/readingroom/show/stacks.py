"""A volume to scroll, measure and mark with mouse, wheel and keys; at rest a picture with rulers.

The page's own script (`learner/labextensions/readingroom/static/stack.js`) draws it and asks the
kernel for its slices, so that neither the notebook's file nor the book carries them. Without that
script the picture is there, and rows and columns are read off its rulers and typed.
"""

from __future__ import annotations

import base64
import html
import json
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from IPython.display import display

from readingroom.data import origin
from readingroom.data.errors import DataError
from readingroom.data.volumes import Volume, volume_of
from readingroom.show import figures

DRAWS = ("", "point", "line", "box")
FORMS = {
    "point": "(slice, row, column)",
    "line": "(slice, row, column, row, column): both ends",
    "box": "(slice, first row, last row, first column, last column)",
}
KEPT = 24  # stacks whose slices this kernel holds for the page; older ones stay a picture
LARGEST = 120_000_000  # voxels of all volumes of one stack: a chest CT of 450 slices
RULERS = 5  # numbers along an edge, about

Window = tuple[float, float]  # centre and width
_kept: OrderedDict[str, tuple[tuple[np.ndarray, ...], tuple[np.ndarray | None, ...]]] = (
    OrderedDict()
)


def stack(
    volumes: Volume | np.ndarray | Sequence[Volume | np.ndarray],
    titles: Sequence[str] = (),
    *,
    alt: str,
    name: str = "",
    draw: str = "",
    window: Window | None = None,
    windows: dict[str, Window] | None = None,
    start: int | None = None,
    outlines: Sequence[np.ndarray | None] = (),
    linked: bool = False,
    caption: str = "",
    tag: str | None = None,
    width: int | None = None,
) -> None:
    """Show volumes beside each other, each to be scrolled.

    Parameters
    ----------
    volumes : Volume or ndarray, (D, H, W), or several of them
        A bare array has voxels of 1 mm.
    titles : sequence of str
        One for each volume.
    alt : str
        What the slices at rest show, for who cannot see them.
    name : str
        The variable that a drawn mark fills; needs `draw`.
    draw : {"", "point", "line", "box"}
        What the mouse draws: one mark in each volume. A point is (slice, row, column), a line
        (slice, row, column, row, column), a box (slice, row, row, column, column).
    window : (centre, width), optional
        At first; else the middle 98 of 100 values.
    windows : dict of str to (centre, width), optional
        Further windows, one button each.
    start : int, optional
        Slice at rest, from 0; else the middle one.
    outlines : sequence of ndarray, (D, H, W), or None
        For each volume regions numbered from 1, drawn as outlines.
    linked : bool
        All volumes scroll together, and the pointer's place is shown in each.
    caption, tag : str
        See `readingroom.show.show`.
    width : int, optional
        Pixels of one volume on the screen.

    Raises
    ------
    DataError
        Something does not fit together; the sentence says what.
    """
    given = [volumes] if isinstance(volumes, (Volume, np.ndarray)) else list(volumes)
    shown = [volume_of(one) for one in given]
    _fits(shown, titles, draw, name, outlines)
    masks = tuple(outlines) or (None,) * len(shown)
    at = [_first(volume, start) for volume in shown]
    low, high = _window(shown, window)
    word = origin.tag() if tag is None else tag
    titles = _named(titles, len(shown), (word or "").startswith("SIMULATED"))
    key, views = _keep(shown, masks, titles, at)
    spec = {
        "id": key,
        "views": views,
        "window": [low, high],
        "windows": [[word, *_ends(*pair)] for word, pair in (windows or {}).items()],
        "draw": draw,
        "name": name,
        "linked": bool(linked),
        "width": width or (560 if len(shown) == 1 else 380 if len(shown) == 2 else 270),
    }
    picture = _still(shown, masks, titles, at, (low, high))
    spoken = f"{alt.strip()} {_resting(shown, at)}"
    below = " ".join(filter(None, [caption, *_notes(shown), _hint(draw, name)]))
    page = figures.as_html(picture, spoken, below, word)
    page = page.replace("<figure ", f'<figure data-rr-stack="{html.escape(json.dumps(spec))}" ', 1)
    display({"text/html": page, "text/plain": f"Figure: {spoken} {word}"}, raw=True)


def part(key: str, view: int, first: int, last: int, mask: bool = False) -> str:
    """Slices of a stack for the page: deflated, then base64; empty where they are gone.

    Parameters
    ----------
    key : str
        As the page was told.
    view, first, last : int
        Which volume; from which slice up to but not including which.
    mask : bool
        Its numbered regions instead of its values.
    """
    if key not in _kept:
        return ""
    values, masks = _kept[key]
    held = masks[view] if mask else values[view]
    if held is None:
        return ""
    # little endian, as a browser's own arrays are on every machine there is
    raw = np.ascontiguousarray(held[first:last])
    return base64.b64encode(
        zlib.compress(raw.astype(raw.dtype.newbyteorder("<")).tobytes(), 1)
    ).decode()


def _fits(
    shown: list[Volume], titles: Sequence[str], draw: str, name: str, outlines: Sequence[Any]
) -> None:
    if draw not in DRAWS:
        raise DataError(f"draw is one of {', '.join(map(repr, DRAWS))}, not {draw!r}.")
    if bool(draw) != bool(name):
        raise DataError("What is drawn fills a variable: give draw and name, or neither.")
    if not shown:
        raise DataError("There is no volume to show.")
    for what, given in (("titles", titles), ("outlines", outlines)):
        if len(given) not in (0, len(shown)):
            raise DataError(f"There are {len(shown)} volumes and {len(given)} {what}.")
    for volume, mask in zip(shown, outlines, strict=False):
        if mask is not None and mask.shape != volume.values.shape:
            raise DataError(f"An outline of shape {mask.shape} fits no volume of another shape.")
    if sum(volume.values.size for volume in shown) > LARGEST:
        raise DataError(
            f"That is more than {LARGEST:,} voxels: cut the volume, or take every second row and "
            "column and double the spacing."
        )


def _named(titles: Sequence[str], many: int, simulated: bool) -> Sequence[str]:
    """Titles, each of which says where a volume is simulated: the line below is out of sight."""
    if not simulated:
        return titles
    return [" · ".join(filter(None, [title, "simulated"])) for title in titles or [""] * many]


def _first(volume: Volume, start: int | None) -> int:
    if start is None:
        return len(volume) // 2
    if not 0 <= start < len(volume):
        raise DataError(f"The slices are numbered from 0 to {len(volume) - 1}, not {start}.")
    return int(start)


def _ends(centre: float, width: float) -> tuple[float, float]:
    """Lowest and highest value of a window; PS3.3 C.11.2.1.2 without its half steps."""
    if not width > 0:
        raise DataError(f"A window has a width above 0, not {width}.")
    return float(centre - width / 2), float(centre + width / 2)


def _window(shown: list[Volume], window: Window | None) -> tuple[float, float]:
    if window is not None:
        return _ends(*window)
    # a few thousand voxels tell as much as all of them
    sample = np.concatenate([v.values.ravel()[:: max(1, v.values.size // 20_000)] for v in shown])
    sample = sample[np.isfinite(sample)]
    low, high = np.percentile(sample, [1, 99]) if sample.size else (0, 1)
    return float(low), float(max(high, low + 1e-6))


def _whole(volume: Volume) -> tuple[np.ndarray, float, float]:
    """Values as small whole numbers, and slope and intercept that lead back; (D, H, W)."""
    values = volume.values
    if values.dtype == np.uint8:
        return values, 1.0, 0.0
    if not np.isfinite(values).all():
        values = np.nan_to_num(values, nan=float(np.nanmin(values)))
    low, high = float(values.min()), float(values.max())
    if values.dtype.kind in "iub" and low >= -(2**15) and high < 2**15:
        return values.astype(np.int16), 1.0, 0.0
    slope = (high - low) / (2**16 - 1) or 1.0
    steps = np.round((values - low) / slope) - 2**15
    return steps.astype(np.int16), slope, low + 2**15 * slope


def _keep(
    shown: list[Volume], masks: Sequence[np.ndarray | None], titles: Sequence[str], at: list[int]
) -> tuple[str, list[dict]]:
    """Hold the slices ready for the page; their key, and what it has to know of each volume."""
    key = uuid.uuid4().hex[:12]
    whole = [_whole(volume) for volume in shown]
    numbered = tuple(None if mask is None else mask.astype(np.uint8) for mask in masks)
    _kept[key] = (tuple(values for values, _, _ in whole), numbered)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    views = []
    for k, (volume, (values, slope, intercept)) in enumerate(zip(shown, whole, strict=True)):
        across = [None if step != step else step for step in volume.spacing]  # nan is no JSON
        views.append({
            "title": titles[k] if len(titles) else "",
            "shape": list(volume.values.shape),
            "bytes": values.dtype.itemsize,
            "slope": slope, "intercept": intercept,
            "spacing": across, "unit": volume.unit,
            "start": at[k], "mask": numbered[k] is not None,
        })  # fmt: skip
    return key, views


def _still(
    shown: list[Volume],
    masks: Sequence[np.ndarray | None],
    titles: Sequence[str],
    at: list[int],
    ends: tuple[float, float],
) -> Any:
    """The slices at rest, rows and columns numbered along their edges."""
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    wide = 9.0 if columns > 1 else 6.0
    tall = max(v.values.shape[1] * v.spacing[1] / (v.values.shape[2] * v.spacing[2]) for v in shown)
    figure, grid = figures._axes(rows, columns, wide, rows * (wide / columns * min(tall, 2) + 0.45))
    for axis in grid.ravel()[len(shown) :]:
        axis.set_axis_off()
    for k, (axis, volume) in enumerate(zip(grid.ravel(), shown, strict=False)):
        _, down, across = volume.spacing
        axis.imshow(volume.values[at[k]], cmap="gray", vmin=ends[0], vmax=ends[1],
                    interpolation="bicubic", aspect=down / across)  # fmt: skip
        if (mask := masks[k]) is not None:
            _outlined(axis, mask[at[k]])
        title = f"{titles[k]} · " if len(titles) else ""
        axis.set_title(f"{title}slice {at[k]} of 0 to {len(volume) - 1}", fontsize=9, pad=3)
        axis.tick_params(labelsize=7, direction="out")
        for line, length in (
            (axis.yaxis, volume.values.shape[1]),
            (axis.xaxis, volume.values.shape[2]),
        ):
            line.set_ticks(range(0, length, _round_step(length)))
    return figure


def _round_step(length: int) -> int:
    """Voxels between two numbers of a ruler."""
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        if length / step <= 2 * RULERS:
            return step
    return 1000


def _outlined(axis: Any, mask: np.ndarray) -> None:
    names = ("sky", "orange", "green", "pink")
    for number in np.unique(mask[mask > 0]):
        axis.contour(mask == number, levels=[0.5], linewidths=1.3,
                     colors=[figures.colours[names[(int(number) - 1) % len(names)]]])  # fmt: skip


def _resting(shown: list[Volume], at: list[int]) -> str:
    slices = {f"slice {k} of {len(volume)}" for volume, k in zip(shown, at, strict=True)}
    return f"At rest: {', '.join(sorted(slices))}."


def _notes(shown: list[Volume]) -> list[str]:
    return list(dict.fromkeys(note for volume in shown for note in volume.notes))


def _hint(draw: str, name: str) -> str:
    return f"{name} = {FORMS[draw]}, in voxels as on the rulers." if draw else ""
