"""The network, its training, the models that ship, and the runs that were stored."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from readingroom import data
from readingroom.assess import metrics
from readingroom.kernel import stored
from readingroom.lessons.l03 import make
from readingroom.models import findings, nets, pixels, reference, training
from tests.conftest import MODES


def _toy(n: int = 128, size: int = 28, seed: int = 0):
    """Films whose label is a bright square: easy, and made here."""
    rng = np.random.default_rng(seed)
    films = rng.integers(40, 120, (n, size, size)).astype(np.uint8)
    labels = rng.integers(0, 2, n)
    films[labels == 1, 8:16, 8:16] += 90
    return films, labels


@pytest.mark.parametrize("size", [28, 64, 128])
def test_the_network_gives_one_score_a_film(size):
    """Any film size gives one logit for each film, from 0.22 million weights."""
    net = nets.SmallResNet().eval()
    assert net(torch.zeros(3, 1, size, size)).shape == (3,)
    assert 0.2e6 < nets.size_in_weights(net) < 0.25e6


@pytest.mark.parametrize(("strides", "local"), [(nets.STRIDES, False), (nets.EARLY, True)])
def test_several_findings_and_the_grid(strides, local):
    """Each finding has its own logit, and `grid` is the size of the last feature map."""
    net = nets.SmallResNet(outputs=4, strides=strides, local=local).eval()
    films = torch.randn(3, 1, 128, 128)
    assert net(films).shape == (3, 4)
    assert net.stages(net.stem(films)).shape[2:] == (8, 8) and net.grid(128) == 8
    assert nets.SmallResNet().grid(64) == 4 and nets.SmallResNet().grid(28) == 2


def test_the_most_suspicious_cells_speak_for_the_film():
    """The soft maximum lies between the mean and the maximum of the cells' logits."""
    net = nets.SmallResNet(outputs=2, strides=nets.EARLY, local=True).eval()
    films = torch.randn(2, 1, 128, 128)
    with torch.no_grad():
        cells = net.score(net.stages(net.stem(films)).flatten(2).transpose(1, 2))  # (B, 64, 2)
        soft = (nets.SHARP * cells).exp().mean(1).log() / nets.SHARP
        assert torch.allclose(net(films), soft, atol=1e-5)
        assert (net(films) >= cells.mean(1)).all() and (net(films) <= cells.amax(1)).all()


def test_several_findings_train_together():
    """Labels with a column for each finding train one network that ranks each of them."""
    films, labels = _toy(256)
    other = np.random.default_rng(5).integers(0, 2, 256)
    films[other == 1, 18:26, 18:26] += 90
    both = np.stack([labels, other], 1)
    run = training.fit(films, both, seed=0, recipe=training.Recipe(5, moves=False))
    score = training.scores(run.net, films)
    assert score.shape == (256, 2)
    assert min(metrics.auc(both[:, i], score[:, i]).value for i in (0, 1)) > 0.95


def test_films_become_numbers_around_zero():
    """Black, mid-grey and white become -2, about 0 and +2."""
    film = np.array([[[0, 255]]], np.uint8)
    assert nets.tensor_of(film).flatten().tolist() == pytest.approx([-2, 2])


def test_the_same_seed_trains_the_same_network():
    """A seed fixes weights, order of films and augmentation; another seed does not."""
    films, labels = _toy()
    runs = [training.fit(films, labels, seed=s, recipe=training.Recipe(2)) for s in (1, 1, 2)]
    one, same, other = (training.scores(run.net, films) for run in runs)
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_training_learns_what_there_is_to_learn():
    """On films with a plain sign the loss falls and the ranking of new films is near perfect."""
    films, labels = _toy(256)
    run = training.fit(films, labels, seed=0, recipe=training.Recipe(4, moves=False))
    losses = [epoch["train_loss"] for epoch in run.history]
    assert losses[-1] < 0.5 * losses[0]
    new, truth = _toy(100, seed=1)
    assert training.measure(training.scores(run.net, new), truth)["auc"] > 0.95


