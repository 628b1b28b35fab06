"""Sliders that move in the book: the pictures of their steps, turned over without a kernel."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from pathlib import Path

from nbformat import NotebookNode

from readingroom.show.states import STATES_MIME

STILL = "(Sliders: they move in JupyterLab, and on this page where scripts may run.)"


def put(cell: NotebookNode, folder: Path) -> None:
    """Put a row of pictures in the place of each slider of a cell that was executed.

    Parameters
    ----------
    cell : NotebookNode
        Of code; changed in place.
    folder : Path
        Where the pictures go: a page loads one when its slider comes to it. The pages find it as
        ``_static/states``.
    """
    has_picture = False
    for output in cell.outputs:
        data = output.get("data", {})
        told = data.get(STATES_MIME)
        if told is not None:
            output.data = NotebookNode({"text/html": _row(told, folder, not has_picture)})
        has_picture = has_picture or "<figure" in data.get("text/html", "")


def _row(told: dict, folder: Path, own: bool) -> str:
    """The row as HTML; `own` gives it its first picture, where none stands above it."""
    folder.mkdir(parents=True, exist_ok=True)
    at = 0
    for control in told["controls"]:
        at = at * len(control["steps"]) + control["start"]
    first = told["states"][at]
    states = []
    for state in told["states"]:
        picture = base64.b64decode(state["webp"])
        name = f"{hashlib.sha256(picture).hexdigest()[:16]}.webp"
        (folder / name).write_bytes(picture)
        states.append({**{key: state[key] for key in ("alt", "caption", "typed")}, "file": name})
    facts = json.dumps({"controls": told["controls"], "states": states}, ensure_ascii=False)
    figure = ""
    if own:
        figure = (
            f'<div><figure><img src="data:image/webp;base64,{first["webp"]}" '
            f'alt="{html.escape(first["alt"])}"><figcaption>{first["caption"]}</figcaption>'
            f"</figure><div>Typed, this is: <code>{html.escape(first['typed'])}</code></div></div>"
        )
    safe = facts.replace("</", "<\\/")
    return (
        f'{figure}<div class="rr-states"><p>{STILL}</p>'
        f'<script type="application/json">{safe}</script></div>'
    )
