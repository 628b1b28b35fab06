"""Lesson 99: every flaw is in the study, the key is not, and the repairs do what they say."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.catalogue import find
from readingroom.checks import lesson_99 as checks
from readingroom.data.films import thumbnails
from readingroom.lessons.l99 import (
    archive,
    figures,
    films,
    flaws,
    learning,
    notebook,
    repairing,
    steps,
)
from readingroom.questions import exercises

MODES = ["simulated", pytest.param("real", marks=pytest.mark.real)]


@dataclass
class Opened:
    """A lesson that is open."""

    mode: str


def printed(mode: str) -> dict[str, str]:
    """What each cell of the stored study printed."""
    return {
        cell.id: "".join(one.get("text", "") for one in cell.get("outputs", []))
        for cell in notebook.study(mode).cells
    }


@pytest.mark.parametrize("mode", ["simulated", "real"])
def test_the_stored_study_is_the_manuscript_executed(mode):
    """Same cells, all run in order without an error, and the learner sees every output."""
    written, kept = notebook.manuscript().cells, notebook.study(mode).cells
    auc = notebook.REPORTED.search(printed(mode)["seeds"])[1]
    told = [(one.id, one.source.replace("{auc}", f".{auc[2:4]}")) for one in written]
    assert told == [(one.id, one.source) for one in kept]
    code = [cell for cell in kept if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {one.output_type for cell in code for one in cell.outputs}
    assert kinds == {"stream", "display_data"} and all(cell.outputs for cell in code)
    assert "/" not in "".join(printed(mode).values())  # no path of the machine that ran it


@pytest.mark.parametrize("mode", ["simulated", "real"])
def test_every_planted_flaw_shows_in_the_outputs(mode):
    """What can be counted of the flaws is there in the numbers that the learner reads."""
    said = printed(mode)
    total, different = map(int, re.findall(r"\d+", said["deliveries"]))
    assert total - different == 150
    counts = {k: tuple(map(int, re.findall(r"\d+", row))) for k, row in re.findall(
        r"(train|val|test): (.*)", said["parts"])}  # fmt: skip
    patients = int(re.search(r"all: (\d+)", said["parts"])[1])
    assert sum(n for _, n in counts.values()) > patients  # somebody is in two parts
    taken, of = map(int, re.findall(r"\d+", said["quality"]))
    assert 0 < taken < of == counts["test"][0]
    low, high = map(float, re.findall(r"0\.\d+|1\.0+", said["seeds"])[:2])
    reported = float(re.search(r"AUC (\d\.\d+)$", said["seeds"].strip())[1])
    assert low < high == reported and reported > 0.95
    assert "(" not in said["result"] and "accuracy" in said["result"].lower()
    shown, among = map(int, re.findall(r"\d+", said["maps"])[:2])
    assert shown == 3 < among
    sick = re.findall(r"(adult archive|adult ward|children's clinic) +(\d) +(\d+)", said["sources"])
    adults_well = sum(int(n) for place, ill, n in sick if ill == "0" and "adult" in place)
    assert adults_well == repairing.ADULTS
    assert not [place for place, ill, _ in sick if ill == "1" and "children" in place]


def test_the_key_names_fifteen_flaws_and_three_decoys():
    """Every flaw of the list that is planted has a cell of its own; no cell is flawed and sound."""
    cells = set(notebook.labels(notebook.manuscript()))
    assert len(checks.PLANTED) == 15 and len(flaws.SAID) == 18
    assert set(checks.KEY) | set(checks.SOUND) == cells and not set(checks.KEY) & set(checks.SOUND)
    first = {names[0] for label, names in checks.KEY.items() if label != "abstract"}
    assert first == checks.PLANTED
    assert set(flaws.SAID) - checks.PLANTED == {"scaled", "moved", "size"}
    assert set(checks.DIRECTION) == set(flaws.SAID)


def test_the_key_is_not_in_what_a_learner_opens():
    """Neither the learner's notebook nor the stored study ties a cell to its flaw."""
    page = find("99").notebook("lessons").read_text("utf-8")
    source = "".join(path.read_text("utf-8") for path in notebook.HERE.glob("*.py"))
    answer = checks.marked(exercises.frozen("99", "simulated"))
    for text in (
        page,
        source,
        *(notebook.place(m).read_text("utf-8") for m in ("real", "simulated")),
    ):
        pairs = re.findall(r"\b(\d+): (\d+)\b", text)
        assert len({(int(a), int(b)) for a, b in pairs} & set(answer.items())) <= 1
        assert "KEY = {" not in text and "decoy" not in text
    for said in flaws.SAID.values():
        assert said not in notebook.place("real").read_text("utf-8")
    assert "BEGIN SOLUTION" not in page


