"""Virtual patients: simulated chest films whose truth is known.

Nothing here is a patient, and nothing a model learns here holds for patients. What the simulator
is good for is cause and effect: the same film with and without a finding, a marker or a drain.
"""

from __future__ import annotations

from readingroom import lazy

VERSION = "5"
"""Changes whenever any pixel of any cohort would change; part of every cache key."""

_HOMES = {
    "Case": "mix", "Exam": "exam", "Film": "film", "Finding": "finding", "Mix": "mix",
    "Patient": "patient", "Reader": "reader", "SITES": "site",
    "SimulatedCohort": "population", "Tie": "mix", "advised": "reader", "annotate": "annotation",
    "brightened": "archive", "clinic": "casebook", "cohort": "population",
    "contact_sheet": "sheet", "disputed": "annotation", "draw": "film",
    "export_dicom": "export", "faulty_sheet": "faulty",
    "film_cases": "population", "follow_up": "visit", "growth": "visit", "hand": "fingers",
    "lateral": "sideways", "mined": "annotation", "photo": "telephone", "plan": "mix",
    "read": "reader", "twin": "visit", "recipes": "population",
}

__all__ = ["VERSION", *sorted(_HOMES)]

__getattr__ = lazy.names(__name__, _HOMES)
