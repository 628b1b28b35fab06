"""The curve that moves while a network trains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from IPython.display import HTML, display

from readingroom.show import figures


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
        from readingroom.models import training

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
            content += figures.as_html(self._figure(), self._alt(), "", _tag())
        self._handle.update(HTML(content))

    def _figure(self) -> Any:
        figure, axis = figures.axes(6.5, 3.0)
        epochs = range(1, len(self.history) + 1)
        looks = {"train_loss": ("blue", "o", "-"), "val_loss": ("orange", "s", "--")}
        for name, (colour, marker, line) in looks.items():
            values = [point[name] for point in self.history]
            label = {"train_loss": "training films", "val_loss": "validation films"}[name]
            axis.plot(epochs, values, line, marker=marker, color=figures.colours[colour],
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


def _tag() -> str:
    from readingroom.data.origin import tag

    return tag()
