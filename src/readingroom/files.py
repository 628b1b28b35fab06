"""Files written whole or not at all: whoever reads one sees the old or the new, never half.

Each is written beside its place under a name of its own that ends in ``.part``, and then takes its
place by renaming. Folders have the same in `readingroom.data.home.replacing`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# what the course writes, so that a number goes before such an ending
KINDS = (".csv", ".htm", ".html", ".ipynb", ".json", ".md", ".npz", ".pdf", ".png", ".zip")


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

    A result takes the place of an older file of its kind, which `give` keeps aside; never of what
    was read, and never of a file of another kind: that may be somebody's only copy.

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
    if path.suffix in KINDS:
        stem, end = path.stem, path.suffix
    names = (f"{stem}{f'-{i}' if i > 1 else ''}{end}" for i in itertools.count(1))
    # a link that leads nowhere has its name too
    return next(p for p in map(path.with_name, names) if not os.path.lexists(p))


def put_aside(path: Path) -> Path:
    """Move a file to ``NAME.before.ENDING``, or the next free name of that kind; gives it."""
    return path.replace(free(path.with_name(f"{path.stem}.before{path.suffix}")))


def give(target: Path, made: str | bytes) -> str:
    """As `lay`; returns a sentence that says where the older file is, or an empty text."""
    return kept_as(target, lay(target, made))


def kept_as(target: Path, aside: Path | None) -> str:
    """The sentence that says where the older file is; empty where none had to be kept."""
    return f"What lay at {target} is kept as {aside.name}." if aside else ""


def lay(target: Path, made: str | bytes) -> Path | None:
    """Write a result where a person asked for it; what lay there and says something else is kept.

    It may be theirs: filled in, corrected, or of the same name by chance. It goes to
    ``NAME.before.ENDING``, or ``NAME.before-2.ENDING`` where that is taken.

    Parameters
    ----------
    target : Path
    made : str or bytes
        The whole file; text is written as UTF-8 with its line ends as they are.

    Returns
    -------
    Path or None
        Where the older file is, if one had to be kept.

    Raises
    ------
    OSError
        The file cannot be written; the old one is as it was, under one of the two names.
    """
    raw = made.encode("utf-8") if isinstance(made, str) else made
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if target.exists() and not target.is_file():  # such as /dev/stdout
        target.write_bytes(raw)
        return None
    place = target.resolve()  # a link stays one
    # an empty file is nobody's work
    empty = not place.is_file() or place.stat().st_size == 0
    if not empty and place.read_bytes() == raw:
        return None
    with replacing(place) as draft:
        _whole(draft, raw)
        aside = None if empty else put_aside(place)
    return aside


def _whole(draft: Path, raw: bytes) -> None:
    with draft.open("wb") as stream:  # closed, then renamed
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())


def write_bytes(target: Path, raw: bytes) -> None:
    """Write bytes, and see them on the disk before they take their place."""
    with replacing(target) as draft:
        _whole(draft, raw)


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
