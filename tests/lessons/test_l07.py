"""Lesson 07's sums: changed films, forty deliveries at a door, attacks and their bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings as limits, strategies as st

from readingroom.lessons.l07 import door, films, odd, settings
from readingroom.models.pixels import PixelRegression

BOTH = pytest.mark.parametrize("mode", ["simulated", pytest.param("real", marks=pytest.mark.real)])


@pytest.fixture(scope="module")
def film() -> np.ndarray:
    """Greys of 128 pixels along each side."""
    return np.random.default_rng(0).integers(30, 220, (128, 128)).astype(np.uint8)


@given(st.floats(0.3, 3.0))
@limits(max_examples=40)
def test_gamma_keeps_black_white_and_order(gamma):
    """Black and white stay, brighter stays brighter, and below 1 everything becomes whiter."""
    greys = np.arange(256, dtype=np.uint8)
    bent = settings.bent(greys, gamma).astype(int)
    assert bent[0] == 0 and bent[-1] == 255 and (np.diff(bent) >= 0).all()
    assert ((bent - greys) * (1 - gamma) >= 0).all()


@pytest.mark.parametrize("what", settings.STEPS)
def test_a_large_step_changes_more_than_a_small_one(film, what):
    """Every step leaves a film of the same kind, and the large one moves it further."""
    moved = [
        np.abs(settings.changed(film, what, size).astype(int) - film).mean()
        for size in settings.STEPS[what]
    ]
    assert 0 < moved[0] < moved[1]
    again = settings.changed(film, what, settings.STEPS[what][0])
    assert again.shape == film.shape and again.dtype == np.uint8


def test_an_unknown_step_is_named(film):
    """A slip of an author is answered with what there is."""
    with pytest.raises(ValueError, match="post-processing"):
        settings.changed(film, "weather", 1)
    assert (settings.changed(film, settings.USUAL, 0) == film).all()


def test_specificity_change_by_hand():
    """Four normals, three quiet before and one after: minus two quarters; the ill do not count."""
    y = np.array([0, 0, 0, 0, 1, 1])
    old, new = np.array([0.1, 0.2, 0.3, 0.9, 0.1, 0.9]), np.array([0.1, 0.6, 0.7, 0.9, 0.9, 0.1])
    assert films.specificity_change(y, new, old).value == -0.5
    assert films.alarms(y, new).value == 0.75
    assert films.per_hundred(films.alarms(y, new)).startswith("75 (")


@BOTH
def test_local_normals_are_normal_and_judge_nothing(mode):
    """A hundred normal films set the threshold; none of them is among those that judge it."""
    found = films.shift_of(mode)
    assert len(found.local) == 100 and (found.y[found.home] == 0).all()
    assert not set(found.home) & set(found.away)
    assert len(found.home) + len(found.away) == len(found.y)


def test_the_reconstruction_flags_one_in_twenty_and_is_blind_to_inversion():
    """The alarm stands at 95 % of the validation films; exposure and inversion do not count."""
    rng = np.random.default_rng(1)
    base = rng.normal(0, 1, (3, 784))
    made = rng.normal(0, 20, (300, 3)) @ base + 128 + rng.normal(0, 3, (300, 784))
    made = made.clip(0, 255).astype(np.uint8).reshape(300, 28, 28)
    drawer = odd.fitted(made[:200], made[200:])
    error = drawer.error(made[200:])
    assert np.mean(error > 1) == pytest.approx(0.05, abs=0.011)
    assert np.allclose(drawer.parts @ drawer.parts.T, np.eye(odd.PARTS), atol=1e-6)
    assert drawer.error(rng.integers(0, 256, (5, 28, 28)).astype(np.uint8)).min() > 1
    assert drawer.error(255 - made[200:]) == pytest.approx(error, rel=1e-6)
    assert drawer.error(made[200:] // 2) == pytest.approx(error, rel=0.2)


@BOTH
def test_forty_deliveries_half_of_them_proper(mode):
    """Every stranger is stopped by some rule of six but for few; no header of a proper film is."""
    found = door.door_of(mode)
    assert found.proper.sum() == 20 and len(found.proper) == 40
    assert found.good([1, 2, 3, 4, 5, 6])
    for rule in range(1, 6):
        stopped, turned = found.outcome([rule])
        assert stopped > 0 and turned == 0
    for fewer in ([6], [1, 2, 3, 4, 5], [1, 2, 3, 5, 6], [1, 2, 3, 4, 5, 6, 7], [4]):
        assert not found.good(fewer)
    assert found.outcome([]) == (0, 0)


@given(st.sets(st.integers(1, 7)))
@limits(max_examples=40)
def test_a_gate_counts_delivery_by_delivery(rules):
    """Stopped and turned away equal a count with one sentence a delivery."""
    rng = np.random.default_rng(2)
    made = door.Door(rng.random((40, 7)) < 0.2, np.arange(40) < 20, np.zeros(40))
    stopped = turned = 0
    for k in range(40):
        if any(made.fired[k, rule - 1] for rule in rules):
            stopped, turned = stopped + (k >= 20), turned + (k < 20)
    assert made.outcome(rules) == (stopped, turned)


def test_the_outbox_is_asked_and_one_film_passes(capsys, tmp_path, monkeypatch):
    """Of eight files one is a proper film; the gate names what is wrong with the others."""
    monkeypatch.setenv("READINGROOM_STORE", str(tmp_path))
    door.gate(door.outbox())
    said = capsys.readouterr().out
    assert "stop 7 of 8 files" in said and "film-1" not in said
    assert "inverted" in said and "modality CT" in said and "upside down" in said


@BOTH
def test_four_of_eight_films_are_attacked_and_no_grey_moves_further(mode):
    """Four films differ, by three grey levels at most; the other four are as they were."""
    found = films.spot_of(mode)
    change = np.abs(found.after.astype(int) - found.before).max(axis=(1, 2))
    assert found.attacked == sorted(np.flatnonzero(change)) and len(found.attacked) == 4
    assert change.max() <= films.SPOT_LEVELS
    assert sorted([*found.attacked, *found.contrast]) == list(range(8))


def _regression(seed: int = 3) -> PixelRegression:
    rng = np.random.default_rng(seed)
    return PixelRegression(
        rng.normal(0, 0.05, (28, 28)), 0.1, np.full(784, 120.0), np.full(784, 40.0)
    )


def test_the_sign_attack_is_the_gradients():
    """For a pixel regression the sign of the weights and torch's gradient give the same films."""
    torch = pytest.importorskip("torch")
    from readingroom.lessons.l07 import attacks

    rng, model = np.random.default_rng(4), _regression()
    made = rng.integers(20, 235, (6, 28, 28)).astype(np.uint8)
    labels = np.array([0, 1, 0, 1, 0, 1])
    net = attacks.of_regression(model)
    x = attacks.tensor(made)
    assert attacks.logits(net, x) == pytest.approx(
        np.log(model.scores(made) / (1 - model.scores(made))), abs=1e-3
    )
    by_torch = attacks.attack(net, x, torch.tensor(labels, dtype=torch.float32), 5, steps=1)
    by_hand = films.sign_attack(model, made, labels, 5)
    assert np.abs(255 * by_torch[:, 0].numpy() - by_hand).max() < 1e-3


