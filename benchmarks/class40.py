"""A class of 40 simulated learners, from ``start`` to the page over the class.

Run ``python benchmarks/class40.py --json benchmarks/class40.json``. Each learner gets a working
copy and a place for progress, takes the test before the course, works through the lessons, takes
the test after it, exports the results and prints a certificate. Four of them take the first test in
a browser, one answer by clicking and the others typed, and open a lesson there; their lessons and
all of the other 36 are notebooks run by command. Then the teacher grades all notebooks and makes
the page over the class. All work on one machine, as on a hub: the drawn patients are shared, and
kernels are copies of a warm one, so seconds leave out the import of libraries. Learners differ in
how many answers are right; what is not right is left open or is another value. A seed settles it.
Cells that failed stand in the record under ``stumbled``; a command that fails ends the class.

A small class: ``python benchmarks/class40.py --learners 4 --browser 1 --lessons 04``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

from readingroom.catalogue import find
from readingroom.exam import blueprint, pages, sitting
from readingroom.nbformats import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
import disguises
from tests.suite.kernels import WarmKernel, count_them
from tests.test_browser import opened, started

ROOT = Path(__file__).resolve().parents[1]
READINGROOM = [sys.executable, "-m", "readingroom"]
CELL_SECONDS = 300
PORT = 8961
SAME = re.compile(r"^(\s*[\w, ]+ = ).*\.\.\..*$", re.M)


@dataclass
class Learner:
    """One of the class: a code, a share of answers known before and after, a place to work."""

    code: str
    before: float
    after: float
    place: Path
    rng: random.Random

    @property
    def work(self) -> Path:
        """The working copy."""
        return self.place / "work"

    def environment(self) -> dict[str, str]:
        """Progress of one's own, on the machine of all."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "READINGROOM_COHORT": "simulated",
            "READINGROOM_PROGRESS": str(self.place / "progress"),
            "READINGROOM_CODE": self.code,
        }

    def command(self, *words: str) -> None:
        """Type a command; a failure ends the class, with what it said."""
        done = subprocess.run([*READINGROOM, *words], env=self.environment(), cwd=self.work.parent,
                              capture_output=True, text=True)  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{self.code}, {words[0]}: {done.stdout}{done.stderr}")


def letters(learner: Learner, when: str) -> str:
    """Answers to a test: the key where the learner knows it, else any letter."""
    share = learner.before if when == "before" else learner.after
    first = sitting.first_form(learner.code)
    form = first if when == "before" else blueprint.FORMS[1 - blueprint.FORMS.index(first)]
    return "".join(
        item.forms[form].key
        if learner.rng.random() < share
        else learner.rng.choice(blueprint.LETTERS)
        for item in blueprint.asked()
    )


def run(learner: Learner, path: Path, warm: dict[str, str]) -> list[str]:
    """Run a notebook as its learner would; what failed, by cell."""
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    client = NotebookClient(book, timeout=CELL_SECONDS, allow_errors=True, kernel_name="python3",
                            resources={"metadata": {"path": str(learner.work)}})  # fmt: skip
    client.execute(env={**learner.environment(), **warm})
    nbformat.write(book, path)
    return [
        f"{path.name}, {cell.id}: {out.ename}"
        for cell in book.cells
        for out in cell.get("outputs", ())
        if out.output_type == "error"
    ]


def test(learner: Learner, when: str, warm: dict[str, str]) -> list[str]:
    """Take a test by typing letters."""
    path = learner.work / pages.NAMES[when]
    book = nbformat.read(path, as_version=4)
    cell = next(cell for cell in book.cells if cell.id == "answers")
    cell.source = f"answers = {letters(learner, when)!r}"
    nbformat.write(book, path)
    return run(learner, path, warm)


def answered(learner: Learner, number: str) -> Path:
    """Type a learner's answers into a lesson: right ones, other values, and some left open."""
    lesson = find(number)
    path = learner.work / f"{lesson.slug}.ipynb"
    book, known = nbformat.read(path, as_version=4), disguises.typed(lesson)
    for cell in book.cells:
        if cell.get("id") not in known:
            continue
        if learner.rng.random() < (learner.before + learner.after) / 2:
            cell.source = known[cell.id]
        elif learner.rng.random() < 0.5:
            cell.source = SAME.sub(lambda line: line.group(1) + "-1", cell.source)
    nbformat.write(book, path)
    return path


def browse(learner: Learner, warm: WarmKernel, port: int, number: str) -> float:
    """Take the first test by clicking, and open a lesson; returns seconds."""
    begun = perf_counter()
    with (
        started(learner.place, port, warm=warm) as address,
        opened(address, learner.place / "profile") as desk,
    ):
        desk.follow("Before the course")
        desk.enter(desk.cell('rr.test("before")'))
        desk.page.keyboard.press("Control+End")
        desk.page.keyboard.press("ArrowLeft")  # before the bracket
        desk.page.keyboard.insert_text(f', code="{learner.code}"')
        desk.run(f'code="{learner.code}"')
        desk.notebook.get_by_role("radio").nth(1).click()
        asked = len(blueprint.asked())
        desk.notebook.locator("[role=status]", has_text=f"1 of {asked} answered").wait_for()
        desk.type("answers", repr(letters(learner, "before")))
        desk.run('rr.hand_in("before", answers)')
        desk.turn_to("contents.ipynb")
        desk.follow(f"{number} ·")
        desk.run(f'rr.lesson("{number}")')
    return perf_counter() - begun


