"""What a learner types: ``start``, ``reset``, ``check``, ``certificate`` and ``doctor``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from readingroom import places
from readingroom.catalogue import UnknownLesson, catalogue, find
from readingroom.cli.failure import may_write, misused, stop, unwritable, written
from readingroom.data import DataError

MEMORY_WANTED = 2_000_000_000
DISK_WANTED = 500_000_000


def start(
    lesson: str = typer.Argument(None, help="Such as 03; without it, the contents page."),
    cohort: str = typer.Option(
        None, "--cohort", help="real, simulated, or the name of a cohort of your own."
    ),
    folder: Path = typer.Option(
        None, "--folder", help="Where your working copy lies; reading-room in your home folder."
    ),
    port: int = typer.Option(8888, "--port", min=1, max=65535, help="First port to try."),
    no_browser: bool = typer.Option(False, "--no-browser", help="Print the address only."),
    plain: bool = typer.Option(
        False, "--plain", help="JupyterLab as it comes, for teachers: no mouse, nbgrader's menus."
    ),
    no_answers: bool = typer.Option(
        False, "--no-answers", help="For teachers: never show a right answer, also after tries."
    ),
    track: str = typer.Option(
        None,
        "--track",
        help="Your way: users, purchasers, collaborators, developers, half-day, one-day, two-days; "
        "whole takes it back. It is kept.",
    ),
    prepare: bool = typer.Option(
        False, "--prepare", help="Make lessons and films ready, all by default, and open nothing."
    ),
) -> None:
    """Open the course in JupyterLab: its contents page, or a lesson with its films ready."""
    from readingroom.learner import desk, server, tracks

    try:
        if track:
            way = tracks.choose(track)
            which = ", ".join(way.lessons if way else catalogue())
            typer.echo(f"Your way: {way.title if way else 'the whole course'}, lessons {which}.")
        wanted = desk.resolve(lesson)
        place = (folder or desk.default_folder()).expanduser().resolve()
        copied = desk.working_copy(place)
        page = desk.lay_out(place)
        typer.echo(f"Your lessons are in {place} ({len(copied)} new).")
        if prepare:
            failed = False
            for one in [wanted] if lesson else catalogue().values():
                try:
                    typer.echo(f"{one.number} {one.title}: {desk.prepare(one, cohort)}.")
                except DataError as error:  # the other lessons' films are prepared all the same
                    failed = True
                    typer.echo(f"{one.number} {one.title}: not ready. {error}", err=True)
            if failed:
                raise typer.Exit(1)
            return
        mode = desk.fetch_for(wanted, cohort)
    except (UnknownLesson, tracks.UnknownTrack, DataError) as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise stop(
            f"The working copy cannot be written ({error.strerror}); name another --folder."
        ) from error
    notebook = place / f"{wanted.slug}.ipynb"
    if not notebook.is_file():
        raise stop(f"Lesson {wanted.number} is not part of this installation.")
    # Real films that were found are not demanded of every lesson: the next one's may be missing.
    chosen = mode if cohort or mode != "real" else None
    opened, what = (notebook, "the lesson") if lesson else (page, "the contents page")
    typer.echo(
        f"The films of {wanted.number} {wanted.title} are ready ({mode}). "
        f"JupyterLab opens {what} in some seconds."
    )
    try:
        code = server.open_lab(
            place,
            opened,
            cohort=chosen,
            port=port,
            browser=not no_browser,
            plain=plain,
            answers=not no_answers,
            say=typer.echo,
        )
    except OSError as error:
        raise stop(f"JupyterLab cannot be started ({error.strerror}).") from error
    if code:
        raise stop("JupyterLab stopped with an error; the lines above say why.")


def reset(
    lesson: str = typer.Argument(..., help="Such as 03."),
    folder: Path = typer.Option(
        None, "--folder", help="Where your working copy lies; reading-room in your home folder."
    ),
    empty: bool = typer.Option(False, "--empty", help="Start over: carry no answer."),
) -> None:
    """A fresh copy of a lesson, with your answers in it; the old file is kept aside."""
    from readingroom.learner import desk, fresh

    try:
        wanted = find(lesson)
        place = (folder or desk.default_folder()).expanduser().resolve()
        done = fresh.reset(place, wanted, empty=empty)
    except UnknownLesson as error:
        raise stop(str(error)) from error
    except FileNotFoundError as error:
        raise stop(f"Lesson {lesson} is not part of this installation.") from error
    except OSError as error:
        raise stop(
            f"The working copy cannot be written ({error.strerror}); nothing was changed."
        ) from error
    typer.echo(f"Fresh copy: {done.notebook}")
    if done.aside:
        typer.echo(f"Your old file: {done.aside}")
        typer.echo(f"Answers carried into the fresh copy: {', '.join(done.carried) or 'none'}.")
    if done.reason:
        typer.echo(done.reason)
    if done.missing:
        typer.echo(f"No answer cell was found for {', '.join(done.missing)}: see the old file.")
    if empty:
        typer.echo("Its points start anew, on the contents page too.")
    typer.echo("If the lesson is open in JupyterLab, its tab takes the fresh copy by itself.")
    typer.echo("After start --plain, close the tab and open it again.")


def check(
    notebook: Path = typer.Argument(..., help="Your notebook."),
    json_file: Path = typer.Option(None, "--json", help="Write the results to this file."),
    hints: bool = typer.Option(False, "--hints", help="Show a hint for what is not right yet."),
) -> None:
    """My points, why, and a hint. Judges the answers that the notebook's checks recorded."""
    from rich.console import Console
    from rich.table import Table

    may_write(json_file, ".json", notebook)

    from readingroom.kernel import inspection
    from readingroom.questions import exercises

    try:
        lesson, rows = inspection.check(notebook)
    except (inspection.NotebookError, DataError) as error:
        raise stop(str(error)) from error
    known = exercises.of_lesson(lesson.number)
    table = Table("exercise", "points", "status", "why")
    for row in rows:
        why = f"{row.reason} (Looks like: {row.mistake}.)" if row.mistake else row.reason
        if hints and row.status != exercises.RIGHT:
            why = f"{why} Hint: {known[row.exercise].hints[0]}"
        table.add_row(row.exercise, f"{row.points:g} of {row.max_points:g}", row.status, why)
    Console(width=110).print(table)
    total, most = sum(row.points for row in rows), sum(row.max_points for row in rows)
    typer.echo(f"{lesson.number} {lesson.title}: {total:g} of {most:g} points.")
    if json_file:
        written(json_file, json.dumps([row.as_dict() for row in rows], indent=1))


