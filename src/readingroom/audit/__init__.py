"""A one-page verdict on any model's scores: no films, no names, one row for each film.

Behind ``readingroom audit scores.csv``; with a gate that was fixed before, an acceptance test.
"""

from readingroom.audit.acceptance import Acceptance, accept
from readingroom.audit.gate import Gate, fix, opened, write
from readingroom.audit.reading import AuditError, read
from readingroom.audit.sheet import as_html, of_acceptance
from readingroom.audit.template import example, template
from readingroom.audit.verdict import Verdict, examine

__all__ = [
    "Acceptance", "AuditError", "Gate", "Verdict", "accept", "as_html", "examine", "example", "fix",
    "of_acceptance", "opened", "read", "template", "write",
]  # fmt: skip
