"""The planted study of lesson 99 marked by mouse and by keyboard, and the rest of the lesson."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from readingroom.catalogue import find
from readingroom.checks import lesson_99 as checks
from readingroom.kernel import inspection
from readingroom.lessons.l99 import flaws
from readingroom.questions import exercises
from tests.test_browser import opened, started
from tests.walker import Walker

PORT = 8961  # another than those of other modules, which another worker may run
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The learner's folder."""
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def page(place: Path, warm_kernel):
    """Lesson 99 open in JupyterLab, nothing run."""
    lab = started(place, PORT, "99", warm=warm_kernel)
    with lab as address, opened(address, place / "profile") as desk:
        desk.__class__ = Walker
        desk.lesson, desk.mode = "99", "simulated"
        yield desk


def _mark(page: Walker, cell: int):
    """The list of flaws in a cell of the study that is to be marked."""
    study = page.notebook.locator("[data-rr-study]")
    return study.locator(f"section[data-rr-cell='{cell}'] select")


def test_a_study_is_marked_without_typing(page: Walker):
    """A click on a cell opens its list, arrows choose, a sound cell is named, then all is right."""
    frozen = exercises.frozen("99", "simulated")
    page.go_on()
    _mark(page, 1).wait_for()
    sound = frozen.cells.index("scaling") + 1
    page.notebook.locator(f"section[data-rr-cell='{sound}']").last.click(position={"x": 8, "y": 12})
    assert _mark(page, sound).evaluate("one => one === document.activeElement")
    page.page.keyboard.press("Escape")
    page.picture("study-before")
    _mark(page, sound).select_option(str(flaws.NUMBER["scaled"]))
    button = page.notebook.get_by_role("button", name="Check the cells marked")
    button.click()
    assert f"Cell {sound} is sound" in page.replied("find", "Not yet")
    _mark(page, sound).select_option("")
    for k, (cell, flaw) in enumerate(checks.marked(frozen).items()):
        if k:
            _mark(page, cell).select_option(str(flaw))
            continue
        _mark(page, cell).focus()
        for _ in range(flaw):
            page.page.keyboard.press("ArrowDown")
        assert _mark(page, cell).input_value() == str(flaw)
    page.picture("study-marked")
    button.click()
    assert "15 of 15 flaws" in page.replied("find", "Right")


def test_the_list_of_flaws_can_be_read_and_reached_on_a_tablet(page: Walker, tmp_path: Path):
    """From 768 px on no cell of the study nor its list is cut off, and axe finds no barrier."""
    _mark(page, 1).scroll_into_view_if_needed()
    for width in (1280, 1024, 768):
        page.picture("study-list", width)
        assert page.over_the_edge(width) == []
    assert page.barriers(tmp_path) == []


def test_the_second_sitting_is_done_without_a_cell(page: Walker, place: Path):
    """Films clicked, words chosen and put in order, three blanks, a sentence and its reason."""
    frozen = exercises.frozen("99", "simulated")
    page.go_on()
    film = page.notebook.locator(".rr-film")
    film.first.wait_for()
    for k in frozen.shown.same:
        film.nth(k).focus()
        page.page.keyboard.press("Space")
    page.notebook.get_by_role("button", name="Check the films clicked").click()
    page.replied("one-cause", "Right")
    page.go_on()
    told = checks.directions()
    page.fill_in("direction", [told[k] for k, _ in flaws.listing()])
    page.replied("direction", "Right")
    page.go_on()
    page.fill_in("harm", [list(checks.WORDS)])
    page.replied("harm", "Noted")
    page.go_on()
    page.fill_in("repair", ["1", "film", "test"])
    assert "another leak" in page.replied("repair", "Not yet")
    page.fill_in("repair", ["2", "patient", "val"])
    page.replied("repair", "Right")
    page.go_on()
    page.choose("verdict", "B", 2)
    page.replied("verdict", "Not yet")
    page.choose("verdict", "C", 2)
    page.replied("verdict", "Right")
    assert "6 of 6 answered, 6 right" in page.bar()
    path = place / "work" / f"{find('99').slug}.ipynb"
    page.saved(path, "verdict")
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]}
    assert not [slug for slug in exercises.of_lesson("99") if "..." in cells[slug]]
    _, rows = inspection.check(path)
    assert [row for row in rows if row.points < row.max_points] == []
    assert not page.errors
