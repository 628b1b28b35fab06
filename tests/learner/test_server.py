"""JupyterLab's own words stay in a file; a learner reads the address and how to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from readingroom.learner import server

ADDRESS = "http://127.0.0.1:8888/lab/tree/contents.ipynb?token=abc123"


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Open a program of the test's in JupyterLab's place; returns its code and what was said."""

    def opened(program: str) -> tuple[int, list[str]]:
        said: list[str] = []
        monkeypatch.setattr(server, "_command", lambda *_: [sys.executable, "-c", program])
        before = signal.getsignal(signal.SIGTERM)
        try:
            code = server.open_lab(tmp_path, tmp_path / "contents.ipynb", cohort="simulated",
                                   port=8888, browser=False, say=said.append)  # fmt: skip
        finally:
            signal.signal(signal.SIGTERM, before)
        return code, said

    return opened


def test_the_terminal_shows_the_address_and_the_log_the_rest(lab, tmp_path: Path) -> None:
    """Of a hundred lines a learner sees the address, how to stop, and where the others are."""
    noise = "print('[I 2026 ServerApp] linked\\n' * 100)"
    code, said = lab(f"{noise}; print('{ADDRESS}', flush=True); import time; time.sleep(1)")
    assert code == 0
    assert ADDRESS in said[1] and "Ctrl+C" in said[2] and len(said) == 3
    assert "ServerApp" not in "".join(said)
    log = tmp_path / server.LOG
    assert str(log) in said[2] and log.read_text("utf-8").count("ServerApp") == 100


def test_a_failed_start_shows_its_last_lines(lab) -> None:
    """The code is handed on, with the end of the log and nothing of its beginning."""
    code, said = lab("print('first'); print('x\\n' * 50); print('no port left'); exit(3)")
    assert code == 3
    assert "no port left" in said[-1] and "first" not in said[-1]


def test_told_to_stop_it_takes_jupyterlab_with_it(tmp_path: Path) -> None:
    """After SIGTERM, as after Ctrl+C, no server stays behind, and the learner is told."""
    program = f"import os, time; print(os.getpid(), '{ADDRESS}', flush=True); time.sleep(60)"
    outer = (
        "import sys; from pathlib import Path; from readingroom.learner import server\n"
        f"server._command = lambda *_: [sys.executable, '-c', {program!r}]\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "say = lambda line: print(line, flush=True)\n"
        "exit(server.open_lab(folder, folder, cohort=None, port=1, browser=True, say=say))\n"
    )
    started = subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE, text=True)
    log, until = tmp_path / server.LOG, time.monotonic() + 60
    while not (log.exists() and ADDRESS in log.read_text("utf-8")):
        assert time.monotonic() < until and started.poll() is None
        time.sleep(0.1)
    lab = int(log.read_text("utf-8").split()[0])
    time.sleep(0.5)  # the address is being told
    started.terminate()
    said, _ = started.communicate(timeout=30)
    assert started.returncode == 0 and "What you saved is kept" in said
    with pytest.raises(ProcessLookupError):
        os.kill(lab, 0)


@pytest.mark.parametrize("plain", [False, True])
def test_one_flag_gives_teachers_plain_jupyterlab(tmp_path, plain):
    """The learner's extension and settings are there by default, and not with the flag."""
    command = server._command(tmp_path, tmp_path / "a.ipynb", 8888, False, plain)
    settings = server._environment(tmp_path, None, plain, True)["JUPYTER_CONFIG_PATH"]
    assert any(str(server.EXTENSIONS) in part for part in command) is not plain
    chosen = Path(settings.split(os.pathsep)[0], "labconfig", "page_config.json")
    switched_off = json.loads(chosen.read_text("utf-8"))["disabledExtensions"]
    assert ("readingroom" in switched_off) is plain
    assert ("@jupyter/nbgrader:validate-assignment" in switched_off) is not plain


def test_the_kernel_of_the_first_page_is_asked_for_at_once():
    """One request with the token names the notebook; where nobody answers, nothing happens."""
    asked: dict = {}

    class Lab(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.update(url=self.path, token=self.headers["Authorization"])
            asked.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Lab) as lab:
        thread = threading.Thread(target=lab.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{lab.server_port}/lab/tree/03.ipynb?token=abc"
        server.kernel_ahead(address, "03.ipynb")
        thread.join()
    assert (asked["url"], asked["token"]) == ("/api/sessions", "token abc")
    assert asked["path"] == "03.ipynb"
    assert asked["type"] == "notebook" and asked["kernel"] == {"name": "python3"}
    server.kernel_ahead(address, "03.ipynb")
