"""What an author types: ``build``, ``make`` and ``new-lesson``."""

from __future__ import annotations

from pathlib import Path

import typer

from readingroom import places
from readingroom.author import skeleton
from readingroom.catalogue import UnknownLesson, catalogue, find
from readingroom.cli.failure import stop, unwritable


def build(
    lessons: list[str] = typer.Argument(None, help="Lessons, such as 03; all by default."),
    check: bool = typer.Option(False, "--check", help="Only say what has drifted; write nothing."),
    run: bool = typer.Option(
        False, "--run", help="Run the solved notebooks first and keep their verdict lines."
    ),
) -> None:
    """Print the solved and the learner's notebooks from the pages in book/lessons."""
    from readingroom.author import build as printing
    from readingroom.author.manuscript import ManuscriptError

    root = places.repository()
    if root is None:
        raise stop("There is no book/lessons here; build works in a checkout of the repository.")
    try:
        wanted = [find(name).number for name in lessons or []]
        if check:
            drifted = printing.drift(root, wanted)
            if drifted:
                raise stop(f"Drifted: {', '.join(drifted)}. Run: readingroom build")
            typer.echo("Every printed notebook is what its page prints.")
            return
        changed = printing.write(root, wanted)
        if run:
            changed += printing.write(root, wanted, _ran(root, wanted))
    except (ManuscriptError, UnknownLesson) as error:
        raise stop(str(error)) from error
    lines = [f"printed {path}" for path in dict.fromkeys(changed)]
    typer.echo("\n".join(lines) or "Nothing changed.")


def _ran(root, wanted: list[str]) -> dict:
    import tempfile

    from readingroom.author.rehearsal import rehearse
    from readingroom.nbformats import nbformat

    out = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, lesson in catalogue().items():
            if wanted and number not in wanted:
                continue
            kept = Path(folder) / f"{lesson.slug}.ipynb"
            found = rehearse(lesson, keep=kept)
            if not found.passed:
                raise stop(f"Lesson {number} did not pass, so nothing was kept: {found.reason}.")
            out[number] = nbformat.read(kept, as_version=4)
    return out


def make(
    lesson: str = typer.Argument(..., help="The lesson, such as 05."),
    runs: list[str] = typer.Argument(None, help="Its stored runs; all by default."),
    cohort: str = typer.Option("simulated", help="Films they are made from: real or simulated."),
    folder: Path = typer.Option(None, help="Another folder than the lesson's own."),
) -> None:
    """Make a lesson's stored runs again, each with its provenance; some take hours."""
    from readingroom.author import making
    from readingroom.data.errors import DataError

    try:
        for path in making.make(
            lesson, runs or [], cohort, folder, lambda text: typer.echo(text, err=True)
        ):
            typer.echo(f"made {path}")
    except (UnknownLesson, making.MakingError, DataError) as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise unwritable(error.filename or "The run", error, "another --folder") from error


def new_lesson(
    number: str = typer.Argument(..., help="Two digits, such as 07."),
    slug: str = typer.Argument(..., help="Small letters and hyphens, such as my-topic."),
    title: str = typer.Argument(..., help="What the lesson is called."),
    register: bool = typer.Option(
        False, "--register", help="Make it part of the course at once, in catalogue.toml."
    ),
) -> None:
    """Begin a lesson: a page, its checks and its tests, which build and pass as they are."""
    root = places.repository()
    if root is None:
        raise stop("There is no book/lessons here; a lesson is written in a checkout.")
    try:
        written = skeleton.write(root, number, slug, title, registered=register)
    except skeleton.SkeletonError as error:
        raise stop(str(error)) from error
    for path in written:
        typer.echo(f"written {path.relative_to(root).as_posix()}")
    typer.echo(f"Try it: pytest tests/lessons/test_l{number}.py")
    if register:
        typer.echo(f"Then: readingroom build {number} --run")
        return
    typer.echo(f"When it is to be part of the course, add this to {skeleton.REGISTRY}:\n")
    typer.echo(skeleton.section(skeleton.draft(written[0])))
