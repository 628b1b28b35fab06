"""Grading honest folders: the table, the pages, regrading one student, going on after a crash."""

from __future__ import annotations

import csv
import shutil

import pytest
from nbformat.v4 import new_code_cell

from readingroom.grading import sandbox
from tests.grading.conftest import HONEST, SLUG, hand_in

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed")


def table(out) -> list[dict]:
    """``grades.csv`` as rows."""
    with (out / "grades.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """Three students: all right, nothing filled in, one wrong answer."""
    folder = tmp_path_factory.mktemp("class")
    hand_in(folder / "submitted", "annika", course.answered())
    hand_in(folder / "submitted", "bobbyby", course.release())
    hand_in(folder / "submitted", "evelyn", course.answered(share="part = 0.45"))
    done = course.run("grade", folder / "submitted", "--out", folder / "out", "--jobs", 2)
    assert done.returncode == 0, done.stderr
    return folder


def test_an_honest_folder_gets_its_points(graded):
    """All right, nothing filled in and one typical mistake give ten, no and eight points."""
    rows = table(graded / "out")
    assert [row["exercise"] for row in rows if row["student"] == "annika"] == list(HONEST)
    points = {
        who: sum(float(row["points"]) for row in rows if row["student"] == who)
        for who in ("annika", "bobbyby", "evelyn")
    }
    assert points == {"annika": 10, "bobbyby": 0, "evelyn": 8}
    assert {row["status"] for row in rows if row["student"] == "bobbyby"} == {"not attempted"}
    wrong = next(row for row in rows if row["student"] == "evelyn" and row["exercise"] == "share")
    assert wrong["status"] == "wrong" and wrong["reason"] == "Not 1."


def test_each_student_has_a_page_of_their_own(graded):
    """A page names its student only, holds no script, and the class report names the mistake."""
    pages = {path.name.split("-")[0]: path.read_text() for path in graded.glob("out/feedback/*")}
    assert set(pages) == {"annika", "bobbyby", "evelyn"}
    for who, text in pages.items():
        assert not any(other in text for other in set(pages) - {who})
        assert "<script" not in text and "14133" not in text
    report = (graded / "out" / "class.html").read_text()
    assert "1 × wrong 1" in report and "bobbyby" in report


def test_one_student_can_be_graded_again(course, graded, tmp_path):
    """--student changes that student's rows and leaves the others' as they were."""
    folder = tmp_path / "copy"
    shutil.copytree(graded, folder)
    hand_in(folder / "submitted", "bobbyby", course.answered())
    before = table(folder / "out")
    again = ("--out", folder / "out", "--student", "bobbyby")
    done = course.run("grade", folder / "submitted", *again)
    assert done.returncode == 0, done.stderr
    after = table(folder / "out")
    assert [r for r in before if r["student"] != "bobbyby"] == [
        r for r in after if r["student"] != "bobbyby"
    ]
    assert {r["status"] for r in after if r["student"] == "bobbyby"} == {"right"}


def test_a_second_run_keeps_what_lay_in_the_folder(course, graded, tmp_path):
    """A teacher's table, notes and remarks on a page outlive a grading; so do older pages of ours.

    A run that finds nothing new, as one that goes on after a break, puts nothing aside.
    """
    folder, out = tmp_path / "copy", tmp_path / "copy" / "out"
    shutil.copytree(graded, folder)
    again = ("grade", folder / "submitted", "--out", out, "--seed-file", out / ".seed")
    before = sorted(out.rglob("*"))
    assert "What lay there before" not in course.run(*again, "--resume").stdout
    assert sorted(out.rglob("*")) == before
    page = next((out / "feedback").glob("evelyn-*"))
    page.write_text(page.read_text() + "<p>Talk to me.</p>")
    for name in ("moodle.csv", "feedback/notes.html", "feedback/annika-0badcafe.html"):
        (out / name).write_text("mine")
    (out / ".results" / "notes.json").write_text("mine")
    shutil.rmtree(folder / "submitted" / "bobbyby")
    done = course.run(*again, "--export", "moodle")
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith(
        "grades.before.csv, class.before.html, moodle.before.csv, feedback.before."
    )
    assert (out / "moodle.before.csv").read_text() == "mine"
    assert (out / "feedback" / "notes.html").read_text() == "mine"
    assert (out / "feedback" / "annika-0badcafe.html").read_text() == "mine"
    assert (out / ".results" / "notes.json").read_text() == "mine"
    assert [r["student"] for r in table(graded / "out")] == [
        row["student"]
        for row in csv.DictReader((out / "grades.before.csv").read_text().splitlines())
    ]
    assert {row["student"] for row in table(out)} == {"annika", "evelyn"}
    kept = {path.name.split("-")[0]: path.read_text() for path in out.glob("feedback.before/*")}
    assert set(kept) == {"bobbyby", "evelyn"} and kept["evelyn"].endswith("<p>Talk to me.</p>")


def test_a_module_that_a_cell_wrote_can_be_imported(course, tmp_path):
    """As in a notebook, whose own folder is where Python looks first."""
    book = course.answered(share="import mine\npart = mine.half * 2 * test_y.mean()")
    at = next(i for i, cell in enumerate(book.cells) if cell.id == "share")
    book.cells.insert(at, new_code_cell("%%writefile mine.py\nhalf = 0.5"))
    hand_in(tmp_path / "submitted", "annika", book)
    done = course.run("grade", tmp_path / "submitted", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert {row["status"] for row in table(tmp_path / "out")} == {"right"}


def test_other_ways_to_hand_in(course, tmp_path):
    """A folder of notebooks and the zips of Moodle and Canvas give the same points."""
    import zipfile

    import nbformat

    text = nbformat.writes(course.answered())
    names = {
        "moodle.zip": f"Ann Lee_123_assignsubmission_file_/{SLUG}.ipynb",
        "canvas.zip": f"leeann_12_345_{SLUG}.ipynb",
    }
    for name, inner in names.items():
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(inner, text)
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "annika.ipynb").write_text(text)
    who = {"moodle.zip": "Ann Lee", "canvas.zip": "leeann", "flat": "annika"}
    for name, student in who.items():
        done = course.run("grade", tmp_path / name, "--out", tmp_path / f"{name}-out")
        assert done.returncode == 0, done.stderr
        rows = table(tmp_path / f"{name}-out")
        assert {(row["student"], row["points"]) for row in rows} == {(student, "2")}


def test_a_place_without_notebooks_gets_one_sentence(course, tmp_path):
    """Nothing to grade: one plain sentence and a non-zero exit."""
    done = course.run("grade", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 1 and "There is no notebook" in done.stderr
    assert "Traceback" not in done.stderr
