"""The pixel-regression experiment: internal up, swapped down, repaired; the probe; the adults."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from readingroom import data
from readingroom.assess.metrics import mean
from readingroom.data import adding
from readingroom.lessons.l06 import films as made, shortcuts, subgroups
from readingroom.questions import exercises
from tests.conftest import MODES


@pytest.fixture(scope="module", params=MODES)
def films(request):
    """28-px films of both kinds."""
    return data.load("children", size=28, mode=request.param, progress=False)


def test_the_planted_habit_comes_out_over_five_seeds(films):
    """Internal AUC is up, unmarked and swapped AUC are down, and two repairs restore the swap."""
    found = shortcuts.seeds(films, ("clean", "habit", "crop", "random"))
    clean, habit = found["clean"], found["habit"]
    assert mean(habit["internal"] - clean["unmarked"]).lo > 0
    assert mean(habit["unmarked"] - clean["unmarked"]).hi < 0
    assert mean(habit["swapped"] - clean["swapped"]).hi < 0
    for repair in ("crop", "random"):
        assert mean(found[repair]["swapped"] - habit["swapped"]).lo > 0
        assert abs(found[repair]["swapped"] - found[repair]["unmarked"]).mean() < 0.05


def test_the_choice_of_films_does_not_depend_on_their_order(films):
    """The same 400 films are drawn from a file in another order."""
    from dataclasses import replace

    turned = films.table.iloc[::-1].drop(columns="index").reset_index(drop=True)
    turned["index"] = turned.groupby("split").cumcount()
    other = replace(films, images=films.images[::-1], table=turned)
    one, two = shortcuts.hospital(films), shortcuts.hospital(other)
    assert (one.bare_films == two.bare_films).all()
    assert (one.train_labels == two.train_labels).all()


def test_the_probe_is_the_auc_of_each_window():
    """Each entry of the map equals scikit-learn's AUC of that window's mean."""
    rng = np.random.default_rng(4)
    images = rng.integers(0, 255, (60, 8, 8), np.uint8)
    labels = rng.integers(0, 2, 60)
    found = made.window_aucs(images, labels)
    assert found.shape == (5, 5)
    for row, col in ((0, 0), (2, 3), (4, 4)):
        bright = images[:, row : row + 4, col : col + 4].mean((1, 2))
        assert found[row, col] == pytest.approx(roc_auc_score(labels, bright))


def test_an_unknown_repair_is_refused(films):
    """A repair that does not exist gets a sentence that names those that do."""
    with pytest.raises(ValueError, match="crop, rebalance, random"):
        shortcuts.repaired(shortcuts.hospital(films), "hope")


def test_out_of_fold_scores_never_saw_the_patient():
    """With labels that only a patient's own films could teach, the scores know nothing."""
    rng = np.random.default_rng(5)
    faces = rng.integers(0, 255, (60, 8, 8))
    patient = np.repeat(np.arange(60), 3).astype(str)
    images = np.clip(np.repeat(faces, 3, 0) + rng.integers(-5, 5, (180, 8, 8)), 0, 255)
    labels = np.repeat(rng.integers(0, 2, 60), 3)
    score = subgroups.out_of_fold(images.astype(np.uint8), labels, patient)
    assert 0.3 < roc_auc_score(labels, score) < 0.7


@pytest.mark.real
def test_the_public_numbers_of_the_datasheet_come_out():
    """NIH-1000: patients, AP shares, AUC of the view; RSNA: share positive in AP and in PA."""
    folk = subgroups.adults("real")
    assert (len(folk.label), len(set(folk.patient))) == (1000, 264)
    assert folk.ap[folk.label == 1].mean() == pytest.approx(0.444, abs=0.001)
    assert folk.ap[folk.label == 0].mean() == pytest.approx(0.282, abs=0.001)
    assert roc_auc_score(folk.label, folk.ap) == pytest.approx(0.581, abs=0.001)
    test = folk.test
    assert roc_auc_score(folk.label[test], folk.ap[test]) == pytest.approx(0.64, abs=0.001)
    rsna = data.table("rsna")
    by_view = rsna.groupby("view")["pneumonia"].mean()
    assert by_view["AP"] == pytest.approx(0.383, abs=0.001)
    assert by_view["PA"] == pytest.approx(0.093, abs=0.001)


@pytest.fixture
def few(tmp_path):
    """An own cohort of 40 films whose labels no pixel shows: too little for any right answer."""
    import pandas as pd
    from PIL import Image

    rng, rows = np.random.default_rng(7), []
    for k in range(40):
        Image.fromarray(rng.integers(0, 255, (32, 32), np.uint8)).save(tmp_path / f"{k}.png")
        rows.append({"file": f"{k}.png", "label": k % 2, "patient": f"p{k}"})
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    adding.add(tmp_path, tmp_path / "labels.csv", "few", progress=False)
    return "few"


def test_graded_questions_of_few_own_films_are_asked_on_the_courses(few, monkeypatch, capsys):
    """With 40 films of one's own the course's answers still pass, and the page says on what."""
    monkeypatch.setenv("READINGROOM_OFFLINE", "1")
    data.forget()
    try:
        assert data.choose(wanted=few) == few
        ours = shortcuts.hospital(data.load("children", size=28, progress=False))
        asked = shortcuts.asked(ours)
        assert len(ours.train_labels) < 40 and len(asked.train_labels) == 400
        assert "not on yours" in capsys.readouterr().out
        frozen = exercises.frozen("06", few)
        assert (frozen.ours.bare_films == asked.bare_films).all()
        for slug in ("move-the-sticker", "fix-and-retest"):
            task = exercises.of_lesson("06")[slug]
            verdict, _ = exercises.examine(task, task.reference(frozen), frozen)
            assert verdict.points == task.points, slug
    finally:
        data.forget()


def test_the_courses_films_are_asked_about_themselves(films):
    """Without own films nothing stands in: the hospital asked about is the lesson's."""
    ours = shortcuts.hospital(films)
    assert shortcuts.asked(ours) is ours
    assert {shortcuts.course_mode(mode) for mode in ("real", "simulated")} == {"real", "simulated"}


def test_a_view_with_one_label_only_gets_the_stand_in():
    """Every column is there, but all bedside films are ill: nothing can be ranked within them."""
    import pandas as pd

    rows = [{"split": "test", "view": v, "label": y} for v, y in (("AP", 1), ("PA", 0), ("PA", 1))]
    assert subgroups._thin(pd.DataFrame(rows)) == ["ill and well AP films"]
    more = pd.DataFrame([*rows, {"split": "train", "view": "AP", "label": 0}])
    assert subgroups._thin(more) == ["ill and well AP films in the test part"]
