"""The files of a cohort: on this machine and verified before anything reads them."""

from __future__ import annotations

from pathlib import Path

from readingroom.data import fetch
from readingroom.data.errors import DataError
from readingroom.data.registry import DataSet, RemoteFile, Source, listing

# a whole set; a cohort in a size, in pixels; of a set the files named, without their endings
Need = str | tuple[str, int | tuple[str, ...]]


def secure(
    name: str, size: int | tuple[str, ...] = 64, registry: Source = None, progress: bool = True
) -> bool:
    """Make sure that a set's files are on this machine and verified.

    Parameters
    ----------
    name : str
    size : int or tuple of str
        Of a cohort its size in pixels; of another set the files wanted, by their names without
        endings.
    registry : Registry, path or None
    progress : bool

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


def files(name: str, size: int | tuple[str, ...] = 64, registry: Source = None) -> list[RemoteFile]:
    """The files of a set that `secure` would look for.

    Raises
    ------
    DataError
        There is no such set, or no file of a name that is wanted.
    """
    source = listing(registry)
    entry = source[name]
    if not isinstance(size, tuple):
        return list(source.files(entry, size))
    found = [file for file in source.files(entry) if Path(file.path).stem in size]
    if unknown := set(size) - {Path(file.path).stem for file in found}:
        raise DataError(f"{entry.title} has no file {', '.join(sorted(unknown))}.")
    return found


def obtain(entry: DataSet, size: int | tuple[str, ...], source: Source, progress: bool) -> list:
    """The located files of one data set, at one size or those named, fetched where missing."""
    wanted = files(entry.name, size, source)
    if not wanted:
        raise DataError(f"{entry.title} holds no films to load here: {entry.note or entry.page}")
    label = f"{entry.title} {size} px" if entry.sizes() else entry.title
    return fetch.obtain(wanted, label, progress=progress)
