"""The book on a phone and on paper: figures open large, tables show their edge, pages print."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_book import site  # noqa: F401  (the one built site of this session)
from tests.test_browser import FLAGS, chromium

REPOSITORY = Path(__file__).resolve().parents[1]
PRINTED = REPOSITORY / "book" / "printed.py"
SMALLER = """() => [...document.querySelectorAll(".bd-article img")].filter(one => one.alt
  && one.offsetParent && one.naturalWidth > 1.15 * one.clientWidth && one.clientWidth > 0
  && !one.closest("a, button, dialog, summary") && one.dataset.rrLarge === undefined)
  .map(one => one.alt)"""
NO_EDGE = """() => [...document.querySelectorAll(".bd-article table.table")].filter(one =>
  one.scrollWidth > one.clientWidth + 1 && !(parseFloat(getComputedStyle(one).borderRightWidth) >= 3
  && one.tabIndex === 0)).map(one => one.innerText.slice(0, 60))"""


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_every_figure_of_a_lesson_opens_large(site: Path, tmp_path: Path, width: int):  # noqa: F811
    """Whatever is shown smaller than it is can be opened by touch and by keyboard, Escape closes it
    and the focus returns; a table that scrolls has a visible edge."""
    browser = chromium()
    from playwright.sync_api import sync_playwright

    opened = 0
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=browser, args=FLAGS,
            viewport={"width": width, "height": 900},
        )  # fmt: skip
        page = context.pages[0]
        for path in sorted((site / "generated" / "lessons").glob("*.html")):
            page.goto(path.as_uri())
            assert page.evaluate(SMALLER) == [], path.name
            assert page.evaluate(NO_EDGE) == [], path.name
            figures = page.locator("img[data-rr-large]:visible")
            if not figures.count():
                continue
            first = figures.first
            first.scroll_into_view_if_needed()
            narrow = first.bounding_box()["width"]
            first.click()
            large = page.locator("dialog.rr-large img")
            assert large.bounding_box()["width"] > 1.15 * narrow
            assert large.get_attribute("alt") == first.get_attribute("alt")
            page.keyboard.press("Escape")
            large.wait_for(state="hidden")
            assert first.evaluate("one => one === document.activeElement")
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Close").click()
            large.wait_for(state="hidden")
            opened += 1
        context.close()
    assert opened >= 10 or width > 390  # on a phone nearly every lesson has one


def _module():
    spec = importlib.util.spec_from_file_location("printed", PRINTED)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.browser
def test_a_page_is_printed_with_what_it_shows(tmp_path: Path):
    """The command makes one PDF of each part and lesson, with the page in it."""
    chromium()
    pages = {"generated/parts/part-1": "A part", "generated/lessons/07-a": "A lesson"}
    for name, text in pages.items():
        path = tmp_path / "site" / f"{name}.html"
        path.parent.mkdir(parents=True)
        path.write_text(f"<title>{text}</title><h1>{text}</h1>", "utf-8")
    command = [sys.executable, str(PRINTED), str(tmp_path / "site"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["07-a.pdf", "part-1.pdf"]
    raw = (tmp_path / "out" / "07-a.pdf").read_bytes()
    assert raw.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", raw)) == 1


def test_what_cannot_be_printed_is_said_in_a_sentence(tmp_path: Path, monkeypatch):
    """No pages, and no browser: each ends with one sentence and 1, and writes nothing."""
    command = [sys.executable, str(PRINTED), str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "build the book" in done.stderr
    assert not (tmp_path / "out").exists()
    printed = _module()
    monkeypatch.setattr(printed.shutil, "which", lambda name: None)
    with pytest.raises(printed.CannotPrint, match="no Chromium"):
        printed.browser()
