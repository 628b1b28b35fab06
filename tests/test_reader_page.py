"""The film reader as a page of its own: Voila serves it, and a browser brings films to it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from tests.accessibility import axe_core, barriers, named
from tests.test_browser import FLAGS, REPOSITORY, chromium, cut, stop

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORT = 8932
ADDRESS = f"http://127.0.0.1:{PORT}"
SECONDS = 120


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``readingroom reader``."""
    chromium()
    place = tmp_path_factory.mktemp("reader")
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY / "src"),
        "READINGROOM_HOME": str(place / "home"),
        "JUPYTER_CONFIG_DIR": str(place / "config"),
        "JUPYTER_RUNTIME_DIR": str(place / "runtime"),
    }
    log = (place / "log.txt").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "readingroom", "reader", "--no-browser", "--port", str(PORT)],
        stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=place, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(server, place / "log.txt")
        yield ADDRESS
    finally:
        stop(server)
        log.close()


def _wait(server: subprocess.Popen, log: Path) -> None:
    """Until Voila answers; asking for a small file, since a page would start a kernel."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text("utf-8")[-2000:]
        try:
            urllib.request.urlopen(f"{ADDRESS}/static/nothing", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(log.read_text("utf-8")[-2000:])


def test_films_brought_to_the_page_get_a_score(served: str, tmp_path: Path) -> None:
    """A PNG and a DICOM file each show score, warning and picture; a text is refused."""
    from playwright.sync_api import sync_playwright

    from readingroom.lessons.l00 import simulated

    png, letter = tmp_path / "from-a-telephone.png", tmp_path / "letter.png"
    Image.fromarray(simulated.scope_set().images[8]).save(png)
    letter.write_text("Dear colleague")
    with sync_playwright() as play:
        browser = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=chromium(), args=FLAGS,
            viewport={"width": 1100, "height": 1000},
        )  # fmt: skip
        page = browser.pages[0]
        page.set_default_timeout(SECONDS * 1000)
        page.goto(served)
        status = page.locator("[role=status]")
        page.locator("[role=status]", has_text="simulated film 0").wait_for()
        for path, said in (
            (png, "from-a-telephone.png"),
            (Path(get_testdata_file("RG1_UNCR.dcm", download=False)), "still names its patient"),
            (letter, "Not read."),
        ):
            with page.expect_file_chooser() as chooser:
                page.get_by_role("button", name="Bring in").click()
            chooser.value.set_files(str(path))
            page.locator("[role=status]", has_text=said).wait_for()
            if said != "Not read.":
                assert "score for pneumonia" in status.inner_text()
                assert "Never for clinical use" in status.inner_text()
            folder = os.environ.get("READINGROOM_SCREENSHOTS")
            if folder:
                Path(folder).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=str(Path(folder) / f"reader-{path.stem}.png"))
        browser.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker's script."""
    return axe_core(tmp_path_factory.mktemp("axe"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_telephone_and_keeps_nobody_out(
    served: str, axe: str, tmp_path: Path, scheme: str
) -> None:
    """At both widths all of it is on the screen, and axe finds nothing serious or critical."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=chromium(), args=FLAGS, color_scheme=scheme
        )
        page = browser.pages[0]
        page.set_default_timeout(SECONDS * 1000)
        page.goto(served)
        page.locator("[role=status]", has_text="simulated film 0").wait_for()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(500)  # it lays itself out anew
            assert not cut(page.locator("body"))
            for control in (page.get_by_label("Film:"), page.get_by_role("button")):
                assert control.is_visible()
            assert not named(barriers(page, axe))
        browser.close()
