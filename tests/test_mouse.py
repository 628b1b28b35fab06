"""Whole lessons answered with the mouse and the keyboard: nothing is typed into a cell, the
literals stand in the file, and they earn full points wherever that file is judged."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from readingroom.catalogue import find
from readingroom.kernel import inspection
from readingroom.learner import server
from readingroom.questions import exercises
from tests.test_browser import opened, started
from tests.walker import Walker, solutions

EXTENSION = server.EXTENSIONS / "readingroom"
MODE = "simulated"


def test_the_extension_is_what_jupyterlab_looks_for():
    """Its package names the file that is there, and JupyterLab's own list finds it by that name."""
    from jupyterlab_server.config import get_federated_extensions

    found = get_federated_extensions([str(server.EXTENSIONS)])["readingroom"]["jupyterlab"]
    script = EXTENSION / found["_build"]["load"]
    assert "_JUPYTERLAB.readingroom" in script.read_text("utf-8")
    assert "http" not in script.read_text("utf-8")  # it asks nobody for anything


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The learner's folder."""
    return tmp_path_factory.mktemp("mouse")


@pytest.fixture(scope="module")
def page(place: Path, warm_kernel):
    """Lesson 05 open in JupyterLab, nothing run; later tests open lesson 01 in the same one."""
    lab = started(place, 8941, "05", warm=warm_kernel)
    with lab as address, opened(address, place / "profile") as desk:
        desk.__class__ = Walker
        desk.lesson, desk.mode = "05", MODE
        yield desk


def notebook(place: Path, lesson: str) -> Path:
    """A lesson of the learner's working copy."""
    return place / "work" / f"{find(lesson).slug}.ipynb"


def right(lesson: str, slug: str):
    """The course's own answer."""
    return exercises.of_lesson(lesson)[slug].reference(exercises.frozen(lesson, MODE))


def typed(page: Walker, *slugs: str) -> None:
    """Go on to each exercise in turn and answer it in the field below its question."""
    for slug in slugs:
        page.go_on()
        code = solutions(page.lesson)[slug]
        page.type_line(slug, code if "\n" in code else code.split("=", 1)[1].strip())
        page.replied(slug, "Right")


def turned_to(page: Walker, lesson: str) -> None:
    """Another lesson open, with a kernel of its own."""
    name = find(lesson).slug[:9]
    page.page.locator(".jp-DirListing-item", has_text=name).dblclick()
    page.page.locator(".lm-TabBar-tab.lm-mod-current", has_text=name).wait_for()
    page.ready()
    page.lesson = lesson


@pytest.mark.browser
@pytest.mark.slow
def test_lesson_05_is_worked_through_without_a_cell(page: Walker, place: Path):
    """Boxes drawn, lines, a table clicked, films clicked, a sentence and its reason: 13 points."""
    page.go_on()
    areas = page.notebook.locator(".rr-draw")
    areas.nth(7).wait_for()
    page.picture("mouse-boxes-before")
    for i, box in enumerate(right("05", "your-box-first")):
        page.draw(areas.nth(i), tuple(map(int, box)), (128, 128))
    page.notebook.get_by_role("button", name="Check the boxes").click()
    assert "of your 8 boxes" in page.replied("your-box-first", "Noted")  # sealed: not judged
    page.picture("mouse-boxes-after")
    page.go_on()
    page.type_line("patch-size", "4")
    page.replied("patch-size", "Not yet")
    page.type_line("patch-size", "24")
    page.replied("patch-size", "Right")
    typed(page, "adds-up")
    page.go_on()
    words = {kind: verdict for kind, (_, verdict) in right("05", "sanity").items()}
    page.fill_in("sanity", [part for k in "ABC" for part in (f'rho("{k}")', words[k])])
    page.replied("sanity", "Right")
    typed(page, "on-target-rate", "how-small")
    page.go_on()
    films = page.notebook.locator(".rr-film")
    films.first.wait_for()
    for i in right("05", "wrong-reason"):
        films.nth(int(i)).focus()
        page.page.keyboard.press("Space")
    page.notebook.get_by_role("button", name="Check the films clicked").click()
    page.replied("wrong-reason", "Right")
    page.go_on()
    page.choose("is-it-evidence", "A", 1)
    page.replied("is-it-evidence", "Not yet")
    page.choose("is-it-evidence", "B", 2)
    page.replied("is-it-evidence", "Right")
    assert "8 of 8 answered, 8 right" in page.bar()
    page.saved(notebook(place, "05"), "is-it-evidence")
    page.go_on()
    page.notebook.get_by_role("button", name="Next lesson: 06").wait_for()
    assert not page.errors


