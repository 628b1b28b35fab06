"""The three examinations of lesson 13, real where they can be had, each of one patient."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from readingroom import dicom
from readingroom.data import fetch, nifti
from readingroom.data.origin import of_course
from readingroom.data.registry import listing
from readingroom.data.volumes import Volume
from readingroom.lessons.l13 import phantoms

ECHOES = (6.312, 50.496)  # ms
HEAD_NOTE = (
    "Slices of 4 mm below and of 7 mm above; the gantry is tilted. The low-density area on the "
    "patient's left is real, and nobody has labelled it."
)


def real(mode: str) -> bool:
    """Whether a mode takes the real examinations."""
    return of_course(mode) == "real"


@cache
def knee(mode: str) -> tuple[Volume, Volume]:
    """One knee at two echo times, sagittal."""
    if not real(mode):
        return phantoms.knee(0), phantoms.knee(1)
    early, late = (dicom.examination("knee-mr", {"EchoTime": ms}) for ms in ECHOES)
    return early, late


@cache
def head(mode: str) -> Volume:
    """One head CT, HU, with places and thicknesses of its slices."""
    if not real(mode):
        return phantoms.head()
    return replace(dicom.examination("head-ct", uneven=True), notes=(HEAD_NOTE,))


@cache
def vessels(mode: str) -> Volume:
    """Vessels of one head, greys of 0 to 255."""
    if not real(mode):
        return phantoms.vessels()
    source = listing()
    entry = source["head-cta-avm"]
    at = fetch.obtain(source.files(entry), entry.title)[0]
    found = nifti.volume(at.path, films=f"REAL CT: {entry.title}, {entry.origin}")
    scaled = np.asarray(found.values, np.float32)
    return replace(found, values=scaled * (255 / float(scaled.max())))
