"""Lesson 09's figures: site cards, gains, an update beside films, what noise hides and costs."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom import data
from readingroom.data.origin import of_course
from readingroom.kernel.session import current
from readingroom.lessons.l09 import fedavg, films as counted
from readingroom.lessons.l09.films import HOSPITALS, Trade
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.intervals import draw_rows, estimates

EACH = 6  # films on a hospital's card
GREY = {"cmap": "gray", "interpolation": "bicubic"}
SHADES = ("blue", "orange", "green")
MARKERS = ("o", "s", "^")
SHEET_SEED = 5


def cards() -> None:
    """For each hospital six of its films, how many it has, and the share of ill ones."""
    mode = current().mode
    figure, grid = _axes(len(HOSPITALS), EACH, 9.0, 5.0)
    told = []
    for row, ((name, (n, ill)), (pixels, labels)) in enumerate(
        zip(HOSPITALS.items(), counted.parts(mode), strict=True)
    ):
        rows = np.random.default_rng([9, row]).permutation(n)[:EACH]
        for axis, film in zip(grid[row], rows, strict=True):
            axis.imshow(pixels[film], vmin=0, vmax=255, **GREY)
            axis.set_title("pneumonia" if labels[film] else "normal", fontsize=8, pad=2)
            axis.set_axis_off()
        card = f"Hospital {name}\n{n} films\n{int(labels.sum())} ill ({ill:.0%})"
        grid[row, 0].text(-0.15, 0.5, card, transform=grid[row, 0].transAxes, ha="right",
                          va="center", fontsize=10)  # fmt: skip
        told.append(f"{name} has {n} films, {ill:.0%} labelled pneumonia")
    show(figure, f"Six films from each of three hospitals. {'; '.join(told)}", "28 pixels wide.",
         counted.tag(mode))  # fmt: skip


def betrayal() -> None:
    """Three films of each place, and how well a probe tells the place from the film."""
    mode = of_course(current().mode)
    children = data.load("children", size=fedavg.EDGE, mode=mode)
    if mode == "real":
        nih = data.load("nih-1000", size=fedavg.EDGE, mode=mode)
        shown = {"Guangzhou, children": children.part("test")[0], "NIH, adults": nih.images}
    else:
        site = children.table["site"].to_numpy()
        shown = {name: children.images[site == name] for name in ("Children's", "St Anne")}
    figure, grid = _axes(1, 6, 9.0, 2.0)
    for column, axis in enumerate(grid[0]):
        name, pixels = list(shown.items())[column // 3]
        axis.imshow(pixels[7 + 11 * (column % 3)], vmin=0, vmax=255, **GREY)
        axis.set_title(name, fontsize=9, pad=3)
        axis.set_axis_off()
    names = " and of ".join(shown)
    show(figure, f"Three films of {names}: their contrast and framing differ", "",
         counted.tag(current().mode))  # fmt: skip
    found = counted.betrayed()
    estimates(found, alt="AUC of a probe that tells each place from all others", line=0.5,
              axis="AUC for “taken here”", tag=counted.tag(current().mode))  # fmt: skip


def handed() -> None:
    """AUC at the second hospital by what was learnt from: mean over five draws."""
    found = counted.handed_on()
    estimates(found, alt="AUC at the second hospital", line=0.5, limits=(0.45, 0.9), axis="AUC",
              tag=counted.tag(current().mode))  # fmt: skip


def ways() -> None:
    """AUC of each hospital's own model, of the average, and of all films in one place, by deal."""
    found = counted.gains()
    columns = {f"{name} alone": auc for name, auc in found.alone.items()}
    columns |= {"average\nof the three": found.shared, "all films\nin one place": found.pooled}
    figure, axis = axes(7.2, 3.6)
    for place, values in enumerate(columns.values()):
        shade = colours["orange" if place == 3 else "blue" if place < 3 else "grey"]
        spread = place + np.linspace(-0.15, 0.15, len(values))
        axis.plot(spread, values, MARKERS[min(max(place - 2, 0), 2)], color=shade, ms=6)
        axis.plot([place - 0.25, place + 0.25], [values.mean()] * 2, "-", color=shade, lw=2)
    axis.set_xticks(range(len(columns)), list(columns))
    axis.set_ylabel("AUC on the test films")
    told = "; ".join(f"{k} {v.mean():.3f}".replace("\n", " ") for k, v in columns.items())
    show(figure, f"AUC in five deals of the films, means: {told}",
         "Each dot is one deal of the films to the hospitals; the line is their mean.",
         counted.tag(current().mode))  # fmt: skip


