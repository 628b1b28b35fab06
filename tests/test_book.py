"""The book: it builds without a warning, asks no other server for anything, and hides answers."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from filelock import FileLock

from readingroom.catalogue import catalogue
from readingroom.questions import exercises
from tests.accessibility import COLOURS, axe_core, barriers, named
from tests.conftest import Runs, mirror

REPOSITORY = Path(__file__).resolve().parents[1]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
LOADS = {  # which attributes make a browser fetch something by itself
    "script": ("src",), "link": ("href",), "img": ("src", "srcset"), "iframe": ("src",),
    "source": ("src", "srcset"), "video": ("src", "poster"), "audio": ("src",),
    "object": ("data",), "embed": ("src",), "use": ("href", "xlink:href"),
}  # fmt: skip
FETCHING_LINKS = {"stylesheet", "preload", "prefetch", "icon", "shortcut icon", "modulepreload"}
ELSEWHERE = re.compile(r"^(https?:)?//", re.I)
IN_CSS = re.compile(r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")\s]+)", re.I)
IN_SCRIPT = re.compile(
    r"(?:\bimport\s*\(|\bfrom|\bfetch\s*\(|importScripts\s*\(|\.src\s*=)"
    r"\s*['\"`]((?:https?:)?//[^'\"`]+)"
)
HEADING = re.compile(r"^h([1-6])$")
CELL = "xpath=ancestor::*[contains(@class, 'cell_output')][1]"
STATUS = {"Right", "Partly right", "Not right", "Not read", "Noted"}
# how many sliders each lesson has
SLIDERS = {"00": 1, "01": 3, "04": 6, "07": 1, "08": 1, "10": 2}


class Page(HTMLParser):
    """What the tests ask of one built page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.loaded: list[str] = []
        self.images: list[dict] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open_text = ""  # what a reader sees before opening any fold
        self.folded_text = ""
        self._stack: list[str] = []
        self._style = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Collect what the tag loads, names or counts."""
        given = dict(attrs)
        if tag not in VOID:
            self._stack.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "img":
            self.images.append(given)
        # outside the article the theme keeps a second title, shown only on paper
        if (match := HEADING.match(tag)) and "article" in self._stack:
            self.headings.append(int(match.group(1)))
        if "style" in given:
            self.loaded += IN_CSS.findall(given["style"])
        if tag == "link" and given.get("rel", "").lower() not in FETCHING_LINKS:
            return
        for name in LOADS.get(tag, ()):
            value = given.get(name) or ""
            several = value.split(",") if name == "srcset" else [value]
            self.loaded += [part.split()[0] for part in several if part.strip()]

    def handle_endtag(self, tag: str) -> None:
        """Leave the tag."""
        while self._stack and self._stack.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Sort text into folded and open; read styles and scripts for addresses."""
        if "style" in self._stack:
            self.loaded += IN_CSS.findall(data)
        elif "script" in self._stack:
            self.loaded += IN_SCRIPT.findall(data)
        elif "details" in self._stack and "summary" not in self._stack:
            self.folded_text += data
        else:
            self.open_text += data