@pytest.mark.browser
@pytest.mark.slow
def test_lesson_01_is_worked_through_without_a_cell(page: Walker, place: Path):
    """A slider's line, a table ticked, a box, a function's one word, a form that writes a file."""
    turned_to(page, "01")
    page.go_on()
    page.notebook.get_by_role("button", name="Check this answer").first.click()
    page.replied("right-way-up", "Not yet")
    page.type_line("right-way-up", "1, film.WindowCenter, film.WindowWidth")
    page.replied("right-way-up", "Right")
    typed(page, "grey-levels")
    page.go_on()
    lines = page.notebook.locator(".jp-OutputArea label")
    hunted = [int(number) for number in right("01", "phi-hunt")]
    for number in hunted:
        lines.filter(has_text=re.compile(rf"^{number}\s")).first.click()
    # each tick writes the line anew; its button comes with the last one
    line = page.notebook.locator("code", has_text=f"found = {{{', '.join(map(str, hunted))}}}")
    line.locator("xpath=following-sibling::button").click()
    page.replied("phi-hunt", "Right")
    page.go_on()
    shape = exercises.frozen("01", MODE).second.data().pixel_array.shape
    page.draw(page.notebook.locator(".rr-draw").last, right("01", "blackout"), shape)
    page.notebook.get_by_role("button", name="Check the box").click()
    page.replied("blackout", "Right")
    page.go_on()
    page.type_line("one-patient-one-shift", "patient + secret")
    page.replied("one-patient-one-shift", "Right")
    page.go_on()
    page.fill_in("same-study-same-uid", ["a", "a", "b", "b"])
    page.replied("same-study-same-uid", "Right")
    page.go_on()
    areas = page.notebook.locator(".rr-draw")
    areas.nth(1).wait_for()
    page.draw(areas.last, (426, 448, 0, 224), shape)
    page.fill_in("audit-zero", [None, True, True, True])
    page.replied("audit-zero", "Right")
    page.go_on()
    page.choose("which-layer", "B", 3)
    page.replied("which-layer", "Right")
    assert "8 of 8 answered, 8 right" in page.bar()
    page.saved(notebook(place, "01"), "which-layer")


@pytest.mark.browser
@pytest.mark.slow
def test_lesson_08_is_worked_through_without_a_cell(page: Walker, place: Path):
    """Sentences, lines, films clicked, films sorted under three words; wrong first, then right."""
    turned_to(page, "08")
    page.go_on()
    assert page.notebook.locator(".rr-plain").first.is_hidden()  # here things can be clicked
    page.choose("which-interval", "P", 2)
    page.told("which-interval", "Not yet")
    page.choose("which-interval", "Q", 2)
    page.told("which-interval", "Right")
    page.go_on()
    page.type_line("sure-and-wrong", "(test.a > .95).mean()")
    page.told("sure-and-wrong", "Not yet")
    page.type_line("sure-and-wrong", "(test.a[test.y == 0] > .95).mean()")
    page.told("sure-and-wrong", "Right")
    typed(page, "coverage")
    page.go_on()
    page.type_line("defer", ".6")
    page.told("defer", "Not yet")
    page.type_line("defer", str(right("08", "defer")))
    page.told("defer", "Right")
    page.go_on()
    page.type_line("who-waits", str(right("08", "who-waits")))
    page.told("who-waits", "Right")
    for slug in ("read-alone", "read-with-ai"):
        page.go_on()
        page.figure(slug).get_by_role("button", name="Check the films clicked").click()
        page.told(slug, "Not yet")
        page.click_films(slug, right("08", slug))
        page.told(slug, "Noted")
    page.go_on()
    page.type_line("own-reliance", str(right("08", "own-reliance")[2]))
    page.told("own-reliance", "Right")
    page.go_on()
    override, _ = right("08", "overrule")
    page.sort_films("overrule", dict.fromkeys(range(20), "escalate"), "accept")
    page.told("overrule", "20 films escalated")
    page.sort_films("overrule", dict.fromkeys(override, "override"), "accept")
    page.told("overrule", "Right")
    page.go_on()
    page.choose("design", "B", 3)
    page.told("design", "Not yet")
    page.choose("design", "C", 3)
    page.told("design", "Right")
    assert "10 of 10 answered, 10 right" in page.bar()
    page.saved(notebook(place, "08"), "design")


