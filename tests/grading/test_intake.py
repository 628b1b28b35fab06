"""Where submissions come from, and how their cells are matched with the release's."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given, strategies as st

from readingroom.catalogue import find
from readingroom.grading import batch, feedback, gathering, intake, rebuild, result, tables
from readingroom.kernel import inspection
from readingroom.kernel.session import ANSWER_MIME
from tests.grading.conftest import benchmark


@given(st.text())
@example("a" * 79 + ":b")  # a sign that is replaced, just where a long name is cut
@example("a" * 78 + " : b")
def test_a_students_name_is_safe_everywhere(name):
    """Whatever a name is, it leads out of no folder, hides in no page and is no formula."""
    clean = gathering.clean(name)
    assert clean and len(clean) <= 80
    assert not set(clean) & set('/\\<>&"\n\t\0:')
    assert clean not in (".", "..") and clean[0] not in "=+-@. '"
    assert gathering.clean(clean) == clean
    assert "/" not in feedback.file_name(name) and feedback.file_name(name).isascii()


@given(st.text(), st.text())
def test_two_students_never_share_a_file(one, other):
    """Different names give different result files and different pages."""
    same = one == other
    files = [result.file_of(Path(), name, "03") for name in (one, other)]
    assert (files[0] == files[1]) == same
    assert (feedback.file_name(one) == feedback.file_name(other)) == same


@pytest.mark.parametrize(
    ("path", "student", "lesson"),
    [
        ("annika/03-train-a-classifier/03-train-a-classifier.ipynb", "annika", "03"),
        ("annika/03-train-a-classifier.ipynb", "annika", "03"),
        ("annika.ipynb", "annika", ""),
        ("annika/0.ipynb", "annika", ""),
        ("Ann Lee_812_assignsubmission_file_/my copy.ipynb", "Ann Lee", ""),
        ("Ann Lee_812_assignsubmission_file_03-train-a-classifier.ipynb", "Ann Lee", "03"),
        ("leeann_late_123_456_03-train-a-classifier.ipynb", "leeann", "03"),
        ("leeann_123_456_03-train-a-classifier-2.ipynb", "leeann", ""),
        ("submitted/annika/03-train-a-classifier/x.ipynb", "annika", "03"),
        ("HW 3_ann_attempt_2026-11-20-10-12-33_03-train-a-classifier.ipynb", "ann", "03"),
        ("12-34 - Ann-Lea Ng - Nov 20, 2026 134 PM/x.ipynb", "Ann-Lea Ng", ""),
        ("12-34 - Ann Lee- Nov 20, 2026 134 PM - 03-train-a-classifier.ipynb", "Ann Lee", "03"),
        ("Ann Lee - 03-train-a-classifier.ipynb", "Ann Lee", "03"),
        ("Ann Lee - 03-train-a-classifier (1).ipynb", "Ann Lee", ""),
        ("Mu\u0308ller/x.ipynb", "Müller", ""),
    ],
)
def test_student_and_lesson_from_a_path(tmp_path, path, student, lesson):
    """nbgrader's tree, folders of notebooks and the platforms' names are understood."""
    place = tmp_path / "class" / path
    place.parent.mkdir(parents=True)
    place.write_text("{}")
    (found,) = gathering.gather(tmp_path / "class")
    assert (found.student, found.lesson, found.data) == (student, lesson, b"{}")


def test_a_pipe_and_a_link_are_not_read(tmp_path):
    """A named pipe would wait for ever, a link could show any file; neither is opened."""
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to("/etc/hostname")
    found = {one.student: one for one in gathering.gather(tmp_path)}
    assert all(one.problem and not one.data for one in found.values()) and len(found) == 2


MANY = [
    {"cell_type": kind, "metadata": {}, "source": text, "outputs": []}
    for kind, text in [("code", ""), ("markdown", "a note")]
    for _ in range(850)
]
DEEP: dict = {}
for _ in range(200):
    DEEP = {"a": DEEP}


def _with(change) -> bytes:
    book = json.loads(find("04").notebook("solutions").read_text("utf-8"))
    change(book)
    return json.dumps(book).encode()


def _cell(book: dict, name: str) -> dict:
    return next(cell for cell in book["cells"] if cell["id"] == name)


def _deep(book: dict) -> None:
    shown = {"output_type": "display_data", "data": {"application/json": DEEP}, "metadata": {}}
    _cell(book, "buy-it")["outputs"] = [shown]


def _pictures(book: dict) -> None:
    note = {"cell_type": "markdown", "metadata": {}, "source": "A" * 200_000}
    book["cells"][3:3] = [note] * 30


def _pasted(book: dict) -> None:
    _cell(book, "buy-it")["source"] = 'pasted = """' + "0.5,1\n" * 42_000 + '"""\nkept = 1'


ODD = {
    "850 empty cells and 850 notes first": _with(lambda b: b.update(cells=MANY + b["cells"])),
    "an output 200 levels deep": _with(_deep),
    "thirty pictures pasted into notes": _with(_pictures),
    "a table of 250 kB pasted into an answer": _with(_pasted),
    "filled up with zeros": _with(len) + b"\0" * 4096,
    "filled up with zeros, and a line after": _with(len) + b"\0" * 4096 + b"\r\n",
    "its format as a text": _with(lambda b: b.update(nbformat="4", nbformat_minor="5")),
    "a later format": _with(lambda b: b.update(nbformat=5, nbformat_minor=0)),
    "a second byte-order mark": b"\xef\xbb\xbf" * 2 + _with(len),
    "the mark of another lesson": _with(
        lambda b: b["metadata"].update(readingroom={"lesson": "09"})
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_honest_files_are_read_whole_by_check_and_grade(tmp_path, name):
    """However a program or a person fills a file up, every exercise of it is found."""
    path = tmp_path / "x.ipynb"
    path.write_bytes(ODD[name])
    assert inspection.lesson_of(inspection.read(path), path).number == "04"
    taken = intake.taken(ODD[name])
    assert taken["lesson"] == "04"
    assert not taken["built"]["lost"] and not taken["built"]["restored"]
    answer = next(cell for cell in taken["built"]["cells"] if cell["name"] == "buy-it")
    assert answer["source"].endswith("kept = 1") == ("pasted into an answer" in name)


def test_two_lessons_in_one_file():
    """The lesson that was asked for is graded, and the other one is named."""
    other = json.loads(find("09").notebook("lessons").read_text("utf-8"))["cells"]
    two = _with(lambda b: b["cells"].extend(other))
    for wanted, beside in (("", "09"), ("04", "09"), ("09", "04")):
        found = intake.taken(two, wanted)
        assert (found["lesson"], found["beside"]) == (wanted or "04", [beside])


def test_the_films_that_the_outputs_note():
    """A learner who worked on real films is judged by real films, whatever the grader's own are."""
    record = {"exercise": "buy-it", "cohort": "real"}
    shown = {"output_type": "display_data", "metadata": {}, "data": {ANSWER_MIME: record}}
    book = _with(lambda b: _cell(b, "check-buy-it").update(outputs=[shown]))
    assert intake.taken(book)["cohort"] == "real"


