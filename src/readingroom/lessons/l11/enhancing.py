"""Less contrast agent, simulated: enhancement lowered, and what a small network makes of it.

A slice with its own texture, and round lesions that take up contrast. With a share of the dose the
same share of the enhancement is there; the noise stays. Everything here is simulated.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SIDE = 64  # pixels of 1 mm
NOISE = 0.02  # SD of either picture; tissue is 0.3 to 0.7
DOSES = (0.1, 0.25, 0.5, 0.75)
# diameter in mm, and enhancement at the full dose: bright and faint, small and large
LESIONS = ((4, 0.3), (6, 0.5), (6, 0.15), (8, 0.3), (10, 0.5), (10, 0.2), (12, 0.4), (14, 0.18),
           (16, 0.4), (20, 0.3))  # fmt: skip
COPIES = 40  # of each lesion, with fresh surroundings and noise
LARGE = 10  # mm
STEPS, BATCH, RATE = 300, 8, 4e-3


def tissue(rng: np.random.Generator) -> np.ndarray:
    """A slice before contrast, without noise, (64, 64)."""
    from scipy import ndimage

    rough = sum(ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), w) * w for w in (2, 5))
    return 0.5 + 0.06 * rough / rough.std()


def lesion(diameter: float, strength: float, row: float, column: float) -> np.ndarray:
    """Enhancement of a round lesion, its edge soft over a pixel, (64, 64)."""
    y, x = np.mgrid[:SIDE, :SIDE]
    far = np.hypot(y - row, x - column)
    return strength * np.clip(diameter / 2 - far + 0.5, 0, 1)


def pair(clean: np.ndarray, taken: np.ndarray, dose: float, rng: np.random.Generator) -> np.ndarray:
    """What the network sees: before, and after a share of the dose, (2, 64, 64) float32."""
    before = clean + NOISE * rng.normal(size=clean.shape)
    after = clean + dose * taken + NOISE * rng.normal(size=clean.shape)
    return np.stack([before - 0.5, (after - before) / dose]).astype(np.float32)


def network() -> Any:
    """Four layers of 3 x 3, one of them wide-set, that say the enhancement at the full dose."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(2, 12, 3, padding=1), nn.ReLU(),
        nn.Conv2d(12, 12, 3, padding=2, dilation=2), nn.ReLU(),
        nn.Conv2d(12, 12, 3, padding=2, dilation=2), nn.ReLU(),
        nn.Conv2d(12, 1, 3, padding=1),
    )  # fmt: skip


def trained(dose: float) -> Any:
    """A network of one dose, trained on slices with none to three lesions."""
    import torch

    torch.manual_seed(0)
    rng = np.random.default_rng([11, round(100 * dose)])
    net = network()
    optimizer = torch.optim.Adam(net.parameters(), RATE)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    for _ in range(STEPS):
        shown, truth = [], []
        for _ in range(BATCH):
            taken = np.zeros((SIDE, SIDE))
            for _ in range(rng.integers(0, 4)):
                taken = np.maximum(taken, lesion(rng.uniform(3, 22), rng.uniform(0.08, 0.6),
                                                 *rng.uniform(8, SIDE - 8, 2)))  # fmt: skip
            shown.append(pair(tissue(rng), taken, dose, rng))
            truth.append(taken[None].astype(np.float32))
        optimizer.zero_grad()
        said = net(torch.from_numpy(np.stack(shown)))
        loss = ((said - torch.from_numpy(np.stack(truth))) ** 2).mean()
        loss.backward()
        optimizer.step()
        plan.step()
    return net.eval()


def restored(net: Any, shown: np.ndarray) -> np.ndarray:
    """Enhancement as the network says it, (N, 64, 64)."""
    import torch

    with torch.inference_mode():
        out: np.ndarray = net(torch.from_numpy(shown))[:, 0].numpy()
    return out


def table() -> dict[str, np.ndarray]:
    """Mean enhancement that is restored, over the true one: ``restored`` (dose, lesion, copy)."""
    out = np.zeros((len(DOSES), len(LESIONS), COPIES), np.float32)
    for d, dose in enumerate(DOSES):
        net = trained(dose)
        for k, (diameter, strength) in enumerate(LESIONS):
            rng = np.random.default_rng([11, d, k])
            middle = SIDE / 2
            taken = lesion(diameter, strength, middle, middle)
            shown = np.stack([pair(tissue(rng), taken, dose, rng) for _ in range(COPIES)])
            inside = taken > strength / 2
            out[d, k] = restored(net, shown)[:, inside].mean(axis=1) / taken[inside].mean()
    sizes, strengths = (np.array(column) for column in zip(*LESIONS, strict=True))
    return {"restored": out, "doses": np.array(DOSES), "diameter": sizes, "strength": strengths}