def test_a_batch_holds_each_film_once():
    """One epoch shows every film once, except a rest smaller than a batch."""
    films = np.arange(130, dtype=np.uint8)[:, None, None] * np.ones((1, 4, 4), np.uint8)
    torch.manual_seed(0)
    seen = [
        round(float(film.mean() * 0.25 * 255 + 127.5))
        for batch, _ in training.batches(films, np.zeros(130), size=64, moves=False)
        for film in batch
    ]
    assert len(seen) == len(set(seen)) == 128


def test_loss_equals_scikit_learns():
    """`measure` computes cross-entropy as scikit-learn does."""
    from sklearn.metrics import log_loss

    rng = np.random.default_rng(0)
    score, y = rng.random(50), rng.integers(0, 2, 50)
    assert training.measure(score, y)["loss"] == pytest.approx(log_loss(y, score))


def test_settling_changes_statistics_and_no_weight():
    """`settle` measures grey-level statistics anew and leaves every weight as it is."""
    films, _ = _toy()
    net = nets.SmallResNet()
    before = {k: v.clone() for k, v in net.state_dict().items()}
    training.settle(net, films)
    after = net.state_dict()
    changed = {k for k in before if not torch.equal(before[k], after[k])}
    assert changed and all("running" in k or "batches_tracked" in k for k in changed)


def test_pixel_regression_is_its_weights():
    """Scores follow from the weights alone: mean film at the offset, in the order of the logit."""
    films, labels = _toy(300)
    model = pixels.pixel_regression(films, labels)
    assert model.weights.shape == (28, 28)
    assert metrics.auc(labels, model.scores(films)).value > 0.99
    assert model.weights[8:16, 8:16].mean() > abs(model.weights[:4].mean())


def test_films_are_picked_by_content():
    """The same films are picked whatever the order of the file."""
    films, _ = _toy(60)
    order = np.random.default_rng(3).permutation(60)
    one, other = films[pixels.pick(films, 10)], films[order][pixels.pick(films[order], 10)]
    assert np.array_equal(one, other)


@pytest.mark.parametrize("name", reference.NAMES)
def test_weights_go_through_safetensors_unharmed(name):
    """Each shipped network loads, has its seeds, each well under 1 MB, in this format."""
    from importlib import resources

    folder = resources.files("readingroom.models").joinpath("shipped", name)
    sizes = {p.name: len(p.read_bytes()) for p in folder.iterdir() if "seed" in p.name}
    assert sorted(sizes) == [f"seed-{i}.safetensors" for i in reference.seeds(name)]
    assert max(sizes.values()) <= 600_000
    with pytest.raises(LookupError, match="ships"):
        reference.load(name, seed=17)
    net, facts = reference.load(name), reference.card(name)
    assert (net.outputs, net.grid(facts["size"])) == (len(facts["outputs"]), facts["grid"])
    text = folder.joinpath("README.md").read_text("utf-8")
    for phrase in ("Never for clinical use", "Must not be used", "Population", facts["command"]):
        assert phrase in text


def test_no_other_network_ships():
    """An unknown name is refused with the names there are."""
    with pytest.raises(LookupError, match="simulated-128"):
        reference.load("adults-512")


def _card_holds(stated: list, labels: np.ndarray, scores: list) -> None:
    for facts, score in zip(stated, scores, strict=True):
        found = metrics.auc(labels, score)
        assert found.value == pytest.approx(facts["value"], abs=0.002)
        assert found.lo == pytest.approx(facts["lo"], abs=0.005)
        assert found.hi == pytest.approx(facts["hi"], abs=0.005)


@pytest.mark.real
@pytest.mark.parametrize(("name", "size"), [("children-64", 64), ("children-128", 128)])
def test_the_shipped_network_reproduces_its_card(name, size):
    """On the real test films each seed gives the AUC and interval that its card states."""
    films, labels = data.load("children", size=size, mode="real").part("test")
    scores = [training.scores(reference.load(name, seed), films) for seed in range(5)]
    _card_holds(reference.card(name)["test_auc"], labels, scores)


