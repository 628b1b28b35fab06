"""Lesson 07's figures: changed films, ranking beside alarms, strangers, attacks."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l07 import door, films as counted, settings
from readingroom.show import figures
from readingroom.show.controls import sliders
from readingroom.show.figures import _axes, axes, colours, show
from readingroom.show.intervals import MARKERS, draw_rows


def film_slider() -> None:
    """One film as usual and at the gamma that the slider names."""
    film = counted.one_film()

    def draw(gamma: float) -> tuple[Any, str, str]:
        figure, grid = _axes(1, 2, 7.0, 3.8)
        for axis, shown, title in zip(
            grid[0],
            (film, settings.bent(film, gamma)),
            ("as usual", f"gamma {gamma:g}"),
            strict=True,
        ):
            axis.imshow(shown, cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
            axis.set_title(title, fontsize=11)
            axis.set_axis_off()
        word = "whiter" if gamma < 1 else "darker" if gamma > 1 else "as before"
        return figure, f"A chest film as usual and at gamma {gamma:g}, where it is {word}", ""

    sliders(draw, lambda gamma: f"gamma = {gamma:g}", counted.tag(),
            gamma=("gamma", settings.GAMMAS, 0.6))  # fmt: skip


def steps_sheet() -> None:
    """The same film after each of the physicist's changes, a small and a large step of each."""
    film = counted.one_film()
    shown, titles = [film], [settings.USUAL]
    for what, sizes in settings.STEPS.items():
        for size, word in zip(sizes, ("small", "large"), strict=True):
            shown.append(settings.changed(film, what, size))
            titles.append(f"{what}, {word}")
    figures.films(
        np.stack(shown),
        titles,
        alt="The same chest film thirteen times: as usual, and with a small and a large step of "
        + ", ".join(settings.STEPS),
        columns=5,
        width=10.0,
        tag=counted.tag(),
    )


def _pair(labels: list[str], auc: list[Estimate], alarm: list[Estimate], tag: Any) -> None:
    """AUC on the left, alarms per 100 normals on the right, one row for each label."""
    figure, grid = _axes(1, 2, 10.5, 0.36 * len(labels) + 1.1)
    places = np.arange(len(labels))
    told = []
    for axis, found, scale, title in (
        (grid[0, 0], auc, 1, "AUC: does the order survive?"),
        (grid[0, 1], alarm, 100, "alarms among 100 normal films"),
    ):
        axis.spines[["top", "right"]].set_visible(False)
        for row, one in enumerate(found):
            axis.plot([scale * one.lo, scale * one.hi], [row, row], color=colours["blue"], lw=2)
            axis.plot(scale * one.value, row, MARKERS[0], color=colours["blue"], ms=7)
            said = one.short(3) if scale == 1 else counted.per_hundred(one)
            axis.text(1.01, row, said, va="center", fontsize=9,
                      transform=axis.get_yaxis_transform())  # fmt: skip
        axis.set_yticks(places, labels if scale == 1 else [""] * len(labels))
        axis.set_ylim(len(labels) - 0.5, -0.5)
        axis.set_xlim((0.5, 1.0) if scale == 1 else (0, 100))
        axis.set_title(title, fontsize=10)
    for name, one, other in zip(labels, auc, alarm, strict=True):
        told.append(f"{name}: AUC {one.short(3)}, alarms {counted.per_hundred(other)}")
    show(figure, "Ranking and alarms side by side. " + "; ".join(told),
         f"Threshold {counted.HABIT}, never moved. 95 % intervals.", tag)  # fmt: skip


def by_gamma(found: counted.Shift) -> None:
    """AUC and alarms per 100 normals for each gamma, threshold fixed."""
    rows = found.run["by_gamma"].astype(float)
    auc = [metrics.auc(found.y, s, draws=600) for s in rows]
    alarm = [counted.alarms(found.y, s) for s in rows]
    _pair([f"gamma {g:g}" for g in settings.GAMMAS], auc, alarm, found.tag)


def by_step(found: counted.Shift) -> None:
    """AUC and alarms per 100 normals after each of the physicist's changes."""
    rows = found.run["by_step"].astype(float)
    words = [settings.USUAL]
    for what in settings.STEPS:
        words += [f"{what}, small", f"{what}, large"]
    auc = [metrics.auc(found.y, s, draws=600) for s in rows]
    _pair(words, auc, [counted.alarms(found.y, s) for s in rows], found.tag)


