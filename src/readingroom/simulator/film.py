"""One film: a patient, an exam, some findings; projected, exposed, processed, marked."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from readingroom.simulator.anatomy import Anatomy, anatomy
from readingroom.simulator.cage import Cage, cage, cavity
from readingroom.simulator.detector import develop, look, settle
from readingroom.simulator.exam import Exam
from readingroom.simulator.finding import Change, Finding, change
from readingroom.simulator.frame import Frame, aim
from readingroom.simulator.marker import letter
from readingroom.simulator.mediastinum import airway, mediastinum
from readingroom.simulator.patient import Patient
from readingroom.simulator.report import report
from readingroom.simulator.skeleton import skeleton
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import grain, union
from readingroom.simulator.trunk import gas, trunk
from readingroom.simulator.vessels import vessels

__all__ = ["Film", "draw"]

SOFT = 0.196
"""Attenuation of soft tissue per cm at the mean energy of a chest film."""
BONE = 0.62
"""Attenuation of compact bone per cm above that of soft tissue."""


@dataclass
class Film:
    """A simulated film and its truth.

    Attributes
    ----------
    image : ndarray, (S, S) uint8
        Patient's right on the left, air black.
    masks : dict
        Kind of finding to (S, S) bool; a finding that is not there has no key.
    lung : ndarray, (S, S) bool
        Where a ray crosses lung.
    spacing_mm : float
        Pixel size at the middle of the body, mm.
    report : str
        Plain words, with the hedges and negations of daily practice.
    """

    image: np.ndarray
    masks: dict
    lung: np.ndarray
    spacing_mm: float
    report: str
    patient: Patient
    exam: Exam
    findings: tuple[Finding, ...]
    boxes: dict = field(default_factory=dict)
    """Where letters and devices were drawn: name to (row0, row1, col0, col1)."""


@dataclass
class _Parts:
    """Everything projected, before exposure (thorax units)."""

    frame: Frame
    shape: Cage
    lung: np.ndarray
    soft: np.ndarray
    bone: np.ndarray
    blood: np.ndarray
    change: Change
    heart: np.ndarray


def _project(patient: Patient, exam: Exam, findings, size: int, body: Anatomy) -> _Parts:
    frame = aim(body, exam, size)
    shape = cage(body, exam)
    room = cavity(frame, shape)
    big = [f.severity for f in findings if f.kind == "cardiomegaly"]
    enlarge = 1.0 + (0.12 + 0.28 * max(big) if big else 0.0)
    lying = 1.06 if exam.view == "AP" else 1.0
    middle = mediastinum(frame, shape, enlarge * lying)
    lung = np.maximum(room.lung - union([room.dome, middle.chord]), 0)
    changes = change(frame, shape, room, lung, findings)
    if big:
        changes.masks["cardiomegaly"] = middle.heart
    blood = vessels(frame, shape)
    blood = blood * np.clip(1.25 * lung / np.maximum(room.lung, 1), 0, 1)
    bone = skeleton(frame, shape, exam, patient.seed)
    hollow = 1.7 * airway(frame, shape) + gas(frame, shape, exam) * (frame.y > room.dome_level)
    soft = np.maximum(trunk(frame, shape, exam, patient.seed) - lung - hollow, 0)
    return _Parts(frame, shape, lung, soft, bone, blood, changes, middle.heart)


def _attenuate(parts: _Parts, body: Anatomy, exam: Exam, sick: bool) -> np.ndarray:
    """Line integrals of attenuation, (S, S), with or without the findings."""
    size = parts.frame.size
    air_like = SOFT * body.lung_density * (1.0 + (0.10 if exam.view == "AP" else 0.0))
    texture = grain(stream(exam.seed, "lung texture"), size)
    parenchyma = air_like * (1 + 0.05 * texture)
    fill, air, extra = 0.0, 0.0, 0.0
    if sick:
        fill, air, extra = parts.change.fill, parts.change.air, parts.change.extra
    tissue = parenchyma * (1 - air)
    depth = parts.lung * (tissue + fill * (0.92 * SOFT - tissue))
    depth += (SOFT - air_like) * parts.blood * (1 - 0.85 * fill) * (1 - air)
    depth += SOFT * (parts.soft + extra) + BONE * parts.bone
    depth *= body.deep
    return depth * (1 + 0.013 * grain(stream(exam.seed, "tissue texture"), size, 2.0))


def draw(patient: Patient, exam: Exam, findings=(), size: int = 512) -> Film:
    """Draw one film.

    Parameters
    ----------
    patient : Patient
    exam : Exam
    findings : sequence of Finding
    size : int
        Pixels along each side, 32 or more.
    """
    body, findings = anatomy(patient), tuple(findings)
    parts = _project(patient, exam, findings, size, body)
    style = look(exam)
    px = parts.frame.px
    well = _attenuate(parts, body, exam, sick=False)
    fixed = settle(well, px, exam.view, style)
    shown = _attenuate(parts, body, exam, sick=True) if findings else well
    grey = develop(shown, px, exam, style, fixed)
    boxes = letter(grey, px, exam)
    image = (grey * 255).astype(np.uint8)
    return Film(image, parts.change.masks, parts.lung > 0.5, 10 * px, report(exam, findings),
                patient, exam, findings, boxes)
