"""Pictures of readings: film, heat map and scores of one film, or a gallery of several."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from readingroom.show import figures, marks

WARNING = marks.WARNING
RED = "#a50f15"  # on white above 7 to 1


def overlay(axis: Any, film: np.ndarray, heat: np.ndarray) -> None:
    """Draw a film, (S, S) uint8, with its heat map, (h, w), and the warning across it."""
    marks.film(axis, film)
    marks.heat(axis, heat, len(film))
    marks.warning(axis)


def _ruler(axis: Any, scores: np.ndarray, finding: str) -> None:
    """The scores as dots on a line from 0 to 1, their mean as a bar."""
    axis.plot([0, 1], [0, 0], color=figures.colours["grey"], lw=1)
    axis.plot(scores, np.zeros(len(scores)), "o", ms=8, mfc="none", mew=1.6,
              color=figures.colours["blue"])  # fmt: skip
    axis.plot([scores.mean()] * 2, [-0.35, 0.35], color=figures.colours["orange"], lw=2.5)
    axis.set(xlim=(-0.03, 1.03), ylim=(-0.6, 0.6), yticks=[])
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axis.set_xlabel(f"score for {finding}: networks (circles), their mean (bar)", fontsize=9)
    axis.spines[["top", "right", "left"]].set_visible(False)


def as_html(found: Any, title: str = "") -> str:
    """One reading as HTML: film, heat map and scores, with its alt sentence."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.6, 4.7))
    # places are fixed: letting matplotlib find them doubles the wait
    places = {"A": (0.01, 0.19, 0.485, 0.7), "B": (0.505, 0.19, 0.485, 0.7),
              "C": (0.03, 0.13, 0.94, 0.05)}  # fmt: skip
    grid = {letter: figure.add_axes(place) for letter, place in places.items()}
    name = f"{title}: " if title else ""
    figure.suptitle(
        f"{name}score {found.score:.2f}   ({found.spread_said})   {found.milliseconds:.0f} ms",
        fontsize=11,
    )
    marks.film(grid["A"], found.film)
    marks.warning(grid["A"])
    overlay(grid["B"], found.film, found.heat)
    for letter, said in (("A", "the film"), ("B", "what spoke for a high score")):
        grid[letter].set_axis_off()
        grid[letter].set_title(said, fontsize=9, pad=3)
    _ruler(grid["C"], found.scores, found.finding)
    alt = (
        f"{name}A film beside the same film with a heat map; score for {found.finding} "
        f"{found.score:.2f}, {found.spread_said}, "
        f"{found.milliseconds:.0f} milliseconds. {WARNING}"
    )
    picture = figures.as_html(figure, alt, "", found.tag)
    notes = [html.escape(note) for note in found.notes]
    if found.out_of_scope:
        scope = f"Out of scope. {' '.join(found.out_of_scope)} The score below means nothing."
        notes.insert(0, f'<b style="color:{RED}">{html.escape(scope)}</b>')
    above = "".join(f"<p>{line}</p>" for line in notes)
    return f'<div role="note">{above}</div>{picture}' if above else picture


def reading(found: Any, title: str = "") -> None:
    """Show one reading.

    Parameters
    ----------
    found : Reading
    title : str
        What the film is, in a few words.
    """
    from IPython.display import display

    page = as_html(found, title)
    display({"text/html": page, "text/plain": str(found)}, raw=True)


def readings(
    found: Sequence[Any], titles: Sequence[str], *, alt: str, columns: int = 3, tag: str = ""
) -> None:
    """Show several readings as a gallery: each film with its map, its score above it.

    Parameters
    ----------
    found : sequence of Reading
    titles : sequence of str
        What each film is.
    alt : str
        What the gallery shows; the scores are added.
    columns : int
        Pictures in a row.
    tag : str
        Kind of films; the lesson's own where empty.
    """
    rows = -(-len(found) // columns)
    figure, grid = figures._axes(rows, columns, 9.0, rows * (9.0 / columns + 0.5))
    figure.get_layout_engine().set(h_pad=0.12)  # two lines above each picture
    for axis in grid.ravel():
        axis.set_axis_off()
        axis.set_anchor("S")  # the room to spare goes above the picture
    for axis, one, title in zip(grid.ravel(), found, titles, strict=False):
        overlay(axis, one.film, one.heat)
        low, high = one.spread
        spread = f" ({low:.2f} to {high:.2f})" if len(one.scores) > 1 else ""
        axis.set_title(f"{title}\nscore {one.score:.2f}{spread}", fontsize=10)
    said = "; ".join(f"{t} {r.score:.2f}" for t, r in zip(titles, found, strict=True))
    figures.show(figure, f"{alt} Scores: {said}. {WARNING}", tag=tag or None)
