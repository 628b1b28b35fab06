"""A toy with an attention layer, to see whether attention explains (Jain & Wallace 2019).

The network's last grid has 64 cells. The toy gives each cell a weight, its attention, adds up what
the cells say in proportion to it, and that is its logit.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from readingroom import simulator
from readingroom.lessons.l05.films import SIZE
from readingroom.models import findings
from readingroom.models.nets import tensor_of
from readingroom.models.provenance import Drawn, Run

NETWORK = "simulated-128"
TRAIN_FILMS, TEST_FILMS = 600, 200
STEPS = 300
RATE = 5e-3


class Toy(nn.Module):
    """Attention over cells, and what each cell says.

    Parameters
    ----------
    channels : int
        Features of a cell.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mix = nn.MultiheadAttention(channels, 4, batch_first=True)
        self.look = nn.Sequential(nn.Linear(channels, 16), nn.Tanh(), nn.Linear(16, 1))
        self.say = nn.Linear(channels, 1)

    def forward(self, cells: Tensor) -> tuple[Tensor, Tensor]:
        """(B, cells, C) features to attention (B, cells), adding up to 1, and logits (B, cells)."""
        cells = cells + self.mix(cells, cells, cells, need_weights=False)[0]
        return self.look(cells)[..., 0].softmax(1), self.say(cells)[..., 0]


@torch.no_grad()
def cells_of(net: nn.Module, films: np.ndarray) -> Tensor:
    """The last grid as a list of cells, (N, cells, C), each feature scaled to a spread of 1."""
    parts = [
        net.stages(net.stem(tensor_of(films[i : i + 256]))).flatten(2).transpose(1, 2)
        for i in range(0, len(films), 256)
    ]
    cells = torch.cat(parts)
    return cells / cells.std((0, 1), keepdim=True).clamp_min(1e-3)


def train(cells: Tensor, labels: np.ndarray, seed: int) -> Toy:
    """Train a toy on cells of a network that stays as it is."""
    torch.manual_seed(seed)
    toy, target = Toy(cells.shape[2]), torch.as_tensor(np.asarray(labels, np.float32))
    optimizer = torch.optim.AdamW(toy.parameters(), lr=RATE, weight_decay=0.01)
    for _ in range(STEPS):
        rows = torch.randint(len(cells), (64,))
        attention, says = toy(cells[rows])
        error = nn.functional.binary_cross_entropy_with_logits(
            (attention * says).sum(1), target[rows]
        )
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
    return toy.eval()


def attention() -> Run:
    """Attention of a toy for each test film, and what each cell says, five toys.

    Returns
    -------
    Run
        ``attention``, ``says`` (toys, films, 64) float32; ``label`` (films,).
    """
    from readingroom.models import reference

    cases = [c for c in findings.plan() if c.split in ("train", "test")]
    some = [c for c in cases if c.split == "train"][:TRAIN_FILMS]
    some += [c for c in cases if c.split == "test"][:TEST_FILMS]
    drawn = simulator.film_cases(some, "attention", "consolidation", SIZE)
    label = np.array(["consolidation" in text.split(",") for text in drawn.table["finding"]])
    out: dict[str, list] = {"attention": [], "says": []}
    cells = cells_of(reference.load(NETWORK), drawn.images)
    for seed in range(5):
        made = train(cells[:TRAIN_FILMS], label[:TRAIN_FILMS], seed)
        looks, says = made(cells[TRAIN_FILMS:])
        out["attention"].append(looks.detach().numpy())
        out["says"].append(says.detach().numpy())
    arrays = {name: np.array(value, np.float32) for name, value in out.items()}
    return Run({**arrays, "label": label[TRAIN_FILMS:]}, Drawn({"": drawn.images[TRAIN_FILMS:]}))
