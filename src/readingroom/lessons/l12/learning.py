"""How the five networks of lesson 12 are trained: ``readingroom make 12 networks``."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from readingroom.assess import segments
from readingroom.data.nodules import Nodule
from readingroom.lessons.l12 import segment

HISTORY = "unfinished.json"  # a training that was cut goes on with the next seed
GREY = 0.06  # by how much a patch's greys are shifted and stretched, one standard deviation
ASIDE = 3  # voxels by which a patch's middle lies off the click, at most; a click is one voxel off


def _patches(held: Sequence[Nodule], crop: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """A patch of each nodule, turned and mirrored, (B, 2, C, C, C); its mask, (B, 1, C, C, C)."""
    images, masks = [], []
    for one in held:
        click = _click(one.mask, rng)
        low = np.array(click) - crop // 2 + rng.integers(-ASIDE, ASIDE + 1, 3)
        low = np.clip(low, 0, np.array(one.image.shape) - crop)
        cut = (slice(None), *(slice(at, at + crop) for at in low))
        pair = np.concatenate([segment.seen(one.image, click), one.mask[None].astype(np.float32)])
        pair = pair[cut]
        for axis in (1, 2, 3):
            if rng.random() < 0.5:
                pair = np.flip(pair, axis)
        pair = np.transpose(pair, (0, *(1 + rng.permutation(3)))).copy()
        pair[0] = pair[0] * (1 + GREY * rng.normal()) + GREY * rng.normal()
        images.append(pair[:2])
        masks.append(pair[2:])
    # channels last: half the time of a step on a processor
    shown = torch.from_numpy(np.stack(images)).to(memory_format=torch.channels_last_3d)
    return shown, torch.from_numpy(np.stack(masks))


def _click(mask: np.ndarray, rng: np.random.Generator) -> tuple[int, int, int]:
    """A click near the nodule's middle, as two people would not hit the same voxel."""
    d, h, w = segment.middle(mask)
    off = rng.integers(-1, 2, 3)
    near = int(d + off[0]), int(h + off[1]), int(w + off[2])
    return near if mask[near] else (d, h, w)


def _loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of voxels plus one minus the soft Dice of each cube."""
    surprise = functional.binary_cross_entropy_with_logits(logits, truth)
    found = logits.sigmoid().flatten(1)
    both = (found * truth.flatten(1)).sum(1)
    overlap = (2 * both + 1) / (found.sum(1) + truth.flatten(1).sum(1) + 1)
    return surprise + (1 - overlap).mean()


def one_seed(
    train: Sequence[Nodule], seed: int, epochs: int, batch: int, crop: int, rate: float
) -> tuple[torch.nn.Module, list[float]]:
    """Train one network for a number of epochs fixed before; its mean loss of each epoch."""
    torch.manual_seed(seed)
    rng = np.random.default_rng([12, seed])
    net = segment.net().to(memory_format=torch.channels_last_3d)
    optimizer = torch.optim.AdamW(net.parameters(), rate)
    steps = epochs * -(-len(train) // batch)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    losses = []
    for _ in range(epochs):
        order, total = rng.permutation(len(train)), []
        for start in range(0, len(order), batch):
            images, truth = _patches([train[i] for i in order[start : start + batch]], crop, rng)
            optimizer.zero_grad()
            loss = _loss(net(images), truth)
            loss.backward()
            optimizer.step()
            plan.step()
            total.append(loss.item())
        losses.append(float(np.mean(total)))
    return net.eval(), losses


def five(
    held: dict[str, list[Nodule]], folder: Path, mode: str, epochs: int, batch: int, crop: int,
    rate: float,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Train all seeds, write weights in half precision and a card, return how they learned.

    Returns
    -------
    dict
        ``loss`` (seed, epoch), ``val_dice`` (seed, nodule), ``seconds`` (seed,).
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    plan = {"epochs": epochs, "batch": batch, "crop": crop, "rate": rate}
    history = _history(folder, plan, held["train"][0].films)
    torch.set_num_threads(1)  # threads of so small a network wait for each other
    for seed in segment.SEEDS:
        if str(seed) in history["seeds"]:
            continue
        start = time.perf_counter()
        net, loss = one_seed(held["train"], seed, epochs, batch, crop, rate)
        seconds = time.perf_counter() - start
        kept = {name: (value.half() if value.is_floating_point() else value).contiguous()
                for name, value in net.state_dict().items()}  # fmt: skip
        save_file(kept, folder / f"seed-{seed}.safetensors")
        net.load_state_dict({name: value.float() for name, value in kept.items()})
        dice = [segments.dice(segment.network(one.image, segment.middle(one.mask), net), one.mask)
                for one in held["val"]]  # fmt: skip
        history["seeds"][str(seed)] = {"loss": loss, "val_dice": dice, "seconds": seconds}
        (folder / HISTORY).write_text(json.dumps(history) + "\n", encoding="utf-8")
        print(f"seed {seed}: {seconds:.0f} s, validation Dice {np.mean(dice):.3f}", flush=True)
    told = [history["seeds"][str(seed)] for seed in segment.SEEDS]
    out = {name: np.array([one[name] for one in told], np.float32)
           for name in ("loss", "val_dice", "seconds")}  # fmt: skip
    _card(folder, held, mode, out, plan)
    (folder / HISTORY).unlink()
    return out


def _history(folder: Path, plan: dict, films: str) -> dict:
    """What an interrupted training of the same plan and films has finished; else nothing."""
    path = folder / HISTORY
    fresh: dict = {"plan": plan, "films": films, "seeds": {}}
    if not path.is_file():
        return fresh
    held: dict = json.loads(path.read_text(encoding="utf-8"))
    return held if (held["plan"], held["films"]) == (plan, films) else fresh


def _card(
    folder: Path, held: dict[str, list[Nodule]], mode: str, out: dict[str, np.ndarray], plan: dict
) -> None:
    """A page for people and one for machines."""
    from readingroom.assess import metrics

    net = segment.net()
    weights = sum(value.numel() for value in net.parameters())
    dice = metrics.mean_share(out["val_dice"].mean(axis=1), "mean validation Dice", of="seeds")
    films = held["train"][0].films
    lines = [
        f"# Nodule outlines, {mode}", "",
        "**Never for clinical use.** A small U-Net that outlines a nodule around a click.",
        "",
        f"- Trained on: {films}; {len(held['train'])} training and {len(held['val'])} validation "
        "nodules, each of another patient; twelve others are the test.",
        "- Truth: the region that half of four radiologists outlined." if mode == "real"
        else "- Truth: the region that was drawn.",
        f"- {weights:,} weights in half precision; 5 seeds, {plan['epochs']} epochs.",
        f"- {dice}. Test results stand in the lesson, with their intervals.",
        "- Not known: other scanners, other reconstructions, nodules at the edge of the cube, "
        "ground glass. It marks something in any cube, also where there is no nodule.",
        f"- Command: `readingroom make 12 networks` ({mode}).", "",
    ]  # fmt: skip
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8")
    facts = {"films": films, "weights": weights, **plan, "val_dice": [dice.value, dice.lo, dice.hi]}
    (folder / "card.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
