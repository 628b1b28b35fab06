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
from typing import Any

import numpy as np

from readingroom import data, files
from readingroom.assess import metrics, whose
from readingroom.models import findings, provenance
from readingroom.models.findings import DEFECTS, FINDINGS
from readingroom.models.nets import EARLY, STRIDES, SmallResNet, size_in_weights
from readingroom.models.training import Recipe, scores, seeds as train

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
    """

    films: str
    size: int
    epochs: int
    strides: tuple[int, ...] = STRIDES
    local: bool = False

    def network(self, outputs: int) -> SmallResNet:
        """A new network of this plan."""
        return SmallResNet(outputs=outputs, strides=self.strides, local=self.local)

    def cohort(self) -> Any:
        """The films, drawn or fetched."""
        if not self.films:
            return findings.cohort(self.size)
        return data.load(self.films, size=self.size, mode="real")

    def known_defects(self) -> list[str]:
        """What is odd about the films, one sentence each."""
        return list(data.known_defects(self.films)) if self.films else list(DEFECTS)


NAMES = {
    "children-64": Plan("children", 64, 6),
    "children-128": Plan("children", 128, 4, EARLY),
    "simulated-128": Plan("", 128, 10, EARLY, local=True),
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
    place = resources.files("readingroom.models").joinpath(FOLDER, name)
    try:
        raw = place.joinpath(f"seed-{seed}.safetensors").read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        known = "; ".join(f"{n} with seeds {', '.join(map(str, seeds(n)))}" for n in NAMES)
        raise LookupError(f"No network {name!r} with seed {seed} ships: {known}.") from error
    return _held(raw, NAMES[name])


def _held(raw: bytes, plan: Plan) -> SmallResNet:
    """The network that a file of weights holds, in single precision."""
    from safetensors.torch import load as read

    return from_weights({k: v.float().numpy() for k, v in read(raw).items()}, plan)


def seeds(name: str) -> list[int]:
    """The seeds with which a network ships."""
    place = resources.files("readingroom.models").joinpath(FOLDER, name)
    return [s for s in SEEDS if place.joinpath(f"seed-{s}.safetensors").is_file()]


def suited(cohort: Any) -> tuple[str, int]:
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


def card(name: str = "children-64") -> dict:
    """The machine-readable model card; each estimate in it names the films it is of."""
    return _named(_card(name), whose.plain_banner(_card(name)["cohort"]))


def _named(facts: Any, films: str) -> Any:
    """Facts in which every estimate carries its films."""
    if isinstance(facts, list):
        return [_named(one, films) for one in facts]
    if not isinstance(facts, dict):
        return facts
    found = {name: _named(value, films) for name, value in facts.items()}
    return {**found, "films": films} if {"value", "lo", "hi", "n"} <= set(found) else found


@cache
def _card(name: str) -> dict:
    place = resources.files("readingroom.models").joinpath(FOLDER, name, "card.json")
    return json.loads(place.read_text("utf-8"))


def _estimates(labels: np.ndarray, scores: np.ndarray) -> list[dict]:
    """AUC of each seed: labels (N,), scores (S, N)."""
    found = [metrics.auc(labels, score) for score in scores]
    return [{"value": e.value, "lo": e.lo, "hi": e.hi, "n": e.n} for e in found]


def _aucs(cohort: Any, scores: np.ndarray, part: str) -> list | dict:
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


def _earlier(seeds: list[int]) -> str:
    """What a card must say where not all seeds come from one run of the command."""
    return f" Seeds {_listed(seeds)} come from earlier\n  runs of the same recipe." if seeds else ""


def _text(name: str, facts: dict, cohort: Any) -> str:
    defects = "\n".join(f"- {line}" for line in facts["known_defects"])
    said = _said(NAMES[name])
    earlier = _earlier(facts["earlier"]) + (f"\n  {facts['note']}" if "note" in facts else "")
    logits = "one logit" if len(facts["outputs"]) == 1 else f"{len(facts['outputs'])} logits"
    return f"""# Model card: {name}

For teaching. **Never for clinical use.**

- **What it is**: a residual network of {facts["weights"]:,} weights
  (`readingroom.models.SmallResNet`), {logits} for each {facts["size"]}-pixel film
  ({", ".join(facts["outputs"])}); its last feature map is {facts["grid"]} x {facts["grid"]};
  {len(facts["seeds"])} networks, from seeds {_listed(facts["seeds"])}.
- **Made by**: `{facts["command"]}`,
  {facts["date"]}, readingroom {facts["readingroom"]},
  torch {facts["torch"]}.{earlier}
  {facts["epochs"]} epochs, fixed before; augmentation by small turns, shifts, zooms
  and changes of exposure. The recipe was settled in trials that printed validation
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


def _save(weights: dict, path: Path) -> None:
    """Write weights in half precision."""
    import torch
    from safetensors.torch import save_file

    tensors = {k: torch.from_numpy(np.array(v)) for k, v in weights.items()}
    save_file({k: v.half() if v.is_floating_point() else v for k, v in tensors.items()}, path)


def make(name: str, folder: Path, chosen: tuple[int, ...] = SEEDS) -> None:
    """Train seeds of a network and write weights and cards into `folder`.

    Parameters
    ----------
    name : str
        A key of `NAMES`.
    folder : Path
        Weights of other seeds that lie here already are kept.
    chosen : tuple of int
        Which seeds to train.
    """
    plan = NAMES[name]
    cohort = plan.cohort()
    recipe = Recipe(epochs=plan.epochs, strides=plan.strides, local=plan.local)
    folder.mkdir(parents=True, exist_ok=True)
    for seed, weights in zip(chosen, train(cohort, chosen, recipe)[1], strict=True):
        _save(weights, folder / f"seed-{seed}.safetensors")
    describe(name, folder, cohort, chosen)


def describe(name: str, folder: Path, cohort: Any, chosen: tuple[int, ...], note: str = "") -> None:
    """Write the cards of the weights in `folder`, of which `chosen` were trained last.

    Parameters
    ----------
    note : str
        A sentence for both cards, where the films of `cohort` are not quite those of training.
    """
    plan = NAMES[name]
    here = [s for s in SEEDS if (folder / f"seed-{s}.safetensors").is_file()]
    # the card describes the files, so its numbers come from the rounded weights
    kept = [_held((folder / f"seed-{seed}.safetensors").read_bytes(), plan) for seed in here]
    found = {
        part: np.array([scores(net, cohort.part(part)[0]) for net in kept])
        for part in ("val", "test")
    }
    partly = f" --seeds {' '.join(map(str, chosen))}" if list(chosen) != here else ""
    facts = provenance.stamp(
        COMMAND.format(name=name) + partly,
        cohort,
        weights=size_in_weights(kept[0]),
        size=plan.size,
        seeds=here,
        earlier=[seed for seed in here if seed not in chosen],
        grid=kept[0].grid(plan.size),
        outputs=[cohort.label_name] if plan.films else list(FINDINGS),
        epochs=plan.epochs,
        val_auc=_aucs(cohort, found["val"], "val"),
        test_auc=_aucs(cohort, found["test"], "test"),
        known_defects=plan.known_defects(),
        **({"note": note} if note else {}),
    )
    files.write_json(folder / "card.json", facts)
    files.write_text(folder / "README.md", _text(name, facts, cohort))


def main() -> None:
    """Make the network named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(NAMES))
    parser.add_argument("--seeds", type=int, nargs="+", choices=SEEDS, default=list(SEEDS))
    options = parser.parse_args()
    make(options.name, Path(__file__).parent / FOLDER / options.name, tuple(options.seeds))


if __name__ == "__main__":
    main()
