"""What a teacher types: ``class``, ``bundle`` and ``figures``."""

from __future__ import annotations

from pathlib import Path

import typer

from readingroom.catalogue import UnknownLesson, find
from readingroom.cli.failure import may_write, stop, unwritable, written
from readingroom.data import DataError


def classroom(
    results: list[Path] = typer.Argument(
        ..., help="Files of results, or a folder of them; or: live FOLDER, for a room at work."
    ),
    out: Path = typer.Option(Path("class.html"), "--out", help="The page to write."),
    keys: bool = typer.Option(False, "--keys", help="Mark the right options: not for the class."),
    every: float = typer.Option(5.0, "--every", min=1, help="With live: seconds between looks."),
    once: bool = typer.Option(False, "--once", help="With live: look once."),
) -> None:
    """A page over a class: gain and effect size with intervals, and how each item did.

    `class live FOLDER` shows, without names, which exercise a room is stuck on.
    """
    if len(results) == 2 and results[0] == Path("live"):
        _live(results[1], every, once)
        return
    from readingroom.exam import classpage, classroom as found

    left_out: list[str] = []
    may_write(out, ".html", *results)
    try:
        tests = found.read(results, left_out)
        page = classpage.page(tests, keys)
    except found.ResultsError as error:
        raise stop(str(error)) from error
    written(out, page, "another --out")
    pairs = found.pairs(tests)
    before, after = [b for _, b, _ in pairs], [a for _, _, a in pairs]
    gain = found.gain(before, after)
    typer.echo(str(gain) if gain else "Fewer than two learners took both tests.")
    flagged = [f"{r.number}{r.form}" for r in found.item_reports(tests) if r.flagged]
    for sentence in left_out:
        typer.echo(f"Left out: {sentence}", err=True)
    typer.echo(f"Items below {found.DROP} in discrimination: {', '.join(flagged) or 'none'}.")
    typer.echo(f"Written: {out}")


def _live(folder: Path, every: float, once: bool) -> None:
    """Show a room's counts until Ctrl+C."""
    import time

    from rich.console import Console
    from rich.live import Live

    from readingroom.learner import room

    console = Console(width=None if Console().is_terminal else 110)
    try:
        found = room.look(folder)
        if once:
            console.print(_counts(found))
            return
        with Live(_counts(found), console=console, auto_refresh=False) as shown:
            while True:
                time.sleep(every)
                shown.update(_counts(room.look(folder)), refresh=True)
    except room.RoomError as error:
        raise stop(str(error)) from error
    except KeyboardInterrupt:
        return


def _counts(found):
    from rich.table import Table

    from readingroom.learner import room

    table = Table("lesson", "exercise", "at it", f"{room.STUCK} tries or more", "through",
                  caption=found.sentence())  # fmt: skip
    for row in found.rows:
        table.add_row(row.lesson, row.title, *row.cells())
    return table


def bundle(
    folder: Path = typer.Argument(..., help="A new folder, such as one on a USB stick."),
    no_films: bool = typer.Option(False, "--no-films", help="Simulated patients only."),
    wheel: Path = typer.Option(None, "--wheel", help="The course's wheel; made by default."),
    platform: list[str] = typer.Option(
        None, "--platform", help="Machines of another kind, such as win_amd64; may be repeated."
    ),
    python: str = typer.Option("", "--python", help="Their Python, such as 3.12."),
    index: str = typer.Option(
        None, "--extra-index-url", help="A further index for pip, such as that of a CPU torch."
    ),
) -> None:
    """A folder that installs the course in a room without a network."""
    from readingroom.learner import bundle as making

    try:
        made = making.make(
            folder,
            films=not no_films,
            wheel=wheel,
            platforms=platform or (),
            python=python,
            pip=("--extra-index-url", index) if index else (),
            said=typer.echo,
        )
    except (making.BundleError, DataError) as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise unwritable(folder, error, "another folder") from error
    for line in (*made.films, *made.missing):
        typer.echo(line)
    typer.echo(f"{made.folder}: {made.wheels} packages, {made.bytes / 1e9:.1f} GB. See README.txt.")


def figures(
    folder: Path = typer.Argument(..., help="Where the pictures go."),
    lessons: list[str] = typer.Argument(None, help="Lessons, such as 03; all by default."),
    runs: Path = typer.Option(
        Path("runs"), "--runs", help="Executed lessons: readingroom rehearse --keep runs"
    ),
) -> None:
    """Every figure of executed lessons: as a picture with its sentence, and as slides in a PDF."""
    from readingroom.author import deck, slides

    try:
        found = slides.gather(runs, [find(name) for name in lessons or []])
        rows, kept = slides.export(found, folder)
        made = deck.export(
            runs, list(dict.fromkeys(figure.lesson for figure in found)), folder, kept
        )
    except (slides.SlidesError, UnknownLesson) as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise unwritable(folder, error, "another") from error
    typer.echo(f"{len(rows)} figures in {folder}; their sentences are in {slides.TABLE}.")
    typer.echo(f"{len(made)} PDF files of slides, one a lesson.")
    for sentence in kept:
        typer.echo(sentence, err=True)
