"""What the course must cover: every line leads to a step, and every step runs."""

from __future__ import annotations

import importlib.machinery
import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from readingroom.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book"))

import claim  # noqa: E402  (needs the path above)
import covered  # noqa: E402

GROUPS = ("seed", "claim", "tripod", "metric", "future", "arch")


def test_every_line_has_a_step_and_every_step_a_line():
    """No line of the table is only promised, and no tag is misspelled."""
    assert covered.missing(ROOT) == []
    assert set(GROUPS) <= set(covered.asked(ROOT))


def test_every_step_stands_in_the_learners_notebook_and_runs():
    """A line leads to something that is done: code or an answer belongs to its cell."""
    cells = {
        lesson.number: {
            cell.id for cell in nbformat.read(lesson.notebook("lessons", ROOT), as_version=4).cells
        }
        for lesson in catalogue().values()
    }
    found = [step for steps in covered.steps(ROOT).values() for step in steps]
    assert [s.target for s in found if s.cell not in cells[s.lesson]] == []
    assert [s.target for s in found if not s.runs] == []
    assert [s.target for s in found if not s.words] == []


@pytest.mark.parametrize("fault", ["a line without a step", "a step without a line"])
def test_a_gap_stops_the_build(tmp_path, fault):
    """A forgotten tag is named, with the line it belongs to."""
    shutil.copytree(ROOT / "book" / "lessons", tmp_path / "book" / "lessons")
    text = (ROOT / "book" / "coverage.toml").read_text("utf-8")
    old = '"equity"' if fault == "a line without a step" else '"claim"'
    new = '"nobody-does-this"'
    changed = text.replace(old, new) if old in text else text.replace("[claim]", "[other]")
    assert changed != text
    (tmp_path / "book" / "coverage.toml").write_text(changed, "utf-8")
    with pytest.raises(ValueError, match=r"coverage\.toml"):
        covered.write(tmp_path, tmp_path / "coverage.md")
    assert not (tmp_path / "coverage.md").exists()


def test_a_place_stands_above_the_heading_it_is_named_for():
    """The link leads to the step's heading, also where the cell ends an earlier topic."""
    assert covered.anchor("So far.\n\n### Hide it\n\nText", "05", "x") == (
        "So far.\n\n(05-x)=\n### Hide it\n\nText"
    )
    assert covered.anchor("No heading.", "05", "x") == "(05-x)=\nNo heading."


CARDS = sorted((ROOT / "src" / "readingroom" / "models" / "shipped").glob("*/card.json"))


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_a_networks_answers_to_claim_are_its_cards_facts(path):
    """Numbers come from the card; what a card loses is called unknown, not kept."""
    facts, text = (
        json.loads(path.read_text("utf-8")),
        path.with_name("README.md").read_text("utf-8"),
    )
    said = claim.answers(facts, text)
    assert said["Who was eligible"] and said["Reference standard"]
    tested = facts["test_auc"]
    for seeds in tested.values() if isinstance(tested, dict) else [tested]:
        best = max(seed["value"] for seed in seeds)
        assert f"to {best:.3f} over {len(seeds)} seeds" in said["Performance with uncertainty"]
    lost = {k: v for k, v in facts.items() if k not in ("test_auc", "epochs", "known_defects")}
    without = claim.answers(lost, "# Model card")
    for topic in (
        "Performance with uncertainty",
        "Training",
        "Known defects of the films",
        "Who was eligible",
    ):
        assert said[topic] and without[topic] == "", topic
    assert claim.UNKNOWN in claim.table(path.parent)


def test_no_module_of_the_book_hides_an_installed_one():
    """The book's folder stands first in the path: its ``coverage.py`` once hid nbval's own."""
    book = ROOT / "book"
    elsewhere = [place for place in sys.path if Path(place).resolve() != book]
    find = importlib.machinery.PathFinder.find_spec
    hidden = [page.stem for page in book.glob("*.py") if find(page.stem, elsewhere)]
    assert list(book.glob("*.py")) and hidden == []
    assert find("coverage", elsewhere), "the package that was hidden is gone, and with it the case"
