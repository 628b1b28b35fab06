"""The same work spread over a Dask cluster: each worker process keeps sandboxes of its own.

Only the teacher's own program talks to the workers. What runs there is `batch.Grader`, as here;
a submission never leaves its sandbox, whichever machine that is on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from readingroom.grading import preparation, result
from readingroom.grading.batch import Grader, Settings, Task, not_graded

INSTALL = "Spreading the work needs Dask. Run: pip install distributed"
OTHER = "A machine of the cluster has another version of the course; install the same on all."
CONNECT_SECONDS = 20
TRIES = 4  # of one submission, each on another worker

_graders: dict[Settings, Grader] = {}


class NoCluster(RuntimeError):
    """No cluster can be had; the message says what to do."""


def graded(task: Task, settings: Settings, course: str) -> dict:
    """Grade one submission on a worker, whose sandboxes stay; tells which worker it was."""
    from distributed import get_worker

    if course and course != preparation.fingerprint(task.lesson):
        rows = not_graded(task, OTHER)
    else:
        rows = _graders.setdefault(settings, Grader(settings)).rows(task)
    return {"rows": [row.as_dict() for row in rows], "worker": get_worker().address}


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
    """Grade all; what one worker could not grade goes to another, and that worker gets no more.

    A worker that fails answers at once, so it would otherwise take nearly the whole class.
    """
    from distributed import as_completed

    aside: set[str] = set()

    def submit(task: Task):
        course = preparation.fingerprint(task.lesson) if task.lesson else ""
        good = sorted(set(client.scheduler_info()["workers"]) - aside)
        return client.submit(graded, task, settings, course, pure=False, workers=good or None)

    with client:
        waiting = {submit(task): (task, 1) for task in tasks}
        done = as_completed(waiting)
        try:
            for future in done:
                task, tries = waiting.pop(future)
                rows, worker = _rows(future, task)
                if result.earned(rows) is None and not task.rows and tries < TRIES:
                    aside.add(worker)
                    again = submit(task)
                    waiting[again] = (task, tries + 1)
                    done.add(again)
                else:
                    yield task, rows
        finally:
            client.run(finish)


def _rows(future, task: Task) -> tuple[list[result.Row], str]:
    """A worker's rows and its address; where the cluster lost them, rows that say so."""
    error = future.exception()
    if error is None:
        found = future.result()
        return [result.Row(**row) for row in found["rows"]], found["worker"]
    why = f"The cluster lost this submission ({type(error).__name__}); grade it again."
    return not_graded(task, why), ""
