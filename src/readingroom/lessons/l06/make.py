"""The long runs behind lesson 06: ``python -m readingroom.lessons.l06.make --cohort real``.

Networks that are shown a side letter which goes with the label, and the same networks repaired;
and, on simulated patients only, hospitals, drains and the sex of the training films. Needs torch.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from readingroom import data
from readingroom.lessons.l06 import markers
from readingroom.lessons.l06.films import TWINS, cases_of, letterless, twin_films
from readingroom.models import provenance
from readingroom.models.nets import Residual
from readingroom.models.training import as_films, batches, loss, scores, settle

SEEDS = 5
SIZE = 128
TRAIN_FILMS = 1200
EPOCHS = 8
BATCH = 16
RATE = 3e-3
WIDTHS = (16, 32, 64)
SHARE = 0.95  # of the positive training films with the letter; 1 - SHARE of the others
TRAININGS = ("clean", "habit-95", "crop", "rebalance", "random")
SHOWN = ("internal", "unmarked", "swapped")
CROP = 20  # pixels of a 128-px film on each side
PATCH, STRIDE = 16, 8  # of the occlusion map, pixels
MAPPED = 40  # films with a map


class Spotter(nn.Module):
    """A small residual network that also keeps the strongest cell of each last feature map.

    A network that only averages over the film hardly notices a letter of 8 pixels in so short a
    training; the strongest cell can be anywhere.
    """

    def __init__(self) -> None:
        super().__init__()
        inside = (WIDTHS[0], *WIDTHS[:-1])
        self.stem = nn.Sequential(
            nn.Conv2d(1, WIDTHS[0], 7, 4, 3, bias=False), nn.BatchNorm2d(WIDTHS[0]), nn.ReLU()
        )
        self.stages = nn.Sequential(
            *[Residual(i, o, 1 if i == o else 2) for i, o in zip(inside, WIDTHS, strict=True)]
        )
        self.score = nn.Linear(2 * WIDTHS[-1], 1)

    def forward(self, films: Tensor) -> Tensor:
        """(B, 1, H, W) films to (B,) logits."""
        features = self.stages(self.stem(films))  # (B, C, H / 16, W / 16)
        return self.score(torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1))[:, 0]


def trained(images: np.ndarray, labels: np.ndarray, seed: int, epochs: int = EPOCHS) -> Spotter:
    """Train one network; films are not moved, so that nothing pushes a letter off the film."""
    torch.manual_seed(seed)
    net = Spotter()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.01)
    steps = epochs * (len(images) // BATCH)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.25)
    for _ in range(epochs):
        net.train()
        for films, target in batches(images, labels, BATCH, moves=False):
            optimizer.zero_grad()
            loss(net(films), target).backward()
            optimizer.step()
            plan.step()
    settle(net, images)
    return net


def shown_films(images: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The test films in three costumes: (N, S, S) each.

    ``internal`` keeps the habit, ``unmarked`` has no letter, ``swapped`` has it on all normal
    films and on no other.
    """
    own = markers.practice(labels, SHARE, np.random.default_rng([6, 606]))
    return {
        "internal": markers.plant_letter(images, own),
        "unmarked": images,
        "swapped": markers.plant_letter(images, labels == 0),
    }


def training_films(images, labels, training: str, seed: int):
    """The films one network learns from: `TRAIN_FILMS` of them, with the letter as told."""
    rng = np.random.default_rng([60, seed])
    rows = rng.permutation(len(images))[:TRAIN_FILMS]
    films, truth = images[rows], labels[rows]
    marked = markers.practice(truth, SHARE, rng)
    if training == "clean":
        return films, truth
    if training == "random":
        marked = rng.random(len(truth)) < 0.5
    planted = markers.plant_letter(films, marked, seed=1000 + seed)
    if training == "crop":
        return markers.crop(planted, CROP), truth
    if training == "rebalance":
        again = markers.level(truth, marked, rng)
        # as many films as the others see, so that only the balance differs
        again = rng.permutation(again)[:TRAIN_FILMS]
        return planted[again], truth[again]
    return planted, truth


def occlusion(net, film: np.ndarray) -> np.ndarray:
    """How much a film's logit falls where a grey patch hides it, (G, G) float32."""
    tops = range(0, film.shape[0] - PATCH + 1, STRIDE)
    covered = np.repeat(film[None], len(tops) ** 2, axis=0)
    for k, (row, col) in enumerate((row, col) for row in tops for col in tops):
        covered[k, row : row + PATCH, col : col + PATCH] = int(film.mean())
    with torch.no_grad():
        hidden = net(as_films(covered)).numpy()
        whole = float(net(as_films(film[None]))[0])
    return (whole - hidden).reshape(len(tops), len(tops)).astype(np.float32)


