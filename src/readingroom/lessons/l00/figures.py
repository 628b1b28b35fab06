"""The figures of lesson 00: calls, thresholds, lesions and their peaks, other wards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from readingroom.data import origin
from readingroom.show import figures, states
from readingroom.show.choices import choices as choice_row
from readingroom.show.controls import boxed, png
from readingroom.show.figures import colours
from readingroom.show.reading import overlay

CHOICES = (("normal", 0), ("ill", 1), ("cannot call", -1))
CALLS = {1: "ill", 0: "normal", -1: "cannot call"}


def calls_table(mine: np.ndarray, theirs: np.ndarray, labels: np.ndarray) -> str:
    """The three columns of a reading: yours, the networks', the label; films that differ marked.

    Parameters
    ----------
    mine : ndarray, (N,) of 1, 0 and -1
    theirs, labels : ndarray, (N,) of 0 and 1
    """
    lines = [f"{'film':>4}  {'you':14}{'networks':14}{'label':14}"]
    for i, row in enumerate(zip(mine, theirs, labels, strict=True)):
        said = "".join(f"{CALLS[int(call)]:14}" for call in row)
        lines.append(f"{i:4}  {said}{'' if row[0] == row[1] == row[2] else '<'}".rstrip())
    return "\n".join(lines)


def _jitter(n: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.28, 0.28, n)


def threshold_drawing(labels: np.ndarray, score: np.ndarray, threshold: float) -> tuple[Any, str]:
    """Every film as a dot on the score's axis, the threshold as a line; what it costs in words.

    Returns
    -------
    (Figure, str)
        The figure and its alt sentence.
    """
    missed = int((score[labels == 1] < threshold).sum())
    alarms = int((score[labels == 0] >= threshold).sum())
    figure, axis = figures.axes(7.6, 2.7)
    rows = labels + _jitter(len(labels))
    for value, colour, marker in ((1, "orange", "s"), (0, "blue", "o")):
        here = labels == value
        wrong = here & ((score >= threshold) != (labels == 1))
        axis.plot(score[here & ~wrong], rows[here & ~wrong], marker, mfc="none", ms=5,
                  color=colours[colour])  # fmt: skip
        axis.plot(score[wrong], rows[wrong], marker, ms=7, color=colours[colour], mec="black")
    axis.axvline(threshold, color="black", lw=1.5)
    axis.set(xlim=(-0.02, 1.02), ylim=(-0.6, 1.6), xlabel="score (filled: called wrongly)")
    axis.set_yticks([0, 1], ["label: normal", "label: ill"])
    said = (
        f"threshold {threshold:.3f}: {missed} of {int((labels == 1).sum())} ill films missed, "
        f"{alarms} of {int((labels == 0).sum())} normal films called ill"
    )
    axis.set_title(said, fontsize=10)
    return figure, f"Scores of {len(labels)} films as dots with a vertical line; {said}"


def thresholds(labels: np.ndarray, score: np.ndarray) -> None:
    """Missed films and false alarms against the threshold: one falls where the other rises.

    Parameters
    ----------
    labels : ndarray, (N,) of 0 and 1
    score : ndarray, (N,)
    """
    places = np.linspace(0, 1, 401)
    missed = (score[labels == 1][None] < places[:, None]).sum(axis=1)
    alarms = (score[labels == 0][None] >= places[:, None]).sum(axis=1)
    figure, axis = figures.axes(7.6, 3.2)
    axis.step(places, missed, "-", color=colours["orange"], lw=2, label="ill films missed")
    axis.step(places, alarms, "--", color=colours["blue"], lw=2, label="false alarms")
    axis.axhline(2, color=colours["grey"], ls=":", lw=1)
    # outside, where no curve runs through it
    axis.text(1.01, 2, "two\nmissed", fontsize=8, color=colours["grey"], va="center")
    axis.set(xlim=(0, 1), ylim=(0, None), xlabel="threshold", ylabel="films")
    axis.set_xticks(np.linspace(0, 1, 11))
    axis.grid(alpha=0.25)
    axis.legend(frameon=False)
    figures.show(
        figure,
        f"Against the threshold, for {len(labels)} films: false alarms fall from {alarms[0]} to "
        f"{alarms[-1]} while missed ill films rise from {missed[0]} to {missed[-1]}",
    )


def _lesion_figure(lesions: Any, outlines: bool) -> tuple[Any, str]:
    figure, grid = figures._axes(2, 4, 9.6, 5.5)
    for i, axis in enumerate(grid.ravel()):
        overlay(axis, lesions.images[i], lesions.heat[i])
        row, column = lesions.peaks[i]
        # its arms stay shorter than the least distance between cross and outline
        for width, colour in ((3.0, "black"), (1.4, "cyan")):
            axis.plot(column, row, "+", ms=8, mew=width, color=colour)
        if outlines:
            axis.contour(lesions.masks[i], [0.5], colors=["white"], linewidths=1.3)
        call = "called ill" if lesions.called[i] else "called normal"
        axis.set_title(f"film {i}: {call}", fontsize=9)
        axis.set_axis_off()
    what = "with the true outline of its lesion in white" if outlines else "without outlines"
    return figure, (
        f"Eight simulated chest films with a heat map and a cross at its hottest point, {what}; "
        f"{int(lesions.called.sum())} are called ill"
    )


def lesion_sheet(lesions: Any) -> None:
    """Eight films with heat map and hottest point; the true outlines open on demand.

    The toggle is the browser's own, so it works in a book and without a kernel, and by keyboard.

    Parameters
    ----------
    lesions : Lesions
    """
    from IPython.display import display

    pages, plain = [], ""
    for outlines in (False, True):
        figure, alt = _lesion_figure(lesions, outlines)
        pages.append(figures.as_html(figure, alt, "", "SIMULATED"))
        plain = f"Figure: {alt} SIMULATED"
    toggle = f"<details><summary>Show the true outlines</summary>{pages[1]}</details>"
    display({"text/html": pages[0] + toggle, "text/plain": plain}, raw=True)


def wards(rows: list[tuple[str, Any, Any]]) -> None:
    """Share of normal adults called ill, on AP and on PA films, with intervals.

    Parameters
    ----------
    rows : list of (str, Estimate, Estimate)
        Name of a model, its share in AP films and in PA films.
    """
    figure, axis = figures.axes(7.0, 0.9 + 0.8 * len(rows))
    said = []
    for i, (name, ap, pa) in enumerate(rows):
        for share, down, colour, marker in ((ap, 0.15, "orange", "s"), (pa, -0.15, "blue", "o")):
            axis.plot([share.lo, share.hi], [i + down] * 2, color=colours[colour], lw=2)
            label = {"s": "AP films", "o": "PA films"}[marker]
            axis.plot(share.value, i + down, marker, color=colours[colour], ms=7,
                      label=label if i == 0 else None)  # fmt: skip
        said.append(f"{name}: AP {ap.short()}, PA {pa.short()}")
    axis.set_yticks(range(len(rows)), [name for name, _, _ in rows])
    axis.set(xlim=(0, 1), ylim=(-0.5, len(rows) - 0.5), xlabel="share called ill, 95 % interval")
    axis.legend(frameon=False, loc="lower right")
    figures.show(figure, "Share of normal adults called ill, by view. " + "; ".join(said))


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

    edge = 2 * films.shape[2]
    picture = widgets.Image(value=png(films[0], edge), format="png", width=320, height=320)
    where = widgets.IntSlider(value=0, min=0, max=len(films) - 1, description="Film")
    button = choice_row([("not yet", None), *choices], description="Your call")
    line = widgets.HTML()
    calls: list[int | None] = [None] * len(films)
    box = boxed([where, picture, button, line])

    def show(_: Any = None) -> None:
        picture.value = png(films[where.value], edge)
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

    slider = widgets.FloatSlider(
        value=start, min=0, max=1, step=0.005, readout_format=".3f", description="threshold",
        continuous_update=False, layout=widgets.Layout(width="32em"),
    )  # fmt: skip
    page = widgets.HTML()

    def shown(threshold: float) -> str:
        figure, alt = threshold_drawing(labels, score, threshold)
        line = f"<code>threshold = {threshold:.3f}</code>"
        return figures.as_html(figure, alt, "", origin.tag()) + line

    def draw(_: Any = None) -> None:
        page.value = shown(slider.value)

    slider.observe(draw, "value")
    draw()
    told = None
    if states.asked():
        steps = sorted({*(k / 14 for k in range(15)), start})
        steps = [round(step, 3) for step in steps]
        told = states.drawn(shown, {"threshold": ("threshold", steps, start)})
    return boxed([slider, page], told)
