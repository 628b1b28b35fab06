"""A warm kernel: a process that has imported the libraries and copies itself for every notebook.

Each copy is a process of its own with an empty namespace, its own environment, folder and package
`readingroom`, which is not imported here. Only the libraries' import, up to twelve seconds of
processor time a kernel, is shared. Run as a script: ``python warm.py SOCKET``.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from pathlib import Path

OPENED = "READINGROOM_TEST_OPENED"  # names the file in which a run's films are written down
# what lessons import; whichever is missing here is imported by the notebook, or fails there
LIBRARIES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "IPython", "ipywidgets", "numpy", "pandas", "PIL",
    "scipy.stats", "sklearn.metrics", "sklearn.linear_model", "matplotlib.pyplot", "pydicom",
    "torch", "torchvision", "captum.attr", "monai", "torchxrayvision",
)  # fmt: skip


def _told(line: socket.socket) -> tuple[dict, list[int]]:
    head, files, _, _ = socket.recv_fds(line, 4, 3)
    size, text = int.from_bytes(head, "big"), b""
    while len(text) < size:
        text += line.recv(size - len(text))
    return json.loads(text), files


def _obey(line: socket.socket) -> None:
    """Signals arrive as numbers; when who asked for the kernel is gone, end with all children."""
    while number := line.recv(1):
        os.kill(os.getpid(), number[0])
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _note_films(told: str, mirror: str) -> None:
    """Write down each file of the mirror that this kernel opens, a line each."""
    known = set()

    def opened(event: str, given: tuple) -> None:
        if event == "open" and isinstance(given[0], str | bytes | os.PathLike):
            path = os.fsdecode(given[0])
            if path.startswith(mirror) and path not in known:
                known.add(path)
                with Path(told).open("a", encoding="utf-8") as stream:
                    stream.write(os.path.relpath(path, mirror) + "\n")

    sys.addaudithook(opened)


def _become(asked: dict, files: list[int], line: socket.socket) -> None:
    """Be the kernel that was asked for, as if started with this environment and folder."""
    os.setsid()
    for place, file in enumerate(files):
        os.dup2(file, place)
    ours = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.environ.pop("JPY_PARENT_PID", None)  # that process is not the parent of this one
    theirs = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = theirs + [path for path in sys.path if path not in ours]
    os.chdir(asked["folder"])
    for one in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_obey, args=(line,), daemon=True).start()
    sys.argv = ["ipykernel_launcher", *asked["arguments"]]
    if (told := os.environ.get(OPENED)) and (mirror := os.environ.get("READINGROOM_MIRROR")):
        _note_films(told, mirror)  # conftest.py made it absolute
    import matplotlib  # read its variable when it was imported, which was before there was one
    from ipykernel import kernelapp

    inline = "module://matplotlib_inline.backend_inline"
    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", inline)

    kernelapp.launch_new_instance()


def _bury(*_: object) -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def main(path: Path) -> None:
    """Serve until the end of standard input, which whoever started this holds open."""
    sys.path.pop(0)  # this folder: a notebook must not import its modules
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except Exception:
            continue
    assert not any(name.partition(".")[0] == "readingroom" for name in sys.modules)
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"{path}.new")
    server.listen(8)
    Path(f"{path}.new").rename(path)  # there only when it answers, with the libraries in
    gc.freeze()
    signal.signal(signal.SIGCHLD, _bury)
    while True:
        ready, _, _ = select.select([server, sys.stdin], [], [])
        if server not in ready:
            return
        line, _ = server.accept()
        asked, files = _told(line)
        if os.fork() == 0:
            server.close()
            try:
                _become(asked, files, line)
            finally:
                os._exit(0)
        line.close()
        for file in files:
            os.close(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
