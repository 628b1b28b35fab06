"""JupyterLab as a child of the command: the learner is told the address, a log gets the rest."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

# Switches off what only gets in a learner's way: the question about news from Jupyter, which no
# flag of JupyterLab suppresses, nbgrader's menus (its Validate button shows a learner eight
# tracebacks), the debugger and the buttons on every cell.
QUIET = Path(__file__).with_name("lab")
PLAIN = Path(__file__).with_name("plainlab")  # switches off the course's own extension
# Answering with the mouse, which needs no build and no installation: JupyterLab reads it from here.
EXTENSIONS = Path(__file__).with_name("labextensions")
LOG = ".jupyterlab.log"  # beside the lessons; JupyterLab does not list names that begin with a dot
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*\?token=\w+")
LAST_LINES = 8
PATIENCE = 20  # seconds that JupyterLab has to end


def _command(folder: Path, notebook: Path, port: int, browser: bool, plain: bool) -> list[str]:
    command = [
        sys.executable, "-m", "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{notebook.relative_to(folder).as_posix()}",
        f"--ServerApp.open_browser={browser}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    if not plain:
        command.append(f"--LabApp.extra_labextensions_path={EXTENSIONS}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # a container; the server still listens to 127.0.0.1 only
    return command


def _environment(folder: Path, cohort: str | None, plain: bool, answers: bool) -> dict[str, str]:
    # so that a command typed in a terminal of JupyterLab means this working copy
    environment = {**os.environ, "READINGROOM_DESK": str(folder)}
    if cohort:
        environment["READINGROOM_COHORT"] = cohort
    if not answers:
        environment["READINGROOM_SHOW_ANSWERS"] = "no"
    paths = [str(PLAIN if plain else QUIET), environment.get("JUPYTER_CONFIG_PATH", "")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    return environment


def open_lab(
    folder: Path,
    notebook: Path,
    *,
    cohort: str | None,
    port: int,
    browser: bool,
    plain: bool = False,
    answers: bool = True,
    say: Callable[[str], object] = print,
) -> int:
    """Start JupyterLab on 127.0.0.1 with a token, open on a notebook; returns its exit code.

    Parameters
    ----------
    folder : Path
        What JupyterLab shows; its log is written there.
    notebook : Path
        What it opens.
    cohort : str or None
        ``READINGROOM_COHORT`` for its kernels.
    port : int
        First port to try; the next free one is taken.
    browser : bool
        Open the learner's browser.
    plain : bool
        JupyterLab as it comes: with nbgrader's menus, and answers are typed into cells.
    answers : bool
        A learner may be shown a right answer after three tries.
    say : callable
        Prints a line for the learner.

    Raises
    ------
    OSError
        The log cannot be written.
    """
    log = folder / LOG
    log.write_text("", "utf-8")

    def told_to_stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, told_to_stop)  # as Ctrl+C: JupyterLab must not stay behind
    with log.open("ab") as kept:
        server = subprocess.Popen(
            _command(folder, notebook, port, browser, plain),
            env=_environment(folder, cohort, plain, answers),
            cwd=folder, stdin=subprocess.DEVNULL, stdout=kept, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        return _watched(server, log, browser, say, notebook.relative_to(folder).as_posix())
    except KeyboardInterrupt:
        say("Stopping JupyterLab. What you saved is kept.")
        _ended(server)
        return 0


def kernel_ahead(address: str, notebook: str) -> None:
    """Start the kernel of a notebook while the browser still loads the page that will use it.

    Parameters
    ----------
    address : str
        Of JupyterLab, with its token.
    notebook : str
        Its path in the served folder.
    """
    parts = urllib.parse.urlsplit(address)
    token = urllib.parse.parse_qs(parts.query)["token"][0]
    wanted = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
    request = urllib.request.Request(
        f"{parts.scheme}://{parts.netloc}/api/sessions",
        json.dumps(wanted).encode(),
        {"Authorization": f"token {token}", "Content-Type": "application/json"},
    )
    # the page starts one itself where this failed
    with contextlib.suppress(OSError):
        urllib.request.urlopen(request, timeout=PATIENCE).close()


def _watched(
    server: subprocess.Popen, log: Path, browser: bool, say: Callable, notebook: str
) -> int:
    """Tell the address once it is there, and wait for the end; returns the exit code."""
    while server.poll() is None:
        if found := ADDRESS.search(log.read_text("utf-8", errors="replace")):
            say(
                f"{'If no browser opens, copy' if browser else 'Copy'} this address into a browser:"
            )
            say(f"  {found.group()}")
            say(f"Stop with Ctrl+C in this window. JupyterLab's own messages go to {log}")
            kernel_ahead(found.group(), notebook)
            break
        time.sleep(0.2)
    code = server.wait()
    if code:
        last = log.read_text("utf-8", errors="replace").splitlines()[-LAST_LINES:]
        say("\n".join([f"JupyterLab's last lines ({log}):", *last]))
    return code


def _ended(server: subprocess.Popen) -> None:
    """End JupyterLab and its kernels."""
    server.terminate()
    try:
        server.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
