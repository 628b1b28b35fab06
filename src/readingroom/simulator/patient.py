"""Who is on the film: sex, age, habitus and an identity that persists across visits."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from readingroom.simulator.streams import stream

__all__ = ["Patient"]


@dataclass(frozen=True)
class Patient:
    """A virtual patient.

    Everything that a second film would share with the first (ribs, vessels, heart shape, spine)
    follows from `seed`; age and habitus may change between visits.

    Parameters
    ----------
    seed : int
        The identity: same seed, same body.
    sex : {'F', 'M'}
    age : float
        Years.
    habitus : float
        0 average, -1 thin, +1 overweight, +2 obese (about one step per 5 kg/m² of BMI).
    """

    seed: int
    sex: str = "M"
    age: float = 55.0
    habitus: float = 0.0

    @classmethod
    def sample(cls, seed: int, ages: str = "adults", sex: str | None = None) -> Patient:
        """Draw a patient; `ages` is 'adults' (18 to 92), 'children' (1 to 5) or 'all'."""
        rng = stream(seed, "patient")
        female, pick = rng.random() < 0.46, rng.random()
        grown = float(np.clip(rng.normal(57, 18), 18, 92))
        young = float(rng.uniform(1.0, 6.0))
        schooled = float(rng.uniform(6.0, 18.0))
        age = {
            "adults": grown,
            "children": young,
            "all": young if pick < 0.2 else schooled if pick < 0.28 else grown,
        }[ages]
        spread = 0.9 if age >= 18 else 0.5
        habitus = float(np.clip(rng.normal(0.3 if age >= 18 else 0.0, spread), -1.3, 3.0))
        return cls(seed, sex or ("F" if female else "M"), round(age, 1), round(habitus, 2))

    @property
    def name(self) -> str:
        """The pseudonym used in tables, for example 'P000042'."""
        return f"P{self.seed % 1_000_000:06d}"

    @property
    def child(self) -> bool:
        """True below the age of 12, where proportions differ most."""
        return self.age < 12

    def later(self, months: float) -> Patient:
        """The same patient some months later."""
        return replace(self, age=round(self.age + months / 12, 2))
