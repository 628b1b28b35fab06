"""Diagrams drawn into given axes: ROC, scores of two groups, reliability."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.assess import calibration, operating
from readingroom.show.figures import colours


def _bare(axis: Any) -> None:
    axis.spines[["top", "right"]].set_visible(False)


def draw_roc(axis: Any, y: np.ndarray, s: np.ndarray, point: operating.Point) -> None:
    """Draw a ROC curve with one point and its intervals into `axis`; y (N,) of 0 and 1, s (N,)."""
    false, sens, _ = operating.roc(y, s)
    axis.plot(false, sens, color=colours["blue"], lw=2)
    axis.plot([0, 1], [0, 1], ":", color=colours["grey"], lw=1)
    across, up = 1 - point.specificity.value, point.sensitivity.value
    axis.plot([1 - point.specificity.hi, 1 - point.specificity.lo], [up, up], lw=2,
              color=colours["orange"])  # fmt: skip
    axis.plot(
        [across] * 2, [point.sensitivity.lo, point.sensitivity.hi], lw=2, color=colours["orange"]
    )
    axis.plot(across, up, "o", ms=9, color=colours["orange"])
    axis.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axis.set_xlabel("false alarms among the well\n(1 - specificity)")
    axis.set_ylabel("found among the ill (sensitivity)")
    _bare(axis)


def draw_scores(axis: Any, y: np.ndarray, s: np.ndarray, threshold: float) -> None:
    """Draw the scores of ill films upwards and of well films downwards into `axis`; y, s (N,)."""
    inside = s.min() >= 0 and s.max() <= 1
    low, high = (0.0, 1.0) if inside else (float(s.min()), float(s.max()) + 1e-9)
    edges = np.linspace(low, high, 26)
    axis.hist(s[y == 1], edges, color=colours["sky"], label="ill")
    well, _ = np.histogram(s[y == 0], edges)
    axis.bar(edges[:-1], -well, np.diff(edges), align="edge", color=colours["grey"], hatch="//",
             edgecolor="white", label="well (downwards)")  # fmt: skip
    axis.axhline(0, color="black", lw=0.8)
    axis.axvline(threshold, color=colours["orange"], lw=2)
    axis.set_yscale("symlog", linthresh=10)
    axis.set_yticks([-100, -10, 0, 10, 100], ["100", "10", "0", "10", "100"])
    axis.set(xlabel="score; alarm at or right of the line", ylabel="films (log scale)")
    axis.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=9)
    _bare(axis)


def draw_reliability(axis: Any, y: np.ndarray, s: np.ndarray) -> None:
    """Draw a reliability plot in ten bins into `axis`; y (N,) of 0 and 1, s (N,) from 0 to 1."""
    bins = calibration.reliability(y, s)
    axis.plot([0, 1], [0, 1], ":", color=colours["grey"], lw=1)
    for one in bins:
        axis.plot([one.said] * 2, [one.happened.lo, one.happened.hi], color=colours["blue"], lw=1.4)
    sizes = [10 + 170 * one.happened.n / len(y) for one in bins]
    axis.plot([one.said for one in bins], [one.happened.value for one in bins], "-", lw=1,
              color=colours["sky"])  # fmt: skip
    axis.scatter([one.said for one in bins], [one.happened.value for one in bins], s=sizes,
                 color=colours["blue"], zorder=3)  # fmt: skip
    axis.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal", xlabel="score (what it said)")
    _bare(axis)
