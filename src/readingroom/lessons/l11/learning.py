"""How lesson 11's networks are trained: ``readingroom make 11 networks``."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from readingroom.data.tumours import Tumour
from readingroom.lessons.l11 import counts, denoise, nets, squares

DENOISING = {"steps": 300, "batch": 12, "side": 32, "rate": 4e-3}  # fixed before training
PAINTING = {"steps": 240, "batch": 16, "rate": 4e-3}
AGAIN = 100  # steps after which fresh noise is drawn
EDGE = 3  # voxels by which slices are widened, so that a patch of the smallest fits

Batch = tuple[Tensor, Tensor]


def denoising(
    train: Sequence[Tumour], fraction: float, side: int, size: int
) -> Callable[[int, np.random.Generator], Batch]:
    """Patches of five neighbouring slices with fewer counts, and the middle one with all."""
    wide = ((0, 0), (EDGE, EDGE), (EDGE, EDGE))
    clean = [np.sqrt(np.pad(one.suv, wide, mode="edge")) for one in train]
    held: list[np.ndarray] = []

    def drawn(step: int, rng: np.random.Generator) -> Batch:
        if step % AGAIN == 0:
            held[:] = [
                denoise.neighbours(np.sqrt(np.pad(counts.lowered(one, fraction, rng), wide,
                                                  mode="edge"))) for one in train
            ]  # fmt: skip
        shown, truth = [], []
        for k in rng.integers(0, len(train), size):
            depth, height, width = clean[k].shape
            z, r, c = (
                int(rng.integers(0, n)) for n in (depth, height - side + 1, width - side + 1)
            )
            shown.append(held[k][z, :, r : r + side, c : c + side])
            truth.append(clean[k][z : z + 1, r : r + side, c : c + side])
        return torch.from_numpy(np.stack(shown)), torch.from_numpy(np.stack(truth))

    return drawn


def painting(
    train: Sequence[Tumour], kind: str, size: int
) -> Callable[[int, np.random.Generator], Batch]:
    """Squares of a slice with very few counts, and with all, as one kind of painter sees them."""
    held: list[np.ndarray] = []

    def drawn(step: int, rng: np.random.Generator) -> Batch:
        if step % AGAIN == 0:
            held[:] = [counts.lowered(one, squares.FRACTION, rng) for one in train]
        shown: list[np.ndarray] = []
        truth: list[np.ndarray] = []
        while len(shown) < size:
            k = int(rng.integers(len(train)))
            found = squares.example(train[k], held[k], kind, rng)
            if found is not None:
                shown.append(denoise.seen(found[0]))
                truth.append(np.sqrt(found[1])[None].astype(np.float32))
        return torch.from_numpy(np.stack(shown)), torch.from_numpy(np.stack(truth))

    return drawn


def fitted(
    net: torch.nn.Module, drawn: Callable[[int, np.random.Generator], Batch], seed: int,
    steps: int, rate: float,
) -> list[float]:  # fmt: skip
    """Train for a number of steps fixed before, squared error of √SUV; the mean loss of tenths."""
    rng = np.random.default_rng([11, seed])
    optimizer = torch.optim.Adam(net.parameters(), rate)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    losses = []
    for step in range(steps):
        shown, truth = drawn(step, rng)
        optimizer.zero_grad()
        loss = ((net(shown) - truth) ** 2).mean()
        loss.backward()
        optimizer.step()
        plan.step()
        losses.append(loss.item())
    return [float(np.mean(part)) for part in np.array_split(losses, 10)]


def every(train: list[Tumour], folder: Path, mode: str) -> dict[str, np.ndarray]:
    """Train all seeds of all networks, write weights and a card, return how they learned.

    Returns
    -------
    dict
        ``loss`` (network and seed, tenth), ``seconds`` (network and seed,).
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)  # threads of so small a network wait for each other
    loss, seconds = [], []
    for name in (*denoise.VERSIONS, *denoise.PAINTERS):
        for seed in denoise.SEEDS:
            begun = time.perf_counter()
            loss.append(_one(train, folder, name, seed))
            seconds.append(time.perf_counter() - begun)
            print(f"{name}, seed {seed}: {seconds[-1]:.0f} s, loss {loss[-1][-1]:.4f}", flush=True)
    out = {"loss": np.array(loss, np.float32), "seconds": np.array(seconds, np.float32)}
    _card(train, folder, mode)
    return out


def _one(train: list[Tumour], folder: Path, name: str, seed: int) -> list[float]:
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    net: torch.nn.Module
    if name in denoise.VERSIONS:
        net, plan = nets.Denoiser(), DENOISING
        drawn = denoising(train, denoise.VERSIONS[name], int(plan["side"]), int(plan["batch"]))
    else:
        net, plan = nets.Painter(), PAINTING
        drawn = painting(train, name, int(plan["batch"]))
    loss = fitted(net, drawn, seed, int(plan["steps"]), plan["rate"])
    kept = {key: value.half().contiguous() for key, value in net.state_dict().items()}
    save_file(kept, folder / f"{denoise.file_of(name)}-{seed}.safetensors")
    return loss


def _card(train: list[Tumour], folder: Path, mode: str) -> None:
    """A page for people and one for machines."""
    weights = [sum(value.numel() for value in net.parameters())
               for net in (nets.Denoiser(), nets.Painter())]  # fmt: skip
    films = train[0].films
    share = ", ".join(f"version {k} on {v:.0%}" for k, v in denoise.VERSIONS.items())
    lines = [
        f"# Denoisers and painters of PET, {mode}", "",
        "**Never for clinical use.** Two versions of a denoiser, and three networks made to show "
        "what a training set does: one never saw a tumour, one saw tumours on the left only.",
        "",
        f"- Trained on: {films}; {len(train)} patients, none of whom is among the 25 of the test.",
        f"- Truth: the volume with all its counts. Fewer counts are added noise: {share}; the "
        f"painters on {squares.FRACTION:.1%}. No patient was scanned at a lower dose.",
        f"- {weights[0]:,} and {weights[1]:,} weights in half precision; 5 seeds each; "
        f"{DENOISING['steps']} and {PAINTING['steps']} steps, fixed before.",
        "- Results on the 25 other patients stand in the lesson, with their intervals.",
        "- Not known: other tracers, other scanners, other reconstructions, other organs.",
        f"- Command: `readingroom make 11 networks --cohort {mode}`.", "",
    ]  # fmt: skip
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8")
    facts = {"films": films, "patients": len(train), "weights": weights,
             "denoising": DENOISING, "painting": PAINTING}  # fmt: skip
    (folder / "card.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