def main() -> None:
    """Send the class through the course; print and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the record to this file")
    parser.add_argument("--learners", type=int, default=40)
    parser.add_argument("--browser", type=int, default=4, help="of them, so many in a browser")
    parser.add_argument("--lessons", nargs="*", default=["00", "01", "02", "04", "08"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="learners at one time")
    parser.add_argument("--within", type=Path, help="work below this folder; a temporary one else")
    parser.add_argument("--note", default="", help="a sentence for the record")
    options = parser.parse_args()
    room = Path(tempfile.mkdtemp(prefix="readingroom-class-", dir=options.within))
    rng = random.Random(options.seed)
    known = [rng.uniform(0.2, 0.6) for _ in range(options.learners)]
    learners = [
        Learner(f"room-{i}", share, min(0.95, share + rng.uniform(0.1, 0.4)), room / f"room-{i}",
                random.Random(options.seed * 1000 + i))
        for i, share in enumerate(known, 1)
    ]  # fmt: skip
    seconds: dict[str, float] = {}
    stumbled: list[str] = []
    load = os.getloadavg()[0]
    count_them()
    warm = WarmKernel()
    heat = warm.environment()
    with ThreadPoolExecutor(options.jobs) as pool:

        def all_of(step: str, work, who=learners) -> None:
            begun = perf_counter()
            for told in pool.map(work, who):
                stumbled.extend(told or ())
            seconds[step] = round(perf_counter() - begun, 1)
            print(f"{step}: {seconds[step]} s", flush=True)

        def begin(one: Learner) -> None:
            one.place.mkdir(parents=True)
            first = options.lessons[0]
            one.command("start", first, "--prepare", "--folder", str(one.work))

        all_of("start", begin)
        browsers, begun = learners[: options.browser], perf_counter()
        for i, one in enumerate(browsers):
            browse(one, warm, PORT + i, options.lessons[0])
        seconds["test before, in a browser"] = round(perf_counter() - begun, 1)
        # the browser's learners keep their records in the home of their own server
        for one in browsers:
            home, kept = one.place / "home", one.place / "progress"
            kept.mkdir(exist_ok=True)
            for name in ("tests.json", "progress.json"):
                shutil.copy(home / name, kept / name)
        others = learners[options.browser :]
        all_of("test before, by command", lambda one: test(one, "before", heat), others)
        for number in options.lessons:
            all_of(f"lesson {number}", lambda one, n=number: run(one, answered(one, n), heat))
        begun = perf_counter()
        for one in learners:
            for number in options.lessons:
                lesson = find(number)
                into = room / "submitted" / one.code / lesson.slug
                into.mkdir(parents=True)
                shutil.copy(one.work / f"{lesson.slug}.ipynb", into)
        teacher = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run(
            [*READINGROOM, "grade", "submitted", "--out", "grades", "--jobs", str(options.jobs)],
            env=teacher, cwd=room, check=True,
        )  # fmt: skip
        seconds["grading"] = round(perf_counter() - begun, 1)
        all_of("test after", lambda one: test(one, "after", heat))
        printed = ("certificate", "--out", "certificate.pdf", "--name")
        all_of("certificates", lambda one: one.command(*printed, one.code))
        begun = perf_counter()
        (room / "results").mkdir()
        for one in learners:
            (room / "results" / one.code).mkdir()
            shutil.copy(one.work / "my-results.csv", room / "results" / one.code)
        said = subprocess.run([*READINGROOM, "class", "results", "--out", "class.html"], cwd=room,
                              env=teacher, check=True, capture_output=True, text=True)  # fmt: skip
        seconds["class page"] = round(perf_counter() - begun, 1)
    warm.stop()
    record = {
        "date": date.today().isoformat(),
        "note": options.note,
        "learners": options.learners,
        "in_a_browser": options.browser,
        "lessons": options.lessons,
        "films": "simulated",
        "seed": options.seed,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(load, 1),
        "load_after": round(os.getloadavg()[0], 1),
        "seconds": seconds,
        "minutes_in_all": round(sum(seconds.values()) / 60, 1),
        "notebooks_graded": len(learners) * len(options.lessons),
        "certificates": len(list(room.glob("*/certificate.pdf"))),
        "class": said.stdout.splitlines(),
        # an answer of another value may stop a later cell, as it would in a class
        "stumbled": {one: stumbled.count(one) for one in sorted(set(stumbled))},
    }
    shutil.rmtree(room, ignore_errors=True)
    print(json.dumps(record, indent=1))
    if options.json:
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
