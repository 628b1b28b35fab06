"""The empty table to fill in, and the example of 90 films."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from readingroom.assess import whose

TEMPLATE = (
    "score,reference,view,sex,age,date,patient\n"
    "0.83,1,PA,F,64,2026-01-05,p001\n"
    "0.12,0,AP,M,71,2026-01-05,p002\n"
)
HOW = (
    "Put one row for each film in place of the two examples. Needed: score (higher means rather "
    "ill) and reference (1 ill, 0 well). Helpful: view, sex, age in years, date of the film, and "
    "a made-up patient number. No names, no birth dates, no hospital numbers."
)


def example() -> Path:
    """Where the example lies: 90 films of a simulated hospital, scored by a virtual model."""
    whose.note(whose.SIMULATED)
    return Path(str(resources.files("readingroom.audit").joinpath("example-90-simulated.csv")))


def template(path: Path | str) -> str:
    """Write the table to fill in, unless a file of that name is there already.

    Parameters
    ----------
    path : path

    Returns
    -------
    str
        What was done, in a sentence or two.
    """
    path = Path(path).expanduser()
    if path.exists():
        return f"{path} is there already and was left as it is."
    path.write_text(TEMPLATE, "utf-8")
    return f"{path} was written. {HOW}"