def network(cohort_parts, mapped: bool) -> tuple[dict, dict]:
    """Every training with every seed, scored on the test films in three costumes.

    Parameters
    ----------
    cohort_parts : list of tuple
        Films and labels of the training and of the test part.
    mapped : bool
        Whether to keep maps; of real films the package keeps none.

    Returns
    -------
    dict of ndarray
        ``trainings`` (T,) and ``shown`` (3,) names; ``score`` (T, D, 3, n) float16 by training,
        seed and costume; ``label`` (n,); where asked, ``map`` (2, m, G, G): occlusion of marked
        positive films, clean and habit-95, seed 0, and ``mapped`` (m,): positions of these films
        in the test part.
    dict
        Every network, by training and seed.
    """
    (images, labels), (test, truth) = cohort_parts
    out = np.zeros((len(TRAININGS), SEEDS, len(SHOWN), len(test)), np.float16)
    rows = np.flatnonzero(truth == 1)[:MAPPED]
    marked = markers.plant_letter(test, True)[rows] if mapped else []
    maps, nets = [], {}
    for t, training in enumerate(TRAININGS):
        costumes = shown_films(test, truth)
        for seed in range(SEEDS):
            films, target = training_films(images, labels, training, seed)
            net = trained(films, target, seed)
            for c, name in enumerate(SHOWN):
                seen = costumes[name]
                seen = markers.crop(seen, CROP) if training == "crop" else seen
                out[t, seed, c] = scores(net, seen)
            print(training, seed, _aucs(truth, out[t, seed]), flush=True)
            nets[training, seed] = net
            if mapped and seed == 0 and training in ("clean", "habit-95"):
                maps.append(np.stack([occlusion(net, film) for film in marked]))
    arrays = {
        "trainings": np.array(TRAININGS),
        "shown": np.array(SHOWN),
        "score": out,
        "label": truth.astype(np.uint8),
    }
    if mapped:
        arrays |= {"map": np.stack(maps).astype(np.float16), "mapped": rows}
    return arrays, nets


def twins(nets: dict) -> dict:
    """The same virtual child four times: without and with consolidation, without and with letter.

    Returns
    -------
    dict of ndarray
        ``score`` (2, D, P, 2, 2) float32: trained clean or with habit-95, seed, patient, lesion,
        letter.
    """
    healthy, ill = twin_films(range(TWINS))
    out = np.zeros((2, SEEDS, TWINS, 2, 2), np.float32)
    for t, training in enumerate(("clean", "habit-95")):
        for seed in range(SEEDS):
            for lesion, films in enumerate((healthy, ill)):
                for letter in (0, 1):
                    shown = markers.plant_letter(films, bool(letter))
                    out[t, seed, :, lesion, letter] = scores(nets[training, seed], shown)
    return {"score": out}


def _aucs(truth: np.ndarray, rows: np.ndarray) -> str:
    from sklearn.metrics import roc_auc_score

    return " ".join(f"{roc_auc_score(truth, row.astype(float)):.3f}" for row in rows)


def bare_children(size: int = SIZE):
    """Training and test part of the simulated children, drawn without any letter."""
    parts = [letterless(cases_of(split), size) for split in ("train", "test")]
    return [(drawn.images, drawn.table["label"].to_numpy("int64")) for drawn in parts]


def save(cohort_name: str, name: str, arrays: dict, cohort) -> None:
    """Write one run and its provenance."""
    folder = Path(__file__).parent / "runs" / "06" / cohort_name
    folder.mkdir(parents=True, exist_ok=True)
    command = f"python -m readingroom.lessons.l06.make --cohort {cohort_name}"
    np.savez_compressed(folder / f"{name}.npz", **arrays)
    provenance.write(folder / f"{name}.json", provenance.stamp(command, cohort))


def main() -> None:
    """Make the runs named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cohort", choices=["real", "simulated"], required=True)
    options = parser.parse_args()
    if options.cohort == "real":
        cohort = data.load("children", size=SIZE, mode="real")
        parts = [cohort.part("train"), cohort.part("test")]
    else:
        cohort = data.load("children", size=64, mode="simulated")  # the same patients
        parts = bare_children()
    arrays, nets = network(parts, mapped=options.cohort == "simulated")
    save(options.cohort, "network", arrays, cohort)
    if options.cohort == "simulated":
        save("simulated", "twins", twins(nets), cohort)


if __name__ == "__main__":
    main()
