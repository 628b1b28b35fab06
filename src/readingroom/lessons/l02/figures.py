"""A contact sheet to look at, and a table on which its films can be ticked into bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.show.choices import choices
from readingroom.show.controls import boxed, png
from readingroom.show.figures import films

PER_SHEET, COLUMNS = 20, 5
BINS = ("repair", "exclude", "flag")
LETTERS = {"repair": "R", "exclude": "X", "flag": "F"}
COLOURS = {"repair": "#cfe3f5", "exclude": "#f7d9c4", "flag": "#fdf0c2"}
LARGE = 400  # pixels of the film shown beside the numbers


def contact_sheet(images: np.ndarray, tag: str | None = None) -> None:
    """Show films in sheets of twenty, each with its number.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
    tag : str, optional
        Instead of the lesson's own tag.
    """
    for start in range(0, len(images), PER_SHEET):
        stop = min(start + PER_SHEET, len(images))
        films(
            images[start:stop],
            [str(i) for i in range(start, stop)],
            columns=COLUMNS,
            width=10.0,
            alt=f"Contact sheet of chest films, numbers {start} to {stop - 1}; most are sound "
            "frontal films, some have a fault to be found",
            tag=tag,
        )


class SortingTable:
    """Numbers to click, the film in large, and the three sets that the clicks stand for.

    The sets are printed as the line to type, since a widget's state is not kept with a notebook;
    the contact sheet is its static picture.

    Parameters
    ----------
    images : ndarray, (N, H, W) uint8
    names : tuple of str
        Variables of the printed line.
    """

    def __init__(self, images: np.ndarray, names: tuple[str, ...] = BINS) -> None:
        import ipywidgets as widgets

        self.images, self.names = images, names
        self.bins: dict[str, set[int]] = {name: set() for name in BINS}
        self.choice = choices(
            [("repair (R)", "repair"), ("exclude (X)", "exclude"), ("keep and flag (F)", "flag")],
            description="Bin:",
            value="repair",
        )
        self.buttons = [self._button(widgets, i) for i in range(len(images))]
        grid = widgets.GridBox(
            self.buttons,
            # six in a row, and on a telephone as many as there is room for
            layout=widgets.Layout(
                grid_template_columns="repeat(auto-fill, 58px)", width="352px", max_width="100%"
            ),
        )
        self.picture = widgets.Image(value=png(images[0], LARGE), format="png", width=LARGE)
        self.said = widgets.HTML()
        self._tell(0)
        self.table = boxed(
            [
                self.choice,
                # In a narrow window the film goes below the numbers; else it hides some of them.
                widgets.HBox([grid, self.picture], layout=widgets.Layout(flex_flow="row wrap")),
                self.said,
            ],
        )

    def _button(self, widgets: Any, number: int) -> Any:
        button = widgets.Button(
            description=str(number), tooltip=f"film {number}", layout=widgets.Layout(width="54px")
        )
        button.on_click(lambda _: self.click(number))
        return button

    def click(self, number: int) -> None:
        """Show a film in large and put it into the chosen bin, or take it out again."""
        chosen = self.bins[self.choice.value]
        was_in = number in chosen
        for bin_ in self.bins.values():
            bin_.discard(number)
        if not was_in:
            chosen.add(number)
        self.picture.value = png(self.images[number], LARGE)
        self._mark(number)
        self._tell(number)

    def _mark(self, number: int) -> None:
        held = [name for name, bin_ in self.bins.items() if number in bin_]
        button = self.buttons[number]
        button.description = f"{number} {LETTERS[held[0]]}" if held else str(number)
        button.style.button_color = COLOURS[held[0]] if held else None

    def literal(self) -> str:
        """The line that stands for the clicks, as it is typed."""
        sets = (self.bins[name] for name in BINS)
        shown = ("{" + ", ".join(map(str, sorted(one))) + "}" if one else "set()" for one in sets)
        return f"{', '.join(self.names)} = {', '.join(shown)}"

    def _tell(self, number: int) -> None:
        self.said.value = (
            f"Film {number} is shown. Copy this line into the cell below:"
            f"<pre style='user-select:all'>{self.literal()}</pre>"
        )

    def show(self) -> None:
        """Show the table and, for who cannot click, the line it would print."""
        from IPython.display import display

        display(self.table)
        print("Without the table, type the numbers into such a line:", self.literal())
