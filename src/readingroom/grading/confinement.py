"""What a forked child does before it runs a learner's cell: a world of its own, then limits."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from readingroom.grading import kernel, shell

NOBODY = 65534
LEARNER = 1000  # the only user a submission sees
CHANNEL = 3
DESK = "/tmp/desk"
OF_PROC = ("cpuinfo", "meminfo")  # what a submission sees where it gets no /proc of its own


def lower_server(trusted: bool) -> None:
    """Give up root for good, so that limits on processes bind and no file can be written.

    The sandbox covers parts of ``/proc``, and a namespace below can have a ``/proc`` of its own
    only where it sees a whole one: so it is mounted again while root still may.
    """
    if os.geteuid() != 0:
        return
    kernel.mount("proc", "/proc", "proc", kernel.NO_SUID | kernel.NO_DEVICES | kernel.NO_PROGRAMS)
    if trusted:  # the course's own run, which keeps what it computed
        return
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    kernel.control(kernel.SET_DUMPABLE, 1)


def alone(
    channel: socket.socket,
    limits: dict,
    go_on: Callable[[socket.socket], None],
    trusted: bool = False,
) -> None:
    """Fork the first process of new namespaces and run `go_on` there; tell the grader who it is.

    The course's own run (`trusted`) may talk to itself over the sandbox's loopback address, which
    leads nowhere else: a lesson on DICOM traffic has to be recorded once. No submission may.

    Called in a child that the server forked for one submission; does not return. When the first
    process of the namespace ends, the kernel ends every other process in it.
    """
    try:
        user, group = os.getuid(), os.getgid()
        kernel.unshare(kernel.ALONE & ~kernel.NEW_NETWORK if trusted else kernel.ALONE)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{LEARNER} {user} 1"),
            ("gid_map", f"{LEARNER} {group} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(text)
    except OSError as error:
        _give_up(channel, error)
    if os.fork() == 0:
        try:
            socket.send_fds(channel, [b"p"], [os.pidfd_open(os.getpid())])
            with contextlib.suppress(OSError):
                Path("/proc/self/oom_score_adj").write_text("1000")
            channel = _settle(channel, limits, trusted)
        except BaseException as error:
            _give_up(channel, error)
        go_on(channel)
    os._exit(0)


def unprotected(channel: socket.socket, limits: dict, go_on: Callable) -> None:
    """Run `go_on` with limits but without any wall, where the teacher has asked for that."""
    import tempfile

    os.setsid()
    socket.send_fds(channel, [b"p"], [os.pidfd_open(os.getpid())])
    channel = _only(channel)
    home = tempfile.mkdtemp(prefix="readingroom-desk-", dir=os.environ["READINGROOM_DESKS"])
    os.chdir(home)
    _private_folders(home)
    _limit(limits, _data_size() if sys.platform == "linux" else 0)
    go_on(channel)
    os._exit(0)


def _give_up(channel: socket.socket, error: BaseException) -> None:
    with contextlib.suppress(OSError):
        channel.sendall(b"x" + str(error)[:200].encode())
    os._exit(1)


def _settle(channel: socket.socket, limits: dict, trusted: bool) -> socket.socket:
    kernel.mount("none", "/", None, kernel.RECURSIVE | kernel.PRIVATE)
    safe = kernel.NO_SUID | kernel.NO_DEVICES
    size = f"size={limits['disk']},nr_inodes=20000,mode=0755"
    kept = {place: os.open(place, os.O_PATH) for place in _mounted_below("/tmp/")}
    kernel.mount("tmpfs", "/tmp", "tmpfs", safe, size)
    for place, handle in kept.items():
        Path(place).mkdir(parents=True)
        kernel.mount(f"/proc/self/fd/{handle}", place, None, kernel.BIND | kernel.RECURSIVE)
    data = _data_size()
    try:
        kernel.mount("proc", "/proc", "proc", safe | kernel.NO_PROGRAMS)
    except OSError:  # parts of /proc are covered here, as for an ordinary user
        _bare_proc(safe | kernel.NO_PROGRAMS)
    for folder in (DESK, "/tmp/shared-memory"):
        Path(folder).mkdir()
    kernel.mount("/tmp/shared-memory", "/dev/shm", None, kernel.BIND)
    os.chdir(DESK)
    _private_folders("/tmp")
    os.setsid()
    channel = _only(channel)
    shell.make_loop()
    _limit(limits, data)
    kernel.drop_capabilities()
    if not trusted:
        kernel.filter_calls()
    return channel


def _bare_proc(safe: int) -> None:
    """Leave of ``/proc`` what says which machine this is; torch computes nothing without it."""
    bare = Path("/tmp/proc")
    bare.mkdir()
    size = f"size=4k,nr_inodes={1 + len(OF_PROC)},mode=0555"
    kernel.mount("none", str(bare), "tmpfs", safe, size)
    for name in OF_PROC:
        (bare / name).touch()
        kernel.mount(f"/proc/{name}", str(bare / name), None, kernel.BIND)
    kernel.mount(str(bare), "/proc", None, kernel.BIND | kernel.RECURSIVE)


def _mounted() -> list[str]:
    """Places where something is mounted; the kernel writes a space in a name as ``\\040``."""
    lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    names = [line.split(b" ")[4] for line in lines]
    return [
        os.fsdecode(re.sub(rb"\\([0-7]{3})", lambda digits: bytes([int(digits[1], 8)]), name))
        for name in names
    ]


def _mounted_below(folder: str) -> list[str]:
    """Outermost places below `folder` that the sandbox shows, such as an environment's libraries.

    A folder of one's own over `folder` would cover them.
    """
    found: list[str] = []
    for place in sorted(_mounted()):
        if place.startswith(folder) and not any(place.startswith(f"{p}/") for p in found):
            found.append(place)
    return found


def _private_folders(place: str) -> None:
    os.environ["HOME"] = os.environ["TMPDIR"] = place
    for name in ("STORE", "PROGRESS", "DESK"):
        os.environ[f"READINGROOM_{name}"] = f"{place}/readingroom"
    os.environ["IPYTHONDIR"] = f"{place}/ipython"


def _only(channel: socket.socket) -> socket.socket:
    """Close every file but the channel; what a cell prints past Python goes nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    number = channel.detach()
    if number != CHANNEL:
        os.dup2(number, CHANNEL)
    os.closerange(CHANNEL + 1, 65536)
    return socket.socket(fileno=CHANNEL)


def _data_size() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0


def _limit(limits: dict, data: int) -> None:
    """Set limits; memory counts from `data`, what the libraries hold already."""
    seconds = limits["cpu_seconds"]
    wanted = {
        "RLIMIT_CPU": (seconds, seconds + 2),
        "RLIMIT_FSIZE": (limits["file"],) * 2,
        "RLIMIT_NOFILE": (limits["open_files"],) * 2,
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_MSGQUEUE": (0, 0),
        "RLIMIT_MEMLOCK": (0, 0),
    }
    if sys.platform == "linux":
        wanted["RLIMIT_DATA"] = (data + limits["memory"],) * 2
        wanted["RLIMIT_NPROC"] = (limits["processes"],) * 2
    for name, value in wanted.items():
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), value)
