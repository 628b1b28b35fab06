"""Whose a notebook is: names in ten scripts, platform numbers, second files, other files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.catalogue import find
from readingroom.grading import batch, gathering, intake, result, tables
from readingroom.grading.limits import Limits
from readingroom.kernel import inspection, session

SLUG = "04-is-it-good-enough"
# letters, and signs that belong to them, of ten scripts
SCRIPTS = {
    "Latin": "aéØßıñ",
    "Greek": "αΩάς",
    "Cyrillic": "жЇй",
    "Arabic": "عبدُ",
    "Hebrew": "שׁלו",
    "Devanagari": "प्रियाशर्मा",
    "Thai": "สมชายใจดี",
    "Hangul": "김민",
    "Han": "王小明",
    "Tamil": "ரவி",
}
PART = st.sampled_from(sorted(SCRIPTS)).flatmap(
    lambda script: st.text(SCRIPTS[script], min_size=1, max_size=8)
)
NAME = st.lists(PART, min_size=1, max_size=3).map(" ".join)


def _zip(place: Path, names: list[str], data: bytes = b"{}") -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for name in names:
            archive.writestr(name, data)
    return place


@given(NAME)
def test_letters_and_their_signs_stay(name):
    """A name in any script is shown as it is written: no sign above or below a letter is lost."""
    import unicodedata

    seen = gathering.clean(name)
    kept = [c for c in unicodedata.normalize("NFC", name) if not c.isspace()]
    assert [c for c in seen if not c.isspace()] == kept[: len([c for c in seen if c != " "])]
    assert "_" not in seen and result.cleaned(seen) == seen


@pytest.mark.parametrize("name", ["Seán O'Brien", "Smith, John Jr.", "प्रिया शर्मा", "สมชาย ใจดี"])
def test_names_that_people_have(name):
    """Apostrophes, commas, a full stop at the end and signs of other scripts are parts of names."""
    assert gathering.clean(name) == name


@settings(max_examples=25)
@given(people=st.lists(NAME, min_size=1, max_size=6))
def test_as_many_students_as_the_platform_has_numbers(tmp_path_factory, people):
    """Two people of one name stay two, and each keeps the platform's number."""
    place = tmp_path_factory.mktemp("zip") / "class.zip"
    names = [f"{who}_{90 + i}_assignsubmission_file_/{SLUG}.ipynb" for i, who in enumerate(people)]
    found = gathering.gather(_zip(place, names))
    assert len({one.student for one in found}) == len(people)
    assert {one.number for one in found} == {str(90 + i) for i in range(len(people))}


def test_a_path_inside_names_nobody_else(tmp_path):
    """Folders inside a submission, however they are called, stay with whose folder they lie in."""
    names = [
        f"Victoria Ng_9001_assignsubmission_file_/{SLUG}.ipynb",
        f"Aaron Kay_9002_assignsubmission_file_/Victoria Ng/{SLUG}/a.ipynb",
        "Aaron Kay_9002_assignsubmission_file_/Victoria Ng_9001_assignsubmission_file_/b.ipynb",
    ]
    found = gathering.gather(_zip(tmp_path / "x.zip", names))
    assert [one.student for one in found] == ["Aaron Kay", "Aaron Kay", "Victoria Ng"]
    tree = tmp_path / "submitted" / "max" / SLUG / "zoe" / SLUG
    tree.mkdir(parents=True)
    (tree / "0.ipynb").write_text("{}")
    (tmp_path / "submitted" / "zoe").mkdir()
    (tmp_path / "submitted" / "zoe" / "x.ipynb").write_text("{}")
    by_folder = gathering.gather(tmp_path / "submitted")
    assert [one.student for one in by_folder] == ["max", "zoe"]


