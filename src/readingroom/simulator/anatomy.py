"""The body of a patient in numbers.

All parts are described in *thorax units*: centimetres of a standard adult whose inner chest is
26.8 cm wide. `wide`, `tall` and `deep` say how many real centimetres one unit has in this body,
so a child is not a small adult: it is smaller and has other proportions as well.

Axes: x to the patient's left (right of the picture), y downwards from the lung apex, z to the
front.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from readingroom.simulator.patient import Patient
from readingroom.simulator.streams import stream

__all__ = ["FINE_FROM", "HALF_WIDTH", "Anatomy", "anatomy"]

FINE_FROM = 160
"""Edge of a film, in pixels, from which the finer anatomy is drawn.

Smaller films keep the plain anatomy, because the stored networks and runs learnt from it. To change
them as well, set this to 0 and make all runs and ``simulated-128`` anew.
"""

HALF_WIDTH = 13.4
"""Inner half width of the standard chest, in thorax units."""

# Inner half width (cm) and height from apex to right dome over half width, by age in years.
# Read off films of children aged 1 to 5 and of adults; a smooth growth curve between.
AGES = (0.0, 1.0, 3.0, 5.0, 10.0, 15.0, 18.0)
WIDTHS = (6.2, 7.2, 8.3, 9.1, 10.9, 12.6, 13.4)
HEIGHT_RATIOS = (1.25, 1.34, 1.42, 1.48, 1.56, 1.62, 1.66)


@dataclass(frozen=True)
class Anatomy:
    """Shape of one body, in thorax units unless a field says otherwise."""

    wide: float
    """cm per unit across."""
    tall: float
    """cm per unit downwards."""
    deep: float
    """cm per unit front to back."""
    youth: float
    """1 at age 1, 0 from age 12."""
    taper: float
    """Length over which the cage widens below the apex."""
    flare: float
    """How much wider the cage is at its base than in its middle, as a fraction."""
    depth: float
    """Inner half depth of the cage."""
    dome_gap: float
    """How much lower the left dome stands."""
    dome_width: float
    dome_height: float
    heart_ratio: float
    """Cardiothoracic ratio in PA projection at full inspiration."""
    heart_tilt: float
    knob: float
    """Size of the aortic knob, 1 at age 50."""
    tortuosity: float
    thymus: float
    """Extra half width of the upper mediastinum, 0 from age 5."""
    pedicle: float
    """Half width of the upper mediastinum."""
    rib_start: float
    rib_step: float
    rib_drop: tuple[float, float]
    """Descent from spine to front: constant part, and part per rib number."""
    rib_height: float
    """Half height of a rib."""
    bone: float
    """Bone density, 1 at age 40."""
    lung_density: float
    """Attenuation of lung relative to soft tissue."""
    wall: float
    """Chest wall thickness."""
    breast: float
    muscle: float
    vessels: float
    vessel_tree: int
    warp: tuple[float, ...]
    """Two amplitudes and two phases of a slow sideways warp, then the same downwards."""
    bend: float = 0.25
    """Standard deviation of the spine's sideways bend."""
    fine: bool = False
    """Whether the parts that only a large film shows are drawn."""


def _size(patient: Patient, rng: np.random.Generator) -> tuple[float, float, float]:
    half = float(np.interp(patient.age, AGES, WIDTHS))
    ratio = float(np.interp(patient.age, AGES, HEIGHT_RATIOS)) * rng.normal(1, 0.045)
    grown = float(np.clip((patient.age - 10) / 8, 0, 1))
    half *= (1 - 0.09 * grown * (patient.sex == "F")) * rng.normal(1, 0.035)
    wide = half / HALF_WIDTH
    return wide, half * ratio / 21.7, wide * rng.normal(1.02, 0.05)


@lru_cache(maxsize=512)
def anatomy(patient: Patient, fine: bool = False) -> Anatomy:
    """Return the body that belongs to a patient; the same seed always gives the same one.

    Parameters
    ----------
    fine : bool
        The finer anatomy, for films of `FINE_FROM` pixels and more.
    """
    return _finer(_plain(patient), patient) if fine else _plain(patient)


