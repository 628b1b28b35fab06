"""The same average by Flower: a server and three clients, each a process, on 127.0.0.1.

Nothing leaves this machine, nothing outlives the call, and nothing here needs POSIX: the processes
are started by `subprocess` and end when they are told to, when their time is up, or when the end
of their standard input says that this process is gone. Tested on Linux only.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import numpy as np

ROUNDS = 2
PATIENCE = 60.0  # seconds for everything; a slow machine needs about twenty
GRACE = 5.0  # seconds for a process to end when told to
HOSPITAL = "readingroom.lessons.l09.hospital"


class FlowerMissing(RuntimeError):
    """Flower cannot run here; the message says why, in one sentence."""


@dataclass(frozen=True)
class FlowerRun:
    """What went over the wire.

    Attributes
    ----------
    sent : ndarray, (R, H, 785)
        Weights that each hospital sent, by round, in the order of the hospitals.
    films : ndarray, (H,) of int
        How many films each said that it has.
    mean : ndarray, (R, 785)
        What Flower made of them and sent back.
    bytes : ndarray, (R, H) of int
        Size of each message's weights.
    version : str
        Of Flower.
    seconds : float
        From the first process to the end of the last.
    """

    sent: np.ndarray
    films: np.ndarray
    mean: np.ndarray
    bytes: np.ndarray
    version: str
    seconds: float


def installed() -> str:
    """Flower's version, or an empty text."""
    return metadata.version("flwr") if util.find_spec("flwr") else ""


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def run(sites: Sequence[tuple[np.ndarray, np.ndarray]], rounds: int = ROUNDS) -> FlowerRun:
    """Train one model on the films of several hospitals, with Flower.

    Parameters
    ----------
    sites : sequence of (ndarray, (N, 785), ndarray, (N,))
        Films as numbers and labels of each hospital. Each process is given its own file only.
    rounds : int

    Returns
    -------
    FlowerRun

    Raises
    ------
    FlowerMissing
        Flower is not installed, or its processes did not end with a result.
    """
    version = installed()
    if not version:
        raise FlowerMissing('Flower is not installed here (pip install "readingroom[federated]")')
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="readingroom-flower-") as folder:
        place, port = Path(folder), free_port()
        for number, (x, y) in enumerate(sites):
            np.savez(place / f"hospital-{number}.npz", x=x, y=y)
        result = place / "server.npz"
        server = ["server", str(port), str(result), str(rounds), str(len(sites))]
        clients = [
            ["client", str(port), str(place / f"hospital-{k}.npz"), str(k)]
            for k in range(len(sites))
        ]
        with _processes([server, *clients], place) as started:
            _wait(started, began + PATIENCE)
        if not result.exists():
            raise FlowerMissing(f"Flower gave no result ({_last_line(place / '0.log')})")
        with np.load(result, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
    return FlowerRun(**arrays, version=version, seconds=round(time.monotonic() - began, 1))


@contextmanager
def _processes(commands: Sequence[list[str]], place: Path):
    """Processes of `hospital`, all of which have ended when the block is left."""
    # Flower counts its users by telemetry unless told not to; nothing leaves this machine
    quiet = {"FLWR_TELEMETRY_ENABLED": "0", "FLWR_DISABLE_UPDATE_CHECK": "1"}
    # a proxy of the hospital's network must not be asked for this machine's own address
    near = {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1", "GRPC_VERBOSITY": "ERROR"}
    source = str(Path(__file__).parents[3])  # the package that runs here, not another copy
    path = os.pathsep.join(p for p in (source, os.environ.get("PYTHONPATH", "")) if p)
    around = {**os.environ, **quiet, **near, "FLWR_HOME": str(place), "PYTHONPATH": path}
    started: list[subprocess.Popen] = []
    logs = []
    try:
        for number, command in enumerate(commands):
            logs.append((place / f"{number}.log").open("wb"))
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", HOSPITAL, *command],
                    stdin=subprocess.PIPE, stdout=logs[-1], stderr=subprocess.STDOUT, env=around,
                )
            )  # fmt: skip
        yield started
    except OSError as error:
        raise FlowerMissing(f"Flower's processes could not start ({error.strerror})") from error
    finally:
        for one in started:
            _end(one)
        for log in logs:
            log.close()


def _wait(started: Sequence[subprocess.Popen], until: float) -> None:
    """Until the server is done; earlier where a process has failed, or the time is up."""
    server, *clients = started
    while server.poll() is None and time.monotonic() < until:
        if any(one.poll() for one in clients):
            return
        time.sleep(0.05)
    for one in clients:  # they leave by themselves when the server has gone
        try:
            one.wait(min(GRACE, max(0.1, until - time.monotonic())))
        except subprocess.TimeoutExpired:
            return


def _end(one: subprocess.Popen) -> None:
    """End a process: kindly, then not."""
    if one.stdin is not None:
        one.stdin.close()
    for stop in (one.terminate, one.kill):
        if one.poll() is None:
            stop()
            try:
                one.wait(GRACE)
            except subprocess.TimeoutExpired:
                continue
    one.wait()


def _last_line(path: Path) -> str:
    lines = path.read_text("utf-8", "replace").strip().splitlines() if path.exists() else []
    return lines[-1].strip() if lines else "its server said nothing"