def test_what_is_no_notebook_is_listed_and_nobody_is_absent(tmp_path):
    """A PDF alone gets a row; beside a notebook it is listed; other endings are read."""
    names = [
        "Bea Tall_1_assignsubmission_file_/report.pdf",
        f"Cy Dent_2_assignsubmission_file_/{SLUG}.IPYNB",
        f"Di Vorak_3_assignsubmission_file_/{SLUG}.ipynb.txt",
        "Di Vorak_3_assignsubmission_file_/notes.txt",
    ]
    found = gathering.gather(_zip(tmp_path / "x.zip", names))
    assert [one.student for one in found] == ["Bea Tall", "Cy Dent", "Di Vorak"]
    assert "report.pdf" in found[0].problem and not found[1].problem and not found[2].problem
    assert [(who, where.rpartition("/")[2]) for who, where, _ in found.unread] == [
        ("Bea Tall", "report.pdf"),
        ("Di Vorak", "notes.txt"),
    ]


def test_a_linked_folder_is_listed(tmp_path):
    """A link to a folder is not followed, and the teacher reads that it was there."""
    (tmp_path / "c" / "ann").mkdir(parents=True)
    (tmp_path / "c" / "ann" / "x.ipynb").write_text("{}")
    (tmp_path / "c" / "ann" / "more").symlink_to("/etc")
    found = gathering.gather(tmp_path / "c")
    assert len(found) == 1 and "link" in found.unread[0][2]


def test_a_flood_of_files_is_one_students_own(tmp_path, monkeypatch):
    """Thousands of files in one folder refuse nobody else: notebooks are counted per student."""
    monkeypatch.setattr(gathering, "MOST_NOTEBOOKS", 5)
    names = [f"max/{i}.ipynb" for i in range(40)] + [f"max/{i}.txt" for i in range(400)]
    found = gathering.gather(_zip(tmp_path / "x.zip", [*names, f"zoe/{SLUG}.ipynb"]))
    assert [one.student for one in found].count("max") == 5
    assert [one.student for one in found][-1] == "zoe" and len(found.unread) < 30


def _tasks(*names: str) -> list[batch.Task]:
    cases = [gathering.Submission("carol", "04", f"carol/{SLUG}/{name}.ipynb") for name in names]
    return [batch.Task(one, "04", "simulated", (), object(), one.source) for one in cases]


@pytest.mark.parametrize("other", [f"{SLUG}-Copy1", f"{SLUG} (2)", "0", f"Copy of {SLUG}", "zz"])
def test_the_releases_name_wins_over_a_second_file(other):
    """One notebook of a lesson counts, the one with the release's name; the other is listed."""
    for names in ((SLUG, other), (other, SLUG)):
        (kept,), ((who, where, why),) = batch._one_each(_tasks(*names))
        assert kept.submission.source.endswith(f"/{SLUG}.ipynb")
        assert who == "carol" and other in where and SLUG in why


def test_the_platforms_tables_keep_the_numbers():
    """Two people of one name are told apart by the platform's own number, in its own form."""
    rows = [
        result.Row(f"Ann Lee ({n})", "04", "", "a", p, 2.0, "right", "", number=n)
        for n, p in (("9003", 2.0), ("9004", 1.0))
    ]
    lines = tables.moodle(rows).splitlines()
    assert lines[1:] == ["Participant 9003,Ann Lee,2", "Participant 9004,Ann Lee,1"]
    assert ",9003,," in tables.canvas(rows) and ",9004,," in tables.canvas(rows)


def test_what_could_not_be_graded_is_no_zero(tmp_path):
    """Our fault is an empty cell in each table, no sum, and shows no path of the teacher."""
    from readingroom.grading import feedback, report

    rows = [
        result.Row("ann", "04", "", "a", 2.0, 2.0, "right", "Yes."),
        result.Row("ann", "04", "", "b", 0.0, 2.0, result.NOT_GRADED, "No room at /home/prof/x"),
    ]
    assert rows[1].points is None
    assert tables.grades(rows).splitlines()[2].startswith("ann,04,,b,,2,")
    assert tables.moodle(rows).splitlines()[1] == "ann,"
    assert tables.canvas(rows).splitlines()[2] == "ann,,,"
    page = feedback.of_student("ann", rows)
    assert "/home/prof" not in page and "0 of" not in page and "no fault of yours" in page
    whole = report.of_class(rows)
    assert "could not be graded" in whole and "0 of" not in whole


