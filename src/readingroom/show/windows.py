"""Windows on a film: a slider to play with, and the same film in several pictures at rest."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from readingroom.dicom import windowing
from readingroom.show import figures, states
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

    def picture(turned: bool, at: int, wide: int) -> bytes:
        return png(windowing.picture(data, at, wide, turned, values))

    def typed(turned: bool, at: int, wide: int) -> str:
        return f"<code>{name} = ({int(turned)}, {at}, {wide})</code>"

    def draw(_: object = None) -> None:
        now = (turn.value, centre.value, width.value)
        film.value = picture(*now)
        line.value = f"<b>Copy this line:</b> {typed(*now)}"

    def page(turned: str, at: int, wide: int) -> str:
        """One state for a page without a kernel."""
        now = (turned == "yes", at, wide)
        shown = base64.b64encode(picture(*now)).decode("ascii")
        greys = "turned" if now[0] else "not turned"
        alt = f"The film with its greys {greys}, window centre {at}, window width {wide}"
        return f'<img src="data:image/png;base64,{shown}" alt="{alt}">{typed(*now)}'

    for control in (turn, centre, width):
        control.observe(draw, names="value")
    draw()
    seen = None
    if states.asked():
        seen = states.drawn(page, {
            "turned": ("turn the greys", ["no", "yes"], "no"),
            "at": ("window centre", range(0, top + 1, step), centre.value),
            "wide": ("window width", range(step, top + 1, step), width.value),
        })  # fmt: skip
    return boxed([turn, centre, width, film, line], seen)
