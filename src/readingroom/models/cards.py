"""Model cards: the stub a learner writes, and the reading of those that ship."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from readingroom.assess import metrics

QUESTIONS = (
    "Who labelled the films, and against what?",
    "How does it do in adults, in other hospitals, on portable films?",
    "What happens to a film it should never have seen?",
    "Who checks its answers, and who takes it out of service?",
)


def card_stub(path: str | Path, cohort, runs: list) -> str:
    """Write a model card with what this lesson knows, and the questions it leaves open.

    Parameters
    ----------
    path : str or Path
        File to write, Markdown.
    cohort : Cohort
        The films.
    runs : list of Estimate
        Test AUC of each seed.

    Returns
    -------
    str
        The card.
    """
    values = [run.value for run in runs]
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
        f"- Seeds: {len(runs)}; {metrics.mean(values, 'mean test AUC', of='seeds')}",
        *[f"  - seed {seed}: {run}" for seed, run in enumerate(runs)],
        "- Scope: teaching. Never for clinical use.",
        "",
        "Not known yet:",
        *[f"- {question}" for question in QUESTIONS],
    ]
    text = "\n".join(lines) + "\n"
    Path(path).write_text(text, "utf-8")
    return text
