"""How a banner and a verdict look: words first, colour second, safe for a screen reader."""

from __future__ import annotations

import html
from typing import Any

from IPython.display import HTML

from readingroom.questions import exercises

# mark, border, background, ink: contrast of ink on background is above 7 to 1
LOOKS = {
    exercises.RIGHT: ("✓ Right", "#1b7837", "#eef7f0", "#0b3d1a"),
    exercises.PARTLY: ("◐ Partly right", "#8c6d00", "#fff8e1", "#463600"),
    exercises.WRONG: ("✗ Not yet", "#b2521a", "#fdf1ea", "#5a2508"),
    exercises.UNREADABLE: ("✗ Not yet", "#b2521a", "#fdf1ea", "#5a2508"),
    exercises.NOT_ATTEMPTED: ("○ Open", "#5f6b7a", "#f3f5f7", "#2b333d"),
}
NOTED = "● Noted"
NOTED_FORM = "An answer that would be noted"
BOX = (
    "border-left:6px solid {border};background:{ground};color:{ink};padding:.55em .9em;"
    "margin:.2em 0;border-radius:0 .35em .35em 0;max-width:60em;line-height:1.45"
)


def _box(status: str, inner: str) -> str:
    """HTML in the frame of a status."""
    _, border, ground, ink = LOOKS[status]
    style = BOX.format(border=border, ground=ground, ink=ink)
    return f'<div role="status" style="{style}">{inner}</div>'


def _points(points: float, max_points: float) -> str:
    word = "point" if max_points == 1 else "points"
    return f"{points:g} of {max_points:g} {word}"


def verdict(
    found: exercises.Verdict, hint: str, warning: str = "", sealed: bool = False
) -> dict[str, Any]:
    """The reply to an answer as HTML and as plain text.

    Parameters
    ----------
    found : Verdict
        What the check found.
    hint : str
        Empty where none is due; folded where nothing was filled in yet.
    warning : str
        What to know before believing the reply; empty where nothing.
    sealed : bool
        The answer was a commitment and is not judged, so it is not called right.

    Returns
    -------
    dict
        A display bundle.
    """
    mark = LOOKS[found.status][0]
    if sealed and found.status == exercises.RIGHT:
        mark = NOTED
    earned = _points(found.points, found.max_points)
    lines = [f"<b>{mark}</b> · {earned} · {html.escape(found.reason)}"]
    plain = [f"{mark} ({earned}): {found.reason}"]
    if warning:
        lines.insert(0, f"<b>{html.escape(warning)}</b>")
        plain.insert(0, warning)
    if hint and found.status == exercises.NOT_ATTEMPTED:
        # who runs past the dots has not asked for it
        lines.append(f"<details><summary>Hint</summary>{html.escape(hint)}</details>")
    elif hint:
        lines.append(f"<i>Hint: {html.escape(hint)}</i>")
        plain.append(f"Hint: {hint}")
    return {
        "text/html": _box(found.status, "<br>".join(lines)),
        "text/plain": "\n".join(plain),
    }


def aid(said: str, red: str) -> dict[str, Any]:
    """What to do next, and below it, folded, the text that Python prints in red."""
    return {
        "text/html": _box(
            exercises.WRONG,
            f"<b>In plain words</b> · {html.escape(said)}<details><summary>What Python said"
            f'</summary><pre style="overflow-x:auto">{html.escape(red)}</pre></details>',
        ),
        "text/plain": f"In plain words: {said}\n\n{red}",
    }


def shown(code: str, why: str, marked: str, sealed: bool = False) -> dict[str, Any]:
    """A right answer as it would be typed, why it is right, and that it was shown.

    A commitment (`sealed`) has no right answer: what is shown is one that would be noted.
    """
    title = NOTED_FORM if sealed else "A right answer"
    return {
        "text/html": _box(
            exercises.NOT_ATTEMPTED,
            f'<b>{title}</b><pre style="overflow-x:auto;color:inherit">{html.escape(code)}'
            f"</pre>{html.escape(why)}<br><i>{html.escape(marked)}</i>",
        ),
        "text/plain": f"{title}:\n{code}\n{why}\n{marked}",
    }


def recorded(slug: str) -> dict[str, Any]:
    """The reply where the checks are not at hand."""
    return {"text/plain": f"{slug}: your answer was recorded."}


def banner(data_line: str, warning: str) -> HTML:
    """The banner at the top of a lesson: which films, and that this is for teaching."""
    simulated = data_line.startswith("SIMULATED")
    border, ground, ink = (
        ("#8c6d00", "#fff8e1", "#463600") if simulated else ("#1f5a99", "#eef4fb", "#0d2b4b")
    )
    style = BOX.format(border=border, ground=ground, ink=ink)
    return HTML(
        f'<div role="note" style="{style}"><b>{html.escape(data_line)}</b>'
        f"<br>{html.escape(warning)}</div>"
    )
