"""Figures with an alt sentence, the tag of their data, and one colour-safe palette."""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from IPython.display import display

from readingroom.data import origin

# Okabe & Ito's colours, told apart by readers of any colour vision; each has its own marker too.
colours = {"blue": "#0072B2", "orange": "#D55E00", "green": "#009E73", "pink": "#CC79A7",
           "sky": "#56B4E9", "black": "#000000", "grey": "#6b7280"}  # fmt: skip
DOTS_PER_INCH = 110
SHORTEST_ALT = 20
_watched = True


def nobody_looks() -> None:
    """From here on figures are checked and composed, but not painted: what is shown is dropped."""
    global _watched
    _watched = False


def _axes(
    rows: int = 1, columns: int = 1, width: float = 7.0, height: float = 4.0
) -> tuple[Any, Any]:
    """A figure that belongs to no window and no global state, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def axes(width: float = 7.0, height: float = 4.0) -> tuple[Any, Any]:
    """A figure and its one pair of axes; sizes in inches."""
    figure, grid = _axes(1, 1, width, height)
    grid[0, 0].spines[["top", "right"]].set_visible(False)
    return figure, grid[0, 0]


def as_html(
    figure: Any, alt: str, caption: str = "", tag: str = "", plates: Sequence[Any] = ()
) -> str:
    """A figure as an HTML element that carries its own picture and its alt sentence.

    Parameters
    ----------
    figure, alt, caption, tag
        See `show`.
    plates : sequence of Axes
        Those that hold one film each, in the order of the films' numbers: where the mouse can
        point at a film. Written as left, top, width, height (shares of the picture), rows, columns.

    Raises
    ------
    ValueError
        The alt sentence is missing or too short to say anything.
    """
    if len(alt.strip()) < SHORTEST_ALT:
        raise ValueError("a figure needs an alt sentence that says what it shows")
    data = base64.b64encode(picture(figure) if _watched else b"").decode("ascii")
    # the alt sentence names the data too, so that a screen reader hears the tag
    spoken = f"{alt.strip()} ({tag.lower()})" if tag else alt.strip()
    below = " · ".join(html.escape(part) for part in (tag, caption) if part)
    return (
        f'<figure style="margin:.4em 0"{_plates(plates)}>'
        f'<img src="data:image/png;base64,{data}" alt="{html.escape(spoken, quote=True)}" '
        'style="max-width:100%;height:auto;background:#fff">'
        f'<figcaption style="font-size:.85em;opacity:.85">{below}</figcaption></figure>'
    )


def picture(figure: Any) -> bytes:
    """The picture, drawn once; `savefig` would lay the figure out a second time for the same."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    figure.set_dpi(DOTS_PER_INCH)
    figure.set_facecolor("white")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    stream = io.BytesIO()
    # the fastest packing: films hardly shrink by more, and a learner waits for it
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])  # nothing is see-through
    drawn.save(stream, "png", compress_level=1, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return stream.getvalue()


def _plates(axes: Sequence[Any]) -> str:
    """Where films stand in a picture that was just drawn, as an attribute."""
    places = []
    for axis in axes:
        box, film = axis.get_position(), axis.images[0].get_array()
        shares = (box.x0, 1 - box.y1, box.width, box.height)
        places.append([*(round(float(share), 4) for share in shares), *film.shape[:2]])
    return f' data-rr-films="{html.escape(json.dumps(places))}"' if places else ""


def show(
    figure: Any,
    alt: str,
    caption: str = "",
    tag: str | None = None,
    plates: Sequence[Any] = (),
) -> None:
    """Show a matplotlib figure in the notebook.

    Parameters
    ----------
    figure : matplotlib Figure
    alt : str
        One sentence that says what the figure shows, for who cannot see it.
    caption : str
        Text below it; whether the films are real or simulated is put before it.
    tag : str, optional
        Instead of the lesson's own tag, where a figure shows other films than the lesson's.
    plates : sequence of Axes
        See `as_html`.
    """
    word = origin.tag() if tag is None else tag
    display(
        {
            "text/html": as_html(figure, alt, caption, word, plates),
            "text/plain": f"Figure: {alt} {word}",
        },
        raw=True,
    )


def films(
    images: np.ndarray,
    titles: Sequence[str] = (),
    *,
    alt: str,
    caption: str = "",
    columns: int = 5,
    width: float = 9.0,
    tag: str | None = None,
) -> None:
    """A contact sheet: grey films, air black, patient's right on the left of the picture.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
        0 is black, 255 is white; shown as they are, without a new window.
    titles : sequence of str
        One for each film, or none.
    alt, caption, tag : str
        See `show`.
    columns : int
        Films in a row.
    width : float
        Inches.
    """
    n = len(images)
    columns = min(columns, n)
    rows = -(-n // columns)
    cell = width / columns
    longest = max((len(line) for title in titles for line in title.splitlines()), default=1)
    # a wide sheet is shrunk to the column of a page, and its titles with it; 0.6: width of a letter
    size = max(9, min(9 * width / 8, 0.95 * 72 * cell / (0.6 * longest)))
    title = size / 32 if len(titles) else 0.05
    height = rows * (cell * images.shape[1] / images.shape[2] + title)
    figure, grid = _axes(rows, columns, width, height)
    for place, axis in enumerate(grid.ravel()):
        axis.set_axis_off()
        if place < n:
            axis.imshow(images[place], cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
            if place < len(titles):
                axis.set_anchor("S")  # the room to spare goes above, to the title
                axis.set_title(titles[place], fontsize=size, pad=3)
    show(figure, alt, caption, tag, plates=grid.ravel()[:n])


def weight_map(weights: np.ndarray, film: np.ndarray, *, alt: str, caption: str = "") -> None:
    """Weights of a pixel model beside a mean film.

    Parameters
    ----------
    weights : ndarray, (H, W)
        Positive speaks for label 1.
    film : ndarray, (H, W)
        Mean of the training films, grey values 0 to 255.
    """
    figure, grid = _axes(1, 2, 7.5, 3.4)
    grid[0, 0].imshow(film, cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
    grid[0, 0].set_title("mean of the training films", fontsize=10)
    top = float(np.abs(weights).max())
    drawn = grid[0, 1].imshow(weights, cmap="PuOr_r", vmin=-top, vmax=top)
    grid[0, 1].set_title("one weight for each pixel", fontsize=10)
    bar = figure.colorbar(drawn, ax=grid[0, 1], shrink=0.85)
    bar.set_label("brighter here speaks for: − no · + yes", fontsize=9)
    for axis in grid.ravel():
        axis.set_axis_off()
    show(figure, alt, caption)