def certificate(
    name: str = typer.Option(None, "--name", help="As it is to stand on the page."),
    out: Path = typer.Option(None, "--out", help="The PDF; in this folder by default."),
    verify: str = typer.Option(None, "--verify", help="Verify the line of a certificate instead."),
    record: Path = typer.Option(
        None, "--record", help="With --verify: the learner's progress.json or my-reading-room.zip."
    ),
) -> None:
    """A page (PDF) that says what I passed, when, on which films and with which version."""
    from readingroom.learner import certificate as page

    if verify is not None:
        _verify(verify, record)
        return
    if name is None or record is not None:
        raise misused(
            "Give --name for a certificate, or --verify LINE (with --record) to verify one.",
            "certificate",
        )
    target = out or Path(page.FILE)
    may_write(target, ".pdf")
    try:
        kept: list[str] = []
        found = page.write(name, target, kept=kept)
    except page.CertificateError as error:
        raise stop(str(error)) from error
    except OSError as error:
        raise unwritable(target, error, "another --out") from error
    typer.echo(f"Written: {target}")
    typer.echo(f"Its line to verify: {found.line()}")
    for sentence in kept:
        typer.echo(sentence, err=True)
    for lesson, open_ in found.missing:
        typer.echo(f"Missing in {lesson.number} {lesson.title}: {'; '.join(open_)}.")


def _verify(typed: str, record: Path | None) -> None:
    from readingroom.learner import proof

    try:
        stated = proof.read(typed)
        if record:
            proof.check_record(stated, record)
    except proof.ProofError as error:
        raise stop(str(error)) from error
    typer.echo("The line is whole" + (" and comes from this record." if record else "."))
    for sentence in (*proof.said(stated), proof.LIMITS):
        typer.echo(sentence)


def reader(
    port: int = typer.Option(8866, "--port", min=1, max=65535, help="Where to serve the page."),
    no_browser: bool = typer.Option(False, "--no-browser", help="Do not open a browser."),
) -> None:
    """Serve the film reader as a page of its own, for a talk."""
    from readingroom.lessons.l00.simulated import scope_set
    from readingroom.reader import page

    scope = scope_set()
    titles = [f"simulated film {i}, {age} years" for i, age in enumerate(scope.ages)]
    try:
        page.need_voila()
        typer.echo(f"The film reader opens at http://127.0.0.1:{port}. Stop with Ctrl+C.")
        code = page.serve(scope.images, titles, port, browser=not no_browser)
    except page.NoVoila as error:
        raise stop(str(error)) from error
    if code:
        raise stop("The page stopped with an error; its last lines say why.")


