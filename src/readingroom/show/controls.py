"""A picture that sliders redraw. Without a browser it is a picture, and nothing is missing."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from IPython.display import display

from readingroom.data import origin
from readingroom.show import figures, states

STILL = "(Sliders: they move in JupyterLab. The picture above is drawn for the values it names.)"


def boxed(children: list, told: dict | None = None) -> Any:
    """Widgets under each other, which say so in words where they cannot live, as in a book.

    Parameters
    ----------
    children : list of Widget
    told : dict, optional
        Their states for a page without a kernel, see `readingroom.show.states.drawn`.

    Returns
    -------
    ipywidgets.VBox
    """
    import ipywidgets as widgets

    class Box(widgets.VBox):
        """Widgets under each other."""

        def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict:
            """The widgets; without a kernel, a sentence."""
            turned = {states.STATES_MIME: told} if told else {}
            words = {"text/plain": "This widget needs a kernel."}
            return {**super()._repr_mimebundle_(), **words, **turned}

    return Box(children)


class Redrawn:
    """One output that a slider replaces; every state of it is a complete figure with alt sentence.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns (figure, alt, caption).
    literal : callable
        ``literal(**values)`` returns the line of code that the sliders' state stands for.
    tag : str, optional
        See `readingroom.show.show`.
    """

    def __init__(self, draw: Callable, literal: Callable, tag: str | None) -> None:
        self.draw, self.literal = draw, literal
        self.tag = origin.tag() if tag is None else tag
        self.handle: Any = None

    def bundle(self, values: dict) -> dict:
        """The figure for these values, its text form, and the literal below it."""
        figure, alt, caption = self.draw(**values)
        typed = self.literal(**values)
        picture = figures.as_html(figure, alt, caption, self.tag)
        return {
            "text/html": f"{picture}<div>Typed, this is: <code>{typed}</code></div>",
            "text/plain": f"Figure: {alt} {self.tag}\n{typed}",
        }

    def update(self, values: dict) -> None:
        """Draw again, in place."""
        if self.handle is None:
            self.handle = display(self.bundle(values), raw=True, display_id=True)
        else:
            self.handle.update(self.bundle(values), raw=True)


def sliders(
    draw: Callable,
    literal: Callable,
    tag: str | None = None,
    **controls: tuple[str, Sequence, Any],
) -> None:
    """Show a picture, and below it one slider for each value it is drawn from.

    Parameters
    ----------
    draw, literal, tag
        See `Redrawn`.
    **controls : (str, sequence, value)
        For each value: what the slider is called, the steps it has, and where it stands at first.
    """
    picture = Redrawn(draw, literal, tag)
    picture.update({name: start for name, (_, _, start) in controls.items()})
    import ipywidgets as widgets

    made = {
        name: widgets.SelectionSlider(
            options=list(steps),
            value=start,
            description=words,
            continuous_update=False,
            style={"description_width": "15em"},
            layout={"width": "36em", "max_width": "100%"},
        )
        for name, (words, steps, start) in controls.items()
    }

    def redraw(_: Any) -> None:
        picture.update({name: slider.value for name, slider in made.items()})

    for slider in made.values():
        slider.observe(redraw, "value")
    shown = dict(widgets.VBox(list(made.values()))._repr_mimebundle_())
    turned = {}
    if states.asked():
        told = states.drawn(lambda **values: picture.bundle(values)["text/html"], controls)
        turned = {states.STATES_MIME: told}
    display({**shown, "text/plain": STILL, **turned}, raw=True)


def png(image: np.ndarray, size: int | None = None) -> bytes:
    """A grey picture, (H, W) uint8, as a PNG file; enlarged to a square of `size` pixels."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(image))
    if size:
        picture = picture.resize((size, size), Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