@pytest.fixture(scope="module")
def site(of_all_workers: Callable[[str], Path], runs: Runs) -> Path:
    """The built site; it shows the lessons as this session executed them."""
    place = of_all_workers("book")
    mode = "real" if mirror() else "simulated"
    executed = {runs.notebook(number, mode).parent for number in catalogue()}
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY / "src"),
        "READINGROOM_RUNS": str(executed.pop()),
    }
    # a proxy that refuses everything: a build that needed the network would fail
    environment |= {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy")}
    built = place / "html"
    # every build gathers its pages in book/generated: two at once would take them from each other
    with FileLock(place / "building.lock"):
        if not built.is_dir():
            made = subprocess.run(
                [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html",
                 "-d", str(place / "doctrees"), str(REPOSITORY / "book"), str(place / "new")],
                capture_output=True, text=True, timeout=600, env=environment,
            )  # fmt: skip
            assert made.returncode == 0, made.stderr[-4000:]
            (place / "new").rename(built)
    return built


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Page]:
    """Every page of the site."""
    return [Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


@pytest.fixture(scope="module")
def lessons(pages: list[Page]) -> dict[str, Page]:
    """Lesson number to its page."""
    named = {page.path.stem: page for page in pages}
    return {number: named[lesson.slug] for number, lesson in catalogue().items()}


def solved(number: str) -> nbformat.NotebookNode:
    """The printed solved notebook of a lesson."""
    return nbformat.read(catalogue()[number].notebook("solutions", REPOSITORY), as_version=4)


def squeezed(text: str) -> str:
    """Text without white space, since highlighting and wrapping move it."""
    return re.sub(r"\s+", "", text)


def test_every_page_loads_only_its_own_files(pages: list[Page]) -> None:
    """No script, style, font, image or frame of any page comes from another server."""
    found = {f"{page.path.name}: {what}" for page in pages for what in page.loaded
             if ELSEWHERE.match(what)}  # fmt: skip
    assert not found


def test_styles_and_scripts_load_nothing_from_elsewhere(site: Path) -> None:
    """Style sheets name no remote font or import; scripts that pages use import from no CDN."""
    found = set()
    for path in site.rglob("*"):
        reads = {".css": IN_CSS, ".js": IN_SCRIPT, ".mjs": IN_SCRIPT}.get(path.suffix)
        if reads:
            text = path.read_text("utf-8", errors="replace")
            found |= {f"{path.name}: {what}" for what in reads.findall(text)}
    assert not found


def test_what_a_page_loads_is_there(pages: list[Page], site: Path) -> None:
    """Every file a page loads exists in the site, so that it reads the same without a network."""
    missing = []
    for page in pages:
        for what in page.loaded:
            parts = urlsplit(what)
            if parts.scheme == "data" or not parts.path:
                continue
            if not (page.path.parent / unquote(parts.path)).resolve().is_file():
                missing.append(f"{page.path.name}: {what}")
    assert not missing


def test_inner_links_lead_somewhere(pages: list[Page]) -> None:
    """Every link to a place of the site has its page and its anchor, words of a lesson included."""
    anchors = {page.path: set(page.ids) for page in pages}
    broken = []
    for page in pages:
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            if target.suffix != ".html" and target.is_file():
                continue
            known = anchors.get(target)
            # "#" alone is the theme's "back to top"
            if known is None or (parts.fragment and unquote(parts.fragment) not in known):
                broken.append(f"{page.path.name}: {link}")
    assert not broken


def test_every_image_is_described(pages: list[Page]) -> None:
    """Each image has an alt text, and each figure of a lesson a sentence."""
    short = []
    for page in pages:
        for image in page.images:
            shown = image.get("src", "").startswith("data:")
            if "alt" not in image or (shown and len(image["alt"].split()) < 4):
                short.append(f"{page.path.name}: {image.get('src', '')[:40]}")
    assert not short


def test_headings_are_in_order(pages: list[Page]) -> None:
    """Each page has one first-level heading and skips no level on the way down."""
    wrong = []
    for page in pages:
        if page.path.name == "search.html":
            continue  # the theme's own, and no article
        if page.headings.count(1) != 1:
            wrong.append(f"{page.path.name}: {page.headings.count(1)} first-level headings")
        steps = zip(page.headings, page.headings[1:], strict=False)
        wrong += [f"{page.path.name}: h{a} to h{b}" for a, b in steps if b > a + 1]
    assert not wrong


def test_answers_are_folded(lessons: dict[str, Page]) -> None:
    """Every line of every answer is in the page, and none can be read before a fold is opened.

    Where the page asks, neither answer nor reply can be read in its source, fold or not.
    """
    for number, page in lessons.items():
        source = squeezed(html.unescape(page.path.read_text("utf-8")))
        seen, hidden = squeezed(page.open_text), squeezed(page.folded_text)
        answers = [cell for cell in solved(number).cells
                   if cell.metadata.get("nbgrader", {}).get("solution")]  # fmt: skip
        assert answers
        for cell in answers:
            dots, answer, _ = re.split(r"[ \t]*### (?:BEGIN|END) SOLUTION\n?", cell.source)
            others = [c.source for c in solved(number).cells if c.id != cell.id]
            if f"ask-{cell.id}" in page.ids:
                told = exercises.of_lesson(number)[cell.id]
                for text in (answer, told.why, *(one.says for one in told.wrong if not one.facts)):
                    assert squeezed(text) not in source, f"{cell.id}: {text} can be read"
                continue
            assert squeezed(answer) in hidden, f"{cell.id}: the answer is missing"
            for line in answer.splitlines():
                given = any(line.strip() in source for source in others)
                assert given or squeezed(line) not in seen, f"{cell.id}: {line} stands open"
            assert squeezed(dots) in seen, f"{cell.id}: no dots to fill in"


def test_replies_to_answers_are_folded(lessons: dict[str, Page]) -> None:
    """No reply of a check stands open, since it says what was right."""
    for page in lessons.values():
        assert not re.search(r"✓ Right|points? ·", page.open_text)


def test_a_lesson_opens_with_a_way_in(lessons: dict[str, Page]) -> None:
    """Each lesson's page, and the landing page's button, open the learner notebook on Binder."""
    for number, page in lessons.items():
        slug = catalogue()[number].slug
        launches = [unquote(link) for link in page.links if "mybinder.org/v2" in link]
        assert any(f"lab/tree/lessons/{slug}/{slug}.ipynb" in link for link in launches)


def test_the_landing_page_opens_with_a_film(pages: list[Page]) -> None:
    """It shows a film with its scores, asks the question, leads to the film reader, and has a
    picture for each lesson."""
    # folders of the book have an index.html of their own
    fronts = [page for page in pages if page.path.name == "index.html"]
    page = min(fronts, key=lambda page: len(page.path.parts))
    assert "Would you believe it?" in page.open_text
    assert any("score for pneumonia" in image.get("alt", "") for image in page.images)
    assert "reader.html" in page.links
    pictures = {Path(image.get("src", "")).name for image in page.images}
    assert {f"{number}.png" for number in catalogue()} <= pictures


def test_a_page_says_what_it_shows(lessons: dict[str, Page]) -> None:
    """A page tells a reader whether it was executed, and on which films."""
    for page in lessons.values():
        assert "This page shows" in page.open_text
        assert [i for i in page.images if i.get("src", "").startswith("data:image")]


def test_nothing_private_is_printed(lessons: dict[str, Page]) -> None:
    """No path of the machine that built the book, and no solution mark, stands in a lesson."""
    for page in lessons.values():
        text = page.open_text + page.folded_text
        assert "### BEGIN SOLUTION" not in text
        assert str(REPOSITORY) not in text
        assert "Traceback" not in text


def test_no_gap_of_a_reply_is_printed(pages: list[Page]) -> None:
    """Where a check fills in a number, the teachers' table shows that one comes, not its name."""
    teachers = next(page for page in pages if page.path.stem == "teachers")
    assert "…" in teachers.open_text
    assert "{" not in teachers.open_text


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker's script."""
    return axe_core(tmp_path_factory.mktemp("axe"))


@dataclass
class Seen:
    """What a browser met on one walk over every page."""

    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    barriers: dict[str, list[str]] = field(default_factory=lambda: {"light": [], "dark": []})


@pytest.fixture(scope="module")
def seen(
    site: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """Each page loaded once: its requests and errors, three widths, and axe in both looks."""
    from tests.test_browser import FLAGS, chromium

    browser = chromium()
    from playwright.sync_api import sync_playwright

    try:
        axe = request.getfixturevalue("axe")
    except pytest.skip.Exception:  # all but the tests of barriers can do without it
        axe = ""
    found = Seen()
    folder = os.environ.get("READINGROOM_SCREENSHOTS")
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")), executable_path=browser, args=FLAGS
        )
        page = context.pages[0]
        page.on("request", lambda request: found.asked.append(request.url))
        page.on("console", lambda said: found.complaints.append(said.text)
                if said.type == "error" else 0)  # fmt: skip
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        for path in sorted(site.rglob("*.html")):
            if "_static" in path.parts:
                continue
            page.emulate_media(color_scheme="light")
            page.goto(path.as_uri())
            for width in (320, 390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width + 2:
                    found.too_wide.append(f"{path.name}: {wide} px on a screen of {width} px")
                if folder:
                    Path(folder).mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=str(Path(folder) / f"book-{path.stem}-{width}.png"))
            if not axe:
                continue
            found.barriers["light"] += [f"{path.name}: {x}" for x in named(barriers(page, axe))]
            page.add_style_tag(content="* { transition: none !important }")  # no shade on its way
            page.emulate_media(color_scheme="dark")
            page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
            dark = barriers(page, axe, rules=COLOURS)
            found.barriers["dark"] += [f"{path.name}: {x}" for x in named(dark)]
        page.goto(f"{(site / 'search.html').as_uri()}?q=seed")
        page.locator("#search-results li a", has_text="Glossary").first.wait_for()
        context.close()
    return found


@pytest.mark.browser
def test_a_browser_reads_it_offline(seen: Seen) -> None:
    """In Chromium no page asks a server for anything, complains, or is wider than its screen: a
    desktop's, a phone's, and 320 px, to which a page enlarged fourfold comes down."""
    assert not [url for url in seen.asked if urlsplit(url).scheme not in ("file", "data")]
    assert not seen.complaints
    assert not seen.too_wide


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_barrier(axe: str, seen: Seen, scheme: str) -> None:
    """axe-core reports nothing serious or critical on any page; in the dark look, where nothing
    but the colours differs, by its rules of colour."""
    assert not seen.barriers[scheme]


@pytest.mark.browser
def test_axe_would_notice_a_barrier(axe: str, tmp_path: Path) -> None:
    """A picture without a sentence and pale grey words on white are reported as barriers."""
    from tests.test_browser import FLAGS, chromium

    browser = chromium()
    from playwright.sync_api import sync_playwright

    page_file = tmp_path / "page.html"
    page_file.write_text(
        '<html lang="en"><title>t</title><main><h1>t</h1><img src="data:image/gif;base64,R0lGOD">'
        '<p style="color:#ccc;background:#fff">pale</p></main></html>', "utf-8",
    )  # fmt: skip
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=browser, args=FLAGS
        )
        page = context.pages[0]
        page.goto(page_file.as_uri())
        found = barriers(page, axe)
        context.close()
    assert {"image-alt", "color-contrast"} <= {barrier["id"] for barrier in found}