@pytest.mark.browser
@pytest.mark.slow
def test_lesson_12_is_worked_through_without_a_cell(page: Walker, place: Path):
    """Twelve lines drawn on volumes that scroll; the first sitting's lines do not pass twice."""
    turned_to(page, "12")
    stacks = page.notebook.locator("figure[data-rr-stack]")
    page.go_on()
    stacks.first.locator(".rr-view-title", has_text="simulated").first.wait_for()
    first, again = right("12", "measure-again")
    page.measure(stacks.first, [(25, 3.0, 2.0, 3.0, 9.0), *first[1:]])
    page.told("measure-once", "does not lie on the nodule")
    page.measure(stacks.first, first)
    page.told("measure-once", "Noted")
    page.go_on()
    stacks.nth(1).locator("xpath=self::*[@data-rr-loaded]").wait_for()  # it grows as it loads
    page.type_line("measure-again", "first")
    page.told("measure-again", "lines of your first measurement")
    page.measure(stacks.nth(1), again)
    page.told("measure-again", "Noted")
    typed(page, "real-change", "dice", "doubling-time")
    page.go_on()
    page.choose("grew", "A", 1)
    page.told("grew", "Not yet")
    page.choose("grew", "C", 2)
    page.told("grew", "Right")
    page.go_on()
    table = right("12", "follow-it")
    page.fill_in("follow-it", [str(n) for letter in "ABCDE" for n in reversed(table[letter])])
    page.told("follow-it", "Not yet")
    page.fill_in("follow-it", [str(n) for letter in "ABCDE" for n in table[letter]])
    page.told("follow-it", "Right")
    page.go_on()
    page.choose("risk-here", "B", 2)
    page.told("risk-here", "Right")
    assert "8 of 8 answered, 8 right" in page.bar()
    page.saved(notebook(place, "12"), "risk-here")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("lesson", ["05", "01", "08", "12"])
