"""``rr.deid``: find what identifies, remove it, keep what research needs, and audit the result.

The profile of DICOM PS3.15 Annex E is applied by a kept library (`profile`); pseudonyms, shifted
dates and consistent UIDs are the course's own, and so is the audit.
"""

from readingroom.dicom.audit import audit
from readingroom.dicom.keeping import earlier, keep, mask, new_uid, pseudonym, save
from readingroom.dicom.profile import profile, recipe

__all__ = [
    "audit",
    "earlier",
    "keep",
    "mask",
    "new_uid",
    "profile",
    "pseudonym",
    "recipe",
    "save",
]
