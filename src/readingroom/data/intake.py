"""Going through a learner's folder: every file looked at, every oddity a row, nothing written."""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from readingroom.data import films, privacy

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SMALL = 64  # pixels

# What can be wrong, and what the learner should do about it. Kinds in LEFT_OUT cost the film.
ADVICE = {
    "unreadable": "left out; export the film again",
    "no film": "the table names a file that is not in the folder; left out",
    "ambiguous": "several files have this name; give the path from the folder in the table",
    "no label": "left out; add a row to the table",
    "label missing": "the row has no label; left out",
    "label typo": "left out; correct the label in the table",
    "doubled row": "the first row counts",
    "two labels": "the same film with two labels; left out until one is right",
    "duplicated": "the same film again; the first counts",
    "not understood": "treated as not known",
    "table": "this line of the table was not used as written",
    "link": "a link to a folder; its films were not looked at",
    "mixed views": "compare like with like; lesson 06 shows why",
    "identity in header": "de-identify before you share these files; nothing leaves this machine",
    "burned-in text": "suspected; look at these films, letters can name a patient or give the "
    "answer away",
    "oddity": "look at these films",
    "patients in two splits": "results on the test part will be too good; --resplit repairs it",
}


@dataclass
class Report:
    """What was found in a folder, and what is wrong with it.

    Attributes
    ----------
    name : str
        The cohort's name; empty where none could be made.
    found : dict
        Counts: ``files``, ``films`` (usable), ``other``.
    rows : list of dict
        ``kind`` (a key of `ADVICE`), ``where`` and ``detail``.
    """

    name: str = ""
    found: dict = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)

    def add(self, kind: str, where: str, detail: str = "") -> None:
        """Note one thing."""
        self.rows.append({"kind": kind, "where": str(where), "detail": detail})

    def counts(self) -> dict[str, int]:
        """Return how often each kind occurred, in the order of `ADVICE`."""
        seen = Counter(row["kind"] for row in self.rows)
        return {kind: seen[kind] for kind in ADVICE if seen[kind]}

    def said(self, examples: int = 3) -> str:
        """Return the report as lines to read: each kind once, with the first few places."""
        lines = []
        for kind, count in self.counts().items():
            rows = [row for row in self.rows if row["kind"] == kind]
            lines.append(f"{kind} ({count:,}): {ADVICE[kind]}")
            for row in rows[:examples]:
                detail = f": {row['detail']}" if row["detail"] else ""
                lines.append(f"    {row['where']}{detail}")
            if count > examples:
                lines.append(f"    and {count - examples:,} more")
        return "\n".join(lines) or "nothing is wrong that could be seen"


def files(folder: Path, report: Report) -> list[str]:
    """Return every file that may be a film, as paths from the folder with ``/``, sorted.

    Links to folders are not followed, so a loop of links ends; hidden files are passed over.
    """
    found, other = [], 0

    def refused(problem: OSError) -> None:
        where = os.path.relpath(problem.filename or folder, folder)
        report.add("unreadable", where, f"folder cannot be opened ({problem.strerror})")

    for here, inner, names in os.walk(folder, onerror=refused):
        for name in sorted(inner):
            if (Path(here) / name).is_symlink():
                report.add("link", (Path(here) / name).relative_to(folder).as_posix())
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(names):
            path = Path(here) / name
            if name.startswith(".") or not _may_be_film(path):
                other += 1
                continue
            found.append(path.relative_to(folder).as_posix())
    report.found |= {"files": len(found), "other": other}
    return found


def _may_be_film(path: Path) -> bool:
    """Say whether a file is worth opening: by its ending, or by DICOM's mark where it has none."""
    ending = path.suffix.lower()
    if ending in films.ENDINGS:
        return True
    # An exported file may be called "IM0001" or "1.2.840.10008".
    if ending and not ending[1:].isdigit():
        return False
    try:
        return films.kind(path) == "dicom"
    except films.Unreadable:
        return False