@given(st.sets(st.sampled_from(sorted(checks.KEY)), min_size=1), st.integers(0, 5))
@settings(max_examples=80)
def test_full_marks_need_recall_and_precision(cells, sound):
    """Whatever is marked: full marks exactly where recall is .8 and precision is .75 at least."""
    f = exercises.frozen("99", "simulated")
    right = {f.cells.index(c) + 1: flaws.NUMBER[checks.KEY[c][0]] for c in cells}
    wrong = {f.cells.index(c) + 1: 1 for c in list(checks.SOUND)[:sound]}
    found = {checks.KEY[c][0] for c in cells}
    full = len(found) / 15 >= 0.8 - 1e-9 and len(right) / (len(right) + len(wrong)) >= 0.75
    verdict, _ = exercises.examine(exercises.of_lesson("99")["find"], {**right, **wrong}, f)
    assert (verdict.status == exercises.RIGHT) == full


def test_an_accepted_answer_still_names_what_was_wrong_in_it():
    """A decoy and a missed flaw are told although the marks are full."""
    f = exercises.frozen("99", "simulated")
    verdict, _ = exercises.examine(checks.FIND, checks.marked(f, scaling="scaled", claim=""), f)
    assert verdict.status == exercises.RIGHT
    assert "Cell 9 is sound" in verdict.reason and flaws.SAID["claim"] in verdict.reason


@given(st.lists(st.sampled_from("abcdefghijkl"), min_size=12, max_size=60), st.integers(0, 99))
@settings(max_examples=60)
def test_dealing_never_divides_a_patient(who, seed):
    """Every film gets a part, and all films of a patient the same one."""
    unit = np.array(who)
    part = repairing.dealt(unit, seed)
    assert part.shape == unit.shape and set(part) <= {0, 1, 2}
    assert all(len(set(part[unit == one])) == 1 for one in set(who))


def test_sources_of_one_class_are_left_out():
    """A source with ill or normal films only goes; asked for one class, all stay."""
    source, ill = np.array(list("aabbcc")), np.array([0, 1, 1, 1, 0, 0])
    assert repairing.of_both_classes(source, ill).tolist() == [0, 1]
    assert len(repairing.of_both_classes(source, ill, 1)) == 6


def test_the_network_learns_what_can_be_learned_and_no_more():
    """A bright corner is learned; shuffled labels are not, on films it did not see."""
    rng = np.random.default_rng(0)
    x, ill = rng.random((300, 784)).astype(np.float32), rng.integers(0, 2, 300)
    x[:, :20] += ill[:, None]
    centred = x - x.mean(axis=0)
    scores, _ = learning.learn(centred[:200], ill[:200], centred[200:], seed=1, units=8)
    assert steps.auc(ill[200:], scores[-1]) > 0.95
    noise = rng.random((300, 784)).astype(np.float32) - 0.5
    scores, _ = learning.learn(noise[:200], ill[:200], noise[200:], seed=1, units=8)
    assert abs(steps.auc(ill[200:], scores[-1]) - 0.5) < 0.2


