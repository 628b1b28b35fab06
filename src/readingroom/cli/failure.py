"""How the command fails: one plain sentence on the error stream, and a non-zero exit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from readingroom import files


class OneSentence(TyperGroup):
    """Commands whose wrong use, too, is answered in one plain line, without a frame around it."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; end with the exit code of what went wrong."""
        kwargs, alone = {**kwargs, "standalone_mode": False}, kwargs.get("standalone_mode", True)
        if not alone:
            return super().main(*args, **kwargs)
        try:
            code = super().main(*args, **kwargs)
        except typer.Abort:
            code = 1
        except Exception as error:
            # typer has changed whose classes these are; what they can do has stayed
            words = getattr(error, "format_message", None)
            if words is None:
                raise
            if said := " ".join(words().split()):
                context = getattr(error, "ctx", None)
                help_ = f" Try: {context.command_path} --help" if context else ""
                typer.echo(f"{said.rstrip('.')}.{help_}", err=True)
            code = getattr(error, "exit_code", 1)
        sys.exit(code if isinstance(code, int) else 0)


def stop(sentence: str) -> typer.Exit:
    """Print a sentence that says what is wrong and what to do next; raise what is returned."""
    typer.echo(sentence, err=True)
    return typer.Exit(1)


def misused(sentence: str, command: str) -> typer.Exit:
    """As `stop`, where the words typed do not go together: exit 2, and where an example is."""
    typer.echo(f"{sentence} Try: readingroom {command} --help", err=True)
    return typer.Exit(2)


def unwritable(place: object, error: OSError, other: str = "another place") -> typer.Exit:
    """Say why something cannot be written, and what to name instead; raise what is returned."""
    return stop(f"{place} cannot be written ({error.strerror}); name {other}.")


def may_write(path: Path | None, ending: str, *read: Path | None) -> None:
    """Stop with one sentence, before any work, where a result would cost another file."""
    if path is not None and (said := files.kept_from(path, ending, *read)):
        raise stop(said)


def written(path: Path, made: str | bytes, other: str = "another place") -> None:
    """Write a file that was asked for, and say where an older one is kept.

    Where it cannot be written, stop with one sentence.
    """
    try:
        said = files.give(path, made)
    except OSError as error:
        raise unwritable(path, error, other) from error
    if said:
        typer.echo(said, err=True)


def may_be_written(path: Path, other: str = "another place") -> None:
    """Stop with one sentence, before any work, where a file cannot be written."""
    try:
        with path.open("ab"):
            return
    except OSError as error:
        raise unwritable(path, error, other) from error