def _class(place: Path, *names: str) -> gathering.Gathered:
    with zipfile.ZipFile(place, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return gathering.gather(place)


BOOK = "03-train-a-classifier.ipynb"
TREE = "03-train-a-classifier/" + BOOK
WRAPPED = {
    "Canvas, packed again": [f"submissions/ann_1_2_{BOOK}", f"submissions/bob_late_3_4_{BOOK}"],
    "Ilias": [f"Übung/Abgaben/ann/2026_{BOOK}", f"Übung/Abgaben/bob/2026_{BOOK}", "Übung/x.xls"],
    "Teams": [f"Files/ann/HW/Version 1/{BOOK}", f"Files/bob/HW/Version 1/{BOOK}"],
    "Google Drive": [f"Lesson 3/ann - {BOOK}", f"Lesson 3/bob - {BOOK}"],
    "nbgrader": [f"c/submitted/ann/{TREE}", f"c/submitted/bob/{TREE}", f"c/source/{TREE}"],
    "a folder of notebooks": ["work/ann.ipynb", "work/bob.ipynb"],
}


@pytest.mark.parametrize("name", WRAPPED)
def test_a_folder_around_the_class_is_nobodys_name(tmp_path, name):
    """Everybody keeps their own notebook, and the list says what lay around them."""
    found = _class(tmp_path / "download (1).zip", *WRAPPED[name])
    assert [one.student for one in found] == ["ann", "bob"]
    assert any("around the class" in why for _, _, why in found.unread)


@pytest.mark.parametrize(
    "names",
    [
        [f"ann/{TREE}", "ann/04-is-it-good-enough/x.ipynb"],
        [f"ann/{BOOK}", "ann/03-train-a-classifier-Copy1.ipynb"],
        ["ann/03-train-a-classifier/a.ipynb", "ann/03-train-a-classifier/b.ipynb"],
    ],
)
def test_one_students_folders_are_no_class(tmp_path, names):
    """Alone in a class, a student with several notebooks stays one."""
    assert {one.student for one in _class(tmp_path / "x.zip", *names)} == {"ann"}


def test_nothing_in_a_zip_is_left_unsaid(tmp_path):
    """Loose files and receipts are listed, and the later attempt is known."""
    when = "HW_j_smith_attempt_2026-11-2"
    names = [f"{when}0-10-12-33_{BOOK}", f"{when}1-10-12-33_{BOOK}", f"{when}1-10-12-33.txt"]
    found = _class(tmp_path / "x.zip", *names, "index.html", "._x.ipynb")
    assert [one.student for one in found] == ["smith", "smith"]
    assert max(found, key=lambda one: one.turn).source == names[1]
    assert [where for _, where, _ in found.unread] == ["index.html", names[2]]


def test_nothing_in_a_folder_is_left_unsaid(tmp_path):
    """Loose files and empty folders are listed; the results of an earlier run are left alone."""
    for name in ("ann", "bob/.ipynb_checkpoints", "out/feedback"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("ann/x.ipynb", "cy.pdf", "out/grades.csv"):
        (tmp_path / name).write_text("{}")
    found = gathering.gather(tmp_path, leave=tmp_path / "out")
    assert [(one.student, one.problem) for one in found] == [
        ("ann", ""),
        ("bob", "The folder is empty."),
    ]
    assert [where for _, where, _ in found.unread] == ["cy.pdf", "bob/"]


def test_a_zip_that_does_not_say_its_encoding(tmp_path):
    """A Mac writes UTF-8 and does not say so; a damaged list of files is one sentence."""
    place, name = tmp_path / "x.zip", "Müller/x.ipynb".encode()
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("A" * len(name), "{}")
    whole = place.read_bytes()
    place.write_bytes(whole.replace(b"A" * len(name), name))
    assert [one.student for one in gathering.gather(place)] == ["Müller"]
    place.write_bytes(whole.replace(b"PK\1\2", b"PK\1\7"))
    with pytest.raises(gathering.NoSubmissions, match="damaged"):
        gathering.gather(place)


def _book(*cells: tuple[str, str]) -> nbformat.NotebookNode:
    made = [nbformat.v4.new_code_cell(source, id=name) for name, source in cells]
    return nbformat.v4.new_notebook(cells=made)


def _release() -> nbformat.NotebookNode:
    book = _book(("start", "x = 1"), ("ask", "answer = ..."), ("check-ask", "check(answer)"))
    marks = {"start": {}, "ask": {"solution": True}, "check-ask": {"grade": True}}
    for cell in book.cells:
        cell.metadata["nbgrader"] = marks[cell.id]
    return book


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
CELLS = st.lists(st.tuples(st.sampled_from(["start", "ask", "check-ask", "other"]), TEXT))


@given(CELLS)
def test_locked_cells_run_once_in_order_whatever_is_handed_in(cells):
    """Any cells with any names give each locked cell once, in order, with the course's text."""
    release = _release()
    handed = [nbformat.v4.new_code_cell(text) for _, text in cells]
    for cell, (name, _) in zip(handed, cells, strict=True):
        cell.id = name
    book = nbformat.from_dict({"cells": handed, "metadata": {}})
    built = rebuild.rebuild(release, book)
    named = [(cell.name, cell.source) for cell in built.cells if cell.name]
    assert [name for name, _ in named] == ["start", "ask", "check-ask"]
    assert dict(named)["start"] == "x = 1" and dict(named)["check-ask"] == "check(answer)"


def test_a_table_holds_no_formula():
    """Text that a spreadsheet would compute is kept as text; numbers stay numbers."""
    row = result.Row("=1+1", "03", "real", "x", 0.5, 2.0, "wrong", "@SUM(A1)")
    assert tables.grades([row]).splitlines()[1] == "'=1+1,03,real,x,0.5,2,wrong,'@SUM(A1)"


def test_the_platforms_tables(monkeypatch):
    """Moodle's and Canvas's tables hold a line for each student and the points of the lesson."""
    rows = [
        result.Row(who, "03", "real", slug, points, 2.0, "right", "")
        for who, points in (("annika", 2.0), ("bobby", 0.0))
        for slug in ("a", "b")
    ]
    title = "03 Train a chest X-ray classifier"
    assert tables.moodle(rows).splitlines() == [f"Full name,{title}", "annika,4", "bobby,0"]
    assert tables.canvas(rows).splitlines()[1:] == [
        "Points Possible,,,4", "annika,,,4", "bobby,,,0",
    ]  # fmt: skip


def test_a_fixed_sample_of_mutations_costs_a_row_each_at_most():
    """Sixty mutated notebooks: each is read or refused, none raises, and memory stays flat."""
    fuzz = benchmark("intake")
    text = nbformat.writes(nbformat.read(find("04").notebook("solutions"), as_version=4))
    found = fuzz.run(text, range(60))
    assert sum(found["outcomes"].values()) == 60
    assert set(found["outcomes"]) == {"read", "unreadable file", "wrong lesson"}
    assert found["memory_grew_mb"] < 60


def _packed(**members: bytes | str) -> bytes:
    """A zip; ``__`` in a name stands for a slash, ``_`` before the ending for a point."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_ipynb", ".ipynb"), content)
    return stream.getvalue()


ONE = _packed(hw__x_ipynb="{}", hw__table="1,2")
OWN_ZIPS = {
    "a folder each": ["ann/hw.zip", "bob/04.ipynb.zip"],
    "loose, in a folder": ["class/ann.zip", "class/bob.zip"],
    "Moodle": ["ann_812_assignsubmission_file_/hw.zip", "bob_813_assignsubmission_file_/HW.ZIP"],
    "Moodle, flat": ["ann_812_assignsubmission_file_hw.zip", "bob_8_assignsubmission_file_w.zip"],
    "Canvas": ["ann_123_456_hw.zip", "bob_late_124_457_hw.zip"],
    "Blackboard": [f"HW_{who}_attempt_2026-11-20-10-12-33_hw.zip" for who in ("ann", "bob")],
    "Brightspace": [f"1{i}-34 - {who} - Nov 20, 2026 134 PM/hw.zip"
                    for i, who in enumerate(("ann", "bob"))],
    "Google": [f"ann - {BOOK}.zip", f"bob - {BOOK.removesuffix('.ipynb')}.zip"],
    "Teams": ["Files/ann/HW/Version 1/hw.zip", "Files/bob/HW/Version 1/hw.zip"],
    "Ilias": ["Übung/Abgaben/ann/hw.zip", "Übung/Abgaben/bob/hw.zip"],
    "Stud.IP": ["Abgabe/ann/hw.zip", "Abgabe/bob/hw.zip"],
    "nbgrader": ["submitted/ann/03-train-a-classifier/hw.zip",
                 "submitted/bob/03-train-a-classifier/hw.zip"],
    "one of them a notebook": ["ann/hw.zip", f"bob/{BOOK}"],
}  # fmt: skip


@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize("name", OWN_ZIPS)
def test_a_students_own_zip_is_opened(tmp_path, name, packed):
    """However a platform names it, its notebook is its student's, and the rest is listed."""
    place = tmp_path / ("class.zip" if packed else "class")
    contents = {path: b"{}" if path.endswith(".ipynb") else ONE for path in OWN_ZIPS[name]}
    if packed:
        with zipfile.ZipFile(place, "w") as archive:
            for path, content in contents.items():
                archive.writestr(path, content)
    else:
        for path, content in contents.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_bytes(content)
    found = gathering.gather(place)
    assert [(one.student, one.data, one.problem) for one in found] == [
        ("ann", b"{}", ""), ("bob", b"{}", "")
    ]  # fmt: skip
    if name == "nbgrader":
        assert {one.lesson for one in found} == {"03"}
    tables_ = [where for _, where, why in found.unread if why == "It is no notebook."]
    assert len(tables_) == sum(content is ONE for content in contents.values())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_packed(a__zip=ONE, x_ipynb="{}"), ""),
        (_packed(**{"a.zip": ONE}), "within a zip"),
        (_packed(essay="x"), "holds no notebook"),
        (b"PK\3\4 cut short", "damaged"),
        (_packed(**{".." + "__x_ipynb": "{}"}), "leads out of the folder"),
        (_packed(x_ipynb=b" " * 3_000_000), "packed too tightly"),
        (b"PK\1\2" * 20_001, "more than 20000 files"),
        (b"", "damaged"),
    ],
    ids=["and another", "in a zip", "no notebook", "damaged", "path", "bomb", "flood", "empty"],
)
def test_a_students_zip_that_cannot_be_opened_costs_one_row(tmp_path, content, says):
    """The same limits hold as for a class's zip; the others' notebooks are read."""
    for who, name, data in (("ann", "hw.zip", content), ("bob", BOOK, b"{}")):
        (tmp_path / who).mkdir()
        (tmp_path / who / name).write_bytes(data)
    found = gathering.gather(tmp_path)
    assert [one.student for one in found] == ["ann", "bob"] and not found[1].problem
    told = [found[0].problem, *(why for student, _, why in found.unread if student == "ann")]
    assert any(says in one for one in told) if says else told[0] == ""


