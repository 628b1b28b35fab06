"""Estimates as dots with their intervals, and how an interval narrows around a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.show.figures import _axes, colours, show

MARKERS = ("o", "s", "D", "^", "v", "P")


def draw_rows(
    plot: Any,
    found: Mapping[str, Estimate],
    limits: tuple[float, float] | None = None,
    line: float | None = None,
    digits: int = 2,
) -> None:
    """Draw estimates with their intervals below each other (a forest plot) into `plot`.

    Parameters
    ----------
    plot : Axes
    found : mapping of str to Estimate
        Label to estimate, from top to bottom.
    limits : tuple of float, optional
        Ends of the axis.
    line : float, optional
        A value to compare with.
    digits : int
        Decimals of the numbers on the right.
    """
    plot.spines[["top", "right"]].set_visible(False)
    for row, one in enumerate(found.values()):
        plot.axhline(row, color="#e5e7eb", linewidth=0.6, zorder=0)
        plot.plot([one.lo, one.hi], [row, row], "-", color=colours["blue"], linewidth=2)
        plot.plot(one.value, row, MARKERS[row % len(MARKERS)], color=colours["blue"], ms=8)
        # clear of a marker that stands at the axis's end
        plot.annotate(f"{one.short(digits)}  n = {one.counted}", (1, row), (8, 0), va="center",
                      fontsize=9, xycoords=plot.get_yaxis_transform(),
                      textcoords="offset points")  # fmt: skip
    plot.set_yticks(range(len(found)), list(found))
    plot.set_ylim(len(found) - 0.5, -0.5)  # else the first and the last marker are cut in half
    if limits:
        plot.set_xlim(limits)
    else:
        plot.set_xmargin(0.1)
    _number(plot.xaxis)
    if line is not None:
        plot.axvline(line, color=colours["orange"], ls="--", lw=1.2)


def _number(axis: Any) -> None:
    """Round numbers along an axis, as short as the rows' own: they leave it little room."""
    from matplotlib.ticker import AutoLocator, ScalarFormatter

    class Short(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            text = super().__call__(x, pos)
            return "0" if x == 0 else text.replace("0.", ".", 1) if abs(x) < 1 else text

    axis.set_major_locator(locator := AutoLocator())
    locator.set_params(steps=[1, 2, 5, 10])
    axis.set_major_formatter(Short())
    axis.set_tick_params(labelsize=9)


def estimates(
    found: Mapping[str, Estimate], *, alt: str, axis: str = "", tag: str | None = None,
    limits: tuple[float, float] | None = (0.0, 1.0), caption: str = "", line: float | None = None,
) -> None:  # fmt: skip
    """Several estimates below each other, each with its interval.

    Parameters
    ----------
    found, limits, line
        See `draw_rows`.
    alt, tag, caption : str
        See `readingroom.show.show`.
    axis : str
        What the axis counts.
    """
    figure, grid = _axes(1, 1, 8.0, 0.9 + 0.42 * len(found))
    draw_rows(grid[0, 0], found, limits, line)
    grid[0, 0].set_xlabel(axis)
    spoken = "; ".join(f"{label} {one.short()}" for label, one in found.items())
    show(figure, f"{alt}: {spoken}", caption, tag)


def narrowing(true: float, seen: float, sizes: np.ndarray, more: int = 10) -> None:
    """A sensitivity's interval against n, around the right value and around a wrong one.

    Parameters
    ----------
    true : float
        Sensitivity against labels that are right.
    seen : float
        Sensitivity against labels with a systematic error.
    sizes : ndarray of int
        Positive films with good labels; the others have `more` times as many.
    more : int
    """
    figure, grid = _axes(1, 1, 7.5, 3.9)
    plot = grid[0, 0]
    plot.spines[["top", "right"]].set_visible(False)
    looks = (
        (true, 1, "blue", "o", "-", "panel labels"),
        (seen, more, "orange", "s", "--", f"{more} times as many films, mined labels"),
    )
    for value, times, colour, marker, line, label in looks:
        ends = [metrics.share(round(value * n * times), int(n * times)) for n in sizes]
        low, high = [one.lo for one in ends], [one.hi for one in ends]
        plot.fill_between(sizes, low, high, color=colours[colour], alpha=0.18)
        plot.plot(sizes, [one.value for one in ends], line, marker=marker, ms=4,
                  color=colours[colour], label=label)  # fmt: skip
    plot.axhline(true, color=colours["black"], linewidth=0.8)
    plot.annotate("what is true", (sizes[0], true), xytext=(2, 4), textcoords="offset points",
                  fontsize=9)  # fmt: skip
    plot.set(xscale="log", xlabel="positive films with panel labels (each step doubles them)",
             ylim=(0, 1), ylabel="sensitivity with 95 % interval")  # fmt: skip
    plot.set_xticks(sizes, [f"{n:,}" for n in sizes])
    plot.minorticks_off()
    plot.legend(frameon=False, loc="lower right")
    show(
        figure,
        f"Two bands that narrow with more films: panel labels around the true {true:.2f}, "
        f"{more} times as many films with mined labels ever more tightly around {seen:.2f}, which "
        "is wrong",
        f"Computed, not measured: Wilson's interval around a sensitivity assumed to be {true:.2f}.",
        "SIMULATED",
    )
