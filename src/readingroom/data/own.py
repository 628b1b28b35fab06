"""The learner's own films: a cohort made from a folder that stays where it is, untouched."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from readingroom import files
from readingroom.data import bars, films, home, intake
from readingroom.data.cohort import SPLITS, Cohort, finished
from readingroom.data.errors import Damaged, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd

    from readingroom.data.intake import Report

RESERVED = ("real", "simulated", "none")


@dataclass(frozen=True)
class Record:
    """What is kept of an own cohort: where its folder is and what label 1 means."""

    name: str
    folder: Path
    label_name: str
    films: int
    added: str

    def place(self) -> Path:
        """Return the course's own folder for it; the learner's folder is never written to."""
        return shelf() / self.name


def shelf() -> Path:
    """Return the folder that holds the records of own cohorts."""
    return home.home() / "own"


def names() -> list[str]:
    """Return the names of all own cohorts."""
    return sorted(path.parent.name for path in shelf().glob("*/cohort.json"))


def canonical(name: str) -> str:
    """Return a cohort's name as it is kept: small and capital letters count as the same."""
    plain = name.strip()
    return plain if plain in names() else plain.lower()


def named(name: str) -> Record:
    """Return the record of an own cohort.

    Raises
    ------
    DataError
        If there is none of that name, or its record is damaged.
    """
    name = canonical(name)
    path = shelf() / name / "cohort.json"
    if name not in names():
        known = f"yours: {', '.join(names())}" if names() else "you have added none"
        raise DataError(
            f"There is no cohort called {name!r} ({known}); `readingroom data list` names the sets "
            "of the course, and `readingroom data add FOLDER --labels CSV` adds one of your own."
        )
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Record(name, Path(kept["folder"]), kept["label_name"], kept["films"], kept["added"])
    except (OSError, ValueError, KeyError) as problem:
        raise DataError(
            f"The record of your cohort {name!r} is damaged; add the folder again with --replace."
        ) from problem


def forget(name: str) -> None:
    """Remove the record and the working copies of an own cohort; the folder stays as it is.

    Raises
    ------
    DataError
        If there is none of that name.
    """
    shutil.rmtree(shelf() / named(name).name, ignore_errors=True)


def free_name(wanted: str | None, folder: Path, taken: list[str], replace: bool = False) -> str:
    """Return the name a new cohort gets: the learner's, else one made from the folder's name.

    Raises
    ------
    DataError
        If the name is not plain, or stands for something else.
    """
    name = (
        (wanted or "").strip().lower()
        or re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-")
        or "films"
    )
    if not wanted and (name in taken or name in RESERVED):
        name = f"my-{name}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise DataError(
            f"{name!r} cannot be a cohort's name; use up to 40 small letters, digits and hyphens."
        )
    if name in RESERVED or name in taken:
        raise DataError(f"{name!r} already stands for something else; choose another --name.")
    if name in names() and not replace:
        raise DataError(
            f"You already have a cohort {name!r}; choose another --name, or --replace it."
        )
    return name


