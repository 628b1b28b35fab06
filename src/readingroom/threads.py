"""How many threads a network may use here, and that they sleep while they wait for each other.

Torch's threads spin while they wait. On a machine whose cores are shared (a hub, Binder, a busy
laptop) a spinning thread takes the core that the other one waits for: one step of lesson 03's
training took 845 ms beside two busy processes with spinning threads and 199 ms with sleeping ones;
alone 113 and 141 ms (2 cores, 64 films of 64 px).
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")  # cgroup v2: "quota period" in microseconds, or "max period"
# read once by the OpenMP library of GNU and of Intel, when torch loads it
SLEEP = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0"}


def usable() -> int:
    """Processors that this process may really use: its affinity and its container's quota."""
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    with contextlib.suppress(OSError, ValueError):
        quota, period = QUOTA.read_text("utf-8").split()
        cores = min(cores, max(1, math.ceil(int(quota) / int(period))))  # "max" is no number
    return cores


def choose() -> bool:
    """Set the threads of this process, once, before torch is loaded; what is set already stays.

    Returns
    -------
    bool
        False where torch is loaded already, so that nothing can be chosen any more.
    """
    if "torch" in sys.modules:
        return False
    for name, value in {**SLEEP, "OMP_NUM_THREADS": str(usable())}.items():
        os.environ.setdefault(name, value)
    return True
