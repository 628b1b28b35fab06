"""Lesson 04's figures: ranking, thresholds, prices, two models, prevalence, calibration."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.assess import calibration, decision, metrics, operating, prevalence
from readingroom.assess.metrics import Estimate
from readingroom.lessons.l04.films import Scored, cost_curve, net_benefits, sampled_auc
from readingroom.show.controls import sliders
from readingroom.show.diagrams import draw_reliability, draw_roc, draw_scores
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.intervals import draw_rows

SAMPLES = 12


def _bare(axis: Any) -> None:
    axis.spines[["top", "right"]].set_visible(False)


def roc_slider(films: Scored, threshold: float = 0.5) -> None:
    """Scores of ill and well films, and the ROC curve with one movable point.

    Parameters
    ----------
    films : Scored
    threshold : float
        Where the slider stands at first.
    """

    def draw(threshold: float):
        point = operating.at(films.y, films.a, threshold)
        figure, grid = _axes(1, 2, 9.5, 4.0)
        draw_scores(grid[0, 0], films.y, films.a, threshold)
        draw_roc(grid[0, 1], films.y, films.a, point)
        said = f"sensitivity {point.sensitivity.short()}, specificity {point.specificity.short()}"
        grid[0, 1].set_title(f"at {threshold:.2f}: {said}", fontsize=9)
        alt = (
            f"Left: scores of ill films above and of well films below a line, with the threshold "
            f"at {threshold:.2f}. Right: the ROC curve with the point that this threshold means: "
            f"{said}"
        )
        return figure, alt, ""

    steps = [round(0.02 * k, 2) for k in range(1, 50)]
    sliders(draw, lambda threshold: f"threshold = {threshold:.2f}", films.tag,
            threshold=("threshold", steps, threshold))  # fmt: skip


def auc_samples(films: Scored, n: int = 60) -> None:
    """AUC of a few random samples of `n` films, each with its interval, above all films together.

    Parameters
    ----------
    films : Scored
    n : int
        Where the slider stands at first.
    """
    whole = metrics.auc(films.y, films.a)
    most = len(films)

    def draw(n: int):
        figure, axis = axes(7.0, 4.0)
        found = [sampled_auc(films, n, k) for k in range(SAMPLES)]
        for row, auc in enumerate(found):
            axis.plot([auc.lo, auc.hi], [row, row], color=colours["blue"], lw=2)
            axis.plot(auc.value, row, "o", color=colours["blue"])
        axis.plot([whole.lo, whole.hi], [-2, -2], color=colours["orange"], lw=3)
        axis.plot(whole.value, -2, "s", color=colours["orange"])
        axis.axvline(whole.value, color=colours["orange"], ls=":", lw=1)
        names = [f"all {most} films", f"{SAMPLES} samples\nof {n}"]
        axis.set_yticks([-2, (SAMPLES - 1) / 2], names)
        least = min(auc.lo for auc in found)  # no interval is cut off at the edge
        axis.set(xlim=(min(0.7, least - 0.02), 1.005), xlabel="AUC of model A, 95 % interval")
        alt = (
            f"AUC of {SAMPLES} random samples of {n} films: values from "
            f"{min(f.value for f in found):.2f} to {max(f.value for f in found):.2f}, intervals "
            f"between {min(f.lo for f in found):.2f} and {max(f.hi for f in found):.2f}; all "
            f"{most} films together: {whole.short(3)}"
        )
        return figure, alt, "The samples share films, so they resemble each other a little."

    steps = [n for n in (30, 60, 100, 150, 200, 300, 450, 600, 900) if n < most]
    start = min(n, steps[-1])
    sliders(draw, lambda n: f"n = {n}", films.tag, n=("films in a sample", steps, start))


def threshold_travels(val: Scored, test: Scored, thresholds: dict[str, float]) -> None:
    """Sensitivity and specificity at a few thresholds, on validation and on test films.

    Parameters
    ----------
    val, test : Scored
    thresholds : dict of float
        Name of each threshold and its value.
    """
    figure, grid = _axes(1, 2, 9.0, 2.9)
    looks = {"validation": (val, "blue", "o"), "test": (test, "orange", "s")}
    for axis, what in zip(grid[0], ("sensitivity", "specificity"), strict=True):
        for row, threshold in enumerate(thresholds.values()):
            for shift, (name, (films, colour, marker)) in enumerate(looks.items()):
                found = getattr(operating.at(films.y, films.a, threshold), what)
                y = -row + 0.12 - 0.24 * shift
                axis.plot([found.lo, found.hi], [y, y], color=colours[colour], lw=2)
                axis.plot(found.value, y, marker, color=colours[colour],
                          label=name if row == 0 else None)  # fmt: skip
        names = [f"{name}\n({value:.2f})" for name, value in thresholds.items()]
        axis.set_yticks([-k for k in range(len(names))], names)
        axis.set(xlim=(0.4, 1.01), xlabel=f"{what}, 95 % interval", ylim=(-len(names) + 0.5, 0.6))
        _bare(axis)
    grid[0, 1].legend(frameon=False, loc="lower left", fontsize=9)
    alt = "Sensitivity and specificity of model A, validation beside test. "
    alt += ". ".join(_told_travel(val, test, *named) for named in thresholds.items())
    show(figure, alt, tag=val.tag)


def _told_travel(val: Scored, test: Scored, name: str, threshold: float) -> str:
    """What one threshold does on both sets, in words."""
    points = [operating.at(films.y, films.a, threshold) for films in (val, test)]
    pairs = [
        f"{what} {getattr(points[0], what).short()}, then {getattr(points[1], what).short()}"
        for what in ("sensitivity", "specificity")
    ]
    return f"At {threshold:.2f} ({name}): {'; '.join(pairs)}"


def cost_sliders(
    films: Scored, local: np.ndarray, ill: float = 0.3, miss: int = 10, alarm: int = 1
) -> None:
    """Expected cost of 1,000 patients against the threshold, on the local films.

    Parameters
    ----------
    films : Scored
    local : ndarray of int
        The films that may choose.
    ill : float
        Share of ill patients on the list.
    miss, alarm : int
        Prices.
    """

    def draw(ill: float, miss: int, alarm: int):
        figure, axis = axes(7.4, 3.8)
        x, cost = cost_curve(films, local, ill, miss / alarm)
        cost = cost * alarm
        # a cost holds for every threshold down to the next lower score
        axis.step(x, cost, where="post", color=colours["blue"], lw=1.8)
        lowest = int(np.argmin(cost))
        axis.plot(x[lowest], cost[lowest], "v", ms=9, color=colours["orange"], label="lowest")
        axis.legend(frameon=False, loc="upper left", fontsize=9)
        axis.axvline(0.5, color=colours["grey"], ls=":", lw=1)
        axis.text(0.5, 1.01, "0.5, the habit", fontsize=9, ha="center", color=colours["grey"],
                  transform=axis.get_xaxis_transform())  # fmt: skip
        axis.set_xlim(0, 1.03)
        axis.set_ylim(0, min(float(cost.max()), 4 * float(cost.min()) + 400))
        axis.set_xlabel("threshold (alarm at or above it)")
        axis.set_ylabel("cost of 1,000 patients")
        alt = (
            f"Expected cost of 1,000 patients against the threshold on {len(local)} local films, "
            f"with {ill:.0%} ill, {miss} for a miss and {alarm} for a false alarm: {cost[-1]:.0f} "
            f"where everybody is an alarm, {cost[0]:.0f} where nobody is, and lowest, "
            f"{cost[lowest]:.0f}, near a threshold of {x[lowest]:.2f}"
        )
        return figure, alt, f"{len(local)} local films: a curve for choosing, not a result"

    sliders(
        draw,
        lambda ill, miss, alarm: f"ill, miss, alarm = {ill}, {miss}, {alarm}",
        films.tag,
        ill=("share of ill patients", [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.62], ill),
        miss=("a miss costs", [1, 2, 5, 10, 20, 50, 100], miss),
        alarm=("a false alarm costs", [1, 2, 5, 10], alarm),
    )


def net_benefit(films: Scored, local: np.ndarray, rest: np.ndarray, ill: float = 0.05) -> None:
    """Net benefit against the price of a miss: fixed threshold, chosen threshold, all and none.

    Parameters
    ----------
    films : Scored
    local, rest : ndarray of int
        Films that choose the threshold at each price, and films that score it.
    ill : float
    """
    worth, chosen, fixed = net_benefits(films, local, rest, ill)
    lines = {
        "threshold chosen on local films": (chosen, "blue", "-"),
        "threshold 0.5": (fixed, "orange", "--"),
        "alarm for everybody": (decision.treat_all(ill, worth), "grey", "-."),
    }
    figure, axis = axes(7.4, 3.8)
    for name, (values, colour, line) in lines.items():
        axis.plot(worth, 1000 * np.asarray(values), line, color=colours[colour], lw=2, label=name)
    axis.axhline(0, color="black", lw=1, label="alarm for nobody")
    axis.set_xscale("log")
    axis.set_xticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
    axis.minorticks_off()
    axis.set_ylim(-60, 1000 * ill * 1.05)
    axis.set(xlabel="false alarms that one found patient is worth",
             ylabel="net benefit\n(found patients per 1,000)")  # fmt: skip
    axis.legend(frameon=False, fontsize=9, loc="lower right")
    ten = int(np.flatnonzero(worth >= 10)[0])
    told = [f"{name} {1000 * np.asarray(line[0])[ten]:.0f}" for name, line in lines.items()]
    alt = (
        f"Net benefit in found patients per 1,000 with {ill:.0%} ill, against the price of a "
        f"miss; where one is worth {worth[ten]} false alarms: {', '.join(told)}, nobody 0"
    )
    show(figure, alt, f"scored on the {len(rest)} films that chose nothing; no interval drawn",
         tag=films.tag)  # fmt: skip


def forest(rows: dict[str, Estimate], *, alt: str, difference: Estimate | None = None,
           tag: str | None = None, low: float = 0.45) -> None:  # fmt: skip
    """Estimates with intervals, one below the other; a difference on an axis of its own.

    Parameters
    ----------
    rows : dict of Estimate
        Name to AUC.
    alt : str
    difference : Estimate, optional
        The second of two rows minus the first.
    tag : str, optional
    low : float
        Left end of the AUC axis.
    """
    columns = 1 if difference is None else 2
    figure, grid = _axes(1, columns, 4.6 * columns + 2, 0.55 * len(rows) + 1.2)
    axis = grid[0, 0]
    draw_rows(axis, rows, (low, 1.0), 0.5 if low < 0.5 else None, digits=3)
    axis.set_xlabel("AUC, 95 % interval")
    if difference is not None:
        beside = grid[0, 1]
        beside.plot([difference.lo, difference.hi], [0, 0], color=colours["orange"], lw=3)
        beside.plot(difference.value, 0, "s", color=colours["orange"])
        beside.axvline(0, color="black", lw=1)
        reach = max(abs(difference.lo), abs(difference.hi)) * 1.3
        beside.set(xlim=(-reach, reach), ylim=(-1, 1), yticks=[])
        first, second = (name.split(",")[0] for name in rows)
        beside.set_xlabel(f"AUC, {second} minus {first}, paired, 95 % interval")
        beside.set_title(difference.short(3), fontsize=9)
        _bare(beside)
    show(figure, alt, tag=tag)


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
