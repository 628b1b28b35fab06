"""A film with a ruler on its edges, and a box to draw on it; the typed numbers are the answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.show import figures
from readingroom.show.controls import boxed, png


def ruled(
    image: np.ndarray,
    title: str = "",
    *,
    alt: str,
    caption: str = "",
    box: tuple[int, int, int, int] | None = None,
    tag: str | None = None,
    every: int = 50,
) -> None:
    """A film with rows numbered down its side and columns along its top.

    Parameters
    ----------
    image : ndarray, (H, W) uint8
    title, alt, caption, tag : str
        See `readingroom.show.show`.
    box : (row0, row1, col0, col1), optional
        Drawn as a dashed frame.
    every : int
        Pixels between two numbers of the rulers.
    """
    figure, grid = figures._axes(1, 1, 7.6, 7.6 * image.shape[0] / image.shape[1])
    axis = grid[0, 0]
    axis.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="antialiased")
    axis.xaxis.set_ticks_position("top")
    axis.xaxis.set_label_position("top")
    axis.set_xticks(range(0, image.shape[1], every))
    axis.set_yticks(range(0, image.shape[0], every))
    for line in (axis.xaxis, axis.yaxis):
        line.set_minor_locator(_every(every // 5))
    axis.tick_params(which="both", direction="out", labelsize=8)
    axis.set(xlabel="column", ylabel="row")
    if title:
        axis.set_title(title, fontsize=10)
    if box is not None:
        from matplotlib.patches import Rectangle

        row0, row1, col0, col1 = box
        axis.add_patch(Rectangle((col0 - 0.5, row0 - 0.5), col1 - col0, row1 - row0, fill=False,
                                 edgecolor=figures.colours["orange"], linestyle="--"))  # fmt: skip
    figures.show(figure, alt, caption, tag, plates=[axis])


def _every(step: int) -> Any:
    from matplotlib.ticker import MultipleLocator

    return MultipleLocator(max(1, step))


def draw_box(image: np.ndarray, name: str = "box", what: str = "text") -> Any:
    """Draw a box with the mouse; below the film the line to copy, ``box = (2, 30, 0, 240)``.

    Parameters
    ----------
    image : ndarray, (H, W) uint8
    name : str
        The variable that the line fills.
    what : str
        What the box is around, in one word.

    Returns
    -------
    Widget
        Where the drawing widget cannot be had, a line that says to type the numbers instead.
    """
    from ipywidgets import HTML

    line = HTML("Draw with the mouse, or read the numbers off the rulers and type them.")
    try:
        from jupyter_bbox_widget import BBoxWidget
    except ImportError:
        return line
    canvas = BBoxWidget(classes=[what], hide_buttons=True)
    canvas.image_bytes = png(image)

    def write(change: dict) -> None:
        if change["new"]:
            numbers = corners(change["new"][-1], image.shape)
            line.value = f"<b>Copy this line:</b> <code>{name} = {numbers}</code>"

    canvas.observe(write, names="bboxes")
    return boxed([canvas, line])


def corners(drawn: dict, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """A drawn box as (row0, row1, col0, col1), cut to the picture, at least one pixel wide."""

    def cut(value: float, top: int) -> int:
        return int(min(max(round(value), 0), top))

    row0, col0 = cut(drawn["y"], shape[0] - 1), cut(drawn["x"], shape[1] - 1)
    row1 = max(row0 + 1, cut(drawn["y"] + drawn["height"], shape[0]))
    col1 = max(col0 + 1, cut(drawn["x"] + drawn["width"], shape[1]))
    return row0, row1, col0, col1
