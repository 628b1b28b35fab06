"""The discussion cards: each lesson has one that fits five minutes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from readingroom.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book"))

import cards  # noqa: E402  (needs the path above)

ALOUD = 130  # words a minute
PLAY = "play"


@pytest.mark.parametrize("number", list(catalogue()))
def test_a_lessons_card_asks_one_question_with_three_positions(number):
    """Reading it aloud takes at most one of the five minutes, and no position stands twice."""
    card = cards.load(ROOT)[number]
    assert card["question"].endswith("?") and len(set(card["positions"])) == 3
    words = " ".join([card["question"], *card["positions"], card["settles"]]).split()
    assert len(words) <= ALOUD
    assert all(text.endswith((".", "?")) for text in (*card["positions"], card["settles"]))


def test_the_page_holds_every_card_and_the_play(tmp_path):
    """What a teacher prints is what the table says, in the order of the course."""
    cards.write(ROOT, tmp_path / "cards.md")
    text = (tmp_path / "cards.md").read_text("utf-8")
    found = cards.load(ROOT)
    at = [text.index(found[number]["question"]) for number in catalogue()]
    assert at == sorted(at)
    assert all(role["sheet"] in text for role in found[PLAY]["roles"])


def test_a_lesson_without_a_card_stops_the_build(tmp_path, monkeypatch):
    """A new lesson cannot come without one."""
    without = {k: v for k, v in cards.load(ROOT).items() if k != "00"}
    monkeypatch.setattr(cards, "load", lambda root: without)
    with pytest.raises(ValueError, match="no card for lesson 00"):
        cards.write(ROOT, tmp_path / "cards.md")
