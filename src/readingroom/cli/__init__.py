"""The command ``readingroom``: one verb for each thing a learner, teacher or author does."""

from __future__ import annotations

import typer

from readingroom import __version__
from readingroom.cli import audit, author, grade, learner, node, rehearsal, review, teacher
from readingroom.cli.failure import OneSentence
from readingroom.data.commands import app as data_app

app = typer.Typer(
    name="readingroom",
    cls=OneSentence,
    help="A hands-on course on AI for radiologists. Begin with: readingroom start",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"readingroom {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """A hands-on course on AI for radiologists. Begin with: readingroom start"""


app.command("start", epilog="Example: readingroom start 03")(learner.start)
app.command("reset", epilog="Example: readingroom reset 03")(learner.reset)
app.add_typer(data_app, name="data", help="List, fetch and verify films, or add your own.")
app.command("audit", epilog="Example: readingroom audit scores.csv --prevalence 0.05")(audit.audit)
app.command("check", epilog="Example: readingroom check 03-train-a-classifier.ipynb")(learner.check)
app.command("certificate", epilog='Example: readingroom certificate --name "A. Learner"')(
    learner.certificate
)
app.command("review", epilog="Example: readingroom review")(review.review)
app.command("class", epilog="Example: readingroom class results --out class.html")(
    teacher.classroom
)
app.command("bundle", epilog="Example: readingroom bundle stick")(teacher.bundle)
app.command("figures", epilog="Example: readingroom figures slides 03 --runs runs")(teacher.figures)
app.command("build", epilog="Example: readingroom build --check")(author.build)
app.command("make", epilog="Example: readingroom make 05 sweep")(author.make)
app.command("new-lesson", epilog='Example: readingroom new-lesson 07 my-topic "My topic"')(
    author.new_lesson
)
app.command("rehearse", epilog="Example: readingroom rehearse 03 --offline --json out.json")(
    rehearsal.rehearse
)
app.command("reader", epilog="Example: readingroom reader --port 8866")(learner.reader)
app.command("node", epilog="Example: readingroom node --to ARCHIVE@127.0.0.1:4242 --port 11112")(
    node.node
)
app.command("doctor", epilog="Example: readingroom doctor my-notebook.ipynb --repair")(
    learner.doctor
)
app.command("grade", epilog="Example: readingroom grade submitted --out grades --jobs 4")(
    grade.grade
)