def doctor(
    notebook: Path = typer.Argument(None, help="A notebook to look at; the machine without it."),
    repair: bool = typer.Option(
        False, "--repair", help="Give cells their marks back; the old file is kept as .before."
    ),
) -> None:
    """Is this machine, or this notebook, fit for the course?"""
    faults = _notebook(notebook, repair) if notebook else _machine()
    if faults:
        raise stop(" ".join(faults))
    typer.echo("All is well.")


def _machine() -> list[str]:
    import importlib.util
    import os
    import platform

    import psutil

    from readingroom.learner import desk

    faults = _places()
    memory = psutil.virtual_memory().available
    free = desk.disk_free(places.home())
    lines = {
        "Python": platform.python_version(),
        "processor cores": os.cpu_count(),
        "free memory": f"{memory / 1e9:.1f} GB",
        "free disk": f"{free / 1e9:.1f} GB",
        "films and progress": places.home(),
        "mirror": os.environ.get("READINGROOM_MIRROR", "none named"),
        "lessons": ", ".join(catalogue()),
    }
    for name, value in lines.items():
        typer.echo(f"{name}: {value}")
    if memory < MEMORY_WANTED:
        faults.append("Less than 2 GB of memory is free: close other programs.")
    if free < DISK_WANTED:
        faults.append("Less than 0.5 GB of disk is free: make room, or set READINGROOM_HOME.")
    missing = [name for name in ("torch", "monai", "jupyterlab", "nbgrader")
               if importlib.util.find_spec(name) is None]  # fmt: skip
    if missing:
        faults.append(f"Missing: {', '.join(missing)}. Install the course again.")
    absent = [x.number for x in catalogue().values() if not x.notebook("lessons").is_file()]
    if absent:
        faults.append(f"Lesson files are missing: {', '.join(absent)}. Install the package again.")
    return faults


def _places() -> list[str]:
    """What is wrong with the folders that the course reads and writes."""
    import os

    from readingroom.data import mirror, own

    faults = []
    home = places.home()
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        faults.append(f"{home} cannot be written: set READINGROOM_HOME to a folder of your own.")
        return faults
    try:
        if named := mirror.mirror():
            mirror.stated(named)
    except DataError as problem:
        faults.append(str(problem))
    for name in own.names():
        try:
            folder = own.named(name).folder
            if not folder.is_dir():
                faults.append(f"The films of your cohort {name!r} are no longer at {folder}.")
        except DataError as problem:
            faults.append(str(problem))
    return faults


def _notebook(path: Path, mend: bool) -> list[str]:
    from readingroom import files
    from readingroom.kernel import inspection
    from readingroom.nbformats import nbformat

    path = path.resolve() if path.is_file() else path  # a link stays one
    try:
        book = inspection.read(path)
        lesson = inspection.lesson_of(book, path)
        found = inspection.marks(book, lesson)
    except inspection.NotebookError as error:
        return [str(error)]
    except inspection.UNREADABLE:
        return [f"{path.name} is damaged; take a fresh copy with readingroom reset."]
    called = inspection.called(path, lesson)
    beyond = [*called, *found.beyond(lesson.number)]
    if found.older:
        typer.echo(
            f"{len(found.changed)} cells are of another version of the lesson; readingroom reset "
            f"{lesson.number} gives this version's with your answers in it."
        )
    if not found.said():
        return [f"{path.name}:", *beyond] if beyond else []
    if not mend:
        return [f"{path.name}:", *found.said(), "Run again with --repair.", *beyond]
    gone = inspection.repair(book, lesson)
    kept = files.free(path.with_name(f"{path.name}.before"))
    try:
        with kept.open("xb") as stream:  # never over a file that was kept before
            stream.write(path.read_bytes())
        files.write_text(path, nbformat.v4.writes(book))
    except OSError as error:
        raise stop(
            f"{path.name} cannot be repaired in its folder ({error.strerror}); nothing in it was "
            "changed."
        ) from error
    typer.echo(f"Repaired {path.name}; the old file is {kept.name}.")
    for line in found.said():
        typer.echo(f"Before: {line}")
    if found.twice:
        typer.echo("Of copies the last one before the check counts; the others are your own cells.")
    if gone:
        return [
            f"These cells are gone: {', '.join(gone)}. For a whole copy with your answers in it: "
            f"readingroom reset {lesson.number}",
            *beyond,
        ]
    return beyond