def gap() -> None:
    """AUC for the finding that a hospital never saw: alone, average, pooled; simulated."""
    found = counted.missing()
    figure, grid = _axes(1, len(found), 11.5, 2.2)
    told = []
    for axis, (title, rows) in zip(grid[0], found.items(), strict=True):
        for row, (way, one) in enumerate(rows.items()):
            shade = colours[SHADES[row]]
            axis.plot([one.lo, one.hi], [row, row], "-", color=shade, lw=2)
            axis.plot(one.value, row, MARKERS[row], color=shade, ms=8)
            told.append(f"{title}, {way}: {one.short()}")
        axis.set_title(title, fontsize=10)
        axis.set_yticks(range(len(rows)), list(rows) if axis is grid[0, 0] else [""] * len(rows))
        axis.set(ylim=(len(rows) - 0.5, -0.5), xlim=(0.35, 1.0), xlabel="AUC for what it lacks")
        axis.axvline(0.5, color=colours["grey"], ls="--", lw=1)
        axis.spines[["top", "right"]].set_visible(False)
    show(figure, "AUC for the finding that each simulated hospital lacks. " + "; ".join(told),
         "Mean and 95 % interval over five deals; the line at .5 is a coin.",
         counted.TAG)  # fmt: skip


def update_and_films() -> None:
    """The update as a picture, and below it six films, of which one made it."""
    found = counted.quiz()
    tag = counted.tag(current().mode)
    figure, axis = axes(2.6, 2.8)
    picture = found.update[:-1].reshape(fedavg.EDGE, fedavg.EDGE)
    axis.imshow(picture, cmap="gray", interpolation="bicubic")
    axis.set_axis_off()
    axis.set_title("what the hospital sent", fontsize=10)
    show(figure, "The 784 numbers of one update, laid out as a picture: a chest film can be seen",
         f"Its last number: {found.update[-1]:+.2f}", tag)  # fmt: skip
    figure, grid = _axes(1, len(found.films), 10.5, 2.1)
    for number, (axis, film) in enumerate(zip(grid[0], found.films, strict=True)):
        axis.imshow(film, vmin=0, vmax=255, **GREY)
        axis.set_title(str(number), fontsize=10, pad=3)
        axis.set_axis_off()
    show(figure, "Six chest films, numbered from 0; one of them has its greys inverted",
         "Which one made the update?", tag, plates=grid[0])  # fmt: skip


