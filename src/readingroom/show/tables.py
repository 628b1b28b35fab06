"""Tables of words and numbers, for a page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

from IPython.display import display

WIDE = "max-width:100%;overflow:auto"
LONG = 14  # letters, above which a single piece may break anywhere rather than be hidden
# where a name or a version comes apart, as it does at a dash; 1,782 and 3/5 do not
JOINTS = re.compile(r"(?<=[\^_+=@])(?=\S)|(?<=[/,;:])(?=[^\s\d])")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], name: str, marked: Any = ()) -> None:
    """Show a table that a screen reader can name; `marked` texts stand out in bold and colour."""

    def cell(text: str) -> str:
        pieces = JOINTS.split(text)
        told = "<wbr>".join(map(html.escape, pieces))
        longest = max(map(len, re.split(r"[\s-]", " ".join(pieces))))
        breaks = ";overflow-wrap:anywhere" if longest > LONG else ""
        shown = f"<b>{told}</b>" if text in marked else told
        return f'<td style="text-align:left{breaks}">{shown}</td>'

    top = "".join(f'<th scope="col" style="text-align:left">{html.escape(t)}</th>' for t in head)
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{html.escape(first)}</th>'
        f"{''.join(map(cell, rest))}</tr>"
        for first, *rest in rows
    )
    markup = (
        f'<div tabindex="0" role="region" aria-label="{html.escape(name, quote=True)}" '
        f'style="{WIDE}"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )
    plain = "\n".join(" | ".join(row) for row in [head, *rows])
    display({"text/html": markup, "text/plain": plain}, raw=True)