def test_parts_and_references_name_every_lesson(pages: list[Page]) -> None:
    """Each lesson stands on a part's page with what it enables, and its references in the list."""
    text = {page.path.stem: page.open_text for page in pages}
    of_parts = " ".join(text[name] for name in text if name.startswith("part-"))
    for number, lesson in catalogue().items():
        assert f"{number} · {lesson.title}" in of_parts
        assert re.search(rf"Lesson [\d, ]*{number}", text["references"])


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_every_slider_turns_its_pictures_over(
    site: Path, lessons: dict[str, Page], axe: str, tmp_path: Path, width: int
) -> None:
    """Each slider shows, by key and by finger, a new picture with a sentence of its own."""
    from tests.test_browser import FLAGS, chromium

    browser = chromium()
    from playwright.sync_api import sync_playwright

    folder = os.environ.get("READINGROOM_SCREENSHOTS")
    moved: dict[str, int] = {}
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=browser, args=FLAGS,
            viewport={"width": width, "height": 900}, has_touch=width < 600,
        )  # fmt: skip
        page = context.pages[0]
        page.set_default_timeout(60_000)
        for number, lesson in lessons.items():
            page.goto(lesson.path.as_uri())
            for row in page.locator(".rr-states").all():
                image = row.locator(CELL).locator("figure img").last
                for slider in row.locator("input[type=range]").all():
                    name = f"{number}, {slider.get_attribute('id')}"
                    before, said = image.get_attribute("src"), image.get_attribute("alt")
                    slider.focus()
                    last = slider.get_attribute("max")
                    at_end = slider.input_value() == last
                    page.keyboard.press("Home" if at_end else "End")
                    assert slider.input_value() == ("0" if at_end else last), name
                    assert image.get_attribute("src") != before, name
                    assert image.get_attribute("alt") != said, name
                    now = slider.get_attribute("aria-valuetext")
                    assert row.locator("output").filter(has_text=now).count(), name
                    image.evaluate("(one) => one.decode()")  # the file is there
                    if width < 600:
                        box, was = slider.bounding_box(), slider.input_value()
                        share = 0.02 if was != "0" else 0.98
                        slider.tap(position={"x": box["width"] * share, "y": box["height"] / 2})
                        assert slider.input_value() != was, name
                    moved[number] = moved.get(number, 0) + 1
                if folder:
                    Path(folder).mkdir(parents=True, exist_ok=True)
                    row.scroll_into_view_if_needed()
                    page.screenshot(
                        path=str(Path(folder) / f"slider-{number}-{moved[number]}-{width}.png")
                    )
            if number in moved:
                assert not named(barriers(page, axe)), number
        context.close()
    assert moved == SLIDERS


