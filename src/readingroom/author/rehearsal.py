"""Run a solved lesson headless, as a learner's machine would, and measure it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from readingroom import files
from readingroom.catalogue import Lesson
from readingroom.kernel.session import ANSWER_MIME, HOLDS_NOT, RESULT_MIME
from readingroom.nbformats import nbformat
from readingroom.show.states import ASKED

CELL_SECONDS = 600
POLL = 0.1
KEPT = "rehearsed"  # the mark of a run that was kept


@dataclass
class Rehearsal:
    """One lesson's run.

    Attributes
    ----------
    lesson, cohort : str
        Its number, and the films it ran on.
    seconds : float
        Start of the kernel to end of the last cell.
    peak_mb : float
        Largest resident memory of the kernel and its children together, in units of 10^6 bytes.
    passed : bool
        Whether every cell ran and every check gave full points.
    reason : str
        Why not, in one sentence.
    results : dict
        Headline numbers.
    """

    lesson: str
    cohort: str
    seconds: float
    peak_mb: float
    passed: bool
    reason: str = ""
    results: dict = field(default_factory=dict)

    def as_dict(self) -> dict:
        """JSON types only."""
        return asdict(self)


class Watch(threading.Thread):
    """Samples the memory of a process and its children until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self._stopped = pid, 0, threading.Event()

    def run(self) -> None:
        """Sample until `stop`."""
        import psutil

        try:
            root = psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            return
        while not self._stopped.wait(POLL):
            total = 0
            try:
                for process in [root, *root.children(recursive=True)]:
                    try:
                        total += process.memory_info().rss
                    except psutil.NoSuchProcess:
                        continue
            except psutil.NoSuchProcess:
                return
            self.peak = max(self.peak, total)

    def stop(self) -> float:
        """End the watch; the peak in MB."""
        self._stopped.set()
        self.join(timeout=2)
        return self.peak / 1e6


def execute(
    book: nbformat.NotebookNode,
    cohort: str | None,
    *,
    extra: dict[str, str] | None = None,
    stop_on_error: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[nbformat.NotebookNode, float, float, str]:
    """Execute a notebook in a kernel and an empty folder of its own.

    Parameters
    ----------
    book : NotebookNode
        Executed in place.
    cohort : str or None
        ``READINGROOM_COHORT`` of the kernel.
    extra : dict, optional
        Further environment variables; an empty text removes one.
    stop_on_error : bool
        False goes on after a cell that failed.
    progress : callable, optional
        ``progress(done, cells)`` after each cell.

    Returns
    -------
    (NotebookNode, float, float, str)
        The notebook, seconds, peak memory in MB, and the error that stopped it or ''.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    environment = dict(os.environ)
    # one home for the learner's progress is enough: a rehearsal must not write into it
    environment.update({"MPLBACKEND": "agg", **(extra or {})})
    if cohort:
        environment["READINGROOM_COHORT"] = cohort
    environment = {name: value for name, value in environment.items() if value != ""}
    done, error, peak = 0, "", 0.0

    def after(cell, cell_index, **_):
        nonlocal done
        done = cell_index + 1
        if progress:
            progress(done, len(book.cells))

    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="readingroom-") as folder:
        client = NotebookClient(
            book,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            allow_errors=not stop_on_error,
            on_cell_executed=after,
        )
        client.create_kernel_manager()
        # the kernel's own log is no part of the report; what a cell prints is in the notebook
        client.start_new_kernel(
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        manager: Any = client.km  # typed as one that may not have started
        watch = Watch(manager.provisioner.pid)
        watch.start()
        try:
            client.start_new_kernel_client()
            client.execute(reset_kc=False, cleanup_kc=False)
        except CellExecutionError as failed:
            error = f"a cell stopped with {failed.ename}: {failed.evalue}"
        except CellTimeoutError:
            error = f"a cell ran for more than {CELL_SECONDS} s"
        except DeadKernelError:
            error = "the kernel died, probably for want of memory"
        finally:
            peak = watch.stop()
            if client.km is not None:  # None: the client has cleaned up after a failed start
                client._cleanup_kernel()
    return book, time.perf_counter() - start, peak, error


def outputs_of(book: nbformat.NotebookNode, mime: str) -> list[dict]:
    """Every output of one kind, in the order of the cells."""
    return [
        output.data[mime]
        for cell in book.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if mime in output.get("data", {})
    ]


def _shortfalls(book: nbformat.NotebookNode) -> list[str]:
    return [
        f"{found['exercise']} ({found['status']})"
        for found in outputs_of(book, ANSWER_MIME)
        if found.get("points", 0) < found.get("max_points", 1)
    ]


def _untrue(book: nbformat.NotebookNode) -> list[str]:
    """Stated results that do not hold; on films of one's own the line says more, and is none."""
    lines = [
        line
        for cell in book.cells
        if "nbval-check-output" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
        for line in output.get("text", "").splitlines()
    ]
    return [line.removeprefix(HOLDS_NOT) for line in lines if line.startswith(HOLDS_NOT)]


def rehearse(
    lesson: Lesson,
    cohort: str | None = None,
    *,
    keep: Path | None = None,
    extra: dict[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    said: Callable[[str], None] = lambda text: None,
) -> Rehearsal:
    """Run a lesson's solved notebook and say whether every check passes.

    Parameters
    ----------
    lesson : Lesson
    cohort : str or None
        ``real``, ``simulated`` or the name of an own cohort; None lets the lesson choose.
    keep : Path, optional
        Write the executed notebook there; what lies there and is no such run is kept aside.
    extra : dict, optional
        Environment variables of the kernel; by default results are not kept between rehearsals.
    progress : callable, optional
        ``progress(done, cells)``.
    said : callable
        Told in a sentence what was kept aside.

    Returns
    -------
    Rehearsal
    """
    book = nbformat.read(lesson.notebook("solutions"), as_version=4)
    with tempfile.TemporaryDirectory(prefix="readingroom-store-") as fresh:
        given = {"READINGROOM_STORE": fresh, "READINGROOM_PROGRESS": fresh, **(extra or {})}
        if keep:
            given[ASKED] = "1"  # the kept run is what the book shows
        book, seconds, peak, error = execute(book, cohort, extra=given, progress=progress)
    if keep:
        keep.parent.mkdir(parents=True, exist_ok=True)
        book.metadata[KEPT] = True
        # an older run gives way; anything else of this name may be a learner's only copy
        if keep.is_file() and not _kept(keep):
            said(files.kept_as(keep, files.put_aside(keep)))
        files.write_text(keep, nbformat.writes(book))
    short = [] if error else _shortfalls(book)
    if short:
        error = "no full points for " + ", ".join(short)
    elif not error and (untrue := _untrue(book)):
        error = "this does not hold: " + "; ".join(untrue)
    results: dict = {}
    for found in outputs_of(book, RESULT_MIME):
        results.update(found)
    ran_on = _cohort_of(book) or cohort or "unknown"
    return Rehearsal(
        lesson.number, ran_on, round(seconds, 1), round(peak), not error, error, results
    )


def _kept(path: Path) -> bool:
    """Whether a notebook is a run that was kept here before."""
    try:
        marks = json.loads(path.read_text("utf-8"))["metadata"]
        return bool(marks.get(KEPT))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _cohort_of(book: nbformat.NotebookNode) -> str | None:
    found = outputs_of(book, ANSWER_MIME)
    return found[0]["cohort"] if found else None
