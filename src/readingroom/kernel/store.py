"""`once`: the one place where the result of an expensive cell is kept.

A result is arrays and numbers, stored read-only under a key of the function's source, its inputs
and the versions that made it. Nothing else in the course is memoised.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import stat
import sys
import textwrap
import zipfile
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from readingroom import __version__, files, places

VERSIONED = ("numpy", "torch", "monai", "scikit-learn")


class StoreError(RuntimeError):
    """A result that cannot be kept."""


def folder() -> Path:
    """Where results are kept (``READINGROOM_STORE`` names another folder).

    ``READINGROOM_STORE_SHARED`` names one that is read first and never written: a class grader's.
    """
    named = os.environ.get("READINGROOM_STORE")
    return Path(named) if named else places.home() / "store"


def _kept(name: str) -> dict | None:
    """A stored result: of this machine, or of the run that a class shares."""
    shared = os.environ.get("READINGROOM_STORE_SHARED")
    for place in [Path(shared), folder()] if shared else [folder()]:
        found = _read(place / name)
        if found is not None:
            return found
    return None


def _feed(digest: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        digest.update(f"array {value.dtype.str} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).data)
    elif isinstance(value, Mapping):
        for name in sorted(value):
            digest.update(f"key {name}".encode())
            _feed(digest, value[name])
    elif isinstance(value, (tuple, list)):
        digest.update(f"list {len(value)}".encode())
        for item in value:
            _feed(digest, item)
    elif value is None or isinstance(value, (bool, int, float, str, np.generic)):
        digest.update(repr(value).encode())
    else:
        raise StoreError(f"once() takes arrays, numbers and texts, not {type(value).__name__}.")


def seed_of(name: str) -> int:
    """The random stream that belongs to a name, whatever ran before it."""
    return int.from_bytes(hashlib.sha256(f"readingroom {name}".encode()).digest()[:4], "big")


def _key(name: str, function: Callable, inputs: Mapping) -> str:
    digest = hashlib.sha256()
    source = textwrap.dedent(inspect.getsource(function))
    versions = [f"{package} {metadata.version(package)}" for package in VERSIONED]
    _feed(digest, [name, source, __version__, sys.version_info[:2], versions])
    _feed(digest, inputs)
    return digest.hexdigest()[:20]


def _read(path: Path) -> dict | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            out = {name: kept[name] for name in kept.files}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, zipfile.BadZipFile):
        return None  # cut short by a full disk or a crash: made again
    for name, value in out.items():
        value.flags.writeable = False
        out[name] = value if value.ndim else value.item()
    return out


def _write(path: Path, result: Mapping) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.replacing(path) as draft:
        with draft.open("wb") as stream:
            np.savez(stream, **result)
        draft.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)


def once(name: str, function: Callable[..., Mapping], /, **inputs: Any) -> dict:
    """Run an expensive function once; give the stored result from then on.

    Parameters
    ----------
    name : str
        Name of the result; its random stream follows from it.
    function : callable
        ``function(seed, **inputs)`` returns a dict of arrays and numbers. It is given its own
        integer `seed`, so that the order in which cells run changes nothing.
    **inputs : arrays, numbers, texts, or dicts and lists of these
        Everything the result depends on.

    Returns
    -------
    dict
        Name to read-only array or number. ``stored`` is True where nothing was computed.

    Raises
    ------
    StoreError
        An input or a result is not of these kinds.
    """
    path = folder() / f"{name}-{_key(name, function, inputs)}.npz"
    kept = _kept(path.name)
    if kept is not None:
        return {**kept, "stored": True}
    result = dict(function(seed_of(name), **inputs))
    for item, value in result.items():
        value = np.asarray(value)
        if value.dtype.kind not in "biufU":
            raise StoreError(f"once() keeps arrays and numbers; {item!r} is {value.dtype}.")
        result[item] = value
    try:
        _write(path, result)
    except OSError as error:
        print(f"(This result could not be kept, {error.strerror}; it will be computed again.)")
    out = {item: value if value.ndim else value.item() for item, value in result.items()}
    for value in out.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return {**out, "stored": False}
