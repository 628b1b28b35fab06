"""Calls to the Linux kernel that Python 3.11 has no name for: namespaces, mounts, privileges."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

NEW_MOUNTS, NEW_UTS, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
ALONE = NEW_USERS | NEW_MOUNTS | NEW_PIDS | NEW_IPC | NEW_UTS | NEW_NETWORK
NAMESPACES = 0x7E020000  # every namespace bit of clone()

NO_SUID, NO_DEVICES, NO_PROGRAMS = 2, 4, 8
BIND, RECURSIVE, PRIVATE = 0x1000, 0x4000, 0x40000

SET_DUMPABLE, DROP_BOUND, SET_SECCOMP, NO_NEW_PRIVILEGES = 4, 24, 22, 38
ANCESTOR_DIES = 1  # PR_SET_PDEATHSIG

# Calls that no lesson needs and that reach around a limit or widen the kernel's surface: memory
# that no limit counts (socket buffers too), tracing, keys, mounts, namespaces, programs for the
# kernel. Without sockets of any family there is no VSOCK or NETLINK either.
FORBIDDEN = {
    "x86_64": (
        0xC000003E, 56,
        (29, 41, 53, 64, 68, 101, 155, 165, 166, 175, 240, 246, 248, 249, 250, 272, 298, 304, 308,
         310, 311, 313, 319, 321, 323, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 447),
    ),
    "aarch64": (
        0xC00000B7, 220,
        (39, 40, 41, 97, 104, 105, 117, 180, 186, 190, 194, 198, 199, 217, 218, 219, 241, 265, 268,
         270, 271, 273, 279, 280, 282, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 447),
    ),
}  # fmt: skip
CLONE3, X32 = 435, 0x40000000
ALLOW, REFUSE, NOT_THERE = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _must(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Leave namespaces for new ones."""
    _must(_libc().unshare(flags), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount a file system."""
    given = (source.encode(), target.encode(), kind.encode() if kind else None)
    _must(_libc().mount(*given, ctypes.c_ulong(flags), options.encode() or None), f"mount {target}")


def control(option: int, value: int) -> None:
    """Change an attribute of this process (prctl)."""
    _must(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def drop_capabilities() -> None:
    """Give up every privilege, also those that a program run later could gain."""
    for capability in range(64):
        if _libc().prctl(DROP_BOUND, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break
    head = struct.pack("Ii", 0x20080522, 0)
    _must(_libc().capset(head, b"\0" * 24), "capset")
    control(NO_NEW_PRIVILEGES, 1)


def _program(arch: int, clone: int, forbidden: tuple[int, ...]) -> bytes:
    """The filter as instructions of the kernel's packet-filter machine."""
    load, equal, above, bits, give = 0x20, 0x15, 0x35, 0x45, 0x06
    lines = [(load, 0, 0, 4), (equal, 1, 0, arch), (give, 0, 0, REFUSE), (load, 0, 0, 0)]
    lines += [(above, 0, 1, X32), (give, 0, 0, REFUSE)]
    lines += [(equal, 0, 1, CLONE3), (give, 0, 0, NOT_THERE)]
    for number in forbidden:
        lines += [(equal, 0, 1, number), (give, 0, 0, REFUSE)]
    lines += [(equal, 0, 3, clone), (load, 0, 0, 16), (bits, 0, 1, NAMESPACES)]
    lines += [(give, 0, 0, REFUSE), (give, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def filter_calls() -> bool:
    """Forbid the kernel calls of `FORBIDDEN`; False where this processor's numbers are unknown."""
    known = FORBIDDEN.get(platform.machine())
    if known is None:
        return False
    code = ctypes.create_string_buffer(_program(*known))
    length = (len(code) - 1) // 8

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    program = Program(length, ctypes.addressof(code))
    _must(_libc().prctl(SET_SECCOMP, 2, ctypes.byref(program), 0, 0), "seccomp")
    return True
