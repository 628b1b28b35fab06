"""Lesson 09's sums: hospitals, the average, what an update holds, and what was stored of them."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import approx_fprime

from readingroom import data
from readingroom.kernel import stored
from readingroom.lessons.l09 import fedavg, films, flower

BOTH = ["simulated", pytest.param("real", marks=pytest.mark.real)]
SEEDS = st.integers(0, 10_000)


def _some(seed: int, n: int = 9) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (n, 28, 28)).astype(np.uint8)
    return fedavg.as_numbers(pixels), rng.integers(0, 2, n)


@given(seed=SEEDS, films_=st.lists(st.integers(1, 5000), min_size=1, max_size=6))
@settings(max_examples=50)
def test_the_average_is_numpys_weighted_mean(seed, films_):
    """Against numpy's own, for any number of hospitals of any size."""
    models = np.random.default_rng(seed).normal(size=(len(films_), 7))
    right = np.average(models, axis=0, weights=films_)
    assert np.abs(fedavg.average(list(models), films_) - right).max() < 1e-9


def test_the_gradient_is_that_of_the_cross_entropy():
    """Against the slope of the mean error, by small differences."""
    x, y = _some(3)
    x = x[:, -6:]

    def error(weights: np.ndarray) -> float:
        logit = x @ weights
        return float(np.mean(np.log1p(np.exp(logit)) - y * logit))

    at = np.random.default_rng(4).normal(0, 0.3, 6)
    assert np.abs(fedavg.gradient(at, x, y) - approx_fprime(at, error, 1e-7)).max() < 1e-5


@given(seed=SEEDS, label=st.integers(0, 1))
@settings(max_examples=40)
def test_an_update_of_one_film_is_the_film(seed, label):
    """Divided by its last number, whatever the film, its label and the weights before."""
    x, _ = _some(seed, 1)
    weights = np.random.default_rng(seed).normal(0, 0.01, fedavg.NUMBERS)
    update = fedavg.train(weights, x, np.array([label]), steps=1) - weights
    film = (update[:-1] / update[-1]).reshape(28, 28) * fedavg.SCALE + fedavg.MIDDLE
    pixels = x[0, :-1].reshape(28, 28) * fedavg.SCALE + fedavg.MIDDLE
    assert np.abs(film - pixels).max() < 0.5
    turned = fedavg.rebuilt(update)
    assert np.corrcoef(turned.ravel(), pixels.ravel())[0, 1] > 0.999


@given(seed=SEEDS, factor=st.floats(-5, 5).filter(lambda f: abs(f) > 0.01))
@settings(max_examples=40)
def test_similarity_knows_a_film_by_any_contrast_and_sign(seed, factor):
    """A film is most like itself, also darker, paler or inverted."""
    x, _ = _some(seed)
    picture = x[2, :-1].reshape(28, 28) * factor + 3
    found = fedavg.similarity(picture, fedavg.levelled(x))
    assert found.argmax() == 2 and found[2] == pytest.approx(1) and (found <= 1 + 1e-9).all()


def test_a_message_is_no_longer_than_allowed_and_as_noisy_as_said():
    """Without noise the direction stays; with it each number gets the stated spread."""
    rng = np.random.default_rng(0)
    long, short = np.full(785, 1.0), np.full(785, 1e-4)
    sent = fedavg.message(long, 0.0, rng)
    assert np.linalg.norm(sent) == pytest.approx(fedavg.LONGEST)
    assert np.allclose(sent / sent[0], long) and np.allclose(fedavg.message(short, 0.0, rng), short)
    noisy = np.stack([fedavg.message(short, 0.2, rng) for _ in range(200)])
    assert noisy.std() == pytest.approx(0.2 * fedavg.LONGEST, rel=0.02)


@given(seed=st.integers(0, 50))
@settings(max_examples=20)
def test_a_deal_gives_each_hospital_its_films_once(seed):
    """The stated numbers and shares of ill films, and no film in two hospitals."""
    labels = np.random.default_rng(1).permutation(np.repeat([1, 0], [1184, 416]))
    rows = films.deal(labels, seed)
    assert len(np.unique(np.concatenate(rows))) == sum(n for n, _ in films.HOSPITALS.values())
    for one, (n, ill) in zip(rows, films.HOSPITALS.values(), strict=True):
        assert (len(one), labels[one].sum()) == (n, round(n * ill))


