"""How a page of feedback and the class report look: one file, no script, nothing from elsewhere."""

from __future__ import annotations

import html

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1d2733;background:#fff;max-width:62rem;
margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin-bottom:.2rem} h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%} th,td{text-align:left;vertical-align:top;
padding:.45rem .6rem;border-bottom:1px solid #d5dbe1} th{font-weight:600}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.right{color:#0b5a26}.partly{color:#5c4700}.no{color:#8a3410}.open{color:#4a5562}
.small{color:#4a5562;font-size:.9rem} .hint{color:#33465c}
.bar{background:#e4e9ee;height:.7rem;width:8rem;display:inline-block;vertical-align:middle}
.bar i{background:#1f5a99;height:.7rem;display:block}
.wide,.stack{overflow-x:auto} th,td{overflow-wrap:break-word;min-width:5.5rem}
td.n,th.n{min-width:0}
@media (max-width:40rem){body{margin:1rem auto;font-size:15px} th,td{padding:.35rem .4rem}
.stack thead{display:none} .stack tr{display:block;padding:.5rem 0;border-bottom:1px solid #d5dbe1}
.stack td{display:block;border:0;padding:.1rem 0;text-align:left;overflow-wrap:anywhere}
.stack td::before{content:attr(data-head) ": ";color:#4a5562}}
@media print{body{margin:0;max-width:none}}
"""


def text(value: object) -> str:
    """Any text as text: nothing in it is markup, and no control character stays."""
    clean = "".join(c for c in str(value) if c == "\n" or c.isprintable())
    return html.escape(clean, quote=True)


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )


def table(
    head: list[str],
    rows: list[list[str]],
    numbers: set[int] | frozenset = frozenset(),
    wide: bool = False,
) -> str:
    """A table of cells that are HTML already; `numbers` are columns set to the right.

    On a telephone each line becomes a block with its heads in front; one that is `wide` is moved
    sideways in its own box instead.
    """

    def line(cells: list[str], tag: str) -> str:
        mark = {True: ' class="n"', False: ""}
        told = [f' data-head="{text(name)}"' if tag == "td" and not wide else "" for name in head]
        return "".join(
            f"<{tag}{mark[i in numbers]}{told[i]}>{cell}</{tag}>" for i, cell in enumerate(cells)
        )

    body = "\n".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return (
        f'<div class="{"wide" if wide else "stack"}" tabindex="0"><table>'
        + f"<thead><tr>{line(head, 'th')}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
    )


def points(earned: float | None, most: float) -> str:
    """Points as text; a dash where nothing could be graded or not even the lesson is known."""
    if not most:
        return "–"
    return f"{'–' if earned is None else f'{earned:g}'} of {most:g}"
