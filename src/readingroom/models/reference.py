"""The networks that ship: ``python -m readingroom.models.reference children-64`` makes them.

Weights are safetensors, half precision; beside them a card for people and one for machines.
"""

from __future__ import annotations

import argparse
import json
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from readingroom.models import provenance
from readingroom.models.nets import SmallResNet, size_in_weights

FOLDER = "shipped"
SEEDS = 5
NAMES = {"children-64": ("children", 64)}
COMMAND = "python -m readingroom.models.reference {name}"


def from_weights(weights: dict) -> SmallResNet:
    """A network with given weights, at rest.

    Parameters
    ----------
    weights : dict of ndarray
        As `readingroom.models.weights_of` gives them; further entries are ignored.
    """
    import torch

    net = SmallResNet()
    wanted = net.state_dict()
    net.load_state_dict({name: torch.as_tensor(np.array(weights[name])) for name in wanted})
    return net.eval()


def load(name: str = "children-64", seed: int = 0) -> SmallResNet:
    """Load a shipped network.

    Parameters
    ----------
    name : str
        Such as ``children-64``.
    seed : int
        Which of its seeds, 0 to 4.

    Returns
    -------
    SmallResNet
        At rest, single precision.

    Raises
    ------
    LookupError
        No such network ships.
    """
    from safetensors.torch import load as read

    place = resources.files("readingroom.models").joinpath(FOLDER, name)
    try:
        raw = place.joinpath(f"seed-{seed}.safetensors").read_bytes()
    except FileNotFoundError as error:
        raise LookupError(f"No network {name!r} with seed {seed} ships; see {NAMES}.") from error
    net = SmallResNet()
    kept = read(raw)
    net.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in kept.items()})
    return net.eval()


@cache
def card(name: str = "children-64") -> dict:
    """The machine-readable model card."""
    place = resources.files("readingroom.models").joinpath(FOLDER, name, "card.json")
    return json.loads(place.read_text("utf-8"))


def _estimates(cohort, scores: np.ndarray, part: str) -> list[dict]:
    from readingroom.assess import metrics

    labels = cohort.part(part)[1]
    found = [metrics.auc(labels, score) for score in scores]
    return [{"value": e.value, "lo": e.lo, "hi": e.hi, "n": e.n} for e in found]


def _text(name: str, facts: dict, cohort) -> str:
    rows = "\n".join(
        f"| {seed} | {v['value']:.3f} ({v['lo']:.3f} to {v['hi']:.3f}) "
        f"| {t['value']:.3f} ({t['lo']:.3f} to {t['hi']:.3f}) |"
        for seed, (v, t) in enumerate(zip(facts["val_auc"], facts["test_auc"], strict=True))
    )
    defects = "\n".join(f"- {line}" for line in facts["known_defects"])
    return f"""# Model card: {name}

For teaching. **Never for clinical use.**

- **What it is**: a residual network of {facts["weights"]:,} weights
  (`readingroom.models.SmallResNet`), one logit for each {facts["size"]}-pixel film; {SEEDS}
  networks from {SEEDS} seeds.
- **Made by**: `{facts["command"]}`, {facts["date"]}, readingroom {facts["readingroom"]},
  torch {facts["torch"]}. {facts["epochs"]} epochs, fixed before; augmentation by small turns,
  shifts, zooms and changes of exposure. The recipe was settled in trials that printed validation
  and test AUC, so the test numbers below are slightly optimistic.
- **Data**: {cohort.banner()}. {cohort.citation}
- **Population**: {cohort.population}
- **Reference standard**: readers of the images, as above; no CT, no course of disease.
- **Weights' licence**: CC BY 4.0, as the films'.

AUC with 95 % bootstrap interval, by image (no patient numbers exist, so probably too narrow):

| seed | validation (n = {facts["val_auc"][0]["n"]}) | test (n = {facts["test_auc"][0]["n"]}) |
|---|---|---|
{rows}

Validation shares patients with training and is no honest exam. Known defects of the films:

{defects}

**Must not be used** for any patient; for adults; for films that are not frontal; as a probability
(its score is a rank); to compare products. It was never tested outside its one hospital.
"""


def make(name: str, folder: Path) -> None:
    """Train the seeds of a network and write weights and cards into `folder`."""
    import torch
    from safetensors.torch import save_file

    from readingroom import data
    from readingroom.models.longruns import seeds
    from readingroom.models.training import Recipe, scores

    cohort = data.load(NAMES[name][0], size=NAMES[name][1], mode="real")
    _, nets = seeds(cohort, SEEDS)
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list] = {"val": [], "test": []}
    for seed, weights in enumerate(nets):
        tensors = {k: torch.from_numpy(np.array(v)) for k, v in weights.items()}
        halves = {k: v.half() if v.is_floating_point() else v for k, v in tensors.items()}
        save_file(halves, folder / f"seed-{seed}.safetensors")
        # the card describes the file, so its numbers come from the rounded weights
        net = from_weights({k: v.float().numpy() for k, v in halves.items()})
        for part in found:
            found[part].append(scores(net, cohort.part(part)[0]))
    facts = provenance.stamp(
        COMMAND.format(name=name),
        cohort,
        weights=size_in_weights(SmallResNet()),
        size=NAMES[name][1],
        epochs=Recipe().epochs,
        val_auc=_estimates(cohort, np.array(found["val"]), "val"),
        test_auc=_estimates(cohort, np.array(found["test"]), "test"),
        known_defects=list(data.known_defects(NAMES[name][0])),
    )
    provenance.write(folder / "card.json", facts)
    (folder / "README.md").write_text(_text(name, facts, cohort), "utf-8")


def main() -> None:
    """Make the network named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(NAMES))
    make(parser.parse_args().name, Path(__file__).parent / FOLDER / parser.parse_args().name)


if __name__ == "__main__":
    main()
