"""How the command fails: one plain sentence on the error stream, and a non-zero exit."""

from __future__ import annotations

from pathlib import Path

import typer


def stop(sentence: str) -> typer.Exit:
    """Print a sentence that says what is wrong and what to do next; raise what is returned."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)


def written(path: Path, text: str) -> None:
    """Write a file that was asked for; where it cannot be, stop with one sentence."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise stop(f"{path} cannot be written ({error.strerror}); name another place.") from error
