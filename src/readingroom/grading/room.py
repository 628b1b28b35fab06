"""A sandbox with the libraries loaded, seen from outside: one visit for each submission."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from readingroom.grading import sandbox, wire
from readingroom.grading.limits import Limits

START_SECONDS = 180
SETTLE_SECONDS = 60


class RoomError(RuntimeError):
    """The sandbox itself failed: no submission's fault."""


class Visit:
    """One submission's process, from its first cell to its end.

    Use as a context manager: at its end every process of the visit is gone.
    """

    def __init__(self, channel: socket.socket, handle: int, protected: bool) -> None:
        self._channel, self._handle, self._protected = channel, handle, protected

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def pid(self) -> int | None:
        """The process's number as this process sees it; None when it is gone."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/self/fdinfo/{self._handle}").read_text().splitlines():
                if line.startswith("Pid:"):
                    number = int(line.split()[1])
                    return number if number > 0 else None
        return None

    def ask(self, message: dict) -> None:
        """Send a message."""
        self._channel.settimeout(SETTLE_SECONDS)
        wire.send(self._channel, message)

    def reply(self, seconds: float, limit: int) -> dict:
        """The answer to a message; raises the errors of `wire.receive`."""
        return wire.receive(self._channel, seconds, limit)

    def interrupt(self) -> None:
        """What the stop button does."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGINT)

    def ended(self, seconds: float = 0.0) -> bool:
        """Whether the process has ended."""
        return bool(select.select([self._handle], [], [], seconds)[0])

    def kill(self) -> None:
        """End the process; behind walls the kernel then ends all that it started."""
        below = [] if self._protected else self._below()
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        for process in below:
            with contextlib.suppress(Exception):
                process.kill()

    def end(self) -> None:
        """End the visit and wait until its processes are gone."""
        if self._handle < 0:
            return
        self.kill()
        self.ended(SETTLE_SECONDS)
        os.close(self._handle)
        self._handle = -1
        self._channel.close()

    def _below(self) -> list:
        import psutil

        with contextlib.suppress(psutil.Error, TypeError):
            return psutil.Process(self.pid).children(recursive=True)
        return []


class Room:
    """A running sandbox for one lesson and cohort.

    Parameters
    ----------
    view : sandbox.View
        What it sees.
    environment : dict
        Its environment.
    protected : bool
        False runs without walls, where the teacher has asked for that.
    """

    def __init__(self, view: sandbox.View, environment: dict, protected: bool = True) -> None:
        self.protected = protected
        self._lock = threading.Lock()
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        given = {**environment, "READINGROOM_PROTECTED": "yes" if protected else "no",
                 "READINGROOM_LINE": str(theirs.fileno())}  # fmt: skip
        program = [sys.executable, "-m", "readingroom.grading.worker"]
        settings: dict = {}
        if protected:
            program = sandbox.command(view, given, program)
        else:
            settings["env"] = _unprotected(given, view)
        self._log = (view.shared / "worker.log") if view.writable else Path(os.devnull)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                program, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=[theirs.fileno()], start_new_session=True, **settings,
            )  # fmt: skip
        theirs.close()
        self._line = line
        line.settimeout(START_SECONDS)
        try:
            ready = line.recv(1)
        except OSError:
            ready = b""
        if not ready:
            self.close()
            raise RoomError(f"The sandbox did not start. {self._said()}".strip())

    def _said(self) -> str:
        with contextlib.suppress(OSError):
            return self._log.read_text("utf-8", "replace").strip()[-500:]
        return ""

    def visit(self, limits: Limits) -> Visit:
        """Let a submission in.

        Raises
        ------
        RoomError
            Its process could not be made.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with self._lock:
            try:
                socket.send_fds(
                    self._line, [json.dumps(limits.as_dict()).encode()], [theirs.fileno()]
                )
            except OSError as error:
                raise RoomError("The sandbox has ended.") from error
            finally:
                theirs.close()
        return self._greet(ours)

    def _greet(self, channel: socket.socket) -> Visit:
        channel.settimeout(SETTLE_SECONDS)
        handles: list[int] = []
        try:
            said, handles, _, _ = socket.recv_fds(channel, 1, 1)
            if said != b"p" or not handles:
                raise RoomError(channel.recv(300).decode("utf-8", "replace"))
            visit = Visit(channel, handles[0], self.protected)
            first = channel.recv(1, socket.MSG_PEEK)
            if first == b"x":
                raise RoomError(channel.recv(300)[1:].decode("utf-8", "replace"))
            wire.receive(channel, SETTLE_SECONDS)
        except (OSError, wire.WireError) as error:
            for handle in handles:
                os.close(handle)
            channel.close()
            raise RoomError(f"A submission's process could not be made: {error}.") from error
        return visit

    def close(self) -> None:
        """End the sandbox with everything in it."""
        self._line.close()
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=SETTLE_SECONDS)


def _unprotected(given: dict, view: sandbox.View) -> dict:
    """The environment without walls: the same things, by their real paths."""
    desks, course = view.shared / "desks", view.shared / "course"
    desks.mkdir(exist_ok=True)
    if not course.is_dir():
        sandbox.copy_package(course)
    changed = {
        name: value.replace(str(sandbox.SHARED), str(view.shared), 1)
        for name, value in given.items()
    }
    return {**changed, "PYTHONPATH": str(course), "READINGROOM_DESKS": str(desks)}