def test_stored_weights_score_as_the_network_does():
    """The logit from the matrices is scikit-learn's own."""
    rng = np.random.default_rng(3)
    x, ill = rng.normal(size=(80, 784)).astype(np.float32), rng.integers(0, 2, 80)
    scores, weights = learning.learn(x, ill, x, seed=0, units=4)
    told = 1 / (1 + np.exp(-steps.output(x, weights[-1])))
    assert told == pytest.approx(scores[-1], abs=1e-5)


@pytest.mark.parametrize("mode", ["simulated", "real"])
def test_what_the_repairs_take_away(mode):
    """One flaw makes the AUC; the others move it little while it is there."""
    kept, falls = films.remains_of(mode), films.falls_of(mode)
    assert kept["as planted"].n == 5 and kept["as planted"].lo > 0.95
    assert kept["as planted"].lo - kept["test untouched"].hi > 0.2
    first, *others = falls.values()
    assert all(first.lo > one.hi for one in others)
    above = films.advantage_of(mode)
    apart = kept["test untouched"].value - kept[films.VIEW].value
    assert above.value == pytest.approx(apart, abs=1e-6)


@pytest.mark.parametrize("mode", ["simulated", "real"])
def test_nothing_is_left_above_the_view_alone(mode):
    """Over five deals the interval of the difference holds 0, and it is not a wide one."""
    above = films.advantage_of(mode)
    assert above.overlaps(0) and above.hi - above.lo < 0.15


@pytest.mark.parametrize("mode", ["simulated", "real"])
def test_one_pair_proves_the_leak_and_another_looks_like_it(mode):
    """One patient stands in both rows; the two that look most alike are two patients'."""
    found = films.shown_of(mode)
    one, other = found.same
    assert one < 6 <= other and len(set(found.patient)) == 11
    assert found.patient[found.alike[0]] != found.patient[found.alike[1]]
    assert not set(found.alike) & set(found.same)


@pytest.mark.parametrize("mode", MODES)
def test_the_pool_is_what_the_study_says(mode):
    """Archive of both classes, a ward where all are ill, a clinic of normal children."""
    pool = archive.pool(mode)
    held = pool.table.groupby("source")["ill"].agg(["min", "max"])
    assert held.loc[archive.ARCHIVE].tolist() == [0, 1]
    assert held.loc[archive.WARD].tolist() == [1, 1] and held.loc[archive.CLINIC].tolist() == [0, 0]
    assert len(pool.images) == len(pool.table) and pool.images.dtype == np.uint8
    assert list(pool.table.index) == list(range(len(pool.table)))


def test_simulated_films_to_look_at_are_those_that_were_studied():
    """Drawn anew and made small, a film of the archive is the stored one."""
    rows = films.shown_of("simulated").rows[:2]
    seen = thumbnails(archive.large("simulated", rows), archive.EDGE).astype(float)
    kept = archive.adults("simulated").images[rows].astype(float)
    assert all(np.corrcoef(a.ravel(), b.ravel())[0, 1] > 0.98
               for a, b in zip(seen, kept, strict=True))  # fmt: skip


def test_the_study_can_be_opened_as_a_notebook_of_its_own(tmp_path, monkeypatch):
    """The file is a valid notebook with every output, figure 2 among them."""
    monkeypatch.setattr(figures, "current", lambda: Opened("simulated"))
    monkeypatch.setattr(archive, "large", lambda mode, rows: np.zeros((len(rows), 64, 64), "uint8"))
    book = nbformat.read(figures.save(str(tmp_path / "study.ipynb")), as_version=4)
    nbformat.validate(book)
    assert [cell.id for cell in book.cells] == notebook.labels(notebook.manuscript())
    maps = next(cell for cell in book.cells if cell.id == "maps")
    assert "<figure" in maps.outputs[-1].data["text/html"]


def test_the_study_holds_no_real_film():
    """Films and maps are drawn when the notebook is opened: the only stored picture is a curve."""
    book = nbformat.read(notebook.place("real"), as_version=4)
    pictures = {
        c.id for c in book.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})
    }
    assert pictures == {"epochs"}
    assert "metadata" in json.loads(notebook.place("real").read_text("utf-8"))
