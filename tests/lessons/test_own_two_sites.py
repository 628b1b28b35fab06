"""Own films of two hospitals go through lessons 02 to 06, and no number of other films is bare."""

from __future__ import annotations

import csv
import dataclasses
import html
import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from PIL import Image

from readingroom import data, simulator
from readingroom.assess import whose
from readingroom.catalogue import find
from readingroom.data import adding, own, tables
from readingroom.data.origin import Origin, opened
from readingroom.kernel import session
from readingroom.models import sites

EACH = 60  # films of the first hospital; the second has half as many
CUT = 120  # patient number of NIH from which on the second hospital begins
# Cells that show stored or public numbers, with what they need; in their order in the notebook.
CELLS = {
    "02": ["open-part-three", "join", "four-counts", "all-of-them", "all-of-them-verdict"],
    "03": ["open-part-three", "curves-figure", "learning-curve", "transfer"],
    "04": ["open-part-one", "at-half", "two-intervals", "auc-verdict", "gamma"],
    "05": ["open-part-one", "how-good", "open-part-two", "cascade", "open-part-three",
           "controls-figure"],
    "06": ["open-part-two", "twin-scores", "rsna-view", "hospitals", "hospital-verdicts",
           "own-hospitals"],
}  # fmt: skip
OTHERS = re.compile(r"Not (?:only )?your films: (?:also )?(.*)\.")
ESTIMATE = re.compile(r"\(-?[\d.]+ to -?[\d.]+, n = \d+ [^)]*\)")


