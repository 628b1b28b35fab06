"""Reports in ordinary words, with the hedges and negations that label mining has to survive."""

from __future__ import annotations

from readingroom.simulator.exam import Exam
from readingroom.simulator.finding import Finding

__all__ = ["report"]


def report(exam: Exam, findings: tuple[Finding, ...]) -> str:
    """Write the report of one film."""
    if not findings:
        return "Lungs clear. No pleural effusion or pneumothorax. Heart size normal."
    return " ".join(f"{f.kind.capitalize()} {f.side} {f.zone} zone." for f in findings)
