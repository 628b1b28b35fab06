"""How a film was taken: view, pose, breath, exposure, markers and devices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from readingroom.simulator.patient import Patient
from readingroom.simulator.site import SITES, Site
from readingroom.simulator.streams import stream

__all__ = ["DEVICES", "Exam"]

DEVICES = (
    "ecg leads",
    "pacemaker",
    "endotracheal tube",
    "chest drain",
    "nasogastric tube",
    "central line",
)
"""Devices that an exam can show, in the order in which they are drawn."""


@dataclass(frozen=True)
class Exam:
    """One exposure of one patient.

    Parameters
    ----------
    seed : int
        Fixes noise, marker position and every small variation.
    view : {'PA', 'AP'}
        PA is erect at 180 cm; AP is a bedside film at about 110 cm.
    site : str
        A key of `SITES`.
    rotation : float
        Degrees about the long axis; positive turns the patient's left side forward.
    tilt : float
        Degrees of slant in the picture plane.
    inspiration : float
        Thorax units added to the height of the domes; negative is a poor breath.
    dose : float
        Relative to the site's usual dose.
    marker : str
        'R', 'L' or '' for none; drawn on that side.
    portable_text : bool
        Print PORTABLE beside the marker.
    devices : tuple of str
        Names from `DEVICES`.
    drain_side : {'right', 'left'}
        Side of a chest drain.
    months : float
        Months since the first visit; enters tables and DICOM dates.
    low : float
        By how much the beam is centred too low, thorax units.
    scatter : float
        Relative to what the view usually has; a grid removes most of it.
    """

    seed: int
    view: str = "PA"
    site: str = "Northgate"
    rotation: float = 0.0
    tilt: float = 0.0
    inspiration: float = 0.0
    dose: float = 1.0
    marker: str = "L"
    portable_text: bool = False
    devices: tuple[str, ...] = ()
    drain_side: str = "right"
    months: float = 0.0
    low: float = 0.0
    scatter: float = 1.0

    @classmethod
    def sample(
        cls,
        patient: Patient,
        seed: int,
        site: str = "Northgate",
        view: str | None = None,
        devices: tuple[str, ...] | None = None,
    ) -> Exam:
        """Draw an exam for a patient; what is not stated follows the habits of the site."""
        place: Site = SITES[site]
        rng = stream(seed, "exam")
        bedside, side, dose = rng.random(), rng.random(), rng.uniform(-0.25, 0.25)
        if view is None:
            view = "AP" if bedside < place.bedside or patient.age < 5 else "PA"
        lying = view == "AP"
        loose = 1.8 if lying else 1.0
        breath = rng.normal(0, 0.9) - 1.6 * lying - 0.4 * max(patient.habitus, 0)
        pieces = _habitual_devices(rng, patient, lying) if devices is None else devices
        return cls(
            seed=seed,
            view=view,
            site=site,
            rotation=round(float(rng.normal(0, 2.2 * loose)), 2),
            tilt=round(float(rng.normal(0, 1.3 * loose)), 2),
            inspiration=round(float(breath), 2),
            dose=round(float(10**dose), 3),
            marker=place.letter if side < 0.9 else {"R": "L", "L": "R"}[place.letter],
            portable_text=lying and not patient.child and rng.random() < 0.7,
            devices=pieces,
            drain_side="right" if rng.random() < 0.5 else "left",
        )

    @property
    def place(self) -> Site:
        """The department where the film was taken."""
        return SITES[self.site]

    def changed(self, **fields: Any) -> Exam:
        """The same exam with one thing changed, for counterfactual twins."""
        return replace(self, **fields)


def _habitual_devices(rng: np.random.Generator, patient: Patient, lying: bool) -> tuple[str, ...]:
    """Devices that a patient of this age and position tends to carry."""
    odds = rng.random(len(DEVICES))
    adult = patient.age >= 18
    shares = {
        "ecg leads": 0.75 * lying * (1 if adult else 0.15),
        "pacemaker": 0.01 + 0.06 * (patient.age > 70),
        "endotracheal tube": 0.25 * lying * adult,
        "chest drain": 0.0,
        "nasogastric tube": 0.25 * lying * adult,
        "central line": 0.35 * lying * adult,
    }
    shares["pacemaker"] *= adult
    return tuple(name for name, odd in zip(DEVICES, odds, strict=True) if odd < shares[name])