def keep(
    name: str,
    folder: Path,
    table: pd.DataFrame,
    label_name: str,
    report: Report,
    small: np.ndarray | None = None,
) -> Record:
    """Write the record of a cohort: its table, its report, and where the films lie.

    Parameters
    ----------
    name : str
    folder : Path
    table : pandas.DataFrame
        One row per film: ``file`` (path from the folder), ``split``, ``label``, ``sha256`` and
        what else is known.
    label_name : str
    report : Report
    small : numpy.ndarray or None
        uint8, shape (N, H, H): a first working copy, in the order of the table.

    Raises
    ------
    DataError
        If the disk refuses.
    """
    record = Record(name, folder, label_name, len(table), date.today().isoformat())
    about = {
        "folder": str(folder),
        "label_name": label_name,
        "films": len(table),
        "added": record.added,
    }
    with home.replacing(record.place()) as draft:
        table.to_csv(draft / "table.csv", index=False)
        kept = ("found", "rows", "notes", "searched")
        found = {name: getattr(report, name) for name in kept}
        (draft / "report.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
        (draft / "cohort.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        if small is not None and "mask" not in table:
            _copy(draft, {"images": small})
    return record


def report(name: str) -> Report:
    """Return what was found when a cohort was added.

    Raises
    ------
    DataError
        If there is no such cohort, or what was found is not kept.
    """
    record = named(name)
    try:
        kept = json.loads((record.place() / "report.json").read_text(encoding="utf-8"))
        found, rows, notes = (kept[name] for name in ("found", "rows", "notes"))
        return intake.Report(record.name, found, rows, notes, searched=kept.get("searched", {}))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise DataError(
            f"What was found in your cohort {record.name!r} is damaged; add the folder again with "
            "--replace."
        ) from problem


def verify(name: str) -> Iterator[tuple[str, str]]:
    """Compare every film of an own cohort with what it was when it was added.

    Yields
    ------
    state : "good", "absent" or "damaged"
    line : str
    """
    record = named(name)
    good = 0
    for row in _table(record).itertuples():
        path = record.folder / row.file
        if not path.exists():
            yield "absent", f"{record.name}: {path} is not there any more"
            continue
        try:
            same = intake.file_hash(path) == row.sha256
        except films.Unreadable as problem:
            yield "damaged", f"{record.name}: {path} {problem}"
            continue
        if same:
            good += 1
        else:
            yield "damaged", f"{record.name}: {path} has changed since the folder was added"
    if good:
        yield "good", f"{record.name}: {good:,} of {record.films:,} films as when they were added"


def _copy(place: Path, arrays: dict) -> None:
    """Write a working copy of the films at one size, by renaming."""
    files.write_npz(place / f"films-{arrays['images'].shape[-1]}.npz", arrays, packed=False)


def load(name: str, size: int = 64, label: str | None = None, progress: bool = True) -> Cohort:
    """Return an own cohort at a size, from its working copy or from the folder.

    Parameters
    ----------
    name : str
    size : int
        Edge of the square films in pixels.
    label : str or None
        None, or what the cohort is labelled for.
    progress : bool
        Draw a progress bar while films are read.

    Raises
    ------
    DataError
        If there is no such cohort, the folder is not where it was, or a film has changed.
    """
    record = named(name)
    if label not in (None, record.label_name):
        raise DataError(
            f"Your cohort {name!r} is labelled for {record.label_name} only, not {label}; add the "
            "folder once more under another --name."
        )
    try:
        table = _table(record)
        images, masks = _copies(record, size) or _read(record, table, size, progress)
    except OSError as problem:
        raise home.disk_fault(problem, record.place()) from problem
    return finished(
        Cohort(
            name=record.name,
            images=images,
            table=table.drop(columns=["sha256", "mask"], errors="ignore"),
            label_name=record.label_name,
            source="own",
            rebuilt=False,
            population=f"Your own films, added on {record.added}; you know who they are.",
            origin=f"your folder {record.folder.name}",
            licence="yours",
            citation="your own data",
            masks=masks,
        )
    )


def _table(record: Record) -> pd.DataFrame:
    import pandas as pd

    text = {column: str for column in ("file", "patient", "view", "sex", "site", "mask", "sha256")}
    try:
        return pd.read_csv(
            record.place() / "table.csv", dtype=text, keep_default_na=False, na_values=[""]
        )
    except (OSError, ValueError) as problem:
        raise DataError(
            f"The table of your cohort {record.name!r} is damaged; add it again with --replace."
        ) from problem


def _copies(record: Record, size: int) -> tuple[np.ndarray, np.ndarray | None] | None:
    """Return the working copies of an earlier load, or None where there are none to use."""
    import zipfile

    import numpy as np

    try:
        with np.load(record.place() / f"films-{size}.npz", allow_pickle=False) as stored:
            images = stored["images"]
            masks = stored["masks"] if "masks" in stored.files else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return (images, masks) if images.shape == (record.films, size, size) else None


def _read(
    record: Record, table: pd.DataFrame, size: int, progress: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """Read every film from the folder, check that it is the one that was added, keep a copy."""
    import numpy as np

    images = np.empty((len(table), size, size), np.uint8)
    masks = np.zeros(images.shape, bool) if "mask" in table else None
    with bars.counting(f"Reading {record.name}", progress) as seen:
        for k, row in enumerate(table.itertuples()):
            try:
                if intake.file_hash(record.folder / row.file) != row.sha256:
                    raise Damaged(
                        f"{row.file} has changed since the folder was added; add it again with "
                        "--replace."
                    )
                images[k] = films.squared(films.read(record.folder / row.file).pixels, size)
                if masks is not None and isinstance(row.mask, str):
                    outline = films.read(record.folder / row.mask).pixels
                    outline = (
                        outline > outline.max() / 2
                    )  # 0 and 1 in some files, 0 and 255 in others
                    masks[k] = films.squared(outline.astype(np.uint8) * 255, size) > 127
            except films.Unreadable as problem:
                raise DataError(
                    f"{record.folder / row.file} can no longer be read ({problem}); bring the "
                    "folder back, or add it again with --replace."
                ) from None
            seen(k + 1, len(table))
    arrays = {"images": images} | ({} if masks is None else {"masks": masks})
    with contextlib.suppress(OSError):  # without a copy the next load only takes longer
        _copy(record.place(), arrays)
    return images, masks


def enough(table: pd.DataFrame, label_name: str) -> None:
    """Check that every part has films of both kinds.

    Raises
    ------
    DataError
        If a lesson could not run on these films.
    """
    if table.empty:
        raise DataError("No film is left that could be used; the report above says why.")
    for part in SPLITS:
        for value, meant in ((1, label_name), (0, f"not {label_name}")):
            if not ((table["split"] == part) & (table["label"] == value)).any():
                raise DataError(
                    f"The {part} part has no film labelled {meant!r} among the {len(table)} usable "
                    "ones, so nothing could be tested; add more films or another split."
                )
