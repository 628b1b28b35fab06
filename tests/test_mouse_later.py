"""Lessons 11, 13 and 07 answered with the mouse and the keyboard: no cell is typed into, each wrong
answer is told what it is, and the saved files earn full points."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from readingroom.catalogue import find
from readingroom.kernel import inspection
from readingroom.questions import exercises
from tests.test_browser import opened, started
from tests.test_mouse import MODE, notebook, right, turned_to
from tests.walker import Walker

PORT = 8971  # another than those of other modules, which another worker may run
LESSONS = ("11", "13", "07")
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The learner's folder."""
    return tmp_path_factory.mktemp("later")


@pytest.fixture(scope="module")
def page(place: Path, warm_kernel):
    """Lesson 11 open in JupyterLab, nothing run; later tests open the others in the same one."""
    lab = started(place, PORT, LESSONS[0], warm=warm_kernel)
    with lab as address, opened(address, place / "profile") as desk:
        desk.__class__ = Walker
        desk.lesson, desk.mode = LESSONS[0], MODE
        yield desk


def answered(
    page: Walker, way: Callable, slug: str, wrong: object, words: str, good: object
) -> None:
    """Go on to an exercise, answer it wrongly in its own way and read `words`, then rightly."""
    page.go_on()
    way(slug, wrong)
    assert words in page.told(slug, "Not yet")
    way(slug, good)
    page.told(slug, "Right")


def line(page: Walker, *told: str) -> None:
    """The same of an exercise with a line to type."""
    answered(page, page.type_line, *told)


def chosen(page: Walker, slug: str, wrong: tuple[str, int], good: tuple[str, int]) -> None:
    """The same of sentences and reasons, whose replies differ by lesson."""
    answered(page, lambda slug, one: page.choose(slug, *one), slug, wrong, "", good)


def test_lesson_11_is_worked_through_without_a_cell(page: Walker, place: Path):
    """Lines, letters, spots clicked as a guess and again beside the truth, a sentence."""
    dose = "activity * weight * 1000 / dose"
    line(page, "suv-from-header", dose, "was left", f"{dose} / .5 ** (seconds / half_life)")
    line(page, "quarter", "4", "root", "2")
    page.go_on()
    page.fill_in("prettiest", ["B"])
    page.told("prettiest", "Noted")
    page.go_on()
    whole, share = page.in_view("pick-metric")
    assert whole and share > 0.5, "the hint speaks of the panels above"
    page.fill_in("pick-metric", ["A"])
    assert "It rose" in page.told("pick-metric", "Not yet")
    page.fill_in("pick-metric", ["D"])
    page.told("pick-metric", "Right")
    means = "[rr.metrics.mean({}errors[size]) for size in errors]"
    line(page, "suv-error", means.format("100 * "), "in percent", means.format(""))
    made = right("11", "real-or-made")
    page.go_on()
    page.click_films("guess-made", [])
    page.told("guess-made", "Tick at least one")
    page.click_films("guess-made", [0, 1])
    page.told("guess-made", "Noted")
    page.go_on()
    page.click_films("real-or-made", set(range(8)) - set(made))
    page.told("real-or-made", "Not yet")
    page.click_films("real-or-made", made)
    page.told("real-or-made", "Right")
    page.go_on()
    long = page.notebook.locator(".rr-long")
    assert long.evaluate("one => one.scrollHeight > one.clientHeight && one.tabIndex === 0")
    page.type_line("less-contrast", "0.1")
    assert "fade" in page.told("less-contrast", "Not yet")
    page.type_line("less-contrast", str(right("11", "less-contrast")))
    page.told("less-contrast", "Right")
    chosen(page, "accept", ("A", 1), ("B", 3))
    assert "9 of 9 answered, 9 right" in page.bar()
    page.saved(notebook(place, "11"), "accept")


