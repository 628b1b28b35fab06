"""An origin on 127.0.0.1 that can misbehave, and a registry that points to it."""

import hashlib
import io
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from readingroom import data
from readingroom.data import fetch
from readingroom.data.registry import Registry

# Read before any test hides it.
REAL_MIRROR = os.environ.get("READINGROOM_MIRROR", "").strip()


class Origin:
    """A web server with one file; its faults are set by the test."""

    def __init__(self, content):
        self.content = content
        self.cut_after = []  # bytes sent before the connection is cut, one entry per request
        self.delay = 0.0  # seconds before the first byte
        self.drip = 0.0  # seconds after each hundred bytes
        self.status = 200
        self.ranges = True
        self.asked = []  # the Range header of each request for the file
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/films.npz"

    def answer(self, handler):
        wanted = handler.headers.get("Range")
        self.asked.append(wanted)
        time.sleep(self.delay)
        if self.status != 200:
            handler.send_error(self.status)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        if start >= len(self.content):
            handler.send_error(416)
            return
        body = self.content[start:]
        handler.send_response(206 if start else 200)
        if start:
            end = len(self.content)
            handler.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if self.cut_after:
            handler.wfile.write(body[: self.cut_after.pop(0)])
            handler.wfile.flush()
            handler.connection.close()
        elif self.drip:
            self._drip(handler, body)
        else:
            handler.wfile.write(body)

    def _drip(self, handler, body):
        for start in range(0, len(body), 100):
            try:
                handler.wfile.write(body[start : start + 100])
            except OSError:  # the reader has gone
                return
            time.sleep(self.drip)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def films_npz(seed=0, size=28, n=(40, 10, 12)):
    """Return the bytes of a small file in MedMNIST's layout."""
    draw = np.random.default_rng(seed)
    arrays = {}
    for split, count in zip(("train", "val", "test"), n, strict=True):
        arrays[f"{split}_images"] = draw.integers(0, 256, (count, size, size), dtype=np.uint8)
        arrays[f"{split}_labels"] = (np.arange(count)[:, None] % 2).astype(np.uint8)
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


TOML = """
[tiny]
title = "Tiny set"
layout = "medmnist"
label_name = "pneumonia"
population = "Nobody."
origin = "A test"
licence = "CC0"
citation = "None"
page = "tiny.md"
stand_in = "tiny"

[[tiny.file]]
size = 28
path = "tiny/films.npz"
url = "{url}"
hash = "md5:{md5}"
"""


def write_registry(path, url, content, stated=None):
    """Write a registry with one file; `stated` are the bytes its hash is taken of."""
    digest = hashlib.md5(stated if stated is not None else content).hexdigest()
    path.write_text(TOML.format(url=url, md5=digest))
    return Registry(path)


@pytest.fixture(autouse=True)
def own_machine(tmp_path, monkeypatch):
    """Every test has its own home, no mirror, no proxy, a fresh kernel, and little patience."""
    monkeypatch.setenv("READINGROOM_HOME", str(tmp_path / "home"))
    for name in ("READINGROOM_MIRROR", "READINGROOM_OFFLINE", "READINGROOM_COHORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(fetch, "CONNECT_SECONDS", 1.0)
    monkeypatch.setattr(fetch, "READ_SECONDS", 0.3)
    monkeypatch.setattr(fetch, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(fetch, "BLOCK", 1000)
    data.forget()
    yield
    data.forget()


@pytest.fixture
def content():
    return films_npz()


@pytest.fixture
def origin(content):
    server = Origin(content)
    yield server
    server.close()


@pytest.fixture
def listed(tmp_path, origin, content):
    """A registry whose one set lies at the origin."""
    return write_registry(tmp_path / "registry.toml", origin.url, content)


@pytest.fixture
def real_mirror(monkeypatch):
    """The mirror of real films the person running the tests names, else a skip."""
    if not REAL_MIRROR:
        pytest.skip("READINGROOM_MIRROR names no folder of real films")
    monkeypatch.setenv("READINGROOM_MIRROR", REAL_MIRROR)
    return Path(REAL_MIRROR)
