"""A new lesson's skeleton builds, passes and runs before anybody has changed a word."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from readingroom.author import skeleton
from readingroom.catalogue import catalogue, find
from readingroom.grading import sandbox
from readingroom.questions import exercises

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(tmp_path):
    """An empty checkout with a list of lessons."""
    (tmp_path / skeleton.REGISTRY).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / skeleton.REGISTRY, tmp_path / skeleton.REGISTRY)
    (tmp_path / "book" / "lessons").mkdir(parents=True)
    return tmp_path


def test_a_skeleton_is_outside_the_course_until_it_is_registered(root):
    """Page, checks and tests are written; the list of lessons is as it was."""
    before = (root / skeleton.REGISTRY).read_text("utf-8")
    written = skeleton.write(root, "42", "try-out", "Try it out")
    assert [path.relative_to(root).as_posix() for path in written] == [
        "book/lessons/42-try-out.md",
        "src/readingroom/checks/lesson_42.py",
        "src/readingroom/lessons/l42/__init__.py",
        "src/readingroom/lessons/l42/__init__.pyi",
        "src/readingroom/lessons/l42/films.py",
        "src/readingroom/lessons/l42/figures.py",
        "src/readingroom/lessons/l42/make.py",
        "tests/lessons/test_l42.py",
    ]
    assert (root / skeleton.REGISTRY).read_text("utf-8") == before
    assert not any("$" in path.read_text("utf-8") for path in written)
    found = skeleton.draft(written[0])
    assert (found.number, found.slug, found.title, found.minutes) == (
        "42", "42-try-out", "Try it out", 40,
    )  # fmt: skip


def test_a_draft_that_is_registered_is_what_the_list_says():
    """The facts of a lesson of the course come from the list, not from its page."""
    number = next(iter(catalogue()))
    page = REPOSITORY / "book" / "lessons" / f"{find(number).slug}.md"
    assert skeleton.draft(page) is find(number)


@pytest.mark.parametrize("number", ["42", "00" if "00" not in catalogue() else "98"])
def test_a_lesson_is_registered_in_the_order_of_the_course(root, number):
    """The new section stands in its place, and nothing else in the list has changed."""
    before = tomllib.loads((root / skeleton.REGISTRY).read_text("utf-8"))
    skeleton.write(root, number, "try-out", "Try it out", registered=True)
    after = tomllib.loads((root / skeleton.REGISTRY).read_text("utf-8"))
    assert list(after) == sorted([*before, number])
    new = after.pop(number)
    assert after == before
    assert set(new) == {"slug", "title", "minutes", "part", "cohorts"}
    assert new["slug"] == f"{number}-try-out"


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("7", "try-out", "Title"), "two digits"),
        (("42", "Try Out", "Title"), "small letters and hyphens"),
        (("42", "../x", "Title"), "small letters and hyphens"),
        (("42", "try-out", ""), "one line"),
        (("42", "try-out", 'a "b"'), "quotation marks"),
        ((next(iter(catalogue())), "try-out", "Title"), "There is a lesson"),
    ],
)
def test_a_name_that_does_not_fit_is_told_and_nothing_is_written(root, names, says):
    """Wrong numbers, slugs and titles, and a number in use, leave the checkout as it was."""
    before = sorted(root.rglob("*"))
    with pytest.raises(skeleton.SkeletonError, match=says):
        skeleton.write(root, *names)
    assert sorted(root.rglob("*")) == before


def test_a_second_draft_of_one_number_is_refused(root):
    """What somebody has begun is not overwritten."""
    written = skeleton.write(root, "42", "try-out", "Try it out")
    written[0].write_text("mine", "utf-8")
    with pytest.raises(skeleton.SkeletonError, match="There is a lesson 42 already"):
        skeleton.write(root, "42", "other", "Other")
    assert written[0].read_text("utf-8") == "mine"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the repository, to which a lesson may be added."""
    copy = tmp_path_factory.mktemp("checkout")
    skipped = shutil.ignore_patterns("__pycache__", "_build", "generated")
    for name in ("src", "book", "datasets", "lessons", "solutions"):
        shutil.copytree(REPOSITORY / name, copy / name, ignore=skipped)
    (copy / "tests" / "lessons").mkdir(parents=True)
    for name in ("conftest.py", "__init__.py", "lessons/__init__.py"):
        shutil.copy(REPOSITORY / "tests" / name, copy / "tests" / name)
    shutil.copytree(REPOSITORY / "tests" / "suite", copy / "tests" / "suite", ignore=skipped)
    shutil.copy(REPOSITORY / "pyproject.toml", copy)
    return copy


@pytest.fixture(scope="module")
def run(checkout):
    """Run a module of the copied checkout, on simulated patients; its output."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    environment.pop("READINGROOM_MIRROR", None)
    environment["READINGROOM_COHORT"] = "simulated"

    def called(*command: str) -> str:
        done = subprocess.run([sys.executable, *command], cwd=checkout, env=environment,
                              capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout

    return called


@pytest.fixture(scope="module")
def registered(checkout, run):
    """A new lesson, tested as a draft, then registered and built; all files as they were before."""
    before = {
        path.relative_to(checkout).as_posix(): path.read_bytes()
        for path in checkout.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    said = run("-m", "readingroom", "new-lesson", "42", "try-out", "Try it out")
    assert "[42]" in said and "catalogue.toml" in said
    tests = "tests/lessons/test_l42.py"
    passed = run("-m", "pytest", "-q", "-p", "no:cacheprovider", tests)
    assert "5 passed" in passed and "failed" not in passed
    section = said[said.index("[42]") :]
    registry = checkout / skeleton.REGISTRY
    registry.write_text(registry.read_text("utf-8") + "\n" + section, "utf-8")
    run("-m", "readingroom", "build", "42", "--run")  # refuses to keep a run that did not pass
    run("-m", "readingroom", "build", "--check")
    return before


@pytest.mark.slow
def test_the_skeleton_builds_passes_and_is_listed(checkout, run, registered):
    """Its own tests pass before it is registered; registered, it runs, is built and stands in the
    book's lists; no file but the catalogue was touched."""
    solved = checkout / "solutions" / "42-try-out" / "42-try-out.ipynb"
    assert solved.read_text("utf-8").count("✓ ") == 4
    changed = [path for path, kept in registered.items() if (checkout / path).read_bytes() != kept]
    assert changed == [skeleton.REGISTRY.as_posix()]
    listed = "import sys; sys.path.insert(0, 'book'); import chapters, gather;"
    listed += "print(gather.table(gather.address()), chapters.by_part())"
    assert run("-c", listed).count("42-try-out") >= 2


@pytest.mark.slow
@pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not here or may not work")
def test_the_skeleton_is_graded_in_the_sandbox(checkout, run, registered):
    """Its answers earn all points there, an untouched copy none, and nothing goes wrong."""
    for student, kind in (("ann", "solutions"), ("bob", "lessons")):
        place = checkout / "submitted" / student / "42-try-out"
        place.mkdir(parents=True)
        shutil.copy(checkout / kind / "42-try-out" / "42-try-out.ipynb", place)
    run("-m", "readingroom", "grade", "submitted", "--out", "graded")
    with (checkout / "graded" / "grades.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    statuses = {who: {row["status"] for row in rows if row["student"] == who} for who in
                ("ann", "bob")}  # fmt: skip
    assert statuses == {"ann": {exercises.RIGHT}, "bob": {exercises.NOT_ATTEMPTED}}
    assert len(rows) == 6 and all(
        row["points"] == (row["max_points"] if row["student"] == "ann" else "0") for row in rows
    )
