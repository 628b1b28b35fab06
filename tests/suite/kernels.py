"""Where the tests' kernels come from: all are counted, and some are copies of a warm one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LISTED = "READINGROOM_SUITE_KERNELS"
RUN = "READINGROOM_SUITE_RUN"
WARM = "READINGROOM_SUITE_WARM"


def count_them() -> None:
    """From now on every kernel that Jupyter starts, here or in a command, is noted in a list."""
    os.environ[LISTED] = str(Path(tempfile.mkdtemp(prefix="readingroom-suite-")) / "kernels.jsonl")
    before = os.environ.get("JUPYTER_PATH", "")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(HERE / "jupyter"), before]))


def counted() -> list[dict]:
    """The kernels started so far: ``run`` or '', ``test`` or '', and ``warm``."""
    path = Path(os.environ[LISTED])
    return (
        [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    )


def forget() -> None:
    """Take the list away."""
    shutil.rmtree(Path(os.environ.pop(LISTED)).parent, ignore_errors=True)


class WarmKernel:
    """A kernel with the libraries imported, started when first asked for."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.folder: Path | None = None

    def environment(self) -> dict[str, str]:
        """What a kernel is started with to be a copy of this one."""
        if self.process is None:
            self.folder = Path(tempfile.mkdtemp(prefix="readingroom-warm-"))
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "warm.py"), str(self.folder / "line")],
                stdin=subprocess.PIPE, cwd=self.folder,
                env={**os.environ, "PYTHONWARNINGS": "ignore"},
            )  # fmt: skip
        while not (self.folder / "line").exists():
            assert self.process.poll() is None, "The warm kernel has ended before it could serve."
            time.sleep(0.05)
        return {WARM: str(self.folder / "line")}

    def stop(self) -> None:
        """End it; its copies have ended with their notebooks."""
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait(timeout=60)
            shutil.rmtree(self.folder, ignore_errors=True)
