"""What the data room says when it cannot go on."""

from __future__ import annotations


class DataError(RuntimeError):
    """One plain sentence: what is wrong with the data, and what to do next."""


class Unreachable(DataError):
    """The origin could not be reached; simulated patients may stand in."""


class Damaged(DataError):
    """A file is not the file it should be; nothing may stand in for it in silence."""


class Unreadable(DataError):
    """This file is no film; the message is a reason that fits into a row of a report."""
