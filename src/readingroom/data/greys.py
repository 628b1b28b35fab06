"""From a DICOM file's numbers to the picture it asks for: the greyscale chain, once for all rooms.

PS3.3 C.7.6.3 (pixels), C.11.1 (rescale or modality table), C.11.2 (window, curve or VOI table),
C.8.11.3 (presentation LUT shape). Windows, palettes and colours are pydicom's. Two things are not:
its window takes its range through the rescale, so a negative slope turned films over; and its
tables wrap around where 256 greys have more than 256 entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readingroom.data import pixels
from readingroom.data.errors import Unreadable

if TYPE_CHECKING:
    import numpy as np
    from pydicom.dataset import Dataset

LUMA = (0.299, 0.587, 0.114)
FULL = 2**15 - 1
FEWEST_PIXELS = 100  # of a film in which a group far off can be told
CURVES = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def picture(
    header: Dataset,
    frame: int | None = None,
    *,
    centre: float | None = None,
    width: float | None = None,
    invert: bool | None = None,
    values: np.ndarray | None = None,
) -> np.ndarray:
    """The picture that a file asks for, air black and bone white.

    Parameters
    ----------
    header : pydicom.Dataset
    frame : int or None
        Which picture, from 0; None where the file holds one.
    centre, width : float, optional
        A window of your own; else the file's table, its window, or the range of its numbers.
    invert : bool, optional
        True makes low numbers white; else what the file says.
    values : numpy.ndarray, (H, W), optional
        Stored numbers to show instead of the file's, such as a thinned copy.

    Returns
    -------
    numpy.ndarray
        uint8, shape (H, W); colours become greys.

    Raises
    ------
    Unreadable
        With a short reason.
    """
    import numpy as np

    values = one(header, frame) if values is None else values
    header = of_frame(header, frame or 0)
    if pixels.photometric(header) not in pixels.GREYS:
        colours = coloured(header, values)
        return np.round(colours @ np.array(LUMA, np.float32)).astype(np.uint8)
    outside = padding(header, values)
    grey = _windowed(header, rescaled(header, values), outside, centre, width)
    turned = inverted(header) if invert is None else invert
    grey = np.round((1 - grey if turned else grey) * 255).astype(np.uint8)
    if outside.any() and not outside.all():
        grey[outside] = 0
    return grey


def one(header: Dataset, frame: int | None = None) -> np.ndarray:
    """One picture's stored numbers, (H, W) or (H, W, 3).

    Raises
    ------
    Unreadable
        The file holds several and none is named, or not so many.
    """
    count = pixels.frames(header)
    if frame is None and count > 1:
        raise Unreadable(f"{count} frames; say which one")
    if frame is not None and not 0 <= frame < count:
        raise Unreadable(f"no frame {frame}; the frames are 0 to {count - 1}")
    values = pixels.stored(header)
    return values[frame or 0] if count > 1 else values


def of_frame(header: Dataset, frame: int = 0) -> Dataset:
    """A header with what an enhanced file states for all frames, or for this one, at the top.

    Rescale and window stand in functional groups there (PS3.3 C.7.6.16), as does an inverse slope.
    """
    from pydicom.dataset import Dataset

    shared = list(header.get("SharedFunctionalGroupsSequence") or [])[:1]
    own = list(header.get("PerFrameFunctionalGroupsSequence") or [])[frame : frame + 1]
    if not shared and not own:
        return header
    flat = Dataset(header)
    if hasattr(header, "file_meta"):
        flat.file_meta = header.file_meta
    for group in (*shared, *own):
        for keyword in ("PixelValueTransformationSequence", "FrameVOILUTSequence"):
            for item in group.get(keyword) or []:
                flat.update(item)
    return flat


def coloured(header: Dataset, values: np.ndarray) -> np.ndarray:
    """Colours of a palette or colour picture, float32 (H, W, 3) from 0 to 255."""
    import numpy as np
    from pydicom.pixels import apply_color_lut

    if values.ndim == 2:
        try:
            values = apply_color_lut(values, header)
        except Exception:  # pydicom names tables by tag; a reader wants one sentence
            raise Unreadable("its palette is not complete") from None
    depth = 8 * values.dtype.itemsize if "PALETTE" in pixels.photometric(header) else None
    bits = depth or int(header.get("BitsStored") or 8)
    return values[..., :3].astype(np.float32) * np.float32(255 / (2**bits - 1))


def inverted(header: Dataset) -> bool:
    """Whether low numbers mean white.

    `PhotometricInterpretation` decides. In an image file `PresentationLUTShape` has to be INVERSE
    exactly where that is MONOCHROME1: it says the same thing again and is not a second turn.
    """
    return pixels.photometric(header) == "MONOCHROME1"


def _first(value: Any) -> float | None:
    """The first of one or several numbers; None where there is none."""
    value = value[0] if hasattr(value, "append") and len(value) else value
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def stated_window(header: Dataset) -> tuple[float, float] | None:
    """The first window that the file states, as (centre, width), or None."""
    centre, width = (_first(header.get(k)) for k in ("WindowCenter", "WindowWidth"))
    return None if centre is None or width is None else (centre, width)


def rescaled(header: Dataset, values: np.ndarray) -> np.ndarray:
    """Stored numbers as the detector's or scanner's own (Hounsfield units in CT), float64."""
    if header.get("ModalityLUTSequence"):
        entries, start, _ = _table(header.ModalityLUTSequence[0], values)
        return _looked_up(values, entries, start)
    slope, shift = (_first(header.get(k)) for k in ("RescaleSlope", "RescaleIntercept"))
    if slope is None or shift is None:
        return values.astype(float)
    if slope == 0:
        raise Unreadable("its RescaleSlope is 0")
    return values * slope + shift


def measured(header: Dataset, values: np.ndarray) -> np.ndarray:
    """As `rescaled`, for numbers that are measured and not only shown: half a rescale is refused.

    Raises
    ------
    Unreadable
        A slope without an intercept, or the other way round; or a slope of 0.
    """
    header = of_frame(header)
    stated = [_first(header.get(k)) is not None for k in ("RescaleSlope", "RescaleIntercept")]
    if any(stated) and not all(stated):
        raise Unreadable("it has a rescale slope or intercept without the other")
    return rescaled(header, values)


def padding(header: Dataset, values: np.ndarray) -> np.ndarray:
    """Which pixels lie outside the film, (H, W) of bool (PS3.3 C.7.5.1.1.2)."""
    import numpy as np

    ends = [_first(header.get(k)) for k in ("PixelPaddingValue", "PixelPaddingRangeLimit")]
    if ends[0] is None:
        return np.zeros(values.shape, bool)
    low, high = sorted((ends[0], ends[0] if ends[1] is None else ends[1]))
    return (values >= low) & (values <= high)


def window(values: np.ndarray, centre: float, width: float, curve: str = "LINEAR") -> np.ndarray:
    """Spread a window over black to white (PS3.3 C.11.2.1.2 and C.11.2.1.3).

    Parameters
    ----------
    values : numpy.ndarray, (H, W)
    centre, width : float
        In the units of `values`; the width is at least 1 for the curve LINEAR, else above 0.
    curve : {'LINEAR', 'LINEAR_EXACT', 'SIGMOID'}

    Returns
    -------
    numpy.ndarray, (H, W) float64
        0 below the window, 1 above it.

    Raises
    ------
    ValueError
        The width is too small.
    """
    import numpy as np
    from pydicom.dataset import Dataset
    from pydicom.pixels.processing import apply_windowing

    if width < 1 and curve == "LINEAR":
        raise ValueError(f"A window's width is at least 1, not {width:g}.")
    if not width > 0:
        raise ValueError(f"A window's width is above 0, not {width:g}.")
    plain = Dataset()  # without a rescale, so that the range is 0 to FULL whatever the slope
    plain.PhotometricInterpretation, plain.PixelRepresentation = "MONOCHROME2", 0
    plain.BitsStored, plain.VOILUTFunction = 15, curve
    plain.add_new("WindowCenter", "FD", float(centre))  # exact, not the 16 characters of a DS
    plain.add_new("WindowWidth", "FD", float(width))
    with np.errstate(over="ignore"):
        return apply_windowing(np.asarray(values, dtype=float), plain) / FULL


def _windowed(
    header: Dataset,
    values: np.ndarray,
    outside: np.ndarray,
    centre: float | None,
    width: float | None,
) -> np.ndarray:
    """Greys from 0 to 1: a window of one's own, the file's table or window, or the range."""
    if centre is not None and width is not None:
        return window(values, centre, width)
    if header.get("VOILUTSequence"):
        return through_table(values, header.VOILUTSequence[0])
    stated, curve = stated_window(header), _curve(header)
    if stated is not None and stated[1] > 0:
        exact = curve == "LINEAR" and stated[1] < 1
        return window(values, *stated, "LINEAR_EXACT" if exact else curve)
    inside = values[~outside] if outside.any() and not outside.all() else None
    low, high = film_range(values, None if inside is None else outside)
    return ((values - low) / max(high - low, 1e-9)).clip(0, 1)


def _curve(header: Dataset) -> str:
    said = str(header.get("VOILUTFunction") or "LINEAR").strip().upper()
    return said if said in CURVES else "LINEAR"


def film_range(values: np.ndarray, outside: np.ndarray | None = None) -> tuple[float, float]:
    """The darkest and the brightest number that a film is shown over, where nothing says it.

    Letters, a lead marker, dead pixels, the collimator's rim and the air beside the patient must
    not set the contrast: the middle four fifths do, without their outermost 1 %.

    Parameters
    ----------
    values : numpy.ndarray, (H, W)
        Any numbers; those that are not finite do not count.
    outside : numpy.ndarray of bool or None
        Pixels that are no part of the film.
    """
    import numpy as np

    used = np.isfinite(values) if outside is None else np.isfinite(values) & ~outside
    if not used.any():
        return 0.0, 0.0
    height, width = values.shape
    middle = np.s_[height // 10 : height - height // 10, width // 10 : width - width // 10]
    inside = _one_group(values[middle][used[middle]])
    if inside.size:
        low, high = np.percentile(inside, (1, 99))
        if high > low:
            return float(low), float(high)
    return float(values[used].min()), float(values[used].max())


def _one_group(values: np.ndarray) -> np.ndarray:
    """Numbers without a small group far off: a marker or dead pixels in the middle of a film.

    Far off is more than the range of all others; small is a tenth at most. Dead pixels are the
    same number many times over, and so is a marker; a film's own greys lie close together.
    """
    import numpy as np

    for _ in range(2):  # one at each end
        if values.size < FEWEST_PIXELS:
            return values
        some = np.sort(values[:: max(1, values.size // 20_000)])
        steps = np.diff(some)
        at = int(steps.argmax())
        below, above = at + 1, some.size - at - 1
        if below >= above:
            near, share = some[at] - some[0], above / some.size
        else:
            near, share = some[-1] - some[at + 1], below / some.size
        if not (share <= 0.1 and steps[at] > near > 0):
            return values
        values = values[values <= some[at]] if below >= above else values[values > some[at]]
    return values


def through_table(values: np.ndarray, item: Dataset) -> np.ndarray:
    """Look every number up in a VOI LUT (PS3.3 C.11.2.1.1).

    Parameters
    ----------
    values : numpy.ndarray, (H, W)
    item : pydicom.Dataset
        One item of ``VOILUTSequence``.

    Returns
    -------
    numpy.ndarray, (H, W) float64
        0 to 1; numbers before and after the table take its first and last entry.
    """
    entries, start, bits = _table(item, values)
    return _looked_up(values, entries, start) / _top(entries, bits)


def _top(entries: np.ndarray, bits: int) -> float:
    """What counts as white in a table: its stated depth, unless it fills less than half of it."""
    full = 2**bits - 1
    return float(full if full / 2 <= entries.max() <= full else max(entries.max(), 1))


def _table(item: Dataset, values: np.ndarray) -> tuple[np.ndarray, int, int]:
    """A table's entries, the number its first entry stands for, and its bits."""
    import numpy as np

    try:
        count, start, bits = (int(part) for part in item.LUTDescriptor)
        entries = item["LUTData"].value
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unreadable("its table of greys (LUT) is not complete") from None
    count = count or 2**16
    if start > 2**15 - 1 and values.min() < 0:
        start -= 2**16  # a negative number that was written without its sign
    if isinstance(entries, bytes):
        entries = np.frombuffer(entries, np.uint8 if len(entries) <= count + 1 else "<u2")
    entries = np.atleast_1d(np.asarray(entries, dtype=float))[:count]
    if entries.size < count or not 1 <= bits <= 16:
        raise Unreadable("its table of greys (LUT) is not complete")
    return entries, start, bits


