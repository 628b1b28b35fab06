"""Where a session's time went: by kind of test, by worker, by lesson; and the kernels started."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.suite import plan

KINDS = {  # by the first that fits: a word of the test's address, or one of its marks
    "browser": "browser",
    "hub": "hub",
    "tests/lessons/test_lessons.py": "lessons",
    "tests/lessons/test_grading.py": "lessons graded",
    "tests/test_book.py": "book",
    "tests/grading/": "grading",
    "slow": "other slow tests",
}


def kind(nodeid: str, keywords: Iterable[str]) -> str:
    """What a test belongs to when time is added up."""
    for mark, name in KINDS.items():
        if mark in keywords or nodeid.startswith(mark):
            return name
    return "unit tests"


def table(head: tuple[str, ...], rows: list[tuple]) -> list[str]:
    """Lines with the first column to the left and numbers to the right."""
    out = [f"{head[0]:<18}" + "".join(f"{name:>12}" for name in head[1:])]
    for first, *numbers in rows:
        cells = (f"{x:12.0f}" if isinstance(x, float) else f"{x:>12}" for x in numbers)
        out.append(f"{first:<18}" + "".join(cells))
    return out


def lines(reports: Iterable, kernels: list[dict]) -> list[str]:
    """The summary.

    Parameters
    ----------
    reports : iterable of pytest.TestReport
        Of every phase: set-up, call and end.
    kernels : list of dict
        As `tests.suite.kernels.counted` gives them.
    """
    kinds: dict = defaultdict(lambda: defaultdict(float))
    seconds: dict = defaultdict(float)
    for report in reports:
        node = getattr(report, "node", None)
        worker = node.gateway.id if node else "seconds"
        kinds[kind(report.nodeid, report.keywords)][worker] += report.duration
        seconds[plan.lesson_of({"run": "", "test": report.nodeid})] += report.duration
    workers = sorted({worker for found in kinds.values() for worker in found})
    longest = sorted(kinds, key=lambda name: -sum(kinds[name].values()))
    out = table(("seconds of", *workers), [
        (name, *(kinds[name][worker] for worker in workers)) for name in longest
    ])  # fmt: skip
    started, copied = Counter(), Counter()
    for line in kernels:
        (copied if line["warm"] else started)[plan.lesson_of(line)] += 1
    homes = sorted({*seconds, *started, *copied} - {""})
    rows = [(name, seconds[name], started[name], copied[name]) for name in [*homes, ""]]
    rows = [(f"lesson {name}" if name else "all others", *numbers) for name, *numbers in rows]
    return [*out, "", *table(("", "seconds", "kernels", "warm copies"), rows)]
