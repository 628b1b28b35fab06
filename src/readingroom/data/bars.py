"""Progress bars over anything that takes more than two seconds.

They go to the error stream, so that what a command prints can be piped, and vanish when done.
Where nothing can move, as in a file, a line says what goes on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def arriving(what: str, shown: bool) -> Iterator[Callable[[int, int | None], None]]:
    """Yield a function told of (bytes just arrived, total bytes or None)."""
    if not _moves(what, shown):
        yield lambda arrived, total: None
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    text, left = TextColumn("{task.description}"), TimeRemainingColumn()
    columns = (text, BarColumn(), DownloadColumn(), TransferSpeedColumn(), left)
    with Progress(*columns, console=_screen(), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def seen(arrived: int, total: int | None) -> None:
            if total is not None:
                bar.update(task, total=total)
            bar.advance(task, arrived)

        yield seen


@contextlib.contextmanager
def counting(what: str, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """Yield a function told of (how many are done, how many there are)."""
    if not _moves(what, shown):
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_screen(), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _moves(what: str, shown: bool) -> bool:
    """Whether a bar can be drawn; where it is wanted and cannot, its words are printed."""
    if not shown:
        return False
    screen = _screen()
    if screen.is_terminal or screen.is_jupyter:
        return True
    screen.print(what, highlight=False, soft_wrap=True)
    return False


def _screen() -> Any:
    from rich.console import Console

    return Console(stderr=True)
