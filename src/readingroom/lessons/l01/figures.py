"""A header to tick: a numbered table, a box to tick for each row, and the literal it stands for."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from IPython.display import display

from readingroom.show.controls import boxed

if TYPE_CHECKING:
    import pandas as pd

HEIGHT = "26em"  # the table scrolls within it, so that the cells below stay in sight
STYLE = "text-align:left;padding:.1em .7em .1em 0;white-space:nowrap"


def header_table(table: pd.DataFrame, note: str = "") -> None:
    """Show a header as a numbered table that scrolls; works without any widget.

    Parameters
    ----------
    table : DataFrame
        From `readingroom.dicom.header`; its index is the number.
    note : str
        A line below it, for instance that all names are invented.
    """
    head = "".join(f'<th style="{STYLE}">{name}</th>' for name in ("number", *table.columns))
    rows = "".join(
        "<tr>" + "".join(f'<td style="{STYLE}">{html.escape(str(part))}</td>' for part in row)
        + "</tr>"
        for row in table.itertuples()
    )  # fmt: skip
    text = "\n".join(" | ".join(str(part) for part in row) for row in table.itertuples())
    below = f"<p>{html.escape(note)}</p>" if note else ""
    display(
        {
            "text/html": f'<div tabindex="0" role="region" aria-label="header of the file" '
            f'style="max-height:{HEIGHT};overflow:auto"><table>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{below}",
            "text/plain": f"{text}\n{note}",
        },
        raw=True,
    )


def ticks(table: pd.DataFrame, name: str = "found") -> Any:
    """The same rows with a box to tick; below them the line to copy, ``found = {3, 8}``.

    Parameters
    ----------
    table : DataFrame
        As for `header`.
    name : str
        The variable that the line fills.

    Returns
    -------
    Widget
        Ticks do not survive saving; the line below them does, once it is typed into a cell.
    """
    from ipywidgets import HTML, Checkbox, Layout, VBox

    wide = Layout(width="46em")
    boxes = {
        number: Checkbox(
            description=f"{number}  {row.name} = {row.value}", indent=False, layout=wide
        )
        for number, row in zip(table.index, table.itertuples(index=False), strict=True)
    }
    line = HTML()

    def write(_: object = None) -> None:
        line.value = f"<b>Copy this line:</b> <code>{literal(name, boxes)}</code>"

    for box in boxes.values():
        box.observe(write, names="value")
    write()
    scroll = Layout(max_height=HEIGHT, overflow="auto", display="block", border="1px solid #bbb")
    return boxed([VBox(list(boxes.values()), layout=scroll), line])


def literal(name: str, boxes: dict[int, Any]) -> str:
    """What is ticked as a line of Python; an empty set is written as ``set()``."""
    ticked = sorted(number for number, box in boxes.items() if box.value)
    inside = ", ".join(map(str, ticked))
    return f"{name} = {{{inside}}}" if ticked else f"{name} = set()"