def _drawn(folder):
    """Simulated adults: two hospitals, the second with ill patients only."""
    rows = []
    for k in range(EACH + EACH // 2):
        patient = simulator.Patient.sample(7_000 + k, ages="adults")
        exam = simulator.Exam.sample(patient, 7_000 + k, view="PA")
        ill = k % 2 == 0 or k >= EACH
        found = (simulator.Finding("consolidation", 0.9, "right", "lower", seed=k),) if ill else ()
        film = simulator.draw(patient, exam, found, size=64).image
        Image.fromarray(film).save(folder / f"{k}.png")
        rows.append([f"{k}.png", f"p{k}", ("North", "South")[k >= EACH], ("well", "ill")[ill]])
    return rows


def _nih(folder, mirror):
    """NIH's films: two groups of patients as hospitals, of the second only the abnormal ones."""
    rows = []
    known = tables.nih().set_index("image")
    films = sorted((mirror / "nih-1000").rglob("*.png"), key=lambda path: path.name)
    for path in films[::3]:
        ill = path.parts[-2].startswith("1")
        south = int(path.name[:8]) > CUT
        if south and not ill:
            continue
        shutil.copy(path, folder / path.name)
        patient = known.loc[path.name, "patient"]
        rows.append([path.name, patient, ("North", "South")[south], ("well", "ill")[ill]])
    return rows


@pytest.fixture(scope="module", params=["drawn"])
def two(request, tmp_path_factory):
    """An own cohort of two hospitals, the second of one class, added as a learner would."""
    folder = tmp_path_factory.mktemp("films")
    mirror = Path(os.environ.get("READINGROOM_MIRROR", "."))
    rows = _drawn(folder) if request.param == "drawn" else _nih(folder, mirror)
    with (folder.parent / f"{folder.name}.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["file", "patient", "hospital", "label"], *rows])
    # both workers of a session share one home, and each adds and forgets its own
    name = f"two-{request.param}-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    report = adding.add(
        folder, stream.name, name.upper(), positive="ill", replace=True, progress=False
    )
    yield report, name
    own.forget(name)


@pytest.fixture
def shell(two, monkeypatch, tmp_path):
    """A shell, not a kernel, in which a lesson is open with the own cohort."""
    monkeypatch.setenv("READINGROOM_COHORT", two[1])
    monkeypatch.setenv("READINGROOM_PROGRESS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "_open", {})
    data.forget()
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()
    data.forget()
    opened(Origin())


def _run(shell, number):
    """The chosen cells of a lesson's solved notebook: label to lines, captions and headlines."""
    book = nbformat.read(find(number).notebook("solutions"), as_version=4)
    cells = {cell.id: cell.source for cell in book.cells}
    shown = {}
    for label in CELLS[number]:
        with capture_output() as caught:
            result = shell.run_cell(cells[label], silent=False)
        result.raise_error()
        bundles = [output.data for output in caught.outputs]
        pictures = "".join(b.get("text/html", "") for b in bundles)
        captions = re.findall(r"<figcaption[^>]*>(.*?)</figcaption>", pictures, re.S)
        texts = [b.get("text/plain", "") for b in bundles if "text/html" not in b]
        heads = [b[session.RESULT_MIME] for b in bundles if session.RESULT_MIME in b]
        shown[label] = (
            [*caught.stdout.splitlines(), *texts], [html.unescape(c) for c in captions], heads
        )  # fmt: skip
    return shown


NIH = pytest.mark.real
ASKED = [("drawn", number) for number in sorted(CELLS)]
ASKED += [pytest.param("nih", number, marks=NIH) for number in ("03", "06")]


@pytest.mark.parametrize(("two", "number"), ASKED, indirect=["two"])
def test_no_number_of_other_films_is_bare(two, shell, number):
    """In a cell of other films each estimate, figure, verdict and headline names them."""
    name, named = two[1], 0
    for label, (lines, captions, heads) in _run(shell, number).items():
        others = [found[1] for line in lines if (found := OTHERS.search(line))]
        estimates = [part for line in lines for part in ESTIMATE.findall(line)]
        verdicts = [line for line in lines if line.startswith(("✓", "✗", "○"))]
        tags = [caption.partition(" · ")[0] for caption in captions]
        if not others:
            told = [e for e in estimates if "SIMULATED" in e or "REAL" in e]
            assert label == "own-hospitals" or not (estimates or verdicts or heads), (label, told)
            continue
        named += 1
        assert len(others) == 1
        assert all("SIMULATED" in e or "REAL" in e for e in estimates), (label, estimates)
        assert all(v.endswith("]") for v in verdicts), (label, verdicts)
        assert name not in tags, (label, tags)
        assert all("films" in one for head in heads for one in head.values()), (label, heads)
    assert named >= 3


@pytest.mark.parametrize("two", ["drawn", pytest.param("nih", marks=NIH)], indirect=True)
def test_one_class_is_said_where_it_is_added_and_where_it_is_tested(two, shell):
    """The intake and lesson 06 name the hospital of one class, and 06 refuses its AUC."""
    report, name = two
    assert report.counts()["site equals class"] == 1 and report.name == name
    lines = _run(shell, "06")["own-hospitals"][0]
    text = "\n".join(lines)
    assert "South, tested: sensitivity" in text and "South, tested: AUC" not in text
    assert "AUC is refused" in text and "Site equals class at South" in text
    assert not any(OTHERS.search(line) for line in lines)


@pytest.mark.parametrize("two", ["drawn"], indirect=True)
@pytest.mark.parametrize("number", ["03", "04"])
def test_a_lesson_says_when_the_hospital_alone_ranks_the_label(two, shell, number):
    """Opened with such films it says so once, with an AUC by patient and its number of them."""
    for times in (1, 0):
        with capture_output() as caught:
            session.lesson(number)
        shown = " ".join(o.data.get("text/html", "") for o in caught.outputs)
        assert shown.count("the hospital alone, without any pixel, ranks the label") == times
        assert len(re.findall(r"AUC 0\.75\d? \([^)]*n = \d+ patients", shown)) == times


def test_one_hospital_or_no_telling_hospital_is_no_remark(two):
    """Nothing is said of one hospital, of one class, or where both have equally many ill films."""
    films = data.load(two[1], size=28)
    known = films.table["site"].notna().to_numpy()
    even = films.table.assign(site=np.where(np.arange(len(known)) // 2 % 2, "North", "South"),
                              label=np.arange(len(known)) % 2)  # fmt: skip
    for table in (
        films.table.assign(site="North"),
        films.table.assign(label=1),
        films.table.drop(columns="site"),
        even,
    ):
        assert sites.told(dataclasses.replace(films, table=table)) == ""


def test_the_children_of_lesson_06_are_not_the_own_films(two, monkeypatch):
    """Beside own films the children's model learns from the course's children, not from them."""
    from readingroom.lessons.l06 import subgroups

    films = data.load(two[1], size=28)
    odd = np.arange(len(films.table)) % 2
    table = films.table.assign(view=np.where(odd, "AP", "PA"), sex=np.where(odd, "F", "M"), age=50)
    films = dataclasses.replace(films, table=table)
    asked = []
    monkeypatch.setattr(subgroups, "_with_columns", lambda mode: (films, None, ""))
    monkeypatch.setattr(subgroups, "stand_in", lambda name: asked.append(name) or films)
    whose.mind(films.banner())
    try:
        found = subgroups.adults(two[1])
        assert asked == ["children"] and whose.in_cell() == frozenset()
        assert whose.films_of(found.child_score) == whose.films_of(found.label) == {films.banner()}
    finally:
        whose.mind("")


def test_own_films_are_verified_and_their_faults_told(two, monkeypatch):
    """`data verify` compares own films with the day they were added; PneumoniaMNIST's defects are
    told of its films only; the datasheet counts what was left out."""
    report, name = two
    assert [state for state, _ in own.verify(name.upper())] == ["good"]
    told = data.defects("children", mode=name)
    assert "site equals class" in told and "byte-identical" not in told
    assert "byte-identical" in data.defects("children", mode="real")
    sheet = data.datasheet(own.named(name).place() / "sheet.md", data.load(name, size=28), {})
    assert "left out when the folder was added: nothing" in sheet
    json.dumps(report.rows)
