"""The discussion cards: one for each lesson, a sheet each when printed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from readingroom.catalogue import catalogue

LETTERS = "ABC"


def load(root: Path) -> dict[str, dict]:
    """``cards.toml``: lesson number to its card, and the play."""
    return tomllib.loads((root / "book" / "cards.toml").read_text("utf-8"))


def _card(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "", ":::{container} card-to-print", *lines, ":::", ""]


def write(root: Path, target: Path) -> None:
    """Write the page, the cards in the order of the course.

    Raises
    ------
    ValueError
        Where a lesson has no card.
    """
    found = load(root)
    lines = [
        "# Discussion cards", "",
        "Five minutes for a room, without a computer. Read the question aloud, and let everybody "
        "choose a position by standing up. Hear one voice for each. Then ask what evidence would "
        "move them. No position is the right one. Printed, this page gives one sheet a card.", "",
    ]  # fmt: skip
    for lesson in catalogue().values():
        if lesson.number not in found:
            raise ValueError(f"book/cards.toml has no card for lesson {lesson.number}.")
        card = found[lesson.number]
        positions = zip(LETTERS, card["positions"], strict=True)
        lines += _card(
            f"{lesson.number} · {lesson.title}",
            [f"**{card['question']}**", "", *(f"- **{x}** {says}" for x, says in positions), "",
             f"*What would settle it?* {card['settles']}"],
        )  # fmt: skip
    play = found["play"]
    if play["lesson"] in catalogue():
        lines += [f"## {play['title']} (lesson {play['lesson']})", "", play["how"], ""]
        for role in play["roles"]:
            lines += [":::{container} card-to-print", f"**{role['role']}**", "", role["sheet"],
                      ":::", ""]  # fmt: skip
    target.write_text("\n".join(lines), "utf-8")
