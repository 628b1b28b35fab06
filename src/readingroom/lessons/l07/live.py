"""What the page attacks in front of the learner (needs torch), and the policy it prints."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from readingroom.lessons.l07 import door, films as counted

if TYPE_CHECKING:
    from torch import Tensor

FEW = 4


def as_network() -> Any:
    """The pixel regression as a torch module; grey values 0 to 1 in, one logit out."""
    from readingroom.lessons.l07 import attacks

    return attacks.of_regression(counted.regression_of(counted.shift().run))


def attack_films(part: str = "test") -> tuple[Tensor, Tensor]:
    """Films as a tensor, (N, 1, 28, 28) with grey values 0 to 1, and their labels, (N,)."""
    import torch

    from readingroom.lessons.l07 import attacks

    images, labels = counted.thumbnails(part)
    return attacks.tensor(images), torch.tensor(np.asarray(labels), dtype=torch.float32)


def policy(rules: Collection[int], threshold: float) -> str:
    """A draft of an input policy on one page, with the learner's own rules and threshold."""
    found = counted.shift()
    alarm = counted.alarms(found.y[found.away], found.whiter[found.away], threshold)
    lines = [
        "INPUT POLICY (draft, for teaching)",
        "1. Before the program reads, a film is stopped if",
    ]
    lines += [f"   - {door.worded(rule)}" for rule in sorted(rules)]
    lines += [
        "   Whatever is stopped goes to a person, and is counted.",
        f"2. Threshold: {threshold:.3f}, set on {counted.LOCAL} normal films of this department. "
        f"Expected alarms per 100 normals: {counted.per_hundred(alarm)}.",
        "3. The threshold is set again after every change of detector, dose, grid or "
        "post-processing. The physicist tells the AI owner before the change.",
        "4. Each week: alarms per 100 films without a finding. Outside the range above: stop, ask.",
        "5. Files travel on a signed route. Only the archive may write them, and each has a hash.",
    ]  # fmt: skip
    return "\n".join(lines)
