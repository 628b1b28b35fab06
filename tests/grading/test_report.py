"""The class page and the students' pages: what a teacher reads there, and at which width."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import assume, example, given, settings, strategies as st

from readingroom.grading import batch, feedback, gradebook, report, result, sandbox
from tests.grading.conftest import hand_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def _rows(student: str, points: float, status: str = "right", **facts) -> list[result.Row]:
    made = [
        result.Row(student, "04", "simulated", slug, points, 2.0, status, "Because.", **facts)
        for slug in ("auc-with-interval", "threshold-by-cost")
    ]
    return made


def test_sums_name_what_there_is_and_tasks_stand_in_words():
    """Points are told "of" all there are, the class has a mean, and no slug stands for a task."""
    rows = [*_rows("ann", 2.0), *_rows("bob", 0.0, "wrong", mistake="model B")]
    page = report.of_class(rows)
    assert "Class mean 2.0 of 4 points (2 graded)." in page
    assert ">4 of 4<" in page and ">0 of 4<" in page
    assert "AUC of model A on the test films" in page and "auc-with-interval" not in page
    assert "4 of 4 points" in feedback.of_student("ann", rows)


class _Read(HTMLParser):
    """Every tag with its attributes, and all text outside the style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.said = Counter(), []

    def handle_starttag(self, tag, attrs):
        self.tags[tag, tuple(attrs)] += 1

    def handle_data(self, data):
        self.said.append(data)


def _read(page: str) -> tuple[Counter, str]:
    reader = _Read()
    reader.feed(page)
    return reader.tags, "".join(reader.said)


@settings(max_examples=60)
@given(told=st.text(min_size=1, max_size=30))
@example(told="</td><script>alert(1)</script>")
@example(told='" onmouseover="x" data-head="')
@example(told="{{ 7 * 7 }}{% include 'x' %}")
@example(told="ann\u202egnp.x\x00\x1b[31m")
def test_what_people_are_called_and_wrote_is_text(told):
    """Whatever stands in a name, a file's name, a reason or a mistake: the page has the tags of a
    harmless one and not one more, and shows the text without control characters."""

    assume(result.cleaned(told))  # nothing but blanks names nobody

    def pages(word: str) -> list[str]:
        rows = [
            result.Row(word, "04", "", "auc-with-interval", 0.0, 2.0, "wrong", word, mistake=word),
            result.Row(
                "somebody else",
                "04",
                "",
                "auc-with-interval",
                0.0,
                2.0,
                "wrong",
                word,
                mistake=word,
            ),
            result.Row(word, "", "", "", 0.0, 0.0, word, word),
        ]
        aside = batch.Aside([(word, word, word)], [[word, word]])
        return [report.of_class(rows, aside), feedback.of_student(rows[0].student, rows)]

    for page, harmless in zip(pages(told), pages("y"), strict=True):
        tags, said = _read(page)
        assert tags == _read(harmless)[0]
        assert result.cleaned(told) in said and not any(c in said for c in "\u202e\x00\x1b")


def test_counts_are_told_in_a_sentence_that_is_one():
    """Two cells with an error are no "2 error in your cell"."""
    rows = _rows("bob", 0.0, result.ERROR)
    rows[1] = result.Row("bob", "04", "", "threshold-by-cost", 0.0, 2.0, result.ERROR, "Other.")
    page = report.of_class(rows)
    assert "error in your cell: 2 of 2" in page and "2 error" not in page


def test_the_commonest_mistakes_are_told_for_the_class():
    """What two made alike is told with the course's own sentence; what one made is not."""
    rows = [
        *_rows("ann", 0.0, "wrong", mistake="model B"),
        *_rows("bob", 0.0, "wrong", mistake="model B"),
        *_rows("eve", 0.0, "wrong", mistake="another"),
    ]
    page = report.of_class(rows)
    assert "What to say in class" in page and "(2 ×): Because." in page
    assert "(1 ×)" not in page


@pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed")
def test_copies_are_named_and_cost_nothing(course, tmp_path):
    """The same answered file twice is named; the untouched release twice is nobody's copy."""
    for student in ("ann", "bob"):
        hand_in(tmp_path / "in", student, course.answered())
    for student in ("cy", "di"):
        hand_in(tmp_path / "in", student, course.release())
    done = course.run("grade", tmp_path / "in", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "out" / "class.html").read_text()
    assert "The same file twice" in page and "ann and bob" in page and "cy and di" not in page
    with (tmp_path / "out" / "grades.csv").open(newline="") as stream:
        earned = [row["points"] for row in csv.DictReader(stream) if row["student"] in "ann bob"]
    assert earned == ["2"] * 10


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_pages_fit_a_telephone(tmp_path):
    """At 390 px neither page is wider than the screen: a wide table scrolls inside its own box."""
    rows = [
        *_rows("Victoria Featherstonehaugh-Cholmondeley", 2.0),
        *_rows("b" * 80, 0.0, "wrong", mistake="m"),
    ]
    aside = batch.Aside([("ann", "a/" * 40 + "x.pdf", "It is no notebook.")], [["ann", "bob"]])
    pages = {"class": report.of_class(rows, aside), "student": feedback.of_student("b" * 80, rows)}
    script = "<script>document.title = document.documentElement.scrollWidth</script></body>"
    outer = "<script>onload = () => document.title = frames[0].document.title</script>"
    for name, text in pages.items():
        text = text.replace("default-src 'none'", "script-src 'unsafe-inline'")
        text = text.replace("</body>", script).replace("'", "&#39;")
        path = tmp_path / f"{name}.html"
        path.write_text(f"<!doctype html><iframe width=390 srcdoc='{text}'></iframe>{outer}")
        seen = subprocess.run(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
             "--virtual-time-budget=4000", path.as_uri()],
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        width = seen.stdout.partition("<title>")[2].partition("</title>")[0]
        assert width and int(width) <= 390, f"{name}: {width} px"


def test_the_gradebook_is_made_where_alembic_is_not_on_the_path(tmp_path, monkeypatch):
    """nbgrader asks a program beside this Python; the teacher need not have activated anything."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    rows = _rows("ann", 2.0)
    assert gradebook.fill(tmp_path / "gradebook.db", rows) == 1
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", course_id="readingroom") as book:
        assert book.find_submission("04-is-it-good-enough", "ann").score == 4.0
