"""Lesson 03: five trainings, whose films they are of, who judges whom, and the table of scores."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from readingroom import audit, data
from readingroom.data.cohort import Cohort
from readingroom.data.errors import DataError
from readingroom.kernel import store
from readingroom.lessons.l03 import trainings
from readingroom.models import cards, training


def cohort(n: int, patients: int, splits: tuple[str, ...] = ("train",)) -> Cohort:
    """Own films that are told apart by their grey: film i is i grey throughout."""
    who = np.arange(n) % patients
    table = pd.DataFrame({"label": who // 5 % 2, "patient": [f"p{k}" for k in who], "view": "AP"})
    table["split"] = [splits[k % len(splits)] for k in range(n)]
    table["index"] = table.groupby("split").cumcount()
    images = np.zeros((n, 16, 16), np.uint8) + np.arange(n, dtype=np.uint8)[:, None, None]
    return Cohort("mine", images, table, "ill", "own", False, "Own films.", "", "", "")


@pytest.fixture
def own(monkeypatch, tmp_path):
    """The lesson open on own films; a training remembers the greys of the films it saw."""
    seen: list[set[int]] = []

    def fit(images, labels, *, seed, **_):
        seen.append(set(images[:, 0, 0].tolist()))
        return SimpleNamespace(net=seen[-1], seconds=0.0)

    def scores(net, images):
        assert not net & set(images[:, 0, 0].tolist()), "a film was judged by what had learned it"
        return images[:, 0, 0] / 255.0

    monkeypatch.setenv("READINGROOM_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(trainings, "current", lambda: SimpleNamespace(mode="mine"))
    monkeypatch.setattr(training, "fit", fit)
    monkeypatch.setattr(training, "settle", lambda *_: None)
    monkeypatch.setattr(training, "scores", scores)
    return seen


def test_few_own_films_are_cross_validated_by_patient(own, tmp_path):
    """Below 300 films every film is judged once, by a network that saw none of its patient's."""
    films = cohort(120, 40)
    found = trainings.five(films)
    assert found.of == "folds" and len(found.runs) == len(own) == 5
    fold = trainings.folds(films.table["label"].to_numpy(), films.table["patient"].to_numpy(str))
    for who in films.table["patient"].unique():
        assert len(set(fold[films.table["patient"] == who])) == 1
    assert sum(run.n for run in found.runs) == 40 and found.runs[0].by == "patient"
    assert all(run.films == films.banner() for run in found.runs)
    np.testing.assert_allclose(found.score, np.arange(120) / 255)
    card = cards.card_stub(tmp_path / "card.md", films, found.runs, of=found.of)
    assert "Folds: 5; mean test AUC" in card and "each judged once" in card
    assert "Who labelled the films?" in card and "none. The numbers" not in card


def test_many_own_films_keep_their_test_part(own):
    """From 300 films on five seeds train on the training part and only test films are judged."""
    films = cohort(300, 300, ("train", "train", "train", "val", "val", "test"))
    films.images[:] = (np.arange(300) % 6)[:, None, None]  # a grey is a part of its own
    found = trainings.five(films)
    assert found.of == "seeds" and own == [{0, 1, 2}] * 5
    assert len(found.score) == 50 and found.runs[0].n == 50
    assert found.columns["patient"].tolist() == films.table["patient"][5::6].tolist()


def test_trainings_of_own_films_are_kept(own):
    """The second call trains nothing."""
    trainings.five(cohort(60, 30))
    trainings.five(cohort(60, 30))
    assert len(own) == 5 and list(store.folder().glob("five-folds-*.npz"))


def test_too_few_patients_of_a_kind_are_refused(own):
    """Five folds need five patients of each kind; the sentence says what to bring."""
    with pytest.raises(DataError, match="at least five patients of each kind"):
        trainings.five(cohort(60, 8))


def test_the_table_of_scores_goes_into_the_audit(own, monkeypatch, tmp_path):
    """`readingroom audit` reads the exported table as it is, of simulated and of own films."""
    monkeypatch.setattr(trainings, "current", lambda: SimpleNamespace(mode="simulated"))
    films = data.load("children", size=64, mode="simulated")
    found = trainings.five(films)
    said = found.export(tmp_path / "scores.csv")
    assert "480 films, no pixels" in said
    verdict = audit.examine(tmp_path / "scores.csv", prevalence=0.05, threshold=0.5)
    assert len(verdict.table.y) == 480 and verdict.table.unused == ()
    assert set(verdict.table.columns) >= {"score", "reference", "view", "sex", "age", "patient"}
    assert verdict.auc.by == "patient" and verdict.auc.value > 0.9
    for told in (verdict.table.films, verdict.text(), verdict.as_dict()["films_are"], said):
        assert "SIMULATED DATA" in told
    monkeypatch.setattr(trainings, "current", lambda: SimpleNamespace(mode="mine"))
    trainings.five(cohort(120, 60)).export(tmp_path / "own.csv")
    own = audit.read(tmp_path / "own.csv")
    assert len(own.y) == 120 and own.films.startswith("YOUR DATA") and "YOUR" in own.counted()


def test_stored_seeds_of_other_films_are_refused(monkeypatch):
    """Labels that differ from the stored ones mean other films, and no number is given."""
    monkeypatch.setattr(trainings, "current", lambda: SimpleNamespace(mode="simulated"))
    with pytest.raises(DataError, match="of other films"):
        trainings.five(cohort(60, 30, ("train", "test")))


def test_the_time_a_training_takes_is_told_before_it_starts():
    """A few batches are timed, and the sentence names this machine."""
    films = cohort(40, 40)
    said = trainings.how_long(films.images, films.table["label"].to_numpy(), epochs=2)
    assert said.startswith("On this machine the training will take about 5 s")
