"""Lesson 99's figures: the study as it lies on the desk, the films, what the repairs take away."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from IPython.display import display

from readingroom import show
from readingroom.data import origin
from readingroom.data.origin import of_course, tag_of_course
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l99 import archive, films as counted, flaws, learning, notebook, steps
from readingroom.nbformats import nbformat
from readingroom.show import marks
from readingroom.show.figures import _axes, as_html, axes
from readingroom.show.intervals import draw_rows

CURVE = (
    "Line through the AUC on the test films after each epoch of training; a dashed line marks the "
    "epoch with the highest one."
)
CELL = "border:1px solid #c4ccd6;border-radius:4px;padding:.3em .8em;margin:.35em 0;overflow-x:auto"
HEAD = "font-size:.85em;color:#44505c;font-weight:600"
CODE = "background:#f5f7fa;color:#111;margin:.2em 0;padding:.3em .6em;white-space:pre-wrap"
OUT = "background:#fff;color:#111;margin:.2em 0;padding:.1em .6em;white-space:pre-wrap"


def _tag() -> str:
    """Of the study's films: the lesson's own, or simulated beside films of the learner's own."""
    return tag_of_course(current().mode) or origin.tag()


def study(name: str = "") -> None:
    """The planted study with its outputs, one frame a cell.

    Parameters
    ----------
    name : str
        The variable that marked cells fill, where they are to be marked.
    """
    book = notebook.study(current().mode)
    parts = [_cell(number, cell) for number, cell in enumerate(book.cells, start=1)]
    asked = {"name": name, "flaws": flaws.listing()}
    marked = f' data-rr-study="{html.escape(json.dumps(asked), quote=True)}"' if name else ""
    listed = "".join(f"<li>{html.escape(said)}</li>" for _, said in flaws.listing())
    told = f"<p><strong>What may be wrong with a cell</strong></p><ol>{listed}</ol>" if name else ""
    display(
        {
            "text/html": f"{told}<div{marked}>{''.join(parts)}</div>",
            "text/plain": f"The planted study, {len(parts)} cells, with its outputs.",
        },
        raw=True,
    )


def _cell(number: int, cell: Any) -> str:
    """A cell of the study in its frame."""
    inside = f"<pre style='{CODE}'>{html.escape(cell.source)}</pre>"
    if cell.cell_type == "markdown":
        inside = _prose(cell.source)
    for output in cell.get("outputs", []):
        inside += _output(output)
    if cell.id == "maps":
        inside += picked()
    return (
        f'<section data-rr-cell="{number}" style="{CELL}"><div style="{HEAD}">Cell {number}</div>'
        f"{inside}</section>"
    )


def _prose(text: str) -> str:
    """The few marks of Markdown that the study uses, as HTML."""
    out = []
    for block in html.escape(text, quote=False).split("\n\n"):
        bold = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", block)
        both = re.sub(r"\*(.+?)\*", r"<em>\1</em>", bold)
        heading = both.startswith("# ")
        # no heading of its own: it would stand among those of the page
        out.append(f"<p><strong>{both[2:]}</strong></p>" if heading else f"<p>{both}</p>")
    return "".join(out)


def _output(output: Any) -> str:
    if "text" in output:
        return f"<pre style='{OUT}'>{html.escape(output['text'])}</pre>"
    data = output.get("data", {}).get("image/png", "")
    if not data:
        return ""
    spoken = html.escape(f"{CURVE} ({_tag().lower()})", quote=True)
    plain = base64.b64encode(base64.b64decode(data)).decode("ascii")
    return (
        f'<figure style="margin:.4em 0"><img src="data:image/png;base64,{plain}" alt="{spoken}" '
        'style="max-width:100%;height:auto;background:#fff">'
        f'<figcaption style="font-size:.85em;opacity:.85">{_tag()} · Figure 1 of the study'
        "</figcaption></figure>"
    )


def picked() -> str:
    """The study's three heat maps, drawn from its network: no map of a real film is stored."""
    kept = stored.load("99", "study", current().mode)
    large = archive.large(current().mode, kept["rows"])
    small = archive.adults(of_course(current().mode)).images
    middle, spread = np.asarray(kept["middle"], float), np.asarray(kept["spread"], float)
    weights = [np.asarray(kept[name], float) for name in ("first", "second", "start", "end")]
    figure, grid = _axes(1, steps.PICKED, 7.5, 2.8)
    for axis, row, film in zip(grid[0], kept["rows"], large, strict=True):
        seen = (learning.pixels(small[[row]])[0] - middle) / spread
        marks.film(axis, film)
        marks.heat(axis, np.maximum(steps.falls(seen, weights), 0), len(film))
    return as_html(
        figure,
        "Three chest films of adults with a warm spot on a lung in each.",
        f"Figure 2 of the study. {marks.WARNING}",
        _tag(),
    )


def save(name: str = "planted-study.ipynb") -> Path:
    """Write the planted study, with its outputs and figure 2, as a notebook to open.

    Parameters
    ----------
    name : str
        The file; one that is there is replaced.

    Returns
    -------
    Path
    """
    book = notebook.study(current().mode)
    for cell in book.cells:
        if cell.id == "maps":
            cell.outputs.append(nbformat.v4.new_output("display_data", {"text/html": picked()}))
    nbformat.write(book, name)
    print(f"Written: {name}. Open it from the list of files.")
    return Path(name)


def pair() -> None:
    """Twelve films of the study, six of the training and six of the test part."""
    found = counted.shown()
    titles = [
        f"{k} · {'train' if k < len(found.rows) // 2 else 'test'}\npatient {who}"
        for k, who in enumerate(found.patient)
    ]
    show.films(
        archive.large(current().mode, found.rows),
        titles,
        alt="Two rows of six chest films with numbers 0 to 11: the upper row trained the network, "
        "the lower row tested it; below each number stands the patient's.",
        columns=6,
        width=10,
        tag=tag_of_course(current().mode),
        caption="Films of the adult archive in the planted study.",
    )


def ladder() -> None:
    """AUC of the study and after each repair, and of the view alone, over five deals."""
    found = counted.remains()
    show.estimates(
        found,
        alt="AUC after each repair, marks with intervals: "
        + "; ".join(f"{name} {one.short()}" for name, one in found.items())
        + ".",
        axis="AUC, mean of five deals with its 95 % interval",
        limits=(0.4, 1.0),
        line=0.5,
        caption="Repairs are added from top to bottom. The dashed line is a coin.",
    )


def harms() -> None:
    """How far the AUC falls when one flaw is repaired and all the others stay."""
    found = counted.falls()
    figure, axis = axes(8.0, 3.0)
    draw_rows(axis, found, line=0.0, digits=3)
    axis.set_xlabel("fall of the AUC, mean of five deals with its 95 % interval")
    told = "; ".join(f"{name} {one.short(3)}" for name, one in found.items())
    show.show(
        figure,
        f"Fall of the AUC when one flaw alone is repaired, marks with intervals: {told}.",
        "One flaw repaired, all others left in. The dashed line is no change.",
    )
