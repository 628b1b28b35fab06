"""From stored numbers to a picture: rescale, window or table, and which end is white.

Follows DICOM PS3.3 C.7.6.3 (pixels), C.11.1 (rescale), C.11.2 (window and VOI LUT) and C.8.11.3
(presentation LUT shape); checked against pydicom in the tests.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset


def stored(data: Dataset) -> np.ndarray:
    """The numbers as they lie in the file, decompressed where they were compressed, (H, W)."""
    return data.pixel_array


def inverted(data: Dataset) -> bool:
    """Whether low numbers mean white.

    `PhotometricInterpretation` decides. In an image file `PresentationLUTShape` has to be INVERSE
    exactly where that is MONOCHROME1: it says the same thing again and is not a second turn.
    """
    return str(data.get("PhotometricInterpretation", "MONOCHROME2")) == "MONOCHROME1"


def stated_window(data: Dataset) -> tuple[float, float] | None:
    """The first window that the file states, as (centre, width), or None."""

    def first(value: Any) -> float:
        return float(value[0] if hasattr(value, "append") else value)

    if data.get("WindowCenter") in (None, "") or data.get("WindowWidth") in (None, ""):
        return None
    return first(data.WindowCenter), first(data.WindowWidth)


def rescaled(data: Dataset, values: np.ndarray) -> np.ndarray:
    """Stored numbers as the detector's or scanner's own (Hounsfield units in CT), float64."""
    slope, shift = data.get("RescaleSlope"), data.get("RescaleIntercept")
    if slope is None or shift is None:
        return values.astype(float)
    return values * float(slope) + float(shift)


def window(values: np.ndarray, centre: float, width: float) -> np.ndarray:
    """Spread a window over black to white, linearly (PS3.3 C.11.2.1.2.1).

    Parameters
    ----------
    values : ndarray, (H, W)
    centre, width : float
        In the units of `values`; the width is at least 1.

    Returns
    -------
    ndarray, (H, W) float64
        0 below the window, 1 above it.

    Raises
    ------
    ValueError
        The width is below 1.
    """
    if width < 1:
        raise ValueError(f"A window's width is at least 1, not {width:g}.")
    if width == 1:
        return (values > centre - 0.5).astype(float)
    # the standard centres a window on a step between two whole numbers, hence the halves
    return np.clip((values - (centre - 0.5)) / (width - 1) + 0.5, 0, 1)


def through_table(values: np.ndarray, item: Dataset) -> np.ndarray:
    """Look every number up in a VOI LUT (PS3.3 C.11.2.1.1).

    Parameters
    ----------
    values : ndarray, (H, W)
    item : Dataset
        One item of ``VOILUTSequence``.

    Returns
    -------
    ndarray, (H, W) float64
        0 to 1; numbers before and after the table take its first and last entry.
    """
    count, start, bits = (int(part) for part in item.LUTDescriptor)
    count = count or 2**16
    entries = item["LUTData"].value
    if isinstance(entries, bytes):
        entries = np.frombuffer(entries, np.uint8 if len(entries) == count else "<u2")
    entries = np.asarray(entries, dtype=float)[:count]
    place = np.clip(values.astype(np.int64) - start, 0, count - 1)
    return entries[place] / (2**bits - 1)


def picture(
    data: Dataset,
    centre: float | None = None,
    width: float | None = None,
    invert: bool | None = None,
    values: np.ndarray | None = None,
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

    Returns
    -------
    ndarray, (H, W) uint8
    """
    values = rescaled(data, stored(data) if values is None else values)
    tables = data.get("VOILUTSequence")
    if centre is None and tables:
        grey = through_table(values, tables[0])
    else:
        low, high = float(values.min()), float(values.max())
        whole = ((low + high + 1) / 2, max(high - low + 1, 2.0))
        chosen = (centre, width) if centre is not None else stated_window(data) or whole
        grey = window(values, *chosen)
    if inverted(data) if invert is None else invert:
        grey = 1 - grey
    return np.round(grey * 255).astype(np.uint8)


def as_png(data: Dataset, path: str | Path) -> np.ndarray:
    """Export a film as an 8-bit PNG and read it back, as a colleague would.

    Returns
    -------
    ndarray, (H, W) uint8
        What the colleague gets.
    """
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(picture(data)).save(stream, "png")
    Path(path).write_bytes(stream.getvalue())
    with Image.open(path) as reread:
        return np.asarray(reread)


def thinned(values: np.ndarray, longest: int = 480) -> np.ndarray:
    """Every n-th row and column, so that the longer side has at most `longest` pixels."""
    step = max(1, -(-max(values.shape) // longest))
    return values[::step, ::step]
