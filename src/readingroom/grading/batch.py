"""Grading a class: every submission on its own, each result kept as soon as it is there."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout

from readingroom import files
from readingroom.catalogue import catalogue
from readingroom.grading import (
    execution,
    gathering,
    intake,
    platforms,
    preparation,
    rebuild,
    result,
    sandbox,
    verdicts,
)
from readingroom.grading.limits import Limits
from readingroom.grading.room import RoomError
from readingroom.grading.scoring import Judge
from readingroom.questions import exercises


class Busy(RuntimeError):
    """Another grader works in this folder of results."""


RETRY = 30.0  # seconds after which a room that failed is tried again
SLOW = (result.TIMED_OUT, result.STOPPED)
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
    """A submission that can be run, or the rows it gets without a run; its bytes are gone."""

    submission: gathering.Submission
    lesson: str
    cohort: str
    rows: tuple[result.Row, ...] = ()
    built: rebuild.Rebuilt | None = None
    digest: str = ""
    beside: tuple[str, ...] = ()  # other lessons that the same file holds


@dataclass
class Aside:
    """What the teacher should know beside the rows.

    Attributes
    ----------
    unread : list of (student, place, why)
        Found and not graded.
    copies : list of list of str
        Students who handed in byte for byte the same answered notebook.
    """

    unread: list[tuple[str, str, str]] = field(default_factory=list)
    copies: list[list[str]] = field(default_factory=list)


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
        files.write_text(path, secrets.token_hex(16) + "\n")
        path.chmod(0o600)
    text = path.read_text("utf-8").strip()
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def take_in(submission: gathering.Submission, settings: Settings, reader: intake.Reader) -> Task:
    """Read a submission; what cannot be run gets its rows here, whatever the file does."""
    data, trouble = submission.read()
    digest = hashlib.sha256(data + trouble.encode("utf-8", "replace")).hexdigest()
    submission = replace(submission, content=b"", opened=None)

    def refused(lesson: str, status: str, reason: str) -> Task:
        rows = result.failed(submission.student, lesson, "", status, reason)
        rows = [replace(row, number=submission.number) for row in rows]
        return Task(submission, lesson, "", tuple(rows), None, digest)

    wanted = submission.lesson
    if trouble:
        return refused(wanted, result.UNREADABLE_FILE, trouble)
    try:
        handed = reader.read(data, wanted)
    except intake.Unreadable as error:
        return refused(wanted, result.UNREADABLE_FILE, str(error))
    except Exception as error:
        return refused(wanted, result.NOT_GRADED, FAULT.format(type(error).__name__))
    found = handed.lesson
    if not found:
        return refused(wanted, result.WRONG_LESSON, "This is no lesson of this course.")
    if wanted and found != wanted and not submission.called:
        titles = catalogue()
        return refused(
            wanted,
            result.WRONG_LESSON,
            f"This is lesson {found} {titles[found].title}; lesson {wanted} was asked for.",
        )
    films = handed.cohort or settings.cohort
    return Task(submission, found, films, (), handed.built, digest, handed.beside)


class Grader:
    """Grades single submissions; keeps a room for each lesson and kind of films.

    Use as a context manager: at its end no sandbox is left.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._rooms: dict[tuple[str, str], tuple] = {}
        self._lock = threading.Lock()
        self._judge = Judge()
        self._again = 0.0

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
            failed = key in self._rooms and self._rooms[key][0] is None
            if key not in self._rooms or (failed and time.monotonic() > self._again):
                self._rooms[key] = self._prepare(lesson, cohort)
                self._again = time.monotonic() + RETRY
            return self._rooms[key]

    def _prepare(self, lesson: str, cohort: str) -> tuple:
        settings = self.settings
        hidden = [Path(folder) for folder in settings.hidden]
        try:
            made = preparation.prepare(lesson, cohort, settings.seed, hidden, settings.protected)
            # the judge reads its films and the told values are worked out while the sandbox starts
            threading.Thread(target=self._judge.load, args=(lesson, cohort), daemon=True).start()
            with ThreadPoolExecutor(1) as beside:
                told = beside.submit(lambda: made.told)
                room = made.room(settings.protected)
            try:
                return room, told.result(), ""
            except BaseException:
                room.close()
                raise
        except (preparation.PreparationError, RoomError, sandbox.NoSandbox) as error:
            return None, None, str(error)

    def rows(self, task: Task) -> list[result.Row]:
        """The rows of a submission, whatever it does."""
        if task.rows:
            return list(task.rows)
        student, lesson, cohort = task.submission.student, task.lesson, task.cohort
        room, told, why = self.ready(lesson, cohort)
        if room is None:
            return not_graded(task, why)
        try:
            built = task.built
            found = execution.Execution(room, built.cells, told, self.settings.limits).run()
            seed = self.settings.seed
            rows = verdicts.rows(student, lesson, cohort, built, found, self._judge, seed)
            return [replace(row, number=task.submission.number) for row in rows]
        except Exception as error:
            return not_graded(task, FAULT.format(f"{type(error).__name__}: {str(error)[:200]}"))


def not_graded(task: Task, why: str) -> list[result.Row]:
    """Rows of a submission that the grader, not the learner, failed on."""
    student, number = task.submission.student, task.submission.number
    rows = result.failed(student, task.lesson, task.cohort, result.NOT_GRADED, why)
    return [replace(row, number=number) for row in rows]


