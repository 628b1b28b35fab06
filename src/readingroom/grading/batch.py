"""Grading a class: every submission on its own, each result kept as soon as it is there."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from readingroom.catalogue import catalogue
from readingroom.grading import (
    execution,
    gathering,
    intake,
    preparation,
    rebuild,
    result,
    sandbox,
    verdicts,
)
from readingroom.grading.limits import Limits
from readingroom.grading.room import RoomError
from readingroom.grading.scoring import Judge


class Busy(RuntimeError):
    """Another grader works in this folder of results."""


FAULT = "The grader itself failed here ({}); grade this submission again."


@dataclass(frozen=True)
class Settings:
    """How a class is graded.

    Attributes
    ----------
    seed : int
        Draws the inputs of function answers; the teacher keeps it.
    limits : Limits
    jobs : int
        Submissions at one time.
    protected : bool
        Behind walls.
    cohort : str
        Films for submissions that do not say which they had.
    hidden : tuple of str
        Folders that no submission may see: the submissions, the results, the gradebook.
    """

    seed: int
    limits: Limits = field(default_factory=Limits)
    jobs: int = 1
    protected: bool = True
    cohort: str = "simulated"
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """A submission that can be run, or the rows it gets without a run."""

    submission: gathering.Submission
    lesson: str
    cohort: str
    rows: tuple[result.Row, ...] = ()
    book: object = None


def seed_from(path: Path | None, out: Path) -> int:
    """The seed that draws a class's hidden inputs, from the teacher's file or a fresh one.

    Parameters
    ----------
    path : Path or None
        A file with any text in it; made if it does not exist. None keeps one beside the results.
    out : Path
        The folder of results.
    """
    path = path or out / ".seed"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        result.write(path, secrets.token_hex(16) + "\n")
        path.chmod(0o600)
    text = path.read_text("utf-8").strip()
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def take_in(submission: gathering.Submission, settings: Settings) -> Task:
    """Read a submission; what cannot be run gets its rows here."""

    def refused(lesson: str, status: str, reason: str) -> Task:
        rows = result.failed(submission.student, lesson, "", status, reason)
        return Task(submission, lesson, "", tuple(rows))

    wanted = submission.lesson
    if submission.problem:
        return refused(wanted, result.UNREADABLE_FILE, submission.problem)
    try:
        book = intake.read(submission.data)
    except intake.Unreadable as error:
        return refused(wanted, result.UNREADABLE_FILE, str(error))
    found = intake.lesson_of(book)
    if not found:
        return refused(wanted, result.WRONG_LESSON, "This is no lesson of this course.")
    if wanted and found != wanted:
        titles = catalogue()
        return refused(
            wanted,
            result.WRONG_LESSON,
            f"This is lesson {found} {titles[found].title}; lesson {wanted} was asked for.",
        )
    return Task(submission, found, intake.cohort_of(book) or settings.cohort, (), book)


class Grader:
    """Grades single submissions; keeps a room for each lesson and kind of films.

    Use as a context manager: at its end no sandbox is left.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._rooms: dict[tuple[str, str], tuple] = {}
        self._lock = threading.Lock()
        self._judge = Judge()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        for room, _, _ in self._rooms.values():
            if room is not None:
                room.close()
        self._judge.close()

    def ready(self, lesson: str, cohort: str) -> tuple:
        """Room, what a run is told, and why there is none; made when first asked for.

        A sandbox ends with the thread that made it, so this is called from a thread that lasts.
        """
        with self._lock:
            key = (lesson, cohort)
            if key not in self._rooms:
                self._rooms[key] = self._prepare(lesson, cohort)
            return self._rooms[key]

    def _prepare(self, lesson: str, cohort: str) -> tuple:
        settings = self.settings
        hidden = [Path(folder) for folder in settings.hidden]
        try:
            made = preparation.prepare(lesson, cohort, settings.seed, hidden, settings.protected)
            return made.room(settings.protected), made.told, ""
        except (preparation.PreparationError, RoomError, sandbox.NoSandbox) as error:
            return None, None, str(error)

    def rows(self, task: Task) -> list[result.Row]:
        """The rows of a submission, whatever it does."""
        if task.rows:
            return list(task.rows)
        student, lesson, cohort = task.submission.student, task.lesson, task.cohort
        room, told, why = self.ready(lesson, cohort)
        if room is None:
            return result.failed(student, lesson, cohort, result.NOT_GRADED, why)
        try:
            built = rebuild.rebuild(preparation.release(lesson), task.book)
            found = execution.Execution(room, built.cells, told, self.settings.limits).run()
            seed = self.settings.seed
            return verdicts.rows(student, lesson, cohort, built, found, self._judge, seed)
        except Exception as error:
            reason = FAULT.format(f"{type(error).__name__}: {str(error)[:200]}")
            return result.failed(student, lesson, cohort, result.NOT_GRADED, reason)


