"""The plan of the suite: every kernel that a lesson's tests may start, and how many there may be.

`Runs.execute` starts what stands here and nothing else; what was started is counted, whoever
started it, and a session that started more has failed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

MOST = 5  # runs of a whole notebook a lesson, both kinds of films together


@dataclass(frozen=True)
class Run:
    """One run of a notebook.

    Attributes
    ----------
    name : str
    claims : str
        What is read from it.
    modes : tuple of str
        The films it is made on; the cheaper ones where one mode is enough.
    warm : bool
        Whether a copy of a warm kernel runs it, instead of one that imports for itself.
    kernels : int
        How many at most on each kind of films.
    only : tuple of str
        Lessons that have it; none named means all.
    whole : int
        How often these kernels together run every cell of the page, on each kind of films.
    """

    name: str
    claims: str
    modes: tuple[str, ...] = ("simulated",)
    warm: bool = True
    kernels: int = 1
    only: tuple[str, ...] = ()
    whole: int = 1


READ = "the rehearsal, nbval's comparison, pictures, intervals, the book"
PLAN = (
    Run("solved", READ, ("real",)),
    # the one that has to import for itself: `import scipy` is not enough for `scipy.stats`
    Run("solved", READ, warm=False),
    Run("parts", "each part from its own first cell; answers that travel as data", kernels=4),
    Run(
        "nbgrader", "its points for a full and an empty copy; what it validates", kernels=2, whole=2
    ),
)
OWN = re.compile(r"tests/lessons/(?:test_l(\d\d)|.*\[(?:[a-z]+-)?(\d\d)\b)")


def find(name: str, lesson: str, mode: str, plan: Iterable[Run] = PLAN) -> Run:
    """The run of this name.

    Raises
    ------
    LookupError
        The plan has none for this lesson and these films.
    """
    for run in plan:
        if run.name == name and mode in run.modes and (not run.only or lesson in run.only):
            return run
    raise LookupError(
        f"No run {name!r} of lesson {lesson} on {mode} films is planned. "
        "Read the result of a planned one, or plan it in tests/suite/plan.py."
    )


def whole_runs(lesson: str, plan: Iterable[Run] = PLAN) -> int:
    """How often all cells of a lesson are run, on both kinds of films together."""
    return sum(run.whole * len(run.modes) for run in plan if not run.only or lesson in run.only)


def label(name: str, lesson: str, mode: str) -> str:
    """How a kernel says in the list what it was started for."""
    return f"{lesson} {name} {mode}"


def lesson_of(line: dict) -> str:
    """The lesson that a kernel of the list was started for, or ''."""
    if line["run"]:
        return line["run"].split()[0]
    found = OWN.match(line["test"])
    return (found[1] or found[2]) if found else ""


def beyond(lines: Iterable[dict], plan: Iterable[Run] = PLAN) -> list[str]:
    """What was started and is not planned, one sentence each."""
    said, counted = [], Counter()
    for line in lines:
        if line["run"]:
            counted[line["run"], line["warm"]] += 1
        elif lesson_of(line):
            said.append(f"{line['test']} started a kernel of no planned run.")
    for (started, warm), times in sorted(counted.items()):
        lesson, name, mode = started.split()
        try:
            run = find(name, lesson, mode, plan)
        except LookupError as error:
            said.append(str(error))
            continue
        if times > run.kernels:
            said.append(f"{started}: {times} kernels were started, {run.kernels} are planned.")
        if warm != run.warm:
            said.append(f"{started}: a kernel was {'' if warm else 'not '}a copy of a warm one.")
    return said
