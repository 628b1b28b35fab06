"""Files written whole or not at all: whoever reads one sees the old or the new, never half.

Each is written beside its place under a name of its own that ends in ``.part``, and then takes its
place by renaming. Folders have the same in `readingroom.data.home.replacing`.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a path beside `target`; what was written there takes its place if all went well.

    Raises
    ------
    OSError
        The disk is full or may not be written to, or the folder is missing; `target` is as it was,
        and nothing is left over.
    """
    # a thread's number too: two of one process may write the same file
    draft = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def kept_from(target: Path, ending: str, *read: Path | None) -> str:
    """Why a result must not be written there, in a sentence; empty where it may.

    A result takes the place of an older result of its kind, never of what was read, and never of
    a file of another kind: that may be somebody's only copy.

    Parameters
    ----------
    target : Path
    ending : str
        Of the result, such as ``.json``.
    read : Path or None
        What the command reads.
    """
    if not target.exists():
        return ""
    if any(one is not None and one.exists() and target.samefile(one) for one in read):
        return f"{target} is what is read here; name another file for what is written."
    if target.is_file() and target.suffix.lower() not in (ending, ending.replace("html", "htm")):
        return (
            f"{target} is there already and no {ending} file; name another file, or move it away."
        )
    return ""


def free(path: Path) -> Path:
    """This name, or the first of NAME-2, NAME-3 and so on that nothing has: kept is kept.

    A number follows the last suffix where that is no file type, as in ``.before-2``.
    """
    stem, end = path.name, ""
    if path.suffix in (".json", ".ipynb", ".md"):
        stem, end = path.stem, path.suffix
    names = (f"{stem}{f'-{i}' if i > 1 else ''}{end}" for i in itertools.count(1))
    # a link that leads nowhere has its name too
    return next(p for p in map(path.with_name, names) if not os.path.lexists(p))


def put_aside(path: Path) -> Path:
    """Move a file to ``NAME.before.ENDING``, or the next free name of that kind; gives it."""
    return path.replace(free(path.with_name(f"{path.stem}.before{path.suffix}")))


def write_page(target: Path, text: str) -> None:
    """Write a page that its reader fills in: one that says something else is kept aside.

    The old page goes to ``NAME.before.md``, or ``NAME.before-2.md`` where that is taken.

    Raises
    ------
    OSError
        The file cannot be written; the old page is as it was, under one of the two names.
    """
    if target.is_file() and target.read_bytes() != text.encode("utf-8"):
        put_aside(target)
    write_text(target, text)


def write_bytes(target: Path, raw: bytes) -> None:
    """Write bytes, and see them on the disk before they take their place."""
    with replacing(target) as draft, draft.open("wb") as stream:  # closed, then renamed
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())


def sha256(path: Path) -> str:
    """Digest of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_text(target: Path, text: str) -> None:
    """Write UTF-8 text; its line ends stay as they are."""
    write_bytes(target, text.encode("utf-8"))


def write_json(target: Path, kept: Any) -> None:
    """Write JSON with sorted keys."""
    write_text(target, json.dumps(kept, indent=1, sort_keys=True) + "\n")


def write_npz(target: Path, arrays: Mapping[str, Any], packed: bool = True) -> None:
    """Write arrays, packed unless the time of packing matters more than the space."""
    import numpy as np

    with replacing(target) as draft, draft.open("wb") as stream:
        (np.savez_compressed if packed else np.savez)(stream, **arrays)