def test_the_pictures_of_the_sliders_stay_small(site: Path) -> None:
    """All their states together are within 8 MB, of which a page loads one at a time."""
    made = list((site / "_static" / "states").glob("*.webp"))
    assert made
    assert sum(path.stat().st_size for path in made) < 8e6


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_every_choice_is_answered_on_its_page(
    site: Path, lessons: dict[str, Page], axe: str, tmp_path: Path, width: int
) -> None:
    """Each question says what is missing, gives the lesson's reply to a click and to a key, and
    shows one answer on request."""
    from tests.test_browser import FLAGS, chromium

    browser = chromium()
    from playwright.sync_api import sync_playwright

    folder = os.environ.get("READINGROOM_SCREENSHOTS")
    asked: set[str] = set()
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=browser, args=FLAGS,
            viewport={"width": width, "height": 900},
        )  # fmt: skip
        page = context.pages[0]
        page.set_default_timeout(60_000)
        for number, lesson in lessons.items():
            page.goto(lesson.path.as_uri())
            for place in page.locator(".rr-ask").all():
                slug = place.get_attribute("id").removeprefix("ask-")
                exercise = exercises.of_lesson(number)[slug]
                said = place.get_by_role("status")
                give = place.get_by_role("button", name="Answer", exact=True)
                give.click()
                assert "Not yet." in said.inner_text(), slug
                sets = place.locator("fieldset").all()
                lists = [bool(group.locator("select").count()) for group in sets]
                for group, is_list in zip(sets, lists, strict=True):
                    if is_list:
                        group.locator("select").select_option(index=1)
                    else:
                        group.locator("input").first.check()
                for at in range(sets[0].locator("input, option:not([value=''])").count()):
                    if lists[0]:
                        sets[0].locator("select").select_option(index=at + 1)
                    else:
                        sets[0].locator("input").nth(at).check()
                    give.focus()
                    page.keyboard.press("Enter")
                    assert said.inner_text().split(".")[0] in STATUS, slug
                    if exercise.kind.name == "choice":
                        letter = sets[0].locator("label").nth(at).inner_text().strip()
                        # these checks look at no film
                        verdict, _ = exercises.examine(exercise, (letter, 1), None)
                        assert said.inner_text().endswith(verdict.reason), slug
                place.get_by_role("button", name="Show one answer").click()
                assert exercise.why in said.inner_text(), slug
                give.click()
                word = "Noted." if exercise.sealed else "Right."
                assert said.inner_text().startswith(f"{word} {exercise.why}"), slug
                asked.add(slug)
                if folder:
                    Path(folder).mkdir(parents=True, exist_ok=True)
                    place.scroll_into_view_if_needed()
                    page.screenshot(path=str(Path(folder) / f"ask-{slug}-{width}.png"))
            if number == "03":  # buttons, a list and replies; axe visits every page elsewhere
                assert not named(barriers(page, axe)), number
        context.close()
    every = [one for number in lessons for one in exercises.of_lesson(number).values()]
    known = {one.slug for one in every if one.kind.name == "choice"}
    assert known <= asked
