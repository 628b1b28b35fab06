"""The figures of stored runs: over-fitting, learning curve, shuffles and seeds."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.assess import metrics
from readingroom.show.figures import axes, colours, show

MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def _shades(n: int) -> list:
    """From light to dark, so that more films are darker in print as well."""
    from matplotlib import colormaps

    return [colormaps["viridis_r"](0.12 + 0.8 * i / max(1, n - 1)) for i in range(n)]


def _name_lines(axis: Any, ends: list[tuple], last: float, top: float) -> None:
    """Name lines at their right end, pushed apart so that no two names overlap."""
    step = top / 19
    ends = sorted(ends)
    heights: list[float] = []
    for value, _, _ in ends:
        heights.append(max(value, heights[-1] + step) if heights else value)
    up = sum(h - value for h, (value, _, _) in zip(heights, ends, strict=True)) / len(ends)
    for height, (value, note, shade) in zip(heights, ends, strict=True):
        axis.plot([last, last * 1.05], [value, height - up], lw=1, color=shade, clip_on=False)
        axis.text(last * 1.06, height - up, note, fontsize=8.5, va="center")


def training_curves(curves: Any, yours: int) -> None:
    """Validation loss against epoch, one line for each training size.

    Parameters
    ----------
    curves : Stored
        ``sizes`` (S,), ``val_loss`` and ``test_auc`` (S, D, E).
    yours : int
        Training size whose lowest point is left for the learner.
    """
    figure, axis = axes(7.5, 4.2)
    epochs = np.arange(1, curves["val_loss"].shape[2] + 1)
    shades = _shades(len(curves["sizes"]))
    ends: list[tuple] = []
    for size, losses, aucs, shade in zip(
        curves["sizes"], curves["val_loss"], curves["test_auc"], shades, strict=True
    ):
        mean = losses.mean(axis=0)
        lowest = int(mean.argmin())
        axis.plot(epochs, mean, color=shade, lw=2.6 if size == yours else 1.4)
        note = f"{size} films"
        if size != yours:
            axis.plot(epochs[lowest], mean[lowest], "o", color=shade, ms=7)
            # a mean over networks needs its interval as much as any other number
            note += f": test AUC {metrics.mean(aucs[:, lowest]).short()} at the dot"
        ends.append((float(mean[-1]), note, shade))
    axis.set(xlabel="epoch", ylabel="validation loss (nats), mean of five networks")
    axis.set_xlim(0.5, epochs[-1] + 0.5)
    top = float(np.quantile(curves["val_loss"].mean(axis=1), 0.995))
    axis.set_ylim(0, top * 1.05)
    _name_lines(axis, ends, epochs[-1], top * 1.05)
    alt = (
        f"Validation loss by epoch for {len(shades)} training sizes from {curves['sizes'][0]} to "
        f"{curves['sizes'][-1]} films: each line falls and then turns up or flattens; more films "
        "lie lower"
    )
    show(figure, alt, curves.caption())


def stopping_curve(curves: Any, films: int) -> None:
    """Training and validation loss of one training size, and the test AUC below.

    Parameters
    ----------
    curves : Stored
    films : int
        Training size.
    """
    from readingroom.show.figures import _axes

    row = int(np.flatnonzero(curves["sizes"] == films)[0])
    figure, grid = _axes(2, 1, 7.5, 5.0)
    top, bottom = grid[0, 0], grid[1, 0]
    epochs = np.arange(1, curves["val_loss"].shape[2] + 1)
    train, val = (curves[name][row].mean(axis=0) for name in ("train_loss", "val_loss"))
    top.plot(epochs, train, "-", lw=1.2, color=colours["blue"], label="training films")
    top.plot(epochs, val, "s--", lw=2.4, ms=4, color=colours["orange"], label="validation films")
    top.set(ylabel="loss (nats)")
    top.set_ylim(0, float(val.max()) * 1.1)
    top.legend(frameon=False)
    auc = curves["test_auc"][row].mean(axis=0)
    bottom.plot(epochs, auc, "^:", ms=4, color=colours["grey"], label="test films: do not choose")
    bottom.set(xlabel="epoch", ylabel="test AUC")
    bottom.legend(frameon=False, loc="lower right")
    for axis in (top, bottom):
        axis.set_xlim(0.5, epochs[-1] + 0.5)
        axis.set_xticks(range(2, int(epochs[-1]) + 1, 2))
        axis.grid(axis="x", alpha=0.35)
        axis.spines[["top", "right"]].set_visible(False)
    alt = (
        f"{films} training films, mean of five networks. Above: training loss falls to zero while "
        "validation loss falls and then rises slowly. Below: test AUC wanders up and down"
    )
    show(figure, alt, curves.caption())


def learning_curve(curves: Any, margin: float) -> np.ndarray:
    """Test AUC at the epoch that validation chose, against the number of training films.

    Parameters
    ----------
    curves : Stored
    margin : float
        A dotted line is drawn this far below the best mean.

    Returns
    -------
    ndarray, (S, D)
        AUC of each network at each size.
    """
    chosen = curves["val_loss"].argmin(axis=2)[..., None]  # (S, D, 1)
    auc = np.take_along_axis(curves["test_auc"], chosen, axis=2)[..., 0]  # (S, D)
    mean = auc.mean(axis=1)
    figure, axis = axes(7.0, 3.8)
    axis.fill_between(curves["sizes"], auc.min(axis=1), auc.max(axis=1), alpha=0.2,
                      color=colours["blue"], label="lowest to highest of five")  # fmt: skip
    axis.plot(curves["sizes"], mean, "o-", color=colours["blue"], label="mean of five networks")
    axis.axhline(
        mean.max() - margin, color=colours["grey"], ls=":", label=f"best mean minus {margin:g}"
    )
    axis.set_xscale("log")
    axis.set_xticks(curves["sizes"], [str(size) for size in curves["sizes"]])
    axis.minorticks_off()
    axis.set(xlabel="training films (each step about doubles)", ylabel="test AUC")
    axis.legend(frameon=False, loc="lower right")
    alt = (
        f"Test AUC against training films: it rises from {mean[0]:.2f} at {curves['sizes'][0]} "
        f"films and flattens near {mean.max():.2f}"
    )
    show(figure, alt, curves.caption())
    return auc


def shuffle_dots(shuffles: Any, guess: object = None) -> None:
    """Training accuracy and test AUC of networks trained on shuffled labels, with the guess.

    Parameters
    ----------
    shuffles : Stored
        ``train_accuracy`` and ``test_auc``, one for each shuffle.
    guess : (float, float), optional
        The learner's guess; anything else is left out.
    """
    figure, axis = axes(5.6, 4.2)
    axis.axhline(0.5, color=colours["grey"], ls=":", lw=1)
    axis.annotate("chance", (0.02, 0.51), fontsize=9, color=colours["grey"])
    axis.plot(shuffles["train_accuracy"], shuffles["test_auc"], "o", mfc="none",
              color=colours["blue"], label="a network and its shuffle")  # fmt: skip
    try:
        memory, exam = (float(part) for part in guess)  # type: ignore[union-attr]
    except (TypeError, ValueError):
        memory = exam = -1.0
    if 0 <= memory <= 1 and 0 <= exam <= 1:
        axis.plot(memory, exam, "X", ms=11, color=colours["orange"], label="your guess")
    axis.set(xlim=(0, 1.03), ylim=(0, 1), xlabel="accuracy on the 300 shuffled training films",
             ylabel="AUC on the test films")  # fmt: skip
    axis.legend(frameon=False, loc="lower left")
    low, high = float(shuffles["test_auc"].min()), float(shuffles["test_auc"].max())
    alt = (
        f"{len(shuffles['test_auc'])} networks trained on shuffled labels: training accuracy "
        f"{shuffles['train_accuracy'].mean():.2f}, test AUC scattered from {low:.2f} to {high:.2f}"
    )
    show(figure, alt, shuffles.caption())


def seed_dots(runs: list) -> None:
    """AUC of each seed with its interval, side by side.

    Parameters
    ----------
    runs : list of Estimate
    """
    figure, axis = axes(6.0, 3.0)
    for seed, auc in enumerate(runs):
        axis.plot([seed, seed], [auc.lo, auc.hi], color=colours["blue"], lw=2)
        axis.plot(seed, auc.value, "o", color=colours["blue"])
    axis.set_xticks(range(len(runs)), [f"seed {seed}" for seed in range(len(runs))])
    axis.set_ylabel("test AUC, 95 % interval")
    alt = (
        f"Test AUC of {len(runs)} seeds, each with its interval: the dots differ by "
        f"{max(r.value for r in runs) - min(r.value for r in runs):.3f}, the intervals overlap"
    )
    show(figure, alt)
