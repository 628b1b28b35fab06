"""Judging, in a process of its own that has never run a line of any submission.

``python -m readingroom.grading.scoring`` reads one JSON text a line and answers each with one.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict

from readingroom.grading import result
from readingroom.questions import exercises

SECONDS = 120.0  # of one answer; the first one loads the lesson's frozen data
NOT_JUDGED = "This answer could not be judged ({}); tell the course's authors."


def judged(request: dict) -> dict:
    """The verdict on one recorded answer, as JSON types."""
    lesson, cohort = request["lesson"], request["cohort"]
    exercise = exercises.of_lesson(lesson)[request["exercise"]]
    try:
        frozen = exercises.frozen(lesson, cohort)
        verdict = exercises.judge(exercise, request["answer"], frozen, request["seed"])
        return asdict(verdict)
    except Exception as error:
        return _not_judged(request["exercise"], exercise.points, type(error).__name__)


def _not_judged(slug: str, points: float, why: str) -> dict:
    reason = NOT_JUDGED.format(why)
    return asdict(exercises.Verdict(slug, result.NOT_GRADED, 0.0, float(points), reason))


class Judge:
    """A judging process; started when first needed and again after one that hung."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds, self._process, self._lock = seconds, None, threading.Lock()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def verdict(
        self, lesson: str, cohort: str, exercise: str, answer: object, seed: int
    ) -> exercises.Verdict:
        """Judge one recorded answer."""
        request = {"lesson": lesson, "cohort": cohort, "exercise": exercise, "answer": answer,
                   "seed": seed}  # fmt: skip
        with self._lock:
            found = self._ask(json.dumps(request).encode() + b"\n")
        if found is None:
            points = exercises.of_lesson(lesson)[exercise].points
            found = _not_judged(exercise, points, "no reply")
        return exercises.Verdict(**found)

    def _ask(self, line: bytes) -> dict | None:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "readingroom.grading.scoring"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        process, until = self._process, time.monotonic() + self._seconds
        try:
            process.stdin.write(line)
            process.stdin.flush()
            if select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                return json.loads(process.stdout.readline())
        except (OSError, ValueError):
            pass
        self._stop()
        return None

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()


def main() -> None:
    """Judge what comes in, until the line is closed."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a lesson's data print is no verdict
    for line in sys.stdin.buffer:
        answers.write(json.dumps(judged(json.loads(line))).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