def test_a_file_that_eats_memory_ends_its_own_reader():
    """Outputs that parse to gigabytes cost their file; the next one is read by a new child."""
    good = b'{"nbformat": 4, "metadata": {}, "cells": []}'
    bomb = b'{"nbformat": 4, "metadata": {}, "cells": [' + b"{}," * 6_000_000 + b"{}]}"
    with intake.Reader(memory=400_000_000) as reader:
        with pytest.raises(intake.Unreadable, match=r"memory or time|no readable"):
            reader.read(bomb)
        assert reader.read(good).lesson == ""


def test_the_total_limit_holds_ten_slow_cells():
    """Four slow cells of a learner's own never use up what the others need."""
    assert Limits().seconds >= 10 * Limits().cell_seconds


def _checked(exercise: str, data: float, source: str = "") -> dict:
    record = {"exercise": exercise, "answer": {"kind": "number", "data": data}}
    output = {"output_type": "display_data", "data": {session.ANSWER_MIME: record}}
    return {"cell_type": "code", "source": source, "outputs": [output]}


@pytest.mark.parametrize(
    ("one", "two", "told"),
    [("bo/x.ipynb", "cy/x.ipynb", True), ("hw/x.ipynb", "hw/y.ipynb", False),
     ("x.ipynb", "old/x.ipynb", False), ("Version 1/x.ipynb", "Version 2/x.ipynb", False)],
)  # fmt: skip
def test_two_people_in_one_folder_are_told(tmp_path, one, two, told):
    """One folder is one student; where people may lie in it, the remark says what to do."""
    for path in (one, two):
        (tmp_path / "group B" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "group B" / path).write_bytes(find("04").notebook("lessons").read_bytes())
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "x.ipynb").write_bytes(find("04").notebook("lessons").read_bytes())
    with intake.Reader() as reader:
        handed = [batch.take_in(s, batch.Settings(1), reader) for s in gathering.gather(tmp_path)]
    kept, others = batch._one_each(handed)
    assert len(kept) == 2 and len(others) == 1
    assert ("is no student but a group" in others[0][2]) == told


def test_check_closes_what_a_pasted_lesson_asked_before_its_last_telling():
    """Of a lesson pasted below itself the answered part counts, and no more than in the grader."""
    lesson = find("04")
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    carry = next(c for c in release.cells if inspection.CARRY.search(c.source))
    told = {"cell_type": "code", "source": carry.source, "outputs": []}
    first, last = [[_checked("local-calibration", x), told, _checked("buy-it", x)] for x in (0, 1)]
    late = _checked("local-calibration", 2.0)
    book = nbformat.from_dict({"cells": [*first, *last, late]})
    asked = inspection._asked_above(lesson)
    found = inspection.recorded(book, ("local-calibration",), asked)
    assert {slug: one["answer"]["data"] for slug, one in found.items()} == {
        "local-calibration": 1, "buy-it": 1
    }  # fmt: skip


def test_check_counts_the_last_check_as_grade_does():
    """A second try counts, unless the course gave its own value in between, as in the grader."""
    carry = {"cell_type": "code", "source": 'x = rr.carry("cut")', "outputs": []}
    tried = [_checked("cut", 1.0), _checked("share", 1.0), _checked("share", 2.0)]
    book = nbformat.from_dict({"cells": [*tried, carry, _checked("share", 3.0)]})
    told = {carried: inspection.recorded(book, carried)["share"]["answer"]["data"]
            for carried in (("cut",), ("other",), ())}  # fmt: skip
    assert told == {("cut",): 2.0, ("other",): 3.0, (): 3.0}