def site_table() -> None:
    """Departments against changes: AUC and alarms per 100 normals in each field."""
    found = counted.sites()
    figure, grid = _axes(2, 1, 11.0, 6.6)
    for axis, table, scale, title in (
        (grid[0, 0], found.auc, 1, "AUC"),
        (grid[1, 0], found.alarms, 100, "alarms among 100 normal films"),
    ):
        values = np.array([[scale * one.value for one in row] for row in table])
        low, high, colour = (0.5, 1.0, "cividis") if scale == 1 else (0, 100, "cividis_r")
        axis.imshow(values, cmap=colour, vmin=low, vmax=high, aspect="auto")
        middle = (low + high) / 2
        for i, row in enumerate(table):
            for j, one in enumerate(row):
                dark = (values[i, j] < middle) == (scale == 1)
                said = one.short(2) if scale == 1 else counted.per_hundred(one)
                axis.text(j, i, said, ha="center", va="center", fontsize=8.5,
                          color="white" if dark else "black")  # fmt: skip
        axis.set_xticks(range(len(found.parameter)), found.parameter)
        axis.set_yticks(range(len(found.site)), found.site)
        axis.set_title(title, fontsize=10)
    worst = [
        (round(100 * one.value), site, what)
        for site, row in zip(found.site, found.alarms, strict=True)
        for what, one in zip(found.parameter, row, strict=True)
    ]
    most, least = max(worst), min(worst)
    alt = (
        f"Two tables of {len(found.site)} departments by {len(found.parameter)} settings. Alarms "
        f"per 100 normals run from {least[0]} ({least[1]}, {least[2]}) to {most[0]} ({most[1]}, "
        f"{most[2]})"
    )
    show(figure, alt, "The same virtual patients in every field. 95 % intervals.", "SIMULATED")


def odd_rows() -> None:
    """Share of each set that the reconstruction flags."""
    found = door.flagged()
    figure, axis = axes(8.0, 0.42 * len(found) + 0.9)
    draw_rows(axis, found, limits=(0, 1))
    axis.set_xlabel("share flagged as odd")
    told = "; ".join(f"{name} {one.short()}" for name, one in found.items())
    show(figure, f"Share of each set that the detector flags: {told}",
         "The alarm flags 5 % of the validation films.", counted.shift().tag)  # fmt: skip