def test_the_saved_file_holds_the_literals(page: Walker, place: Path, lesson: str):
    """Answer cells hold what was clicked, and `check` gives full points on that file."""
    cells = {cell["id"]: cell for cell in json.loads(notebook(place, lesson).read_text())["cells"]}
    for slug, exercise in exercises.of_lesson(lesson).items():
        source = "".join(cells[slug]["source"])
        assert "..." not in source
        if exercise.kind.name == "boxes":
            assert re.search(r"= \[?\(\d+, \d+, \d+, \d+\)", source)
    _, rows = inspection.check(notebook(place, lesson))
    assert len(rows) == len(exercises.of_lesson(lesson))
    assert [row for row in rows if row.points < row.max_points] == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_class_grader_gives_every_point(page: Walker, place: Path, tmp_path: Path):
    """`grade` judges a file answered by mouse like any other.

    Lesson 01, since it is quick; 05, and both with plain nbgrader, were graded by hand: all points.
    """
    handed = tmp_path / "handed" / "mouse" / find("01").slug
    handed.mkdir(parents=True)
    shutil.copy(notebook(place, "01"), handed)
    command = [sys.executable, "-m", "readingroom", "grade", str(tmp_path / "handed"),
               "--out", str(tmp_path / "out"), "--jobs", "1"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    with (tmp_path / "out" / "grades.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["lesson"] == "01"]
    assert len(rows) == len(exercises.of_lesson("01"))
    assert [row for row in rows if float(row["points"]) < float(row["max_points"])] == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_tablet_shows_every_widget_whole(page: Walker):
    """From 768 px on nothing of the course's own leaves the notebook's edge."""
    page.turn_to("01-from")
    for width in (1280, 1024, 768):
        assert page.over_the_edge(width) == []


@pytest.mark.browser
@pytest.mark.slow
def test_the_widgets_have_no_barrier(page: Walker, tmp_path: Path):
    """axe finds nothing serious on what the course adds to the page."""
    assert page.barriers(tmp_path) == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_word_of_the_glossary_opens_where_it_stands(page: Walker):
    """By keyboard: focus opens its meaning below it, Escape closes it, and the place is kept."""
    word = page.notebook.locator('a[href*="#term-"]').first
    word.focus()
    note = page.notebook.locator(".rr-term")
    assert len(note.inner_text()) > 20 and word.get_attribute("aria-expanded") == "true"
    page.page.keyboard.press("Escape")
    note.wait_for(state="detached")
    assert word.evaluate("word => word === document.activeElement")


@pytest.mark.browser
@pytest.mark.slow
def test_a_reset_with_the_tab_open_is_not_undone(page: Walker, place: Path):
    """The open tab takes the fresh copy by itself; saving then keeps it fresh, and points agree."""
    page.turn_to("05-what")
    command = [sys.executable, "-m", "readingroom", "reset", "05", "--empty", "--folder",
               str(place / "work")]  # fmt: skip
    given = {**os.environ, "READINGROOM_HOME": str(place / "home")}
    done = subprocess.run(command, capture_output=True, text=True, env=given)
    assert done.returncode == 0 and "takes the fresh copy by itself" in done.stdout
    page.notebook.locator(".rr-bar", has_text="0 of 8 answered").wait_for()
    page.page.keyboard.press("Control+s")
    page.page.wait_for_timeout(1000)
    assert page.page.locator(".jp-Dialog").count() == 0
    assert "my_boxes = ..." in notebook(place, "05").read_text("utf-8")
    kept = json.loads((place / "home" / "progress.json").read_text("utf-8"))
    assert "05" not in kept["lessons"]


STACK = """import numpy as np
import readingroom as rr

z, y, x = np.mgrid[-1:1:40j, -1:1:64j, -1:1:64j]
ball = np.where(z * z + y * y + x * x < 0.25, 100, -800).astype("int16")
rr.show.stack(ball, alt="A bright ball in a dark cube.", draw="line", name="mine", tag="MADE HERE")
"""


@pytest.mark.browser
@pytest.mark.slow
def test_a_line_on_a_stack_goes_into_the_answer_cell(page: Walker, place: Path):
    """Scrolled by wheel, drawn by mouse: the literal lands in the cell, and nothing else is kept.

    The slices come from the kernel and not from the notebook's file, which stays small.
    """
    path = place / "work" / "stack.ipynb"
    sources = ("import os", STACK, "mine = ...", 'rr.check("ball", mine)')
    cells = [nbformat.v4.new_code_cell(one) for one in sources]
    for cell, name in zip(cells, ("opens", "see", "ball", "ball-check"), strict=True):
        cell["id"] = name
    text = nbformat.v4.new_markdown_cell("### Exercise · the ball (1 min)")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=[text, *cells], metadata={"kernelspec": kernel})
    nbformat.write(made, path)
    page.page.locator(".jp-DirListing-item", has_text=path.name).dblclick()
    page.page.locator(".lm-TabBar-tab.lm-mod-current", has_text=path.name).wait_for()
    page.ready()
    page.go_on()
    canvas = page.notebook.locator(".rr-stack canvas")
    canvas.wait_for()
    page.notebook.locator("figure[data-rr-loaded]").wait_for()
    canvas.hover()
    page.page.mouse.wheel(0, -120)
    page.notebook.locator("canvas[data-slice='19']").wait_for()
    page.draw(canvas, (32, 32, 16, 48), (64, 64))
    page.picture("stack-drawn")
    page.notebook.get_by_role("button", name="Check this answer").click()
    cell = page.saved(path, "ball")
    found = [float(x) for x in re.findall(r"-?[\d.]+", "".join(cell["source"]).split("=")[1])]
    assert found == pytest.approx([19, 31.5, 15.5, 31.5, 47.5], abs=0.3)
    assert path.stat().st_size < 400_000
    assert not [said for said in page.errors if "stack" in said]


BELOW = (
    "### Exercise · below a figure (1 min)\n\nThe text goes on below.",
    "- **A** yes\n- **B** no\n\nBecause:\n\n1. one\n2. two",
)


@pytest.mark.browser
@pytest.mark.slow
def test_sentences_below_a_figure_can_be_clicked(page: Walker, place: Path):
    """The heading may stand in one text and the sentences in another, with a cell between them."""
    path = place / "work" / "below.ipynb"
    heading, sentences = map(nbformat.v4.new_markdown_cell, BELOW)
    codes = (
        'import readingroom as rr\nrr.lesson("10")',
        "print(1)",
        "cause, because = ..., ...",
        'rr.judge("why-unused", cause, because)',
    )
    opens, see, answer, check = map(nbformat.v4.new_code_cell, codes)
    for cell, name in zip((opens, see, answer, check), ("o", "s", "why-unused", "c"), strict=True):
        cell["id"] = name
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [opens, heading, see, sentences, answer, check]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    page.page.locator(".jp-DirListing-item", has_text=path.name).dblclick()
    page.page.locator(".lm-TabBar-tab.lm-mod-current", has_text=path.name).wait_for()
    page.ready()
    page.go_on()
    page.notebook.get_by_role("radio", name="A yes").click()
    page.notebook.get_by_role("radio", name="two").click()
    page.replied("why-unused", "Not yet")


FRAMED = """legend => {
  const frame = legend.parentElement.getBoundingClientRect(), box = legend.getBoundingClientRect();
  return box.top > frame.top && box.right <= frame.right; // not upon the frame itself
}"""


@pytest.mark.browser
@pytest.mark.slow
def test_a_form_fits_a_tablet(page: Walker, place: Path):
    """A slider begins at a whole week, and a label of two lines stands inside its frame."""
    path = place / "work" / "forms.ipynb"
    asked = {"pitch": "missing", "alarm-week": "alarm"}
    cells = [nbformat.v4.new_code_cell('import readingroom as rr\nrr.lesson("10")')]
    for slug, name in asked.items():
        cells += [nbformat.v4.new_markdown_cell(f"### Exercise · {name} (1 min)"),
                  nbformat.v4.new_code_cell(f"{name} = ..."),
                  nbformat.v4.new_code_cell(f'rr.check("{slug}", {name})')]  # fmt: skip
        cells[-2]["id"], cells[-1]["id"] = slug, f"{slug}-check"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    page.page.locator(".jp-DirListing-item", has_text=path.name).dblclick()
    page.page.locator(".lm-TabBar-tab.lm-mod-current", has_text=path.name).wait_for()
    page.ready()
    page.go_on()
    week = page.part("alarm-week")
    assert week.get_by_role("slider").input_value() == "27"
    assert week.get_by_role("spinbutton").input_value() == "27"
    label = page.part("pitch").locator("legend").nth(1)
    with page.screen(768):
        assert label.bounding_box()["height"] > 30  # two lines
        assert label.evaluate(FRAMED)
