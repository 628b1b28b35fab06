"""Random streams: one for each part, so that changing one part leaves all others alone."""

from __future__ import annotations

from zlib import crc32

import numpy as np

__all__ = ["stream"]


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator that belongs to one part of one patient, exam or finding.

    Parameters
    ----------
    seed : int
        Seed of the patient, exam or finding, 0 or more.
    part : str
        Name of the part; its checksum enters the seed, so the order of drawing never matters.
    """
    return np.random.Generator(np.random.PCG64((seed << 32) | crc32(part.encode())))
