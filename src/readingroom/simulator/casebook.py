"""A list of films with everything around them: report, readers, prior exam, indication, CT.

No film is drawn here. The finding is planted, and everybody sees the film in his own way: whoever
wrote the report, three readers, an adjudicator. So each of them can be wrong about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from readingroom.assess import whose
from readingroom.simulator.exam import Exam
from readingroom.simulator.finding import Finding
from readingroom.simulator.patient import Patient
from readingroom.simulator.reader import Reader, read
from readingroom.simulator.report import report
from readingroom.simulator.streams import stream

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["READERS", "clinic"]

KIND = "pneumothorax"
READERS = (
    Reader("reader 1", 0.74, 0.965),
    Reader("reader 2", 0.68, 0.985),
    Reader("reader 3", 0.80, 0.940),
    Reader("adjudicator", 0.88, 0.985),
    Reader("reporter", 0.85, 0.93),
)
"""Three who read by themselves, one who decides where they differ, one who wrote the report."""
CORRELATION = 0.45
FOLLOWED, HAD_CT, HAD_PRIOR = 0.75, 0.22, 0.70
COURSE_RIGHT = 0.98
"""How often the course over six months, where it is known, tells what was there."""


def clinic(films: int = 1200, prevalence: float = 0.12, seed: int = 5) -> pd.DataFrame:
    """Make a list of adult films of one department.

    Parameters
    ----------
    films : int
    prevalence : float
        Share of films with a pneumothorax; met exactly, up to one film.
    seed : int

    Returns
    -------
    DataFrame
        One row per film: ``film``, ``view``, ``report``; ``reader_1`` to ``reader_3``,
        ``majority``, ``panel`` (adjudicated), 0 or 1; ``follow_up`` 0, 1 or -1 (none);
        ``prior`` and ``ct`` 'yes', 'no' or '' (none); ``drain`` and ``indication``; and what was
        planted: ``planted`` 0 or 1 and ``severity``.
    """
    import pandas as pd

    rng = stream(seed, "clinic")
    truth = rng.permutation(np.arange(films) < round(films * prevalence)).astype(int)
    severity = np.where(truth, np.round(rng.beta(1.3, 1.6, films), 3), 0.0)
    calls = read(truth, READERS, CORRELATION, seed, difficulty=_hard(truth, severity, rng))
    rows = [
        _row(seed * 100_000 + i, i, int(truth[i]), float(severity[i]), int(calls[i, 4]), rng)
        for i in range(films)
    ]
    table = pd.DataFrame(rows)
    for number in range(3):
        table[f"reader_{number + 1}"] = calls[:, number]
    agreed = calls[:, :3].sum(axis=1)
    table["majority"] = (agreed >= 2).astype(int)
    table["panel"] = np.where(np.isin(agreed, (0, 3)), table["majority"], calls[:, 3])
    course = np.where(rng.random(films) < COURSE_RIGHT, truth, 1 - truth)
    table["follow_up"] = np.where(rng.random(films) < FOLLOWED, course, -1)
    table.attrs["films"] = whose.SIMULATED
    return table


def _hard(truth: np.ndarray, severity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How hard each film is among those of its kind: small findings are, and some sound films."""
    easy = rng.random(len(truth))
    ill = truth == 1
    order = np.argsort(np.argsort(severity[ill] + rng.normal(0, 0.15, ill.sum())))
    easy[ill] = (order + 0.5) / ill.sum()
    return -easy


def _row(
    seed: int, number: int, ill: int, severity: float, seen: int, rng: np.random.Generator
) -> dict:
    patient = Patient.sample(seed)
    exam = Exam.sample(patient, seed)
    side = "right" if rng.random() < 0.55 else "left"
    # what is called on a sound film is a faint line: a skin fold, and reported with a hedge
    found = (Finding(KIND, severity if ill else 0.1, side, seed=seed),) if seen else ()
    words = report(exam.changed(devices=()), found)
    gone = "pneumothorax has resolved" in words
    story = _story(ill, gone, rng)
    ct = ("yes" if ill else "no") if rng.random() < HAD_CT else ""
    return {"film": number, "view": exam.view, "report": words, "planted": ill,
            "severity": severity, "ct": ct, **story}  # fmt: skip


def _story(ill: int, gone: bool, rng: np.random.Generator) -> dict:
    """Prior exam, drain and indication that belong together."""
    fate = rng.random()
    known, drained = ill and fate < 0.25, ill and 0.25 <= fate < 0.5
    seen = rng.random() < HAD_PRIOR
    if gone or known or drained:
        prior = "yes"  # somebody saw it before: there is an earlier film
    else:
        prior = "no" if seen else ""
    asked = {
        "drained": ("drain in place, lung expanded?",),
        "known": ("known pneumothorax, control", "control"),
        "gone": ("after removal of drain", "control"),
        "new": ("sudden chest pain", "after biopsy", "trauma", "dyspnoea"),
        "none": ("cough and fever", "dyspnoea", "before operation", "chest pain", "tube position"),
    }
    kind = "drained" if drained else "known" if known else "gone" if gone else (
        "new" if ill else "none")  # fmt: skip
    words = asked[kind]
    return {"prior": prior, "drain": int(bool(drained)),
            "indication": words[int(rng.integers(len(words)))]}  # fmt: skip
