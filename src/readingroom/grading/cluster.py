"""The same work spread over a Dask cluster: each worker process keeps sandboxes of its own.

Only the teacher's own program talks to the workers. What runs there is `batch.Grader`, as here;
a submission never leaves its sandbox, whichever machine that is on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from readingroom.grading import preparation, result
from readingroom.grading.batch import Grader, Settings, Task

INSTALL = "Spreading the work needs Dask. Run: pip install distributed"
OTHER = "A machine of the cluster has another version of the course; install the same on all."
CONNECT_SECONDS = 20

_graders: dict[Settings, Grader] = {}


class NoCluster(RuntimeError):
    """No cluster can be had; the message says what to do."""


def graded(task: Task, settings: Settings, course: str) -> list[dict]:
    """Grade one submission on a worker; its sandboxes stay for the next one."""
    if course and course != preparation.fingerprint(task.lesson):
        student, lesson = task.submission.student, task.lesson
        rows = result.failed(student, lesson, task.cohort, result.NOT_GRADED, OTHER)
    else:
        rows = _graders.setdefault(settings, Grader(settings)).rows(task)
    return [row.as_dict() for row in rows]


def finish() -> None:
    """End every sandbox of this worker."""
    while _graders:
        _graders.popitem()[1].__exit__()


def engine(address: str) -> Callable[[list[Task], Settings], Iterator]:
    """Something that grades on the cluster at `address`, for `batch.grade`.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://127.0.0.1:8786``.

    Raises
    ------
    NoCluster
        Dask is not installed, or nobody answers there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise NoCluster(INSTALL) from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
        workers = client.scheduler_info()["workers"]
    except (OSError, ValueError) as error:
        raise NoCluster(f"No Dask scheduler answers at {address}; start one first.") from error
    if not workers:
        client.close()
        raise NoCluster(f"The scheduler at {address} has no workers yet; start some first.")
    return lambda tasks, settings: _spread(client, tasks, settings)


def _spread(client, tasks: list[Task], settings: Settings) -> Iterator:
    from distributed import as_completed

    def course(task: Task) -> str:
        return preparation.fingerprint(task.lesson) if task.lesson else ""

    with client:
        futures = {
            client.submit(graded, task, settings, course(task), pure=False): task for task in tasks
        }
        try:
            for future in as_completed(futures):
                yield futures[future], _rows(future, futures[future])
        finally:
            client.run(finish)


def _rows(future, task: Task) -> list[result.Row]:
    """A worker's rows; where the cluster lost them, rows that say so."""
    error = future.exception()
    if error is None:
        return [result.Row(**row) for row in future.result()]
    why = f"The cluster lost this submission ({type(error).__name__}); grade it again."
    student, lesson = task.submission.student, task.lesson
    return result.failed(student, lesson, task.cohort, result.NOT_GRADED, why)
