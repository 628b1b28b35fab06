"""Model cards: the stub a learner writes, and the reading of those that ship."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from readingroom.assess import metrics

QUESTIONS = (
    "Who labelled the films, and against what?",
    "How does it do in adults, in other hospitals, on portable films?",
    "What happens to a film it should never have seen?",
    "Who checks its answers, and who takes it out of service?",
)


def _results(cohort: Any, runs: list) -> list[str]:
    """The lines about the seeds, or why none of these numbers may stand in this card."""
    own = metrics.plain_banner(cohort.banner())
    other = sorted({run.films or "films that nobody named" for run in runs} - {own})
    if other or not runs:
        whose = " and ".join(other) or "no films"
        return [
            f"- Test AUC: none. The numbers given are of other films ({whose}), so they cannot "
            "stand here; train on these films, and give their test AUC."
        ]
    of_runs = [run.value for run in runs]
    mean = metrics.mean_share(of_runs, "mean test AUC", of="seeds") if len(runs) > 1 else runs[0]
    return [
        f"- Seeds: {len(runs)}; {mean}",
        *[f"  - seed {seed}: {run}" for seed, run in enumerate(runs)],
    ]


def card_stub(path: str | Path, cohort: Any, runs: list) -> str:
    """Write a model card with what this lesson knows, and the questions it leaves open.

    Parameters
    ----------
    path : str or Path
        File to write, Markdown.
    cohort : Cohort
        The films.
    runs : list of Estimate
        Test AUC of each seed, each with the films it is of (see `Estimate.on`).

    Returns
    -------
    str
        The card. Numbers of other films than the cohort's are refused: a sentence stands in
        their place.
    """
    sizes = {name: len(cohort.part(name)[1]) for name in ("train", "val", "test")}
    lines = [
        f"# Model card (stub): {cohort.label_name} on small chest films",
        "",
        f"- Written: {datetime.now(UTC).date().isoformat()}",
        f"- Data: {cohort.banner()}",
        f"- Population: {cohort.population}",
        f"- Split: {sizes['train']} training, {sizes['val']} validation, "
        f"{sizes['test']} test films",
        "- Stopping rule: six epochs, fixed beforehand",
        *_results(cohort, runs),
        "- Scope: teaching. Never for clinical use.",
        "",
        "Not known yet:",
        *[f"- {question}" for question in QUESTIONS],
    ]
    text = "\n".join(lines) + "\n"
    Path(path).write_text(text, "utf-8")
    return text
