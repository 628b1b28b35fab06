"""The figures of lesson 03: changes of a film, a training that moves, and stored runs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from IPython.display import HTML, display

from readingroom.assess import metrics
from readingroom.data import origin
from readingroom.lessons.l03.films import MOVES, adult_film, chosen_aucs, moved
from readingroom.show.figures import _axes, as_html, axes, colours, films, show

MARKS = ("o", "s", "^", "D", "v", "P", "X")  # lines that cross are told apart by more than shade


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
    for k, (size, losses, aucs, shade) in enumerate(
        zip(curves["sizes"], curves["val_loss"], curves["test_auc"], shades, strict=True)
    ):
        mean = losses.mean(axis=0)
        lowest = int(mean.argmin())
        mark = MARKS[k % len(MARKS)]
        axis.plot(epochs, mean, color=shade, lw=2.6 if size == yours else 1.4, marker=mark,
                  markevery=[-1], ms=5, mfc="white")  # fmt: skip
        note = f"{size} films"
        if size != yours:
            axis.plot(epochs[lowest], mean[lowest], mark, color=shade, ms=8)
            # a mean over networks needs its interval as much as any other number
            note += f": test AUC {metrics.mean_share(aucs[:, lowest]).short()} at the mark"
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
    auc = chosen_aucs(curves)
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


def shuffle_dots(shuffles: Any, guess: tuple[float, float]) -> None:
    """Training accuracy and test AUC of networks trained on shuffled labels, with a guess.

    Parameters
    ----------
    shuffles : Stored
        ``train_accuracy`` and ``test_auc``, one for each shuffle.
    guess : (float, float)
        Accuracy and AUC, each from 0 to 1, as `readingroom.carry` hands it on.
    """
    figure, axis = axes(5.6, 4.2)
    axis.axhline(0.5, color=colours["grey"], ls=":", lw=1)
    axis.annotate("chance", (0.02, 0.51), fontsize=9, color=colours["grey"])
    axis.plot(shuffles["train_accuracy"], shuffles["test_auc"], "o", mfc="none",
              color=colours["blue"], label="a network and its shuffle")  # fmt: skip
    axis.plot(*guess, "X", ms=11, color=colours["orange"], label="the guess")
    axis.set(xlim=(0, 1.03), ylim=(0, 1), xlabel="accuracy on the 300 shuffled training films",
             ylabel="AUC on the test films")  # fmt: skip
    axis.legend(frameon=False, loc="lower left")
    low, high = float(shuffles["test_auc"].min()), float(shuffles["test_auc"].max())
    alt = (
        f"{len(shuffles['test_auc'])} networks trained on shuffled labels: training accuracy "
        f"{shuffles['train_accuracy'].mean():.2f}, test AUC scattered from {low:.2f} to {high:.2f}"
    )
    show(figure, alt, shuffles.caption())


def run_dots(found: Any) -> None:
    """AUC of each of several trainings with its interval, side by side.

    Parameters
    ----------
    found : Trainings
    """
    runs, word = found.runs, found.of.removesuffix("s")
    figure, axis = axes(6.0, 3.0)
    for k, auc in enumerate(runs):
        axis.plot([k, k], [auc.lo, auc.hi], color=colours["blue"], lw=2)
        axis.plot(k, auc.value, "o", color=colours["blue"])
    axis.set_xticks(range(len(runs)), [f"{word} {k}" for k in range(len(runs))])
    axis.set_ylabel("test AUC, 95 % interval")
    alt = (
        f"Test AUC of {len(runs)} {found.of}, each with its interval: the dots differ by "
        f"{max(r.value for r in runs) - min(r.value for r in runs):.3f}"
    )
    show(figure, alt, found.says)


def moves_gallery() -> None:
    """Show the film and its eight changes, numbered."""
    film = adult_film()
    pictures = np.concatenate([moved(film), film[None]])
    titles = [f"picture {i}" for i in range(len(MOVES))] + ["the film itself"]
    films(
        pictures,
        titles,
        columns=3,
        width=8.5,
        alt="A simulated adult chest film with a side marker and eight changed copies of it, "
        "numbered 0 to 7: " + "; ".join(f"{i} {move}" for i, move in enumerate(MOVES)),
        tag="SIMULATED",
    )


class LiveCurve:
    """A progress bar and a loss curve that grow with every epoch, in one output.

    Parameters
    ----------
    epochs : int
        Passes planned; the axis has its full length from the start.
    redraw : float
        Least seconds between two drawings, so that drawing does not slow the training.

    Attributes
    ----------
    history : list of dict
        What `add` was given, in order.
    seconds : float
        Training time so far; what the curve's own drawing took is not counted.
    """

    def __init__(self, epochs: int, redraw: float = 0.5) -> None:
        self.epochs, self.redraw = epochs, redraw
        self.history: list[dict] = []
        self.seconds = 0.0
        self._resumed = time.perf_counter()
        self._drawn = 0.0
        self._handle = display(HTML(self._bar(0.0)), display_id=True)

    def step(self, done: int, of: int) -> None:
        """Move the bar within an epoch."""
        now = time.perf_counter()
        if now - self._drawn > self.redraw:
            self._pause()
            self._draw((len(self.history) + done / of) / self.epochs)
            self._resumed = time.perf_counter()

    def add(self, errors: Sequence[float], net: Any, images: Any, labels: Any) -> None:
        """Close an epoch: score the validation films, draw the curve; the clock stands still.

        Parameters
        ----------
        errors : sequence of float
            Loss of each batch of the epoch, in nats.
        net : Module
        images : ndarray, (N, H, W) uint8
            Validation films.
        labels : ndarray, (N,)
        """
        from readingroom.models import training  # torch, which no stored figure needs

        self._pause()
        found = training.measure(training.scores(net, images), labels)
        self.history.append({"train_loss": sum(errors) / len(errors), "val_loss": found["loss"]})
        self._draw(len(self.history) / self.epochs)
        self._resumed = time.perf_counter()

    def _pause(self) -> None:
        self.seconds += time.perf_counter() - self._resumed
        self._resumed = time.perf_counter()

    def _bar(self, share: float) -> str:
        percent = round(100 * share)
        said = f"epoch {min(len(self.history) + 1, self.epochs)} of {self.epochs}"
        said = f"{said}, {self.seconds:.0f} s of training"
        if share >= 1:
            said = f"{self.epochs} epochs, {self.seconds:.1f} s of training: done"
        return (
            f'<div><progress max="100" value="{percent}" aria-label="training" '
            f'style="width:20em;vertical-align:middle"></progress> {said}</div>'
        )

    def _draw(self, share: float) -> None:
        self._drawn = time.perf_counter()
        content = self._bar(share)
        if self.history:
            content += as_html(self._figure(), self._alt(), "", origin.tag())
        self._handle.update(HTML(content))

    def _figure(self) -> Any:
        figure, axis = axes(6.5, 3.0)
        epochs = range(1, len(self.history) + 1)
        looks = {"train_loss": ("blue", "o", "-"), "val_loss": ("orange", "s", "--")}
        for name, (colour, marker, line) in looks.items():
            values = [point[name] for point in self.history]
            label = {"train_loss": "training films", "val_loss": "validation films"}[name]
            axis.plot(epochs, values, line, marker=marker, color=colours[colour],
                      label=label)  # fmt: skip
        axis.set(xlim=(0.5, self.epochs + 0.5), xlabel="epoch", ylabel="loss (nats)")
        axis.set_ylim(bottom=0)
        axis.legend(frameon=False)
        return figure

    def _alt(self) -> str:
        first, last = self.history[0], self.history[-1]
        return (
            f"Loss by epoch: training from {first['train_loss']:.2f} to {last['train_loss']:.2f}, "
            f"validation from {first['val_loss']:.2f} to {last['val_loss']:.2f} nats."
        )
