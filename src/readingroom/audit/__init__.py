"""A one-page verdict on any model's scores: no films, no names, one row for each film.

Behind ``readingroom audit scores.csv`` and the last part of lesson 04.
"""

from readingroom.audit.reading import AuditError, read
from readingroom.audit.sheet import as_html
from readingroom.audit.template import example, template
from readingroom.audit.verdict import Verdict, examine

__all__ = ["AuditError", "Verdict", "as_html", "examine", "example", "read", "template"]
