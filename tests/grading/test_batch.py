"""Grading honest folders: the table, the pages, regrading one student, going on after a crash."""

from __future__ import annotations

import csv
import shutil

import pytest

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
