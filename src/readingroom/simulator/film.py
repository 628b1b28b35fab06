"""One film: a patient, an exam, some findings; projected, exposed, processed, marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from readingroom.assess import whose
from readingroom.simulator.anatomy import FINE_FROM, Anatomy, anatomy
from readingroom.simulator.cage import cage, cavity
from readingroom.simulator.detector import develop, look, settle, shutter
from readingroom.simulator.device import devices
from readingroom.simulator.exam import Exam
from readingroom.simulator.finding import Change, Finding, change
from readingroom.simulator.frame import Frame, aim
from readingroom.simulator.marker import letter
from readingroom.simulator.mediastinum import airway, mediastinum
from readingroom.simulator.patient import Patient
from readingroom.simulator.report import report
from readingroom.simulator.skeleton import skeleton
from readingroom.simulator.streams import stream
from readingroom.simulator.texture import blur, grain, union
from readingroom.simulator.trunk import gas, trunk
from readingroom.simulator.vessels import vessels

__all__ = ["Film", "draw"]

SOFT = 0.196
"""Attenuation of soft tissue per cm at the mean energy of a chest film."""
BONE = 0.62
"""Attenuation of compact bone per cm above that of soft tissue."""
METAL = 1.1
"""Attenuation of one unit of device material; cables are given in cm of dense plastic."""


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
    """Where letters were printed: name to (row0, row1, col0, col1)."""
    devices: dict = field(default_factory=dict)
    """Pixels covered by each device: name to (S, S) bool."""


@dataclass
class _Parts:
    """Everything projected, before exposure (thorax units, (S, S))."""

    frame: Frame
    cavity: np.ndarray
    """Both pleural cavities, with nothing taken out."""
    well: np.ndarray
    """Lung as it would be without any finding."""
    lung: np.ndarray
    """Lung of this film: an enlarged heart takes its share."""
    trunk: np.ndarray
    """Everything inside the skin, less the gas in airways and bowel."""
    bone: np.ndarray
    blood: np.ndarray
    change: Change
    metal: np.ndarray
    covered: dict


def _project(patient: Patient, exam: Exam, findings: Any, size: int, body: Anatomy) -> _Parts:
    frame = aim(body, exam, size)
    shape = cage(body, exam)
    room = cavity(frame, shape)
    lying = 1.06 if exam.view == "AP" else 1.0
    middle = mediastinum(frame, shape, lying)
    well = np.maximum(room.lung - union([room.dome, middle.chord]), 0)
    lung, masks = well, {}
    big = [f.severity for f in findings if f.kind == "cardiomegaly"]
    if big:
        middle = mediastinum(frame, shape, lying * (1.12 + 0.28 * max(big)))
        lung = np.maximum(room.lung - union([room.dome, middle.chord]), 0)
        masks["cardiomegaly"] = middle.heart
    changes = change(frame, shape, room, lung, findings)
    changes.masks.update(masks)
    metal, covered = devices(frame, shape, exam)
    hollow = 1.3 * airway(frame, shape) + gas(frame, shape, exam) * (frame.y > room.dome_level)
    return _Parts(
        frame,
        room.lung,
        well,
        lung,
        trunk(frame, shape, exam, patient.seed) - hollow,
        skeleton(frame, shape, exam, patient.seed),
        vessels(frame, shape),
        changes,
        metal,
        covered,
    )


def _attenuate(parts: _Parts, body: Anatomy, exam: Exam, bare: bool) -> np.ndarray:
    """Line integrals of attenuation, (S, S).

    Parameters
    ----------
    bare : bool
        Without findings and devices: the film that fixes the display of all its twins.
    """
    size = parts.frame.size
    lung = parts.well if bare else parts.lung
    air_like = SOFT * body.lung_density * (1.0 + (0.30 if exam.view == "AP" else 0.0))
    tissue = air_like * (1 + 0.05 * grain(stream(exam.seed, "lung texture"), size))
    blood = parts.blood * np.clip(1.25 * lung / np.maximum(parts.cavity, 1), 0, 1)
    soft = np.maximum(parts.trunk - lung, 0)
    if not bare:
        fill, air = parts.change.fill * _open_bronchi(parts), parts.change.air
        tissue = tissue * (1 - air)
        tissue = tissue + fill * (0.92 * SOFT - tissue)
        blood = blood * (1 - 0.85 * fill) * (1 - air)
        soft = soft + parts.change.extra
    depth = lung * tissue + (SOFT - air_like) * blood + SOFT * soft + BONE * parts.bone
    depth *= body.deep
    if not bare:
        depth += METAL * parts.metal
    return depth * (1 + 0.013 * grain(stream(exam.seed, "tissue texture"), size, 2.0))


def _open_bronchi(parts: _Parts) -> np.ndarray:
    """Share of a filling that stays where bronchi run: they keep their air (bronchogram).

    Bronchi run beside arteries, so the picture of the vessels, moved by 3 mm, stands for them.
    """
    step = max(1, round(0.3 * parts.frame.wide / parts.frame.px))
    soft = blur(parts.blood, 0.13 * parts.frame.wide / parts.frame.px)
    beside = np.roll(soft, (step, step), (0, 1))
    solid = np.clip((parts.change.solid - 0.3) / 0.3, 0, 1)
    return 1 - 0.26 * solid * np.clip(0.9 * beside - 0.05, 0, 1)


def draw(patient: Patient, exam: Exam, findings: Any = (), size: int = 512) -> Film:
    """Draw one film.

    Parameters
    ----------
    patient : Patient
    exam : Exam
    findings : sequence of Finding
    size : int
        Pixels along each side, 32 or more.
    """
    whose.note(whose.SIMULATED)
    body, findings = anatomy(patient, size >= FINE_FROM), tuple(findings)
    parts = _project(patient, exam, findings, size, body)
    style = look(exam)
    px = parts.frame.px
    bare = _attenuate(parts, body, exam, bare=True)
    fixed = settle(bare, px, exam.view, style)
    plain = not findings and not exam.devices
    shown = bare if plain else _attenuate(parts, body, exam, bare=False)
    grey = develop(shown, px, exam, style, fixed)
    if body.fine:
        shutter(grey, px, exam)
    boxes = letter(grey, px, exam)
    image = (grey * 255).astype(np.uint8)
    return Film(
        image,
        parts.change.masks,
        parts.lung > 0.5,
        10 * px,
        report(exam, findings),
        patient,
        exam,
        findings,
        boxes,
        parts.covered,
    )
