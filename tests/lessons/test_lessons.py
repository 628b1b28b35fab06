"""Each lesson runs, in both modes, solved, whole and from every pause point."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from readingroom.author import manuscript, rehearsal, slides
from readingroom.catalogue import catalogue, find
from readingroom.data import supply
from readingroom.data.registry import listing
from readingroom.kernel import inspection
from readingroom.kernel.session import ANSWER_MIME
from readingroom.questions import exercises, manifest
from tests.conftest import MODES
from tests.suite.comparison import differing, validated

METRIC = re.compile(r"\b(AUC|Dice|accuracy|sensitivity|specificity|PPV|NPV|kappa)\b.*?\d\.\d")
INTERVAL = re.compile(r"\(-?\d*\.\d+ to -?\d*\.\d+, n = \d+")
LESSONS = list(catalogue())
OTHER_DATA = ("REAL TABLE", "REAL READERS", "REAL CT", "REAL MR", "REAL PET")

pytestmark = pytest.mark.slow


@pytest.fixture(params=MODES)
def mode(request) -> str:
    """Both kinds of films."""
    return request.param


def with_answers(number: str) -> nbformat.NotebookNode:
    """The learner's notebook with the solution typed where the dots are."""
    solved = nbformat.read(find(number).notebook("solutions"), as_version=4)
    learner = nbformat.read(find(number).notebook("lessons"), as_version=4)
    typed = {cell.id: cell.source for cell in solved.cells}
    for cell in learner.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = re.sub(r"[ \t]*### (BEGIN|END) SOLUTION\n?", "", typed[cell.id])
    return learner


@pytest.mark.parametrize("number", LESSONS)
def test_a_solved_lesson_passes(runs, number, mode):
    """Every cell runs and every check gives full points, in both modes, on the films named."""
    found = runs.result(number, mode)
    assert found.passed, found.reason
    assert found.cohort == mode and found.results
    for result in found.results.values():
        if isinstance(result, dict):
            assert {"value", "lo", "hi", "n"} <= set(result) <= {"value", "lo", "hi", "n", "films"}


@pytest.mark.real
@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_names_all_that_it_reads(runs, number):
    """What a real run opens is what the catalogue says it needs: so nothing of it is missing where
    one origin cannot be reached, and who grades has the same films."""
    runs.result(number, "real")
    told = runs.opened(number, "real")
    opened = set(told.read_text("utf-8").splitlines()) if told.exists() else set()
    lesson = find(number)
    named = [need if isinstance(need, tuple) else (need,) for need in lesson.needs]
    named += [(name,) for name in lesson.later]
    files = {file.in_mirror for need in named for file in supply.files(*need)}
    course = {file.in_mirror for entry in listing() for file in listing().files(entry)}
    assert opened & course <= files
    assert bool(lesson.needs) == bool(opened & course)


@pytest.mark.parametrize("number", LESSONS)
def test_nbval_finds_the_verdict_lines_as_they_are_stored(runs, number, mode, request):
    """By nbval's comparison each verdict line of the run is the one that is kept in git."""
    executed = nbformat.read(runs.notebook(number, mode), as_version=4)
    said, compared = differing(find(number).notebook("solutions"), executed, request)
    assert not said, "\n".join(said)
    assert compared >= 3


@pytest.mark.parametrize("number", LESSONS)
def test_nbval_would_notice_another_verdict(runs, number, tmp_path, request):
    """A stored line that says otherwise than the run is found, and no other."""
    executed = nbformat.read(runs.notebook(number, "simulated"), as_version=4)
    stored = nbformat.read(find(number).notebook("solutions"), as_version=4)
    kept = [one for cell in stored.cells for one in cell.get("outputs", [])]
    assert kept[0].text.startswith("✓ ")
    kept[0].text = kept[0].text.replace("✓ ", "✗ ", 1)
    nbformat.write(stored, tmp_path / "changed.ipynb")
    said, _ = differing(tmp_path / "changed.ipynb", executed, request)
    assert len([one for one in said if "✗ " in one]) == 1


def _parts(book: nbformat.NotebookNode) -> list[list]:
    starts = [i for i, cell in enumerate(book.cells) if cell.id.startswith("part-")]
    ends = [*starts[1:], len(book.cells)]
    return [book.cells[a:b] for a, b in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("number", LESSONS)
def test_parts_start_from_their_first_cells_and_answers_travel_as_data(runs, number, tmp_path):
    """Each part runs in a fresh kernel without the parts before it and without any checks; a
    process that runs none of it judges the answers it recorded, and all are right."""
    runs.result(number, "simulated")
    extra = {**runs.planned("parts", number), **_without_checks(number, tmp_path)}
    book = with_answers(number)
    parts = _parts(book)
    assert 3 <= len(parts) <= 4
    before = book.cells[: book.cells.index(parts[0][0])]
    assert all(cell.cell_type == "markdown" for cell in before)
    for cells in parts:
        part = nbformat.v4.new_notebook(cells=cells, metadata=book.metadata)
        part, _, _, error = rehearsal.execute(part, "simulated", extra=extra)
        assert error == "", cells[0].id
        graded = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade")]
        records = rehearsal.outputs_of(part, ANSWER_MIME)
        assert [record["status"] for record in records] == ["recorded"] * len(graded), cells[0].id
    path = tmp_path / f"{find(number).slug}.ipynb"
    nbformat.write(book, path)
    out = tmp_path / "out.json"
    command = [sys.executable, "-m", "readingroom", "check", str(path), "--json", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = json.loads(out.read_text("utf-8"))
    assert {row["exercise"] for row in rows} == set(exercises.of_lesson(number))
    assert all(row["status"] == "right" for row in rows)
    # a claim of points in the output is not believed: only the answer counts
    for record in rehearsal.outputs_of(book, ANSWER_MIME):
        record["answer"] = None
        record.update(status="right", points=99)
    nbformat.write(book, path)
    _, rows = inspection.check(path)
    assert sum(row.points for row in rows) == 0


def _without_checks(number: str, folder: Path) -> dict[str, str]:
    """What a kernel needs to record answers with a package that holds no checks."""
    source = Path(exercises.__file__).parents[1]
    bare = folder / "bare" / "readingroom"
    shutil.copytree(source, bare, ignore=shutil.ignore_patterns("checks", "__pycache__"))
    registry = bare / "_course" / "datasets" / "registry.toml"
    registry.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).parents[2] / "datasets" / "registry.toml", registry)
    told = folder / "manifest.json"
    told.write_text(json.dumps(manifest.of_lesson(number, "simulated")), "utf-8")
    return {"PYTHONPATH": str(bare.parent), "READINGROOM_MANIFEST": str(told)}


