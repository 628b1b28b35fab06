"""Answers given with the mouse and the keyboard: the literal stands in the cell, the reply beside
the question."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from readingroom.catalogue import find
from readingroom.learner import server
from readingroom.questions import exercises
from tests.test_browser import CELL_SECONDS, Desk, opened, started

EXTENSION = server.EXTENSIONS / "readingroom"


def test_the_extension_is_what_jupyterlab_looks_for():
    """Its package names the file that is there, and JupyterLab's own list finds it by that name."""
    from jupyterlab_server.config import get_federated_extensions

    found = get_federated_extensions([str(server.EXTENSIONS)])["readingroom"]["jupyterlab"]
    script = EXTENSION / found["_build"]["load"]
    assert "_JUPYTERLAB.readingroom" in script.read_text("utf-8")
    assert "http" not in script.read_text("utf-8")  # it asks nobody for anything


class Page(Desk):
    """A learner who clicks."""

    def go_on(self) -> None:
        """Press the button and wait until the next exercise is in view."""
        self.notebook.get_by_role("button", name="Go on").click()
        self.page.wait_for_timeout(300)
        bars = "[...document.querySelectorAll('.rr-bar')]"
        waiting = f"() => {bars}.some(bar => /answered/.test(bar.textContent))"
        self.page.wait_for_function(waiting, timeout=CELL_SECONDS * 1000)

    def replied(self, words: str):
        """Wait for a reply beside a question that says `words`."""
        reply = self.notebook.locator(".rr-reply", has_text=words).first
        reply.wait_for()
        return reply

    def kept(self, place: Path, slug: str) -> dict:
        """Save with the keyboard; the exercise's answer cell in the file."""
        self.page.keyboard.press("Control+s")
        self.notebook.locator(".jp-NotebookPanel-notebook").wait_for()
        path = place / "work" / f"{find('03').slug}.ipynb"
        for _ in range(50):
            cells = {cell["id"]: cell for cell in json.loads(path.read_text("utf-8"))["cells"]}
            if "..." not in "".join(cells[slug]["source"]):
                break
            self.page.wait_for_timeout(200)
        return cells[slug]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The learner's folder."""
    return tmp_path_factory.mktemp("mouse")


@pytest.fixture(scope="module")
def page(place: Path):
    """Lesson 03 open in JupyterLab, nothing run."""
    with started(place, 8941, "03") as address, opened(address, place / "profile") as desk:
        desk.__class__ = Page
        yield desk


@pytest.mark.browser
@pytest.mark.slow
def test_go_on_runs_to_the_exercise_and_a_line_answers_it(page: Page, place: Path):
    """One press opens the lesson and brings the first question; what is typed there is checked."""
    page.go_on()
    field = page.notebook.locator(".rr-ask input").first
    field.wait_for()
    assert "0 of 8 answered" in page.notebook.locator(".rr-bar").inner_text()
    field.fill("0.5")
    field.press("Enter")
    page.replied("Coin flips")
    field.fill("test_y.mean()")
    page.notebook.locator(".rr-ask").first.get_by_role("button", name="Check").click()
    page.replied("Every later accuracy")
    page.notebook.locator(".rr-bar", has_text="1 of 8 answered, 1 right").wait_for()
    assert "acc0 = test_y.mean()" in "".join(page.kept(place, "dull-baseline")["source"])
    page.picture("mouse-1-line")


@pytest.mark.browser
@pytest.mark.slow
def test_a_sentence_and_its_reason_are_clicked(page: Page, place: Path):
    """A wrong sentence by mouse, the right one by keyboard; cell and reply follow."""
    options = page.notebook.locator(".rr-option")
    options.filter(has_text="kept the epoch with the best AUC").click()
    page.replied("Now click the reason")
    options.filter(has_text="because no choice ever saw").click()
    page.replied("A choice was made on the test set")
    third = options.filter(has_text="opened the test films once")
    third.focus()
    page.page.keyboard.press("Enter")
    page.replied("Every choice was made on validation films")
    assert third.get_attribute("aria-checked") == "true"
    assert 'honest, because = "C", 2' in "".join(page.kept(place, "who-leaked")["source"])
    page.picture("mouse-2-choice")


@pytest.mark.browser
@pytest.mark.slow
def test_films_are_clicked(page: Page, place: Path):
    """Pictures become buttons; those pressed are the set in the cell, and it earns its points."""
    page.run("here.moves_gallery()")
    films = page.notebook.locator(".rr-film")
    films.first.wait_for()
    for number in (0, 1, 2, 4, 7):
        films.nth(number).click()
    films.nth(1).focus()
    page.page.keyboard.press("Space")  # taken back
    page.notebook.get_by_role("button", name="Check the films clicked").click()
    page.replied("Small turns and shifts")
    cell = page.kept(place, "legal-moves")
    assert "legal = {0, 2, 4, 7}" in "".join(cell["source"])
    page.picture("mouse-3-films")
    # the file is an ordinary notebook: the command gives the same points
    out = place / "points.json"
    notebook = place / "work" / f"{find('03').slug}.ipynb"
    command = [sys.executable, "-m", "readingroom", "check", str(notebook), "--json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    points = {row["exercise"]: row["points"] for row in json.loads(out.read_text("utf-8"))}
    known = exercises.of_lesson("03")
    for slug in ("dull-baseline", "who-leaked", "legal-moves"):
        assert points[slug] == known[slug].points


@pytest.mark.browser
@pytest.mark.slow
def test_boxes_are_drawn_on_the_films(page: Page):
    """Lesson 05: a box dragged on each film, one moved by keyboard, becomes eight boxes typed."""
    page.page.locator(".jp-DirListing-item", has_text="05-what").dblclick()
    page.notebook.locator(".jp-NotebookPanel-toolbar").wait_for()
    page.page.locator(".lm-TabBar-tab.lm-mod-current", has_text="05-what").wait_for()
    page.ready()
    page.go_on()
    areas = page.notebook.locator(".rr-draw")
    areas.nth(7).wait_for()
    mouse = page.page.mouse
    for i in range(8):
        areas.nth(i).scroll_into_view_if_needed()
        box = areas.nth(i).bounding_box()
        mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.25 * box["height"])
        mouse.down()
        mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
        mouse.up()
    areas.nth(3).focus()
    page.page.keyboard.press("ArrowDown")
    typed = page.notebook.locator(".rr-ask input").first.input_value()
    boxes = json.loads(typed.replace("(", "[").replace(")", "]"))
    assert len(boxes) == 8 and all(abs(box[0] - 32) < 4 for box in boxes)
    assert boxes[3][0] == boxes[2][0] + 2
    page.notebook.get_by_role("button", name="Check the boxes").click()
    assert "of your 8 boxes" in page.replied("points").inner_text()
    page.picture("mouse-4-boxes")
