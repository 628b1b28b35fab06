"""Where the networks looked, on the grid of the film that was sent, as a DICOM Segmentation.

Segmentation Storage after PS3.3 A.51; written with highdicom (Herrmann et al. 2022).
"""

from __future__ import annotations

from typing import Any

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from readingroom.explain import pointing_game
from readingroom.node import model as models, uids
from readingroom.reader import Reading

SHARE = 0.5
"""Part of the map's maximum above which a pixel belongs to the region."""


def heat_on(film: Dataset, heat: np.ndarray) -> np.ndarray:
    """A heat map on the pixels of the film that was sent.

    Parameters
    ----------
    film : Dataset
        Its rows and columns are what counts.
    heat : ndarray, (h, w)
        On the networks' own grid, over the central square of the film.

    Returns
    -------
    ndarray, (H, W) float64
        0 outside the central square, which the networks never saw.
    """
    rows, columns = int(film.Rows), int(film.Columns)
    edge = min(rows, columns)
    top, left = (rows - edge) // 2, (columns - edge) // 2
    out = np.zeros((rows, columns))
    out[top : top + edge, left : left + edge] = pointing_game.smooth(heat, edge)
    return out


def hot(film: Dataset, heat: np.ndarray) -> np.ndarray:
    """The region of a heat map above `SHARE` of its maximum, (H, W) bool; empty without heat."""
    placed = heat_on(film, heat)
    most = placed.max()
    return placed >= SHARE * most if most > 0 else np.zeros(placed.shape, bool)


def segmentation(film: Dataset, found: Reading, common: dict[str, Any]) -> Dataset | None:
    """The hot region as a binary Segmentation of one segment.

    Parameters
    ----------
    film : Dataset
    found : Reading
    common : dict
        Numbers, dates and device of this result, as the classes of highdicom take them.

    Returns
    -------
    Dataset or None
        None where nothing spoke for a high score: an empty segment is no result.
    """
    mask = hot(film, found.heat)
    if not mask.any():
        return None
    used = models.model(found.networks)
    algorithm = hd.AlgorithmIdentificationSequence(
        name=used.name, family=codes.cid7162.ArtificialIntelligence, version=used.version,
        source=models.MAKER,
    )  # fmt: skip
    segment = hd.seg.SegmentDescription(
        segment_number=1,
        segment_label=f"Heat for {used.finding}"[:64],
        segmented_property_category=codes.SCT.SpatialAndRelationalConcept,
        segmented_property_type=models.HEAT,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=algorithm,
        tracking_uid=uids.derived("segment", common["sop_instance_uid"]),
        tracking_id=f"Heat of {used.name}",
    )
    return hd.seg.Segmentation(
        source_images=[film],
        pixel_array=mask,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[segment],
        content_label="HEAT",
        content_description=models.TEACHING.meaning,
        **common,
    )