def test_a_deal_does_not_hang_on_the_order_of_the_file():
    """The same films from a file in another order are dealt alike."""
    cohort = data.load("children", size=28, mode="simulated")
    order = np.random.default_rng(2).permutation(len(cohort.table))
    table = cohort.table.iloc[order].reset_index(drop=True).drop(columns="index")
    table["index"] = table.groupby("split").cumcount()
    mixed = replace(cohort, images=cohort.images[order], table=table)
    for one, other in zip(films.dealt(cohort, 1), films.dealt(mixed, 1), strict=True):
        assert (one.x == other.x).all() and (one.y == other.y).all()


def test_the_shipped_films_are_the_first_deal():
    """What is frozen is what the simulator draws: to a grey level or two on another machine."""
    drawn = films.dealt(data.load("children", size=28, mode="simulated"), 0)
    for one, kept in zip(drawn, films.hospitals("simulated"), strict=True):
        assert (one.y == kept.y).all()
        assert np.abs(one.x - kept.x).max() <= 2 / fedavg.SCALE


@pytest.mark.parametrize("mode", BOTH)
def test_the_stored_log_agrees_with_the_ten_lines(mode):
    """Flower's two rounds, message by message and average by average, to a millionth."""
    run, _ = films._log(mode)
    sites = films.hospitals(mode)
    assert list(run.films) == [len(one.y) for one in sites]
    weights = np.zeros(fedavg.NUMBERS)
    for sent, mean in zip(run.sent, run.mean, strict=True):
        models = [fedavg.train(weights, *one) for one in sites]
        assert np.abs(np.stack(models) - sent).max() < 1e-6
        weights = fedavg.average(models, run.films)
        assert np.abs(weights - mean).max() < 1e-6
    assert len(run.mean) == flower.ROUNDS
    assert np.abs(fedavg.federated(sites, flower.ROUNDS) - weights).max() < 1e-12


@pytest.mark.parametrize("mode", BOTH)
def test_the_stored_deals_are_what_the_lesson_computes(mode):
    """The AUCs of the first deal come out again from the films and the ten lines."""
    from sklearn.metrics import roc_auc_score

    cohort = data.load("children", size=28, mode=mode)
    shown, truth = films.numbered(cohort, "test")
    sites = films.hospitals(mode)
    kept = films.gains_of(mode)
    shared = roc_auc_score(truth, shown @ fedavg.federated(sites))
    assert shared == pytest.approx(kept.shared[0], abs=2e-3)
    alone = roc_auc_score(truth, shown @ fedavg.alone(*sites[0]))
    assert alone == pytest.approx(kept.alone["A"][0], abs=2e-3)


@pytest.mark.parametrize("mode", BOTH)
def test_the_quiz_holds_its_film_and_the_twin(mode):
    """The update leads to one film of six, its twin is that film inverted, the last number < 0."""
    found = films.quiz_of(mode)
    film = (found.update[:-1] / found.update[-1]).reshape(28, 28) * fedavg.SCALE + fedavg.MIDDLE
    off = np.abs(found.films - film).max(axis=(1, 2))
    assert off.argmin() == found.right and off[found.right] < 1e-6
    assert (found.films[found.twin] == 255 - found.films[found.right]).all()
    assert found.update[-1] < 0 and len(found.films) == films.QUIZ


@pytest.mark.parametrize("mode", BOTH)
def test_the_stored_trade_starts_at_no_noise_and_ends_hidden(mode):
    """Without noise it is the federated AUC again, and one film is found every time."""
    kept = films.trade_of(mode)
    assert np.allclose(kept.auc[:, 0], films.gains_of(mode).shared, atol=5e-3)
    assert list(kept.noise) == list(films.NOISE) and list(kept.batch) == list(films.BATCHES)
    assert kept.found[0, 0] == kept.tries and kept.recognised(0, -1).hi < 0.1
    assert 0 < kept.affordable() < len(kept.noise) - 1


def test_own_films_are_not_dealt():
    """Simulated films stand in for a learner's own, and are named."""
    assert (films.hospitals("mine")[2].y == films.hospitals("simulated")[2].y).all()
    assert films.tag("mine") == "SIMULATED" and films.tag("real") is None
    assert stored.stood_in("09")


def test_flowers_processes_need_nothing_of_posix():
    """No fork, signal, session or process group is named in the two modules that use processes."""
    forbidden = {"fork", "forkpty", "setsid", "killpg", "preexec_fn", "start_new_session",
                 "process_group", "signal", "fcntl", "resource", "pty", "AF_UNIX"}  # fmt: skip
    for name in ("flower.py", "hospital.py"):
        tree = ast.parse((Path(flower.__file__).parent / name).read_text("utf-8"))
        used = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        used |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.keyword)}
        used |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        used |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert not used & forbidden
