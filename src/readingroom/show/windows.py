"""Windows on a film: a slider to play with, and the same film in several pictures at rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from readingroom.dicom import windowing
from readingroom.show import figures
from readingroom.show.controls import boxed, png

STEP = 250  # of the sliders; the film's numbers run to thousands


def panels(
    images: Sequence[np.ndarray],
    titles: Sequence[str],
    *,
    alt: str,
    caption: str = "",
    width: float = 9.0,
    tag: str | None = None,
) -> None:
    """Films of different shapes side by side.

    Parameters
    ----------
    images : sequence of ndarray, (H, W) uint8
        0 is black, 255 is white.
    titles : sequence of str
    alt, caption, tag : str
        See `readingroom.show.show`.
    width : float
        Inches.
    """
    tall = max(image.shape[0] / image.shape[1] for image in images)
    cell = width / len(images)
    figure, grid = figures._axes(1, len(images), width, cell * tall + 0.35)
    for axis, image, title in zip(grid[0], images, titles, strict=True):
        axis.set_axis_off()
        axis.set_anchor("S")  # the room to spare goes above, where a title may have two lines
        axis.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="antialiased")
        axis.set_title(title, fontsize=9, pad=3)
    figures.show(figure, alt, caption, tag)


def slider(data: Dataset, name: str = "upright", longest: int = 420) -> Any:
    """Turn the greys and move the window; below the film the line to copy.

    Parameters
    ----------
    data : Dataset
        Starts as the numbers lie in the file, over their whole range, not turned.
    name : str
        The variable that the line fills.
    longest : int
        Pixels of the shown film's longer side.

    Returns
    -------
    Widget
    """
    from ipywidgets import HTML, Checkbox, Image as Picture, IntSlider, Layout

    values = windowing.thinned(windowing.stored(data), longest)
    top = int(2 ** int(data.BitsStored))
    step = STEP if top > 20 * STEP else 16
    wide, told = Layout(width="32em"), {"description_width": "8em"}
    turn = Checkbox(description="turn the greys", indent=False)
    start = (int(values.min()) + int(values.max())) // 2
    centre = IntSlider(start // step * step, 0, top, step, description="window centre",
                       layout=wide, style=told, continuous_update=False)  # fmt: skip
    width = IntSlider(top // step * step, step, top, step, description="window width",
                      layout=wide, style=told, continuous_update=False)  # fmt: skip
    # never wider than it is drawn, so that film, sliders and line stay in one view
    place = Layout(width=f"{values.shape[1]}px", max_width="100%")
    film, line = Picture(format="png", layout=place), HTML()

    def draw(_: object = None) -> None:
        shown = windowing.picture(data, centre.value, width.value, turn.value, values)
        film.value = png(shown)
        numbers = f"({int(turn.value)}, {centre.value}, {width.value})"
        line.value = f"<b>Copy this line:</b> <code>{name} = {numbers}</code>"

    for control in (turn, centre, width):
        control.observe(draw, names="value")
    draw()
    return boxed([turn, centre, width, film, line])
