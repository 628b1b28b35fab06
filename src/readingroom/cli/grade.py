"""``readingroom grade``."""

from __future__ import annotations

from pathlib import Path

import typer

from readingroom import files
from readingroom.cli.failure import stop
from readingroom.grading.limits import Limits


def grade(
    submissions: Path = typer.Argument(
        ..., help="nbgrader's submitted folder, a folder of notebooks, or a platform's zip."
    ),
    out: Path = typer.Option(..., "--out", help="Folder for grades.csv and the pages."),
    jobs: int = typer.Option(2, "--jobs", min=1, help="Notebooks at one time."),
    student: str = typer.Option(None, "--student", help="Grade this student only."),
    resume: bool = typer.Option(False, "--resume", help="Go on where a broken run stopped."),
    seed_file: Path = typer.Option(
        None, "--seed-file", help="Your secret for this class's hidden inputs; made if missing."
    ),
    cohort: str = typer.Option(
        "simulated", "--cohort", help="real or simulated, for notebooks that do not say."
    ),
    gradebook: Path = typer.Option(None, "--gradebook", help="Also fill this nbgrader gradebook."),
    export: str = typer.Option(None, "--export", help="Also write a table for moodle or canvas."),
    scheduler: str = typer.Option(
        None, "--scheduler", help="Spread the work over a Dask cluster, such as tcp://host:8786."
    ),
    seconds: float = typer.Option(
        60.0,
        "--cell-seconds",
        min=1,
        help="Longest time of one cell; a whole notebook gets ten times that.",
    ),
    memory: float = typer.Option(2.0, "--memory", min=0.25, help="Memory of one notebook in GB."),
    unprotected: bool = typer.Option(
        False, "--unprotected", help="Do without a sandbox: for notebooks that you trust."
    ),
) -> None:
    """Grade a class: a table, a page for each student, a report. Notebooks count as hostile."""
    from readingroom.grading import batch, control, gathering, sandbox, tables

    if export not in (None, *tables.EXPORTS):
        raise stop(f"--export knows {' and '.join(tables.EXPORTS)}, not {export!r}.")
    if cohort not in ("real", "simulated"):
        raise stop("--cohort is real or simulated.")
    try:
        found = gathering.gather(submissions, leave=out)
        protected = batch.protection(unprotected)
        if not protected:
            typer.echo("No sandbox: a notebook can read your files and the answers.", err=True)
        elif not scheduler and control.available() is None:
            typer.echo(control.MISSING, err=True)
        if student:
            found = gathering.Gathered([one for one in found if one.student == student], [])
            if not found:
                raise stop(f"There is no notebook of {student!r} in {submissions}.")
        hidden = [submissions, out, *([gradebook.parent] if gradebook else [])]
        settings = batch.Settings(
            seed=batch.seed_from(seed_file, out),
            limits=Limits(seconds, 10 * seconds, memory=int(memory * 1e9)),
            jobs=jobs,
            protected=protected,
            cohort=cohort,
            hidden=tuple(str(place.resolve()) for place in hidden),
        )
        engine = _cluster(scheduler)
        with batch.only_one(out / ".results"):
            aside = batch.Aside()
            rows = _graded(found, out, settings, resume, bool(student), engine, aside)
            finished = _finish(rows, out, student, gradebook, export, aside)
    except (gathering.NoSubmissions, sandbox.NoSandbox) as error:
        raise stop(str(error)) from error
    except batch.Busy as error:
        raise stop(
            f"Another grader is writing to {out}; wait for it or name another --out."
        ) from error
    except OSError as error:
        place = error.filename or out
        raise stop(f"{place} cannot be read or written ({error.strerror or error}).") from error
    typer.echo(finished)


def _cluster(scheduler: str | None):
    if not scheduler:
        return None
    from readingroom.grading import cluster

    try:
        return cluster.engine(scheduler)
    except cluster.NoCluster as error:
        raise stop(str(error)) from error


def _graded(found, out: Path, settings, resume: bool, only: bool, engine, aside):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from readingroom.grading import batch

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[student]}"))  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console) as bar:
        line = bar.add_task("grading", total=len(found), student="preparing")

        def moved(done: int, total: int, student: str) -> None:
            bar.update(line, completed=done, total=total, student=student)

        options = {
            "resume": resume,
            "only": only,
            "progress": moved,
            "engine": engine,
            "aside": aside,
        }
        rows = batch.grade(found, out / ".results", settings, **options)
        graded = len({(row.student, row.lesson) for row in rows})  # what was kept counts too
        bar.update(line, completed=graded, total=graded, student="done")
        return rows


def _finish(
    rows, out: Path, student: str | None, gradebook: Path | None, export: str | None, aside
) -> str:
    """Write everything from the rows; one student's regrade leaves the others' as they are."""
    from readingroom.grading import feedback, report, result, tables

    if student:
        others = [row for row in result.all_kept(out / ".results") if row.student != student]
        rows = sorted([*others, *rows], key=lambda row: (row.student, row.lesson))
    students = dict.fromkeys(row.student for row in rows)
    pages = {feedback.file_name(one): feedback.of_student(one, rows) for one in students}
    written = {"grades.csv": tables.grades(rows), "class.html": report.of_class(rows, aside)}
    if export:
        written[f"{export}.csv"] = tables.EXPORTS[export](rows)
    kept = [files.lay(out / name, text) for name, text in written.items()]
    kept.append(feedback.write(out / "feedback", pages))
    if gradebook:
        from readingroom.grading import gradebook as books

        books.fill(gradebook, rows)
    lines = [
        f"{len(students)} students: {out / 'grades.csv'}, {out / 'class.html'}, {out / 'feedback'}"
    ]
    if aside.unread:
        lines.append(f"{len(aside.unread)} remarks on what was handed in are in class.html.")
    if older := [path.name for path in kept if path]:
        lines.append(f"What lay there before is kept in {out}: {', '.join(older)}.")
    return "\n".join([*report.trouble(rows), *lines])
