"""What CLAIM asks of a study, answered for each network that ships, from the facts of its card.

Topics follow CLAIM 2024 (doi 10.1148/ryai.240300); its items are worded and numbered there. An
answer is taken from ``card.json`` and from the card's text. What neither knows is said to be
unknown, never filled in.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

UNKNOWN = "**Not known** to this course."


def _line(card: str, name: str) -> str:
    """A line of the card's text, such as "Population"; empty where it has none."""
    found = re.search(rf"^- \*\*{name}\*\*: (.*?)(?=^- \*\*|\n\n|\Z)", card, re.M | re.S)
    return " ".join(found.group(1).split()) if found else ""


def _tests(facts: dict) -> str:
    """The range of the test AUCs over the seeds, or one range a finding."""
    found = facts.get("test_auc")
    tables = found if isinstance(found, dict) else {facts["outputs"][0]: found} if found else {}
    said = []
    for label, seeds in tables.items():
        values = [seed["value"] for seed in seeds]
        low, high = min(s["lo"] for s in seeds), max(s["hi"] for s in seeds)
        said.append(
            f"{label}: {min(values):.3f} to {max(values):.3f} over {len(seeds)} seeds; their 95 % "
            f"intervals reach from {low:.3f} to {high:.3f} (n = {seeds[0]['n']})"
        )
    return "Test AUC. " + "; ".join(said) + "." if said else ""


def answers(facts: dict, card: str) -> dict[str, str]:
    """Each topic to its answer; empty where the card does not know.

    Parameters
    ----------
    facts : dict
        ``card.json`` of a shipped network.
    card : str
        The text of its ``README.md``.
    """
    defects = facts.get("known_defects", [])
    shared = [d for d in defects if "both" in d or "equal" in d]
    parts = ("python", "torch", "numpy", "readingroom")
    versions = [f"{part} {facts[part]}" for part in parts if part in facts]
    drawn = facts.get("cohort", "").startswith("SIMULATED")
    made = f"`{facts['command']}`, {facts['date']}" if "command" in facts else ""
    return {
        "Role of the AI": "Teaching. It has no clinical role.",
        "Objective": f"To rank one frontal chest film for: {', '.join(facts['outputs'])}.",
        "How it was made": f"By {made}." if made else "",
        "Source of the data": facts.get("cohort", ""),
        "Who was eligible": _line(card, "Population"),
        "De-identification": "Nothing to remove: no patient exists." if drawn else "",
        "Preprocessing": f"Resized to {facts['size']} pixels a side, one grey channel.",
        "Reference standard": _line(card, "Reference standard"),
        "How far annotators agree": "",
        "Why this many films": "",
        "Parts that share no patient": f"Not so: {'; '.join(shared)}." if shared else "",
        "Model": f"A residual network of {facts['weights']:,} weights.",
        "Training": f"{facts['epochs']} epochs, fixed before." if "epochs" in facts else "",
        "Performance with uncertainty": _tests(facts),
        "Test on outside films": "",
        "Known defects of the films": f"{'; '.join(d.rstrip('.') for d in defects)}."
        if defects
        else "",
        "Analysis of failures": "",
        "Versions": f"{', '.join(versions)}." if versions else "",
    }


def table(folder: Path) -> str:
    """The section that the book adds to a network's card."""
    facts = json.loads((folder / "card.json").read_text("utf-8"))
    found = answers(facts, (folder / "README.md").read_text("utf-8"))
    known = sum(bool(answer) for answer in found.values())
    lines = [
        "## What CLAIM asks", "",
        f"Filled in from the card: {known} of {len(found)} topics. The list of topics is ours, "
        "after CLAIM 2024 (doi 10.1148/ryai.240300), where the items stand in full.", "",
        "| topic | answer |", "|---|---|",
        *(f"| {topic} | {(answer or UNKNOWN).replace('|', chr(92) + '|')} |"
          for topic, answer in found.items()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
