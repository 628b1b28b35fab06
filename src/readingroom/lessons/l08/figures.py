"""Lesson 08's figures: readers and their intervals, sets, deferral, waiting, films to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from readingroom.assess import conformal
from readingroom.assess.metrics import Estimate
from readingroom.assess.readers import ReaderStudy
from readingroom.data.origin import tag_of_course
from readingroom.data.readerstudies import RatedCases
from readingroom.kernel.session import current
from readingroom.lessons.l08 import films as counted
from readingroom.lessons.l08.films import Day, Scored
from readingroom.show import figures
from readingroom.show.controls import sliders
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.intervals import draw_rows

CUTS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.98)
BOX = "#ffd400"


def readers(study: RatedCases, found: ReaderStudy) -> None:
    """AUC of each reader with each way of reading, joined by a line; the mean in orange."""
    figure, axis = axes(5.2, 3.6)
    for k, pair in enumerate(found.auc.T, 1):
        axis.plot([0, 1], pair, "o-", color=colours["blue"], alpha=0.6)
        axis.annotate(f"reader {k}", (1, pair[1]), xytext=(6, -3), fontsize=8,
                      textcoords="offset points")  # fmt: skip
    mean = found.auc.mean(1)
    axis.plot([0, 1], mean, "s-", color=colours["orange"], lw=3, label="mean of the readers")
    axis.set(xticks=[0, 1], xticklabels=study.ways, xlim=(-0.2, 1.35), ylabel="AUC")
    axis.legend(frameon=False, loc="lower right", fontsize=9)
    alt = (
        f"AUC of {found.auc.shape[1]} readers with {study.ways[0]} and with {study.ways[1]}; their "
        f"mean {'rises' if mean[1] > mean[0] else 'falls'}"
    )
    show(figure, alt, "Drawn without intervals: the next figure has them.", study.tag)


def three_intervals(study: RatedCases, found: ReaderStudy) -> None:
    """The same difference with three intervals, in four digits, and a line at no difference."""
    rows = {
        "P": found.cases,
        "Q": found.both,
        "R": found.readers,
    }
    figure, axis = axes(8.0, 2.3)
    draw_rows(axis, rows, line=0.0, digits=4)
    axis.set_xlabel(f"AUC with {study.ways[1]} minus AUC with {study.ways[0]}")
    told = "; ".join(f"{name} {one.short(4)}" for name, one in rows.items())
    show(figure, f"One difference with three intervals and a line at 0: {told}", "", study.tag)


def sets(films: Scored, made: Mapping[str, np.ndarray]) -> None:
    """What the sets hold, for well and for ill films, one pair of bars for each way of making them.

    Parameters
    ----------
    films : Scored
    made : mapping of str to ndarray, (N, 2) of bool
        Name to sets, see `conformal.prediction_sets`.
    """
    kinds = {"normal": (1, 0), "pneumonia": (0, 1), "both": (1, 1), "neither": (0, 0)}
    shades = (colours["sky"], colours["orange"], colours["grey"], "#e5e7eb")
    figure, grid = _axes(1, len(made), 3.4 * len(made), 3.2)
    told = []
    for axis, (name, chosen) in zip(grid[0], made.items(), strict=True):
        kept = conformal.coverage(chosen, films.y)
        for place, (label, rows) in enumerate((("well", films.y == 0), ("ill", films.y == 1))):
            low = 0.0
            for (held, pair), shade in zip(kinds.items(), shades, strict=True):
                part = float((chosen[rows] == np.array(pair, bool)).all(axis=1).mean())
                axis.bar(place, part, bottom=low, color=shade, edgecolor="white",
                         label=held if not place else None)  # fmt: skip
                low += part
            told.append(f"{name}: {getattr(kept, label)}")
        axis.set(xticks=[0, 1], xticklabels=["well films", "ill films"], ylim=(0, 1))
        axis.set_title(name, fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
    grid[0, 0].set_ylabel("share of films")
    grid[0, -1].legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    show(figure, "What the sets hold. " + "; ".join(told), "", films.tag)


def deferral(films: Scored, p: np.ndarray) -> None:
    """Against the certainty asked for: what is decided alone, what is missed, false alarms."""
    found = [(cut, counted.deferred(films, p, cut)) for cut in CUTS]
    kept = [(cut, one) for cut, one in found if one]
    figure, axis = axes(6.4, 3.6)
    lines = (("automated", "o", "blue", "films decided alone"),
             ("missed", "s", "orange", "ill films missed"),
             ("alarms", "^", "green", "false alarms among well films decided"))  # fmt: skip
    for name, marker, colour, label in lines:
        values = [getattr(one, name) for _, one in kept]
        x = [cut for cut, _ in kept]
        axis.plot(x, [v.value for v in values], f"{marker}-", color=colours[colour], label=label)
        axis.fill_between(x, [v.lo for v in values], [v.hi for v in values],
                          color=colours[colour], alpha=0.15)  # fmt: skip
    axis.set(ylim=(0, 1.02), xlabel="certainty asked for", ylabel="share")
    axis.legend(frameon=False, fontsize=9)
    alt = (
        f"On {len(films)} films, as the certainty asked for rises from .5 to .98, the share "
        f"decided alone falls from 1 to {kept[-1][1].automated.value:.2f}; misses and false "
        "alarms fall too"
    )
    show(figure, alt, "Bands are 95 % intervals.", films.tag)


def waits(found: Day, tag: str | None = None) -> None:
    """Minutes each film waits, first come first served and in the program's order, by group."""
    figure, grid = _axes(1, 2, 9.0, 3.6)
    names = list(found.groups())
    top = max(found.before.max(), found.after.max()) * 1.05
    told = []
    for axis, (title, minutes) in zip(
        grid[0],
        (("first come, first served", found.before), ("flagged films first", found.after)),
        strict=True,
    ):
        for place, rows in enumerate(found.groups().values()):
            spread = np.linspace(-0.25, 0.25, max(int(rows.sum()), 1))[: int(rows.sum())]
            shade = colours["orange" if names[place].startswith("ill") else "sky"]
            axis.plot(place + spread, minutes[rows], "o", ms=4, alpha=0.7, color=shade)
            if rows.any():
                told.append(f"{title}, {names[place]}: up to {minutes[rows].max():.0f}")
        axis.set(ylim=(-1, top), ylabel="minutes from arrival to reading")
        axis.set_xticks(
            range(len(names)), [name.replace(", ", ",\n") for name in names], fontsize=8
        )
        axis.set_title(title, fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
    show(figure, "Minutes that each film of one day waits. " + "; ".join(told),
         "One simulated working day, drawn from scored films. "
         "In each group the films stand in the order of their arrival.", tag)  # fmt: skip


def advice_slider(trust: float = 0.4) -> None:
    """Simulated readers without a program, beside a right one and beside a wrong one.

    Parameters
    ----------
    trust : float
        Where the slider stands at first.
    """

    def draw(trust: float) -> tuple[Any, str, str]:
        found = counted.reliance(trust)
        figure, grid = _axes(1, 2, 9.0, 3.2)
        told = []
        for axis, (name, by) in zip(grid[0], found.items(), strict=True):
            for place, (how, one) in enumerate(by.items()):
                axis.bar(place, one.value, color=colours["sky" if place < 2 else "orange"])
                axis.plot([place, place], [one.lo, one.hi], color="black", lw=1.5)
                told.append(f"{name}, {how}: {one.short()}")
            axis.set_xticks(range(len(by)), list(by))
            axis.set(ylim=(0, 1), title=name)
            axis.spines[["top", "right"]].set_visible(False)
        return figure, f"Simulated readers, trust {trust}. " + "; ".join(told), "95 % intervals."

    steps = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    sliders(draw, lambda trust: f"trust = {trust}", "SIMULATED READERS",
            trust=("how often a reader gives in", steps, trust))  # fmt: skip


def sitting(program: bool = False) -> None:
    """The twenty films of the learner's own study, with or without what the program says."""
    found = counted.sitting(current().mode)
    said = ["", " · AI: pneumonia"]
    titles = [f"{k}{(said[1] if ill else ' · AI: normal') if program else ''}"
              for k, ill in enumerate(found.program)]  # fmt: skip
    assert found.images is not None
    beside = ", each with what the AI says" if program else ""
    figures.films(
        found.images,
        titles,
        alt=f"Twenty chest films, numbered from 0{beside}",
        caption="Children aged 1 to 5." if found.tag is None else "",
        columns=5,
        width=10.5,
        tag=found.tag,
    )


def drill() -> None:
    """The drill's films, each with the box in question and who says that a nodule is there."""
    found = counted.discordant()
    assert found.images is not None
    columns = 4
    figure, grid = _axes(len(found.images) // columns, columns, 11.5, 17.4)
    for number, (axis, film, box) in enumerate(
        zip(grid.ravel(), found.images, found.boxes, strict=True)
    ):
        axis.imshow(film, cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
        top, bottom, left, right = box
        axis.plot([left, right, right, left, left], [top, top, bottom, bottom, top],
                  color=BOX, lw=1)  # fmt: skip
        who = "AI yes\nreader no" if found.program[number] else "reader yes\nAI no"
        axis.set_title(f"{number} · {who}", fontsize=15, pad=3)  # to be read on a tablet too
        axis.set_axis_off()
    alt = (
        "Twenty simulated chest films, numbered from 0, each with a yellow box. On "
        f"{int(found.program.sum())} the AI says nodule and the reader does not, on "
        f"{int((~found.program).sum())} it is the other way round"
    )
    show(figure, alt, "Is there a nodule in the box?", "SIMULATED", plates=grid.ravel())


def changes(found: Mapping[str, Estimate]) -> None:
    """How many minutes sooner (below 0) or later each group is read in the program's order."""
    figure, axis = axes(7.6, 2.6)
    draw_rows(axis, found, line=0.0, digits=1)
    axis.set_xlabel("change of the mean wait, in minutes")
    told = "; ".join(f"{name} {one.short(1)}" for name, one in found.items())
    tag = tag_of_course(current().mode)
    show(figure, f"Change of the mean wait over {counted.DAYS} days: {told}", "", tag)
