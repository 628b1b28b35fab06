"""From stored numbers to a picture, as a lesson calls it; the chain itself is `data.greys`."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from readingroom import files
from readingroom.data import greys, pixels
from readingroom.data.errors import DataError, Unreadable
from readingroom.data.greys import inverted, rescaled, stated_window, through_table, window

__all__ = [
    "as_png",
    "inverted",
    "picture",
    "rescaled",
    "stated_window",
    "stored",
    "thinned",
    "through_table",
    "window",
]


def stored(data: Dataset) -> np.ndarray:
    """The numbers as they lie in the file, decompressed where they were compressed.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    ndarray, (H, W)
        With several frames (frames, H, W), in colour (H, W, 3).

    Raises
    ------
    DataError
        The picture cannot be decoded; the sentence says why.
    """
    try:
        return pixels.stored(data)
    except Unreadable as problem:
        raise DataError(f"The picture cannot be shown: {problem}.") from problem


def picture(
    data: Dataset,
    centre: float | None = None,
    width: float | None = None,
    invert: bool | None = None,
    values: np.ndarray | None = None,
    frame: int | None = None,
) -> np.ndarray:
    """The picture that the file asks for, air black and bone white.

    Parameters
    ----------
    data : Dataset
    centre, width : float, optional
        A window of your own; else the file's table, its window, or the range of its numbers.
    invert : bool, optional
        True makes low numbers white; else what the file says.
    values : ndarray, (H, W), optional
        Stored numbers to show instead of all of them, such as a thinned copy.
    frame : int, optional
        Which picture of a file that holds several, from 0.

    Returns
    -------
    ndarray, (H, W) uint8
        Colours become greys. What the file says and could not be followed is a warning.

    Raises
    ------
    DataError
        The picture cannot be shown; the sentence says why.
    """
    for said in greys.remarks(data) if centre is None else []:
        warnings.warn(f"This file: {said}.", stacklevel=2)
    try:
        return greys.picture(data, frame, centre=centre, width=width, invert=invert, values=values)
    except Unreadable as problem:
        raise DataError(f"The picture cannot be shown: {problem}.") from problem


def as_png(data: Dataset, path: str | Path) -> np.ndarray:
    """Export a film as an 8-bit PNG and read it back, as a colleague would.

    Returns
    -------
    ndarray, (H, W) uint8
        What the colleague gets.

    Raises
    ------
    DataError
        A file of another kind has this name.
    """
    from PIL import Image

    if said := files.kept_from(Path(path), ".png"):
        raise DataError(said)
    stream = io.BytesIO()
    Image.fromarray(picture(data)).save(stream, "png")
    files.give(Path(path), stream.getvalue())
    with Image.open(path) as reread:
        return np.asarray(reread)


def thinned(values: np.ndarray, longest: int = 480) -> np.ndarray:
    """Every n-th row and column, so that the longer side has at most `longest` pixels."""
    step = max(1, -(-max(values.shape) // longest))
    return values[::step, ::step]
