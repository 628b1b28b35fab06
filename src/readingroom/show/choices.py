"""One choice out of a few: radio buttons in a row, for the eye, the keyboard and the ear alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def choices(options: Sequence, description: str = "", value: Any = None) -> Any:
    """Radio buttons beside each other; which is chosen is a shape, and told to a screen reader.

    Toggle buttons say which of them is pressed by their shade of grey only. JupyterLab takes the
    arrow keys for itself; each of these buttons is reached with the Tab key and chosen with the
    space bar.

    Parameters
    ----------
    options : sequence
        Words, or pairs of words and the value they stand for. A screen reader reads the words
        without the description: they should say enough alone.
    description : str
        What stands before them.
    value : object, optional
        What is chosen at first; None for nothing.

    Returns
    -------
    ipywidgets.RadioButtons
    """
    import ipywidgets as widgets

    return widgets.RadioButtons(
        options=list(options),
        description=description,
        value=value,
        orientation="horizontal",
        # a row that wraps on a telephone needs more height than that of one line
        layout=widgets.Layout(width="auto", max_width="100%", height="auto"),
    )
