"""What is drawn on a film: its heat map, an outline, the hottest point, the warning."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.explain import pointing_game
from readingroom.show.figures import colours

WARNING = "For teaching. Never for clinical use."
HEAT = "inferno"  # rises evenly in brightness, so it reads in print and for every colour vision
OUTLINE = "#56B4E9"
TUBE = "#F0E442"
SIGN = {"facecolor": "black", "alpha": 0.65, "lw": 0, "pad": 1.5}
FINE = 32 * 32  # cells of a map, from here on


def film(axis: Any, pixels: np.ndarray, title: str = "") -> None:
    """Draw a film, (H, W) uint8 with air dark, into `axis`."""
    axis.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
    axis.set_axis_off()
    if title:
        axis.set_title(title, fontsize=9, pad=3)


def top(heat: np.ndarray) -> float:
    """What is drawn as hottest: the maximum; of a fine map what 5 cells in 1,000 exceed.

    A single pixel that is far hotter than all others would leave a fine map without colour.
    """
    fine = float(np.quantile(heat, 0.995)) if heat.size >= FINE else 0.0
    return fine if fine > 0 else float(heat.max())


def veil(share: np.ndarray) -> np.ndarray:
    """How much of a heat map covers the film, 0 to 1, where `share` of its maximum is reached."""
    return 0.65 * share**0.7


def heat(axis: Any, grid: np.ndarray, size: int, smooth: bool = True) -> None:
    """Lay a map over a film: the hotter, the less of the film shines through.

    Parameters
    ----------
    grid : ndarray, (h, w)
        Shown relative to its own hottest cells: colour says where, never how likely. Negative
        values are not shown.
    size : int
        Edge of the film in pixels.
    smooth : bool
        Enlarge as a viewer would; False shows the cells as they are.
    """
    grid = np.asarray(grid, float)
    most = top(grid)
    if most <= 0:
        axis.text(size / 2, size / 2, "nothing spoke for it", color="white", ha="center",
                  fontsize=8, bbox=SIGN)  # fmt: skip
        return
    share = np.clip(grid / most, 0, 1)
    if smooth:
        share = np.clip(pointing_game.smooth(share, size), 0, 1)
    axis.imshow(share, cmap=HEAT, vmin=0, vmax=1, alpha=veil(share), interpolation="nearest",
                extent=(-0.5, size - 0.5, size - 0.5, -0.5))  # fmt: skip


def heat_bar(figure: Any, grid: np.ndarray) -> None:
    """Put a colour bar beside films with maps; `grid` holds their axes, (rows, columns).

    Every map is scaled to its own hottest cells, so the bar has no numbers that could be
    compared between films.
    """
    from matplotlib.cm import ScalarMappable

    bar = figure.colorbar(ScalarMappable(cmap=HEAT), ax=grid, fraction=0.025, pad=0.01, aspect=30)
    bar.set_ticks([0, 1], labels=["nothing", "hottest\nof its map"])
    bar.ax.tick_params(labelsize=8, length=0)


def warning(axis: Any, size: float = 7.5, words: str = WARNING) -> None:
    """Write across the lower edge of a film what it may not be used for; `size` in points."""
    axis.text(0.5, 0.015, words, transform=axis.transAxes, color="white", fontsize=size,
              ha="center", va="bottom", bbox=SIGN)  # fmt: skip


def outline(axis: Any, mask: np.ndarray, style: str = "-", colour: str = OUTLINE) -> None:
    """Draw the edge of a region, (H, W) bool; nothing where the region is empty."""
    from matplotlib import patheffects

    if mask.any():
        drawn = axis.contour(
            mask.astype(float), [0.5], colors=colour, linewidths=1.4, linestyles=style
        )
        # a dark seam: blue and yellow must be seen on heat and on bone
        drawn.set(path_effects=[patheffects.withStroke(linewidth=3, foreground="#00000088")])


def peak(axis: Any, grid: np.ndarray, size: int) -> None:
    """Mark the hottest point of a map, (h, w), on a film of `size` pixels; a blank map has none."""
    grid = np.asarray(grid, float)
    if np.ptp(grid) > 0:
        row, column = pointing_game.peak(pointing_game.smooth(grid, size))
        axis.plot(column, row, "x", color="white", ms=9, mew=3)
        axis.plot(column, row, "x", color=colours["green"], ms=7, mew=1.6)
