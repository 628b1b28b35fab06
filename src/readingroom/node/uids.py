"""Numbers that follow from what they name, so that a repeat keeps its number."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from pydicom.uid import UID


def derived(*parts: Any) -> UID:
    """A UID that follows from its parts and from nothing else.

    Parameters
    ----------
    *parts
        Texts, numbers, bytes, or tuples of them. Equal parts give equal UIDs.

    Returns
    -------
    UID
        Under the root for numbers that need no registration, 2.25 (PS3.5 B.2): 120 bits of a
        sha256, so two different things share one as good as never.
    """
    running = sha256()
    for part in parts:
        raw = part if isinstance(part, bytes) else repr(part).encode()
        running.update(len(raw).to_bytes(8, "big") + raw)
    return UID(f"2.25.{int.from_bytes(running.digest()[:15], 'big')}")
