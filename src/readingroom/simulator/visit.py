"""The same patient again: counterfactual twins, and follow-up with known growth."""

from __future__ import annotations

from typing import Any

from readingroom.simulator.exam import Exam
from readingroom.simulator.film import Film, draw
from readingroom.simulator.finding import Finding

__all__ = ["follow_up", "growth", "twin"]


def twin(film: Film, findings: tuple[Finding, ...] | None = None, **exam_fields: Any) -> Film:
    """The same exam with one thing changed.

    Body, pose, noise and display are those of `film`; only what is named differs.

    Parameters
    ----------
    findings : tuple of Finding, optional
        Findings of the twin; () for none, None to keep those of `film`.
    **exam_fields
        Fields of `Exam`, for example ``marker=""``, ``devices=("chest drain",)`` or
        ``site="Harbour"``.

    Examples
    --------
    >>> without_drain = twin(film, devices=())
    >>> healthy = twin(film, findings=())
    """
    kept = film.findings if findings is None else tuple(findings)
    return draw(film.patient, film.exam.changed(**exam_fields), kept, film.image.shape[0])


def growth(months: float, doubling_days: float) -> float:
    """Factor on a diameter after some months, for a volume that doubles in `doubling_days`."""
    return 2.0 ** (months * 30.44 / doubling_days / 3.0)


def follow_up(
    film: Film,
    months: float,
    doubling_days: float | None = None,
    factor: float = 1.0,
    **exam_fields: Any,
) -> Film:
    """The same patient some months later, in another exposure.

    Parameters
    ----------
    months : float
        Time since `film`.
    doubling_days : float, optional
        Volume doubling time of nodules; None leaves them as they are.
    factor : float
        Factor on the severity of all other findings; 0 means healed.
    **exam_fields
        Fields of `Exam` that differ, for example another site.
    """
    patient = film.patient.later(months)
    seed = film.exam.seed + 7919 + round(months * 100)
    same: dict[str, Any] = {"view": film.exam.view, "devices": film.exam.devices}
    exam = Exam.sample(patient, seed, film.exam.site, **same)
    later = film.exam.months + months
    exam = exam.changed(months=later, drain_side=film.exam.drain_side, **exam_fields)
    swell = growth(months, doubling_days) if doubling_days else 1.0
    found = [f.grown(swell if f.kind == "nodule" else factor) for f in film.findings]
    found = [f for f in found if f.kind == "nodule" or f.severity > 0]
    return draw(patient, exam, tuple(found), film.image.shape[0])
