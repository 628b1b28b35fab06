"""What a slider shows at a few of its steps, so that a page without a kernel can turn it over.

Drawing them takes a second or two, so they are drawn only where they are asked for: in the run of a
lesson that the book shows.
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import math
import os
import re
from collections.abc import Callable, Sequence
from typing import Any

STATES_MIME = "application/vnd.readingroom.states+json"
ASKED = "READINGROOM_STATES"
EACH = 16  # states for each slider; with several sliders each combination is a state
FEWEST = 3  # steps of a slider that has so many
QUALITY = 80  # of WebP: letters stay sharp
FIGURE = re.compile(
    r'<img src="data:image/png;base64,(?P<png>[^"]*)" alt="(?P<alt>[^"]*)".*?'
    r"(?:<figcaption[^>]*>(?P<caption>.*?)</figcaption>.*?)?(?:<code>(?P<typed>.*?)</code>|\Z)",
    re.S,
)


def asked() -> bool:
    """Whether this run is for a page without a kernel."""
    return bool(os.environ.get(ASKED))


def thinned(steps: Sequence[Any], start: Any, most: int) -> list[Any]:
    """At most `most` of the steps: both ends, where the slider stands, and others between them.

    Parameters
    ----------
    steps : sequence
    start : object
        One of the steps.
    most : int
        `FEWEST` or more, or as many as there are.

    Returns
    -------
    list
        In their order.
    """
    last, at = len(steps) - 1, list(steps).index(start)
    kept = {round(last * k / (most - 1)) for k in range(most)} if most > 1 else {at}
    if at not in kept:
        inner = kept - {0, last}
        kept -= {min(inner or kept, key=lambda k: abs(k - at))}
        kept |= {at}
    return [steps[k] for k in sorted(kept)]


def shares(lengths: Sequence[int]) -> list[int]:
    """How many steps each slider keeps, so that their combinations stay few.

    Parameters
    ----------
    lengths : sequence of int
        Steps of each slider.

    Returns
    -------
    list of int
        The shortest grows first, as long as the combinations are at most `EACH` for a slider.
    """
    kept = [min(FEWEST, length) for length in lengths]
    while True:
        grown = [i for i, length in enumerate(lengths)
                 if kept[i] < length
                 and math.prod(kept) // kept[i] * (kept[i] + 1) <= EACH * len(lengths)]  # fmt: skip
        if not grown:
            return kept
        kept[min(grown, key=lambda i: kept[i])] += 1


def _small(png: str) -> str:
    """A PNG as a smaller WebP, both in base64."""
    from PIL import Image

    stream = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(png))).save(stream, "webp", quality=QUALITY, method=4)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _taken(page: str) -> dict[str, str]:
    """Picture, alt sentence, caption and typed line of one state's HTML."""
    found = FIGURE.search(page)
    if found is None:
        raise ValueError("A state of a slider shows no figure.")
    return {
        "webp": _small(found["png"]),
        "alt": html.unescape(found["alt"]),
        "caption": found["caption"] or "",
        "typed": html.unescape(found["typed"] or ""),
    }


def drawn(page: Callable[..., str], controls: dict[str, tuple[str, Sequence[Any], Any]]) -> dict:
    """Every state that a page without a kernel can show.

    Parameters
    ----------
    page : callable
        ``page(**values)`` returns the HTML that the slider shows for these values.
    controls : dict
        For each value: what the slider is called, the steps it has, and where it stands at first.

    Returns
    -------
    dict
        JSON types. ``controls``: for each slider its ``words``, ``steps`` (as they are read) and
        ``start`` (a position among them). ``states``: the last slider's steps run fastest.
    """
    sizes = shares([len(steps) for _, steps, _ in controls.values()])
    kept = {
        name: thinned(steps, start, most)
        for (name, (_, steps, start)), most in zip(controls.items(), sizes, strict=True)
    }
    told = [
        {"words": words, "steps": [str(s) for s in kept[name]], "start": kept[name].index(start)}
        for name, (words, _, start) in controls.items()
    ]
    combined = itertools.product(*kept.values())
    states = [_taken(page(**dict(zip(kept, values, strict=True)))) for values in combined]
    return {"controls": told, "states": states}