def _looked_up(values: np.ndarray, entries: np.ndarray, start: int) -> np.ndarray:
    import numpy as np

    return entries[np.clip(np.asarray(values).astype(np.int64) - start, 0, entries.size - 1)]


def remarks(header: Dataset) -> list[str]:
    """What in the header could not be followed as it stands, each in a few words."""
    said, header = [], of_frame(header)
    centre, width = (header.get(k) not in (None, "") for k in ("WindowCenter", "WindowWidth"))
    stated = stated_window(header)
    if (centre or width) and stated is None:
        said.append("its window is not complete; shown over its range")
    elif stated is not None and stated[1] <= 0:
        said.append(f"its window has the width {stated[1]:g}; shown over its range")
    elif stated is not None and stated[1] < 1 and _curve(header) == "LINEAR":
        said.append("its window is narrower than 1; read as LINEAR_EXACT")
    slope, shift = (_first(header.get(k)) is not None for k in ("RescaleSlope", "RescaleIntercept"))
    if slope != shift:
        said.append("it has a rescale slope or intercept without the other; neither was used")
    if pixels.wasted(header):
        said.append(
            f"bits above its HighBit {header.get('HighBit')} are filled and not shown; it may have "
            f"more than {header.BitsStored} bits"
        )
    curve = str(header.get("VOILUTFunction") or "LINEAR").strip().upper()
    if curve not in CURVES:
        said.append("its VOILUTFunction is not known; shown as LINEAR")
    shape = str(header.get("PresentationLUTShape") or "").strip().upper()
    if pixels.photometric(header) == "MONOCHROME2" and shape == "INVERSE":
        said.append("MONOCHROME2 with an INVERSE presentation; shown as MONOCHROME2")
    return said
