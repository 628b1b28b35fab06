"""Judging, in a process of its own that has never run a line of any submission.

``python -m readingroom.grading.scoring`` reads one JSON text a line and answers each with one.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import secrets
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

from readingroom.grading import result
from readingroom.questions import exercises

SECONDS = 120.0  # of one answer
LEAVING = 5.0  # seconds in which a judge that was told to go has gone
LOADING = 5  # times that for what a lesson's checks read
MEMORY = 6_000_000_000  # bytes; a file of 8 MB may unpack to more than any film
TOO_MUCH = "Judging your answer takes more memory or time than any answer of this lesson."
NOT_JUDGED = "This answer could not be judged ({}); tell the course's authors."


def judged(request: dict) -> dict:
    """The verdict on one recorded answer, as JSON types."""
    lesson, cohort = request["lesson"], request["cohort"]
    if request["exercise"] is None:  # a fresh judge, which loads what the lesson's checks read
        with contextlib.suppress(Exception):  # the answer itself then says what is wrong
            exercises.frozen(lesson, cohort)
        return {}
    exercise = exercises.of_lesson(lesson)[request["exercise"]]
    try:
        frozen = exercises.frozen(lesson, cohort)
        verdict = exercises.judge(exercise, request["answer"], frozen, request["seed"])
        return asdict(verdict)
    except MemoryError:
        return _too_much(request["exercise"], exercise.points)
    except Exception as error:
        return _not_judged(request["exercise"], exercise.points, type(error).__name__)


def _not_judged(slug: str, points: float, why: str) -> dict:
    reason = NOT_JUDGED.format(why)
    return asdict(exercises.Verdict(slug, result.NOT_GRADED, 0.0, float(points), reason))


def _too_much(slug: str, points: float) -> dict:
    return asdict(exercises.Verdict(slug, exercises.UNREADABLE, 0.0, float(points), TOO_MUCH))


class Judge:
    """A judging process; started when first needed and again after one that hung."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds, self._process, self._lock = seconds, None, threading.Lock()
        self._place, self._loaded, self._closed = "", set(), False

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def load(self, lesson: str, cohort: str) -> None:
        """Load what a lesson's checks read; an answer that comes meanwhile waits for it."""
        with self._lock:
            if not self._closed:
                self._asked({"lesson": lesson, "cohort": cohort, "exercise": None, "answer": None,
                             "seed": 0})  # fmt: skip

    def verdict(
        self, lesson: str, cohort: str, exercise: str, answer: object, seed: int
    ) -> exercises.Verdict:
        """Judge one recorded answer."""
        request = {"lesson": lesson, "cohort": cohort, "exercise": exercise, "answer": answer,
                   "seed": seed}  # fmt: skip
        points = exercises.of_lesson(lesson)[exercise].points
        with self._lock:
            found = self._asked(request)
            if found is None:  # an answer before it may have worn the judge out: a fresh one, once
                found = self._asked(request)
            if found is None:
                able = self._asked({**request, "exercise": None, "answer": None}) is not None
                found = _too_much(exercise, points) if able else None
        found = found or _not_judged(exercise, points, "no reply")
        return exercises.Verdict(**found)

    def _asked(self, request: dict) -> dict | None:
        """Ask; a judge that has not loaded the lesson does that first and has longer for it."""
        self._start()
        lesson = (request["lesson"], request["cohort"])
        if lesson not in self._loaded:
            only = {**request, "exercise": None, "answer": None}
            if self._ask(only, LOADING * self._seconds) is None:
                return None
            self._loaded.add(lesson)
        return {} if request["exercise"] is None else self._ask(request, self._seconds)

    def _start(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._loaded = set()
            # only a name: the judge makes the folder, so a grader killed here leaves nothing
            name = f"readingroom-judge-{secrets.token_hex(8)}"
            self._place = str(Path(tempfile.gettempdir(), name))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "readingroom.grading.scoring", self._place, str(MEMORY)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def _ask(self, request: dict, seconds: float) -> dict | None:
        process, until = self._process, time.monotonic() + seconds
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            if select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                return json.loads(process.stdout.readline())
        except (OSError, ValueError, RecursionError):
            pass
        self._stop()
        return None

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for line in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):  # what it never read
                    line.close()
            self._process = None
            shutil.rmtree(self._place, ignore_errors=True)

    def close(self) -> None:
        """End the process; it tidies up itself, so a kill in this moment leaves nothing."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                    self._process.stdin.close()
                    self._process.wait(LEAVING)
            self._stop()


def main() -> None:
    """Judge what comes in, until the line is closed; leave nothing in the temporary folder."""
    import resource

    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a lesson's data print is no verdict
    tempfile.tempdir, memory = sys.argv[1], int(sys.argv[2])
    # A grader that was killed can tidy up no more: its judge does, also where the grader's death
    # meets it in the middle of an answer, whose writing then fails.
    atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)
    Path(tempfile.tempdir).mkdir(mode=0o700)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    for line in sys.stdin.buffer:
        answers.write(json.dumps(judged(json.loads(line))).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
