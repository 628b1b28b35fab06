"""JupyterLab in a browser: the lesson opens, runs, and answers a learner."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.suite.kernels import WarmKernel

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REPOSITORY = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/lab/\S*\?token=\w+")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HEIGHT = 900
START_SECONDS = 480  # the first simulated cohort is drawn before JupyterLab opens
CELL_SECONDS = 180  # the first cell imports and loads; a shared machine is slow


def chromium() -> str:
    """The browser to drive; skips where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        own = play.chromium.executable_path
    if Path(own).is_file():
        return own
    pytest.skip("there is no Chromium on this machine")


class Log:
    """What the command has printed so far, in a file that it writes and the test reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self) -> str:
        """All of it."""
        return self.path.read_text("utf-8", errors="replace") if self.path.exists() else ""

    def wait_for_address(self, server: subprocess.Popen) -> str:
        """The address with its token; fails with the log where the command ends first."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if found := ADDRESS.search(self.text()):
                return found.group()
            assert server.poll() is None, f"the command ended: {self.text()[-2000:]}"
            time.sleep(0.5)
        raise AssertionError(f"no address after {START_SECONDS} s: {self.text()[-2000:]}")


def stop(server: subprocess.Popen) -> None:
    """End a command and all it started: they share the session that was made for them."""
    os.killpg(server.pid, signal.SIGTERM)
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


def lend_patients(home: Path) -> None:
    """Copy virtual patients that other tests of this session have drawn: minutes are saved."""
    for drawn in Path(os.environ["READINGROOM_HOME"], "simulated").glob("*/cohort.json"):
        shutil.copytree(drawn.parent, home / "simulated" / drawn.parent.name)


