"""A control group of Linux (cgroup v2) for each visit: memory that includes the kernel's own.

A limit on a process counts neither page tables nor buffers that the kernel holds for it; a control
group does. It can be had where this program's own group was handed to its user ("delegated"), as
``systemd-run --user --scope -p Delegate=yes`` does. Elsewhere `Watch` looks from outside.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from functools import cache
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
NEEDED = {"memory", "pids"}
OWN = "readingroom-grader"
MISSING = (
    "No control group of Linux can be had here, so memory that the kernel itself holds for a "
    "notebook is watched from outside every 0.15 s instead of walled. To have one, start the "
    "grader with: systemd-run --user --scope -p Delegate=yes readingroom grade ..."
)
_numbers = itertools.count()


def _words(path: Path) -> set[str]:
    try:
        return set(path.read_text("ascii").split())
    except OSError:
        return set()


def _own(root: Path) -> Path | None:
    """The folder of this process's group; the line of version 2 begins with ``0::``."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None
    place = next((line[3:] for line in lines if line.startswith("0::")), None)
    return None if place is None else root / place.lstrip("/")


def parent(root: Path = ROOT, own: Path | None = None) -> Path | None:
    """The group in which groups for visits can be made; None where there is none.

    Parameters
    ----------
    root : Path
        Where version 2 is mounted.
    own : Path, optional
        The folder of this process's own group; the kernel's word for it by default.
    """
    place = own or _own(root)
    if place is None or not place.is_dir() or not _words(place / "cgroup.controllers") >= NEEDED:
        return None
    if not os.access(place, os.W_OK) or not os.access(place / "cgroup.procs", os.W_OK):
        return None
    if _words(place / "cgroup.subtree_control") >= NEEDED:
        return place
    # a group with a process of its own may give nothing on: it moves one down first
    if _words(place / "cgroup.procs") - {str(os.getpid())}:
        return None  # others live here, and are not ours to move
    inner = place / OWN
    try:
        inner.mkdir(exist_ok=True)
        (inner / "cgroup.procs").write_text(str(os.getpid()))
        (place / "cgroup.subtree_control").write_text("+memory +pids")
    except OSError:
        return None
    return place


@cache
def available() -> Path | None:
    """`parent`, looked for once."""
    return parent()


class Group:
    """One visit's group; at its end every process in it is gone, and the group too.

    Parameters
    ----------
    place : Path
        What `parent` found.
    memory : int
        Bytes, the kernel's own for these processes included.
    processes : int
        Processes and threads.

    Raises
    ------
    OSError
        It cannot be made.
    """

    def __init__(self, place: Path, memory: int, processes: int) -> None:
        self.folder = place / f"readingroom-visit-{os.getpid()}-{next(_numbers)}"
        self.folder.mkdir()
        for name, value in (("memory.max", memory), ("memory.swap.max", 0),
                            ("memory.oom.group", 1), ("pids.max", processes)):  # fmt: skip
            with contextlib.suppress(FileNotFoundError):  # no swap: nothing to forbid
                (self.folder / name).write_text(str(value))

    def add(self, pid: int) -> None:
        """Move a process in; what it starts is born there."""
        (self.folder / "cgroup.procs").write_text(str(pid))

    @property
    def full(self) -> bool:
        """Whether the kernel has ended it for its memory."""
        for line in self._events():
            name, _, count = line.partition(" ")
            if name in ("oom_kill", "oom_group_kill") and count.strip() != "0":
                return True
        return False

    def _events(self) -> list[str]:
        try:
            return (self.folder / "memory.events").read_text().splitlines()
        except OSError:
            return []

    def close(self) -> None:
        """End what is left in it and remove it."""
        with contextlib.suppress(OSError):
            (self.folder / "cgroup.kill").write_text("1")
        for _ in range(50):  # the kernel buries the last process a moment later
            try:
                self.folder.rmdir()
                return
            except OSError:
                time.sleep(0.02)
