"""Films as they were delivered, with their split and their faults, before anybody repaired them."""

from __future__ import annotations

from dataclasses import replace

from readingroom.assess import whose
from readingroom.data import choice, drawn, fetch
from readingroom.data.cohort import SAID, Cohort, finished
from readingroom.data.cohorts import load
from readingroom.data.registry import listing

ARCHIVE = "archive"  # the simulator's recipe of an archive with planted faults


def delivered(
    name: str, size: int = 64, columns: tuple[str, ...] = (), mode: str | None = None
) -> Cohort:
    """Return a set as its makers deliver it.

    Parameters
    ----------
    name : str
        A data set of the registry.
    size : int
        Edge of the square films in pixels.
    columns : tuple of str
        What the step reads of each film. An own cohort without one of them is replaced by its
        stand-in, and the replacement is said aloud.
    mode : str or None
        As `readingroom.data.load`.

    Returns
    -------
    Cohort
        Its ``split`` is the delivered one. Where patients are known, ``patient_number`` gives
        each a whole number: NIH's or the simulator's own, or one by order for own films.
    """
    mode = mode or choice.mode()
    if mode == "simulated":
        return _numbered(_archive(name, size))
    cohort = load(name, size=size, mode=mode)
    if cohort.source == "own":
        lacks = [c for c in columns if c not in cohort.table or cohort.table[c].isna().all()]
        if lacks:
            print(f"Your films have no column {' and no '.join(lacks)}, so simulated patients "
                  "stand in for this step.")  # fmt: skip
            return _numbered(_archive(name, size))
    if "split_as_distributed" in cohort.table:
        table = cohort.table.assign(split=cohort.table["split_as_distributed"])
        table = table.assign(file_mode=table["image"].map(_modes(name)))
        cohort = finished(replace(cohort, table=table.drop(columns="index")))
    return _numbered(cohort)


def _modes(name: str) -> dict[str, str]:
    """File name to how its pixels are stored, such as RGB or RGBA, read from its first bytes."""
    from PIL import Image

    modes = {}
    for at in fetch.obtain(listing().files(listing()[name], None), name, progress=False):
        if at.path.suffix == ".png":
            with Image.open(at.path) as film:
                modes[at.path.name] = film.mode
    return modes


def archive(size: int = 64) -> Cohort:
    """Return the simulated archive, whatever the kernel works with.

    Its films were drawn once for each of many visits of a patient; ``copy_of`` names the row of
    the film that a planted copy repeats, or -1.
    """
    return _numbered(_archive("nih-1000", size))


def _archive(name: str, size: int) -> Cohort:
    films = drawn.load(replace(listing()[name], stand_in=ARCHIVE), size=size)
    whose.note(*whose.strange(films))
    return films


def _numbered(cohort: Cohort) -> Cohort:
    """Add ``patient_number`` where patients are known."""
    table = cohort.table
    if "patient" not in table or table["patient"].isna().all():
        return cohort
    digits = table["patient"].astype(str).str.removeprefix("P")
    plain = digits.str.fullmatch(r"\d{1,12}").all()
    if plain and digits.astype("int64").nunique() == table["patient"].nunique():  # P7 is not 7
        return replace(cohort, table=table.assign(patient_number=digits.astype("int64")))
    known = {name: k for k, name in enumerate(sorted(set(table["patient"].dropna())))}
    numbers = table["patient"].map(known)
    # a film without a patient is a patient of its own
    numbers = numbers.fillna(table.index.to_series() + len(known)).astype("int64")
    return replace(cohort, table=table.assign(patient_number=numbers))


def spread(cohort: Cohort) -> str:
    """Return films and patients of each part as lines to read."""
    lines = []
    for part, rows in cohort.table.groupby("split", sort=False):
        people = f", {rows['patient'].nunique():,} patients" if "patient" in rows else ""
        lines.append(f"{SAID[part]}: {len(rows):,} films{people}")
    return "\n".join(lines)
