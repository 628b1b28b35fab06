"""The data room: real films, simulated stand-ins, and the learner's own folder.

``data.load("children")`` returns a `Cohort`; ``data.choose`` fixes once per kernel whether it is
real or simulated. Nothing here is imported, created or fetched before it is asked for.
"""

from readingroom.data.choice import choose, forget, mode, reason
from readingroom.data.cohort import Cohort
from readingroom.data.cohorts import load
from readingroom.data.datasheets import datasheet
from readingroom.data.defects import defects
from readingroom.data.delivery import archive, delivered
from readingroom.data.errors import Damaged, DataError, Unreachable
from readingroom.data.registry import known_defects
from readingroom.data.samples import sample, samples_of
from readingroom.data.tables import table

__all__ = [
    "Cohort",
    "Damaged",
    "DataError",
    "Unreachable",
    "archive",
    "choose",
    "datasheet",
    "defects",
    "delivered",
    "forget",
    "known_defects",
    "load",
    "mode",
    "reason",
    "sample",
    "samples_of",
    "table",
]
