"""Watching what a visit's processes hold in memory, where no single process is over its limit."""

from __future__ import annotations

import threading
from pathlib import Path

POLL = 0.15  # seconds


def _held(pid: int) -> int:
    """Bytes of one process that are its own: pages shared with the server count for a part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(x.split()[1]) for x in lines if x.startswith(("Pss_Anon:", "Pss_Shmem:"))) * 1024


def held(pid: int) -> int:
    """Bytes that a process and all below it hold."""
    import psutil

    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return 0
    return sum(_held(process) for process in [pid, *(p.pid for p in below)])


class Watch(threading.Thread):
    """Ends a visit that holds more than its limit.

    Use as a context manager around the visit's work; `over` tells afterwards what happened.
    """

    def __init__(self, visit, limit: int) -> None:
        super().__init__(daemon=True)
        self._visit, self._limit, self._done = visit, limit, threading.Event()
        self.over = False

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        """Look every now and then."""
        pid = self._visit.pid
        while pid is not None and not self._done.wait(POLL):
            if held(pid) > self._limit:
                self.over = True
                self._visit.kill()
                return