def _finer(body: Anatomy, patient: Patient) -> Anatomy:
    """The same patient with more of what tells bodies apart, and a toddler's own proportions.

    A toddler's chest is a cone with level ribs, a wide mediastinum and slender bones; the breasts
    of a woman cast a shadow with a lower border.
    """
    rng = stream(patient.seed, "finer anatomy")
    youth, grown = body.youth, 1 - body.youth
    thymic = float(np.clip(1.9 - patient.age / 3.2, 0, 1.3)) * rng.uniform(0.3, 1.5)
    return replace(
        body,
        fine=True,
        tall=body.tall * rng.normal(1, 0.05),
        taper=rng.uniform(2.8, 4.5) + 2.3 * youth,
        flare=float(np.clip(rng.normal(0.01, 0.05), -0.08, 0.10)) + 0.05 * youth,
        dome_gap=rng.normal(1.3 - 0.5 * youth, 0.6),
        heart_ratio=float(np.clip(body.heart_ratio + rng.normal(0.035 * youth, 0.025), 0.35, 0.6)),
        heart_tilt=rng.normal(0, 1.8),
        pedicle=rng.uniform(2.2, 3.2) + 0.3 * youth + 0.12 * max(patient.habitus, 0),
        thymus=thymic,
        rib_start=rng.normal(-0.5, 0.3),
        rib_step=rng.uniform(2.05, 2.40) - 0.06 * youth,
        rib_drop=(
            rng.uniform(2.6, 4.9) * grown + rng.uniform(0.9, 2.0) * youth,
            rng.uniform(0.78, 1.15) * grown + rng.uniform(0.36, 0.56) * youth,
        ),
        rib_height=body.rib_height * rng.normal(1, 0.07) * (1 - 0.10 * youth),
        bone=body.bone - 0.10 * youth,
        breast=body.breast * rng.uniform(0.9, 1.4),
        bend=0.45,
    )


def _plain(patient: Patient) -> Anatomy:
    rng = stream(patient.seed, "anatomy")
    wide, tall, deep = _size(patient, rng)
    age, female = patient.age, patient.sex == "F"
    youth = float(np.clip((12 - age) / 11, 0, 1))
    old = max(age - 50, 0) / 10
    fat = patient.habitus
    adult_breast = female and age > 13
    return Anatomy(
        wide=wide,
        tall=tall,
        deep=deep,
        youth=youth,
        taper=rng.uniform(3.0, 3.9) - 0.2 * youth,
        flare=float(np.clip(rng.normal(0.012, 0.032), -0.06, 0.08)),
        depth=9.0 * rng.normal(1, 0.05) * (1 + 0.10 * youth),
        dome_gap=rng.normal(1.3, 0.45),
        dome_width=rng.uniform(6.9, 8.0) - 0.2 * youth,
        dome_height=rng.uniform(3.4, 4.6) + 0.2 * youth,
        heart_ratio=float(
            np.clip(rng.normal(0.435 + 0.006 * old + 0.085 * youth, 0.03), 0.36, 0.6)
        ),
        heart_tilt=rng.normal(0, 1.0),
        knob=(rng.uniform(0.85, 1.15) + 0.06 * old) * (1 - 0.75 * youth),
        tortuosity=float(max(0.0, rng.normal(0.12 * old, 0.2))) * (1 - youth),
        thymus=float(np.clip(1.5 - age / 3.6, 0, 1.2)) * rng.uniform(0.0, 2.2),
        pedicle=rng.uniform(2.45, 3.0) + 0.25 * youth + 0.12 * max(fat, 0),
        rib_start=rng.normal(-0.5, 0.2),
        rib_step=rng.uniform(2.12, 2.32) - 0.04 * youth,
        rib_drop=(rng.uniform(3.0, 4.4) - 1.6 * youth, rng.uniform(0.85, 1.12) - 0.33 * youth),
        rib_height=rng.uniform(0.53, 0.64) * (0.94 if female else 1.0) - 0.02 * youth,
        bone=float(np.clip(1.12 - 0.05 * old - 0.06 * female + rng.normal(0, 0.07), 0.6, 1.3))
        + 0.18 * youth,
        lung_density=rng.uniform(0.24, 0.31) - 0.006 * old + 0.05 * youth,
        wall=2.3 + 1.25 * max(fat, -0.8) + rng.normal(0, 0.15),
        breast=float(rng.uniform(0.45, 1.2) + 0.55 * max(fat, 0))
        if adult_breast
        else max(0.0, fat - 0.9) * 0.5,
        muscle=(0.8 if female else 1.5) * (1 - 0.5 * youth),
        vessels=rng.uniform(0.88, 1.12) * (1 + 0.05 * youth),
        vessel_tree=int(rng.integers(0, 96)),
        warp=tuple(rng.normal(0, 0.3, 2))
        + tuple(rng.uniform(0, 6.28, 2))
        + tuple(rng.normal(0, 0.22, 2))
        + tuple(rng.uniform(0, 6.28, 2)),
    )