def test_lesson_13_is_worked_through_without_a_cell(page: Walker, place: Path):
    """Blanks chosen, lines, four points clicked in volumes that scroll, a sentence."""
    turned_to(page, "13")
    answered(
        page,
        page.fill_in,
        "say-nothing",
        ["labels.mean()"],
        "Take it from 1",
        ["(labels == 0).mean()"],
    )
    line(page, "any-alarm", "14 * .05", "add up", "1 - .95 ** 14")
    answered(page, page.fill_in, "slice-to-exam", ["mean"], "averaged away", ["max"])
    areas = "areas.sum() * {} / 1000"
    line(page, "how-much-blood", areas.format(4), "lower half", areas.format(7))
    page.go_on()
    stack = page.notebook.locator("figure[data-rr-stack]").last
    bend = exercises.frozen("13", MODE).hidden.bend.astype(int).tolist()
    places = right("13", "find-it")
    page.point_out(stack, [bend[0], *places[1:3], bend[3]])
    assert "In cut-outs 0 and 3 you marked a loop" in page.told("find-it", "Not yet")
    page.point_out(stack, places)
    page.told("find-it", "Right")
    answered(page, page.fill_in, "froc-point", ["4"], "4 false marks", ["0.5"])
    chosen(page, "transfer", ("A", 1), ("B", 2))
    assert "7 of 7 answered, 7 right" in page.bar()
    page.saved(notebook(place, "13"), "transfer")


def test_lesson_07_is_worked_through_without_a_cell(page: Walker, place: Path):
    """Blanks chosen, a threshold dragged, rules ticked, no film clicked, a line, a sentence."""
    turned_to(page, "07")
    answered(
        page,
        page.fill_in,
        "rank-or-threshold",
        ["usual", "whiter", "usual", "whiter"],
        "come first",
        ["whiter", "usual", "whiter", "usual"],
    )
    answered(page, page.fill_in, "re-set", [0.5], "Aim at 85", [0.85])
    answered(
        page,
        page.fill_in,
        "gatekeeper",
        [True] * 5 + [False] * 2,
        "Look at the picture too",
        [True] * 6 + [False],
    )
    page.go_on()
    page.click_films("spot-the-attack", [0, 3])
    assert "named 1 of them" in page.told("spot-the-attack", "Not yet")
    page.click_films("spot-the-attack", [])
    page.told("spot-the-attack", "Honest")
    line(page, "smallest-step", "0", "still", str(right("07", "smallest-step")))
    chosen(page, "threat", ("A", 1), ("B", 3))
    assert "6 of 6 answered, 6 right" in page.bar()
    page.saved(notebook(place, "07"), "threat")


def test_a_tablet_shows_every_widget_whole(page: Walker):
    """From 768 px on nothing of the course's own leaves the notebook's edge."""
    for lesson in LESSONS:
        page.turn_to(find(lesson).slug[:6])
        for width in (1280, 1024, 768):
            assert page.over_the_edge(width) == [], lesson


def test_a_tablet_gives_its_width_to_the_lesson(page: Walker):
    """Opened on a narrow screen the list of files is closed, and its tab opens it."""
    tablet = page.page.context.new_page()
    tablet.set_viewport_size({"width": 768, "height": 900})
    tablet.goto(page.page.url)
    panel = tablet.locator(".jp-NotebookPanel:not(.lm-mod-hidden)[data-rr-dressed]")
    panel.wait_for()
    files = tablet.locator(".jp-FileBrowser")
    files.wait_for(state="hidden")
    assert panel.bounding_box()["width"] > 600
    tablet.locator(".lm-TabBar-tab[data-id=filebrowser]").click()
    files.wait_for()
    tablet.close()


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_saved_file_gets_full_points(page: Walker, place: Path, lesson: str):
    """Answer cells hold what was clicked, and `check` gives full points on that file."""
    cells = {cell["id"]: cell for cell in json.loads(notebook(place, lesson).read_text())["cells"]}
    assert not [s for s in exercises.of_lesson(lesson) if "..." in "".join(cells[s]["source"])]
    _, rows = inspection.check(notebook(place, lesson))
    assert len(rows) == len(exercises.of_lesson(lesson))
    assert [row for row in rows if row.points < row.max_points] == []
