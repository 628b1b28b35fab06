"""``rr.deid``: find what identifies, remove it, keep what research needs, and audit the result.

The profile of DICOM PS3.15 Annex E is applied by a kept library (`profile`); pseudonyms, shifted
dates and consistent UIDs are the course's own, and so is the audit.
"""

from readingroom.dicom.archive import exports, four_films, planted, stick
from readingroom.dicom.audit import audit
from readingroom.dicom.comparison import (
    in_bytes,
    left,
    left_by,
    losses,
    methods,
    removed,
    sensitivity,
)
from readingroom.dicom.crowd import alone, exam_list
from readingroom.dicom.keeping import earlier, keep, mask, new_uid, pseudonym, save
from readingroom.dicom.profile import profile, recipe

__all__ = [
    "alone",
    "audit",
    "earlier",
    "exam_list",
    "exports",
    "four_films",
    "in_bytes",
    "keep",
    "left",
    "left_by",
    "losses",
    "mask",
    "methods",
    "new_uid",
    "planted",
    "profile",
    "pseudonym",
    "recipe",
    "removed",
    "save",
    "sensitivity",
    "stick",
]
