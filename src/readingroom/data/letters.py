"""Letters in every picture that a DICOM file holds: frames, colours, overlays, icons.

One place for the audit of a file and for a learner's own folder; what cannot be looked at is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readingroom.data import greys, pixels, privacy
from readingroom.data.errors import Unreadable
from readingroom.data.identity import Item, whole

if TYPE_CHECKING:
    import numpy as np
    from pydicom.dataset import Dataset

MOST_FRAMES = 100  # that are looked at; a longer film is said to be looked at in part
# Pictures and documents that letters can stand in and nobody here reads.
CLOSED = re.compile(
    r"^(EncapsulatedDocument|AudioSampleData|CurveData|SpectroscopyData|PixelDataProviderURL)$"
)
Box = tuple[int, int, int, int]


def in_pixels(data: Dataset) -> tuple[list[Item], list[str]]:
    """Lines of letters that seem to be burned into the pictures of a file.

    Every frame, every channel of a colour, every overlay and every icon is looked at.

    Returns
    -------
    found : list of Item
        A suspicion each: look at them. The same place in several frames is one.
    unseen : list of str
        What could not be looked at and why; an empty list where everything was.
    """
    found: list[Item] = []
    unseen: list[str] = []
    for name, holder in holders(data):
        boxes: list[Box] = []
        try:
            for sight in _sights(holder, unseen, name):
                _look(sight, boxes)
        except Unreadable as problem:
            unseen.append(f"{name}: {problem}")
        except Exception as problem:  # an odd picture must not cost what the header told
            unseen.append(f"{name}: cannot be shown ({type(problem).__name__})")
        found += [_item(name, box) for box in boxes]
    for plane_name, plane in pixels.overlays(data):
        boxes = []
        if plane is None:
            unseen.append(f"{plane_name}: cut short or damaged")
            continue
        for sight in plane if plane.ndim == 3 else [plane]:
            _sized(sight, plane_name, unseen)
            _look(sight * 255, boxes)
        found += [_item(plane_name, box) for box in boxes]
    for element in whole(data):
        curve = element.tag.group & 0xFF01 == 0x5000 and element.value
        if CLOSED.match(element.keyword) or curve:
            unseen.append(f"{element.keyword or 'curve'}: no picture that can be searched")
    return found, list(dict.fromkeys(unseen))


def holders(data: Dataset, name: str = "picture") -> Iterator[tuple[str, Dataset]]:
    """The file itself and every item of a sequence that holds pixels of its own."""
    from pydicom.dataset import Dataset

    if pixels.has_picture(data):
        yield name, data
    for element in data:
        if element.VR == "SQ":
            for item in element.value:
                inner = Dataset(item)
                if hasattr(data, "file_meta"):
                    inner.file_meta = data.file_meta
                yield from holders(inner, element.keyword or "private sequence")


def _sights(data: Dataset, unseen: list[str], name: str) -> Iterator[np.ndarray]:
    """The pictures to look at, each uint8 (H, W): every frame, and each colour by itself."""
    import numpy as np

    values, count = pixels.stored(data), pixels.frames(data)
    if count > MOST_FRAMES:
        unseen.append(f"{name}: frames {MOST_FRAMES + 1} to {count}")
    for frame in range(min(count, MOST_FRAMES)):
        one = values[frame] if count > 1 else values
        _sized(one, name, unseen)
        yield greys.picture(data, values=one)
        if pixels.photometric(data) in pixels.GREYS:
            yield whole_range(one)  # letters that the window or the padding hides are there as well
        else:
            colours = np.round(greys.coloured(data, one)).clip(0, 255).astype(np.uint8)
            yield from (colours[..., channel] for channel in range(3))


def whole_range(values: np.ndarray) -> np.ndarray:
    """Stored numbers over their whole range, uint8."""
    import numpy as np

    numbers = np.nan_to_num(values.astype(np.float32))
    low, high = numbers.min(), numbers.max()
    return np.round((numbers - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)


def _sized(sight: np.ndarray, name: str, unseen: list[str]) -> None:
    """Say where a picture is too small to tell letters in it."""
    if min(sight.shape[:2]) < privacy.SMALLEST:
        unseen.append(f"{name}: below {privacy.SMALLEST} pixels letters cannot be told")


def _look(sight: np.ndarray, boxes: list[Box]) -> None:
    """Add the lines of letters of one picture that stand where none was seen before."""
    for box in privacy.letters(sight):
        if not any(_overlap(box, other) for other in boxes):
            boxes.append(box)


def _overlap(one: Box, other: Box) -> bool:
    rows = min(one[1], other[1]) - max(one[0], other[0])
    columns = min(one[3], other[3]) - max(one[2], other[2])
    return rows > 0 and columns > 0


def _item(name: str, box: Box) -> Item:
    row0, row1, col0, col1 = box
    where = f"rows {row0} to {row1}, columns {col0} to {col1}"
    if name != "picture":
        where = f"{name}, {where}"
    return Item("pixels", "burned-in text", "", where, "text", box)