def _sheet(images: list, titles: list[str], alt: str, caption: str, columns: int) -> None:
    """A contact sheet that is only looked at: no film on it answers a question."""
    rows = -(-len(images) // columns)
    figure, grid = _axes(rows, columns, 10.5, rows * (10.5 / columns + 0.35))
    for place, axis in enumerate(grid.ravel()):
        axis.set_axis_off()
        if place < len(images):
            axis.imshow(images[place], cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
            axis.set_title(titles[place], fontsize=9, pad=3)
    show(figure, alt, caption, counted.tag())


def strangers() -> None:
    """Real pictures that are no chest film, how odd each is, and what the program says of it."""
    mode = counted.kind()
    run = counted.shift_of(mode).run
    hand = [door._hand(1, "HAND", "PA")] * (mode == "real")  # else one stands in for the leg
    items = [*door.strangers_of(mode), *hand, door._lateral(1, "LL")]
    thumbs = np.stack([door.small(one) for one in items])
    scores = counted.regression_of(run).scores(thumbs)
    odd = door.drawer_of(stored.load("07", "odd", mode)).error(thumbs)
    titles = [
        f"{one.what}\nscore {score:.2f}, {'odd' if far > 1 else 'not odd'} ({far:.1f})"
        for one, score, far in zip(items, scores, odd, strict=True)
    ]
    told = "; ".join(title.replace("\n", ": ") for title in titles)
    _sheet(
        [one.image for one in items],
        titles,
        f"Pictures that are no frontal chest film, each scored all the same. {told}",
        "In brackets how odd a picture is; above 1 it is flagged. "
        + ("Hand and lateral are simulated." if mode == "real" else "All are drawn."),
        3,
    )


def attacked_film(before: np.ndarray, after: np.ndarray, scores: tuple[float, float]) -> None:
    """A film, what an attack adds to it, and the film after it, with the scores.

    Parameters
    ----------
    before, after : ndarray, (28, 28) uint8
    scores : (float, float)
        Before and after.
    """
    figure, grid = _axes(1, 3, 9.6, 3.5)
    difference = after.astype(int) - before.astype(int)
    for axis, shown in ((grid[0, 0], before), (grid[0, 2], after)):
        axis.imshow(shown, cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
    drawn = grid[0, 1].imshow(difference, cmap="PuOr_r", vmin=-16, vmax=16)
    figure.colorbar(drawn, ax=grid[0, 1], shrink=0.8, label="grey levels")
    most = int(np.abs(difference).max())
    for axis, title in zip(
        grid[0],
        (f"before: score {scores[0]:.2f}", f"added: at most {most}",
         f"after: score {scores[1]:.2f}"),
        strict=True,
    ):  # fmt: skip
        axis.set_title(title, fontsize=11)
        axis.set_axis_off()
    show(figure, f"A chest film before and after an attack of at most {most} grey levels; the "
         f"score goes from {scores[0]:.2f} to {scores[1]:.2f}",
         "28 pixels along each side, as the program sees them.", counted.tag())  # fmt: skip


def attack_curve(found: counted.Shift) -> None:
    """Accuracy under the sign attack and under random noise, level by level."""
    levels = counted.levels(found)
    figure, axis = axes(6.6, 3.6)
    told = []
    for how, marker, colour, label in (
        ("noise", "s", "sky", "random noise of the same size"),
        ("attack", "o", "orange", "sign attack"),
    ):
        rows = counted.accuracy_under(found, how)
        axis.plot(levels, [one.value for one in rows], f"{marker}-", color=colours[colour],
                  label=label)  # fmt: skip
        axis.fill_between(levels, [one.lo for one in rows], [one.hi for one in rows],
                          color=colours[colour], alpha=0.2)  # fmt: skip
        told.append(f"{label} of {levels[-1]} levels: {rows[-1].short()}")
    axis.axhline(0.5, color=colours["grey"], ls="--", lw=1)
    axis.set(ylim=(0, 1), xlabel="grey levels of 255 by which a pixel may change",
             ylabel="accuracy")  # fmt: skip
    axis.legend(frameon=False, fontsize=9)
    show(figure, "Accuracy against the size of the change. " + "; ".join(told),
         "Bands are 95 % intervals.", found.tag)  # fmt: skip


def spot_sheet() -> None:
    """The eight films of which four are attacked."""
    found = counted.spot_of(current().mode)
    figures.films(
        found.after,
        [str(k) for k in range(counted.SPOT)],
        alt="Eight small chest films, numbered from 0. Four of them were attacked",
        columns=4,
        width=9.0,
        tag=counted.tag(),
    )


def difference_map() -> None:
    """What was added to each of the eight films."""
    found = counted.spot_of(current().mode)
    figure, grid = _axes(2, 4, 9.6, 5.0)
    for k, axis in enumerate(grid.ravel()):
        change = found.after[k].astype(int) - found.before[k].astype(int)
        drawn = axis.imshow(change, cmap="PuOr_r", vmin=-16, vmax=16)
        most = int(np.abs(change).max())
        axis.set_title(f"{k}: at most {most}" if most else f"{k}: nothing", fontsize=10)
        axis.set_axis_off()
    figure.colorbar(drawn, ax=grid, shrink=0.7, label="grey levels added")
    named = ", ".join(map(str, found.attacked))
    show(figure, f"What was added to each of the eight films: films {named} carry a pattern, the "
         "others nothing", "", counted.tag())  # fmt: skip


WORDS = {
    "another seed": "same recipe, other seed",
    "pixel regression": "pixel regression",
    "smooth": "averages neighbours first",
    "hard": "trained under attack",
}
SHOWN_LEVEL = 8
OVER_SEEDS = "400 test films. Means over five seeds, 95 % intervals over seeds."


def transfer() -> None:
    """Accuracy of other programs on films attacked for one network."""
    found = counted.robustness()
    k = found.levels.index(SHOWN_LEVEL)
    rows = {"the network itself": found.white["plain"][k]}
    rows |= {WORDS[name]: one[k] for name, one in found.moved.items()}
    rows["the network itself, random noise"] = found.noise[k]
    figure, axis = axes(8.6, 0.42 * len(rows) + 0.9)
    draw_rows(axis, rows, limits=(0, 1), line=0.5)
    axis.set_xlabel(
        f"accuracy on films attacked for the first network, {SHOWN_LEVEL} grey levels (dashed: a "
        "coin)"
    )
    told = "; ".join(f"{name} {one.short()}" for name, one in rows.items())
    show(figure, f"Accuracy on films attacked for one network: {told}",
         OVER_SEEDS,
         None if counted.tag() is None else counted.SIMULATED)  # fmt: skip


def defence() -> None:
    """Accuracy of three kinds of network at each strength of an attack that knows them."""
    found = counted.robustness()
    figure, axis = axes(6.8, 3.7)
    told = []
    for name, marker, colour, label in (
        ("plain", "o", "orange", "plain"),
        ("smooth", "^", "sky", WORDS["smooth"]),
        ("hard", "s", "blue", WORDS["hard"]),
    ):
        rows = found.white[name]
        axis.plot(found.levels, [one.value for one in rows], f"{marker}-", color=colours[colour],
                  label=label)  # fmt: skip
        axis.fill_between(found.levels, [one.lo for one in rows], [one.hi for one in rows],
                          color=colours[colour], alpha=0.2)  # fmt: skip
        told.append(f"{label}: {rows[0].short()} untouched, {rows[-1].short()} at "
                    f"{found.levels[-1]} levels")  # fmt: skip
    axis.set(ylim=(0, 1), xlabel="grey levels of 255 by which a pixel may change",
             ylabel="accuracy")  # fmt: skip
    axis.legend(frameon=False, fontsize=9)
    show(figure, "Accuracy under an attack that knows the network. " + "; ".join(told),
         OVER_SEEDS, counted.tag())  # fmt: skip


def contact_sheet() -> None:
    """The forty deliveries, numbered, without a word on what they are."""
    items = door.deliveries_of(counted.kind())
    _sheet(
        [door.small(one) for one in items],
        [str(k) for k in range(len(items))],
        "Forty small pictures as they arrive at the program: chest films, and among them films "
        "with inverted greys, films on their side, hands, laterals and slices",
        "",
        10,
    )
