"""The files of a cohort: on this machine and verified before anything reads them."""

from __future__ import annotations

from readingroom.data import fetch
from readingroom.data.errors import DataError
from readingroom.data.registry import DataSet, Source, listing


def secure(name: str, size: int = 64, registry: Source = None, progress: bool = True) -> bool:
    """Make sure that a cohort's files are on this machine and verified.

    Returns
    -------
    bool
        True where any of them is a mirror's rebuilt file.

    Raises
    ------
    DataError
        As `readingroom.data.fetch.obtain`.
    """
    return any(at.rebuilt for at in obtain(listing(registry)[name], size, registry, progress))


def obtain(entry: DataSet, size: int, source: Source, progress: bool) -> list:
    """The located files of one data set at one size, fetched where they are missing."""
    files = listing(source).files(entry, size)
    if not files:
        raise DataError(f"{entry.title} holds no films to load here: {entry.note or entry.page}")
    label = f"{entry.title} {size} px" if entry.sizes() else entry.title
    return fetch.obtain(files, label, progress=progress)
