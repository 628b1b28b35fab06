"""Signs that a film still names its patient: lines of letters burned into the picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


SHRUNK = (1, 2, 4)  # times, so that letters of up to 160 pixels in 1,000 are found
SMALLEST = 200  # pixels; in smaller pictures letters cannot be told from anatomy


def burned_in(pixels: np.ndarray) -> bool:
    """Say whether a line of letters seems to be burned into a film, whichever way it runs.

    Searched as it is, with its greys turned over (dark letters on a bright plate), on its side, and
    in large letters.
    A side marker is one or two letters; a name, a date or "PORTABLE" is a row of several bright
    (or, on a bright ground, dark) strokes of one height on one line. Suspicion only: a reader
    must look.

    Parameters
    ----------
    pixels : numpy.ndarray
        uint8, shape (H, W). Below 200 pixels letters cannot be told from anatomy, so the answer
        is False.
    """
    return any(True for _ in letters(pixels))


def letters(pixels: np.ndarray) -> Iterator[tuple[int, int, int, int]]:
    """Boxes around lines of letters of either ink, any size, upright or on their side.

    Parameters
    ----------
    pixels : numpy.ndarray
        uint8, shape (H, W).

    Yields
    ------
    (row0, row1, col0, col1)
        As `text_boxes`; the same line may be seen twice.
    """
    import numpy as np

    width = pixels.shape[1]
    for step in SHRUNK:  # letters of a tenth of the picture are strokes only in a smaller one
        small = _shrunk(pixels, step)
        if step > 1 and min(small.shape) < SMALLEST:
            return
        for way in (small, 255 - small) if step == 1 else (small,):
            for top, bottom, left, right in text_boxes(way):
                yield step * top, step * bottom, step * left, step * right
        for top, bottom, left, right in text_boxes(np.rot90(small)):
            yield step * left, step * right, max(0, width - step * bottom), width - step * top


def _shrunk(pixels: np.ndarray, step: int) -> np.ndarray:
    import numpy as np

    if step == 1:
        return pixels
    height, width = (edge // step * step for edge in pixels.shape)
    blocks = pixels[:height, :width].reshape(height // step, step, width // step, step)
    return blocks.mean(axis=(1, 3)).astype(np.uint8)


def text_boxes(pixels: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Boxes around what seem to be lines of burned-in letters; a suspicion, as `burned_in`.

    Parameters
    ----------
    pixels : numpy.ndarray
        uint8, shape (H, W).

    Returns
    -------
    list of (row0, row1, col0, col1)
        In pixels, end rows and columns excluded; empty below 200 pixels.
    """
    import numpy as np
    from scipy import ndimage

    if min(pixels.shape) < SMALLEST:
        return []
    step = max(1, min(pixels.shape) // 1000)
    grey = pixels[::step, ::step].astype(np.int16)
    ground = ndimage.median_filter(grey[::8, ::8], 5)  # what lies behind a stroke
    ground = ground.repeat(8, axis=0).repeat(8, axis=1)[: grey.shape[0], : grey.shape[1]]
    found = [*_lines(grey - ground > 45), *_lines(ground - grey > 90)]
    return [tuple(step * edge for edge in box) for box in found]


def _lines(strokes: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Boxes around rows of at least five letter-like shapes that stand side by side."""
    import numpy as np
    from scipy import ndimage

    marked, count = ndimage.label(strokes, np.ones((3, 3)))
    if not 5 <= count <= 20_000:
        return []
    boxes = []
    for index, box in enumerate(ndimage.find_objects(marked), start=1):
        rows, columns = box
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if not (6 <= height <= 40 and 1 <= width <= 1.5 * height):
            continue
        filled = np.count_nonzero(marked[box] == index) / (height * width)
        if width > 3 and not 0.15 <= filled <= 0.85:
            continue
        boxes.append((rows.start, rows.stop, columns.start, columns.stop))
    boxes.sort(key=lambda b: b[2])
    lines: list[list[tuple]] = []
    for k, first in enumerate(boxes):
        row = _row(first, boxes[k + 1 :])
        if len(row) >= 5 and not any(first in line for line in lines):
            lines.append(row)
    return [_around(line) for line in lines]


def _around(boxes: list[tuple]) -> tuple[int, int, int, int]:
    """The smallest box that holds all `boxes`."""
    tops, bottoms, lefts, rights = zip(*boxes, strict=True)
    return min(tops), max(bottoms), min(lefts), max(rights)


def _row(first: tuple, rest: list[tuple]) -> list[tuple]:
    """`first` and the shapes that follow it on its line, each near the one before it."""
    top, bottom, _, end = first
    height, row = bottom - top, [first]
    for other in rest:
        other_top, other_bottom, start, stop = other
        if start > end + 1.5 * height:
            break
        same_line = abs(other_bottom - bottom) <= 0.25 * height
        same_height = 0.7 * height <= other_bottom - other_top <= 1.35 * height
        if same_line and same_height and start >= end - 1:
            row.append(other)
            end = stop
    return row