def test_a_zip_that_may_be_a_whole_class_is_nobodys(tmp_path):
    """A loose zip of several notebooks is not given to a student of its name; the list says why."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann.ipynb").write_text("{}")
    (tmp_path / "class" / "all.zip").write_bytes(_packed(bob__x_ipynb="{}", cy__x_ipynb="{}"))
    (tmp_path / "class" / "old.rar").write_bytes(b"Rar!")
    found = gathering.gather(tmp_path / "class")
    assert [one.student for one in found] == ["ann"]
    assert [where for _, where, _ in found.unread] == ["all.zip", "old.rar"]
    assert "whole class" in found.unread[0][2] and "unpack it" in found.unread[1][2]


@pytest.mark.parametrize(
    "name", ["x.ipynb ", "x.ipynb.download", "x.ipynb.bin", "X.IPYNB", "x.ipynb (1)", "x.ipynb_"]
)
def test_a_notebook_whose_ending_a_program_spoilt(tmp_path, name):
    """What browsers and mail programs write behind the ending does not make it another file."""
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / name).write_text("{}")
    (found,) = gathering.gather(tmp_path)
    assert (found.student, found.problem) == ("ann", "")


def test_a_file_called_as_another_lesson_is_graded_as_what_it_holds():
    """A slip in a name costs no points; a folder that asks for another lesson does."""
    path = find("04").notebook("lessons")
    settings = batch.Settings(1)
    with intake.Reader() as reader:
        for called, lesson, refused in ((True, "04", False), (False, "05", True)):
            one = gathering.Submission("ann", "05", "x", path.read_bytes(), called=called)
            task = batch.take_in(one, settings, reader)
            assert (task.lesson, bool(task.rows)) == (lesson, refused)
            assert bool(batch._beside([task])) == called
