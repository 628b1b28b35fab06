"""Virtual patients: simulated chest films whose truth is known.

Nothing here is a patient, and nothing a model learns here holds for patients. What the simulator
is good for is cause and effect: the same film with and without a finding, a marker or a drain.
"""

import lazy_loader

VERSION = "5"
"""Changes whenever any pixel of any cohort would change; part of every cache key."""

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "cohorts": [
            "SimulatedCohort",
        ],
        "annotation": [
            "annotate",
            "disputed",
            "mined",
        ],
        "archive": [
            "brightened",
        ],
        "casebook": [
            "clinic",
        ],
        "exam": [
            "Exam",
        ],
        "export": [
            "export_dicom",
        ],
        "faulty": [
            "faulty_sheet",
        ],
        "film": [
            "Film",
            "draw",
        ],
        "finding": [
            "Finding",
        ],
        "fingers": [
            "hand",
        ],
        "mix": [
            "Case",
            "Mix",
            "Tie",
            "plan",
        ],
        "patient": [
            "Patient",
        ],
        "population": [
            "cohort",
            "film_cases",
            "recipes",
        ],
        "reader": [
            "Reader",
            "advised",
            "read",
        ],
        "sheet": [
            "contact_sheet",
        ],
        "sideways": [
            "lateral",
        ],
        "site": [
            "SITES",
        ],
        "telephone": [
            "photo",
        ],
        "visit": [
            "follow_up",
            "growth",
            "twin",
        ],
    },
)
