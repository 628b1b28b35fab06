"""Who is in a cohort: prevalence, case mix, and attributes tied to the label on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from readingroom.simulator.exam import DEVICES, Exam
from readingroom.simulator.finding import Finding
from readingroom.simulator.patient import Patient
from readingroom.simulator.streams import stream

__all__ = ["Case", "Mix", "Tie", "plan", "tied_share"]


@dataclass(frozen=True)
class Tie:
    """An attribute that goes with the label at a stated strength.

    Parameters
    ----------
    attribute : str
        'female', 'AP', 'portable', 'marker R', 'marker' (any letter at all), 'site <name>', or
        the name of a device.
    odds_ratio : float
        Odds of the attribute in positive films over those in negative films; 1 is no tie.
    share : float
        Share of negative films that carry the attribute.
    """

    attribute: str
    odds_ratio: float = 1.0
    share: float = 0.5


def tied_share(tie: Tie, positive: bool) -> float:
    """Probability of the attribute in positive or in negative films."""
    odds = tie.share / (1 - tie.share) * (tie.odds_ratio if positive else 1.0)
    return odds / (1 + odds)


@dataclass(frozen=True)
class Mix:
    """One part (split) of a cohort.

    Parameters
    ----------
    split : str
    films : int
    prevalence : float
        Share of films with the label; met exactly, up to rounding to one film.
    ages : mapping
        Shares of 'adults', 'children' (1 to 5) and 'all'.
    sites : mapping
        Shares of departments.
    severity : tuple of float
        Range from which severity is drawn evenly.
    films_each : float
        Mean number of films per patient.
    shares_patients_with : str
        Name of an earlier split whose patients are filmed again here; '' for none.
    extras : mapping
        Kind of finding to its share in all films, whatever the label.
    ties : tuple of Tie
    view : str or None
        Force a projection.
    """

    split: str
    films: int
    prevalence: float
    ages: Mapping[str, float] = field(default_factory=lambda: {"adults": 1.0})
    sites: Mapping[str, float] = field(default_factory=lambda: {"Northgate": 1.0})
    severity: tuple[float, float] = (0.3, 1.0)
    films_each: float = 1.0
    shares_patients_with: str = ""
    extras: Mapping[str, float] = field(default_factory=dict)
    ties: tuple[Tie, ...] = ()
    view: str | None = None


@dataclass(frozen=True)
class Case:
    """One film to be drawn, with its label."""

    split: str
    label: int
    patient: Patient
    exam: Exam
    findings: tuple[Finding, ...]


def _choose(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    names = list(shares)
    weights = np.array([shares[name] for name in names], float)
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def _labels(rng: np.random.Generator, mix: Mix) -> np.ndarray:
    labels = np.zeros(mix.films, int)
    labels[: round(mix.prevalence * mix.films)] = 1
    return rng.permutation(labels)


def plan(mixes: tuple[Mix, ...], kind: str, seed: int) -> list[Case]:
    """Decide every film of a cohort before any is drawn.

    Splits with `shares_patients_with` are planned together with that split, and films are
    then dealt out at random: an image-level split, as many public sets have.
    """
    cases, number = [], 0
    for place, mix in enumerate(mixes):
        if mix.shares_patients_with:
            continue
        partners = [m for m in mixes if m.shares_patients_with == mix.split]
        rng = stream(seed, f"plan {place} {mix.split}")
        pool: list[Case] = []
        for label in (1, 0):
            wanted = sum(int((_labels(rng, m) == label).sum()) for m in (mix, *partners))
            while wanted > 0:
                count = min(wanted, 1 + int(rng.poisson(max(mix.films_each - 1, 0))))
                pool += _visits(rng, mix, kind, label, seed * 100_000 + number, count)
                number, wanted = number + 1, wanted - count
        cases += _deal(rng, pool, (mix, *partners))
    return cases


def _visits(
    rng: np.random.Generator, mix: Mix, kind: str, label: int, patient_seed: int, count: int
) -> list[Case]:
    """Several films of one patient in one episode: same body, same lesion, other exposures."""
    patient = Patient.sample(patient_seed, _choose(rng, mix.ages))
    site = _choose(rng, mix.sites)
    severity = float(rng.uniform(*mix.severity))
    cause = finding(rng, kind, severity, patient_seed) if label else None
    out = []
    for visit in range(count):
        found = [] if cause is None else [_drifted(rng, cause, visit)]
        for other, share in mix.extras.items():
            if rng.random() < share and other != kind:
                found.append(
                    finding(rng, other, float(rng.uniform(*mix.severity)), patient_seed + 7 + visit)
                )
        exam = Exam.sample(patient, patient_seed * 10 + visit, site, mix.view)
        if cause is not None and cause.side != "both":
            exam = exam.changed(drain_side=cause.side)  # a drain lies where the trouble is
        person, exam = _tie(rng, patient, exam, mix.ties, bool(label))
        out.append(Case(mix.split, label, person, exam, tuple(found)))
    return out


def finding(rng: np.random.Generator, kind: str, severity: float, seed: int) -> Finding:
    """A finding of a kind in a likely place."""
    side = "right" if rng.random() < 0.56 else "left"
    zones = {"consolidation": (0.18, 0.24, 0.36, 0.22), "nodule": (0.4, 0.3, 0.3, 0.0)}
    zone = str(
        rng.choice(["upper", "mid", "lower", "perihilar"], p=zones.get(kind, (0.1, 0.2, 0.7, 0.0)))
    )
    if kind == "interstitial" or (kind == "consolidation" and rng.random() < 0.2):
        side = "both"
    return Finding(kind, round(severity, 3), side, zone, seed=seed)


def _drifted(rng: np.random.Generator, cause: Finding, visit: int) -> Finding:
    factor = 1.0 if visit == 0 else float(rng.uniform(0.8, 1.15))
    return cause.grown(factor)


def _tie(rng: np.random.Generator, patient: Patient, exam: Exam, ties: Any, positive: bool) -> Any:
    """Apply the tied attributes to one film."""
    for tie in ties:
        present = rng.random() < tied_share(tie, positive)
        name = tie.attribute
        if name == "female":
            patient = replace(patient, sex="F" if present else "M")
        elif name == "AP":
            exam = exam.changed(
                view="AP" if present else "PA", portable_text=present and exam.portable_text
            )
        elif name == "portable":
            exam = exam.changed(portable_text=present)
        elif name == "marker":
            exam = exam.changed(marker=exam.place.letter if present else "")
        elif name.startswith("marker "):
            letter = name[-1]
            exam = exam.changed(marker=letter if present else {"R": "L", "L": "R"}[letter])
        elif name.startswith("site "):
            exam = exam.changed(site=name[5:]) if present else exam
        elif name in DEVICES:
            rest = tuple(d for d in exam.devices if d != name)
            exam = exam.changed(devices=(*rest, name) if present else rest)
        else:
            raise ValueError(f"No attribute is called {name!r}.")
    return patient, exam


def _deal(rng: np.random.Generator, pool: list[Case], mixes: Any) -> list[Case]:
    """Deal films to splits at random, keeping each split's number and prevalence."""
    out = []
    stacks = {label: [c for c in pool if c.label == label] for label in (0, 1)}
    for label, stack in stacks.items():
        stacks[label] = [stack[i] for i in rng.permutation(len(stack))]
    for mix in mixes:
        labels = _labels(rng, mix)
        out += [replace(stacks[int(label)].pop(), split=mix.split) for label in labels]
    return out
