"""The same film uncompressed, compressed without loss, and compressed with loss (JPEG 2000).

pydicom decodes JPEG 2000 with Pillow, whose licence is permissive; nothing else is needed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np

from readingroom.data import choice
from readingroom.data.samples import sample
from readingroom.dicom.reading import read
from readingroom.dicom.standin import stand_in

LOSSY_RATIO = 8  # of the stand-in; the real film's lossy twin is about one in ten


@dataclass(frozen=True)
class Twin:
    """One way of keeping a film.

    Attributes
    ----------
    name : str
        ``not compressed``, ``without loss`` or ``with loss``.
    bytes : int
        Size of the file, or of its pixels for the simulated film.
    values : ndarray, (H, W)
        Stored numbers after decoding.
    """

    name: str
    bytes: int
    values: np.ndarray


def twins(mode: str | None = None) -> list[Twin]:
    """The chest film three times: not compressed, without loss, with loss.

    Parameters
    ----------
    mode : "real", "simulated" or None
        None means what the kernel works with.
    """
    if (mode or choice.mode()) == "simulated":
        return _drawn()
    names = {"chest-cr": "not compressed", "chest-cr-lossless": "without loss",
             "chest-cr-lossy": "with loss"}  # fmt: skip
    return [
        Twin(name, sample(which).stat().st_size, read(sample(which)).pixel_array)
        for which, name in names.items()
    ]


def _drawn() -> list[Twin]:
    values = stand_in().pixel_array
    without, with_loss = (_jpeg2000(values, **how) for how in ({}, {"ratio": LOSSY_RATIO}))
    return [
        Twin("not compressed", values.nbytes, values),
        Twin("without loss", *without),
        Twin("with loss", *with_loss),
    ]


def _jpeg2000(values: np.ndarray, ratio: int | None = None) -> tuple[int, np.ndarray]:
    from PIL import Image

    how = {"irreversible": True, "quality_mode": "rates", "quality_layers": [ratio]}
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "JPEG2000", **(how if ratio else {}))
    with Image.open(io.BytesIO(stream.getvalue())) as again:
        return len(stream.getvalue()), np.asarray(again).astype(values.dtype)
