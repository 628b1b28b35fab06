"""Seconds a learner waits in JupyterLab, in Chromium: run ``python benchmarks/page.py``.

For each lesson: from its address to its first figure; from a click on "Go on" to the first figure
after reading the title for a while; the first check and the second from the click to the reply.
Then lesson 12's first stack is scrolled for three seconds: its slices shown a second.
``--json FILE`` writes the dated record with the load of the machine, since a busy one is several
times slower. Budgets: 3, 1, 1 and 0.5 s.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, sleep
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.test_browser import opened, started
from tests.walker import Walker

from readingroom.questions import exercises

READING = 15  # seconds with the title, before the first click
FIGURE = ".jp-OutputArea figure img"
STACK = "12"  # the lesson with volumes to scroll
SCROLLING = 3  # seconds
SCROLL = """async (canvas, seconds) => {
  let was = canvas.dataset.slice, turns = 120, frames = 0, shown = 0;
  const begun = performance.now();
  while (performance.now() < begun + 1000 * seconds) {
    canvas.dispatchEvent(new WheelEvent("wheel", {deltaY: turns, bubbles: true, cancelable: true}));
    await new Promise(requestAnimationFrame);
    frames += 1;
    if (canvas.dataset.slice === was) turns = -turns;  // the end of the volume
    else shown += 1;
    was = canvas.dataset.slice;
  }
  const spent = (performance.now() - begun) / 1000;
  return {screen: frames / spent, slices: shown / spent};
}"""


@contextmanager
def learner(lesson: str, port: int) -> Iterator[tuple[Walker, str]]:
    """A lesson open in a browser and a home of its own, and its address."""
    place = Path(tempfile.mkdtemp(prefix="page-"))
    cold = SimpleNamespace(environment=dict)  # a learner's kernel imports for itself
    with (
        started(place, port, lesson, warm=cold) as address,
        opened(address, place / "profile") as page,
    ):
        page.__class__ = Walker
        page.lesson = lesson
        yield page, address


def waits(lesson: str, port: int, reading: float) -> dict:
    """Open a lesson in a browser of its own and answer its first question twice."""
    with learner(lesson, port) as (page, address):
        start = perf_counter()
        page.page.goto(address)
        page.ready()
        out = {"lesson": lesson, "ready": perf_counter() - start}
        sleep(reading)
        clicked = perf_counter()
        page.notebook.get_by_role("button", name="Go on ▶").click()
        page.notebook.locator(FIGURE).first.wait_for()
        out["figure_after_click"] = perf_counter() - clicked
        out["figure_after_address"] = perf_counter() - start - (reading or 0)
        page.go_on()
        slug = next(iter(exercises.of_lesson(lesson)))
        for name in ("first_check", "second_check"):
            clicked = perf_counter()
            page.type_line(slug, "0")
            page.part(slug).locator(".rr-reply [role=status]").wait_for()
            out[name] = perf_counter() - clicked
            page.part(slug).locator(".rr-reply").evaluate("reply => reply.textContent = ''")
        return {name: round(v, 2) if isinstance(v, float) else v for name, v in out.items()}


def scrolled(port: int) -> dict:
    """Pictures a second of the screen, and slices a second of a stack that is scrolled."""
    with learner(STACK, port) as (page, _):
        page.go_on()
        stack = page.notebook.locator("figure[data-rr-stack]").first
        stack.locator("xpath=self::*[@data-rr-loaded]").wait_for()
        found = stack.locator("canvas").first.evaluate(SCROLL, SCROLLING)
        return {name: round(value, 1) for name, value in found.items()}


def main() -> None:
    """Measure and print; write the record where asked."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("lessons", nargs="*", default=["00", "01", "03", "05"])
    said.add_argument("--json", type=Path)
    said.add_argument("--reading", type=float, default=READING)
    given = said.parse_args()
    rows = [waits(lesson, 8960 + i, given.reading) for i, lesson in enumerate(given.lessons)]
    record = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "reading": given.reading,
        "lessons": rows,
        "scrolling_per_second": scrolled(8959),
    }
    print(json.dumps(record, indent=1))
    if given.json:
        given.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
