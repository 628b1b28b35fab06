"""The folder on this machine where fetched, drawn and added films are kept."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from readingroom import places
from readingroom.data.errors import DataError


def home() -> Path:
    """Return the folder the course keeps its data in; it is not created here.

    ``READINGROOM_HOME`` names it; without that it is the user's data folder of the
    operating system.
    """
    return places.home()


def cache() -> Path:
    """Return the folder of verified files from the origins."""
    return home() / "data"


def partial() -> Path:
    """Return the folder of unfinished downloads; no loader ever reads from it."""
    return home() / "data" / ".partial"


def make(folder: Path) -> Path:
    """Create a folder with its parents.

    Raises
    ------
    DataError
        If the disk or its permissions refuse.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DataError(
            f"Cannot create the folder {folder} ({problem.strerror}); set READINGROOM_HOME to a "
            "folder you may write to."
        ) from problem
    return folder


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a new folder that takes the place of `target` only if all went well.

    Whoever reads `target` sees the old folder or the new one, never half of either.
    """
    make(target.parent)
    draft = target.parent / f".{target.name}-{os.getpid()}-{time.monotonic_ns()}"
    draft.mkdir()
    try:
        yield draft
        if target.exists():
            old = draft.with_name(draft.name + "-old")
            target.rename(old)
            draft.rename(target)
            shutil.rmtree(old, ignore_errors=True)
        else:
            draft.rename(target)
    except OSError as problem:
        if target.is_dir() and not isinstance(problem, PermissionError):
            # Another process was quicker: its folder holds the same thing.
            import errno

            if problem.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return
        raise disk_fault(problem, target.parent) from problem
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def disk_fault(problem: OSError, folder: Path) -> DataError:
    """Turn a failed write into one sentence that says what to do."""
    import errno

    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return DataError(
            f"The disk is full: nothing more fits into {folder}; free some space, or set "
            "READINGROOM_HOME to a folder on a larger disk, and try again."
        )
    return DataError(
        f"Cannot write to {folder} ({problem.strerror or problem}); set READINGROOM_HOME to a "
        "folder you may write to."
    )


@contextlib.contextmanager
def turn(name: str, seconds: float = 3600.0) -> Iterator[None]:
    """Let one process at a time work on `name`; the others wait for their turn.

    The lock belongs to the open file, so a process that dies gives it back.

    Raises
    ------
    DataError
        If another process holds the turn for longer than `seconds`.
    """
    path = make(partial()) / f"{name}.lock"
    lock = FileLock(path, timeout=seconds, poll_interval=0.1)
    try:
        lock.acquire()
    except Timeout as problem:
        raise DataError(
            f"Another Reading Room process has been busy with {name} for too long; close it and "
            "try again."
        ) from problem
    except OSError as problem:
        raise disk_fault(problem, path.parent) from problem
    try:
        yield
    finally:
        # gone while it is still held: whoever waits for it sees that and queues at the new one
        with contextlib.suppress(OSError):
            path.unlink()
        lock.release()
