"""Start the kernel that Jupyter asks for, and note it in the session's list of kernels.

Jupyter finds this kernel before any other, since the tests put this folder first in JUPYTER_PATH:
in the tests themselves, in nbgrader and in JupyterLab. So what the list says is counted.
"""

import json
import os
import signal
import socket
import sys
from contextlib import suppress

LISTED, RUN, WARM = (f"READINGROOM_SUITE_{name}" for name in ("KERNELS", "RUN", "WARM"))


def note(warm: bool) -> None:
    """Add a line: what is run, for which test, and whether by a copy of a warm kernel."""
    if LISTED in os.environ:
        line = {
            "run": os.environ.get(RUN, ""),
            "test": os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0],
            "warm": warm,
        }
        with open(os.environ[LISTED], "a", encoding="utf-8") as listed:  # noqa: PTH123
            listed.write(json.dumps(line) + "\n")  # one write, so two kernels do not mix


def copied(path: str, arguments: list) -> None:
    """Have a warm kernel copy itself; pass signals on to the copy, and end with it."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(path)
    asked = {"environment": dict(os.environ), "folder": os.getcwd(), "arguments": arguments}  # noqa: PTH109
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda number, _: line.sendall(bytes([number])))
    text = json.dumps(asked).encode()
    socket.send_fds(line, [len(text).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(text)
    with suppress(ConnectionResetError):  # a copy that is killed does not take its leave
        while line.recv(1):
            pass


def main() -> None:
    """Copy a warm kernel where one is named; else become a kernel that imports for itself."""
    arguments = ["-f", *sys.argv[1:]]
    warm = os.environ.get(WARM, "")
    note(bool(warm))
    if warm:
        copied(warm, arguments)
    else:
        os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", *arguments])


main()
