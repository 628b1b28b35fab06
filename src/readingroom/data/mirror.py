"""A local copy of the data: a folder that ``READINGROOM_MIRROR`` names, with its own hashes."""

from __future__ import annotations

import hashlib
import os
from functools import cache as once
from pathlib import Path

from readingroom.data.errors import Damaged, DataError
from readingroom.data.registry import RemoteFile


def mirror() -> Path | None:
    """Return the mirror's folder, or None where no mirror is named.

    Raises
    ------
    DataError
        If the folder that ``READINGROOM_MIRROR`` names is not there.
    """
    named = os.environ.get("READINGROOM_MIRROR", "").strip()
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise DataError(
            f"READINGROOM_MIRROR names {folder}, which is not a folder; plug it in, correct the "
            "path, or unset READINGROOM_MIRROR."
        )
    return folder


def digests(path: Path) -> dict[str, str]:
    """Return the md5 and sha256 (hex) of a file in one pass over its bytes."""
    sums = {"md5": hashlib.md5(usedforsecurity=False), "sha256": hashlib.sha256()}
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            for running in sums.values():
                running.update(block)
    return {name: running.hexdigest() for name, running in sums.items()}


def stated(folder: Path) -> dict[str, str]:
    """Return the hashes a mirror states of itself: path with ``/`` to sha256 (hex).

    Raises
    ------
    DataError
        If its ``SHA256SUMS`` is missing or not a list of hashes.
    """
    path = folder / "SHA256SUMS"
    try:
        return _stated(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise DataError(
            f"The mirror {folder} has no SHA256SUMS, so nothing in it can be trusted; ask whoever "
            "made it for that file, or unset READINGROOM_MIRROR."
        ) from None


@once
def _stated(path: Path, _changed: int) -> dict[str, str]:
    hashes = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, name = line.strip().partition(" ")
        if not name:
            continue
        if len(digest) != 64:
            raise DataError(f"{path} is not a list of sha256 hashes; ask for the mirror again.")
        hashes[name.strip().lstrip("*").removeprefix("./")] = digest.lower()
    return hashes


def check(folder: Path, file: RemoteFile) -> bool:
    """Verify a mirror's file and say whether it was rebuilt.

    Returns
    -------
    bool
        True where the bytes are not the origin's ("rebuilt"), False where they are.

    Raises
    ------
    Damaged
        If the file is neither the origin's nor what the mirror states.
    """
    algorithm, _, expected = file.hash.partition(":")
    found = digests(folder / file.in_mirror)
    if found.get(algorithm) == expected:
        return False
    promised = stated(folder).get(file.in_mirror)
    if promised == found["sha256"]:
        return True
    reason = "is not listed in its SHA256SUMS" if promised is None else "fails its stated hash"
    raise Damaged(
        f"The mirror's file {folder / file.in_mirror} {reason}; copy the mirror again, or unset "
        "READINGROOM_MIRROR."
    )
