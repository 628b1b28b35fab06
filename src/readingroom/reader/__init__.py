"""The film reader: any film in; a score, its spread and a heat map out, within a second.

What lesson 00 shows of it (its films, its stored scores) lives here too. Torch is imported only
when a film is scored.
"""

from __future__ import annotations

from readingroom import lazy

_HOMES = {
    "FilmReader": "widget",
    "Reading": "reading",
    "gallery": "drawn",
    "inverted_film": "drawn",
    "lesions": "drawn",
    "night_set": "sets",
    "read_film": "reading",
    "reading_set": "sets",
    "scope_set": "drawn",
    "threshold_set": "sets",
    "ward_films": "wards",
}

__all__ = sorted(_HOMES)

__getattr__ = lazy.names(__name__, _HOMES)