@contextmanager
def started(place: Path, port: int, *lesson: str, warm: WarmKernel) -> Iterator[str]:
    """The address of ``readingroom start`` with a home and a working copy of its own; its kernels
    are copies of a warm one."""
    chromium()  # before the patients are drawn, in case it skips
    lend_patients(place / "home")
    log = Log(place / "log.txt")
    environment = {
        **os.environ,
        "PYTHONPATH": str(REPOSITORY / "src"),
        "PYTHONUNBUFFERED": "1",
        "READINGROOM_HOME": str(place / "home"),
        "READINGROOM_COHORT": "simulated",
        "JUPYTER_CONFIG_DIR": str(place / "config"),  # no setting of whoever runs the tests
        "JUPYTER_RUNTIME_DIR": str(place / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(place / "workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(place / "settings"),
        **warm.environment(),
    }
    for name in ("READINGROOM_MIRROR", "READINGROOM_PROGRESS", "READINGROOM_CODE"):
        environment.pop(name, None)
    with log.path.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "readingroom", "start", *lesson, "--no-browser",
             "--folder", str(place / "work"), "--port", str(port)],
            stdout=stream, stderr=subprocess.STDOUT, env=environment, cwd=place,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield log.wait_for_address(server)
        finally:
            stop(server)


@contextmanager
def opened(address: str, profile: Path, plain: bool = False) -> Iterator[Desk]:
    """JupyterLab in headless Chromium with a profile of its own, its first notebook ready; `plain`
    where the course's script was not asked for."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch_persistent_context(
            str(profile), executable_path=chromium(), args=FLAGS,
            viewport={"width": 1280, "height": HEIGHT},
        )  # fmt: skip
        page = browser.pages[0]
        page.set_default_timeout(CELL_SECONDS * 1000)
        desk = Desk(page, plain)
        page.goto(address)
        desk.ready()
        yield desk
        browser.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, warm_kernel: WarmKernel) -> Iterator[str]:
    """The address of lesson 03 in JupyterLab."""
    place = tmp_path_factory.mktemp("desk")
    with started(place, 8931, "03", warm=warm_kernel) as address:
        yield address


def cut(part) -> list[str]:
    """The words, pictures and controls in a part of a page that the screen or a box cuts off."""
    return part.evaluate(
        """part => {
          const clipped = one => {
            const {left, right, width} = one.getBoundingClientRect();
            if (!width) return false;
            if (left < -1 || right > innerWidth + 1) return true;
            for (let box = one.parentElement; box; box = box.parentElement) {
              if (getComputedStyle(box).overflowX === "visible") continue;
              const around = box.getBoundingClientRect();
              if (left < around.left - 1 || right > around.right + 1) return true;
            }
            return false;
          };
          return [...part.querySelectorAll("td, th, p, label, select, button, img")]
            .filter(clipped).map(one => `${one.tagName} ${one.innerText || one.alt || ""}`);
        }"""
    )


class Desk:
    """A learner at JupyterLab: opens notebooks, finds cells by what they say, types, runs, looks.

    Everything means the notebook in front; those in other tabs are hidden, not gone.
    """

    def __init__(self, page, plain: bool = False) -> None:
        self.page = page
        self.plain = plain  # JupyterLab as it comes, without the course's script
        self.errors: list[str] = []  # of the browser's console
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @property
    def notebook(self):
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def ready(self) -> None:
        """Wait for the notebook in front, whole, and its kernel.

        What is run before the kernel answers is lost. So is what is typed into a cell that the
        course's script has yet to fold: JupyterLab writes all cells before the script sees them.
        """
        self.notebook.locator(".jp-CodeCell").first.wait_for()
        self.page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()
        if not self.plain:
            self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)[data-rr-dressed]").wait_for()

    def follow(self, link: str) -> None:
        """Click a link of the notebook in front, and wait for the notebook it leads to."""
        before = self.notebook.get_attribute("id")
        self.notebook.get_by_role("link", name=link).first.click()
        self.page.locator(f"#{before}.lm-mod-hidden").wait_for(state="attached")
        self.ready()

    def turn_to(self, tab: str) -> None:
        """Bring another tab to the front."""
        self.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=tab).click()
        self.notebook.locator(".jp-CodeCell").first.wait_for()

    @contextmanager
    def screen(self, width: int) -> Iterator[None]:
        """Look at it on a screen of another width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        files = self.page.locator(".lm-TabBar-tab[data-id=filebrowser]")
        hidden = width < 700 and self.page.locator(".jp-FileBrowser").is_visible()
        if hidden:
            files.click()  # the list of files would leave no room for the notebook
        self.page.wait_for_timeout(500)  # JupyterLab lays itself out anew
        try:
            yield
        finally:
            if hidden:
                files.click()
            self.page.set_viewport_size({"width": 1280, "height": HEIGHT})

    def picture(self, name: str, width: int = 1280) -> None:
        """Keep a screenshot of a width where ``READINGROOM_SCREENSHOTS`` names a folder."""
        folder = os.environ.get("READINGROOM_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            with self.screen(width):
                self.page.screenshot(path=str(Path(folder) / f"jupyterlab-{name}-{width}.png"))

    def cut(self, part, width: int) -> list[str]:
        """What of a part of the notebook is not all to be seen on a screen of this width."""
        with self.screen(width):
            return cut(part)

    def cell(self, text: str):
        """The code cell in which `text` is typed; outputs that say the same do not count."""
        typed = self.page.locator(".jp-InputArea-editor", has_text=text)
        found = self.notebook.locator(".jp-CodeCell", has=typed)
        until = time.monotonic() + CELL_SECONDS
        while time.monotonic() < until:
            # by its place: what it says is gone from the page where it is folded later
            for place in found.evaluate_all("cells => cells.map(c => c.dataset.windowedListIndex)"):
                return self.notebook.locator(f'.jp-CodeCell[data-windowed-list-index="{place}"]')
            if self.notebook.locator(".jp-InputPlaceholder").count():
                # the course folds its own code, and JupyterLab writes it only once it is unfolded
                self.notebook.locator(".jp-InputPlaceholder").first.click()
            else:
                time.sleep(0.2)
        raise AssertionError(f"no cell says {text!r}")

    def enter(self, cell) -> None:
        """Put the cursor into a cell, unfolded first where it is folded or is being folded."""
        from playwright.sync_api import TimeoutError as TooSlow

        cell.scroll_into_view_if_needed()
        until = time.monotonic() + CELL_SECONDS
        while time.monotonic() < until:
            if cell.locator(".jp-InputPlaceholder").count():
                cell.locator(".jp-InputPlaceholder").click()
            with suppress(TooSlow):
                return cell.locator(".cm-content").click(timeout=3000)
        raise AssertionError("the cell could not be entered")

    def run(self, text: str):
        """Run the cell that holds `text` and wait until it is done."""
        cell = self.cell(text)
        self.enter(cell)
        before = self.count(cell)
        self.page.keyboard.press("Control+Enter")
        until = time.monotonic() + CELL_SECONDS
        while time.monotonic() < until:
            now = self.count(cell)
            if now.isdigit() and now != before:
                return cell
            time.sleep(0.2)
        raise AssertionError(f"the cell with {text!r} did not finish; its number is {now!r}")

    def reply(self, text: str) -> str:
        """What the check in the cell with `text` answers; fails at once if the cell failed."""
        cell = self.run(text)
        said = cell.locator(".jp-OutputArea-output").first.inner_text()
        assert cell.locator("[role=status]").count() == 1, said
        return said

    @staticmethod
    def count(cell) -> str:
        """The number in the cell's brackets: empty before, * while it runs."""
        return cell.locator(".jp-InputPrompt").inner_text().strip(" []:\n")

    def type(self, name: str, value: str):
        """Replace the answer cell of the variable `name` by ``name = value`` and run it."""
        return self.replace(f"{name} = ", f"{name} = {value}")

    def replace(self, text: str, by: str):
        """Type something else into the cell that holds `text`, and run it."""
        self.enter(self.cell(text))
        self.page.keyboard.press("Control+A")
        # as if pasted: JupyterLab would close brackets and quotation marks as they are typed
        self.page.keyboard.insert_text(by)
        return self.run(by)


@pytest.fixture
def desk(lab: str, tmp_path: Path) -> Iterator[Desk]:
    """The lesson, open."""
    with opened(lab, tmp_path / "profile") as desk:
        yield desk


def test_a_learner_is_told_what_was_wrong_and_then_right(desk: Desk) -> None:
    """The lesson opens, its first cells run, and one exercise gets its two replies."""
    desk.picture("1-opened")
    opened = desk.run('rr.lesson("03")')
    assert "SIMULATED" in opened.locator(".jp-OutputArea").inner_text()
    figure = desk.run("twenty = [").locator("figure img")
    figure.wait_for()
    assert len(figure.get_attribute("alt").split()) > 5
    desk.picture("2-figures")

    desk.type("acc0", "0.5")
    reply = desk.reply('rr.check("dull-baseline"')
    desk.picture("3-wrong")
    assert "tossing a coin" in reply
    assert "Right" not in reply

    desk.type("acc0", "test_y.mean()")
    reply = desk.reply('rr.check("dull-baseline"')
    desk.picture("4-right")
    assert "Right" in reply
    assert "tossing a coin" not in reply


def test_without_the_course_s_script_typing_does_it_all(
    tmp_path: Path, warm_kernel: WarmKernel
) -> None:
    """JupyterLab as it comes: the lesson says so in a sentence, and a typed answer is checked."""
    lab = started(tmp_path, 8932, "08", "--plain", warm=warm_kernel)
    with lab as address, opened(address, tmp_path / "profile", plain=True) as desk:
        opening = desk.run('here = rr.lesson("08")')
        opening.get_by_text("Here nothing can be clicked, so type").wait_for()
        assert desk.notebook.locator(".rr-part, .rr-option").count() == 0
        desk.replace("interval, because = ", 'interval, because = "P", 2')
        assert "Not yet" in desk.reply("rr.judge(")
        desk.replace("interval, because = ", 'interval, because = "Q", 2')
        assert "Right" in desk.reply("rr.judge(")
