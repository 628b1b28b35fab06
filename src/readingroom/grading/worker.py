"""Inside the sandbox: a server that has the libraries loaded and forks a child per submission.

The server never sees a submission. A child reads its cells from a channel of its own, after it has
moved into namespaces of its own, and one cell at a time, so that what the grader hands over later
cannot be read earlier.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from readingroom.grading import confinement, replay, shell, wire
from readingroom.kernel import session
from readingroom.show import figures

READY = b"r"
TOLD = ("kinds", "carry", "inputs")


def preload(names: list[str]) -> None:
    """Import what the lesson's own cells import; what cannot be imported here is left out."""
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            continue


def _plan() -> list[dict]:
    """The cells that may be run before any submission; none in the course's own run."""
    path = Path(os.environ.pop("READINGROOM_PLAN", os.devnull))
    text = path.read_text("utf-8") if path.is_file() else ""
    return json.loads(text) if text else []


def _answer(screen: shell.Silent, replays: replay.Replays, message: dict) -> dict:
    session.tell(**{name: message[name] for name in TOLD if name in message})
    if "name" in message and replays.replay(message["name"], message["run"]):
        return {"error": None, "records": []}
    trace = replay.Trace(screen, message["run"]) if message.get("trace") else None
    try:
        found = shell.run(screen, message["run"])
    except BaseException as error:  # an interrupt that arrived between two cells
        found = {"error": shell._told(screen, error), "records": []}
    replays.ran(message["run"])
    if trace:
        found["told"] = trace.told()
    if message.get("modules"):
        found["modules"] = sorted(sys.modules)
    return found


def _serve(screen: shell.Silent, replays: replay.Replays, channel: socket.socket) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path.insert(0, "")  # as in a notebook: a module that a cell wrote can be imported
    shell.silence()
    me = os.getpid()
    channel.settimeout(None)
    wire.send(channel, {"ready": True})
    while True:
        try:
            message = wire.receive(channel)
        except KeyboardInterrupt:
            continue
        except wire.WireError:
            return
        found = _answer(screen, replays, message)
        if os.getpid() != me:  # a copy that a cell made of this process; only one may reply
            os._exit(0)
        try:
            wire.send(channel, found)
        except (TypeError, ValueError, RecursionError):
            wire.send(channel, {"error": None, "records": []})


def _child(
    serve: Callable, channel: socket.socket, protected: bool, trusted: bool, limits: dict
) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    alone = partial(confinement.alone, trusted=trusted)
    confine = alone if protected else confinement.unprotected
    confine(channel, limits, serve)


def main() -> None:
    """Serve until the grader closes the line; the environment tells what to load."""
    line = socket.socket(fileno=int(os.environ.pop("READINGROOM_LINE")))
    protected = os.environ.pop("READINGROOM_PROTECTED") == "yes"
    trusted = os.environ.pop("READINGROOM_TRUSTED", "") == "yes"
    os.chdir("/tmp")
    preload(json.loads(Path(os.environ.pop("READINGROOM_MODULES")).read_text("utf-8")))
    figures.nobody_looks()  # a quarter of a visit's time, for pictures that are dropped
    screen = shell.make()
    serve = partial(_serve, screen, replay.Replays(screen, _plan()))
    if protected:
        confinement.lower_server(trusted)
    gc.freeze()  # what all share stays shared in memory
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line.sendall(READY)
    while True:
        data, files, _, _ = socket.recv_fds(line, 4096, 1)
        if not data:
            return
        channel = socket.socket(fileno=files[0])
        limits = json.loads(data)
        if os.fork() == 0:
            line.close()
            try:
                _child(serve, channel, protected, trusted, limits)
            finally:
                os._exit(1)
        channel.close()


if __name__ == "__main__":
    main()
