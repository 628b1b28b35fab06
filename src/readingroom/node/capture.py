"""The film with heat, score and warning burned in, for viewers that show no report of others.

Secondary Capture Image after PS3.3 A.8.1; written with highdicom.
"""

from __future__ import annotations

from typing import Any

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset

from readingroom.data import greys
from readingroom.node import model as models, region
from readingroom.reader import Reading
from readingroom.show import marks

LONGEST = 768  # pixels of the longer side; smaller films are enlarged by whole steps up to it
LINE = 0.042  # height of a line of text, of the picture's width
BANNER = "NOT FOR CLINICAL USE"
RED, PALE, DARK = (165, 15, 21), (255, 255, 255), (20, 20, 20)


def picture(film: Dataset, found: Reading) -> np.ndarray:
    """What a radiologist sees: banner, film with heat and outline, score with its spread.

    Parameters
    ----------
    film : Dataset
    found : Reading

    Returns
    -------
    ndarray, (H, W, 3) uint8
        Above the film a red banner, below it two lines; no name of a patient.
    """
    grey = _sized(greys.picture(film))
    wide = grey.shape[1]
    tall = max(14, round(LINE * wide))
    coloured = _with_heat(film, found, grey)
    low, high = found.spread
    used = models.model(found.networks)
    spread = f" ({low:.2f} to {high:.2f})" if len(found.scores) > 1 else " (one network)"
    below = (
        f"Score for {used.finding} {found.score:.2f}{spread}. A rank, no probability.",
        f"{used.name} {used.version}. {marks.WARNING}",
    )
    head = _lines((f"{BANNER} · TEACHING",), wide, round(1.5 * tall), RED)
    return np.concatenate([head, coloured, _lines(below, wide, tall, DARK)])


def _sized(grey: np.ndarray) -> np.ndarray:
    """A film (H, W) uint8 whose longer side is near `LONGEST`."""
    from PIL import Image

    tall, wide = grey.shape
    if max(tall, wide) > LONGEST:
        scale = LONGEST / max(tall, wide)
    else:
        scale = max(1, LONGEST // max(tall, wide))
    size = (max(1, round(wide * scale)), max(1, round(tall * scale)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC))


def _with_heat(film: Dataset, found: Reading, grey: np.ndarray) -> np.ndarray:
    """The film in colour (H, W, 3) with its heat and the outline of the region."""
    from matplotlib import colormaps
    from PIL import Image
    from scipy import ndimage

    rgb = np.repeat(grey[..., None], 3, axis=2).astype(np.float32)
    placed = region.heat_on(film, found.heat)
    most = placed.max()
    if most <= 0:
        return rgb.astype(np.uint8)
    small = Image.fromarray((placed / most).astype(np.float32))
    share = np.asarray(small.resize(grey.shape[::-1], Image.Resampling.BILINEAR))  # (H, W)
    share = np.clip(share, 0, 1)
    veil = marks.veil(share)[..., None]
    rgb = (1 - veil) * rgb + veil * 255 * colormaps[marks.HEAT](share)[..., :3]
    inside = share >= region.SHARE
    wide = max(1, round(max(grey.shape) / 350))
    edge = inside & ~ndimage.binary_erosion(inside, iterations=wide)
    seam = ndimage.binary_dilation(edge, iterations=wide) & ~edge
    rgb[seam] *= 0.4  # a dark seam: the line must be seen on heat and on bone
    rgb[edge] = tuple(int(marks.OUTLINE[i : i + 2], 16) for i in (1, 3, 5))
    return np.clip(rgb, 0, 255).astype(np.uint8)


def _lines(said: tuple[str, ...], wide: int, tall: int, ground: tuple[int, int, int]) -> np.ndarray:
    """Lines of text, each made to fit the width, on a plain ground: (H, wide, 3) uint8."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (wide, len(said) * tall + tall // 3), ground)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(said):
        size = 0.72 * tall
        while size > 6 and draw.textlength(line, ImageFont.load_default(size)) > 0.96 * wide:
            size -= 0.5
        middle = (wide / 2, (number + 0.5) * tall + tall / 6)
        draw.text(middle, line, PALE, ImageFont.load_default(size), anchor="mm")
    return np.asarray(image)


def captured(film: Dataset, found: Reading, common: dict[str, Any]) -> Dataset:
    """The picture as a Secondary Capture of the same study.

    Parameters
    ----------
    film : Dataset
    found : Reading
    common : dict
        Numbers, dates and device of this result, as the classes of highdicom take them.

    Returns
    -------
    Dataset
        ``BurnedInAnnotation`` is NO: the attribute means text by which the patient can be told
        (PS3.3 C.7.6.1), and none is burned in.
    """
    orientation = film.get("PatientOrientation")
    made = hd.sc.SCImage.from_ref_dataset(
        film,
        pixel_array=picture(film, found),
        photometric_interpretation=hd.PhotometricInterpretationValues.RGB,
        bits_allocated=8,
        coordinate_system=hd.CoordinateSystemNames.PATIENT,
        patient_orientation=tuple(orientation) if orientation else ("L", "F"),
        **{k: v for k, v in common.items() if k not in ("content_date", "content_time")},
    )
    made.ContentDate, made.ContentTime = common["content_date"], common["content_time"]
    made.ConversionType = "WSD"
    made.BurnedInAnnotation, made.RecognizableVisualFeatures = "NO", "NO"
    made.ImageComments = models.TEACHING.meaning
    made.DerivationDescription = "Film with heat map, outline, score and warning burned in"
    made.SourceImageSequence = [_reference(film)]
    return made


def _reference(film: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = film.SOPClassUID
    item.ReferencedSOPInstanceUID = film.SOPInstanceUID
    return item
