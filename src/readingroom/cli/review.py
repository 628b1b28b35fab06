"""``review``: ten minutes on what the test asked, weeks later, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from readingroom.cli.failure import stop

if TYPE_CHECKING:
    from readingroom.exam.blueprint import Question


def review(
    now: bool = typer.Option(False, "--now", help="Also what is not due yet."),
    item: int = typer.Option(
        None,
        "--item",
        help="A question of the test after the course, by place, with reasons.",
    ),
) -> None:
    """Ten minutes on the test's objectives, weeks later: those you missed come first."""
    from readingroom.exam import review as found

    try:
        if item is not None:
            _one(item)
            return
        asked = found.due(now=now)
        typer.echo(f"{len(asked)} questions, about ten minutes. Type A, B, C or D, - to leave one "
                   "open, q to stop; each answer is kept at once.")  # fmt: skip
        right: list[bool] = []
        for place, one in enumerate(asked, 1):
            _show(f"{place} of {len(asked)}", one.question)
            answer = _asked()
            if answer == "Q":
                break
            right.append(found.note(one, answer))
            for sentence in found.reply(one.question, one.item, answer):
                typer.echo(sentence)
        if right:
            then, today = found.stayed(asked[: len(right)], right)
            typer.echo(f"\nOn these objectives: in the test {then.short()}, now {today.short()}. "
                       "In brackets the 95 % interval; few questions leave it wide.")  # fmt: skip
        following = min(one.on for one in found.plan())
        typer.echo(f"The next one is due from {following.isoformat()}: readingroom review")
    except found.ReviewError as error:
        raise stop(str(error)) from error


def _show(head: str, question: Question) -> None:
    from readingroom.exam.blueprint import LETTERS

    typer.echo(f"\n{head}. {question.vignette} {question.question}")
    for letter, option in zip(LETTERS, question.options, strict=True):
        typer.echo(f"   {letter}  {option.text}")


def _asked() -> str:
    while True:
        try:
            answer = typer.prompt("Your answer").strip().upper()
        except typer.Abort as error:
            raise stop("Stopped; what you answered is kept.") from error
        if answer in ("A", "B", "C", "D", "-", "Q"):
            return answer
        typer.echo("Type A, B, C, D, - or q.")


def _one(place: int) -> None:
    from readingroom.exam import review as found

    item, question, answer = found.one(place)
    _show(str(place), question)
    for sentence in found.reply(question, item, answer):
        typer.echo(sentence)
    typer.echo(f"It asks: {item.objective.lower()}. Taught in {'; '.join(found.lessons(item))}.")
