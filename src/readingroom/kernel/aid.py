"""First aid in a kernel: the plain sentence below red text, and a warning after a failed cell."""

from __future__ import annotations

from typing import Any

from IPython.display import display

from readingroom.kernel import reply
from readingroom.questions import firstaid

STALE = "The cell run before this one failed, so this is about what you had there earlier."
_last = {"failed": False}


def show(result: Any) -> None:
    """Print the sentence below a cell that failed; IPython calls this when a cell has run."""
    error = result.error_before_exec or result.error_in_exec
    _last["failed"] = error is not None
    if error is None:
        return
    source = getattr(result.info, "raw_cell", "") or ""
    said = firstaid.sentence(error, source)
    if said:
        display(reply.aid(said), raw=True)


def warning() -> str:
    """What a check says first when the cell before it failed: it may be looking at an old value."""
    return STALE if _last["failed"] else ""


def keep_ready() -> None:
    """Stand by in this kernel, once; without IPython there is nothing to do."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or show in shell.events.callbacks["post_run_cell"]:
        return
    shell.events.register("post_run_cell", show)
