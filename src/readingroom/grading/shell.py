"""Cells run here: an IPython shell without screen, history or memory of what was displayed."""

from __future__ import annotations

import asyncio
import builtins
import io
import sys
import traceback
from typing import Any

from IPython.core import async_helpers
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from readingroom.kernel.session import ANSWER_MIME
from readingroom.questions import kinds

MOST_RECORDS = 40  # a lesson has at most about 13 exercises


class Nowhere(io.TextIOBase):
    """Takes any text and keeps none, so that a flood costs nothing."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Take a text."""
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True


class Kept(DisplayPublisher):
    """Keeps the last recorded answer to each exercise, and drops everything else displayed."""

    records: Any = None

    def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
        """Take what a cell displays."""
        record = data.get(ANSWER_MIME) if isinstance(data, dict) else None
        if isinstance(record, dict) and isinstance(record.get("exercise"), str):
            if len(self.records) == MOST_RECORDS and record["exercise"] not in self.records:
                return
            self.records[record["exercise"]] = record

    def clear_output(self, wait: bool = False) -> None:
        """Nothing is shown, so nothing is cleared."""


class Silent(InteractiveShell):
    """A shell whose errors are returned, not printed."""

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Print nothing."""

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Print nothing."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is no screen."""


def make() -> Silent:
    """The shell, made before any submission is seen."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.xmode = "Minimal"
    Silent.clear_instance()
    shell = Silent.instance(config=config)
    shell.display_pub = Kept(parent=shell)
    return shell


def make_loop() -> None:
    """The loop in which a cell's ``await`` runs, made while sockets can still be had.

    A loop wakes itself up through a pair of sockets, which a submission may not open.
    """
    async_helpers._asyncio_event_loop = asyncio.new_event_loop()


def silence() -> None:
    """From here on what is printed goes nowhere."""
    sys.stdout, sys.stderr, sys.stdin = Nowhere(), Nowhere(), io.StringIO()


def run(shell: Silent, source: str) -> dict:
    """Run a cell.

    Returns
    -------
    dict
        ``error``: None, or its ``type``, ``line`` and ``says``; ``records``: what checks displayed.
    """
    shell.display_pub.records = {}
    result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    records = list(shell.display_pub.records.values())
    return {"error": _told(shell, error) if error else None, "records": records}


def _told(shell: Silent, error: BaseException) -> dict:
    kind = type(error)
    known = getattr(builtins, kind.__name__, None) is kind
    try:
        says = str(error.msg if isinstance(error, SyntaxError) else error)[:300]
    except Exception:
        says = ""
    return {
        "type": kind.__name__[:60] if known else "an error",
        "line": _line(shell, error),
        "says": says if known else "",
        "of_function": isinstance(error, _function_errors()),
    }


def _function_errors() -> tuple:
    return (kinds.AnswerError,)


def _line(shell: Silent, error: BaseException) -> int | None:
    """The line of the cell in which the error arose."""
    if isinstance(error, SyntaxError):
        return error.lineno
    of_cells = shell.compile._filename_map if hasattr(shell.compile, "_filename_map") else {}
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_filename
        if name in of_cells or name.startswith(("<ipython-input-", "/tmp/ipykernel_")):
            found = line
    return found
