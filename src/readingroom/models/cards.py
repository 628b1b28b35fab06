"""Model cards: the stub a learner writes, and the reading of those that ship."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from readingroom import files
from readingroom.assess import metrics

QUESTIONS = (
    "Were the labels checked against anything but the films themselves?",
    "How does it do in adults, in other hospitals, on portable films?",
    "What happens to a film it should never have seen?",
    "Who checks its answers, and who takes it out of service?",
)


def _results(cohort: Any, runs: list, of: str) -> list[str]:
    """The lines about the trainings, or why none of these numbers may stand in this card."""
    own = metrics.plain_banner(cohort.banner())
    other = sorted({run.films or "films that nobody named" for run in runs} - {own})
    if other or not runs:
        whose = " and ".join(other) or "no films"
        return [
            f"- Test AUC: none. The numbers given are of other films ({whose}), so they cannot "
            "stand here; train on these films, and give their test AUC."
        ]
    of_runs = [run.value for run in runs]
    mean = metrics.mean_share(of_runs, "mean test AUC", of=of) if len(runs) > 1 else runs[0]
    return [
        f"- {of.capitalize()}: {len(runs)}; {mean}",
        *[f"  - {of.removesuffix('s')} {k}: {run}" for k, run in enumerate(runs)],
    ]


def _split(cohort: Any, of: str) -> str:
    sizes = {name: len(cohort.part(name)[1]) for name in ("train", "val", "test")}
    if of == "folds":
        return f"{sum(sizes.values())} films, each judged once, by a network that did not learn it"
    return f"{sizes['train']} training, {sizes['val']} validation, {sizes['test']} test films"


def card_stub(
    path: str | Path, cohort: Any, runs: list, known: Sequence[str] = (), of: str = "seeds"
) -> str:
    """Write a model card with what this lesson knows, and the questions it leaves open.

    Parameters
    ----------
    path : str or Path
        File to write, Markdown.
    cohort : Cohort
        The films; their population says who was examined and, where it is known, who labelled.
    runs : list of Estimate
        Test AUC of each training, each with the films it is of (see `Estimate.on`).
    known : sequence of str
        What is odd about the films, such as patients shared by two of its sets.
    of : str
        What tells the trainings apart: ``seeds`` or ``folds``.

    Returns
    -------
    str
        The card. Numbers of other films than the cohort's are refused: a sentence stands in
        their place.
    """
    asked = ("Who labelled the films?", *QUESTIONS) if cohort.source == "own" else QUESTIONS
    lines = [
        f"# Model card (stub): {cohort.label_name} on small chest films",
        "",
        f"- Written: {datetime.now(UTC).date().isoformat()}",
        f"- Data: {cohort.banner()}",
        f"- Who was examined, who labelled: {cohort.population}",
        *[f"- Known: {line}" for line in known],
        f"- Split: {_split(cohort, of)}",
        "- Stopping rule: six epochs, fixed beforehand",
        *_results(cohort, runs, of),
        "- Scope: teaching. Never for clinical use.",
        "",
        "Not known yet:",
        *[f"- {question}" for question in asked],
    ]
    text = "\n".join(lines) + "\n"
    files.give(Path(path), text)
    return text