@pytest.mark.slow
def test_the_simulated_network_reproduces_its_card():
    """On the simulated test films two of its seeds give the AUC by finding that the card states."""
    from readingroom import simulator

    cases = [case for case in findings.plan() if case.split == "test"]
    drawn = simulator.film_cases(cases, findings.NAME, "pneumothorax", 128)
    scores = [training.scores(reference.load("simulated-128", s), drawn.images) for s in (0, 4)]
    card = reference.card("simulated-128")
    for i, name in enumerate(findings.FINDINGS):
        labels = np.array([name in text.split(",") for text in drawn.table["finding"]])
        stated = [card["test_auc"][name][card["seeds"].index(s)] for s in (0, 4)]
        _card_holds(stated, labels, [score[:, i] for score in scores])


def test_each_finding_keeps_to_its_range():
    """The plan holds what the card says: shares, ranges, and a drain that goes with one finding."""
    cases = findings.plan()
    assert [sum(c.split == s for c in cases) for s in ("train", "val", "test")] == [4000, 400, 800]
    found = [f for case in cases for f in case.findings]
    for kind, (low, high) in findings.RANGE.items():
        severity = [f.severity for f in found if f.kind == kind]
        assert low - 0.01 <= min(severity) and max(severity) <= high + 0.01
    mm = [f.diameter_mm for f in found if f.kind == "nodule"]
    assert findings.NODULE_MM[0] <= min(mm) and max(mm) <= findings.NODULE_MM[1]
    drained = np.array([["chest drain" in c.exam.devices, c.label] for c in cases], float)
    assert 0.5 < drained[drained[:, 1] == 1, 0].mean() < 0.7
    assert drained[drained[:, 1] == 0, 0].mean() < 0.06


@pytest.mark.real
def test_five_seeds_reach_the_budget():
    """The mean test AUC of the five stored seeds at 64 px is at least 0.97."""
    run = stored.load("03", "seeds", "real")
    aucs = [training.measure(score, run["test_label"])["auc"] for score in run["test_score"]]
    assert len(aucs) == 5 and np.mean(aucs) >= 0.97


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["curves", "features", "seeds", "shuffles"])
def test_a_stored_run_is_of_the_films_in_use(mode, name):
    """Each stored run names its command, date and versions, and fits the films of its mode."""
    run = stored.load("03", name, mode)
    size = 28 if name in ("curves", "shuffles") else 64
    cohort = data.load("children", size=size, mode=mode)
    assert run.made["fingerprint"] == cohort.fingerprint(), f"run again: {run.made['command']}"
    assert {"command", "date", "torch", "readingroom"} <= set(run.made)
    assert run.made["date"] in run.caption() and run.made["command"] not in run.caption()


def test_an_own_cohort_is_told_that_another_run_stands_in():
    """Films without a stored run get the simulated one, and the caption says so."""
    run = stored.load("03", "curves", "my-folder")
    assert run.stands_in and "simulated patients" in run.caption()


def test_long_runs_make_what_the_checks_read():
    """The commands behind the stored runs work from films to arrays of the stated shapes."""

    class Films:
        def part(self, name):
            return _toy(80, seed={"train": 0, "val": 1, "test": 2}[name])

    curves = make.curves(Films(), (20, 80), draws=2, epochs=3)
    assert curves["val_loss"].shape == (2, 2, 3) and curves["sizes"].tolist() == [20, 80]
    found, weights = training.seeds(Films(), 1)
    assert found["test_score"].shape == (1, 80) and len(weights) == 1
    net = reference.from_weights(weights[0])
    again = training.scores(net, Films().part("test")[0])
    assert np.allclose(again, found["test_score"][0], atol=1e-5)