def matched(table: pd.DataFrame, listed: list[str], report: Report) -> pd.DataFrame:
    """Return the rows whose film is in the folder, with its path in ``path``.

    A row names a film by its path from the folder, its file name, or its name without ending;
    small and capital letters count as the same where that is unambiguous.
    """
    from pathlib import PurePosixPath

    by_name: dict[str, set[str]] = defaultdict(set)
    for path in listed:
        pure = PurePosixPath(path.lower())
        # "1.2.840.99" ends in ".99", which is no ending of a film.
        stem = pure.stem if pure.suffix in films.ENDINGS else pure.name
        for name in {str(pure), pure.name, stem, str(pure.with_name(stem))}:
            by_name[name].add(path)
    exact = set(listed)
    paths = []
    for text, line in zip(table["file"], table["line"], strict=True):
        written = text.replace("\\", "/").removeprefix("./")
        candidates = {written} if written in exact else by_name.get(written.lower(), set())
        if not candidates:
            # The table may hold paths of the machine it was made on.
            candidates = by_name.get(written.rsplit("/", 1)[-1].lower(), set())
        if len(candidates) != 1:
            kind = "ambiguous" if candidates else "no film"
            report.add(kind, text or f"line {line}", f"line {line} of the table")
        paths.append(next(iter(candidates)) if len(candidates) == 1 else None)
    table = table.assign(path=paths)
    table = table[table["path"].notna()]
    doubled = table["path"].duplicated()
    for row in table[doubled].itertuples():
        report.add("doubled row", row.path, f"line {row.line} of the table")
    return table[~doubled].reset_index(drop=True)


@dataclass
class Seen:
    """What one film's file says.

    Attributes
    ----------
    sha256, pixels : str
        Hashes of the file and of the picture in it.
    facts : dict
        As `films.Film`.
    small : numpy.ndarray
        uint8, shape (64, 64): the size lesson 03 trains on, kept so that a film is read once.
    """

    sha256: str
    pixels: str
    facts: dict
    small: np.ndarray


def look(
    folder: Path,
    paths: list[str],
    report: Report,
    seen: Callable[[int, int], None] | None = None,
) -> dict[str, Seen]:
    """Read every film once and note what is wrong with it.

    Returns
    -------
    dict
        From each readable path to what its file says; the others are rows of the report.
    """
    looked: dict[str, Seen] = {}
    known: dict[str, Seen] = {}  # by hash of the file: a copy is not decoded again
    for k, path in enumerate(paths):
        try:
            digest = file_hash(folder / path)
            if digest not in known:
                known[digest] = _film(folder, path, digest, report)
            looked[path] = known[digest]
        except films.Unreadable as problem:
            report.add("unreadable", path, str(problem))
        if seen:
            seen(k + 1, len(paths))
    return looked


def file_hash(path: Path) -> str:
    """Return the sha256 (hex) of a file.

    Raises
    ------
    films.Unreadable
        If it cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as problem:
        reason = f"cannot be opened ({problem.strerror or 'broken link'})"
        raise films.Unreadable(reason) from None


def _film(folder: Path, path: str, digest: str, report: Report) -> Seen:
    film = films.read(folder / path)
    if film.identifying:
        report.add("identity in header", path, ", ".join(film.identifying))
    if privacy.burned_in(film.pixels):
        report.add("burned-in text", path)
    for remark in film.remarks:
        report.add("oddity", path, remark)
    if film.pixels.min() == film.pixels.max():
        report.add("oddity", path, "blank")
    pixels = hashlib.sha256(repr(film.pixels.shape).encode() + film.pixels.tobytes()).hexdigest()
    return Seen(digest, pixels, film.facts, films.squared(film.pixels, SMALL))


def without_copies(table: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Keep one of each film; the same picture with two labels is left out altogether.

    Parameters
    ----------
    table : pandas.DataFrame
        With ``path``, ``label`` and ``pixels`` (a hash of the picture).
    """
    labels = table.groupby("pixels")["label"].transform("nunique")
    for row in table[labels > 1].itertuples():
        report.add("two labels", row.path, f"labelled {row.label} here")
    table = table[labels == 1]
    first = table.groupby("pixels")["path"].transform("first")
    for path, original in zip(table["path"], first, strict=True):
        if path != original:
            report.add("duplicated", path, f"same picture as {original}")
    return table[table["path"] == first].reset_index(drop=True)
