"""First aid in a kernel: a plain sentence, Python's own words folded below it, and a warning after
a failed cell."""

from __future__ import annotations

import re
from typing import Any

from IPython.display import display

from readingroom.kernel import reply
from readingroom.questions import firstaid

STALE = "The cell run before this one failed, so this is about what you had there earlier."
COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of a terminal
_last = {"failed": False}


def note(result: Any) -> None:
    """Remember whether the cell failed; IPython calls this when a cell has run."""
    _last["failed"] = (result.error_before_exec or result.error_in_exec) is not None


def warning() -> str:
    """What a check says first when the cell before it failed: it may be looking at an old value."""
    return STALE if _last["failed"] else ""


def keep_ready() -> None:
    """Stand by in this kernel, once; without IPython there is nothing to do."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or note in shell.events.callbacks["post_run_cell"]:
        return
    shell.events.register("post_run_cell", note)
    red = shell._showtraceback

    def folded(kind: type, error: BaseException, lines: list[str]) -> None:
        """Show the sentence with Python's red text below it; the cell has failed all the same."""
        cells = shell.user_ns.get("In") or [""]
        said = firstaid.sentence(error, cells[-1], shell.user_ns)
        if not said:
            red(kind, error, lines)
            return
        shell._last_traceback = lines  # what ipykernel's reply to the page is made of
        display(reply.aid(said, COLOURS.sub("", "\n".join(lines))), raw=True)

    shell._showtraceback = folded
