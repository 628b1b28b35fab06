"""The networks that ship: ``python -m readingroom.models.reference children-64`` makes them.

Weights are safetensors, half precision; beside them a card for people and one for machines.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from readingroom.models import provenance
from readingroom.models.findings import DEFECTS, FINDINGS
from readingroom.models.nets import EARLY, STRIDES, SmallResNet, size_in_weights

FOLDER = "shipped"
SEEDS = (0, 1, 2, 3, 4)
COMMAND = "python -m readingroom.models.reference {name}"


@dataclass(frozen=True)
class Plan:
    """What a shipped network is made from.

    Attributes
    ----------
    films : str
        A data set of the registry, or "" for simulated films with several findings.
    size : int
        Edge of the films in pixels.
    epochs : int
        Passes through the training films, fixed before.
    strides : tuple of int
        Of the network's four stages.
    local : bool
        Whether the network lets its most suspicious cells speak for the film.
    seeds : tuple of int
        One network is trained from each.
    """

    films: str
    size: int
    epochs: int
    strides: tuple[int, ...] = STRIDES
    local: bool = False
    seeds: tuple[int, ...] = SEEDS

    def network(self, outputs: int) -> SmallResNet:
        """A new network of this plan."""
        return SmallResNet(outputs=outputs, strides=self.strides, local=self.local)

    def cohort(self):
        """The films, drawn or fetched."""
        from readingroom import data
        from readingroom.models import findings

        if not self.films:
            return findings.cohort(self.size)
        return data.load(self.films, size=self.size, mode="real")

    def known_defects(self) -> list[str]:
        """What is odd about the films, one sentence each."""
        from readingroom import data

        return list(data.known_defects(self.films)) if self.films else list(DEFECTS)


NAMES = {
    "children-64": Plan("children", 64, 6),
    "children-128": Plan("children", 128, 4, EARLY),
    "simulated-128": Plan("", 128, 10, EARLY, local=True, seeds=(0, 3, 4)),
}


def from_weights(weights: dict, plan: Plan = NAMES["children-64"]) -> SmallResNet:
    """A network with given weights, at rest.

    Parameters
    ----------
    weights : dict of ndarray
        As `readingroom.models.weights_of` gives them; further entries are ignored.
    plan : Plan
        What weights do not tell: strides and pooling; lesson 03's by default.
    """
    import torch

    net = plan.network(len(weights["score.bias"]))
    wanted = net.state_dict()
    net.load_state_dict({name: torch.as_tensor(np.array(weights[name])) for name in wanted})
    return net.eval()


def load(name: str = "children-64", seed: int = 0) -> SmallResNet:
    """Load a shipped network.

    Parameters
    ----------
    name : str
        ``children-64``, ``children-128`` or ``simulated-128``.
    seed : int
        Which of its seeds, see `seeds`.

    Returns
    -------
    SmallResNet
        At rest, single precision. ``simulated-128`` scores each of
        `readingroom.models.FINDINGS`, the others one label.

    Raises
    ------
    LookupError
        No such network ships.
    """
    from safetensors.torch import load as read

    place = resources.files("readingroom.models").joinpath(FOLDER, name)
    try:
        raw = place.joinpath(f"seed-{seed}.safetensors").read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        known = "; ".join(f"{n} with seeds {', '.join(map(str, seeds(n)))}" for n in NAMES)
        raise LookupError(f"No network {name!r} with seed {seed} ships: {known}.") from error
    kept = {k: v.float().numpy() for k, v in read(raw).items()}
    return from_weights(kept, NAMES[name])


def seeds(name: str) -> list[int]:
    """The seeds with which a network ships."""
    return list(NAMES[name].seeds)


def suited(cohort) -> tuple[str, int]:
    """The shipped 128-px network to look at a cohort with, and which of its outputs.

    Parameters
    ----------
    cohort : Cohort
        Simulated films get the simulated network's output for their label, all others
        ``children-128``, whose label is pneumonia.
    """
    if cohort.source != "simulated":
        return "children-128", 0
    known = cohort.label_name in FINDINGS
    return "simulated-128", FINDINGS.index(cohort.label_name if known else "consolidation")


@cache
def card(name: str = "children-64") -> dict:
    """The machine-readable model card."""
    place = resources.files("readingroom.models").joinpath(FOLDER, name, "card.json")
    return json.loads(place.read_text("utf-8"))


def _estimates(labels: np.ndarray, scores: np.ndarray) -> list[dict]:
    """AUC of each seed: labels (N,), scores (S, N)."""
    from readingroom.assess import metrics

    found = [metrics.auc(labels, score) for score in scores]
    return [{"value": e.value, "lo": e.lo, "hi": e.hi, "n": e.n} for e in found]


def _aucs(cohort, scores: np.ndarray, part: str) -> list | dict:
    """AUC of each seed, (S, N); for several findings, (S, N, F), by finding."""
    labels = cohort.part(part)[1]
    if scores.ndim == 2:
        return _estimates(labels, scores)
    return {f: _estimates(labels[:, i], scores[..., i]) for i, f in enumerate(FINDINGS)}


def _rows(label: str, seeds: list, val: list, test: list) -> list[str]:
    return [
        f"| {label} | {seed} | {v['value']:.3f} ({v['lo']:.3f} to {v['hi']:.3f}) "
        f"| {t['value']:.3f} ({t['lo']:.3f} to {t['hi']:.3f}) |"
        for seed, v, t in zip(seeds, val, test, strict=True)
    ]


def _table(facts: dict) -> str:
    val, test = facts["val_auc"], facts["test_auc"]
    if isinstance(val, list):
        val, test = {facts["outputs"][0]: val}, {facts["outputs"][0]: test}
    rows = [row for label in val for row in _rows(label, facts["seeds"], val[label], test[label])]
    n = {name: next(iter(part.values()))[0]["n"] for name, part in (("val", val), ("test", test))}
    head = f"| label | seed | validation (n = {n['val']}) | test (n = {n['test']}) |"
    return "\n".join([head, "|---|---|---|---|", *rows])


def _said(plan: Plan) -> dict[str, str]:
    """The sentences that differ between real and simulated films."""
    if plan.films:
        return {
            "reference": "readers of the images, as above; no CT, no course of disease.",
            "by": "by image (no patient numbers exist, so probably too narrow)",
            "exam": "Validation shares patients with training and is no honest exam. Known",
            "not": "for any patient; for adults; for films that are not frontal; as a probability\n"
            "(its score is a rank); to compare products. It was never tested outside its one "
            "hospital.",
        }
    return {
        "reference": "the simulator itself: what was drawn is the truth, seen or not.",
        "by": "by film, which here is by patient",
        "exam": "All three parts are other virtual patients of the same five departments. Known",
        "not": "for any real film, patient or product: it has never seen a real film, and a "
        "network\ntrained on simulated films does not transfer to them; as a probability (its "
        "scores are ranks).",
    }


def _listed(seeds: list[int]) -> str:
    return ", ".join(map(str, seeds))


def _missing(seeds: list[int]) -> str:
    """What a card must say where fewer than the usual five seeds ship."""
    if missing := [seed for seed in SEEDS if seed not in seeds]:
        return (
            f" Seeds {_listed(missing)} do\n  not ship: their training was not finished, and none "
            "was left out for its result. The spread\n"
            f"  of these {len(seeds)} may be narrower than that of all {len(SEEDS)}."
        )
    return ""


def _text(name: str, facts: dict, cohort) -> str:
    defects = "\n".join(f"- {line}" for line in facts["known_defects"])
    said = _said(NAMES[name])
    logits = "one logit" if len(facts["outputs"]) == 1 else f"{len(facts['outputs'])} logits"
    return f"""# Model card: {name}