def sheet(found: Trade) -> None:
    """Both sides of the trade: films rebuilt from updates by batch and noise, and the AUC below.

    Parameters
    ----------
    found : Trade
        See `films.trade`.
    """
    mode = current().mode
    images = np.concatenate([pixels for pixels, _ in counted.parts(mode)])
    labels = np.concatenate([one for _, one in counted.parts(mode)])
    x = fedavg.as_numbers(images)
    order = np.random.default_rng([9, SHEET_SEED]).permutation(len(labels))
    ill_first = order[np.argsort(-labels[order[:64]], kind="stable")][:1]
    columns = [list(found.noise).index(z) for z in counted.SHEET]
    figure, grid = _axes(len(counted.BATCHES) + 1, len(columns) + 1, 11.0, 9.0)
    rng = np.random.default_rng([9, SHEET_SEED + 1])
    for row, batch in enumerate(counted.BATCHES):
        rows = np.concatenate([ill_first, order[order != ill_first[0]][: batch - 1]])
        _windowed(grid[row, 0], images[rows[0]])
        grid[row, 0].set_title("a film of it" if batch > 1 else "the film", fontsize=9, pad=3)
        grid[row, 0].text(-0.1, 0.5, f"update of\n{batch} film{'s' if batch > 1 else ''}",
                          transform=grid[row, 0].transAxes, ha="right", va="center")  # fmt: skip
        step = counted.one_step(x[rows], labels[rows])
        for place, k in enumerate(columns, 1):
            sent = fedavg.message(step, float(found.noise[k]), rng)
            picture = fedavg.rebuilt(sent)
            if np.corrcoef(picture.ravel(), x[rows[0], :-1])[0, 1] < 0:
                picture = -picture  # whoever looks for a film turns it the right way round
            _windowed(grid[row, place], picture)
            grid[row, place].set_title(f"found {found.recognised(row, k).short()}", fontsize=8,
                                       pad=3)  # fmt: skip
            if row == 0:
                grid[0, place].text(0.5, 1.22, f"noise {counted.SHEET[place - 1]:g}", fontsize=11,
                                    transform=grid[0, place].transAxes, ha="center")  # fmt: skip
    for axis in grid[:-1].ravel():
        axis.set_axis_off()
    _costs(grid[-1], found, columns)
    told = "; ".join(
        f"noise {z:g}: {found.kept(k).short()}, one film found {found.recognised(0, k).short()}"
        for z, k in zip(counted.SHEET, columns, strict=True)
    )
    show(figure, "Pictures rebuilt from updates of 1, 4, 16 and 64 films under growing noise; one "
         f"film comes back, sixteen blur, noise hides all. AUC of the average: {told}",
         f"Found: share of {found.tries} tries in which the picture is more like a film of its own "
         "update than like any other training film.", counted.tag(mode))  # fmt: skip


def _windowed(axis: Any, picture: np.ndarray) -> None:
    """Draw a picture in a window of its own: a rebuilt one has no grey scale to keep."""
    low, high = np.percentile(picture, [1, 99])
    axis.imshow(picture, vmin=low, vmax=high, **GREY)


def _costs(row: np.ndarray, found: Trade, columns: list[int]) -> None:
    """The sheet's last line: AUC of the average with each noise."""
    row[0].set_axis_off()
    row[0].text(-0.1, 0.5, "AUC of the\naverage", transform=row[0].transAxes, ha="right",
                va="center")  # fmt: skip
    lows = [found.kept(k).lo for k in columns]
    for axis, k in zip(row[1:], columns, strict=True):
        one = found.kept(k)
        axis.plot([0, 0], [one.lo, one.hi], "-", color=colours["blue"], lw=3)
        axis.plot(0, one.value, "o", color=colours["blue"], ms=8)
        axis.axhline(found.kept(0).value, color=colours["orange"], ls="--", lw=1)
        axis.set(xlim=(-1, 1), ylim=(min(*lows, 0.5) - 0.02, 1.0), xticks=[])
        axis.set_title(one.short(), fontsize=9, pad=3)
        axis.spines[["top", "right"]].set_visible(False)


def dishonest() -> None:
    """AUC of the average where all are honest, and where one hospital's labels are reversed."""
    found = counted.flipped()
    figure, axis = axes(8.0, 2.4)
    draw_rows(axis, found, (0.0, 1.0), 0.5)
    axis.set_xlabel("AUC of the average on the test films")
    told = "; ".join(f"{name} {one.short()}" for name, one in found.items())
    tag = counted.tag(current().mode)
    show(figure, f"AUC of the average with the labels of one hospital reversed: {told}",
         "Mean and 95 % interval over five deals.", tag)  # fmt: skip
