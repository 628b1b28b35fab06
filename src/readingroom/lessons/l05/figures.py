"""Heat maps over films, and how they score: one colour scale, outlines, and the hottest point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readingroom.lessons.l05 import make, saliency
from readingroom.lessons.l05.films import films_with
from readingroom.show import figures, marks

NOT_CLINICAL = "teaching only"
BAR_WIDTH = 1.0  # inches, of the colour bar and its words


def heat_maps(
    films: np.ndarray,
    maps: np.ndarray,
    titles: Sequence[str] = (),
    *,
    outlines: np.ndarray | None = None,
    devices: np.ndarray | None = None,
    points: bool = False,
    smooth: bool | Sequence[bool] = True,
    columns: int = 4,
    width: float = 9.0,
    alt: str,
    caption: str = "",
    tag: str | None = None,
) -> None:
    """Films with their maps laid over, each scaled to its own hottest cells.

    Parameters
    ----------
    films : ndarray, (N, H, W) uint8
    maps : ndarray, (N, h, w)
        Larger is hotter; negative values are not shown.
    titles : sequence of str
    outlines : ndarray, (N, H, W) bool, optional
        True outlines, drawn as lines.
    devices : ndarray, (N, H, W) bool, optional
        Outlines of a tube, drawn as dotted lines of another colour.
    points : bool
        Mark the hottest point.
    smooth : bool or sequence of bool
        Enlarge as a viewer would; False shows the cells as they are. One for all, or one for each.
    columns, width, alt, caption, tag
        See `readingroom.show.films`.
    """
    n, size = len(films), films.shape[1]
    columns = min(columns, n)
    rows = -(-n // columns)
    cell = (width - BAR_WIDTH) / columns  # inches, of a film
    figure, grid = figures._axes(rows, columns, width, rows * (cell + 0.28))
    enlarged = np.broadcast_to(smooth, n)
    for i, axis in enumerate(grid.ravel()):
        axis.set_axis_off()
        if i >= n:
            continue
        marks.film(axis, films[i], titles[i] if i < len(titles) else "")
        marks.heat(axis, maps[i], size, bool(enlarged[i]))
        marks.warning(axis, 6, NOT_CLINICAL)
        if outlines is not None:
            marks.outline(axis, outlines[i])
        if devices is not None:
            marks.outline(axis, devices[i], ":", marks.TUBE)
        if points:
            marks.peak(axis, maps[i], size)
    marks.heat_bar(figure, grid)
    figures.show(figure, alt, caption, tag)


def ruled_films(
    films: np.ndarray,
    *,
    columns: int = 4,
    width: float = 10.0,
    alt: str,
    caption: str = "",
    tag: str | None = None,
    boxes: Sequence = (),
    outlines: np.ndarray | None = None,
) -> None:
    """Films with rows and columns numbered at their edges, so that a box can be read off.

    Parameters
    ----------
    films : ndarray, (N, H, W) uint8
    boxes : sequence of (row0, row1, column0, column1)
        Drawn over the films, one each.
    outlines : ndarray, (N, H, W) bool, optional
    columns, width, alt, caption, tag
        See `readingroom.show.films`.
    """  # fmt: skip
    n, size = len(films), films.shape[1]
    rows = -(-n // columns)
    figure, grid = figures._axes(rows, columns, width, rows * (width / columns + 0.25))
    ticks = range(0, size, 32)
    for i, axis in enumerate(grid.ravel()):
        axis.set_axis_off()
        if i >= n:
            continue
        marks.film(axis, films[i], f"film {i}")
        axis.set_axis_on()
        axis.set_xticks(ticks)
        axis.set_yticks(ticks)
        axis.tick_params(labelsize=7, length=2)
        axis.grid(color="white", alpha=0.18, lw=0.6)
        if outlines is not None:
            marks.outline(axis, outlines[i])
        if i < len(boxes):
            r0, r1, c0, c1 = boxes[i]
            axis.plot([c0, c1, c1, c0, c0], [r0, r0, r1, r1, r0], "--", color="white", lw=1.6)
    figures.show(figure, alt, caption, tag, plates=grid.ravel()[:n])


def rate_bars(
    names: Sequence[str],
    rates: Sequence,
    controls: dict[str, Sequence[float]],
    *,
    alt: str,
    caption: str = "",
    tag: str | None = None,
    label: str = "share of films hit",
) -> None:
    """Hit rates with their intervals, and the controls beside each.

    Parameters
    ----------
    names : sequence of str
    rates : sequence of Estimate
    controls : dict
        Name of a control to one value for each name.
    alt, caption, tag
        See `readingroom.show.show`.
    """  # fmt: skip
    figure, axis = figures.axes(7.5, 3.6)
    place = np.arange(len(names))
    value = np.array([rate.value for rate in rates])
    ends = np.array([[r.value - r.lo for r in rates], [r.hi - r.value for r in rates]])
    axis.bar(place, value, 0.5, color=figures.colours["sky"], label="hottest point of the map")
    axis.errorbar(place, value, ends, fmt="none", ecolor="black", capsize=4, lw=1.2)
    looks = zip(("D", "s", "^"), ("orange", "green", "pink"), controls.items(), strict=False)
    for mark, colour, (name, values) in looks:
        axis.plot(place, values, mark, color=figures.colours[colour], ms=8, mec="white", label=name)
    axis.set_xticks(place, names)
    axis.set_ylim(0, 1)
    axis.set_ylabel(label)
    axis.legend(fontsize=8, frameon=False, loc="lower center", ncols=2, bbox_to_anchor=(0.5, 1))
    figures.show(figure, alt, caption, tag)


def size_curve(
    mm: np.ndarray,
    rates: Sequence,
    excesses: dict[str, Sequence],
    controls: dict[str, np.ndarray],
    *,
    line: float,
    alt: str,
    caption: str = "",
    tag: str | None = None,
) -> None:
    """Hit rate against diameter above, what is left after chance below.

    Parameters
    ----------
    mm : ndarray, (D,)
        Diameters.
    rates : sequence of Estimate
        Of one map.
    excesses : dict
        Name of a map to its excess over a random point, an Estimate for each diameter.
    controls : dict
        Name of what stands beside the hit rate to its shares, (D,): chance, or what was called.
    line : float
        Drawn across the lower curve.
    alt, caption, tag
        See `readingroom.show.show`.
    """
    figure, grid = figures._axes(2, 1, 7.5, 6.0)
    upper, lower = grid[:, 0]
    _with_interval(upper, mm, rates, "blue", "o", "hottest point of the map")
    styles = zip(("D--", "s:", "v-."), ("orange", "green", "grey"), controls.items(), strict=False)
    for style, colour, (name, shares) in styles:
        upper.plot(mm, shares, style, color=figures.colours[colour], label=name)
    upper.set_ylabel("share of nodules hit")
    upper.set_ylim(-0.03, 1.03)
    upper.legend(fontsize=8, frameon=False, loc="upper left")
    looks = zip(("blue", "pink"), ("o", "^"), excesses.items(), strict=False)
    for colour, mark, (name, values) in looks:
        _with_interval(lower, mm, values, colour, mark, f"{name} minus random point")
    for place, value in zip(mm, next(iter(excesses.values())), strict=True):
        lower.annotate(f"{value.value:z.2f}".replace("0.", "."), (place, value.value), (-4, 5),
                       textcoords="offset points", ha="right", fontsize=8)  # fmt: skip
    lower.axhline(0, color="black", lw=0.8)
    lower.axhline(line, color=figures.colours["grey"], lw=0.8, ls="--")
    lower.text(mm[0], line, f" {line:.2f}".replace("0.", "."), va="bottom", fontsize=8)
    lower.set_ylabel("excess")
    lower.set_xlabel("diameter of the nodule, mm")
    lower.legend(fontsize=8, frameon=False, loc="upper left")
    for axis in (upper, lower):
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_xticks(mm)
    figures.show(figure, alt, caption, tag)


def _with_interval(axis, x, estimates, colour: str, mark: str, label: str) -> None:
    value = np.array([e.value for e in estimates])
    ends = np.array([[e.value - e.lo for e in estimates], [e.hi - e.value for e in estimates]])
    axis.errorbar(
        x, value, np.maximum(ends, 0), fmt=f"{mark}-", color=figures.colours[colour], capsize=3,
        label=label,
    )  # fmt: skip


def erasing_curve(
    layers: Sequence[str],
    rho: dict[str, np.ndarray],
    *,
    alt: str,
    caption: str = "",
    tag: str | None = None,
) -> None:
    """Rank correlation with the original map as more layers are erased.

    Parameters
    ----------
    layers : sequence of str
        From the last to the first.
    rho : dict
        Name of a map to (seeds, layers): mean over films; dots are seeds, the line their mean.
    """  # fmt: skip
    figure, axis = figures.axes(7.5, 3.8)
    place = np.arange(len(layers) + 1)
    looks = zip(("o-", "s--", "^:", "D-.", "v-"), figures.colours.values(), strict=False)
    for (mark, colour), (name, values) in zip(looks, rho.items(), strict=False):
        whole = np.column_stack([np.ones(len(values)), values])
        axis.plot(place, whole.mean(0), mark, color=colour, label=name)
        for seed in whole:
            axis.plot(place, seed, mark[0], color=colour, ms=3, alpha=0.45)
    axis.axhline(0, color="black", lw=0.8)
    axis.set_xticks(place, ["none", *layers], fontsize=8)
    axis.set_xlabel("erased so far: from the last layer down")
    axis.set_ylabel("rank correlation with\nthe original map")
    axis.set_ylim(-0.35, 1.05)
    axis.legend(fontsize=8, frameon=False)
    figures.show(figure, alt, caption, tag)


def show_pointed() -> None:
    """Hit rates by finding beside three controls; and what the controls leave of them, in words."""
    found = saliency.pointed()
    rate_bars(
        list(found),
        [one.rate for one in found.values()],
        {
            "random point in the lung": [one.random for one in found.values()],
            "centre of the film": [one.centre for one in found.values()],
            "commonest site of this finding": [one.site.value for one in found.values()],
        },
        tag="SIMULATED",
        alt="Share of films whose hottest point lies in the outline, by finding, with intervals, "
        "beside a random point in the lung, the centre of the film and the commonest site",
    )
    for kind, one in found.items():
        if one.site.hi >= one.rate.lo:
            worse = "clearly less often" if one.rate.hi < one.site.lo else "not clearly more often"
            print(f"{kind}: always pointing to its commonest site hits {one.site.short()}. "
                  f"The map hits {one.rate.short()}: {worse}.")  # fmt: skip


def show_comparison() -> None:
    """Hit rate, IoU and AUPRC of every map and control, one mark a network."""
    names = list(saliency.compared())
    figure, grid = figures._axes(1, 3, 11, 3.6)
    for axis, score in zip(grid[0], saliency.SCORES, strict=True):
        for place, name in enumerate(names):
            colour = "blue" if name in make.METHODS else "orange"
            mark = "o" if name in make.METHODS else "D"
            values = saliency.by_network(name, score)
            axis.plot(values, [-place] * len(values), mark, color=figures.colours[colour], ms=5)
        axis.set_yticks([-i for i in range(len(names))], names if axis is grid[0, 0] else [])
        axis.set_xlim(0, None)
        axis.set_xlabel(score)
        axis.axhline(
            0.5 - sum(name in make.METHODS for name in names), color=figures.colours["grey"], lw=0.8
        )
        axis.spines[["top", "right"]].set_visible(False)
    figures.show(
        figure, "Hit rate, IoU and AUPRC of each kind of map, circles, and of the controls "
        "below the line, diamonds; one mark for each network", tag="SIMULATED",
    )  # fmt: skip


def show_sanity_maps(film: int = 0) -> None:
    """The three kinds of map of one film of the sanity check, trained and half erased."""
    found = saliency.sanity_maps()
    image = films_with("consolidation", 1, first=500 + film).images
    maps = [m[letter][film] for letter in saliency.SANITY for m in (found.trained, found.erased)]
    words = [f"{x}, {w}" for x in saliency.SANITY for w in ("trained", "half erased")]
    heat_maps(
        np.repeat(image, 6, axis=0), maps, words, columns=6, width=11, tag="SIMULATED",
        alt="One film six times: three kinds of map, A, B and C, each for the trained network "
        "and with half of the layers erased",
    )  # fmt: skip
