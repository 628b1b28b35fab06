"""How the command fails: one plain sentence on the error stream, and a non-zero exit."""

from __future__ import annotations

import typer


def stop(sentence: str) -> typer.Exit:
    """Print a sentence that says what is wrong and what to do next; raise what is returned."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)