def key_of(task: Task, settings: Settings) -> str:
    """What a kept result must agree with to be used again."""
    digest = hashlib.sha256(task.submission.data)
    digest.update(repr([task.submission.problem, task.cohort, settings.seed]).encode())
    digest.update(repr(sorted(settings.limits.as_dict().items())).encode())
    if task.lesson:
        digest.update(preparation.fingerprint(task.lesson).encode())
    return digest.hexdigest()


def grade(
    submissions: Iterable[gathering.Submission],
    folder: Path,
    settings: Settings,
    *,
    resume: bool = False,
    only: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
    engine: Callable | None = None,
) -> list[result.Row]:
    """Grade submissions; each result is kept in `folder` as soon as it is there.

    Parameters
    ----------
    submissions : iterable of Submission
    folder : Path
        Folder of kept results.
    settings : Settings
    resume : bool
        Use what an earlier, interrupted run kept.
    only : bool
        These are a part of the class: leave the kept results of the others alone.
    progress : callable, optional
        ``progress(done, all, student)``.
    engine : callable, optional
        ``engine(tasks, settings)`` yields (task, rows) as they come; threads here by default.

    Returns
    -------
    list of Row
        By student, lesson and the order of the lesson's exercises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".*.part"):
        left.unlink(missing_ok=True)
    tasks = _apart([take_in(submission, settings) for submission in submissions])
    keys = {id(task): key_of(task, settings) for task in tasks}
    if not resume and not only:
        for old in folder.glob("*.json"):
            old.unlink()
    done: dict[int, list[result.Row]] = {}
    waiting = []
    for task in tasks:
        path = result.file_of(folder, task.submission.student, task.lesson)
        rows = result.kept(path, keys[id(task)]) if resume else None
        if rows is None or any(row.status == result.NOT_GRADED for row in rows):
            waiting.append(task)
        else:
            done[id(task)] = rows
    for task, rows in (engine or here)(waiting, settings):
        path = result.file_of(folder, task.submission.student, task.lesson)
        result.keep(path, keys[id(task)], rows)
        done[id(task)] = rows
        if progress:
            progress(len(done), len(tasks), task.submission.student)
    return [row for task in sorted(tasks, key=_order) for row in done[id(task)]]


def _apart(tasks: list[Task]) -> list[Task]:
    """Number a student's second notebook of the same lesson, so that none hides another."""
    seen: dict[tuple[str, str], int] = {}
    out = []
    for task in tasks:
        student = task.submission.student
        key = (student, task.lesson)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            student = f"{student} ({seen[key]})"
            rows = tuple(replace(row, student=student) for row in task.rows)
            task = replace(task, submission=replace(task.submission, student=student), rows=rows)
        out.append(task)
    return out


def _order(task: Task) -> tuple:
    return (task.submission.student, task.lesson, task.submission.source)


def here(tasks: list[Task], settings: Settings):
    """Grade on this machine, several at one time; yields (task, rows) as they come."""
    with Grader(settings) as grader, ThreadPoolExecutor(settings.jobs) as pool:
        for task in tasks:  # sandboxes are made in this thread, which outlives the others
            if not task.rows:
                grader.ready(task.lesson, task.cohort)
        futures = {pool.submit(grader.rows, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            raise


def protection(unprotected: bool) -> bool:
    """Whether to run behind walls.

    Raises
    ------
    sandbox.NoSandbox
        There are none here and nobody agreed to do without.
    """
    if unprotected:
        return False
    if not sandbox.available():
        raise sandbox.NoSandbox(sandbox.missing())
    return True


@contextlib.contextmanager
def only_one(folder: Path):
    """Let one grader at a time write into a folder of results.

    Raises
    ------
    Busy
        Another one does.
    """
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(str(folder)) from error
        yield
