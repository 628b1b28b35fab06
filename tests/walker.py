"""A learner who works through a lesson with mouse and keyboard, and never types into a cell."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

from readingroom.catalogue import find
from readingroom.questions import exercises
from tests.accessibility import axe_core, named
from tests.test_browser import CELL_SECONDS, Desk

SIDES = (51, 51)  # rows and columns of lesson 12's cubes
CUT_OUT = 100  # rows and columns of lesson 13's volumes
IN_VIEW = """reply => {
  const {top, bottom} = reply.getBoundingClientRect();
  const page = reply.closest(".jp-WindowedPanel-outer").getBoundingClientRect();
  return top >= page.top - 1 && bottom <= page.bottom + 1;
}"""
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", re.S)


def solutions(lesson: str) -> dict[str, str]:
    """What the course's own answer cells hold, by exercise."""
    cells = json.loads(find(lesson).notebook("solutions").read_text("utf-8"))["cells"]
    found = {cell["id"]: SOLUTION.search("".join(cell["source"])) for cell in cells}
    return {slug: match.group(1) for slug, match in found.items() if match}


# what the course adds to a page: questions, films to click, the bar, the study to mark
OWN = [".rr-part", ".rr-plate", ".rr-bar", "[data-rr-study]"]
OVER_THE_EDGE = """own => [...document.querySelectorAll(own)].filter(one => {
  const panel = one.closest(".jp-NotebookPanel"), box = one.getBoundingClientRect();
  if (!one.offsetParent || !panel || !box.width) return false;
  return box.right > panel.getBoundingClientRect().right + 1;
}).map(one => `${one.tagName} ${one.className}`)"""


SEEN = """part => {
  const outer = part.closest(".jp-WindowedPanel-outer").getBoundingClientRect();
  const box = part.getBoundingClientRect();
  const figures = [...part.closest(".jp-NotebookPanel").querySelectorAll(".jp-OutputArea figure")]
    .map(one => one.getBoundingClientRect()).filter(one => one.height && one.bottom <= box.bottom);
  const figure = figures.pop();
  const seen = figure ? Math.min(outer.bottom, figure.bottom) - Math.max(outer.top, figure.top) : 0;
  return [box.top >= outer.top - 1 && box.bottom <= outer.bottom + 1,
          figure ? Math.max(0, seen) / figure.height : 0];
}"""


