"""Lesson 04's figures of what a number means at home: prevalence, and calibration."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.assess import calibration, metrics, prevalence
from readingroom.assess.metrics import Estimate
from readingroom.show.controls import sliders
from readingroom.show.diagrams import draw_reliability
from readingroom.show.figures import _axes, colours, show


def _bare(axis: Any) -> None:
    axis.spines[["top", "right"]].set_visible(False)


def _hundred(axis: Any, true: int) -> None:
    """A hundred alarms as marks in rows of ten, the true ones first and filled."""
    for k in range(100):
        x, y = k % 10, 9 - k // 10
        hit = k < true
        axis.plot(x, y, "o" if hit else "x", ms=9 if hit else 6, mew=1.4,
                  color=colours["blue" if hit else "grey"])  # fmt: skip
    axis.set(xlim=(-0.7, 9.7), ylim=(-0.7, 9.7), aspect="equal")
    axis.set_axis_off()
    axis.set_title(f"of 100 alarms about {true} true (dots)\nand {100 - true} false (crosses)",
                   fontsize=10)  # fmt: skip


def ppv_slider(sens: Estimate, spec: Estimate, ill: float = 0.01, tag: str | None = None) -> None:
    """A hundred alarms, and PPV against prevalence with its interval.

    Parameters
    ----------
    sens, spec : Estimate
    ill : float
        Prevalence at which the slider stands at first.
    tag : str, optional
    """
    steps = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.625, 0.8]
    line = np.geomspace(0.002, 0.9, 60)
    curve = [prevalence.ppv(sens, spec, p) for p in line]

    def draw(ill: float):
        here = prevalence.ppv(sens, spec, ill)
        figure, grid = _axes(1, 2, 9.2, 3.9)
        _hundred(grid[0, 0], round(100 * here.value))
        axis = grid[0, 1]
        axis.fill_between(line, [e.lo for e in curve], [e.hi for e in curve], alpha=0.25,
                          color=colours["blue"], label="95 % interval")  # fmt: skip
        axis.plot(line, [e.value for e in curve], color=colours["blue"], lw=2)
        axis.plot([ill, ill], [here.lo, here.hi], color=colours["orange"], lw=3)
        axis.plot(ill, here.value, "o", ms=8, color=colours["orange"], label="your list")
        axis.set_xscale("log")
        ticks = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
        axis.set_xticks(ticks, [f"{100 * t:g} %" for t in ticks])
        axis.minorticks_off()
        axis.set(ylim=(0, 1), xlabel="prevalence on the list", ylabel="PPV")
        axis.set_title(f"PPV {here.short()}", fontsize=10)
        axis.legend(frameon=False, loc="upper left", fontsize=9)
        _bare(axis)
        alt = (
            f"Left: a hundred alarms at {100 * ill:g} % prevalence, about "
            f"{round(100 * here.value)} of them true. Right: PPV against prevalence, rising "
            f"from near 0 to near 1; at this prevalence {here.short()}"
        )
        return figure, alt, f"sensitivity {sens.short()}, specificity {spec.short()}"

    sliders(draw, lambda ill: f"ill = {ill}", tag, ill=("share of ill patients", steps, ill))


def reliability(sets: dict[str, tuple[np.ndarray, np.ndarray]], *, tag: str | None = None) -> None:
    """Reliability plots side by side: what the score said, and what happened.

    Parameters
    ----------
    sets : dict of (y, s)
        Name of each plot, its labels and scores.
    tag : str, optional
    """
    figure, grid = _axes(1, len(sets), 3.3 * len(sets), 4.0)
    told = []
    for axis, (name, (y, s)) in zip(grid[0], sets.items(), strict=True):
        draw_reliability(axis, y, s)
        ece = calibration.ece(y, s)
        axis.set_title(f"{name}\nECE {ece.short()}", fontsize=9)
        told.append(f"{name}, ECE {ece.short()}")
    grid[0, 0].set_ylabel("share positive (what happened)")
    alt = (
        "Share of positive films against mean score in ten bins, with the diagonal of perfect "
        f"calibration: {'; '.join(told)}"
    )
    show(figure, alt, "dots: bins, larger for more films; bars: 95 % intervals", tag=tag)


def four_plots(plots: Any) -> None:
    """The four reliability plots of the exercise on over-confidence.

    Parameters
    ----------
    plots : Stored
        ``label`` and the scores ``P``, ``Q``, ``R``, ``S``.
    """
    figure, grid = _axes(1, 4, 11.5, 3.9)
    told = []
    y = plots["label"].astype(int)
    for axis, letter in zip(grid[0], "PQRS", strict=True):
        s = plots[letter].astype(float)
        draw_reliability(axis, y, s)
        facts = {
            "AUC": metrics.auc(y, s, draws=200).short(),
            "intercept": calibration.intercept(y, s).short(),
            "slope": calibration.slope(y, s).short(),
        }
        lines = [f"{name} {value}" for name, value in facts.items()]
        axis.set_title("\n".join([letter, *lines]), fontsize=9)
        told.append(f"{letter}: {', '.join(lines)}")
    grid[0, 0].set_ylabel("share positive (what happened)")
    alt = f"Four reliability plots of {len(y)} virtual patients. {'. '.join(told)}"
    show(figure, alt, f"{len(y):,} virtual patients", tag="SIMULATED")
