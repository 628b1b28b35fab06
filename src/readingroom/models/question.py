"""What a shipped network was asked in training, beside what films are labelled for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.assess.named import named
from readingroom.models import reference
from readingroom.models.findings import FINDINGS
from readingroom.models.training import scores

FEWEST = 10  # test films of each kind; below it a ranking is not given


@dataclass(frozen=True)
class Question:
    """A network, its own target, and how it ranks films for theirs.

    Attributes
    ----------
    network, target : str
        Its name, and what its score is for, such as ``"pneumonia, in children"``.
    label : str
        What label 1 of the films means.
    same : bool
        Whether the films are labelled for what the network was asked.
    auc : Estimate or None
        On their test part, for their label; None where they have too few of a kind.
    banner : str
        The films.
    """

    network: str
    target: str
    label: str
    same: bool
    auc: Estimate | None
    banner: str

    def __str__(self) -> str:
        lines = [f"Network {self.network}: its score is for {self.target}. Films: {self.banner}"]
        if not self.same:
            lines.append(
                f"These films are labelled {self.label!r}, which the network was never asked."
            )
            lines.append(
                f"As a score for {self.label!r}, on their test part: {self.auc}"
                if self.auc
                else f"How it ranks them for {self.label!r} is not given: their test part has "
                f"fewer than {FEWEST} films of a kind."
            )
        return "\n".join(lines)


def question(cohort: Any, name: str, output: int = 0) -> Question:
    """Say what a network was asked and, where films ask something else, how it ranks them.

    Parameters
    ----------
    cohort : Cohort
        At the size of the network's films.
    name : str
        A shipped network, see `readingroom.models.load`.
    output : int
        Which of its scores.

    Returns
    -------
    Question
    """
    plan = reference.NAMES[name]
    if plan.films:
        target, whose = "pneumonia", "in children"
    else:
        target, whose = FINDINGS[output], "in simulated adults"
    same = cohort.source != "own"  # the course pairs its films with networks that know them
    auc = None
    films, label = cohort.part("test")
    if not same and min(int((np.asarray(label) == kind).sum()) for kind in (0, 1)) >= FEWEST:
        found = scores(reference.load(name), films).reshape(len(films), -1)[:, output]
        rows = cohort.table[cohort.table["split"] == "test"].sort_values("index")
        known = "patient" in rows and rows["patient"].notna().all()
        patient = rows["patient"].to_numpy(str) if known else None
        auc = metrics.auc(label, named(found, cohort), patient, draws=500)
    return Question(name, f"{target}, {whose}", cohort.label_name, same, auc, cohort.banner())
