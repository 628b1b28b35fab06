"""Whole examinations of the registry as volumes: fetched, verified, put in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from readingroom.data import fetch
from readingroom.data.registry import Source, listing
from readingroom.data.volumes import Volume
from readingroom.dicom import slices


def examination(
    name: str,
    where: Mapping[str, Any] | None = None,
    uneven: bool = False,
    registry: Source = None,
) -> Volume:
    """A DICOM set of the registry as one volume.

    Parameters
    ----------
    name : str
        Such as ``"head-ct"``.
    where, uneven
        See `readingroom.dicom.slices.series`.

    Returns
    -------
    Volume
        Its banner names the set and its modality: ``REAL CT: ...``.

    Raises
    ------
    DataError
        It cannot be had, is damaged, or is no volume.
    """
    source = listing(registry)
    entry = source[name]
    located = fetch.obtain(source.files(entry), entry.title)
    found = slices.series([at.path for at in located], where=where, uneven=uneven)
    modality = found.films.rsplit(", ", 1)[1]
    return replace(found, films=f"REAL {modality}: {entry.title}, {entry.origin}")