def key_of(task: Task, settings: Settings) -> str:
    """What a kept result must agree with to be used again."""
    digest = hashlib.sha256(repr([task.digest, task.cohort, settings.seed]).encode())
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
    aside: Aside | None = None,
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
    aside : Aside, optional
        Gets what was found and not graded, and which notebooks are copies.

    Returns
    -------
    list of Row
        By student, lesson and the order of the lesson's exercises.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".*.part"):
        left.unlink(missing_ok=True)
    with intake.Reader() as reader:
        tasks = [take_in(submission, settings, reader) for submission in submissions]
    aside = Aside() if aside is None else aside
    tasks, second = _one_each(tasks)
    aside.unread += [*getattr(submissions, "unread", []), *second, *_beside(tasks)]
    keys = {id(task): key_of(task, settings) for task in tasks}
    if not resume and not only:
        for old in result.files_in(folder):
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
    aside.copies += _copies(tasks, done)
    return [row for task in sorted(tasks, key=_order) for row in done[id(task)]]


def _one_each(tasks: list[Task]) -> tuple[list[Task], list[tuple[str, str, str]]]:
    """One notebook of each student and lesson, and which others were found.

    One that can be read comes first, then what the platform calls a later attempt, then the one
    with the release's own name, then one whose name is not that of a copy. A notebook of no lesson
    counts only where there is nothing else.
    """
    groups: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        groups.setdefault((task.submission.student, task.lesson), []).append(task)
    lessons = {student for student, lesson in groups if lesson}
    kept, others = [], []
    for (student, lesson), own in groups.items():
        first, *rest = sorted(own, key=_rank)
        if not lesson and student in lessons:
            rest = [first, *rest]
        else:
            kept.append(first)
        for task in rest:
            why = f"{task.submission.source.rpartition('/')[2]} was not graded: "
            graded = first.submission.source.rpartition("/")[2]
            why += f"{graded} counts for lesson {lesson}." if lesson else "it is no lesson."
            if lesson and _apart(first, task):
                why += f" If {student} is no student but a group, grade that folder by itself."
            others.append((student, task.submission.source, why))
    return kept, others


def _apart(one: Task, other: Task) -> bool:
    """Whether two files lie in different folders of one student's, and are no two versions."""
    inside = [task.submission.source.split("/")[1:-1] for task in (one, other)]
    return inside[0] != inside[1] and all(inside) and not one.submission.turn


def _beside(tasks: list[Task]) -> list[tuple[str, str, str]]:
    """What else is to be said of files that were graded.

    Such as lessons that lie in the file of another one and that nothing else of the student brings.
    """
    graded = {(task.submission.student, task.lesson) for task in tasks}
    misnamed = [
        (task.submission.student, task.submission.source,
         f"It is called as lesson {task.submission.lesson} and was graded as what it holds, "
         f"lesson {task.lesson}.")
        for task in tasks
        if task.submission.called and task.lesson and task.submission.lesson
        and task.submission.lesson != task.lesson
    ]  # fmt: skip
    return misnamed + [
        (task.submission.student, task.submission.source,
         f"It holds lesson {number} too, of which nothing was graded: ask for a file of its own.")
        for task in tasks
        for number in task.beside
        if (task.submission.student, number) not in graded
    ]  # fmt: skip


def _rank(task: Task) -> tuple:
    name = gathering.NOTEBOOK.sub("", task.submission.source.rpartition("/")[2])
    own = bool(task.lesson) and name.endswith(catalogue()[task.lesson].slug)
    broken = bool(task.rows)
    earlier = [-part for part in task.submission.turn]
    copy = bool(platforms.COPY.search(name))
    return (broken, not earlier, earlier, not own, copy, task.submission.source)


def _copies(tasks: list[Task], done: dict[int, list[result.Row]]) -> list[list[str]]:
    """Students whose files are the same to the last byte, where something was answered."""
    alike: dict[str, list[str]] = {}
    for task in tasks:
        if task.built is not None and any(
            row.status != exercises.NOT_ATTEMPTED for row in done[id(task)]
        ):
            alike.setdefault(task.digest, []).append(task.submission.student)
    return [students for students in alike.values() if len(students) > 1]


def _order(task: Task) -> tuple:
    return (task.submission.student, task.lesson, task.submission.source)


def here(tasks: list[Task], settings: Settings):
    """Grade on this machine, several at one time; yields (task, rows) as they come."""
    with Grader(settings) as grader, ThreadPoolExecutor(settings.jobs) as pool:
        for task in tasks:  # sandboxes are made in this thread, which outlives the others
            if not task.rows:
                grader.ready(task.lesson, task.cohort)
        futures = {pool.submit(grader.rows, task): task for task in tasks}
        late = []
        try:
            for future in as_completed(futures):
                task, rows = futures[future], future.result()
                if settings.jobs > 1 and any(row.status in SLOW for row in rows):
                    late.append((task, rows))
                else:
                    yield task, rows
            # what ran out of time beside others runs once more alone before that counts
            for task, rows in late:
                again = grader.rows(task)
                yield task, again if result.earned(again) is not None else rows
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
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(FileLock(folder / ".lock", timeout=0))
        except Timeout as error:
            raise Busy(str(folder)) from error
        yield
