"""``readingroom rehearse``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from readingroom.catalogue import UnknownLesson, catalogue, find
from readingroom.cli.failure import may_be_written, may_write, stop, unwritable, written


def rehearse(
    lessons: list[str] = typer.Argument(None, help="Lessons, such as 03; all by default."),
    offline: bool = typer.Option(
        False, "--offline", help="Simulated patients only; no film is looked for."
    ),
    cohort: str = typer.Option(
        None, "--cohort", help="real, simulated, or the name of a cohort of your own."
    ),
    json_file: Path = typer.Option(None, "--json", help="Write the results to this file."),
    keep: Path = typer.Option(None, "--keep", help="Keep the executed notebooks in this folder."),
) -> None:
    """Run every solved lesson headless: seconds, peak memory, pass."""
    from rich.console import Console
    from rich.table import Table

    try:
        chosen = [find(name) for name in lessons] if lessons else list(catalogue().values())
    except UnknownLesson as error:
        raise stop(str(error)) from error
    if offline and cohort not in (None, "simulated"):
        raise stop("--offline means simulated patients; leave out --cohort.")
    wanted = "simulated" if offline else cohort
    may_write(json_file, ".json")
    if json_file:
        may_be_written(json_file)  # told now, and not after minutes of rehearsal
    try:
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
        results = [_one(lesson, wanted, keep) for lesson in chosen]
    except OSError as error:
        raise unwritable(error.filename or keep, error) from error
    table = Table("lesson", "cohort", "seconds", "peak MB", "pass", "headline numbers")
    for found in results:
        table.add_row(
            found.lesson,
            found.cohort,
            f"{found.seconds:.0f}",
            f"{found.peak_mb:.0f}",
            "yes" if found.passed else f"no: {found.reason}",
            _numbers(found.results),
        )
    Console(width=140).print(table)
    if json_file:
        written(json_file, json.dumps([found.as_dict() for found in results], indent=1))
    if not all(found.passed for found in results):
        failed = ", ".join(found.lesson for found in results if not found.passed)
        raise stop(f"Not passed: {failed}. The table says why.")


def _one(lesson, cohort, keep):
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from readingroom.author.rehearsal import rehearse as run

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task(f"lesson {lesson.number}", total=None)
        return run(
            lesson,
            cohort,
            keep=keep / f"{lesson.slug}.ipynb" if keep else None,
            said=lambda text: typer.echo(text, err=True),
            progress=lambda done, cells: bar.update(task, completed=done, total=cells),
        )


def _numbers(results: dict) -> str:
    def one(name: str, found) -> str:
        if isinstance(found, dict):
            said = f"{name} {found['value']:.3f} ({found['lo']:.3f} to {found['hi']:.3f})"
            return said + (f" [{found['films']}]" if "films" in found else "")
        return f"{name} {found:.1f}"

    return "\n".join(one(name, found) for name, found in results.items())