class Walker(Desk):
    """A learner who clicks, draws and drags; `lesson` is the one they know the answers of."""

    lesson: str
    mode: str

    def part(self, slug: str):
        """What the course put below an exercise's question."""
        return self.notebook.locator(f".rr-part[data-slug={slug}]")

    def over_the_edge(self, width: int) -> list[str]:
        """What of the course's own leaves the notebook on a screen of this width."""
        own = ", ".join([*OWN, ".rr-part *", "[data-rr-study] *"])
        with self.screen(width):
            return self.page.evaluate(OVER_THE_EDGE, own)

    def barriers(self, place: Path) -> list[str]:
        """What axe calls serious or critical on what the course adds to the page."""
        self.page.evaluate(axe_core(place))
        asked = {"resultTypes": ["violations"], "preload": False}
        there = [[one] for one in OWN if self.page.locator(one).count()]
        told = self.page.evaluate(
            "([where, how]) => axe.run({include: where}, how)", [there, asked]
        )
        return named(
            [one for one in told["violations"] if one["impact"] in ("serious", "critical")]
        )

    def bar(self) -> str:
        """How far along, as the bar says."""
        return self.notebook.locator(".rr-bar").inner_text()

    def go_on(self) -> None:
        """Press the button and wait until the next exercise is in view."""
        self.notebook.get_by_role("button", name="Go on ▶").click()
        self.page.wait_for_timeout(300)
        front = ".jp-NotebookPanel:not(.lm-mod-hidden) .rr-bar"
        bars = f"[...document.querySelectorAll('{front}')]"
        waiting = f"() => {bars}.some(bar => /answered/.test(bar.textContent))"
        self.page.wait_for_function(waiting, timeout=CELL_SECONDS * 1000)

    def replied(self, slug: str, words: str) -> str:
        """Wait for the reply beside a question to say `words`."""
        reply = self.part(slug).locator(".rr-reply", has_text=words)
        reply.wait_for()
        return reply.inner_text()

    def told(self, slug: str, words: str) -> str:
        """As `replied`; and the reply is where the learner looks, wholly in view."""
        said = self.replied(slug, words)
        self.page.wait_for_timeout(200)  # it is brought into view
        assert self.part(slug).locator(".rr-reply").evaluate(IN_VIEW), f"{slug}: out of view"
        return said

    def in_view(self, slug: str) -> tuple[bool, float]:
        """Whether a question's panel lies wholly in view, and the share of the figure above it."""
        self.page.wait_for_timeout(200)  # it is brought into view
        return tuple(self.part(slug).evaluate(SEEN))

    def figure(self, slug: str):
        """The figure whose films answer an exercise."""
        return self.notebook.locator(f"figure[data-rr-ready={slug}]")

    def click_films(self, slug: str, numbers) -> None:
        """Press these films of a figure and no others, and its button."""
        wanted, films = set(map(int, numbers)), self.figure(slug).locator(".rr-film")
        films.first.wait_for()
        for i in range(films.count()):
            if (films.nth(i).get_attribute("aria-pressed") == "true") != (i in wanted):
                films.nth(i).click()
        self.figure(slug).get_by_role("button", name="Check the films clicked").click()

    def sort_films(self, slug: str, words: dict[int, str], usual: str) -> None:
        """Click each film until it says its word, then press the form's button."""
        films = self.figure(slug).locator(".rr-film")
        films.first.wait_for()
        for i in range(films.count()):
            while words.get(i, usual) not in films.nth(i).get_attribute("aria-label"):
                films.nth(i).click()
        self.part(slug).get_by_role("button", name="Check", exact=True).click()

    def measure(self, figure, lines) -> None:
        """Draw (slice, row, column, row, column) in each volume of a stack, and check them."""
        figure.locator("xpath=self::*[@data-rr-loaded]").wait_for()
        for i, (level, *ends) in enumerate(lines):
            canvas = figure.locator("canvas").nth(i)
            self.scroll(canvas, level)
            row0, column0, row1, column1 = (end + 0.5 for end in ends)
            self.draw(canvas, (row0, row1, column0, column1), SIDES)
        figure.get_by_role("button", name="Check this answer").click()

    def scroll(self, canvas, level: int) -> None:
        """Turn the wheel over a volume until a slice of it is in view."""
        canvas.hover()
        while (now := int(canvas.get_attribute("data-slice"))) != level:
            self.page.mouse.wheel(0, 120 if level > now else -120)
            canvas.locator(f"xpath=self::*[@data-slice!='{now}']").wait_for()

    def point_out(self, figure, places) -> None:
        """Click (slice, row, column) in each volume of a stack, and check them."""
        figure.locator("xpath=self::*[@data-rr-loaded]").wait_for()
        for i, (level, row, column) in enumerate(places):
            canvas = figure.locator("canvas").nth(i)
            self.scroll(canvas, level)
            at = canvas.bounding_box()
            across, down = at["width"] / CUT_OUT, at["height"] / CUT_OUT
            canvas.click(position={"x": (column + 0.5) * across, "y": (row + 0.5) * down})
        figure.get_by_role("button", name="Check this answer").click()

    def type_line(self, slug: str, text: str) -> None:
        """Type into the field below the question and press Enter."""
        field = self.part(slug).locator("textarea[name=answer]")
        field.fill(text)
        field.press("Enter")

    def draw(self, area, box: tuple, shape: tuple[int, int]) -> None:
        """Drag a box (row0, row1, column0, column1) on a film of this shape."""
        area.scroll_into_view_if_needed()
        at, (row0, row1, col0, col1) = area.bounding_box(), box
        across, down = at["width"] / shape[1], at["height"] / shape[0]
        self.page.mouse.move(at["x"] + col0 * across, at["y"] + row0 * down)
        self.page.mouse.down()
        self.page.mouse.move(at["x"] + col1 * across, at["y"] + row1 * down, steps=4)
        self.page.mouse.up()

    def choose(self, slug: str, letter: str, reason: int) -> None:
        """Click a sentence, then a reason with the keyboard."""
        sentence, why = self.options(slug, letter, reason)
        sentence.click()
        why.focus()
        self.page.keyboard.press("Enter")

    def options(self, slug: str, letter: str, reason: int) -> tuple:
        """The sentence that begins with a letter, and the reason of a number, of an exercise."""
        asked = self.page.locator(f".rr-part[data-slug={slug}]")  # `has` looks inside the cell
        question = self.notebook.locator(".jp-MarkdownCell", has=asked)
        sentences = question.get_by_role("radiogroup", name="The sentences").locator(".rr-option")
        reasons = question.get_by_role("radiogroup", name="The reasons").locator(".rr-option")
        begins = self.page.locator("strong", has_text=re.compile(f"^{letter}$"))
        return sentences.filter(has=begins), reasons.nth(reason - 1)

    def fill_in(self, slug: str, values: list) -> None:
        """Answer a form, part by part, and press its button."""
        part, known = self.part(slug), exercises.of_lesson(self.lesson)[slug].offer
        for i, (asked, value) in enumerate(zip(known.parts, values, strict=True)):
            box = part.locator("fieldset").nth(i)
            if asked.kind == "one":
                # what was chosen before bears a mark
                box.get_by_role(
                    "radio", name=re.compile(rf"^(✓ )?{re.escape(str(value))}$")
                ).click()
            elif asked.kind == "order":
                for word in value:
                    box.get_by_role("button", name=word, exact=True).click()
            elif asked.kind == "tick" and value:
                box.get_by_role("checkbox").check()
            elif asked.kind == "line":
                box.get_by_role("textbox").fill(str(value))
            elif asked.kind == "slide":
                box.get_by_role("slider").fill(str(value))
        part.get_by_role("button", name="Check", exact=True).click()

    def saved(self, path: Path, slug: str) -> dict:
        """Save with the keyboard; the exercise's answer cell in the file."""
        for _ in range(60):
            self.page.keyboard.press("Control+s")
            self.page.wait_for_timeout(500)
            with contextlib.suppress(ValueError):  # caught while it is being written
                cells = {cell["id"]: cell for cell in json.loads(path.read_text("utf-8"))["cells"]}
                if "..." not in "".join(cells[slug]["source"]):
                    return cells[slug]
        raise AssertionError(f"{path.name} was not saved with an answer to {slug}")
