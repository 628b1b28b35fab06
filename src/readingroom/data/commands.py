"""``readingroom data``: list, fetch, verify and add data sets from the command line."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from readingroom import files
from readingroom.data import adding, gate as door, needs, own, shelf
from readingroom.data.errors import DataError
from readingroom.data.intake import Report

app = typer.Typer(
    name="data",
    no_args_is_help=True,
    help="The data sets of the course: what there is, fetching, verifying, adding your own.",
    rich_markup_mode=None,
)


def one_sentence(command: Callable) -> Callable:
    """End a command that cannot go on with its one sentence and a non-zero exit."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DataError as problem:
            typer.echo(str(problem), err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("Stopped; what was fetched so far is kept and will be resumed.", err=True)
            raise typer.Exit(130) from None

    return wrapped


JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the rows to this file.")]
Name = Annotated[str, typer.Argument(help="A data set, as `readingroom data list` names it.")]
Size = Annotated[int | None, typer.Option(help="Edge of the films in pixels; all sizes if left.")]


@app.command("list", epilog="Example: readingroom data list --json sets.json")
@one_sentence
def list_sets(json_file: JsonFile = None) -> None:
    """List every data set: where it comes from, its licence, and what is on this machine."""
    _may_write(json_file)
    rows = shelf.rows()
    for row in rows:
        typer.echo(shelf.said(row))
    if json_file:
        _write_json(json_file, rows)


@app.command(epilog="Example: readingroom data fetch children --size 64")
@one_sentence
def fetch(
    name: Name,
    size: Size = None,
    again: Annotated[
        bool, typer.Option("--again", help="Download from the origin whatever is here already.")
    ] = False,
) -> None:
    """Bring a data set onto this machine: from cache or mirror, else from its origin, verified."""
    for line in shelf.fetch(name, size, again=again):
        typer.echo(line)


@app.command(epilog="Example: readingroom data verify children")
@one_sentence
def verify(
    name: Annotated[str | None, typer.Argument(help="A data set; all of them if left.")] = None,
) -> None:
    """Compare every file on this machine with its hash; nothing is downloaded or changed."""
    damaged = 0
    for state, line in shelf.verify(name):
        typer.echo(line)
        damaged += state == "damaged"
    if damaged:
        files = "1 file is" if damaged == 1 else f"{damaged} files are"
        typer.echo(f"{files} not what the origin states; delete and fetch again.", err=True)
        raise typer.Exit(1)


@app.command(epilog="Example: readingroom data add ~/films --labels labels.csv --name my-ward")
@one_sentence
def add(
    folder: Annotated[Path, typer.Argument(help="The folder of films; it is never written to.")],
    labels: Annotated[
        Path | None,
        typer.Option(help="Table of labels (CSV); without it, one folder per class is expected."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the cohort is called from now on.")] = None,
    file_column: Annotated[str | None, typer.Option(help="The column with file names.")] = None,
    label_column: Annotated[str | None, typer.Option(help="The column with labels.")] = None,
    positive: Annotated[str | None, typer.Option(help="The word that is label 1.")] = None,
    resplit: Annotated[
        bool, typer.Option("--resplit", help="Split by patient whatever the table says.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a cohort of this name.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Make a folder of PNG, JPEG or DICOM films a cohort of your own, with a report."""
    report = Report()
    _may_write(json_file, folder, labels)
    try:
        adding.add(
            folder,
            labels,
            name,
            file_column=file_column,
            label_column=label_column,
            positive=positive,
            resplit=resplit,
            replace=replace,
            report=report,
        )
    except DataError:
        if report.rows:
            typer.echo(report.said())
        raise
    finally:
        if json_file:
            _write_json(json_file, report.rows)
    found = report.found
    typer.echo(f"{found['files']:,} files looked at, {report.passed_over()}.")
    for note in report.notes:
        typer.echo(note)
    typer.echo(report.said())
    cohort = own.load(report.name)
    typer.echo(f"\n{cohort.describe()}\n\nWhat the lessons use:\n{needs.said(cohort)}")
    typer.echo(f"\nUse it: readingroom start 03 --cohort {report.name}")


@app.command(epilog="Example: readingroom data gate ~/films --children")
@one_sentence
def gate(
    folder: Annotated[Path, typer.Argument(help="The folder of films; it is never written to.")],
    children: Annotated[
        bool, typer.Option("--children", help="Only films of children aged 1 to 5 may pass.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Say which files of a folder a gate for frontal chest films would stop, and why."""
    _may_write(json_file, folder)
    scope = door.CHILDREN if children else door.CHEST
    asked = list(door.folder(folder, scope))
    typer.echo(door.said(asked, scope))
    if json_file:
        rows = [
            {"file": name, "passes": found.passes, "reasons": [*found.reasons],
             "unasked": [*found.unasked]}
            for name, found in asked
        ]  # fmt: skip
        _write_json(json_file, rows)


@app.command(epilog="Example: readingroom data forget my-ward")
@one_sentence
def forget(
    name: Annotated[str, typer.Argument(help="One of your own cohorts.")],
) -> None:
    """Remove a cohort of your own and its working copies; your folder stays as it is."""
    own.forget(name)
    typer.echo(f"Forgot {name}; the folder of films is as it was.")


def _may_write(path: Path | None, folder: Path | None = None, *read: Path | None) -> None:
    """Refuse, before any work, a place where the rows would cost another file."""
    if path is None:
        return
    if said := files.kept_from(path, ".json", *read):
        raise DataError(said)
    if folder is not None and path.resolve().is_relative_to(folder.expanduser().resolve()):
        raise DataError(
            f"{path} lies in the folder of films, which is never written to; name another place."
        )


def _write_json(path: Path, rows: list[dict]) -> None:
    try:
        said = files.give(path, json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    except OSError as problem:
        raise DataError(f"Cannot write {path} ({problem.strerror}).") from problem
    if said:
        typer.echo(said, err=True)