For teaching. **Never for clinical use.**

- **What it is**: a residual network of {facts["weights"]:,} weights
  (`readingroom.models.SmallResNet`), {logits} for each {facts["size"]}-pixel film
  ({", ".join(facts["outputs"])}); its last feature map is {facts["grid"]} x {facts["grid"]};
  {len(facts["seeds"])} networks, from seeds {_listed(facts["seeds"])}.{_missing(facts["seeds"])}
- **Made by**: `{facts["command"]}`, {facts["date"]}, readingroom {facts["readingroom"]},
  torch {facts["torch"]}. {facts["epochs"]} epochs, fixed before; augmentation by small turns,
  shifts, zooms and changes of exposure. The recipe was settled in trials that printed validation
  and test AUC, so the test numbers below are slightly optimistic.
- **Data**: {cohort.banner()}. {cohort.citation}
- **Population**: {cohort.population}
- **Reference standard**: {said["reference"]}
- **Weights' licence**: CC BY 4.0, as the films'.

AUC with 95 % bootstrap interval, {said["by"]}:

{_table(facts)}

{said["exam"]} defects of the films:

{defects}

**Must not be used** {said["not"]}
"""


def _save(weights: dict, plan: Plan, path: Path) -> SmallResNet:
    """Write weights in half precision and give the network that the file holds."""
    import torch
    from safetensors.torch import save_file

    tensors = {k: torch.from_numpy(np.array(v)) for k, v in weights.items()}
    halves = {k: v.half() if v.is_floating_point() else v for k, v in tensors.items()}
    save_file(halves, path)
    return from_weights({k: v.float().numpy() for k, v in halves.items()}, plan)


def make(name: str, folder: Path) -> None:
    """Train the seeds of a network and write weights and cards into `folder`."""
    from readingroom.models.longruns import seeds as train
    from readingroom.models.training import Recipe, scores

    plan = NAMES[name]
    cohort = plan.cohort()
    recipe = Recipe(epochs=plan.epochs, strides=plan.strides, local=plan.local)
    _, nets = train(cohort, plan.seeds, recipe)
    folder.mkdir(parents=True, exist_ok=True)
    # the card describes the files, so its numbers come from the rounded weights
    kept = [
        _save(weights, plan, folder / f"seed-{seed}.safetensors")
        for seed, weights in zip(plan.seeds, nets, strict=True)
    ]
    found = {
        part: np.array([scores(net, cohort.part(part)[0]) for net in kept])
        for part in ("val", "test")
    }
    facts = provenance.stamp(
        COMMAND.format(name=name),
        cohort,
        weights=size_in_weights(kept[0]),
        size=plan.size,
        seeds=list(plan.seeds),
        grid=kept[0].grid(plan.size),
        outputs=[cohort.label_name] if plan.films else list(FINDINGS),
        epochs=plan.epochs,
        val_auc=_aucs(cohort, found["val"], "val"),
        test_auc=_aucs(cohort, found["test"], "test"),
        known_defects=plan.known_defects(),
    )
    provenance.write(folder / "card.json", facts)
    (folder / "README.md").write_text(_text(name, facts, cohort), "utf-8")


def main() -> None:
    """Make the network named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(NAMES))
    name = parser.parse_args().name
    make(name, Path(__file__).parent / FOLDER / name)


if __name__ == "__main__":
    main()
