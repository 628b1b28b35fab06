"""Buttons and sliders; each prints the literal it stands for, and none of them is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from readingroom.show.choices import choices as row
from readingroom.show.controls import boxed

CHOICES = (("normal", 0), ("pneumonia", 1), ("cannot call", -1))


def _png(film: np.ndarray) -> bytes:
    import io

    from PIL import Image

    size = 2 * film.shape[1]
    stream = io.BytesIO()
    Image.fromarray(film).resize((size, size), Image.Resampling.BICUBIC).save(stream, "PNG")
    return stream.getvalue()


def call_buttons(films: np.ndarray, choices: Sequence[tuple[str, int]] = CHOICES) -> Any:
    """A film with its buttons, film after film; below, the line to copy.

    Parameters
    ----------
    films : ndarray, (N, S, S) uint8
    choices : sequence of (str, int)
        What each button says and stands for.

    Returns
    -------
    ipywidgets.VBox
        Shown where it is the last line of a cell. Its ``line`` is the literal so far.
    """
    import ipywidgets as widgets

    picture = widgets.Image(value=_png(films[0]), format="png", width=320, height=320)
    where = widgets.IntSlider(value=0, min=0, max=len(films) - 1, description="Film")
    button = row([("not yet", None), *choices], description="Your call")
    line = widgets.HTML()
    calls: list[int | None] = [None] * len(films)
    box = boxed([where, picture, button, line])

    def show(_: Any = None) -> None:
        picture.value = _png(films[where.value])
        button.value = calls[where.value]

    def note(change: dict) -> None:
        calls[where.value] = change["new"]
        left = sum(call is None for call in calls)
        typed = ", ".join("?" if call is None else str(call) for call in calls)
        after = f" ({left} films left)" if left else " (copy this line into the cell below)"
        box.line = f"my_calls = [{typed}]"
        line.value = f'<code role="status">{box.line}</code>{after}'

    where.observe(show, "value")
    button.observe(note, "value")
    note({"new": None})
    return box


def threshold_slider(labels: np.ndarray, score: np.ndarray, start: float = 0.5) -> Any:
    """A slider for the threshold, with what it does to a set of films beside it.

    Parameters
    ----------
    labels : ndarray, (N,) of 0 and 1
    score : ndarray, (N,)
    start : float
        Where it stands first.

    Returns
    -------
    ipywidgets.VBox
    """
    import ipywidgets as widgets

    from readingroom.data import origin
    from readingroom.lessons.l00.figures import threshold_drawing
    from readingroom.show import figures

    slider = widgets.FloatSlider(
        value=start, min=0, max=1, step=0.005, readout_format=".3f", description="threshold",
        continuous_update=False, layout=widgets.Layout(width="32em"),
    )  # fmt: skip
    page = widgets.HTML()

    def draw(_: Any = None) -> None:
        figure, alt = threshold_drawing(labels, score, slider.value)
        line = f"<code>threshold = {slider.value:.3f}</code>"
        page.value = figures.as_html(figure, alt, "", origin.tag()) + line

    slider.observe(draw, "value")
    draw()
    return boxed([slider, page])