@pytest.mark.parametrize("number", LESSONS)
def test_every_picture_has_its_sentence_and_its_tag(runs, number, mode):
    """Each image carries an alt sentence that names its data, and the tag stands below it."""
    book = nbformat.read(runs.notebook(number, mode), as_version=4)
    tag = {"real": "REAL FILMS", "simulated": "SIMULATED"}[mode]
    pictures = 0
    for cell in book.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert "image/png" not in data, f"{cell.id}: use rr.show"
            for alt in re.findall(r'<img [^>]*alt="([^"]*)"', data.get("text/html", "")):
                pictures += 1
                # a figure of other data than the lesson's films is tagged as what it is
                told = next((t for t in (tag, *OTHER_DATA) if t.lower() in alt), "SIMULATED")
                assert len(alt) > 40 and told.lower() in alt, cell.id
                assert "<figcaption" in data["text/html"] and told in data["text/html"]
    assert pictures >= 3
    assert len(slides.of_notebook(book, find(number))) == pictures  # each one can go on a slide


@pytest.mark.parametrize("number", LESSONS)
def test_no_metric_stands_without_its_interval(runs, number, mode):
    """Every printed line with a metric and a number carries an interval and its n."""
    book = nbformat.read(runs.notebook(number, mode), as_version=4)
    seen = 0
    for cell in book.cells:
        for output in cell.get("outputs", []):
            for line in output.get("text", "").splitlines():
                if METRIC.search(line) and "**" not in line:
                    seen += 1
                    assert INTERVAL.search(line), f"{cell.id}: {line}"
    assert seen >= 3


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_opens_and_closes_as_all_do(number):
    """Minutes, objectives, questions, films, warning at the top; key points at the end."""
    book = nbformat.read(find(number).notebook("lessons"), as_version=4)
    opening = book.cells[0].source
    for phrase in ("minutes**", "**Afterwards you can**", "**The questions.**", "**The films.**",
                   "Never for clinical use", "How to run a cell"):  # fmt: skip
        assert phrase in opening, phrase
    assert f"{find(number).minutes} minutes" in opening and find(number).title in opening
    everything = "\n".join(cell.source for cell in book.cells)
    for phrase in ("## Quiz", "## Key points", "## In your practice", "## References"):
        assert phrase in everything, phrase
    assert "## Words of this lesson" in book.cells[-1].source
    linked = set(re.findall(r'href="#(term-[a-z0-9-]+)"', everything))
    assert linked and linked == set(re.findall(r'id="(term-[a-z0-9-]+)"', everything))
    for mark in ("[expect]", "[confirm attainable]", "[published", "[measured"):
        assert mark not in everything


@pytest.mark.parametrize("number", LESSONS)
def test_plain_nbgrader_grades_it(runs, number, tmp_path):
    """generate_assignment prints our learner's notebook byte for byte; autograde works with a
    gradebook: all points, or none; validated, the copy that earned none fails at every exercise."""
    runs.result(number, "simulated")
    lesson, root = find(number), Path(__file__).parents[2]
    shutil.copytree(root / "solutions" / lesson.slug, tmp_path / "solutions" / lesson.slug)
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    environment = {**os.environ, **runs.planned("nbgrader", number)}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"

    def nbgrader(*arguments: str) -> str:
        done = subprocess.run([sys.executable, "-m", "nbgrader", *arguments], cwd=tmp_path,
                              env=environment, capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout + done.stderr

    nbgrader("generate_assignment", lesson.slug)
    release = tmp_path / "lessons" / lesson.slug / f"{lesson.slug}.ipynb"
    ours = lesson.notebook("lessons").read_text("utf-8")
    assert manuscript.text_of(nbformat.read(release, as_version=4)) == ours
    for student, book in (("full", with_answers(number)), ("empty", nbformat.read(release, 4))):
        place = tmp_path / "submitted" / student / lesson.slug / f"{lesson.slug}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(book, place)
    nbgrader("autograde", lesson.slug)
    from nbgrader.api import Gradebook

    most = sum(exercise.points for exercise in exercises.of_lesson(number).values())
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        scores = {s: gradebook.find_submission(lesson.slug, s).score for s in ("full", "empty")}
    assert scores == {"full": most, "empty": 0}
    executed = tmp_path / "autograded" / "empty" / lesson.slug / f"{lesson.slug}.ipynb"
    said = "".join(cell["source"] for cell in validated(executed)["failed"])
    failed = re.findall(r'rr\.\w+\("([a-z0-9-]+)"', said)
    assert sorted(failed) == sorted(exercises.of_lesson(number))
