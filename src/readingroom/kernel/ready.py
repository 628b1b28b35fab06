"""What a lesson's first cell and first check need, made ready while the learner reads.

The page asks for it as soon as its kernel lives; a notebook that runs without the page (headless,
nbgrader, another editor) does nothing ahead of time. A thread does the work: it draws nothing, and
takes nothing from the random streams that a lesson's cells use (tests/kernel/test_ready.py).
"""

from __future__ import annotations

import contextlib
import importlib
import os
import threading
from typing import Any

from readingroom import threads
from readingroom.catalogue import Lesson, find
from readingroom.questions import exercises

# what a lesson's cells import first; the first of them before the first figure
DRAWS = ("readingroom.show.figures", "matplotlib.backends.backend_agg", "ipywidgets")
NOTICED = 1.0  # seconds of silence before a line is due
FILMS = "Reading the films: a few seconds, once …"
WAIT = "Making this lesson's checks ready: a few seconds, once …"

_films = threading.Event()
_begun: set[str] = set()
_lock = threading.Lock()


def begin(number: str) -> None:
    """Read ahead what a lesson's first cells need; returns at once.

    Parameters
    ----------
    number : str
        Such as ``"05"``; anything that is no lesson is left alone.
    """
    if not os.environ.get("NBGRADER_EXECUTION"):
        threads.choose()  # before torch is loaded
        _start("films", _read_ahead, number)


def _start(name: str, work: Any, *arguments: str) -> None:
    if name not in _begun:
        _begun.add(name)
        threading.Thread(target=work, args=arguments, name=f"ready {name}", daemon=True).start()


def _read_ahead(number: str) -> None:
    # a fault here is met again, and told, by the cell that needs the same
    try:
        for module in DRAWS:
            importlib.import_module(module)
        from readingroom.kernel import opening

        lesson = find(number)
        importlib.import_module(f"readingroom.lessons.l{lesson.number}")
        if exercises.checks_here():
            exercises.of_lesson(lesson.number)
        opening.ahead(lesson)
    except Exception:
        return
    finally:
        _films.set()
    with contextlib.suppress(Exception):
        _networks(lesson)


def _networks(lesson: Lesson) -> None:
    """Load the networks of the lesson's first reading, and read a black film once."""
    if lesson.networks:
        import numpy as np

        from readingroom.reader import reading

        reading.read_film(np.zeros((128, 128), "uint8"))


def wait_for_films() -> None:
    """Wait for `begin`, where it was called: it does what the caller is about to do."""
    if "films" in _begun and not _films.is_set():
        if not _films.wait(NOTICED):
            print(FILMS)
        _films.wait()


def checks(number: str, mode: str) -> None:
    """Begin to load what the lesson's checks compare with, if the page asked for `begin`."""
    if "films" in _begun:
        _start("checks", _freeze, number, mode)


def _freeze(number: str, mode: str) -> None:
    with contextlib.suppress(Exception):  # the check meets it again, and says so
        frozen(number, mode)


def frozen(number: str, mode: str) -> Any:
    """The lesson's frozen data; waits, and says so, where a thread is still loading it."""
    main = threading.current_thread() is threading.main_thread()
    if main and not _lock.acquire(timeout=NOTICED):
        print(WAIT)
        _lock.acquire()
    elif not main:
        _lock.acquire()
    try:
        return exercises.frozen(number, mode)
    finally:
        _lock.release()
