"""Folders that carry their labels in names: one folder per class, and the two tuberculosis sets."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from readingroom.data import split

if TYPE_CHECKING:
    import pandas as pd

TUBERCULOSIS = re.compile(r"(CHNCXR|MCUCXR)_(\d{4})_([01])\.(png|jpe?g|dcm)", re.I)
NIH = re.compile(r"(\d{8})_\d{3}\.png")
# patient00001 of CheXpert, p10000032 of MIMIC, sub-S03048 of BIDS, as a folder or before a mark
PERSON = re.compile(
    r"((?:patient|pat|subject|subj|participant|person)[\s_-]?\d+|sub-[a-z0-9]+|p\d{8})(?![a-z0-9])",
    re.I,
)


def rows(folder: Path, listed: list[str]) -> pd.DataFrame | None:
    """Return a table like that of a CSV, or None where the names carry no labels.

    Parameters
    ----------
    folder : Path
    listed : list of str
        Paths from the folder with ``/``.

    Returns
    -------
    pandas.DataFrame or None
        Text columns ``line``, ``file``, ``label`` and, where known, ``split``, ``sex``, ``age``
        and ``view``.
    """
    import pandas as pd

    found = _tuberculosis(folder, listed) or _classes(listed)
    if not found:
        return None
    table = pd.DataFrame(found, dtype=object).fillna("")
    table.insert(0, "line", range(1, len(table) + 1))
    return table


def _tuberculosis(folder: Path, listed: list[str]) -> list[dict]:
    """Read the last digit of the Library's file names, and its readings where they are there."""
    found = []
    for path in map(PurePosixPath, listed):
        named = TUBERCULOSIS.fullmatch(path.name)
        # The outlines of lungs in Montgomery's mask folders have the names of the films.
        if not named or any("mask" in part.lower() for part in path.parts[:-1]):
            continue
        label = "tuberculosis" if named[3] == "1" else "normal"
        patient = f"{named[1].upper()}_{named[2]}"
        row = {"file": str(path), "label": label, "view": "PA", "patient": patient}
        found.append(row | _reading(folder / path.parent.parent / "ClinicalReadings", path.stem))
    return found


def _reading(folder: Path, stem: str) -> dict:
    """Return sex and age from a text file of readings; nothing where it is not there."""
    try:
        text = (folder / f"{stem}.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    sex = re.search(r"\b(female|male)\b|sex\s*:\s*([fm])\b", text, re.I)
    age = re.search(r"age\s*:\s*0*(\d{1,3})|\b(\d{1,3})\s*y", text, re.I)
    row = {}
    if sex:
        row["sex"] = (sex[1] or sex[2])[0].upper()
    if age:
        row["age"] = age[1] or age[2]
    return row


def _classes(listed: list[str]) -> list[dict]:
    """Read one folder per class, with folders for train, val and test above or below it."""
    found = []
    for path in map(PurePosixPath, listed):
        parents = [part for part in reversed(path.parts[:-1])]
        parts = [name for part in parents if (name := split.named(part))]
        classes = [part for part in parents if not split.named(part) and not PERSON.fullmatch(part)]
        if not classes:
            return []
        found.append({"file": str(path), "label": classes[0]})
        if parts:
            found[-1]["split"] = parts[0]
    return found if 2 <= len({row["label"] for row in found}) <= 20 else []


def patient(name: str) -> str:
    """Return the patient that a path names as public sets do, else "".

    NIH writes ``00000013_026.png``, CheXpert ``patient00001/study1/view1_frontal.jpg``.
    """
    path = PurePosixPath(name)
    match = NIH.fullmatch(path.name)
    if match:
        return match[1]
    for part in path.parts:
        if found := PERSON.match(part):
            return found[1]
    return ""
