"""Where a bar cannot move, as in a file or a pipe, its words are said once."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from readingroom.data import bars


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch):
    """What the error stream gets, of a terminal or of a file."""

    def of(terminal: bool) -> io.StringIO:
        stream = io.StringIO()
        monkeypatch.setattr(
            bars, "_screen", lambda: Console(file=stream, force_terminal=terminal, width=100)
        )
        return stream

    return of


@pytest.mark.parametrize("bar", [bars.counting, bars.arriving])
def test_a_file_gets_one_line(screen, bar) -> None:
    """The words once, no empty lines; and nothing where no progress was asked for."""
    stream = screen(terminal=False)
    with bar("Drawing virtual patients", True) as seen:
        seen(1, 3)
        seen(2, 3)
    assert stream.getvalue() == "Drawing virtual patients\n"
    with bar("Drawing virtual patients", False) as seen:
        seen(1, 3)
    assert stream.getvalue() == "Drawing virtual patients\n"


def test_a_terminal_gets_a_bar(screen) -> None:
    """How many of how many are drawn moves on."""
    stream = screen(terminal=True)
    with bars.counting("Drawing virtual patients", True) as seen:
        seen(2, 3)
    assert "2/3" in stream.getvalue()
