"""Watching what a visit's processes hold together, where no single process is over its limit."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from readingroom.grading import control

if TYPE_CHECKING:
    from readingroom.grading.limits import Limits
    from readingroom.grading.room import Visit

POLL = 0.15  # seconds
CROWD = 4  # processes of one visit above which all of them get what the others leave


def _most(pid: int) -> int:
    """Bytes that a process may at most hold: cheap, and counts what it shares in full."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    wanted = ("RssAnon:", "RssShmem:", "VmPTE:", "VmSwap:")
    return sum(int(x.split()[1]) for x in lines if x.startswith(wanted)) * 1024


def _held(pid: int) -> int:
    """Bytes of one process that are its own: pages shared with the server count for a part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    held = sum(int(x.split()[1]) for x in lines if x.startswith(("Pss_Anon:", "Pss_Shmem:"))) * 1024
    return held + _tables(pid)


def _tables(pid: int) -> int:
    """Bytes of a process's page tables, which the kernel holds for it."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(x.split()[1]) for x in lines if x.startswith("VmPTE:")) * 1024


def _give_way(processes: list[int]) -> None:
    """Put every thread of a crowd behind all others; none can go back by itself.

    A process in a session of its own has a group of its own, whose share counts instead.
    """
    for pid in processes:
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/autogroup").write_text("19")
        with contextlib.suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), 19)


def below(pid: int) -> list[int]:
    """A process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        threads = Path(f"/proc/{one}/task")
        try:
            tasks = [int(task.name) for task in threads.iterdir()]
        except OSError:
            continue
        found.append(one)
        for task in tasks:
            with contextlib.suppress(OSError):
                waiting += map(int, (threads / f"{task}/children").read_text().split())
    return found


def _group(visit: Visit, limits: Limits) -> control.Group | None:
    """A control group with this visit in it, where one can be had."""
    place, pid = control.available(), visit.pid
    if place is None or pid is None:
        return None
    group = None
    try:
        group = control.Group(place, limits.memory, 2 * limits.processes)
        group.add(pid)
    except OSError:
        if group is not None:
            group.close()
        return None
    return group


class Watch(threading.Thread):
    """Ends a visit that holds more memory, or more processes, than its limits.

    The kernel counts in its stead where a control group can be had. Use as a context manager
    around the visit's work; `over` tells afterwards what happened.
    """

    def __init__(self, visit: Visit, limits: Limits) -> None:
        super().__init__(daemon=True)
        self._visit, self._limits, self._done = visit, limits, threading.Event()
        self._group = _group(visit, limits)
        self._over = ""

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()
        if self._group is not None:
            self._group.close()

    @property
    def over(self) -> str:
        """The limit that was passed, ``memory`` or ``processes``; an empty text if none."""
        full = self._group is not None and self._group.full
        return self._over or ("memory" if full else "")

    def run(self) -> None:
        """Look every now and then."""
        pid = self._visit.pid
        while pid is not None and not self._done.wait(POLL):
            processes = below(pid)
            if len(processes) > CROWD:
                _give_way(processes)
            self._over = self._passed(processes)
            if self._over:
                self._visit.kill()
                return

    def _passed(self, processes: list[int]) -> str:
        # the kernel counts processes too, but not for every user
        if len(processes) > 2 * self._limits.processes:
            return "processes"
        most = self._limits.memory
        if sum(map(_most, processes)) > most and sum(map(_held, processes)) > most:
            return "memory"
        return ""