def test_an_attack_stays_within_its_size_and_harms():
    """No pixel moves further than stated, greys stay greys, and the error grows."""
    torch = pytest.importorskip("torch")
    from torch.nn import functional

    from readingroom.lessons.l07 import attacks

    torch.manual_seed(0)
    net = attacks.Thumbnail()
    x, y = torch.rand(12, 1, 28, 28), (torch.arange(12) % 2).float()
    for steps in (1, 10):
        changed = attacks.attack(net, x, y, 4, steps)
        assert (changed - x).abs().max() <= 4 / 255 + 1e-6
        assert changed.min() >= 0 and changed.max() <= 1
        before, after = (
            functional.binary_cross_entropy_with_logits(net(f), y) for f in (x, changed)
        )
        assert after > before
    assert (attacks.attack(net, x, y, 0) == x).all()


def test_a_network_comes_back_from_its_row_of_weights():
    """Written and rebuilt, it scores the same."""
    torch = pytest.importorskip("torch")
    from readingroom.lessons.l07 import attacks

    torch.manual_seed(1)
    net = attacks.Thumbnail(smooth=True).eval()
    again = attacks.rebuilt(attacks.flattened(net), smooth=True)
    x = torch.rand(3, 1, 28, 28)
    assert attacks.logits(again, x) == pytest.approx(attacks.logits(net, x))


@BOTH
def test_what_the_lesson_says_of_its_stored_runs(mode):
    """Ranking stands, alarms rise, the attack beats noise, training under attack helps."""
    found = films.shift_of(mode)
    assert films.alarms(found.y, found.whiter).lo > films.alarms(found.y, found.usual).hi
    attacked, noise = (films.accuracy_under(found, how)[-1] for how in ("attack", "noise"))
    assert attacked.hi < 0.5 < noise.lo
    strong = films.robustness_of(mode)
    assert strong.white["hard"][-1].lo > strong.white["plain"][-1].hi
    assert strong.moved["another seed"][-1].hi < strong.noise[-1].lo


def test_scatter_flattens_a_simulated_film_and_one_leaves_it_alone():
    """The new setting of an exam: 1 is what there was, more scatter means less contrast."""
    from readingroom import simulator

    patient = simulator.Patient.sample(2)
    exam = simulator.Exam.sample(patient, 2, view="AP", devices=())
    usual, same, foggy = (
        simulator.draw(patient, one, size=64).image
        for one in (exam, exam.changed(scatter=1.0), exam.changed(scatter=3.0))
    )
    assert (usual == same).all() and (usual != foggy).any()
